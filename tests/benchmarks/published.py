"""Published instances solved by the product's own code; prints one JSON line a file.

``python -m tests.benchmarks.published FILE... [--time-limit S] [--seed N] [--plan OUT.json]``

Steiner tree (PACE ``.gr``, SteinLib ``.stp``), prize-collecting Steiner tree (``.stp`` with ``TP``), OR-Library
p-median, capacitated warehouse location (``--capacity N`` where the file says ``capacity``), partial set cover
(``--share 0.9`` by default); plain or gzipped, told apart by content. How each is stated: published_steiner,
published_location and published_cover.

The plan file holds ``edges`` (of the file, from 0), ``candidates`` (vertices, warehouses or columns, from 0) and
``served`` (positions in the file's list of terminals, vertices, customers or rows, from 0). The objective is
recomputed from edges and candidates by code that shares nothing with the solver. With several files the plan of the
second and later ones goes to OUT.2.json and so on.
"""

from __future__ import annotations

import time

STARTED = time.monotonic()  # before the heavy imports: the time limit is that of the whole command

import argparse  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from gis_layers import CardioError  # noqa: E402
from tests.benchmarks.published_answer import SMALLEST_GAP, Answer, Asked  # noqa: E402
from tests.benchmarks.published_cover import solve_cover  # noqa: E402
from tests.benchmarks.published_instances import Instance, PMedian, SteinerTree, Warehouses  # noqa: E402
from tests.benchmarks.published_location import solve_p_median, solve_warehouses  # noqa: E402
from tests.benchmarks.published_readers import read_instance  # noqa: E402
from tests.benchmarks.published_steiner import solve_steiner  # noqa: E402

_RESERVE_S = 0.5
_RESERVE_SHARE = 0.03
"""Time kept for reading the next file, checking and writing."""
_NO_LIMIT_S = 1e9


def problem_name(instance: Instance) -> str:
    """What the line calls the problem."""
    if isinstance(instance, SteinerTree):
        return "prize-collecting Steiner tree" if instance.with_prizes else "Steiner tree"
    if isinstance(instance, PMedian):
        return "p-median"
    return "capacitated warehouse location" if isinstance(instance, Warehouses) else "partial set cover"


def solve_instance(instance: Instance, asked: Asked, *, share: float) -> Answer:
    """Solve by what the instance is."""
    if isinstance(instance, SteinerTree):
        return solve_steiner(instance, asked)
    if isinstance(instance, PMedian):
        return solve_p_median(instance, asked)
    if isinstance(instance, Warehouses):
        return solve_warehouses(instance, asked)
    return solve_cover(instance, asked, share=share)


def measure(
    path: Path, *, capacity: float | None, share: float, deadline: float, seed: int, plan_file: Path | None
) -> dict[str, object]:
    """Read, solve and check one file; return its line."""
    asked = Asked(deadline, seed)
    cpu_before = time.process_time()
    instance = read_instance(path, capacity=capacity)
    answer = solve_instance(instance, asked, share=share)
    seconds = time.perf_counter() - asked.trace.start
    if answer.plan is not None and plan_file is not None:
        plan_file.write_text(json.dumps(answer.plan), encoding="utf-8")
    gap = _gap(answer)
    return {
        "instance": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "problem": problem_name(instance),
        "objective": answer.cost,
        "bound": answer.bound,
        "gap": gap,
        "bound_origin": answer.bound_origin,
        "root_bound": answer.root_bound,
        "nodes": answer.nodes,
        "cuts": answer.cuts,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(time.process_time() - cpu_before, 3),
        "primal_integral": None if answer.cost is None else round(asked.trace.primal_integral(answer.cost, seconds), 3),
        "seed": seed,
        "threads": 1,
        "status": "optimal" if gap is not None and gap <= SMALLEST_GAP else answer.status,
        "plan": str(plan_file) if answer.plan is not None and plan_file is not None else None,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _gap(answer: Answer) -> float | None:
    """(value - bound) / value, 0 where both are 0."""
    if answer.cost is None or answer.bound is None:
        return None
    if answer.cost == 0:
        return 0.0
    return max(0.0, (answer.cost - answer.bound) / answer.cost)


def deadline_of(number: int, files: int, time_limit_s: float | None, started: float) -> float:
    """`time.monotonic` time at which a file's solve must end: an equal part of what is left of the command's time."""
    if time_limit_s is None:
        return started + _NO_LIMIT_S
    end = started + time_limit_s - max(_RESERVE_S, _RESERVE_SHARE * time_limit_s)
    now = time.monotonic()
    return now + max(0.0, end - now) / (files - number)


def numbered(path: Path | None, number: int) -> Path | None:
    """Where the plan of the file of this number, from 0, goes."""
    return path if path is None or number == 0 else path.with_suffix(f".{number + 1}{path.suffix}")


def main(arguments: list[str] | None = None, *, started: float | None = None) -> int:
    """Parse the command line, solve each file, print."""
    started = time.monotonic() if started is None else started
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--time-limit", type=float, help="wall time of the whole command, in seconds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plan", type=Path)
    parser.add_argument("--capacity", type=float, help="where a warehouse file says 'capacity'")
    parser.add_argument("--share", type=float, default=0.9, help="share of rows that a set cover must cover")
    given = parser.parse_args(arguments)
    code = 0
    for number, path in enumerate(given.files):
        try:
            line = measure(
                path,
                capacity=given.capacity,
                share=given.share,
                deadline=deadline_of(number, len(given.files), given.time_limit, started),
                seed=given.seed,
                plan_file=numbered(given.plan, number),
            )
        except CardioError as error:
            print(error, file=sys.stderr)
            code = error.exit_code
        else:
            print(json.dumps(line, allow_nan=False), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(started=STARTED))
