"""Counts of distinct places stay right as candidates come and go; plans are completed from a choice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import Problem, verify
from optimise.assembly import Choice, assemble
from optimise.coverage import Coverage, costed_demands, existing_weight, required_weight, rows_of, sum_by
from tests.optimise.random_problems import VARIANTS, random_problem
from tests.optimise.small_problems import small_problem, target


def served_by_hand(problem: Problem, built: set[int]) -> list[float]:
    """Weight per target, counted demand by demand."""
    cover, weights = problem.cover.toarray(), []
    for row in problem.targets:
        total = 0.0
        for demand, weight in zip(row.demand.tolist(), row.weight.tolist(), strict=True):
            places = {int(problem.candidate_place[k]) for k in built if cover[demand, k]}
            total += weight * (len(places) + problem.existing_providers[demand] >= row.providers)
        weights.append(total)
    return weights


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.integers(0, 10_000), st.sampled_from(VARIANTS), st.lists(st.integers(0, 6), max_size=14))
def test_missing_weight_is_right_after_every_step(seed: int, variant: str, steps: list[int]) -> None:
    problem = random_problem(seed, variant)
    coverage, built = Coverage(problem), set[int]()
    active = coverage.missing > 0
    for candidate in (step % problem.candidate_cost.size for step in steps):
        if candidate in built:
            built.remove(candidate)
            coverage.remove(candidate)
        else:
            built.add(candidate)
            coverage.build(candidate)
        expected = required_weight(problem) - served_by_hand(problem, built)
        np.testing.assert_allclose(coverage.missing[active], expected[active], atol=1e-9)
        assert coverage.is_met() == bool((coverage.missing <= 0).all())


def test_building_reports_the_members_that_gain_a_place() -> None:
    problem = small_problem(
        edges=[],
        sites=[(-1, 1), (-1, 1), (-1, 1)],
        covered_by=[[0, 1], [1, 2]],
        targets=[target([0, 1], providers=2)],
        candidate_place=np.array([5, 5, 6]),
        existing_providers=np.array([1, 0]),
    )
    coverage = Coverage(problem)
    assert coverage.member_need.tolist() == [1, 2]
    assert coverage.useful(np.arange(4)).all()
    assert coverage.build(0).tolist() == [0]
    assert coverage.build(1).tolist() == [1]
    assert coverage.missing[0] == pytest.approx(1.0, abs=1e-8)
    assert coverage.build(2).tolist() == [1]
    assert coverage.is_met()
    assert not coverage.useful(np.arange(4)).any()


def test_existing_service_counts_and_costs_are_seen_where_they_are() -> None:
    problem = small_problem(
        edges=[],
        sites=[(-1, 1), (-1, 1)],
        covered_by=[[0, 1], [0], [1]],
        targets=[target([0, 1, 2], weight=[1.0, 2.0, 4.0], required=5.0)],
        existing_providers=np.array([0, 3, 0]),
        connection_cost=np.array([0.0, 0.5, 0.0]),
    )
    assert existing_weight(problem).tolist() == [2.0]
    assert costed_demands(problem).tolist() == [False, True, False]
    links = problem.cover.astype(np.float64) * 0.0
    links.data[0] = 3.0
    assert costed_demands(replace(problem, link_cost=links)).tolist() == [True, True, False]


def test_rows_and_sums() -> None:
    assert rows_of(np.array([0, 2, 2, 5]), np.array([2, 0, 1])).tolist() == [2, 3, 4, 0, 1]
    assert sum_by(np.array([1, 1, 0]), np.array([2.0, 3.0, 4.0]), 3).tolist() == [4.0, 5.0, 0.0]


def two_places() -> Problem:
    problem = small_problem(
        edges=[(0, 1, 2), (1, 2, 3)],
        sites=[(1, 1), (1, 1), (2, 1)],
        covered_by=[[0, 1, 2], [0, 1, 2], [0]],
        targets=[target([0, 1]), target([0, 1], required=1.0, providers=2)],
        candidate_place=np.array([0, 0, 1]),
    )
    cost = problem.cover.astype(np.float64)
    cost.data[:] = [5.0, 4.0, 7.0, 0.0, 0.0, 0.0, 2.0]
    return replace(problem, link_cost=cost)


def test_costed_demands_are_served_as_wanted_by_the_cheapest_links_of_distinct_places() -> None:
    problem = two_places()
    plan = assemble(problem, Choice(np.array([0, 1, 2]), np.array([0, 1]), np.array([2, 0, 0])))
    assert plan.served.tolist() == [[0, 2], [1, 2]]
    assert plan.links.tolist() == [[0, 1], [0, 2], [1, 0], [1, 2]]
    assert plan.cost == pytest.approx(5 + 3 + 11)
    assert verify(problem, plan).ok
    unserved = assemble(problem, Choice(np.array([0, 1, 2]), np.array([0, 1]), np.array([0, 0, 0])))
    assert unserved.served.tolist() == [[1, 2]]


def test_a_demand_outside_every_target_is_not_in_the_plan() -> None:
    problem = replace(two_places(), link_cost=None)
    plan = assemble(problem, Choice(np.array([0]), np.array([0, 1]), np.zeros(3, dtype=np.int64)))
    assert plan.served.tolist() == [[0, 1], [1, 1]]
    assert plan.edges.tolist() == [0]
