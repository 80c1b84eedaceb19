"""The spatial graph: junctions and edges as arrays, with source attributes on every edge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from network_model.arrays import Bools, Floats, Ints, Objects
from network_model.segments import SegmentIndex, index_segments

__all__ = ["Attachment", "Bools", "Floats", "Ints", "Objects", "SpatialGraph"]


@dataclass(frozen=True)
class SpatialGraph:
    """An undirected multigraph of route lines in a metric CRS. N nodes, E edges; parallel edges and loops are kept.

    Attributes
    ----------
    node_xy : (N, 2) float
        Node coordinates, m.
    u, v : (E,) int
        End nodes of each edge; the geometry runs from u to v.
    length_m : (E,) float
        Plan length, m.
    geometry : (E,) object
        shapely LineStrings.
    attributes : DataFrame, E rows
        ``layer`` (study name), ``source_row`` (row in the file) and every attribute of the source line.
    component : (N,) int
        Connected component, 0 is the one with most nodes.
    attachable : (E,) bool or None
        Edges to which places, demand and sites may be attached; None stands for all. Others are only passed through.
    """

    node_xy: Floats
    u: Ints
    v: Ints
    length_m: Floats
    geometry: Objects
    attributes: pd.DataFrame
    component: Ints
    attachable: Bools | None = None

    @cached_property
    def attachable_edges(self) -> Ints:
        """Indices of the edges to which something may be attached."""
        allowed = np.ones(len(self.u), dtype=np.bool_) if self.attachable is None else self.attachable
        return np.flatnonzero(allowed).astype(np.int64)

    @cached_property
    def segments(self) -> SegmentIndex:
        """Segments of the attachable edges, indexed when first needed."""
        return index_segments(self.geometry[self.attachable_edges], self.attachable_edges)

    @property
    def degree(self) -> Ints:
        """(N,) int: edge ends at each node; a loop counts twice."""
        return np.bincount(np.concatenate([self.u, self.v]), minlength=len(self.node_xy)).astype(np.int64)

    @property
    def junctions(self) -> Ints:
        """Indices of the nodes whose degree is not 2 (crossings and dead ends)."""
        return np.flatnonzero(self.degree != 2).astype(np.int64)


@dataclass(frozen=True)
class Attachment:
    """Points attached to a graph as (edge, offset), without splitting it. P points.

    Attributes
    ----------
    edge : (P,) int
        Edge of the nearest route, -1 where none is near enough.
    offset_m : (P,) float
        Distance from the edge's u end along the edge, m; nan where edge is -1.
    access_m : (P,) float
        Straight distance from the point to the route, m; inf where edge is -1.
    """

    edge: Ints
    offset_m: Floats
    access_m: Floats
