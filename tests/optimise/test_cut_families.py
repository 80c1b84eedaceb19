"""No row of any family removes an enumerated plan, of the town's formulation and of that of every variant."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from optimise.bounds import lagrangian_bound
from optimise.compaction import compact_problem
from optimise.cut_town import TownFormulation
from optimise.rows import join_rows
from optimise.wide_formulation import WideFormulation
from tests.optimise.brute_force_variants import optimum
from tests.optimise.cut_families import CompleteProgram, add_seeds, every_row, extends, town_plans
from tests.optimise.random_variants import COMBINED, PAIRS, SINGLE, random_variant

EVERY = [(), *SINGLE, *PAIRS, *COMBINED]


@pytest.mark.parametrize("providers", [1, 2, 3])
def test_no_row_of_a_town_removes_a_plan(providers: int) -> None:
    rng = np.random.default_rng(providers)
    seen, best_seen = 0, 0
    for seed in range(500, 560):
        problem = random_variant(seed, providers=providers)
        compact = compact_problem(problem)
        if compact is None or not len(compact.coverage.required):
            continue
        dual = lagrangian_bound(compact, 30.0, deadline=math.inf, tick=lambda: None)
        formulation = TownFormulation(compact, dual)
        rows = every_row(formulation, seed)
        points = np.array([values.copy() for values in town_plans(compact, formulation.columns, formulation.cost)])
        cost = points @ formulation.cost
        best = optimum(problem)
        assert best is not None and cost.min() == pytest.approx(best.cost, rel=1e-6, abs=1e-9), seed
        is_best = cost <= cost.min() + 1e-7 * max(1.0, cost.min())
        others = rng.choice(len(points), min(len(points), 400), replace=False)
        stated = join_rows([formulation.base, rows])
        for values in points[np.union1d(np.flatnonzero(is_best)[:400], others)]:
            assert ((values >= formulation.lower) & (values <= formulation.upper)).all(), seed
            activity = stated.activity(values)
            assert (activity >= stated.lower - 1e-7).all() and (activity <= stated.upper + 1e-7).all(), seed
        seen += len(rows)
        best_seen += int(is_best.sum())
    assert seen > 600 and best_seen > 40


@pytest.mark.parametrize("parts", EVERY, ids="+".join)
def test_no_row_of_a_variant_removes_a_plan(parts: tuple[str, ...]) -> None:
    seen, plans = 0, 0
    for seed in range(600, 604):
        problem = random_variant(seed, parts)
        complete, formulation = CompleteProgram(problem), WideFormulation(problem)
        if not len(formulation.cost):
            continue
        add_seeds(formulation)
        rows = every_row(formulation, seed)
        seen += len(rows)
        rng = np.random.default_rng(seed)
        costs = [rng.normal(rng.uniform(-0.2, 1.0), 1.0, len(formulation.cost)) for _ in range(4)]
        for cost, at_most in ((formulation.cost, 8), *((cost, 1) for cost in costs)):
            for values in complete.plans(cost * np.isin(np.arange(len(cost)), complete.works), at_most):
                assert extends(formulation, complete.works, values, rows), (seed, at_most)
                plans += 1
    assert seen > 40 and plans > 5


@pytest.mark.parametrize("seed", [3014, 3015])
def test_equipment_that_only_worth_has_a_use_for_may_be_built(seed: int) -> None:
    problem = random_variant(seed, ("at_least",), tame=True)
    problem = replace(problem, targets=(replace(problem.targets[0], required=0.0), problem.targets[1]))
    complete, formulation = CompleteProgram(problem), WideFormulation(problem)
    add_seeds(formulation)
    cost = formulation.cost * np.isin(np.arange(len(formulation.cost)), complete.works)
    plans = list(complete.plans(cost, 8))
    assert plans
    assert all(extends(formulation, complete.works, values, formulation.seeds) for values in plans)
