"""Each rule for classes of backhaul, capacities, years, budgets and worth: a right plan passes, a wrong one not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimise import Backhaul, Budget, Capacity, Costs, Phases, Plan, Problem, Worth, verify
from tests.optimise.small_problems import small_problem, target


def pairs(*rows: tuple[int, int]) -> np.ndarray:
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def everything() -> Problem:
    """A path 0-1-2-3, fibre from node 0, power from node 3; one candidate of each, both serve demands of two providers.

    Candidates 0 (fibre, node 2), 1 (power, node 1) and 2 (fibre, no backhaul); three demands of weights 1, 2 and 4.
    """
    problem = small_problem(
        edges=[(0, 1, 10), (1, 2, 20), (2, 3, 40)],
        sites=[(2, 3), (1, 5), (-1, 7)],
        covered_by=[[0, 1], [0, 2], [1]],
        existing=(0, 3),
        targets=[
            target(range(3), weight=[1, 2, 4]),
            target([0, 1], weight=[1, 2], required=1.0, providers=2, name="two"),
        ],
        connection_cost=np.array([0.5, 0.25, 0.0]),
    )
    priced = problem.cover.astype(np.float64)
    return replace(
        problem,
        link_cost=priced * 0.125,
        backhaul=Backhaul(
            existing=np.array([[True, False, False, False], [False, False, False, True]]),
            cable_cost=np.array([[1.0, 2.0, 4.0], [2.0, 4.0, 8.0]]),
            candidate_class=ints(0, 1, 0),
        ),
        capacity=Capacity(most=np.array([3.0, 6.0, np.inf]), load=np.array([1.0, 2.0, 4.0])),
        phases=Phases(
            budget=np.array([46.5, np.inf]), factor=np.array([1.0, 0.5]), required=np.array([[3.0, 0.0], [7.0, 1.0]])
        ),
        budget=Budget(
            most=22.0,
            costs=Costs(
                edge_cost=np.array([2.0, 2.0, 2.0]),
                candidate_cost=np.array([3.0, 3.0, 3.0]),
                connection_cost=np.ones(3),
                cable_cost=np.ones((2, 3)),
                link_cost=priced * 0.5,
            ),
        ),
        worth=Worth(per_weight=np.array([10.0, 1.0]), at_least=71.0),
    )


def good_plan() -> Plan:
    """Year 0: fibre to node 2 serves demands 0 and 1. Year 1: power to node 1, the same dig 1-2, serves 0 and 2."""
    first = 10 + 20 + 3 + (1 + 2) + 0.75 + 2 * 0.125
    second = 40 + 5 + (4 + 8) + 0.0 + 2 * 0.125
    return Plan(
        edges=ints(0, 1, 2),
        candidates=ints(0, 1),
        served=pairs((0, 2), (1, 1), (2, 1)),
        links=pairs((0, 0), (0, 1), (1, 0), (2, 1)),
        cost=first + 0.5 * second,
        cables=pairs((0, 0), (1, 0), (1, 1), (2, 1)),
        edge_year=ints(0, 0, 1),
        candidate_year=ints(0, 1),
        link_year=ints(0, 1, 0, 1),
        cable_year=ints(0, 0, 1, 1),
        worth=71.0,
    )


def recosted(problem: Problem, plan: Plan) -> Plan:
    """The plan with the cost and worth of what is in it, so that nothing but the rule in question can be broken."""
    verification = verify(problem, plan)
    return replace(plan, cost=verification.cost, worth=verification.worth)


def complaints_of(problem: Problem, plan: Plan) -> str:
    verification = verify(problem, plan)
    assert verification.ok == (not verification.complaints)
    return "; ".join(verification.complaints)


def test_a_plan_of_every_variant_at_once_is_accepted_with_what_it_costs_each_year() -> None:
    verification = verify(everything(), good_plan())
    assert verification.complaints == ()
    assert verification.cost_by_year == (37.0, 57.25)
    assert verification.cost == pytest.approx(37 + 57.25 / 2)
    assert (verification.served_weight, verification.worth) == ((7.0, 1.0), 71.0)


def test_a_year_is_held_to_its_budget_on_the_costs_of_the_budget() -> None:
    """Digs and equipment at 7 and connections at 1 there, whatever they cost in what is minimised."""
    problem, plan = everything(), good_plan()
    assert problem.phases is not None
    costs = Costs(np.full(3, 7.0), np.full(3, 7.0), np.ones(3))
    # year 0: edges 0 and 1, candidate 0, demands 0 and 1; year 1: edge 2, candidate 1, demand 2
    for most, right in (((23.0, 15.0), True), ((22.9, 15.0), False), ((23.0, 14.9), False), ((46.5, np.inf), True)):
        phases = replace(problem.phases, budget=np.array(most), costs=costs)
        verification = verify(replace(problem, phases=phases), plan)
        assert verification.cost_by_year == (23.0, 15.0)
        assert verification.cost == pytest.approx(37 + 57.25 / 2)
        assert verification.ok == right, verification.complaints
    assert "budget of year 1: the works cost 15, at most 14.9" in complaints_of(
        replace(problem, phases=replace(problem.phases, budget=np.array([23.0, 14.9]), costs=costs)), plan
    )


WRONG: list[tuple[str, dict[str, Any], str]] = [
    (
        "a cable missing",
        {"cables": pairs((0, 0), (1, 1), (2, 1)), "cable_year": ints(0, 1, 1)},
        "candidate 0 at node 2 is not connected to the existing network of class 0 by the end of year 0",
    ),
    (
        "a cable of the other class",
        {"cables": pairs((0, 0), (1, 0), (1, 1), (2, 0))},
        "candidate 1 at node 1 is not connected to the existing network of class 1",
    ),
    (
        "a cable given twice",
        {"cables": pairs((0, 0), (1, 0), (1, 0), (1, 1), (2, 1)), "cable_year": ints(0, 0, 0, 1, 1)},
        "cables: given twice",
    ),
    ("a cable of no class", {"cables": pairs((0, 0), (1, 0), (1, 1), (2, 2))}, r"classes of cables: \[2\] not in 0..1"),
    ("a cable on no edge", {"cables": pairs((0, 0), (1, 0), (1, 1), (3, 1))}, r"cabled edges: \[3\] not in 0..2"),
    (
        "a dig missing under a cable",
        {"edges": ints(0, 1), "edge_year": ints(0, 0)},
        "cable of class 1 on edge 2, which is not dug",
    ),
    ("cables of the wrong shape", {"cables": ints(0, 1, 1, 2)}, r"cables: shape \(4,\)"),
    (
        "a cable before its dig",
        {"edge_year": ints(0, 0, 1), "cable_year": ints(0, 0, 1, 0)},
        "cable of class 1 on edge 2 in year 0, dug in year 1",
    ),
    ("a dig after its cable", {"edge_year": ints(0, 1, 1)}, "cable of class 0 on edge 1 in year 0, dug in year 1"),
    (
        "a link before its candidate",
        {"link_year": ints(0, 1, 0, 0)},
        "demand 2 is linked in year 0 to candidate 1 of year 1",
    ),
    (
        "a candidate before its cables",
        {"candidate_year": ints(0, 0)},
        "candidate 1 at node 1 is not connected to the existing network of class 1 by the end of year 0",
    ),
    (
        "cables after their candidate",
        {"cable_year": ints(0, 1, 1, 1)},
        "candidate 0 at node 2 is not connected to the existing network of class 0 by the end of year 0",
    ),
    (
        "links too late for the year's target",
        {"link_year": ints(0, 1, 1, 1)},
        "target 'all': 1 served by the end of year 0, 3 required",
    ),
    (
        "more in the year than its budget",
        {"edge_year": ints(0, 0, 0)},
        "budget of year 0: the works cost 77, at most 46.5",
    ),
    ("a year that there is not", {"link_year": ints(0, 1, 0, 2)}, r"link_year: \[2\] not in 0..1"),
    ("a year below", {"edge_year": ints(0, 0, -1)}, r"edge_year: \[-1\] not in 0..1"),
    ("years missing", {"candidate_year": ints(0)}, r"candidate_year: shape \(1,\), expected \(2,\)"),
    ("too much for a candidate", {"links": pairs((0, 0), (0, 1), (1, 0), (2, 0))}, "candidate 0 carries 7, at most 3"),
    (
        "a demand not served at the end",
        {
            "served": pairs((0, 2), (1, 1)),
            "links": pairs((0, 0), (0, 1), (1, 0)),
            "link_year": ints(0, 1, 0),
        },
        "target 'all': 3 served, 7 required",
    ),
    (
        "too little worth",
        {
            "served": pairs((0, 1), (1, 1), (2, 1)),
            "links": pairs((0, 0), (1, 0), (2, 1)),
            "link_year": ints(0, 0, 1),
        },
        "worth: 70, at least 71 required",
    ),
    (
        "more than the budget",
        {
            "candidates": ints(0, 1, 2),
            "candidate_year": ints(0, 1, 1),
        },
        "budget: the plan costs 24, at most 22",
    ),
]


@pytest.mark.parametrize(("change", "complaint"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_each_rule_broken_alone_is_complained_of(change: dict[str, Any], complaint: str) -> None:
    plan = replace(good_plan(), **change)
    assert re.search(complaint, complaints_of(everything(), recosted(everything(), plan)))


@pytest.mark.parametrize("name", ["edges", "candidates", "served", "links", "cables"])
def test_a_plan_without_any_one_of_its_rows_is_rejected(name: str) -> None:
    year = {"edges": "edge_year", "candidates": "candidate_year", "links": "link_year", "cables": "cable_year"}.get(
        name
    )
    for row in range(len(getattr(good_plan(), name))):
        changes = {name: np.delete(getattr(good_plan(), name), row, axis=0)}
        if year:
            changes[year] = np.delete(getattr(good_plan(), year), row)
        less = replace(good_plan(), **changes)
        assert complaints_of(everything(), recosted(everything(), less)), (name, row)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"cost": 94.25}, "cost: the plan says 94.25, its parts cost 65.625"),
        ({"cost": np.nan}, "cost: the plan says nan"),
        ({"worth": 70.0}, "worth: the plan says 70.0, what it serves is worth 71"),
        ({"worth": None}, "worth: the plan says None"),
        ({"worth": np.nan}, "worth: the plan says nan"),
    ],
)
def test_what_the_plan_says_of_itself_must_be_so(change: dict[str, Any], complaint: str) -> None:
    assert complaints_of(everything(), replace(good_plan(), **change)).startswith(complaint)


def test_parts_of_variants_that_the_problem_has_not_got_are_refused() -> None:
    for part, complaint in {
        "backhaul": r"cables: shape \(4, 2\), expected \(0, 2\)",
        "phases": r"edge_year: shape \(3,\), expected \(0,\)",
        "worth": "worth: given, and the problem has none",
    }.items():
        assert re.search(complaint, complaints_of(replace(everything(), **{part: None}), good_plan()))


def everything_at_once() -> tuple[Problem, Plan]:
    """The same problem and plan without years."""
    years = {name: ints() for name in ("edge_year", "candidate_year", "link_year", "cable_year")}
    problem, plan = replace(everything(), phases=None), replace(good_plan(), **years)
    return problem, recosted(problem, plan)


def test_limits_are_allowed_to_be_met_and_not_to_be_passed() -> None:
    problem, plan = everything_at_once()
    assert problem.budget is not None and problem.capacity is not None and problem.worth is not None
    assert (verify(problem, plan).cost, verify(problem, plan).cost_by_year) == (94.25, ())
    budgets = [replace(problem, budget=replace(problem.budget, most=most)) for most in (21.0, 21.0 - 1e-9, 20.996)]
    assert [verify(each, plan).ok for each in budgets] == [True, True, False]  # it costs 21
    mosts = [np.array([3 - less, 5.0, 0.0]) for less in (0.0, 1e-10, 1e-6)]
    capacities = [replace(problem, capacity=replace(problem.capacity, most=most)) for most in mosts]
    assert [verify(each, plan).ok for each in capacities] == [True, True, False]
    worths = [replace(problem, worth=replace(problem.worth, at_least=least)) for least in (71, 71 + 1e-8, 71.01)]
    assert [verify(each, plan).ok for each in worths] == [True, True, False]


def test_a_large_budget_is_kept_to_the_cent() -> None:
    problem, plan = everything_at_once()
    assert problem.budget is not None
    costs = replace(problem.budget.costs, candidate_cost=np.array([5e6, 5e6, 0.0]))  # 10,000,015 in all
    dear = replace(problem.budget, costs=costs)
    assert [verify(replace(problem, budget=replace(dear, most=most)), plan).ok for most in (1e7 + 15, 1e7 + 14.98)] == [
        True,
        False,
    ]


def test_what_exists_counts_towards_yearly_targets_and_worth() -> None:
    problem = replace(everything(), existing_providers=ints(2, 2, 1))
    nothing = Plan(ints(), ints(), pairs(), pairs(), 0.0, worth=73.0)
    assert complaints_of(problem, nothing) == ""
    assert verify(problem, nothing).worth == 10 * 7 + 1 * 3


def test_a_connection_is_paid_in_the_year_of_the_first_link() -> None:
    problem = replace(everything(), connection_cost=np.array([0.5, 100.0, 0.0]))
    assert problem.phases is not None
    problem = replace(problem, phases=replace(problem.phases, required=np.zeros((2, 2))))
    late = replace(good_plan(), link_year=ints(0, 1, 1, 1))
    assert verify(problem, late).cost_by_year == (37 - 0.25 - 0.125, 57.25 + 100 + 0.125)
    assert verify(problem, late).ok is False  # its cost is that of the good plan
    assert verify(replace(problem, budget=None), recosted(problem, late)).ok


def timely(plan: Plan) -> bool:
    """Whether years are in order, decided by walking the path 0-1-2-3 by hand, fibre from 0 and power from 3."""
    dig = dict(zip(plan.edges.tolist(), plan.edge_year.tolist(), strict=True))
    cable = {tuple(row): year for row, year in zip(plan.cables.tolist(), plan.cable_year.tolist(), strict=True)}
    built = dict(zip(plan.candidates.tolist(), plan.candidate_year.tolist(), strict=True))
    return (
        all(year >= dig[edge] for (edge, _), year in cable.items())
        and built[0] >= max(cable[0, 0], cable[1, 0])
        and built[1] >= max(cable[1, 1], cable[2, 1])
        and all(year >= built[k] for (_, k), year in zip(plan.links.tolist(), plan.link_year.tolist(), strict=True))
    )


def test_years_are_accepted_exactly_where_everything_is_there_in_time() -> None:
    phases = Phases(budget=np.full(3, np.inf), factor=np.array([1.0, 0.9, 0.8]), required=np.zeros((3, 2)))
    problem = replace(everything(), phases=phases)
    rng = np.random.default_rng(5)
    accepted = 0
    for _ in range(600):
        # most years are drawn one after the other, so that about half of them are in time
        dig, cable, built, link = (
            np.sort(rng.integers(0, 3, (4, 13)), axis=0) if rng.random() < 0.7 else rng.integers(0, 3, (4, 13))
        )
        plan = replace(
            good_plan(), edge_year=dig[:3], cable_year=cable[:4], candidate_year=built[:2], link_year=link[:4]
        )
        verification = verify(problem, recosted(problem, plan))
        assert verification.ok == timely(plan), verification.complaints
        accepted += verification.ok
    assert 50 < accepted < 550


def test_a_candidate_without_backhaul_needs_no_network_of_its_class() -> None:
    problem = small_problem(edges=[(0, 1, 4)], sites=[(1, 1), (-1, 1)], covered_by=[[0, 1]])
    classes = Backhaul(np.array([[True, False], [False, False]]), np.zeros((2, 1)), ints(1, 1))
    problem = replace(problem, backhaul=classes)
    free = Plan(ints(), ints(1), pairs((0, 1)), pairs((0, 1)), 1.0)
    assert complaints_of(problem, free) == ""
    dug = Plan(ints(0), ints(0), pairs((0, 1)), pairs((0, 0)), 5.0, cables=pairs((0, 1)))
    assert "not connected to the existing network of class 1" in complaints_of(problem, dug)
    other = replace(problem, backhaul=replace(classes, candidate_class=ints(0, 1)))
    assert "not connected to the existing network of class 0" in complaints_of(other, dug)
    assert complaints_of(other, replace(dug, cables=pairs((0, 0)))) == ""
    both = replace(dug, cables=pairs((0, 0), (0, 1)))  # a needless cable is no fault, as a needless dig is none
    assert complaints_of(other, both) == ""


def test_two_classes_pay_one_dig_and_a_cable_each() -> None:
    problem, plan = everything_at_once()
    assert problem.backhaul is not None
    free = replace(problem.backhaul, cable_cost=np.zeros((2, 3)))
    assert verify(replace(problem, backhaul=free), plan).cost == 94.25 - (1 + 2 + 4 + 8)
