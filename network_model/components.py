"""Connected components of the graph, and what is cut off by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis_layers import Finding
from network_model.graph import Attachment, Floats, Ints, SpatialGraph

SHOWN = 20
"""Components named one by one."""


def label_components(u: Ints, v: Ints, nodes: int) -> Ints:
    """Return (N,) int: connected component of each node, 0 the one with most nodes; ties by their lowest node."""
    links = coo_array((np.ones(len(u), dtype=np.bool_), (u, v)), shape=(nodes, nodes))
    count, label = connected_components(links, directed=False)
    first = np.full(count, nodes, dtype=np.int64)
    np.minimum.at(first, label, np.arange(nodes))
    order = np.lexsort((first, -np.bincount(label, minlength=count)))
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    ranked: Ints = rank[label]
    return ranked


@dataclass(frozen=True)
class ComponentTable:
    """Connected components of a graph, C of them, the one with most nodes first.

    Attributes
    ----------
    nodes, edges, first_node : (C,) int
    length_m : (C,) float
        m.
    demand_weight : mapping of str to (C,) float
        By service: weight of the demand attached to it.
    """

    nodes: Ints
    edges: Ints
    first_node: Ints
    length_m: Floats
    demand_weight: Mapping[str, Floats]


def measure_components(
    graph: SpatialGraph, demand_weight_by_service: Mapping[str, tuple[Attachment, Floats]]
) -> ComponentTable:
    """Measure the connected components; parameters as of `component_findings`."""
    count = int(graph.component.max(initial=-1)) + 1
    of_edge = graph.component[graph.u]
    return ComponentTable(
        nodes=np.bincount(graph.component, minlength=count).astype(np.int64),
        edges=np.bincount(of_edge, minlength=count).astype(np.int64),
        first_node=np.unique(graph.component, return_index=True)[1].astype(np.int64),
        length_m=np.bincount(of_edge, weights=graph.length_m, minlength=count).astype(np.float64),
        demand_weight={
            service: _weight_by_component(graph, attachment, weight, count)
            for service, (attachment, weight) in demand_weight_by_service.items()
        },
    )


def component_findings(
    graph: SpatialGraph, demand_weight_by_service: Mapping[str, tuple[Attachment, Floats]]
) -> tuple[Finding, ...]:
    """Report the parts of the network that are not joined to the largest one, and the demand that hangs on them.

    Parameters
    ----------
    graph : SpatialGraph
    demand_weight_by_service : mapping of str to (Attachment, (P,) float)
        Where the demand points of each service join the routes, and their weights.

    Returns
    -------
    tuple of Finding
        One for each of the 20 parts that hold most demand, then nodes; a warning where there is demand, else a note.
        One more sums up the rest.
    """
    table = measure_components(graph, demand_weight_by_service)
    count, nodes, length_m, held = len(table.nodes), table.nodes, table.length_m, table.demand_weight
    # services have units of their own: rank by the largest share of a service's weight
    share = np.zeros(count)
    for weight in held.values():
        share = np.maximum(share, weight / max(weight.sum(), np.finfo(np.float64).tiny))
    small = np.arange(1, count)
    order = small[np.lexsort((small, -nodes[small], -share[small]))].astype(np.int64)
    found = [
        _describe(graph, int(table.first_node[part]), f"{nodes[part]} nodes", length_m[[part]], held, np.array([part]))
        for part in order[:SHOWN]
    ]
    rest = order[SHOWN:]
    if len(rest):
        size = f"{len(rest)} more parts with {nodes[rest].sum()} nodes"
        found.append(_describe(graph, None, size, length_m[rest], held, rest))
    return tuple(found)


def _weight_by_component(graph: SpatialGraph, attachment: Attachment, weight: Floats, count: int) -> Floats:
    on = attachment.edge >= 0
    component = graph.component[graph.u[attachment.edge[on]]]
    return np.bincount(component, weights=weight[on], minlength=count).astype(np.float64)


def _describe(
    graph: SpatialGraph, node: int | None, size: str, length_m: Floats, held: Mapping[str, Floats], parts: Ints
) -> Finding:
    demand = {service: float(weight[parts].sum()) for service, weight in held.items()}
    demand_text = ", ".join(f"{weight:g} of {service}" for service, weight in demand.items() if weight > 0)
    return Finding(
        severity="warning" if demand_text else "note",
        code="network-part-cut-off",
        layer="",
        message=f"{size} and {length_m.sum():.0f} m of routes are not joined to the largest part of the network; "
        f"demand on it: {demand_text or 'none'}",
        done="Kept as a part of its own: nothing reaches it along routes from elsewhere.",
        advice="If it is joined in the street, correct the lines, or raise close_gaps_m where gaps are small.",
        x=None if node is None else float(graph.node_xy[node, 0]),
        y=None if node is None else float(graph.node_xy[node, 1]),
    )
