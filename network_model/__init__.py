"""The spatial graph, what is served, and what could be built."""

from network_model.building import build_graph
from network_model.components import ComponentTable, component_findings, measure_components
from network_model.coverage import TargetCoverage, TargetScope, count_providers
from network_model.cutting import CutGraph, cut_edges
from network_model.demand import spread_demand
from network_model.equity import Equity, measure_equity
from network_model.export import to_frames, to_networkx, write_graphml
from network_model.gaps import find_gaps
from network_model.graph import Attachment, SpatialGraph
from network_model.lines import Crossings
from network_model.live_index import LiveIndex
from network_model.nearest import nearest_places, nth_distance_m
from network_model.opportunities import find_opportunities
from network_model.places import distinct_places, existing_places, far_places
from network_model.reach import RULES, reach_matrix
from network_model.service import Connection, Demand, Places, Reach, Rule, Service, Target
from network_model.sites import find_sites
from network_model.snapping import attach
from network_model.works import Candidates, Item, Laying, Opportunities, Option, RouteSegments
from network_model.zones import expand_targets, name_zones

__all__ = [
    "RULES",
    "Attachment",
    "Candidates",
    "ComponentTable",
    "Connection",
    "Crossings",
    "CutGraph",
    "Demand",
    "Equity",
    "Item",
    "Laying",
    "LiveIndex",
    "Opportunities",
    "Option",
    "Places",
    "Reach",
    "RouteSegments",
    "Rule",
    "Service",
    "SpatialGraph",
    "Target",
    "TargetCoverage",
    "TargetScope",
    "attach",
    "build_graph",
    "component_findings",
    "count_providers",
    "cut_edges",
    "distinct_places",
    "existing_places",
    "expand_targets",
    "far_places",
    "find_gaps",
    "find_opportunities",
    "find_sites",
    "measure_components",
    "measure_equity",
    "name_zones",
    "nearest_places",
    "nth_distance_m",
    "reach_matrix",
    "spread_demand",
    "to_frames",
    "to_networkx",
    "write_graphml",
]
