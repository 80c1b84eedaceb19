"""What must not change the optimum does not; parts that do nothing equal no parts; no plan has a dig to spare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from optimise import Backhaul, Budget, Capacity, Costs, Phases, Plan, Problem, Worth, verify
from optimise.base_route import solve_base
from optimise.cut_route import can_solve, solve_cuts
from optimise.wide_route import solve_wide
from tests.optimise.problem_changes import CHANGES, Change
from tests.optimise.random_variants import COMBINED, PAIRS, SINGLE, YEARLY, random_variant

Bools = npt.NDArray[np.bool_]
ROUTES = (solve_base, solve_wide)
EVERY = [(), *SINGLE, *PAIRS, *COMBINED, *YEARLY]


def optima(problem: Problem) -> list[float | None]:
    """Least cost, or most worth, by every route that takes the problem."""
    solutions = [route(problem, gap=0.0) for route in (*ROUTES, *((solve_cuts,) if can_solve(problem) else ()))]
    assert {solution.status for solution in solutions} <= {"optimal", "infeasible"}
    return [solution.value for solution in solutions]


def assert_same(before: list[float | None], after: list[float | None], factor: float = 1.0) -> None:
    for value, times in (*((value, 1.0) for value in before), *((value, factor) for value in after)):
        assert (value is None) == (before[0] is None)
        assert before[0] is None or value == pytest.approx(before[0] * times, rel=2e-6, abs=1e-7)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_the_optimum_does_not_depend_on_how_the_problem_is_written(change: Change) -> None:
    compared = 0
    for parts in EVERY:
        for seed in range(200, 202):
            problem = random_variant(seed, parts, tame=True)
            if change.fits(problem):
                factor = 1.0 if problem.objective == "most_worth" else change.factor
                assert_same(optima(problem), optima(change.apply(problem)), factor)
                compared += 1
    assert compared > 4


def one_phase(problem: Problem) -> Problem:
    return replace(problem, phases=Phases(np.array([np.inf]), np.ones(1), np.zeros((1, len(problem.targets)))))


def one_class(problem: Problem) -> Problem:
    cable = np.zeros((1, problem.edge_cost.size))
    return replace(problem, backhaul=Backhaul(problem.existing[None], cable, np.zeros_like(problem.candidate_node)))


def endless_capacity(problem: Problem) -> Problem:
    load = np.arange(1.0, problem.connection_cost.size + 1)
    return replace(problem, capacity=Capacity(np.full(problem.candidate_cost.size, np.inf), load))


def ample_capacity(problem: Problem) -> Problem:
    every = np.full(problem.candidate_cost.size, float(problem.connection_cost.size))
    return replace(problem, capacity=Capacity(every, np.ones(problem.connection_cost.size)))


def ample_budget(problem: Problem) -> Problem:
    vectors = (problem.edge_cost, problem.candidate_cost, problem.connection_cost)
    cable = None if problem.backhaul is None else problem.backhaul.cable_cost
    every = sum(float(vector.sum()) for vector in vectors) + (0.0 if cable is None else float(cable.sum()))
    every += 0.0 if problem.link_cost is None else float(problem.link_cost.data.sum())
    return replace(problem, budget=Budget(every, Costs(*vectors, cable, problem.link_cost)))


def worth_of_nothing(problem: Problem) -> Problem:
    return replace(problem, worth=Worth(np.zeros(len(problem.targets)), 0.0))


IDLE = {
    "phases": one_phase,
    "backhaul": one_class,
    "capacity": endless_capacity,
    "capacity of all": ample_capacity,
    "budget": ample_budget,
    "at_least": worth_of_nothing,
}


@pytest.mark.parametrize(("part", "add"), IDLE.items(), ids=IDLE)
def test_a_part_that_limits_nothing_is_as_no_part(part: str, add: Callable[[Problem], Problem]) -> None:
    kind = part.split(maxsplit=1)[0]
    for parts in EVERY:
        if kind not in parts and not (kind in ("budget", "at_least") and "most_worth" in parts):
            for seed in range(300, 302):
                problem = random_variant(seed, parts)
                assert_same(optima(problem), optima(add(problem)))


@pytest.mark.parametrize("parts", EVERY, ids="+".join)
def test_no_dig_and_no_cable_of_a_plan_can_be_left_out(parts: tuple[str, ...]) -> None:
    dug = 0
    for seed in range(400, 408):
        problem = random_variant(seed, parts)
        for route in ROUTES:
            plan = route(problem, gap=0.0).plan
            if plan is None:
                continue
            dug += plan.edges.size
            for edge in plan.edges.tolist():
                assert_needed(problem, without(plan, plan.edges != edge, plan.cables[:, 0] != edge))
            for row in range(len(plan.cables)):
                assert_needed(problem, without(plan, plan.edges >= 0, np.arange(len(plan.cables)) != row))
    assert dug > 0


def without(plan: Plan, edges: Bools, cables: Bools) -> Plan:
    """The plan with these digs and cables of it alone."""
    return replace(
        plan,
        edges=plan.edges[edges],
        cables=plan.cables[cables],
        edge_year=plan.edge_year[edges] if plan.edge_year.size else plan.edge_year,
        cable_year=plan.cable_year[cables] if plan.cable_year.size else plan.cable_year,
    )


def assert_needed(problem: Problem, less: Plan) -> None:
    assert any("connected" in complaint for complaint in verify(problem, less).complaints)
