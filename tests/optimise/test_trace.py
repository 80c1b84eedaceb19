"""What each edge of a plan carries, and the cheapest ways to the existing network."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from optimise import Plan, Problem, TargetRow, carried_candidates, cheapest_ways, solve

# node 0 is the network; a trunk to 1, from there branches to 2 and 3; a candidate at 2, two at 3, one without backhaul
Y_EDGES = [(0, 1, 100.0), (1, 2, 30.0), (1, 3, 50.0)]
Y_NODES = [2, 3, 3, -1]


def make_problem(edges: list[tuple[int, int, float]], nodes: list[int], *, size: int, existing: int = 1) -> Problem:
    """Return a problem in which each candidate serves a demand of its own, and all must be served."""
    u, v, cost = (np.array(column) for column in zip(*edges, strict=True))
    count = len(nodes)
    return Problem(
        existing=np.arange(size) < existing,
        edge_u=u.astype(np.int64),
        edge_v=v.astype(np.int64),
        edge_cost=cost.astype(float),
        candidate_node=np.array(nodes, dtype=np.int64),
        candidate_cost=np.full(count, 7.0),
        candidate_place=np.arange(count, dtype=np.int64),
        cover=csr_array(np.eye(count, dtype=bool)),
        existing_providers=np.zeros(count, dtype=np.int64),
        connection_cost=np.zeros(count),
        link_cost=None,
        targets=(TargetRow("all", np.arange(count, dtype=np.int64), np.ones(count), float(count)),),
    )


def plan_of(problem: Problem) -> Plan:
    plan = solve(problem, gap=0.0).plan
    assert plan is not None
    return plan


def ways(problem: Problem) -> list[float]:
    return cheapest_ways(problem, problem.edge_cost, np.arange(len(problem.edge_u))).tolist()


def test_the_trunk_carries_all_and_each_branch_its_own():
    problem = make_problem(Y_EDGES, Y_NODES, size=4)
    plan = plan_of(problem)
    carried = carried_candidates(problem, plan).toarray()
    by_edge = {int(edge): set(plan.candidates[row].tolist()) for edge, row in zip(plan.edges, carried, strict=True)}
    assert by_edge == {0: {0, 1, 2}, 1: {0}, 2: {1, 2}}


def test_cheapest_ways_lead_over_the_cheaper_of_parallel_edges_and_over_free_ones():
    edges = [*Y_EDGES, (1, 0, 40.0), (3, 4, 0.0), (5, 6, 1.0)]
    problem = make_problem(edges, Y_NODES, size=7)
    assert ways(problem) == [0.0, 40.0, 70.0, 90.0, 90.0, np.inf, np.inf]


def test_an_edge_that_is_not_allowed_is_gone_round():
    problem = make_problem([*Y_EDGES, (0, 2, 500.0)], Y_NODES, size=4)
    allowed = np.array([1, 2, 3])
    assert cheapest_ways(problem, problem.edge_cost, allowed).tolist() == [0.0, 530.0, 500.0, 580.0]


def test_without_any_network_nothing_leads_there():
    assert ways(make_problem(Y_EDGES, Y_NODES, size=4, existing=0)) == [np.inf] * 4


EDGE = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 1000)).filter(lambda edge: edge[0] != edge[1])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(EDGE, min_size=1, max_size=25), st.integers(1, 4))
def test_cheapest_ways_are_those_of_another_library(edges, existing):
    problem = make_problem([(u, v, float(cost)) for u, v, cost in edges], [-1], size=10, existing=existing)
    graph = networkx.MultiGraph()
    graph.add_nodes_from(range(10))
    graph.add_weighted_edges_from(edges)
    lengths = networkx.multi_source_dijkstra_path_length(graph, set(range(existing)))
    assert ways(problem) == pytest.approx([lengths.get(node, np.inf) for node in range(10)])
