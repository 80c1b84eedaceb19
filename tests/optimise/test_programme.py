"""The program as stated: another solver agrees, a plan is a solution of it, and its rows mean what they say."""

from __future__ import annotations

import numpy as np
import pulp
import pytest

from gis_layers import silent
from optimise import Problem, infeasibility
from optimise.assembly import assemble
from optimise.base_reductions import reduce_problem
from optimise.heuristics import greedy_choice
from optimise.programme import ROOT, Programme, hand_over, limits, short_rows, state_programme
from optimise.programme_answer import read_choice
from optimise.programme_costs import objective
from optimise.programme_limits import GE, LE
from optimise.programme_network import arborescence, flow, host_cuts, hosts_and_digs
from optimise.programme_service import links, monotone_service, providers, targets
from optimise.solvers.highs import highs_options, run_highs
from optimise.warm_start import start_values
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import VARIANTS, random_problem
from tests.optimise.small_problems import small_problem, target


def feasible(variant: str, seeds: range) -> list[Problem]:
    problems = [random_problem(seed, variant) for seed in seeds]
    return [problem for problem in problems if not infeasibility(problem) and least_cost(problem)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_cbc_and_highs_agree_on_the_program(variant: str) -> None:
    for problem in feasible(variant, range(500, 506))[:2]:
        programme = state_programme(reduce_problem(problem).problem)
        options = highs_options(gap=0.0, seed=0, node_limit=None)
        highs = run_highs(hand_over(programme, options), start=None, deadline=None, progress=silent)
        status = programme.model.solve(pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False, gapRel=0.0))
        assert pulp.LpStatus[status] == "Optimal"
        value = np.array([variable.varValue for variable in programme.model.variables()])
        assert pulp.value(programme.model.objective) == pytest.approx(least_cost(problem), abs=1e-6)
        assert highs.bound == pytest.approx(least_cost(problem), abs=1e-5)
        built = assemble(programme.problem, read_choice(programme, value))
        assert built.cost == pytest.approx(least_cost(problem), abs=1e-6)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_plan_as_start_satisfies_every_row_at_its_own_cost(variant: str) -> None:
    for problem in feasible(variant, range(500, 515)):
        reduced = reduce_problem(problem).problem
        programme = state_programme(reduced)
        plan = assemble(reduced, greedy_choice(reduced))
        value = start_values(programme, plan)
        cost = sum(factor * value[variable.index] for variable, factor in objective(programme))
        assert cost == pytest.approx(plan.cost)
        equations = (providers, links, monotone_service, hosts_and_digs, host_cuts, arborescence, flow)
        rows = [row for equation in equations for row in equation(programme)]
        for terms, sense, right in [*rows, *(limit.row() for limit in limits(programme))]:
            left = sum(factor * value[variable.index] for variable, factor in terms)
            slack = {GE: left - right, LE: right - left}.get(sense, -abs(left - right))
            assert slack >= -1e-9, terms


def stated(problem: Problem) -> Programme:
    return state_programme(reduce_problem(problem).problem)


def triangle() -> Problem:
    return small_problem(edges=[(0, 1, 1), (0, 2, 1), (1, 2, 1)], sites=[(1, 1), (2, 1)], covered_by=[[0], [1]])


def test_names_are_ordinal_and_every_variable_is_binary_but_the_flow() -> None:
    programme = stated(triangle())
    names = [variable.name for variable in programme.model.variables()]
    assert len(set(names)) == len(names)
    assert all(name[0] in "bf" and name[1:].isdigit() for name in names)
    assert {v.name[0] for v in programme.model.variables() if v.cat == pulp.LpContinuous} == {"f"}
    assert all((v.lowBound, v.upBound) == (0, 1) for v in programme.model.variables() if v.name[0] == "b")


def test_no_arc_enters_the_root_and_each_dig_has_its_arcs() -> None:
    programme = stated(triangle())
    (layer,) = programme.layers
    assert {arc[2] for arc in layer.y} == {1, 2}
    assert {arc[1] for arc in layer.y} == {ROOT, 1, 2}
    assert len(layer.y) == 4
    assert len(list(hosts_and_digs(programme))) == 2 + 3
    assert {len(terms) for terms, _, _ in hosts_and_digs(programme)} == {2, 3}


def test_the_flow_capacity_counts_the_hosts_that_can_lie_behind_an_arc() -> None:
    programme = stated(triangle())
    capacity = {
        arc: factor
        for arc, y in programme.layers[0].y.items()
        for terms, _, _ in flow(programme)
        for v, factor in terms
        if v is y
    }
    assert {arc[1]: factor for arc, factor in capacity.items()} == {ROOT: 2.0, 1: 1.0, 2: 1.0}


def test_whole_weights_give_a_whole_target_and_other_weights_the_least_that_counts() -> None:
    def required(weight: list[float], least: float) -> float:
        problem = small_problem(
            edges=[(0, 1, 1)],
            sites=[(1, 1), (1, 1)],
            covered_by=[[0], [1]],
            targets=[target([0, 1], weight=weight, required=least)],
        )
        (limit,) = targets(stated(problem))
        _, sense, right = limit.row()
        assert sense == GE
        return right

    assert required([2.0, 3.0], 3.2) == 4.0
    assert required([2.0, 3.0], 3.0) == 3.0
    assert required([2.0, 3.5], 3.2) == pytest.approx(3.2, abs=1e-8)
    assert required([2.0, 3.5], 3.2) < 3.2


def test_an_answer_short_of_a_target_is_cut_off_by_what_it_does_not_serve() -> None:
    problem = small_problem(
        edges=[],
        sites=[(-1, 1), (-1, 1), (-1, 1)],
        covered_by=[[0], [1], [2]],
        targets=[target([0, 1, 2], weight=[1.0, 1e-7, 2e-7], required=1.0 + 1e-7)],
    )
    programme = stated(problem)
    value = np.zeros(len(programme.model.variables()))
    value[programme.z[0, 1, 0].index] = 1.0
    ((terms, sense, right),) = short_rows(programme, value)
    assert (sense, right) == (GE, 1.0)
    assert {variable.name for variable, _ in terms} == {programme.z[1, 1, 0].name, programme.z[2, 1, 0].name}
    value[programme.z[1, 1, 0].index] = 1.0
    assert short_rows(programme, value) == []


def test_candidates_of_one_place_count_once_for_two_providers() -> None:
    problem = small_problem(
        edges=[],
        sites=[(-1, 1), (-1, 1), (-1, 5)],
        covered_by=[[0, 1, 2]],
        targets=[target([0], providers=2)],
        candidate_place=np.array([4, 4, 9]),
    )
    programme = stated(problem)
    assert list(programme.p) == [(0, 4, 0)]
    rows = list(providers(programme))
    assert len(rows) == 2
    assert [factor for _, factor in rows[0][0]] == [1.0, 1.0, -2.0]
