"""Joint siting and routing on a synthetic city or a problem file; prints one JSON line.

``python -m tests.benchmarks.city {1k,3k,10k,30k}|FILE.json[.gz] [--seed N] [--time-limit S] [--gap G] [--plan OUT]``
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import resource
import sys
import tempfile
import time
from pathlib import Path

from gis_layers import CardioError
from optimise import Plan, Problem, read_problem, solve, write_problem
from tests.benchmarks.cities import SIZES, make_city


class Trace:
    """Best cost over time, read from the progress notes of a solve."""

    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.steps: list[tuple[float, float]] = []

    def __call__(self, stage: str, share: float | None = None, note: str = "") -> None:
        """Keep the time and the plan's cost of each note that names one."""
        words = note.replace(",", "").split()
        if "plan" in words[:-1]:
            self.steps.append((time.perf_counter() - self.start, float(words[words.index("plan") + 1])))

    def primal_integral(self, final: float, seconds: float) -> float:
        """Seconds times the plan's relative distance from the final one, 1 before the first plan (Berthold 2013)."""
        total, since, distance = 0.0, 0.0, 1.0
        for moment, cost in [*self.steps, (seconds, final)]:
            total += (moment - since) * distance
            since = moment
            worst = max(cost, final)
            distance = 0.0 if worst == 0 else (1.0 if math.isinf(worst) else (worst - final) / worst)
        return total


def measure(
    problem: Problem, *, gap: float, time_limit_s: float | None, seed: int
) -> tuple[dict[str, object], Plan | None]:
    """Solve a problem; return the figures of the solve and its plan."""
    trace = Trace()
    solution = solve(problem, gap=gap, time_limit_s=time_limit_s, seed=seed, progress=trace)
    seconds = time.perf_counter() - trace.start
    usage = resource.getrusage(resource.RUSAGE_SELF)
    plan = solution.plan
    figures: dict[str, object] = {
        "objective": None if plan is None else plan.cost,
        "bound": solution.bound,
        "gap": solution.gap,
        "bound_origin": solution.bound_origin,
        "root_bound": solution.root_bound,
        "nodes": solution.nodes,
        "cuts": solution.cuts,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "primal_integral": None if plan is None else round(trace.primal_integral(plan.cost, seconds), 3),
        "seed": seed,
        "threads": 1,
        "status": solution.status,
    }
    return figures, plan


def read_case(case: str, seed: int) -> tuple[str, str, Problem]:
    """Name, SHA-256 and problem of a synthetic city (hashed as its problem file) or of a file."""
    if case not in SIZES:
        path = Path(case)
        problem = read_problem(path)
        return path.name, hashlib.sha256(path.read_bytes()).hexdigest(), problem
    problem = make_city(case, seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.json"
        write_problem(problem, path)
        return problem.name, hashlib.sha256(path.read_bytes()).hexdigest(), problem


def write_plan(plan: Plan, path: Path) -> None:
    """Write the plan as indices in file order."""
    content = {
        "edges": plan.edges.tolist(),
        "candidates": plan.candidates.tolist(),
        "served": plan.served[:, 0].tolist(),
    }
    path.write_text(json.dumps(content), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, solve, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", help=f"one of {', '.join(SIZES)}, or a problem file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--time-limit", type=float)
    parser.add_argument("--gap", type=float, default=1e-4)
    parser.add_argument("--plan", type=Path)
    given = parser.parse_args(arguments)
    try:
        instance, sha256, problem = read_case(given.case, given.seed)
        figures, plan = measure(problem, gap=given.gap, time_limit_s=given.time_limit, seed=given.seed)
    except CardioError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if plan is not None and given.plan is not None:
        write_plan(plan, given.plan)
    where = str(given.plan) if plan is not None and given.plan is not None else None
    line = {"instance": instance, "sha256": sha256, "problem": "siting and routing", **figures, "plan": where}
    print(json.dumps(line, allow_nan=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
