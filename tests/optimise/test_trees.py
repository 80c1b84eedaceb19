"""Shortest ways and short trees on the contracted network."""

from __future__ import annotations

import numpy as np
import pytest

from optimise import Problem
from optimise.trees import DigNetwork, improve_tree, short_tree, tree_parents
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import grid_problem, random_problem
from tests.optimise.small_problems import small_problem, target


def network_of(*edges: tuple[int, int, float], existing: tuple[int, ...] = (0,)) -> DigNetwork:
    return DigNetwork(small_problem(edges=edges, sites=[], covered_by=[], existing=existing, targets=[target([])]))


def test_the_existing_network_is_one_root_and_the_cheapest_parallel_dig_counts() -> None:
    network = network_of((0, 1, 5), (1, 0, 3), (1, 2, 4), (2, 3, 1), (2, 2, 0), existing=(0, 3))
    assert network.root == 4
    assert network.edge_between(1, network.root) == 1
    distance, before, nearest = network.distances(np.array([network.root]))
    assert distance[[1, 2]].tolist() == [3.0, 1.0]
    assert nearest[[1, 2]].tolist() == [4, 4]
    assert network.path(before, 1) == ([1], [1])
    assert network.path(before, network.root) == ([], [])


def test_free_digs_are_digs() -> None:
    network = network_of((0, 1, 0), (1, 2, 0), (0, 2, 1))
    distance, before, _ = network.distances(np.array([network.root]))
    assert distance[2] == 0.0
    assert sorted(network.path(before, 2)[0]) == [0, 1]
    assert short_tree(network, np.array([2])).tolist() == [0, 1]


def test_a_tree_loses_cycles_branches_without_hosts_and_loose_pieces() -> None:
    network = network_of((0, 1, 1), (1, 2, 1), (2, 0, 5), (2, 3, 1), (3, 4, 1), (5, 6, 1))
    assert improve_tree(network, np.arange(6), np.array([2])).tolist() == [0, 1]
    assert improve_tree(network, np.arange(6), np.array([4])).tolist() == [0, 1, 3, 4]
    assert improve_tree(network, np.array([2, 3]), np.array([3])).tolist() == [2, 3]
    assert improve_tree(network, np.arange(6), np.empty(0, dtype=np.int64)).size == 0


def test_a_cheaper_dig_between_nodes_in_use_replaces_a_dearer_one() -> None:
    network = network_of((0, 1, 2), (1, 2, 9), (0, 2, 3))
    assert improve_tree(network, np.array([0, 1]), np.array([1, 2])).tolist() == [0, 2]


def test_the_short_tree_joins_all_hosts_within_twice_the_optimum() -> None:
    for seed in range(30):
        problem = random_problem(seed, "plain")
        network = DigNetwork(problem)
        hosts = np.unique(network.node_of_candidate)
        tree = short_tree(network, hosts)
        every = small_problem(
            edges=list(zip(problem.edge_u.tolist(), problem.edge_v.tolist(), problem.edge_cost.tolist(), strict=True)),
            sites=[(node, 0.0) for node in problem.candidate_node.tolist()],
            covered_by=[[k] for k in range(problem.candidate_node.size)],
            existing=np.flatnonzero(problem.existing).tolist(),
        )
        best = least_cost(every)
        assert best is not None
        assert best - 1e-9 <= problem.edge_cost[tree].sum() <= 2 * best + 1e-9
        assert {network.root, *tree_parents(network, tree.tolist())} >= set(hosts.tolist())


def test_parents_lead_to_the_root_from_every_node_of_the_tree() -> None:
    problem: Problem = grid_problem(2, side=9, candidates=15, demands=30)
    network = DigNetwork(problem)
    tree = short_tree(network, network.node_of_candidate)
    parents = tree_parents(network, tree.tolist())
    assert len(parents) == tree.size
    order = {network.root: -1, **{node: position for position, node in enumerate(parents)}}
    assert all(order[above] < order[node] for node, (above, _) in parents.items())
    assert sorted(edge for _, edge in parents.values()) == tree.tolist()
    assert problem.edge_cost[tree].sum() == pytest.approx(sum(network.cost[edge] for _, edge in parents.values()))
