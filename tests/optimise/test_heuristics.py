"""The greedy plan is always a plan, never cheaper than the optimum, and holds nothing needless."""

from __future__ import annotations

import numpy as np
import pytest

from optimise import greedy_plan, read_problem, verify
from optimise.assembly import Choice, assemble
from optimise.diagnosis import connectable
from optimise.heuristics import choose_served, improve_choice
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import VARIANTS, grid_problem, random_problem
from tests.optimise.small_problems import small_problem, target
from tests.real_data import real_data


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_greedy_plan_is_a_plan_near_the_optimum(variant: str) -> None:
    ratios = []
    for seed in range(300, 320):
        problem = random_problem(seed, variant)
        best, plan = least_cost(problem), greedy_plan(problem)
        assert (best is None) == (plan is None)
        if best is not None and plan is not None:
            assert verify(problem, plan).complaints == ()
            assert plan.cost >= best - 1e-9
            ratios.append((1 + plan.cost) / (1 + best))
    assert np.mean(ratios) < 1.1


def test_greedy_takes_the_most_weight_per_euro_of_site_and_way() -> None:
    problem = small_problem(
        edges=[(0, 1, 10), (0, 2, 4)],
        sites=[(1, 1), (2, 9), (2, 3)],
        covered_by=[[0, 1], [2]],
        targets=[target([0, 1], weight=[6.0, 2.0], required=6.0)],
    )
    plan = greedy_plan(problem)
    assert plan is not None
    assert (plan.edges.tolist(), plan.candidates.tolist(), plan.cost) == ([0], [0], 11.0)


def test_greedy_returns_none_without_any_plan_and_nothing_for_nothing() -> None:
    assert greedy_plan(small_problem(edges=[], sites=[(1, 1.0)], covered_by=[[0]])) is None
    plan = greedy_plan(small_problem(edges=[(0, 1, 1)], sites=[(1, 1)], covered_by=[[0]], targets=[target([])]))
    assert plan is not None
    assert (plan.cost, plan.edges.size, plan.candidates.size) == (0.0, 0, 0)


def test_the_greedy_plan_is_the_same_every_time() -> None:
    problem = grid_problem(4, side=20, candidates=120, demands=300)
    one, other = greedy_plan(problem), greedy_plan(problem)
    assert one is not None and other is not None
    np.testing.assert_array_equal(one.edges, other.edges)
    np.testing.assert_array_equal(one.candidates, other.candidates)
    assert verify(problem, one).ok


def test_the_cheapest_demands_per_weight_are_connected_and_no_more() -> None:
    problem = small_problem(
        edges=[(0, 1, 1)],
        sites=[(1, 1)],
        covered_by=[[0], [0], [0], [0]],
        targets=[target(range(4), weight=[4.0, 2.0, 2.0, 1.0], required=5.0)],
        connection_cost=np.array([4.0, 6.0, 3.0, 0.0]),
    )
    assert choose_served(problem, np.array([0])).tolist() == [1, 0, 0, 0]
    plan = greedy_plan(problem)
    assert plan is not None
    assert plan.served.tolist() == [[0, 1], [3, 1]]
    assert plan.cost == pytest.approx(1 + 1 + 4)


def test_fewer_providers_are_kept_where_two_targets_overlap() -> None:
    problem = small_problem(
        edges=[],
        sites=[(-1, 1), (-1, 1)],
        covered_by=[[0, 1], [0, 1]],
        targets=[target([0, 1]), target([0, 1], required=1.0, providers=2)],
        connection_cost=np.array([2.0, 3.0]),
    )
    assert sorted(choose_served(problem, np.array([0, 1])).tolist()) == [1, 2]


def test_improving_a_choice_never_makes_it_dearer() -> None:
    better = 0
    for variant in VARIANTS:
        for seed in range(8):
            problem = random_problem(seed, variant)
            every_edge = np.arange(problem.edge_cost.size)
            if least_cost(problem) is None:
                continue
            reachable = np.flatnonzero(connectable(problem))
            choice = Choice(reachable, every_edge, choose_served(problem, reachable))
            before = assemble(problem, choice)
            after = assemble(problem, improve_choice(problem, choice))
            assert verify(problem, after).complaints == ()
            assert after.cost <= before.cost + 1e-9
            better += after.cost < before.cost
    assert better > 20


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "best_known"),
    [
        ("rodez-wifi15-fibre85", 1_721_499),
        ("rodez-cells-wifi30-fibre85", 1_819_218),
        ("city-3k-2", 2_361_000),
        ("city-10k-0", 10_072_600),
    ],
)
def test_the_greedy_plan_of_real_size_is_verified_and_within_a_quarter(name: str, best_known: float) -> None:
    problem = read_problem(real_data("problems", f"{name}.json.gz"))
    plan = greedy_plan(problem)
    assert plan is not None
    assert verify(problem, plan).complaints == ()
    assert 0.99 * best_known < plan.cost < 1.25 * best_known
