"""Which coordinates are the same vertex: those in one cell of a fine grid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from network_model.graph import Floats, Ints

CELL_M = 1e-4
"""Width of a grid cell, m: a tenth of a millimetre, finer than any survey."""

# Decimal coordinates never fall on the border of a cell, where the last bit of a computed crossing would decide.
_SHIFT = 0.381966


def identify_vertices(xy: Floats) -> Ints:
    """Return (C,) int: the same number for coordinates in the same cell, numbered by first appearance.

    Cells are absolute, so that a vertex keeps its cell whatever else is in the survey. Columns are numbered on their
    own before they are put together: no extent of coordinates overflows.
    """
    cell = np.rint(xy / CELL_M + _SHIFT).astype(np.int64)
    column, _ = pd.factorize(cell[:, 0])
    row, rows = pd.factorize(cell[:, 1])
    vertex, _ = pd.factorize(column * np.int64(len(rows)) + row)
    return np.asarray(vertex, dtype=np.int64)


def merge_vertices(xy: Floats) -> tuple[Ints, Floats]:
    """Return the vertex of each coordinate, (C,) int, and the vertices, (V, 2) float, from west to east.

    Neither the order nor the direction of the lines has an influence: a vertex takes the least x and the least y
    that its cell holds.
    """
    code = identify_vertices(xy)
    vertex_xy = np.full((int(code.max()) + 1, 2), np.inf)
    np.minimum.at(vertex_xy[:, 0], code, xy[:, 0])
    np.minimum.at(vertex_xy[:, 1], code, xy[:, 1])
    order = np.lexsort((vertex_xy[:, 1], vertex_xy[:, 0]))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[code], vertex_xy[order]


def add_vertices(vertex_xy: Floats, xy: Floats) -> tuple[Floats, Ints]:
    """Return the vertices with new ones behind them, and the vertex of each of ``xy``, an old one where it fits."""
    if not len(xy):
        return vertex_xy, np.empty(0, dtype=np.int64)
    together = np.concatenate([vertex_xy, xy])
    # vertices are in cells of their own, so the numbers by first appearance are theirs
    number = identify_vertices(together)
    new, first = np.unique(number[len(vertex_xy) :], return_index=True)
    first = first[new >= len(vertex_xy)]
    return np.concatenate([vertex_xy, xy[first]]), number[len(vertex_xy) :]
