"""Works kept or forbidden, by an exact change of the problem: the programs know nothing of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from gis_layers import Progress, StudyError, silent
from optimise.assembly import Choice, complete
from optimise.diagnosis import connectable
from optimise.plan import Plan, Solution
from optimise.prices import plan_cost, plan_worth, with_other_costs
from optimise.problem import Backhaul, Capacity, Costs, Floats, Ints, Problem, TargetRow, every_limit, is_plain
from optimise.solve import solve
from optimise.verify import Verification, verify

OPTIMAL_GAP = 1e-6
BUDGET_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Variant:
    """A problem with works kept or forbidden.

    Attributes
    ----------
    original : Problem
        As it was.
    problem : Problem
        Without the forbidden works. Kept works cost nothing, in the budget either, which is what they leave of it;
        behind the demands and targets of the original stand one demand and one target for each kept candidate with
        backhaul, which only its connection meets. With phases the kept candidates keep their cost, since some year must
        pay it, and each has its demand and target.
    constant_cost : float
        Cost of the kept works where they cost nothing in `problem`: least cost = that of `problem` + this.
    edge_of, candidate_of : (E',), (K',) int
        Edge and candidate of the original behind those of `problem`.
    kept_edges, kept_candidates : int arrays
        Indices of the original, increasing.
    """

    original: Problem
    problem: Problem
    constant_cost: float
    edge_of: Ints
    candidate_of: Ints
    kept_edges: Ints
    kept_candidates: Ints


def keep_and_forbid(
    problem: Problem,
    *,
    keep_edges: Sequence[int] | Ints = (),
    keep_candidates: Sequence[int] | Ints = (),
    forbid_edges: Sequence[int] | Ints = (),
    forbid_candidates: Sequence[int] | Ints = (),
) -> Variant:
    """Fix works of a problem.

    A kept dig is paid whether anything uses it or not; a kept candidate with backhaul must be connected.

    Parameters
    ----------
    problem : Problem
    keep_edges, keep_candidates, forbid_edges, forbid_candidates : sequences of int
        Indices of the problem, each named at will.

    Raises
    ------
    StudyError
        A work that the problem does not have, or that is both kept and forbidden; a kept edge in a problem with
        phases.
    """
    edge_of, kept_edges = _split("edge", problem.edge_cost.size, keep_edges, forbid_edges)
    candidate_of, kept_candidates = _split("candidate", problem.candidate_cost.size, keep_candidates, forbid_candidates)
    if problem.phases is not None and kept_edges.size:
        raise StudyError(
            f"edge {kept_edges[0]} is kept, and nothing says in which year it is dug",
            "with phases keep what stands at its end, or forbid other works",
        )
    free = _Free(kept_edges, kept_candidates) if problem.phases is None else _Free(kept_edges, kept_edges[:0])
    # what costs nothing and needs no connection needs no target to be in the plan
    connected = kept_candidates[(problem.candidate_node[kept_candidates] >= 0) | (problem.phases is not None)]
    less = replace(
        problem,
        edge_u=problem.edge_u[edge_of],
        edge_v=problem.edge_v[edge_of],
        edge_cost=free.edges(problem.edge_cost)[edge_of],
        candidate_node=problem.candidate_node[candidate_of],
        candidate_cost=free.candidates(problem.candidate_cost)[candidate_of],
        candidate_place=problem.candidate_place[candidate_of],
        cover=csr_array(problem.cover[:, candidate_of]),
        link_cost=None if problem.link_cost is None else csr_array(problem.link_cost[:, candidate_of]),
        backhaul=None if problem.backhaul is None else _cut_backhaul(problem.backhaul, edge_of, candidate_of),
        capacity=None
        if problem.capacity is None
        else replace(problem.capacity, most=problem.capacity.most[candidate_of]),
    )
    less = with_other_costs(_pay_kept(less, free), lambda costs: _cut_costs(costs, free, edge_of, candidate_of))
    return Variant(
        original=problem,
        problem=_must_connect(less, np.searchsorted(candidate_of, connected), connected),
        constant_cost=math.fsum([*problem.edge_cost[free.of_edges], *problem.candidate_cost[free.of_candidates]]),
        edge_of=edge_of,
        candidate_of=candidate_of,
        kept_edges=kept_edges,
        kept_candidates=kept_candidates,
    )


@dataclass(frozen=True)
class _Free:
    """Kept works that cost nothing in the changed problem, by their indices in the original."""

    of_edges: Ints
    of_candidates: Ints

    def edges(self, cost: Floats) -> Floats:
        return _without_cost(cost, self.of_edges)

    def candidates(self, cost: Floats) -> Floats:
        return _without_cost(cost, self.of_candidates)


def _without_cost(cost: Floats, works: Ints) -> Floats:
    rest = cost.copy()
    rest[works] = 0.0
    return rest


def _cut_backhaul(backhaul: Backhaul, edge_of: Ints, candidate_of: Ints) -> Backhaul:
    return replace(
        backhaul,
        cable_cost=backhaul.cable_cost[:, edge_of],
        candidate_class=backhaul.candidate_class[candidate_of],
    )


def _pay_kept(problem: Problem, free: _Free) -> Problem:
    """Leave every limit what the kept works leave of it; where that is less than nothing, a target that none meets."""
    left = [limit.most - _spent(limit.costs, free) for limit in every_limit(problem)]
    if any(
        rest < -BUDGET_TOLERANCE * max(1.0, limit.most) for rest, limit in zip(left, every_limit(problem), strict=True)
    ):
        nothing = np.empty(0, dtype=np.int64)
        row = TargetRow("budget of the kept works", nothing, np.empty(0), 1.0)
        problem = _with_targets(problem, (row,))
    rest = [replace(limit, most=max(most, 0.0)) for limit, most in zip(every_limit(problem), left, strict=True)]
    if problem.budget is not None:
        problem = replace(problem, budget=rest.pop(0))
    return replace(problem, limits=tuple(rest))


def _spent(costs: Costs, free: _Free) -> float:
    return math.fsum([*costs.edge_cost[free.of_edges], *costs.candidate_cost[free.of_candidates]])


def _cut_costs(costs: Costs, free: _Free, edge_of: Ints, candidate_of: Ints) -> Costs:
    return Costs(
        edge_cost=free.edges(costs.edge_cost)[edge_of],
        candidate_cost=free.candidates(costs.candidate_cost)[candidate_of],
        connection_cost=costs.connection_cost,
        cable_cost=None if costs.cable_cost is None else costs.cable_cost[:, edge_of],
        link_cost=None if costs.link_cost is None else csr_array(costs.link_cost[:, candidate_of]),
    )


def restore(variant: Variant, plan: Plan) -> Plan:
    """Turn a plan of the variant's problem into one of the original with every kept work in it.

    Where nothing but the targets restricts a plan, what the kept works serve at no further cost counts as served, and
    links go to the cheapest built candidates.
    """
    if not is_plain(variant.original):  # more service or other links might break a limit
        return _map_back(variant, plan)
    demands = variant.original.existing_providers.size
    own = plan.served[plan.served[:, 0] < demands]
    wanted = np.zeros(demands, dtype=np.int64)
    wanted[own[:, 0]] = own[:, 1]
    return complete(
        variant.original,
        Choice(
            candidates=np.union1d(variant.candidate_of[plan.candidates], variant.kept_candidates),
            edges=np.union1d(variant.edge_of[plan.edges], variant.kept_edges),
            wanted=wanted,
        ),
    )


def _map_back(variant: Variant, plan: Plan) -> Plan:
    """Name the parts of a plan as the original does and add the kept works that are not in it, which serve nobody."""
    original = variant.original
    demands = original.existing_providers.size
    mine = plan.links[:, 0] < demands
    restored = replace(
        plan,
        edges=np.union1d(variant.edge_of[plan.edges], variant.kept_edges),
        candidates=np.union1d(variant.candidate_of[plan.candidates], variant.kept_candidates),
        served=plan.served[plan.served[:, 0] < demands],
        links=np.stack([plan.links[mine, 0], variant.candidate_of[plan.links[mine, 1]]], axis=1),
        link_year=plan.link_year[mine] if plan.link_year.size else plan.link_year,
        cables=np.stack([variant.edge_of[plan.cables[:, 0]], plan.cables[:, 1]], axis=1),
    )
    return replace(restored, cost=plan_cost(original, restored), worth=plan_worth(original, restored))


def solve_variant(
    variant: Variant,
    *,
    gap: float = 0.01,
    time_limit_s: float | None = None,
    seed: int = 0,
    node_limit: int | None = None,
    progress: Progress = silent,
    solver: Callable[..., Solution] = solve,
) -> Solution:
    """Solve a variant; arguments and errors as `solve`.

    Parameters
    ----------
    solver : callable
        Solves the variant's problem; called as `solve`.

    Returns
    -------
    Solution
        Plan, costs, bounds and gap of the original problem with the works fixed, the kept ones paid.
    """
    solution = solver(
        variant.problem, gap=gap, time_limit_s=time_limit_s, seed=seed, node_limit=node_limit, progress=progress
    )
    if solution.plan is None:
        return _paid(variant, solution, None)
    plan = restore(variant, solution.plan)
    verification = verify_variant(variant, plan)
    if not verification.ok:
        raise RuntimeError(f"the plan does not pass verification: {'; '.join(verification.complaints)}")
    paid = _paid(variant, solution, plan)
    # the share of the gap in the whole cost is smaller than in what was left to decide
    if paid.status in ("limit", "within_gap") and paid.gap is not None and paid.gap <= max(gap, OPTIMAL_GAP):
        return replace(paid, status="optimal" if paid.gap <= OPTIMAL_GAP else "within_gap")
    return paid


def verify_variant(variant: Variant, plan: Plan) -> Verification:
    """Check a plan of the original problem, and that it has every kept and no forbidden work."""
    verification = verify(variant.original, plan)
    complaints = list(verification.complaints)
    for name, built, kept, allowed in (
        ("edge", plan.edges, variant.kept_edges, variant.edge_of),
        ("candidate", plan.candidates, variant.kept_candidates, variant.candidate_of),
    ):
        complaints += [f"{name} {work} is kept and not in the plan" for work in np.setdiff1d(kept, built).tolist()]
        complaints += [f"{name} {work} is forbidden" for work in np.setdiff1d(built, allowed).tolist()]
    return replace(verification, ok=not complaints, complaints=tuple(complaints))


def cut_off_candidates(variant: Variant) -> Ints:
    """Kept candidates that nothing can connect to the existing network: with any of them no plan exists."""
    reached = variant.candidate_of[connectable(variant.problem)]
    return np.setdiff1d(variant.kept_candidates, reached)


def _split(name: str, size: int, keep: Sequence[int] | Ints, forbid: Sequence[int] | Ints) -> tuple[Ints, Ints]:
    """Return the works that are not forbidden, and the kept ones."""
    kept, forbidden = (np.unique(np.asarray(works, dtype=np.int64)) for works in (keep, forbid))
    for works in (kept, forbidden):
        if outside := works[(works < 0) | (works >= size)].tolist():
            raise StudyError(f"{name} {outside[0]} is not in 0..{size - 1}", "name works of the problem")
    if both := np.intersect1d(kept, forbidden).tolist():
        raise StudyError(f"{name} {both[0]} is both kept and forbidden", "do one of the two")
    return np.setdiff1d(np.arange(size), forbidden), kept


def _must_connect(problem: Problem, candidates: Ints, originals: Ints) -> Problem:
    """Add for each candidate a demand that it alone covers, and a target that asks for it."""
    demands, count = problem.cover.shape
    pairs = problem.cover.tocoo()
    added = demands + np.arange(candidates.size)
    cover = csr_array(
        (
            np.append(pairs.data.astype(np.bool_), np.ones(candidates.size, dtype=np.bool_)),
            (np.append(pairs.row, added), np.append(pairs.col, candidates)),
        ),
        shape=(demands + candidates.size, count),
    )
    rows = tuple(
        TargetRow(f"kept candidate {original}", np.array([demand]), np.ones(1), 1.0)
        for demand, original in zip(added.tolist(), originals.tolist(), strict=True)
    )
    problem = replace(
        problem,
        cover=cover,
        link_cost=_taller(problem.link_cost, cover),
        existing_providers=np.append(problem.existing_providers, np.zeros(candidates.size, dtype=np.int64)),
        connection_cost=np.append(problem.connection_cost, np.zeros(candidates.size)),
        capacity=None if problem.capacity is None else _with_own_load(problem.capacity, candidates),
    )
    return _with_targets(with_other_costs(problem, lambda costs: _taller_costs(costs, cover)), rows)


def _with_own_load(capacity: Capacity, candidates: Ints) -> Capacity:
    """Add a load of 1 for each of the candidates, and the room for it."""
    most = capacity.most.copy()
    most[candidates] += 1.0
    return Capacity(most, np.append(capacity.load, np.ones(candidates.size)))


def _taller_costs(costs: Costs, cover: csr_array) -> Costs:
    added = cover.shape[0] - costs.connection_cost.size
    connection_cost = np.append(costs.connection_cost, np.zeros(added))
    return replace(costs, connection_cost=connection_cost, link_cost=_taller(costs.link_cost, cover))


def _taller(link_cost: csr_array | None, cover: csr_array) -> csr_array | None:
    """Give link costs the shape of `cover`; the demands added have none."""
    if link_cost is None:
        return None
    costs = link_cost.tocoo()
    return csr_array((costs.data, (costs.row, costs.col)), shape=cover.shape)


def _with_targets(problem: Problem, rows: tuple[TargetRow, ...]) -> Problem:
    """Add targets that hold in the end and are worth nothing."""
    phases, worth, added = problem.phases, problem.worth, len(rows)
    if phases is not None:
        phases = replace(phases, required=np.pad(phases.required, ((0, 0), (0, added))))
    if worth is not None:
        worth = replace(worth, per_weight=np.pad(worth.per_weight, (0, added)))
    return replace(problem, targets=(*problem.targets, *rows), phases=phases, worth=worth)


def _paid(variant: Variant, solution: Solution, plan: Plan | None) -> Solution:
    """Add the kept works to every cost; a bound never stands on the wrong side of the plan."""
    greedy_cost = None if solution.greedy_cost is None else solution.greedy_cost + variant.constant_cost
    bound, root_bound = solution.bound, solution.root_bound
    if solution.objective == "least_cost":
        bound, root_bound = (
            None if amount is None else amount + variant.constant_cost for amount in (bound, root_bound)
        )
        if plan is not None and bound is not None:
            bound = min(bound, plan.cost)
    elif plan is not None and plan.worth is not None and bound is not None:
        bound = max(bound, plan.worth)
    return replace(solution, plan=plan, bound=bound, root_bound=root_bound, greedy_cost=greedy_cost)
