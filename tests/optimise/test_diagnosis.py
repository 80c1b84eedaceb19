"""What can be reached at best, and the names of the targets that ask for more; arrays that do not fit are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from gis_layers import StudyError
from optimise import Problem, available_solvers, infeasibility, reachable_weight
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


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"edge_u": np.array([0, 1])}, r"edge_u has shape \(2,\), expected \(1,\)"),
        ({"edge_v": np.array([5])}, "edge_v entry 0 is 5, allowed 0 to 1"),
        ({"edge_cost": np.array([np.nan])}, "edge_cost entry 0 is nan"),
        ({"candidate_node": np.array([-2])}, "candidate_node entry 0 is -2"),
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
