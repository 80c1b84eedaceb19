"""Branch and cut on a linear program that stays warm: cuts are looked for at every node, and few nodes decide.

Best bound first, with reliability branching (Achterberg, Koch and Martin, Branching rules revisited, 2005).
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from typing import Generic

import highspy
import numpy as np

from optimise.cut_duals import safe_bound
from optimise.cut_loop import Relaxation, fix_bounds, fix_columns, separate, tighten
from optimise.cut_state import SearchState
from optimise.formulation import Design
from optimise.problem import Floats, Ints
from optimise.rows import Rows, no_rows
from optimise.solvers.highs_rows import InfeasibleProgramError, LinearAnswer, LinearProgram

_WHOLE, _TIGHT = 1e-6, 1e-9
_RELIABLE = 4
"""Trials of a column after which what it gained is believed."""
_TRIED, _TRIAL_ITERATIONS = 10, 60
"""Columns tried at a node at most, and the steps of a trial."""
_LEAST_GAIN = 1e-6
_CUT_ROUNDS, _CUT_PAYS = 6, 0.02
"""Rounds of cuts at a node, and the part of its gap that a round must close for another one."""
_GUIDED_EVERY = 20
"""Nodes between two in which plans are guided by the answer."""
_CLOSED_SHARE = 0.9
"""Part of the gap asked for that a node may leave open."""


@dataclass(order=True)
class _Node:
    """A bound on what some bounds of the columns admit; `place` is where its linear program starts."""

    bound: float
    number: int
    lower: Floats
    upper: Floats
    place: highspy.HighsBasis | None = None


@dataclass
class Gains:
    """What branching on columns gained so far: it orders the search and proves nothing.

    Attributes
    ----------
    sums : (2, columns) float
        Raise of the bound per unit of the column, downwards and upwards, over all trials.
    trials : (columns,) float
    """

    sums: Floats
    trials: Floats


def branch_and_cut(
    state: SearchState[Design], relaxation: Relaxation[Design], known: Gains | None = None
) -> Gains | None:
    """Close the gap of a tightened relaxation, which keeps the rows that are found.

    Parameters
    ----------
    known : Gains, optional
        Of a search on the same columns.

    Returns
    -------
    Gains or None
        With those of this search; as `known` where it did not come to branch.
    """
    tighten(state, relaxation, no_rows, again=True)
    if state.stopped or relaxation.answer is None:
        return known
    fix_columns(state, relaxation, relaxation.answer)
    relaxation.keep(np.abs(relaxation.answer.row_dual[len(relaxation.formulation.base) :]) > _TIGHT)
    tree = _Tree(state, relaxation, known)
    tree.run()
    return tree.gains


class _Tree(Generic[Design]):
    """The search of one relaxation, node by node."""

    def __init__(self, state: SearchState[Design], relaxation: Relaxation[Design], known: Gains | None) -> None:
        self._state, self._relaxation = state, relaxation
        columns = len(relaxation.cost)
        self._gain = np.zeros((2, columns)) if known is None else known.sums * relaxation.scale
        self._trials = np.zeros(columns) if known is None else known.trials.copy()
        model = (relaxation.cost, relaxation.lower, relaxation.upper, relaxation.rows)
        self._program = LinearProgram(*model, seed=state.seed, short_runs=True)
        root = _Node(state.bound * relaxation.scale, 0, relaxation.lower.copy(), relaxation.upper.copy())
        self._open = [root]
        self._numbered = 0
        self._closed = math.inf

    @property
    def gains(self) -> Gains:
        """What branching gained, in the costs of the problem."""
        return Gains(self._gain / self._relaxation.scale, self._trials)

    def run(self) -> None:
        """Branch until the gap is closed or the search is to stop."""
        state, scale = self._state, self._relaxation.scale
        while self._open:
            state.raise_bound(min(self._open[0].bound, self._closed) / scale, "mip")
            state.tick()
            if state.stopped or state.nodes_left <= 0 or not self._visit(heapq.heappop(self._open)):
                return
        state.raise_bound(self._closed / scale, "mip")

    def _visit(self, node: _Node) -> bool:
        """Solve a node, then close it or branch; return whether there was time for it."""
        state = self._state
        state.nodes += 1
        state.nodes_left -= 1
        answer = self._cut_off(node)
        if answer is None:
            return False
        if node.bound < self._enough() and state.nodes % _GUIDED_EVERY == 1:
            for design in self._relaxation.formulation.guided(answer.values):
                state.offer(design)
        open_columns = node.upper > node.lower
        fractional = np.flatnonzero(open_columns & (np.abs(answer.values - np.rint(answer.values)) > _WHOLE))
        if node.bound >= self._enough() or not len(fractional):
            self._closed = min(self._closed, node.bound)
            return True
        place = self._program.place
        column = self._choose(answer, fractional, place)
        for value in (0.0, 1.0):
            self._numbered += 1
            child = replace(node, number=self._numbered, lower=node.lower.copy(), upper=node.upper.copy(), place=place)
            child.lower[column] = child.upper[column] = value
            heapq.heappush(self._open, child)
        return True

    def _enough(self) -> float:
        """Bound from which a node need not be branched on."""
        best = self._state.best_cost
        enough = best if best == math.inf else best - _CLOSED_SHARE * self._state.gap * abs(best)
        return enough * self._relaxation.scale

    def _cut_off(self, node: _Node) -> LinearAnswer | None:
        """Solve and cut until that no longer pays; raises the node's bound, inf where it admits nothing."""
        state, relaxation = self._state, self._relaxation
        node.lower, node.upper = np.maximum(node.lower, relaxation.lower), np.minimum(node.upper, relaxation.upper)
        self._program.change(node.lower, node.upper)
        if node.place is not None:
            self._program.come_back(node.place)
        rounds = 0
        while True:
            before = node.bound
            answer = self._solve(node)
            if answer is None or node.bound >= self._enough():
                return answer
            fix_bounds(node.lower, node.upper, answer, state.best_cost * relaxation.scale)
            if np.abs(answer.values - np.rint(answer.values)).max() <= _WHOLE:
                rows = self._look_at(np.rint(answer.values))
            elif rounds >= _CUT_ROUNDS or (rounds and node.bound - before < _CUT_PAYS * (self._enough() - before)):
                return answer
            else:
                rows = separate(state, relaxation, answer.values, seed=state.seed + state.nodes + rounds)
            if not len(rows):
                return answer
            self._program.add(rows)
            relaxation.append(rows)
            rounds += 1

    def _solve(self, node: _Node) -> LinearAnswer | None:
        """The linear program of the node, with what its duals prove; None where the time is over."""
        state, relaxation = self._state, self._relaxation
        try:
            answer = self._program.run(time_limit_s=state.seconds_left, on_tick=state.tick)
        except InfeasibleProgramError:
            node.bound = math.inf
            return LinearAnswer(node.lower, np.zeros(len(node.lower)), np.zeros(0), math.inf)
        if answer is None:
            return None
        bound, reduced = safe_bound(relaxation.rows, relaxation.cost, node.lower, node.upper, answer.row_dual)
        node.bound = max(node.bound, bound)
        return LinearAnswer(np.clip(answer.values, node.lower, node.upper), reduced, answer.row_dual, bound)

    def _look_at(self, values: Floats) -> Rows:
        """Offer the plans that a binary point stands for; return the rows that it breaks."""
        for design in self._relaxation.formulation.read(values):
            self._state.offer(design)
        rows = self._relaxation.formulation.broken(values, seed=self._state.seed)
        self._state.cuts += len(rows)
        return rows

    def _choose(self, answer: LinearAnswer, fractional: Ints, place: highspy.HighsBasis) -> int:
        """Column both sides of which raise the bound most, by past gains or, where there are few, by trial."""
        part = answer.values[fractional]
        scores = self._scores(fractional, part)
        order = np.argsort(-scores, kind="stable")
        best, best_score, tried, worse = int(fractional[order[0]]), -1.0, 0, 0
        for position in order.tolist():
            column, score = int(fractional[position]), float(scores[position])
            if self._trials[column] < _RELIABLE and tried < _TRIED:
                score = self._try(answer, column, float(part[position]), place)
                tried += 1
            worse = 0 if score > best_score else worse + 1
            if score > best_score:
                best, best_score = column, score
            if worse >= _TRIED:
                break
        return best

    def _scores(self, columns: Ints, part: Floats) -> Floats:
        """Products of the gains expected on both sides; of columns never tried, as of others on average."""
        known = self._trials > 0
        trials = self._trials[columns]
        product: Floats = np.ones(len(columns))
        for side, way in ((0, part), (1, 1.0 - part)):
            mean = float((self._gain[side, known] / self._trials[known]).mean()) if known.any() else 1.0
            rate = np.where(trials > 0, self._gain[side, columns] / np.maximum(trials, 1.0), mean)
            product *= np.maximum(rate * way, _LEAST_GAIN)
        return product

    def _try(self, answer: LinearAnswer, column: int, part: float, place: highspy.HighsBasis) -> float:
        """Product of what fixing a column gains on both sides; noted for later choices."""
        room = self._enough() - answer.objective
        most = 2.0 * room if math.isfinite(room) else abs(answer.objective) + 1.0
        product = 1.0
        objectives = self._program.try_fix(column, place, iterations=_TRIAL_ITERATIONS)
        for side, way in ((0, part), (1, 1.0 - part)):
            gain = min(max(objectives[side] - answer.objective, 0.0), most)
            self._gain[side, column] += gain / way
            product *= max(gain, _LEAST_GAIN)
        self._trials[column] += 1
        return product
