"""Parts of the cut formulation: reductions keep the optimum, trees are short, bounds and cuts are valid."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from optimise import Problem, TargetRow
from optimise.bounds import lagrangian_bound
from optimise.compact import ROOT, make_network
from optimise.compaction import compact_problem
from optimise.cut_heuristics import Design, find_covered, find_design, make_design
from optimise.cut_knapsack import find_knapsack_cuts
from optimise.cut_model import (
    base_rows,
    column_bounds,
    column_costs,
    column_values,
    lay_columns,
    strong_rows,
    target_rows,
)
from optimise.cut_plan import to_plan
from optimise.cut_separation import CutSearch, find_cuts, terminal_cuts, violated
from optimise.cut_town import seed_rows
from optimise.reductions import reduce_graph
from optimise.steiner import distances_from, make_tree
from optimise.steiner_search import shorten_tree
from optimise.verify import verify
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import VARIANTS, grid_problem, random_problem


def random_graph(seed: int, nodes: int = 8, edges: int = 14) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    u = np.concatenate([np.arange(nodes - 1), rng.integers(0, nodes, edges - nodes + 1)])
    v = np.concatenate([np.arange(1, nodes), rng.integers(0, nodes, edges - nodes + 1)])
    return u, v, rng.integers(0, 10, edges).astype(float)


def least_tree(nodes: int, u: np.ndarray, v: np.ndarray, cost: np.ndarray, terminals: list[int]) -> float:
    """Cheapest set of edges that joins the terminals to node 0, over all sets of nodes (minimum spanning trees)."""
    best = math.inf
    others = [node for node in range(1, nodes) if node not in terminals]
    for count in range(len(others) + 1):
        for extra in itertools.combinations(others, count):
            chosen = {0, *terminals, *extra}
            label = {node: node for node in chosen}
            total, joined = 0.0, 1
            for edge in np.argsort(cost, kind="stable").tolist():
                a, b = label.get(int(u[edge])), label.get(int(v[edge]))
                if a is not None and b is not None and a != b:
                    label = {node: a if mark == b else mark for node, mark in label.items()}
                    total, joined = total + cost[edge], joined + 1
            if joined == len(chosen):
                best = min(best, total)
    return best


@pytest.mark.parametrize("seed", range(30))
def test_reduced_graph_has_trees_of_equal_cost_and_knows_their_edges(seed: int) -> None:
    u, v, cost = random_graph(seed)
    terminals = sorted(np.random.default_rng(seed).choice(np.arange(1, 8), 3, replace=False).tolist())
    keep = np.isin(np.arange(8), terminals)
    network, node, edges = reduce_graph(8, u, v, cost, keep)
    assert node[ROOT] == ROOT and (node[terminals] >= 0).all()
    np.testing.assert_allclose(network.cost[::2], [cost[part].sum() for part in edges])
    small = least_tree(network.nodes, network.tail[::2], network.head[::2], network.cost[::2], node[terminals].tolist())
    assert small == pytest.approx(least_tree(8, u, v, cost, terminals))


@pytest.mark.parametrize("seed", range(30))
def test_trees_join_their_terminals_and_local_search_never_lengthens_them(seed: int) -> None:
    u, v, cost = random_graph(seed, 9, 20)
    network = make_network(9, u, v, cost)
    rng = np.random.default_rng(seed)
    terminal = np.isin(np.arange(9), rng.choice(9, 4, replace=False))
    parent, before = make_tree(network, network.cost, terminal)
    parent, after = shorten_tree(network, parent.copy(), terminal, before)
    assert after <= before + 1e-9
    assert after == pytest.approx(network.cost[parent[parent >= 0]].sum())
    assert after >= least_tree(9, u, v, cost, np.flatnonzero(terminal).tolist()) - 1e-9
    for node in np.flatnonzero(terminal).tolist():
        for _ in range(9):
            node = node if node == ROOT else int(network.tail[parent[node]])  # noqa: PLW2901
        assert node == ROOT


def test_distances_are_those_of_a_line() -> None:
    network = make_network(4, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    assert distances_from(network, network.cost, np.array([2])).tolist() == [5.0, 3.0, 0.0, math.inf]


@pytest.mark.parametrize("variant", VARIANTS)
def test_bound_without_linear_program_stays_below_the_optimum(variant: str) -> None:
    compared = 0
    for seed in range(15):
        problem = random_problem(seed, variant)
        compact, optimum = compact_problem(problem), least_cost(problem)
        assert (compact is None) == (optimum is None)
        if compact is None or optimum is None or not len(compact.coverage.required):
            continue
        bound = lagrangian_bound(compact, max(optimum, 1.0), deadline=math.inf, tick=lambda: None)
        assert bound.value <= optimum + 1e-9
        # from the multipliers of other prices, or of nonsense: never above the optimum either
        for known in (bound.multiplier, 3.0 * bound.multiplier, 0.0 * bound.multiplier, np.ones(9)):
            again = lagrangian_bound(compact, max(optimum, 1.0), deadline=math.inf, tick=lambda: None, known=known)
            assert again.value <= optimum + 1e-9
            assert again.multiplier.shape == bound.multiplier.shape and (again.multiplier >= 0).all()
            # where none is too small to start at, the search begins with the bound that is known
            if known is bound.multiplier and (known * compact.coverage.required >= max(optimum, 1.0)).all():
                assert again.value >= bound.value - 1e-9
        compared += 1
    assert compared > 5


def optimal_designs(seed: int, variant: str) -> tuple[object, list[Design]]:
    """Every least-cost design of a tiny problem whose candidates are enumerated."""
    problem = random_problem(seed, variant)
    compact = compact_problem(problem)
    if compact is None or not len(compact.coverage.required):
        return None, []
    designs = []
    for choice in itertools.product([False, True], repeat=len(compact.coverage.price)):
        design = make_design(compact, np.array(choice))
        if design is not None:
            designs.append(design)
    return compact, designs


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_row_removes_a_design(variant: str) -> None:
    rng = np.random.default_rng(7)
    rows_seen = 0
    for seed in range(10):
        compact, designs = optimal_designs(seed, variant)
        if compact is None or not designs:
            continue
        columns = lay_columns(compact)
        lower, upper = column_bounds(compact, columns)
        dual = lagrangian_bound(compact, designs[0].cost + 1.0, deadline=math.inf, tick=lambda: None)
        batches = [base_rows(compact, columns), seed_rows(compact, columns, dual)]
        for _ in range(6):
            point = np.clip(rng.random(columns.count) * rng.choice([0.3, 0.7, 1.2], columns.count), lower, upper)
            batches.append(find_cuts(compact, columns, point, CutSearch(1e-3, 4, 500, True), seed=1))
            batches.append(find_knapsack_cuts(compact, columns, point))
        batches += [terminal_cuts(compact, columns, design.built) for design in designs[:10]]
        for design in designs:
            values = column_values(compact, columns, design)
            assert ((values >= lower) & (values <= upper)).all()
            assert values @ column_costs(compact, columns) == pytest.approx(design.cost)
            for rows in batches:
                assert not len(violated(rows, values, by=1e-7, at_most=9)), (seed, variant)
                rows_seen += len(rows)
            strong = violated(strong_rows(compact, columns), values, by=1e-7, at_most=9)
            assert not len(strong), (seed, variant)
    assert rows_seen > 1000


def test_rounding_finds_that_one_heavy_customer_is_not_enough() -> None:
    problem = grid_problem(3, side=6, candidates=12, demands=20, share=0.5)
    compact = compact_problem(problem)
    assert compact is not None
    columns = lay_columns(compact)
    rows = target_rows(compact, columns)
    share = 1.02 * rows.lower.max() / np.diff(rows.first).max()
    values = np.zeros(columns.count)
    values[columns.customers : columns.pairs] = np.clip(share * np.arange(len(compact.linked)) / 4, 0, 1)
    cuts = find_knapsack_cuts(compact, columns, values)
    assert len(cuts) and (cuts.activity(values) < cuts.lower).all()


@pytest.mark.parametrize("seed", range(6))
def test_heuristic_plans_are_plans(seed: int) -> None:
    problem = grid_problem(seed, side=10, candidates=40, demands=80, share=0.8)
    compact = compact_problem(problem)
    assert compact is not None
    design = find_design(compact, length=compact.network.cost, bias=np.ones(len(compact.coverage.price)))
    assert design is not None
    plan = to_plan(problem, compact, design)
    assert verify(problem, plan).complaints == ()
    assert plan.cost == pytest.approx(design.cost)


def several_levels() -> Problem:
    """A star of five arms; demand 0 is asked for by one, two and three providers, at a cost for each link.

    Place 0 has two options, at nodes 1 and 2; demand 1 has one provider already.
    """
    cover = csr_array(np.array([[1, 1, 1, 1, 0], [1, 0, 1, 1, 1], [1, 1, 0, 1, 1]], dtype=bool))
    link = csr_array((np.array([1.0, 2.0, 4.0, 3.0]), (np.zeros(4, dtype=int), np.arange(4))), shape=cover.shape)
    members, weight = np.arange(3), np.array([2.0, 1.0, 1.0])
    return Problem(
        existing=np.arange(6) == 0,
        edge_u=np.array([0, 0, 0, 0, 1, 3]),
        edge_v=np.array([1, 2, 3, 4, 2, 4]),
        edge_cost=np.array([5.0, 4.0, 6.0, 7.0, 1.0, 2.0]),
        candidate_node=np.array([1, 2, 3, 4, -1]),
        candidate_cost=np.array([3.0, 2.0, 4.0, 1.0, 9.0]),
        candidate_place=np.array([0, 0, 1, 2, 3]),
        cover=cover,
        existing_providers=np.array([0, 1, 0]),
        connection_cost=np.array([2.0, 0.0, 0.0]),
        link_cost=link,
        targets=tuple(TargetRow(f"by {k}", members, weight, 3.0, k) for k in (1, 2, 3)),
    )


def test_levels_of_one_demand_share_links_and_connection_and_options_of_one_place_count_once() -> None:
    problem = several_levels()
    compact = compact_problem(problem)
    assert compact is not None
    cover = compact.coverage
    of_first = [c for c, rows in enumerate(compact.origin.customers) if rows[0, 0] == 0]
    assert cover.need[of_first].tolist() == [1, 2, 3]
    assert cover.below[of_first].tolist() == [-1, of_first[0], of_first[1]]
    columns = lay_columns(compact)
    shared = [columns.pair_column[cover.cover_first[c] : cover.cover_first[c + 1]].tolist() for c in of_first]
    assert shared[0] == shared[1] == shared[2]
    assert np.diff(cover.slot_first)[of_first].tolist() == [3, 3, 3]
    both_options = find_covered(cover, np.isin(compact.origin.candidate, [0, 1]))
    assert both_options[of_first].tolist() == [True, False, False]
    everything = make_design(compact, np.ones(5, dtype=bool))
    assert everything is not None
    plan = to_plan(problem, compact, everything)
    assert verify(problem, plan).complaints == () and plan.cost == pytest.approx(everything.cost)
    assert problem.candidate_place[plan.links[plan.links[:, 0] == 0, 1]].tolist() == [0, 2, 1]


def test_customers_of_two_providers_are_cut_off_without_their_best_place() -> None:
    problem = several_levels()
    problem = replace(problem, link_cost=None, connection_cost=np.zeros(3), targets=problem.targets[1:2])
    compact = compact_problem(problem)
    assert compact is not None
    cover, columns = compact.coverage, lay_columns(compact)
    values = np.ones(columns.count)
    two = int(np.flatnonzero(cover.need == 2)[0])
    last = np.flatnonzero(compact.origin.candidate == 3)[0]
    values[columns.candidates : columns.hosts] = 0.0
    values[columns.candidates + last] = 1.0  # one place, in full
    rows = find_cuts(compact, columns, values, CutSearch(1e-3, 4, 500, True), seed=0)
    value = csr_array((rows.value, rows.column, rows.first), shape=(len(rows), columns.count)).toarray()
    cut_two = value[value[:, columns.customers + two] == -1.0]
    assert (cut_two[:, columns.candidates + last] == 0.0).any()
    assert (cut_two[:, columns.candidates + last] == 0.5).any()


def test_dual_ascent_pays_for_both_of_two_places() -> None:
    problem = several_levels()
    problem = replace(
        problem,
        link_cost=None,
        connection_cost=np.zeros(3),
        edge_cost=np.zeros(6),
        existing_providers=np.zeros(3, dtype=np.int64),
        candidate_cost=np.full(5, 4.0),
        targets=(replace(problem.targets[1], required=4.0),),
    )
    compact = compact_problem(problem)
    assert compact is not None
    assert lagrangian_bound(compact, 8.0, deadline=math.inf, tick=lambda: None).value == pytest.approx(8.0)
