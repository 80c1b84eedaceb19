"""Our solver and its peers side by side: ``python -m tests.benchmarks.peers FILE... [--time-limit S] [--repeat N]``.

Steiner trees against the approximations of networkx and against SteinerPy, p-medians against spopt with HiGHS. Every
solve runs in a process of its own with one thread; its time is that of the call alone, without reading or importing,
the median of the repetitions. Every cost is recomputed from the answer by the same code. Prints one JSON line a file,
then one with the median ratios over the files: cost and seconds of the peer divided by ours.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np

from gis_layers import CardioError
from tests.benchmarks.published import problem_name, solve_instance
from tests.benchmarks.published_answer import Asked
from tests.benchmarks.published_instances import Instance, PMedian, SteinerTree
from tests.benchmarks.published_location import distances, p_median_cost
from tests.benchmarks.published_readers import read_instance
from tests.benchmarks.published_steiner import steiner_cost

Solver = Callable[[Instance, float], float | None]
START_S = 60.0
"""Time beyond the limit that a process gets to start and to compile."""


def solve_ours(instance: Instance, time_limit_s: float) -> float | None:
    """Our own solve, as the published benchmark runs it."""
    return solve_instance(instance, Asked(time.monotonic() + time_limit_s, 0), share=0.9).cost


def networkx_tree(method: str) -> Solver:
    """A Steiner tree approximation of networkx by its name there."""

    def solve(instance: Instance, time_limit_s: float) -> float | None:
        assert isinstance(instance, SteinerTree)
        graph = to_graph(instance)
        tree = nx.algorithms.approximation.steiner_tree(graph, instance.terminals.tolist(), method=method)
        return cost_of_edges(instance, graph, list(tree.edges()))

    return solve


def solve_steinerpy(instance: Instance, time_limit_s: float) -> float | None:
    """SteinerPy's exact solver with HiGHS."""
    import steinerpy  # noqa: PLC0415 (an optional peer)

    assert isinstance(instance, SteinerTree)
    graph = to_graph(instance)
    problem = steinerpy.SteinerProblem(graph, [instance.terminals.tolist()])
    return cost_of_edges(instance, graph, list(problem.get_solution(time_limit=time_limit_s, threads=1).edges))


def solve_spopt(instance: Instance, time_limit_s: float) -> float | None:
    """spopt's p-median with HiGHS."""
    import pulp  # noqa: PLC0415 (an optional peer)
    from spopt.locate import PMedian as Peer  # noqa: PLC0415

    assert isinstance(instance, PMedian)
    model = Peer.from_cost_matrix(distances(instance), np.ones(instance.nodes), instance.medians)
    model = model.solve(pulp.HiGHS(msg=False, timeLimit=time_limit_s, threads=1), results=False)
    opened = [site for site, chosen in enumerate(model.fac_vars) if (chosen.value() or 0.0) > 0.5]
    return p_median_cost(instance, {"edges": [], "candidates": opened, "served": []})


SOLVERS: dict[str, tuple[type, str | None, Solver]] = {
    "cardio": (object, None, solve_ours),
    "networkx kou": (SteinerTree, None, networkx_tree("kou")),
    "networkx mehlhorn": (SteinerTree, None, networkx_tree("mehlhorn")),
    "steinerpy": (SteinerTree, "steinerpy", solve_steinerpy),
    "spopt": (PMedian, "spopt", solve_spopt),
}
"""By name: the instances it takes, the module that must be installed, the call."""


def to_graph(instance: SteinerTree) -> nx.Graph:
    """The simple graph with the cheapest of parallel edges; `edge` is the position in the file."""
    graph = nx.Graph()
    graph.add_nodes_from(range(instance.nodes))
    for edge in np.argsort(-instance.edge_cost, kind="stable").tolist():
        u, v = int(instance.edge_u[edge]), int(instance.edge_v[edge])
        if u != v:
            graph.add_edge(u, v, weight=float(instance.edge_cost[edge]), edge=edge)
    return graph


def cost_of_edges(instance: SteinerTree, graph: nx.Graph, ends: list[tuple[int, int]]) -> float:
    """Cost of a tree given as pairs of vertices."""
    edges = sorted({graph.edges[u, v]["edge"] for u, v in ends})
    alone = [] if edges else instance.terminals[:1].tolist()
    return steiner_cost(instance, {"edges": edges, "candidates": alone, "served": []})


def peers_of(instance: Instance) -> list[str]:
    """Solvers that take the instance and are installed, ours first."""
    if isinstance(instance, SteinerTree) and instance.with_prizes:
        return ["cardio"]
    return [
        name
        for name, (kind, module, _) in SOLVERS.items()
        if isinstance(instance, kind) and (module is None or importlib.util.find_spec(module) is not None)
    ]


def run_alone(name: str, path: Path, time_limit_s: float) -> dict[str, object]:
    """One solve in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.peers", str(path), "--only", name]
    command += ["--time-limit", str(time_limit_s)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=time_limit_s + START_S,
            env=environment,
            cwd=Path(__file__).resolve().parents[2],
        )
    except subprocess.TimeoutExpired:
        return {"objective": None, "seconds": None, "failure": f"no answer in {time_limit_s + START_S:g} s"}
    if done.returncode != 0:
        return {"objective": None, "seconds": None, "failure": done.stderr.strip().splitlines()[-1]}
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def run_here(name: str, path: Path, time_limit_s: float) -> dict[str, object]:
    """One solve in this process, timed without reading."""
    instance = read_instance(path)
    start = time.perf_counter()
    cost = SOLVERS[name][2](instance, time_limit_s)
    return {"objective": cost, "seconds": round(time.perf_counter() - start, 4)}


def compare(path: Path, *, time_limit_s: float, repeat: int) -> dict[str, object]:
    """Every peer on one file."""
    instance = read_instance(path)
    runs: dict[str, dict[str, object]] = {}
    for name in peers_of(instance):
        tries = [run_alone(name, path, time_limit_s) for _ in range(repeat)]
        good = [run for run in tries if run["objective"] is not None]
        runs[name] = dict((good or tries)[0])
        if good:
            runs[name]["seconds"] = statistics.median(float(str(run["seconds"])) for run in good)
    ours = runs["cardio"]
    for run in runs.values():
        run["cost_ratio"] = _ratio(run["objective"], ours["objective"])
        run["time_ratio"] = _ratio(run["seconds"], ours["seconds"])
    return {"instance": path.name, "problem": problem_name(instance), "runs": runs}


def _ratio(theirs: object, ours: object) -> float | None:
    if theirs is None or ours is None or float(str(ours)) == 0:
        return None
    return float(str(theirs)) / float(str(ours))


def medians(lines: list[dict[str, object]]) -> dict[str, dict[str, object]]:
    """Median ratios of each peer over the files that it answered."""
    found: dict[str, dict[str, object]] = {}
    for name in SOLVERS:
        runs = [line["runs"][name] for line in lines if name in line["runs"]]  # type: ignore[index, operator]
        ratios = {key: [run[key] for run in runs if run[key] is not None] for key in ("cost_ratio", "time_ratio")}
        if runs:
            found[name] = {
                "files": len(runs),
                "answered": len(ratios["time_ratio"]),
                **{key: statistics.median(values) if values else None for key, values in ratios.items()},
            }
    return found


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--time-limit", type=float, default=60.0, help="of each solve, in seconds")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=list(SOLVERS), help="run this one here, once")
    given = parser.parse_args(arguments)
    try:
        if given.only:
            print(json.dumps(run_here(given.only, given.files[0].resolve(), given.time_limit)))
            return 0
        lines = []
        for path in given.files:
            lines.append(compare(path.resolve(), time_limit_s=given.time_limit, repeat=given.repeat))
            print(json.dumps(lines[-1]), flush=True)
    except CardioError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    for name in ("steinerpy", "spopt"):
        if importlib.util.find_spec(name) is None:
            print(f"{name} is not installed (extra 'peers'): left out", file=sys.stderr)
    print(json.dumps({"medians": medians(lines)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
