"""A graph straight from line coordinates, one edge a line: for tests of what stands on a graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from network_model import SpatialGraph

Path = Sequence[tuple[float, float]]


def plain_graph(lines: Sequence[Path]) -> SpatialGraph:
    """Return the graph whose edges are the lines as given; equal end points are one node."""
    geometry = np.array([shapely.LineString(line) for line in lines], dtype=object)
    ends = np.array([(line[0], line[-1]) for line in lines], dtype=float).reshape(-1, 2)
    node_xy, node = np.unique(ends, axis=0, return_inverse=True)
    node = node.reshape(-1, 2).astype(np.int64)
    return SpatialGraph(
        node_xy=node_xy,
        u=node[:, 0],
        v=node[:, 1],
        length_m=shapely.length(geometry),
        geometry=geometry,
        attributes=pd.DataFrame({"layer": "streets", "source_row": np.arange(len(lines))}),
        component=np.zeros(len(node_xy), dtype=np.int64),
    )
