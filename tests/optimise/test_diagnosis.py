"""What can be reached at best, and the names of the targets that ask for more; arrays that do not fit are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from gis_layers import StudyError
from optimise import (
    Backhaul,
    Budget,
    Capacity,
    Costs,
    Phases,
    Problem,
    Worth,
    available_solvers,
    connectable,
    infeasibility,
    reachable_weight,
)
from optimise.checks import check_problem
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import VARIANTS, random_problem
from tests.optimise.small_problems import small_problem, target


@pytest.mark.parametrize("variant", VARIANTS)
def test_targets_up_to_what_is_reachable_have_a_plan_and_not_beyond(variant: str) -> None:
    for seed in range(600, 606):
        problem = random_problem(seed, variant)
        most = reachable_weight(problem)
        rows = zip(problem.targets, most.tolist(), strict=True)
        at_most = replace(problem, targets=tuple(replace(row, required=weight) for row, weight in rows))
        assert infeasibility(at_most) == ()
        assert least_cost(at_most) is not None
        for number, row in enumerate(at_most.targets):
            beyond = list(at_most.targets)
            beyond[number] = replace(row, required=row.required + 1e-3)
            (shortfall,) = infeasibility(replace(at_most, targets=tuple(beyond)))
            assert (shortfall.name, shortfall.reachable) == (row.name, pytest.approx(row.required))
            assert least_cost(replace(at_most, targets=tuple(beyond))) is None


def test_reachable_weight_counts_connection_distinct_places_and_what_exists() -> None:
    problem = small_problem(
        edges=[(0, 1, 1), (2, 3, 1)],
        sites=[(1, 1), (1, 1), (3, 1), (-1, 1)],
        covered_by=[[0, 1], [2], [3, 0], [], [0]],
        targets=[target(range(5), weight=[1, 2, 4, 8, 16]), target(range(5), weight=[1, 2, 4, 8, 16], providers=2)],
        candidate_place=np.array([0, 0, 1, 2]),
        existing_providers=np.array([0, 0, 0, 0, 1]),
    )
    assert reachable_weight(problem).tolist() == [1 + 4 + 16, 4 + 16]
    first, second = infeasibility(problem)
    assert (first.required, first.reachable, first.unreachable.tolist()) == (31.0, 21.0, [1, 3])
    assert second.unreachable.tolist() == [0, 1, 3]


def test_covering_entries_stored_as_false_cover_nothing() -> None:
    problem = small_problem(edges=[(0, 1, 1)], sites=[(1, 1)], covered_by=[[0]])
    stored = csr_array((np.array([False]), ([0], [0])), shape=(1, 1))
    assert reachable_weight(replace(problem, cover=stored)).tolist() == [0.0]


def test_a_candidate_is_connectable_only_to_the_network_of_its_class() -> None:
    problem = small_problem(
        edges=[(0, 1, 1), (2, 3, 1)],
        sites=[(1, 1), (1, 1), (3, 1), (3, 1), (-1, 1)],
        covered_by=[[0, 2], [1], [3], [4]],
        existing=(0, 2),
        targets=[target(range(4), weight=[1, 2, 4, 8])],
    )
    assert connectable(problem).all()
    existing = np.zeros((2, 4), dtype=bool)
    existing[[0, 1], [0, 2]] = True
    classes = Backhaul(existing, np.zeros((2, 2)), candidate_class=np.array([0, 1, 0, 1, 0]))
    classed = replace(problem, backhaul=classes)
    assert connectable(classed).tolist() == [True, False, False, True, True]
    assert reachable_weight(classed).tolist() == [1 + 4 + 8]
    (shortfall,) = infeasibility(classed)
    assert (shortfall.required, shortfall.reachable, shortfall.unreachable.tolist()) == (15.0, 13.0, [1])


def test_a_candidate_without_room_for_a_demand_alone_does_not_count() -> None:
    problem = small_problem(edges=[(0, 1, 1)], sites=[(1, 1), (1, 1)], covered_by=[[0], [0, 1], [1]])
    limited = replace(problem, capacity=Capacity(most=np.array([2.0, 3.0]), load=np.array([2.0, 3.0, 3.1])))
    assert reachable_weight(limited).tolist() == [2.0]  # an upper bound: each alone, though not all of them together
    assert [row.unreachable.tolist() for row in infeasibility(limited)] == [[2]]


def test_the_year_that_asks_most_is_what_a_target_asks() -> None:
    problem = small_problem(edges=[], sites=[(-1, 1)], covered_by=[[0], []], targets=[target([0, 1], required=0.5)])
    required = np.array([[1.5], [1.0]])
    phased = replace(problem, phases=Phases(np.full(2, np.inf), np.ones(2), required))
    assert infeasibility(problem) == ()
    assert [(row.required, row.reachable) for row in infeasibility(phased)] == [(1.5, 1.0)]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"edge_u": np.array([0, 1])}, r"edge_u has shape \(2,\), expected \(1,\)"),
        ({"edge_v": np.array([5])}, "edge_v entry 0 is 5, allowed 0 to 1"),
        ({"edge_cost": np.array([np.nan])}, "edge_cost entry 0 is nan"),
        ({"candidate_node": np.array([-2])}, "candidate_node entry 0 is -2"),
        ({"candidate_node": np.array([np.nan])}, "candidate_node entry 0 is nan"),
        ({"candidate_cost": np.array([np.inf])}, "candidate_cost entry 0 is inf"),
        ({"candidate_place": np.array([0, 1])}, "candidate_place has shape"),
        ({"existing_providers": np.array([-1])}, "existing_providers entry 0 is -1, allowed 0 to any"),
        ({"connection_cost": np.array([-0.5])}, "connection_cost entry 0 is -0.5"),
        ({"link_cost": csr_array((2, 1))}, "link_cost has shape"),
        ({"link_cost": csr_array(np.array([[-1.0]]))}, "link_cost entry 0 is -1.0"),
        ({"targets": (target([0], weight=[-1.0]),)}, r"targets\['all'\].weight entry 0"),
        ({"targets": (target([3]),)}, r"targets\['all'\].demand entry 0 is 3"),
        ({"targets": (target([0, 0]),)}, "must increase"),
        ({"targets": (target([0], required=np.inf),)}, "required is inf"),
        ({"targets": (target([0], providers=0),)}, "providers is 0"),
    ],
)
def test_each_array_that_does_not_fit_is_named(change: dict[str, object], complaint: str) -> None:
    problem: Problem = small_problem(edges=[(0, 1, 1)], sites=[(1, 1)], covered_by=[[0]])
    check_problem(problem)
    with pytest.raises(StudyError, match=complaint) as error:
        check_problem(replace(problem, **change))  # type: ignore[arg-type]
    assert error.value.hint


TWO_CLASSES = Backhaul(np.array([[True, False], [False, False]]), np.zeros((2, 1)), np.array([0]))
TWO_YEARS = Phases(np.array([1.0, np.inf]), np.ones(2), np.zeros((2, 1)))
BUDGET = Budget(1.0, Costs(np.zeros(1), np.zeros(1), np.zeros(1)))


@pytest.mark.parametrize(
    ("part", "change", "complaint"),
    [
        (TWO_CLASSES, {"existing": np.zeros((2, 2), dtype=bool)}, "existing and the classes .* differ at node 0"),
        (TWO_CLASSES, {"existing": np.zeros((0, 2), dtype=bool)}, "backhaul.existing has no class"),
        (TWO_CLASSES, {"existing": np.ones((2, 3), dtype=bool)}, r"backhaul.existing has shape \(2, 3\)"),
        (TWO_CLASSES, {"existing": np.array([[1.0, np.nan], [0, 0]])}, "backhaul.existing is of type float64"),
        (TWO_CLASSES, {"cable_cost": np.zeros((1, 1))}, r"backhaul.cable_cost has shape \(1, 1\), expected \(2, 1\)"),
        (TWO_CLASSES, {"cable_cost": np.array([[0], [np.nan]])}, r"backhaul.cable_cost entry \(1, 0\) is nan"),
        (TWO_CLASSES, {"candidate_class": np.array([2])}, "backhaul.candidate_class entry 0 is 2, allowed -1 to 1"),
        (TWO_CLASSES, {"candidate_class": np.array([-1])}, "backhaul.candidate_class entry 0 is -1, and it needs"),
        (TWO_CLASSES, {"candidate_class": np.array([0, 0])}, "backhaul.candidate_class has shape"),
        (Capacity(np.array([np.inf]), np.ones(1)), {"most": np.array([np.nan])}, "capacity.most entry 0 is nan"),
        (Capacity(np.array([np.inf]), np.ones(1)), {"most": np.ones(2)}, "capacity.most has shape"),
        (Capacity(np.array([np.inf]), np.ones(1)), {"load": np.zeros(1)}, "capacity.load entry 0 is 0.0"),
        (Capacity(np.array([np.inf]), np.ones(1)), {"load": np.array([np.inf])}, "capacity.load entry 0 is inf"),
        (TWO_YEARS, {"budget": np.array([np.nan, 1])}, "phases.budget entry 0 is nan"),
        (TWO_YEARS, {"budget": np.array([1.0, -1])}, "phases.budget entry 1 is -1"),
        (TWO_YEARS, {"factor": np.ones(3)}, r"phases.factor has shape \(3,\), expected \(2,\)"),
        (TWO_YEARS, {"factor": np.array([1, np.nan])}, "phases.factor entry 1 is nan"),
        (TWO_YEARS, {"required": np.zeros((2, 2))}, r"phases.required has shape \(2, 2\), expected \(2, 1\)"),
        (TWO_YEARS, {"required": np.array([[0], [np.inf]])}, r"phases.required entry \(1, 0\) is inf"),
        (BUDGET, {"most": np.nan}, "budget.most is nan"),
        (BUDGET, {"most": -1.0}, "budget.most is -1.0"),
        (Worth(np.ones(1)), {"per_weight": np.array([np.nan])}, "worth.per_weight entry 0 is nan"),
        (Worth(np.ones(1)), {"per_weight": np.ones(2)}, "worth.per_weight has shape"),
        (Worth(np.ones(1)), {"at_least": np.nan}, "worth.at_least is nan"),
        (Worth(np.ones(1)), {"at_least": np.inf}, "worth.at_least is inf"),
    ],
)
def test_each_array_of_an_optional_part_that_does_not_fit_is_named(
    part: Any, change: dict[str, Any], complaint: str
) -> None:
    problem: Problem = small_problem(edges=[(0, 1, 1)], sites=[(1, 1)], covered_by=[[0]])
    name = type(part).__name__.lower()
    check_problem(replace(problem, **{name: part}))
    with pytest.raises(StudyError, match=complaint):
        check_problem(replace(problem, **{name: replace(part, **change)}))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"edge_cost": np.array([np.nan])}, "edge_cost entry 0 is nan"),
        ({"candidate_cost": np.zeros(2)}, "candidate_cost has shape"),
        ({"connection_cost": -np.ones(1)}, "connection_cost entry 0 is -1.0"),
        ({"cable_cost": np.zeros((1, 1))}, "cable_cost is given, and the problem has no classes"),
        ({"link_cost": csr_array((2, 1))}, "link_cost has shape"),
        ({"link_cost": csr_array(np.array([[np.nan]]))}, "link_cost entry 0 is nan"),
    ],
)
def test_each_array_of_the_costs_of_a_limit_that_does_not_fit_is_named(change: dict[str, Any], complaint: str) -> None:
    problem: Problem = small_problem(edges=[(0, 1, 1)], sites=[(1, 1)], covered_by=[[0]])
    wrong = replace(BUDGET.costs, **change)
    with pytest.raises(StudyError, match=f"budget.{complaint}"):
        check_problem(replace(problem, budget=replace(BUDGET, costs=wrong)))
    check_problem(replace(problem, phases=replace(TWO_YEARS, costs=BUDGET.costs)))
    with pytest.raises(StudyError, match=f"phases.costs.{complaint}"):
        check_problem(replace(problem, phases=replace(TWO_YEARS, costs=wrong)))


def test_most_worth_needs_a_worth_and_no_other_objective_is_known() -> None:
    problem: Problem = small_problem(edges=[(0, 1, 1)], sites=[(1, 1)], covered_by=[[0]])
    check_problem(replace(problem, objective="most_worth", worth=Worth(np.ones(1))))
    for objective, complaint in {"most_worth": "most_worth, which needs worth", "most_cost": "is 'most_cost'"}.items():
        with pytest.raises(StudyError, match=complaint):
            check_problem(replace(problem, objective=objective))  # type: ignore[arg-type]


def test_link_costs_must_lie_on_the_cover() -> None:
    problem = small_problem(edges=[(0, 1, 1)], sites=[(1, 1), (1, 1)], covered_by=[[0], [1]])
    none_for_the_second = csr_array((np.array([0.0]), ([0], [0])), shape=(2, 2))
    check_problem(replace(problem, link_cost=none_for_the_second))
    elsewhere = csr_array((np.array([1.0]), ([0], [1])), shape=(2, 2))
    with pytest.raises(StudyError, match=r"differ at \(demand, candidate\) \(0, 0\)"):
        check_problem(replace(problem, link_cost=elsewhere))


def test_the_solvers_are_named_with_their_versions() -> None:
    solvers = {solver.name: solver for solver in available_solvers()}
    assert set(solvers) == {"highs", "cbc"}
    assert solvers["highs"].version[0].isdigit()
    assert "PuLP 3." in solvers["cbc"].version
