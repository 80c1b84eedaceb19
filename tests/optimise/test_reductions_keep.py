"""Reduced problems have the optimum of the originals by enumeration, and their plans map back at equal cost."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from optimise import verify
from optimise.compaction import compact_problem
from optimise.cut_heuristics import make_design
from optimise.cut_plan import to_plan
from optimise.programme_answer import read_schedule
from optimise.schedule import assemble_schedule
from optimise.variant_reductions import reduce_variant
from tests.optimise.brute_force_variants import optimum
from tests.optimise.cut_families import CompleteProgram
from tests.optimise.random_variants import COMBINED, PAIRS, SINGLE, YEARLY, random_variant

EVERY = [(), *SINGLE, *PAIRS, *COMBINED, *YEARLY]


@pytest.mark.parametrize("parts", EVERY, ids="+".join)
def test_a_reduced_variant_has_the_same_optimum_and_its_plans_cost_the_same(parts: tuple[str, ...]) -> None:
    reduced, mapped = 0, 0
    for seed in range(700, 708):
        problem = random_variant(seed, parts)
        reduction = reduce_variant(problem)
        small = reduction.problem
        reduced += small.edge_cost.size < problem.edge_cost.size or small.candidate_cost.size < len(
            problem.candidate_cost
        )
        best, same = optimum(problem), optimum(small)
        assert (best is None) == (same is None), seed
        if best is None or same is None:
            continue
        assert same.cost == pytest.approx(best.cost, rel=1e-9, abs=1e-9), seed
        assert same.worth == pytest.approx(best.worth, rel=1e-9, abs=1e-9), seed
        complete = CompleteProgram(small)
        rng = np.random.default_rng(seed)
        for _ in range(4):
            for values in complete.plans(rng.normal(0.5, 1.0, complete.programme.columns), 1):
                schedule = read_schedule(complete.programme, values)
                one = assemble_schedule(small, schedule)
                other = assemble_schedule(problem, reduction.expand(schedule))
                assert verify(small, one).complaints == () and verify(problem, other).complaints == (), seed
                assert other.cost == pytest.approx(one.cost, rel=1e-9, abs=1e-9), seed
                assert (other.worth or 0.0) == pytest.approx(one.worth or 0.0, rel=1e-9, abs=1e-9), seed
                mapped += 1
    assert reduced > 0


@pytest.mark.parametrize("providers", [1, 2, 3])
def test_designs_of_a_compact_problem_map_back_at_equal_cost(providers: int) -> None:
    mapped, exact = 0, 0
    for seed in range(800, 860):
        problem = random_variant(seed, providers=providers)
        compact, best = compact_problem(problem), optimum(problem)
        if compact is None or best is None:
            continue
        least = math.inf
        for built in product([False, True], repeat=len(compact.coverage.price)):
            design = make_design(compact, np.array(built, dtype=bool))
            if design is not None:
                plan = to_plan(problem, compact, design)
                assert verify(problem, plan).complaints == (), seed
                assert plan.cost == pytest.approx(design.cost, rel=1e-9, abs=1e-9), seed
                least, mapped = min(least, plan.cost), mapped + 1
        assert least >= best.cost * (1 - 1e-9), seed
        exact += least == pytest.approx(best.cost)
    assert mapped > 100 and exact > 30
