"""Classes of backhaul, capacities, years, budgets and worth in the program: known answers, CBC, and what must agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pulp
import pytest

from gis_layers import CancelledError, silent
from optimise import Backhaul, Budget, Capacity, Costs, Phases, Problem, Solution, Worth, infeasibility, verify
from optimise.base_route import solve_base
from optimise.programme import ROOT, hand_over, limits, short_rows, state_programme
from optimise.programme_answer import read_schedule
from optimise.programme_limits import Limit
from optimise.schedule import assemble_schedule
from optimise.solvers.highs import highs_options, run_highs
from tests.optimise.random_problems import random_problem
from tests.optimise.random_variants import COMBINED, PAIRS, SINGLE, YEARLY, random_variant
from tests.optimise.small_problems import small_problem, target

EXACT = highs_options(gap=0.0, seed=0, node_limit=None)


def solved(problem: Problem) -> Solution:
    """The proven best plan, which the verifier accepts."""
    solution = solve_base(problem, gap=0.0)
    assert solution.plan is not None
    assert solution.status == "optimal"
    assert verify(problem, solution.plan).complaints == ()
    return solution


def budget_of(problem: Problem, most: float, **more: Any) -> Budget:
    """A budget at the problem's own prices but for those given."""
    own = {"edge_cost": problem.edge_cost, "candidate_cost": problem.candidate_cost}
    return Budget(
        most, Costs(**{**own, "connection_cost": problem.connection_cost, "link_cost": problem.link_cost, **more})
    )


# Classes of backhaul


def two_classes(existing: list[list[bool]], sites: list[int], cable: list[float]) -> Problem:
    """A street 0-1-2 of two digs at 10, a fibre and a power site, each needed."""
    return small_problem(
        edges=[(0, 1, 10), (1, 2, 10)],
        sites=[(sites[0], 1), (sites[1], 1)],
        covered_by=[[0], [1]],
        existing=np.flatnonzero(np.any(existing, axis=0)).tolist(),
        backhaul=Backhaul(np.array(existing), np.repeat(np.array(cable)[:, None], 2, axis=1), np.array([0, 1])),
    )


def test_two_classes_share_a_trench_that_costs_once() -> None:
    problem = two_classes([[True, False, False]] * 2, [2, 2], [2.0, 3.0])
    plan = solved(problem).plan
    assert plan is not None
    assert plan.cost == 2 * 10 + 2 * 2 + 2 * 3 + 2
    assert plan.edges.tolist() == [0, 1]
    assert plan.cables.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_two_classes_use_a_trench_in_opposite_directions() -> None:
    problem = two_classes([[True, False, False], [False, False, True]], [2, 0], [0.0, 1.0])
    assert solved(problem).value == 2 * 10 + 2 * 1 + 2


def test_a_site_is_connected_to_the_network_of_its_own_class() -> None:
    problem = two_classes([[True, False, True], [True, False, False]], [2, 2], [1.0, 1.0])
    plan = solved(problem).plan
    assert plan is not None
    assert plan.cables.tolist() == [[0, 1], [1, 1]]  # fibre is at node 2 already


def test_a_class_without_a_way_to_its_network_is_proven_infeasible() -> None:
    problem = two_classes([[True, False, False], [False, False, False]], [2, 2], [1.0, 1.0])
    assert solve_base(problem).status == "infeasible"


# Capacity


def shared_box(most: float, **more: Any) -> Problem:
    """Three demands of load 2, two boxes at 5 that cover all, one at 9."""
    return small_problem(
        edges=[],
        sites=[(-1, 5), (-1, 5), (-1, 9)],
        covered_by=[[0, 1, 2]] * 3,
        capacity=Capacity(np.array([most, most, np.inf]), np.full(3, 2.0)),
        **more,
    )


@pytest.mark.parametrize(("most", "cost"), [(6.0, 5.0), (5.9, 9.0), (1.0, 9.0)])
def test_a_candidate_serves_at_most_its_load(most: float, cost: float) -> None:
    assert solved(shared_box(most)).value == cost


def test_capacity_forces_two_boxes_and_the_links_say_who_serves_whom() -> None:
    problem = replace(shared_box(4.0), candidate_cost=np.array([5.0, 5.0, 99.0]))
    plan = solved(problem).plan
    assert plan is not None
    assert plan.candidates.tolist() == [0, 1]
    assert np.bincount(plan.links[:, 1]).max() == 2


def test_free_places_of_an_existing_cabinet_are_used_first() -> None:
    problem = replace(shared_box(4.0), candidate_cost=np.array([0.0, 5.0, 99.0]))
    assert solved(problem).value == 5.0


def test_loads_are_limited_in_exact_arithmetic() -> None:
    """Three times 0.1 is more than 0.3 by rounding alone; 1e-7 more of load is more."""
    problem = shared_box(0.3)
    alike = replace(problem, capacity=Capacity(problem.capacity.most, np.full(3, 0.1)))  # type: ignore[union-attr]
    assert solved(alike).value == 5.0
    above = replace(problem, capacity=Capacity(problem.capacity.most, np.full(3, 0.1 + 1e-7)))  # type: ignore[union-attr]
    assert solved(above).value == 9.0


# Years


def street(phases: Phases, **more: Any) -> Problem:
    """Two digs at 4 in a row to a box at 2."""
    return small_problem(edges=[(0, 1, 4), (1, 2, 4)], sites=[(2, 2)], covered_by=[[0]], **{"phases": phases, **more})


def test_half_of_a_street_is_dug_a_year_earlier_when_the_budget_asks_for_it() -> None:
    phases = Phases(np.array([5.0, 6.0]), np.ones(2), np.zeros((2, 1)))
    plan = solved(street(phases)).plan
    assert plan is not None
    assert sorted(plan.edge_year.tolist()) == [0, 1]
    assert plan.candidate_year.tolist() == plan.link_year.tolist() == [1]
    assert solve_base(street(replace(phases, budget=np.array([3.0, 6.0])))).status == "infeasible"


def test_costs_are_discounted_and_a_year_may_ask_for_more_than_the_end() -> None:
    later = Phases(np.full(2, np.inf), np.array([1.0, 0.5]), np.zeros((2, 1)))
    assert solved(street(later)).value == 5.0
    assert solved(street(replace(later, required=np.array([[1.0], [0.0]])))).value == 10.0


def test_the_connection_is_paid_in_the_year_of_the_first_link() -> None:
    """Two places at 3 and a connection at 4 within 7 and 3: one place and the connection come first."""
    problem = small_problem(
        edges=[],
        sites=[(-1, 3), (-1, 3)],
        covered_by=[[0, 1]],
        targets=[target([0], providers=2)],
        connection_cost=np.array([4.0]),
        phases=Phases(np.array([7.0, 3.0]), np.ones(2), np.zeros((2, 1))),
    )
    plan = solved(problem).plan
    assert plan is not None
    assert sorted(plan.link_year.tolist()) == [0, 1]
    assert plan.served.tolist() == [[0, 2]]
    tight = Phases(np.array([5.0, 5.0]), np.ones(2), np.zeros((2, 1)))
    assert solve_base(replace(problem, phases=tight)).status == "infeasible"


# Budget and worth


def choices(**more: Any) -> Problem:
    """Boxes at 3, 4 and 5 for demands of weight 3, 5 and 4."""
    worth = Worth(np.ones(1))
    problem = small_problem(
        edges=[(0, 1, 2)],
        sites=[(1, 1), (-1, 4), (-1, 5)],
        covered_by=[[0], [1], [2]],
        targets=[target([0, 1, 2], weight=[3.0, 5.0, 4.0], required=0.0)],
        worth=worth,
        objective="most_worth",
    )
    return replace(problem, budget=budget_of(problem, 8.0), **more)


@pytest.mark.parametrize(("most", "worth"), [(0.0, 0.0), (3.0, 3.0), (4.0, 5.0), (7.0, 8.0), (9.0, 9.0), (12.0, 12.0)])
def test_the_most_worth_within_a_budget(most: float, worth: float) -> None:
    problem = choices()
    solution = solved(replace(problem, budget=budget_of(problem, most)))
    assert solution.value == solution.bound == worth
    assert solution.plan is not None
    assert solution.plan.cost <= most
    assert solution.gap == 0.0


def test_what_exists_is_worth_something_and_nothing_is_built_without_money() -> None:
    problem = choices(existing_providers=np.array([0, 1, 0]))
    solution = solved(replace(problem, budget=budget_of(problem, 0.0)))
    assert solution.value == solution.bound == 5.0
    assert solution.plan is not None
    assert solution.plan.edges.size == solution.plan.candidates.size == 0


def test_a_budget_has_prices_of_its_own() -> None:
    problem = small_problem(edges=[], sites=[(-1, 1), (-1, 5)], covered_by=[[0, 1]])
    tight = replace(problem, budget=budget_of(problem, 2.0, candidate_cost=np.array([3.0, 2.0])))
    assert solved(tight).value == 5.0
    none = replace(problem, budget=budget_of(problem, 1.0, candidate_cost=np.array([3.0, 2.0])))
    assert solve_base(none).status == "infeasible"


def test_a_budget_is_kept_in_exact_arithmetic() -> None:
    """A solver may take 0.999999 of a work for all of it: the budget is a euro short of two works of 10 million."""
    problem = choices(candidate_cost=np.array([1.0, 1e7, 1e7]))
    short = solved(replace(problem, budget=budget_of(problem, 2e7 - 1.0)))
    assert short.value == 8.0
    assert solved(replace(problem, budget=budget_of(problem, 2e7))).value == 9.0


def test_the_least_worth_is_reached_at_least_cost() -> None:
    problem = replace(choices(), objective="least_cost", budget=None)
    assert solved(replace(problem, worth=Worth(np.ones(1), 8.0))).value == 7.0
    assert solved(replace(problem, worth=Worth(np.ones(1), 8.5))).value == 9.0
    assert solve_base(replace(problem, worth=Worth(np.ones(1), 12.5))).status == "infeasible"


def test_targets_hold_while_worth_is_sought() -> None:
    problem = choices()
    asked = (*problem.targets, target([2], weight=[4.0], name="last"))
    strict = replace(problem, targets=asked, worth=Worth(np.array([1.0, 0.0])))
    assert solved(strict).value == 7.0
    assert solve_base(replace(strict, budget=budget_of(problem, 4.5))).status == "infeasible"


# What the parts must agree on


def parts_that_change_nothing(problem: Problem) -> dict[str, Any]:
    edges, candidates, demands = problem.edge_cost.size, problem.candidate_cost.size, problem.connection_cost.size
    targets = len(problem.targets)
    return {
        "backhaul": Backhaul(problem.existing[None], np.zeros((1, edges)), np.zeros(candidates, dtype=np.int64)),
        "capacity": Capacity(np.full(candidates, float(demands)), np.ones(demands)),
        "phases": Phases(np.full(2, np.inf), np.ones(2), np.zeros((2, targets))),
        "budget": budget_of(problem, np.inf),
        "worth": Worth(np.ones(targets)),
    }


@pytest.mark.parametrize("part", ["backhaul", "capacity", "phases", "budget", "worth"])
def test_a_part_that_limits_nothing_changes_nothing(part: str) -> None:
    for seed in range(700, 706):
        problem = random_problem(seed, "everything")
        if not infeasibility(problem):
            variant = replace(problem, **{part: parts_that_change_nothing(problem)[part]})
            assert solved(variant).value == pytest.approx(solve_base(problem, gap=0.0).value, abs=1e-6)


@pytest.mark.parametrize("parts", [*SINGLE, *PAIRS[::4], *COMBINED, *YEARLY], ids="+".join)
def test_cbc_and_highs_agree_on_every_variant(parts: tuple[str, ...]) -> None:
    agreed = 0
    for seed in range(300, 303):
        problem = random_variant(seed, parts)
        programme = state_programme(problem)
        if any(limit.hopeless() for limit in limits(programme)):
            continue
        highs = run_highs(hand_over(programme, EXACT), start=None, deadline=None, progress=silent)
        status = programme.model.solve(pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False, gapRel=0.0))
        assert (pulp.LpStatus[status] == "Optimal") == (highs.value is not None)
        if highs.value is not None:
            assert pulp.value(programme.model.objective) == pytest.approx(highs.bound, abs=1e-5)
            value = np.array([variable.varValue for variable in programme.model.variables()])
            plan = assemble_schedule(problem, read_schedule(programme, value))
            assert verify(problem, plan).complaints == ()
            agreed += 1
    assert agreed or infeasibility(problem) or highs.ended == "infeasible"


def test_an_early_stop_claims_nothing_false() -> None:
    problem = random_variant(11, ("backhaul", "phases", "most_worth"))
    best = solved(problem)
    stopped = solve_base(problem, gap=0.0, node_limit=0)
    assert stopped.bound is None or stopped.bound >= best.bound - 1e-6  # type: ignore[operator]
    assert stopped.status in ("limit", "optimal")
    out_of_time = solve_base(problem, time_limit_s=0.0)
    assert (out_of_time.plan, out_of_time.status) == (None, "limit")

    def stop(stage: str, share: float | None = None, note: str = "") -> None:
        raise CancelledError("stop")

    assert solve_base(problem, progress=stop).status == "cancelled"


# The layered structure


def test_layers_name_the_columns_of_their_arcs_and_hosts() -> None:
    problem = replace(
        two_classes([[True, False, False], [False, False, True]], [2, 0], [0.0, 1.0]),
        phases=Phases(np.full(3, np.inf), np.ones(3), np.zeros((3, 1))),
    )
    programme = state_programme(problem, with_flow=False)
    variables = programme.model.variables()
    assert [variable.index for variable in variables] == list(range(programme.columns))
    assert len(programme.layers) == 6
    layer = programme.layer(1, 2)
    assert (layer.backhaul_class, layer.year, layer.f) == (1, 2, {})
    assert {tuple(row[:3]) for row in layer.arc_columns().tolist()} == {(0, 0, 1), (0, 1, 0), (1, ROOT, 1)}
    assert [variables[column] for column in layer.arc_columns()[:, 3]] == list(layer.y.values())
    assert layer.host_columns().tolist() == [[0, layer.u[0].index]]
    assert programme.host(1, 2) is layer.u[0]
    assert programme.dug(0, 0, 1) is programme.t[1][0]
    assert programme.dug(1, 0, 1) is programme.c[1, 0, 1]


def test_without_flow_the_program_is_the_same_but_for_its_columns() -> None:
    problem = random_variant(3, ("backhaul", "phases"))
    whole, bare = state_programme(problem), state_programme(problem, with_flow=False)
    flows = sum(len(layer.f) for layer in whole.layers)
    assert flows > 0
    assert bare.columns == whole.columns - flows
    assert bare.model.numConstraints() < whole.model.numConstraints()
    assert list(bare.z) == list(whole.z)


def test_providers_count_by_links_places_or_candidates() -> None:
    problem = small_problem(
        edges=[],
        sites=[(-1, 1)] * 3,
        covered_by=[[0, 1, 2], [2]],
        targets=[target([0, 1], providers=2), target([0, 1], name="once")],
        candidate_place=np.array([7, 7, 8]),
    )
    programme = state_programme(problem)
    assert [provider.candidates for provider in programme.counted(0, 2, 0)] == [(0, 1), (2,)]
    assert [provider.candidates for provider in programme.counted(0, 1, 0)] == [(0,), (1,), (2,)]
    limited = state_programme(replace(problem, capacity=Capacity(np.array([1.0, np.inf, np.inf]), np.ones(2))))
    assert [provider.candidates for provider in limited.counted(0, 2, 0)] == [(0,), (1,), (2,)]
    assert {key[:2] for key in limited.a} == {(0, 0), (0, 1), (0, 2)}  # demand 1 is not touched by the limit


# Limits


def test_a_limit_cuts_off_what_the_solver_calls_within_it() -> None:
    programme = state_programme(choices())
    (budget,) = [limit for limit in limits(programme) if limit.sense == pulp.LpConstraintLE]
    value = np.ones(programme.columns)
    (row,) = short_rows(programme, value)
    assert row[1:] == (pulp.LpConstraintLE, len(budget.items) - 1.0)
    assert short_rows(programme, np.zeros(programme.columns)) == []
    assert Limit([], pulp.LpConstraintLE, -1.0).hopeless()
    assert Limit([(1.0, [])], pulp.LpConstraintGE, 1.5).hopeless()
