"""Who is served by a set of candidates: counts of distinct places, kept up as candidates come and go."""

from __future__ import annotations

import numpy as np

from optimise.problem import Bools, Floats, Ints, Problem

WEIGHT_TOLERANCE = 1e-9


def costed_demands(problem: Problem) -> Bools:
    """(J,) whether serving the demand costs something beyond the candidates (connection or links)."""
    costed: Bools = problem.connection_cost > 0
    if problem.link_cost is not None:
        links = problem.link_cost.tocoo()
        costed[links.row[links.data > 0]] = True
    return costed


def target_tolerance(weight: Floats) -> float:
    """Weight by which a target of these weights may fall short."""
    return WEIGHT_TOLERANCE * max(1.0, float(weight.sum()))


def required_weight(problem: Problem) -> Floats:
    """(T,) least weight that counts as reaching each target."""
    return np.array([row.required - target_tolerance(row.weight) for row in problem.targets], dtype=np.float64)


def existing_weight(problem: Problem) -> Floats:
    """(T,) weight that the existing providers serve."""
    enough = [problem.existing_providers[row.demand] >= row.providers for row in problem.targets]
    return np.array(
        [row.weight[there].sum() for row, there in zip(problem.targets, enough, strict=True)], dtype=np.float64
    )


def rows_of(start: Ints, rows: Ints) -> Ints:
    """Positions start[r] to start[r + 1] of every row r, one after another."""
    length = start[rows + 1] - start[rows]
    offset = np.cumsum(length) - length
    positions: Ints = np.repeat(start[rows] - offset, length) + np.arange(int(length.sum()))
    return positions


def sum_by(label: Ints, amount: Floats, size: int) -> Floats:
    """(size,) sum of the amounts of each label."""
    return np.bincount(label, amount, minlength=size).astype(np.float64)


class Coverage:
    """Members are the (demand, target) pairs that existing providers leave unserved in a target not yet reached.

    Attributes
    ----------
    member_demand, member_target, member_need : (M,) int
        `member_need` is the number of new places that the member needs.
    member_weight : (M,) float
    missing : (T,) float
        Weight each target still lacks; at most 0 where it is reached.
    entry_member, entry_candidate, entry_pair : (n,) int
        Covering pairs ordered by candidate; `entry_pair` is equal for candidates of one place at one member.
    entry_start : (K + 1,) int
    """

    def __init__(self, problem: Problem) -> None:
        self.missing = required_weight(problem) - existing_weight(problem)
        demand, target, need, weight = [], [], [], []
        for number, row in enumerate(problem.targets):
            lacking = row.providers - problem.existing_providers[row.demand]
            kept = (lacking > 0) & (row.weight > 0) & (self.missing[number] > 0)
            demand.append(row.demand[kept])
            need.append(lacking[kept])
            weight.append(row.weight[kept])
            target.append(np.full(int(kept.sum()), number, dtype=np.int64))
        none: Ints = np.empty(0, dtype=np.int64)
        self.member_demand: Ints = np.concatenate([none, *demand])
        self.member_target: Ints = np.concatenate([none, *target])
        self.member_need: Ints = np.concatenate([none, *need])
        self.member_weight: Floats = np.concatenate([none.astype(np.float64), *weight])
        entries = problem.cover[self.member_demand].tocoo()
        covers = entries.data.astype(np.bool_)
        member, candidate = entries.row[covers], entries.col[covers]
        order = np.lexsort((member, candidate))
        self.entry_member: Ints = member[order].astype(np.int64)
        self.entry_candidate: Ints = candidate[order].astype(np.int64)
        candidates = problem.candidate_cost.size
        self.entry_start: Ints = np.searchsorted(self.entry_candidate, np.arange(candidates + 1)).astype(np.int64)
        _, place = np.unique(problem.candidate_place, return_inverse=True)
        _, pair = np.unique(self.entry_member * (candidates + 1) + place[self.entry_candidate], return_inverse=True)
        self.entry_pair: Ints = pair.astype(np.int64)
        self._count: Ints = np.zeros(int(pair.max(initial=-1)) + 1, dtype=np.int64)
        self._places: Ints = np.zeros(self.member_demand.size, dtype=np.int64)

    def build(self, candidate: int) -> Ints:
        """Add a candidate; return the members that get a new place."""
        entries = slice(self.entry_start[candidate], self.entry_start[candidate + 1])
        pairs, members = self.entry_pair[entries], self.entry_member[entries]
        gained: Ints = members[self._count[pairs] == 0]
        self._count[pairs] += 1
        self._places[gained] += 1
        served = gained[self._places[gained] == self.member_need[gained]]
        np.subtract.at(self.missing, self.member_target[served], self.member_weight[served])
        return gained

    def remove(self, candidate: int) -> None:
        """Take a built candidate away."""
        entries = slice(self.entry_start[candidate], self.entry_start[candidate + 1])
        pairs, members = self.entry_pair[entries], self.entry_member[entries]
        self._count[pairs] -= 1
        lost = members[self._count[pairs] == 0]
        unserved = lost[self._places[lost] == self.member_need[lost]]
        self._places[lost] -= 1
        np.add.at(self.missing, self.member_target[unserved], self.member_weight[unserved])

    def is_met(self) -> bool:
        """Whether every target is reached."""
        return bool((self.missing <= 0).all())

    def useful(self, entries: Ints) -> Bools:
        """Whether each entry would bring its member a place that it lacks."""
        members = self.entry_member[entries]
        lacking: Bools = self._places[members] < self.member_need[members]
        new: Bools = self._count[self.entry_pair[entries]] == 0
        return new & lacking
