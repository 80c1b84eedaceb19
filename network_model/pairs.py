"""Who reaches whom: (demand, place, distance) triples, the common answer of every reach rule."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from network_model.arrays import Floats, Rows

#: A pair this much over the reach still counts, so that rounding never splits equal distances, m.
REACH_TOLERANCE_M = 1e-6


class Pairs(NamedTuple):
    """Pairs within reach, each once, in any order. M pairs.

    Attributes
    ----------
    demand, place : (M,) int
        Row of the demand and of the place.
    distance_m : (M,) float
        Distance as the rule measures it, m.
    """

    demand: Rows
    place: Rows
    distance_m: Floats


def pairs_within(place_xy: Floats, demand_xy: Floats, within_m: float) -> Pairs:
    """Find every (demand, place) pair at most `within_m` apart in a straight line.

    Parameters
    ----------
    place_xy, demand_xy : (P, 2) float, (J, 2) float
        m.
    within_m : float
        m.
    """
    if not len(place_xy) or not len(demand_xy):
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    found = cKDTree(demand_xy).sparse_distance_matrix(
        cKDTree(place_xy), within_m + REACH_TOLERANCE_M, output_type="ndarray"
    )
    return Pairs(found["i"].astype(np.int64), found["j"].astype(np.int64), found["v"].astype(np.float64))
