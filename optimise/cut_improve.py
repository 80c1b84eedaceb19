"""Better plans by ruin and recreate: tear out the equipment of a neighbourhood and let it grow again, differently.

Large neighbourhood search after Shaw (1998) and Schrimpf et al. (2000): neighbourhoods are nearest along the network,
the regrowth is the greedy one on shaken lengths and worths, and only better plans are kept.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimise.compact import ROOT, Compact
from optimise.cut_heuristics import Design, find_design
from optimise.cut_state import SearchState
from optimise.problem import Floats, Ints

_LARGEST_SHARE = 0.25
"""Largest part of the built equipment that is torn out at once."""
_WORTH_SHAKE, _LENGTH_SHAKE = 0.3, 0.15
"""Spread (of the logarithm) by which worths and lengths are shaken."""
_KEPT_DIGS = (0.3, 0.6, 1.0)
"""Factors on the length of what is dug already: how much the regrowth sticks to it."""
_SMALLEST_LENGTH = 1e-9
_FULL_TRIES_BUILT = 200
"""Built candidates up to which all tries asked for are made."""


class Improver:
    """Ruins and recreates the best plan of a search; repeatable for a seed.

    Parameters
    ----------
    compact : Compact
    seed : int
    """

    def __init__(self, compact: Compact, *, seed: int) -> None:
        self._compact = compact
        self._random = np.random.default_rng(seed)
        self._streets = _streets(compact)

    def run(self, state: SearchState[Design], *, tries: int) -> None:
        """Search until so many tries in a row bring nothing, four times as many are made, or the search is to stop.

        Fewer tries for large plans: each takes longer, and the linear program guides better ones sooner.
        """
        failures = 0
        if state.best is not None:
            tries = min(tries, round(tries * _FULL_TRIES_BUILT / max(1, int(state.best.built.sum()))))
        for _ in range(4 * tries):
            if failures >= tries or state.best is None or state.stopped:
                return
            before = state.best_cost
            state.offer(self._recreate(state.best))
            state.tick()
            failures = 0 if state.best_cost < before else failures + 1

    def _recreate(self, plan: Design) -> Design | None:
        network, random = self._compact.network, self._random
        torn = self._neighbourhood(plan)
        if not len(torn):
            return None
        built = plan.built.copy()
        built[torn] = False
        worth = np.exp(random.normal(0.0, _WORTH_SHAKE, len(built)))
        worth[torn] *= 0.5  # else the regrowth would mostly put the same back
        dug = np.zeros(len(network.cost) // 2, dtype=bool)
        dug[plan.parent[plan.parent >= 0] // 2] = True
        factor = np.where(dug, random.choice(_KEPT_DIGS), 1.0) * np.exp(random.normal(0.0, _LENGTH_SHAKE, len(dug)))
        return find_design(self._compact, length=network.cost * np.repeat(factor, 2), bias=worth, built=built)

    def _neighbourhood(self, plan: Design) -> Ints:
        """Built candidates to tear out: some that are nearest to one of them along the network."""
        node = self._compact.coverage.node
        built = np.flatnonzero(plan.built)
        wired = built[node[built] != ROOT]
        loose = built[node[built] == ROOT]
        if not len(wired) or (len(loose) and self._random.random() < len(loose) / (4 * len(built))):
            return self._random.permutation(loose)[: self._size(len(loose))]
        centre = self._random.choice(wired)
        distance: Floats = dijkstra(self._streets, indices=int(node[centre]))
        nearest: Ints = wired[np.argsort(distance[node[wired]], kind="stable")]
        return nearest[: self._size(len(wired))]

    def _size(self, built: int) -> int:
        return int(self._random.integers(1, max(3, int(_LARGEST_SHARE * built)) + 1))


def _streets(compact: Compact) -> csr_array:
    """The network without its root: what exists would make everything near to everything."""
    network = compact.network
    inner = (network.tail != ROOT) & (network.head != ROOT)
    length = np.maximum(network.cost[inner], _SMALLEST_LENGTH)
    return csr_array((length, (network.tail[inner], network.head[inner])), shape=(network.nodes, network.nodes))
