"""The spatial graph, what is served, and what could be built."""

from network_model.coverage import TargetCoverage, TargetScope
from network_model.cutting import CutGraph, cut_edges
from network_model.graph import Attachment, SpatialGraph
from network_model.service import Connection, Demand, Places, Reach, Service, Target
from network_model.snapping import attach
from network_model.works import Candidates, Laying, Opportunities, Option, RouteSegments

__all__ = [
    "Attachment",
    "Candidates",
    "Connection",
    "CutGraph",
    "Demand",
    "Laying",
    "Opportunities",
    "Option",
    "Places",
    "Reach",
    "RouteSegments",
    "Service",
    "SpatialGraph",
    "Target",
    "TargetCoverage",
    "TargetScope",
    "attach",
    "cut_edges",
]
