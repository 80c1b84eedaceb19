"""No time limit pays for compiling."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from numba.core.registry import CPUDispatcher
from optimise.cut_route import solve_cuts
from optimise.kernels import compile_kernels
from tests.optimise.random_problems import grid_problem

def compiled():
    return {
        f"{name}.{key}": len(value.signatures)
        for name, module in list(sys.modules.items())
        if name.startswith("optimise.")
        for key, value in vars(module).items()
        if isinstance(value, CPUDispatcher)
    }

compile_kernels()
before = compiled()
for seed in range(3):
    solve_cuts(grid_problem(seed, side=6, candidates=14, demands=24), gap=0.0, node_limit=2)
after = compiled()
print(sum(before.values()), *(name for name in after if after[name] > before.get(name, 0)))
"""


def test_a_solve_compiles_nothing_that_was_not_compiled_beforehand() -> None:
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True, cwd=root)
    count, *later = run.stdout.split()
    assert int(count) >= 10
    assert later == []
