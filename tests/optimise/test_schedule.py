"""From a schedule to a plan: nothing in it serves nobody or leads nowhere, nothing comes too early or too late."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimise import Phases, Problem, Worth, verify
from optimise.base_route import solve_base
from optimise.schedule import Schedule, assemble_schedule
from tests.optimise.random_variants import COMBINED, random_variant
from tests.optimise.small_problems import small_problem, target

NONE = np.empty(0, dtype=np.int64)
NO_LINKS = NONE.reshape(0, 2)


def never_served(years: int, demands: int) -> np.ndarray:
    """No demand whose service takes something is wanted."""
    return np.zeros((years, demands), dtype=np.int64)


def test_what_serves_nobody_and_leads_nowhere_is_left_out_of_the_plan() -> None:
    """Both boxes serve the demand; digs beyond it and a loop are there too."""
    problem = small_problem(
        edges=[(0, 1, 1), (1, 2, 1), (0, 2, 5), (2, 3, 1)],
        sites=[(1, 2), (2, 9)],
        covered_by=[[0, 1]],
        worth=Worth(np.ones(1)),
    )
    zeros = np.zeros(4, dtype=np.int64)
    everything = Schedule(zeros[:2], zeros, zeros[None], never_served(1, 1), NO_LINKS, NONE)
    plan = assemble_schedule(problem, everything)
    assert (plan.candidates.tolist(), plan.edges.tolist()) == ([0], [0])
    assert (plan.cost, plan.worth) == (3.0, 1.0)
    assert verify(problem, plan).complaints == ()


def test_the_way_of_an_early_candidate_is_kept_though_a_later_one_is_cheaper() -> None:
    problem = small_problem(
        edges=[(0, 1, 9), (0, 1, 1)],
        sites=[(1, 1)],
        covered_by=[[0]],
        phases=Phases(np.full(2, np.inf), np.ones(2), np.zeros((2, 1))),
    )
    years = np.array([0, 1])
    schedule = Schedule(years[:1], years, years[None], never_served(2, 1), NO_LINKS, NONE)
    plan = assemble_schedule(problem, schedule)
    assert plan.edges.tolist() == [0]
    assert verify(problem, plan).complaints == ()


@pytest.mark.parametrize("parts", [("budget",), ("most_worth",), COMBINED[2], COMBINED[-1]], ids="+".join)
def test_a_budget_plan_has_no_work_that_can_be_left_out(parts: tuple[str, ...]) -> None:
    """Without any one dig and its cables some candidate is not connected."""
    tried = 0
    for seed in range(400, 420):
        problem = random_variant(seed, parts)
        plan = solve_base(problem, gap=0.0).plan
        for row in range(0 if plan is None else plan.edges.size):
            tried += 1
            assert plan is not None
            kept = np.arange(plan.edges.size) != row
            cables = plan.cables[:, 0] != plan.edges[row]
            phased = problem.phases is not None
            less = replace(
                plan,
                edges=plan.edges[kept],
                cables=plan.cables[cables],
                edge_year=plan.edge_year[kept] if phased else plan.edge_year,
                cable_year=plan.cable_year[cables] if phased else plan.cable_year,
            )
            assert any("not connected" in complaint for complaint in verify(problem, less).complaints)
    assert tried >= 4


def two_years(**more: object) -> Problem:
    """Three boxes at places 0, 0 and 1, none with backhaul, and one demand that asks for two of the places."""
    return small_problem(
        edges=[],
        sites=[(-1, 1)] * 3,
        covered_by=[[0, 1, 2]],
        targets=[target([0], providers=2)],
        candidate_place=np.array([0, 0, 1]),
        phases=Phases(np.full(2, np.inf), np.array([1.0, 0.5]), np.zeros((2, 1))),
        **more,
    )


def schedule_of(candidate_year: list[int], wanted: list[int]) -> Schedule:
    """Two years, no digs."""
    asked = np.array(wanted)[:, None]
    return Schedule(np.array(candidate_year), NONE, NONE[None], asked, NO_LINKS, NONE)


def test_service_that_takes_nothing_comes_with_its_boxes_one_a_place() -> None:
    plan = assemble_schedule(two_years(), schedule_of([1, 0, 1], [0, 0]))
    assert plan.candidates.tolist() == [1, 2]
    assert plan.candidate_year.tolist() == [0, 1]
    assert plan.links.tolist() == [[0, 1], [0, 2]]
    assert plan.link_year.tolist() == [0, 1]
    assert plan.cost == 1.5
    assert verify(two_years(), plan).complaints == ()


def test_a_connection_waits_for_the_year_in_which_it_is_wanted() -> None:
    problem = two_years(connection_cost=np.array([8.0]))
    late = assemble_schedule(problem, schedule_of([0, 2, 0], [0, 2]))
    assert late.link_year.tolist() == [1, 1]
    assert late.cost == 2.0 + 8.0 / 2
    early = assemble_schedule(problem, schedule_of([0, 2, 0], [1, 2]))
    assert early.link_year.tolist() == [0, 1]
    assert early.cost == 2.0 + 8.0
    for plan in (late, early):
        assert verify(problem, plan).complaints == ()


def test_a_demand_that_never_counts_is_not_connected() -> None:
    """One new provider at the end, where two are asked: neither link nor connection is paid."""
    plan = assemble_schedule(two_years(connection_cost=np.array([8.0])), schedule_of([0, 2, 2], [1, 1]))
    assert (len(plan.links), len(plan.served), plan.cost) == (0, 0, 0.0)
