"""Steiner trees as the product's own `Problem`.

A Steiner tree: one vertex that the tree must hold (the root) exists already; each other one is a candidate with
backhaul at cost 0 that serves a demand of its own, and the target asks for every demand. Least cost of digs that
connect every candidate is then the least Steiner tree.

With prizes: the demand of a prize vertex has a second candidate, without backhaul, whose price is the prize: connect
the vertex or pay, p_j (1 - z_j) written as a purchase.

Without a vertex that the tree must hold, the best tree is sought among those that hold a chosen vertex v; then, if
there is a better tree, it avoids v. It even avoids every vertex w from which a path to v collects prizes at least as
high as its cost, as the path could be added for nothing. What is left falls apart into smaller pieces, where the
search goes on until the prizes outside a piece cost as much as the best tree known.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from optimise import Problem, TargetRow, cost_step, solve
from optimise.plan import BoundOrigin, Status
from optimise.problem import Bools, Ints
from tests.benchmarks.published_answer import Answer, Asked, rounded_up
from tests.benchmarks.published_instances import SteinerTree

_SHARE = 0.7
"""Part of the time left that one piece may take while others wait."""


@dataclass(frozen=True)
class Rooted:
    """A tree with a given root on part of the graph: the problem and where its rows come from."""

    problem: Problem
    edges: Ints


def solve_steiner(instance: SteinerTree, asked: Asked) -> Answer:
    """Solve a Steiner tree with or without prizes."""
    must = instance.terminals[np.isinf(instance.prize)]
    if len(must):
        return _solve_rooted(instance, asked, int(must[0]))
    if not instance.with_prizes or not instance.prize.sum():
        return Answer.trivial(_plan(instance, np.zeros(0, np.int64), None), 0.0)
    return _Unrooted(instance, asked).solve()


def steiner_cost(instance: SteinerTree, plan: dict[str, list[int]]) -> float:
    """Objective of a plan, from the plan's edges and candidates alone.

    Raises
    ------
    ValueError
        Where the edges and candidates do not hang together, or a vertex that must be held is not.
    """
    edges = np.array(plan["edges"], dtype=np.int64)
    held = np.zeros(instance.nodes, dtype=bool)
    held[instance.edge_u[edges]] = held[instance.edge_v[edges]] = True
    held[plan["candidates"]] = True
    pieces = _components(instance, edges)
    if len(set(pieces[held].tolist())) > 1:
        raise ValueError("the tree falls apart")
    missed = instance.prize[~held[instance.terminals]]
    if np.isinf(missed).any():
        raise ValueError("a terminal is not held")
    return math.fsum([*instance.edge_cost[edges].tolist(), *missed.tolist()])


def state_rooted(instance: SteinerTree, root: int, inside: Bools) -> Rooted:
    """The problem of the tree with this root on the vertices inside."""
    edges = np.flatnonzero(inside[instance.edge_u] & inside[instance.edge_v])
    wanted = np.flatnonzero(inside[instance.terminals] & (instance.terminals != root) & (instance.prize > 0))
    node, prize = instance.terminals[wanted], instance.prize[wanted]
    payable = np.flatnonzero(np.isfinite(prize))
    demands, candidates = len(wanted), len(wanted) + len(payable)
    demand = np.concatenate([np.arange(demands), payable])
    return Rooted(
        Problem(
            existing=np.arange(instance.nodes) == root,
            edge_u=instance.edge_u[edges],
            edge_v=instance.edge_v[edges],
            edge_cost=instance.edge_cost[edges],
            candidate_node=np.concatenate([node, np.full(len(payable), -1, dtype=np.int64)]),
            candidate_cost=np.concatenate([np.zeros(demands), prize[payable]]),
            candidate_place=np.arange(candidates),
            cover=csr_array((np.ones(candidates, bool), (demand, np.arange(candidates))), shape=(demands, candidates)),
            existing_providers=np.zeros(demands, dtype=np.int64),
            connection_cost=np.zeros(demands),
            link_cost=None,
            targets=(TargetRow("everything", np.arange(demands), np.ones(demands), float(demands)),),
        ),
        edges,
    )


def _solve_rooted(instance: SteinerTree, asked: Asked, root: int) -> Answer:
    step = cost_step(instance.edge_cost, instance.prize)
    rooted = state_rooted(instance, root, np.ones(instance.nodes, dtype=bool))
    gap = asked.gap_for(step, _cost_at_most(instance))
    solution = solve(rooted.problem, gap=gap, time_limit_s=asked.seconds_left, seed=asked.seed, progress=asked.trace)
    if solution.plan is None:
        return Answer.without_plan(solution)
    plan = _plan(instance, rooted.edges[solution.plan.edges], root)
    cost = steiner_cost(instance, plan)
    return Answer.with_plan(solution, plan, cost, step)


def _cost_at_most(instance: SteinerTree) -> float:
    """A cost that no best tree exceeds: every edge of a cheapest forest, or every prize."""
    order = np.argsort(instance.edge_cost, kind="stable")
    parent = list(range(instance.nodes))
    total = 0.0
    for edge in order.tolist():
        u, v = _root(parent, int(instance.edge_u[edge])), _root(parent, int(instance.edge_v[edge]))
        if u != v:
            parent[u] = v
            total += float(instance.edge_cost[edge])
    return min(total, float(instance.prize.sum()))


def _root(parent: list[int], v: int) -> int:
    while parent[v] != v:
        parent[v] = parent[parent[v]]
        v = parent[v]
    return v


def _components(instance: SteinerTree, edges: Ints) -> Ints:
    ends = (instance.edge_u[edges], instance.edge_v[edges])
    graph = csr_array((np.ones(len(edges)), ends), shape=(instance.nodes, instance.nodes))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _plan(instance: SteinerTree, edges: Ints, root: int | None) -> dict[str, list[int]]:
    """Edges hanging together with the root, the terminal vertices they hold, and those terminals' positions."""
    held = np.zeros(instance.nodes, dtype=bool)
    if root is not None:
        piece = _components(instance, edges)
        edges = edges[piece[instance.edge_u[edges]] == piece[root]]
        held[root] = True
    held[instance.edge_u[edges]] = held[instance.edge_v[edges]] = True
    served = np.flatnonzero(held[instance.terminals])
    candidates = instance.terminals[served]
    if root is not None and not held[candidates].size:
        candidates = np.array([root])
    return {
        "edges": np.sort(edges).tolist(),
        "candidates": sorted(candidates.tolist()),
        "served": served.tolist(),
    }


class _Unrooted:
    """The search for a tree that need not hold any vertex."""

    def __init__(self, instance: SteinerTree, asked: Asked) -> None:
        self.instance, self.asked = instance, asked
        self.step = cost_step(instance.edge_cost, instance.prize)
        self.total = math.fsum(instance.prize.tolist())
        self.prize_at = np.zeros(instance.nodes)
        self.prize_at[instance.terminals] = instance.prize
        alone = int(np.argmax(self.prize_at))
        self.best = _plan(instance, np.zeros(0, np.int64), alone)
        self.best_cost = steiner_cost(instance, self.best)
        self.bound = math.inf
        self.root_bound: float | None = None
        self.origin: BoundOrigin = "mip"
        self.nodes = self.cuts = 0
        self.status: Status = "optimal"
        ends = np.concatenate([instance.edge_u, instance.edge_v])
        self.order = np.argsort(ends, kind="stable")
        self.first = np.searchsorted(ends[self.order], np.arange(instance.nodes + 1))
        self.other = np.concatenate([instance.edge_v, instance.edge_u])

    def solve(self) -> Answer:
        """Work the pieces off, the one with most prizes first."""
        pieces = self._pieces(np.ones(self.instance.nodes, dtype=bool))
        while pieces:
            outside, _, inside = heapq.heappop(pieces)
            if outside > self.best_cost - 0.999 * self.step:
                break  # no tree of this piece is better, nor of those after it
            if self.asked.seconds_left == 0.0:
                self._note(outside, "none", "limit")
                break
            root = int(np.argmax(np.where(inside, self.prize_at, -1.0)))
            self._search_piece(root, inside, outside, alone=not pieces)
            for piece in self._pieces(inside & ~self._hold(root, inside)):
                heapq.heappush(pieces, piece)
        bound = rounded_up(min(self.bound, self.best_cost), self.step, self.best_cost)
        return Answer(
            self.best, self.best_cost, bound, self.origin, self.root_bound, self.nodes, self.cuts, self.status
        )

    def _pieces(self, inside: Bools) -> list[tuple[float, int, Bools]]:
        """Connected parts that hold a prize: (prizes outside, a vertex of it, its vertices), as a heap."""
        instance = self.instance
        label = _components(instance, np.flatnonzero(inside[instance.edge_u] & inside[instance.edge_v]))
        pieces = []
        for one in np.unique(label[inside & (self.prize_at > 0)]).tolist():
            part = inside & (label == one)
            pieces.append((self.total - math.fsum(self.prize_at[part].tolist()), int(np.argmax(part)), part))
        heapq.heapify(pieces)
        return pieces

    def _search_piece(self, root: int, inside: Bools, outside: float, *, alone: bool) -> None:
        """Best tree of a piece that holds the root."""
        asked = self.asked
        rooted = state_rooted(self.instance, root, inside)
        most = math.fsum(rooted.problem.candidate_cost.tolist())
        asked.trace.shift = outside
        solution = solve(
            rooted.problem,
            gap=asked.gap_for(self.step, most),
            time_limit_s=asked.seconds_left * (1.0 if alone else _SHARE),
            seed=asked.seed,
            progress=asked.trace,
        )
        self.nodes += solution.nodes
        self.cuts += solution.cuts
        if solution.plan is not None:
            plan = _plan(self.instance, rooted.edges[solution.plan.edges], root)
            cost = steiner_cost(self.instance, plan)
            if cost < self.best_cost:
                self.best, self.best_cost = plan, cost
        if self.root_bound is None and solution.root_bound is not None:
            self.root_bound = min(outside + solution.root_bound, self.best_cost)
        self._note(outside + (solution.bound or 0.0), solution.bound_origin, solution.status)

    def _note(self, bound: float, origin: BoundOrigin, status: Status) -> None:
        """A bound on the trees of one search; the least of them bounds all."""
        if bound < self.bound:
            self.bound, self.origin = bound, origin
        if status in {"limit", "cancelled"}:
            self.status = status

    def _hold(self, root: int, inside: Bools) -> Bools:
        """Vertices from which a path to the root pays for itself in prizes on the way, grown from the root."""
        held = np.zeros(self.instance.nodes, dtype=bool)
        heap = [(-0.0, root)]
        while heap:
            spare, v = heapq.heappop(heap)
            if held[v]:
                continue
            held[v] = True
            money = -spare + self.prize_at[v]
            for position in self.order[self.first[v] : self.first[v + 1]].tolist():
                w = int(self.other[position])
                left = money - self.instance.edge_cost[position % len(self.instance.edge_cost)]
                if left >= 0 and inside[w] and not held[w]:
                    heapq.heappush(heap, (-left, w))
        return held
