"""The benchmark of siting and routing: its cities, its line, its plan file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from optimise import reachable_weight, read_problem, write_problem
from tests.benchmarks.cities import make_city
from tests.benchmarks.city import Trace, main
from tests.optimise.random_problems import grid_problem

FIELDS = ["instance", "sha256", "problem", "objective", "bound", "gap", "bound_origin", "root_bound", "nodes", "cuts"]
FIELDS += ["seconds", "cpu_seconds", "primal_integral", "seed", "threads", "status", "plan"]


def test_a_city_is_the_same_for_the_same_seed_and_its_targets_can_be_met() -> None:
    city, again, other = make_city("1k", 3), make_city("1k", 3), make_city("1k", 4)
    assert len(city.edge_cost) == 1000 and (city.edge_cost > 0).all() and len(city.targets) == 6
    np.testing.assert_array_equal(city.edge_cost, again.edge_cost)
    assert not np.array_equal(city.edge_cost, other.edge_cost)
    required = np.array([target.required for target in city.targets])
    assert (reachable_weight(city) >= required).all() and (required > 0).all()


def test_the_line_has_every_field_and_the_plan_recomputes_to_its_objective(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = grid_problem(4, side=6, candidates=12, demands=20)
    file, plan_file = tmp_path / "grid.json.gz", tmp_path / "plan.json"
    write_problem(problem, file)
    assert main([str(file), "--time-limit", "600", "--gap", "0", "--plan", str(plan_file)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert list(line) == FIELDS
    assert line["status"] == "optimal" and line["instance"] == "grid.json.gz"
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    problem = read_problem(file)
    cost = problem.edge_cost[plan["edges"]].sum() + problem.candidate_cost[plan["candidates"]].sum()
    assert line["objective"] == pytest.approx(cost) and line["bound"] <= cost + 1e-9
    served = np.isin(np.arange(problem.cover.shape[0]), plan["served"])
    for target in problem.targets:
        assert target.weight[served[target.demand]].sum() >= target.required - 1e-6


def test_a_file_that_is_not_there_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.json"]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and "nowhere.json" in shown.err


def test_primal_integral_of_a_plan_that_halves() -> None:
    trace = Trace()
    trace.steps = [(1.0, 200.0), (3.0, 100.0)]
    assert trace.primal_integral(100.0, 5.0) == pytest.approx(1.0 * 1.0 + 2.0 * 0.5)
