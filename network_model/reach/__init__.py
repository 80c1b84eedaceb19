"""When a place serves a demand point: one module a rule, found by its file name.

A rule is a module of this folder with a function ``find_pairs`` of type `FindPairs`; nothing else names it.
"""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array

from gis_layers import Layer, StudyError
from network_model.graph import SpatialGraph
from network_model.pairs import Pairs
from network_model.service import Demand, Places, Reach

#: Distances are kept at least this long, so that no entry of a matrix is an explicit zero, m.
SHORTEST_M = 1e-9


class FindPairs(Protocol):
    """Find the (demand, place) pairs within reach by one rule."""

    def __call__(
        self, graph: SpatialGraph, reach: Reach, places: Places, demand: Demand, layers: Mapping[str, Layer]
    ) -> Pairs:
        """Return every pair within ``reach.within_m``, each once."""


RULES: Mapping[str, FindPairs] = MappingProxyType(
    {module.name: import_module(f"{__name__}.{module.name}").find_pairs for module in pkgutil.iter_modules(__path__)}
)


def reach_matrix(
    graph: SpatialGraph, reach: Reach, places: Places, demand: Demand, layers: Mapping[str, Layer]
) -> csr_array:
    """Measure which places reach which demand points.

    Parameters
    ----------
    graph : SpatialGraph
    reach : Reach
        Rule and greatest distance.
    places : Places
        P places.
    demand : Demand
        J demand points.
    layers : mapping of str to Layer
        Layers of the study; line of sight reads its walls from them.

    Returns
    -------
    (J, P) csr_array of float
        Distances in metres as the rule measures them. An entry means within reach; none is zero.

    Raises
    ------
    StudyError
        The rule is not one of `RULES`, or a wall layer holds no polygon.
    """
    if reach.rule not in RULES:
        near = difflib.get_close_matches(str(reach.rule), RULES, n=1)
        raise StudyError(
            f"unknown reach rule {reach.rule!r}",
            f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(sorted(RULES))}",
        )
    pairs = RULES[reach.rule](graph, reach, places, demand, layers)
    matrix = csr_array(
        (np.maximum(pairs.distance_m, SHORTEST_M), (pairs.demand, pairs.place)),
        shape=(len(demand.xy), len(places.xy)),
    )
    matrix.sort_indices()
    return matrix
