"""A line layer to a graph, points snapped, catchments, beside peers: ``python -m tests.benchmarks.graph FILE``.

Options: ``[--layer L] [--kind street] [--where COLUMN=VALUE,...] [--crs EPSG:N] [--vs PEER,...] [--case CASE,...]
[--segments N] [--repeat N] [--time-limit S]``. Several FILEs are laid beside one another. Peers are named by the
beginning of their name (``snkit``, ``osmnx``); extra ``[peers]`` installs them.

Every measurement runs in a process of its own with one thread, ours and the peers' in turn; seconds are CPU time of
the call alone, without importing, reading or loading compiled kernels, the median of the runs. Peak memory is that of
the whole process (read from /proc: Linux). Prints one JSON line a case: a run for each peer asked for, with its ratio
to ours, or why there is none.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gis_layers import CardioError, Condition, StudyError
from tests.benchmarks.graph_answer import Prepare
from tests.benchmarks.graph_cases import CASES, OURS, Case
from tests.benchmarks.graph_inputs import SAMPLE, WHOLE, Inputs, Ints, read_lines
from tests.benchmarks.graph_peers import installed

GROWTH = 2.3
"""What twice the input may cost, at most."""
ONCE_S = 20.0
"""What takes longer is measured once."""
WAIT = 10.0
"""Wall time for each second of the limit of CPU, on a machine with other work."""
ROOT = Path(__file__).resolve().parents[2]
Run = dict[str, object]


def runner(case: Case, name: str) -> Prepare:
    """Ours or a peer's call by its name."""
    return case.ours if name == OURS else case.peers[name]


def run_here(case: str, name: str, folder: Path, time_limit_s: float) -> None:
    """One measurement in this process; leaves its line and pairs in the folder."""
    limit_s = math.ceil(time_limit_s)
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + 60))
    call = runner(CASES[case], name)(Inputs(folder))
    before_mb = reset_peak_mb()
    start = time.process_time()
    answer = call()
    cpu_s = time.process_time() - start
    peak_mb = _status_mb("VmHWM")
    run = {"cpu_s": cpu_s, "peak_mb": peak_mb, "added_mb": peak_mb - before_mb, **answer.figures}
    if answer.pairs is not None:
        np.save(folder / "pairs.npy", answer.pairs)
    (folder / "run.json").write_text(json.dumps(run, allow_nan=False))


def reset_peak_mb() -> float:
    """Let the peak of memory begin anew and return what is held now."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status_mb("VmRSS")


def _status_mb(key: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024.0 for line in lines if line.startswith(f"{key}:"))


def run_alone(case: str, name: str, folder: Path, time_limit_s: float) -> tuple[Run, Ints | None]:
    """One measurement in a process of its own: its figures and pairs, or its failure."""
    for left in ("run.json", "pairs.npy"):
        (folder / left).unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.benchmarks.graph", str(folder), "--only", case, name]
    command += ["--time-limit", str(time_limit_s)]
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_MAX_THREADS"), "1")
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=WAIT * time_limit_s,
            env={**os.environ, **one_thread},
            cwd=ROOT,
        )
    except subprocess.TimeoutExpired:
        return {"failure": f"no answer in {WAIT * time_limit_s:g} s"}, None
    if done.returncode == -signal.SIGXCPU:
        return {"failure": f"no answer in {time_limit_s:g} s of CPU"}, None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return {"failure": said[-1]}, None
    run: Run = json.loads((folder / "run.json").read_text())
    pairs = folder / "pairs.npy"
    return run, np.load(pairs) if pairs.exists() else None


def measure(case: str, asked: Sequence[str] | None, folder: Path, repeat: int, time_limit_s: float) -> Run:
    """Measure a case for us and the peers asked for, in turn."""
    names = [OURS, *(peer for peer in CASES[case].peers if asked is None or peer.startswith(tuple(asked)))]
    tries: dict[str, list[Run]] = {name: [] for name in names}
    pairs: dict[str, Ints | None] = {}
    for _ in range(repeat):
        for name in names:
            if name != OURS and not installed(name):
                tries[name] = [{"failure": "not installed (extra 'peers')"}]
            elif not tries[name] or float(str(tries[name][-1].get("cpu_s", ONCE_S))) < ONCE_S:
                run, pairs[name] = run_alone(case, name, folder, time_limit_s)
                tries[name].append(run)
    runs = {name: summarise(found) for name, found in tries.items()}
    compare(runs, CASES[case])
    for name, theirs in pairs.items():
        if name != OURS and theirs is not None and pairs[OURS] is not None:
            apart = differences(pairs[OURS], theirs, int(str(runs[OURS]["demand"])))
            runs[name].update(apart)
            if name == CASES[case].exact:
                runs[OURS]["same_as_exact"] = not any(apart.values())
    return {"case": case, "what": CASES[case].shown, "runs": runs}


def summarise(tries: Sequence[Run]) -> Run:
    """Medians of the tries that answered; the failure where one did not."""
    failed = [run for run in tries if "failure" in run]
    if failed:
        return dict(failed[0])
    middle = {key: statistics.median(float(str(run[key])) for run in tries) for key in ("cpu_s", "peak_mb", "added_mb")}
    return {
        **tries[0],
        "cpu_s": round(middle["cpu_s"], 4),
        "peak_mb": round(middle["peak_mb"]),
        "added_mb": round(middle["added_mb"]),
        "tries": len(tries),
    }


def compare(runs: dict[str, Run], case: Case) -> None:
    """Add to each peer's run its ratios to ours and whether the goal is met; to ours the goal for memory."""
    ours = runs[OURS]
    for name, run in runs.items():
        if name == OURS:
            continue
        run["cpu_ratio"] = ratio(run, ours, "cpu_s")
        run["peak_ratio"] = ratio(run, ours, "peak_mb")
        goal = case.goals.get(name)
        if goal is not None:
            run["goal"] = round(goal, 3)
            run["goal_met"] = None if run["cpu_ratio"] is None else float(str(run["cpu_ratio"])) >= goal
    if case.goal_mb is not None:
        ours["goal_mb"] = case.goal_mb
        ours["goal_met"] = None if "failure" in ours else float(str(ours["peak_mb"])) <= case.goal_mb


def ratio(theirs: Run, ours: Run, key: str) -> float | None:
    """Theirs divided by ours; None where one of them has no figure."""
    if key not in theirs or key not in ours or float(str(ours[key])) == 0.0:
        return None
    return round(float(str(theirs[key])) / float(str(ours[key])), 3)


def differences(ours: Ints, theirs: Ints, demand: int) -> Run:
    """Pairs that only one of the two has, and demand points that only one of the two serves, as a share of all."""
    code = [set((pairs[:, 0].astype(np.int64) * (1 << 32) + pairs[:, 1]).tolist()) for pairs in (ours, theirs)]
    served = [set(pairs[:, 0].tolist()) for pairs in (ours, theirs)]
    return {
        "pairs_only_ours": len(code[0] - code[1]),
        "pairs_only_theirs": len(code[1] - code[0]),
        "demand_misclassified": len(served[0] ^ served[1]) / demand,
    }


def add_growth(line: Run, lines: dict[str, Run]) -> None:
    """Add to a case that doubles another one how many times longer it took."""
    single = CASES[str(line["case"])].doubles
    if single not in lines:
        return
    now, then = (of["runs"][OURS] for of in (line, lines[single]))  # type: ignore[index]
    growth = ratio(now, then, "cpu_s")
    now.update(growth=growth, goal=GROWTH, goal_met=None if growth is None else growth <= GROWTH)


def parse_where(texts: Sequence[str]) -> dict[str, Condition]:
    """Read ``COLUMN=VALUE,...`` and ``COLUMN!=VALUE,...``."""
    found = {}
    for text in texts:
        column, equals, values = text.partition("=")
        if not equals or not column.rstrip("!"):
            raise StudyError(f"--where {text!r}", "write COLUMN=VALUE,... or COLUMN!=VALUE,...")
        found[column.removesuffix("!")] = Condition(tuple(values.split(",")), exclude=column.endswith("!"))
    return found


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--layer", help="layer inside the file")
    parser.add_argument("--kind", default="street", help="kind of the layer")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE,...")
    parser.add_argument("--crs", help="metric CRS to work in; the file's own, or one around it, by default")
    parser.add_argument("--vs", metavar="PEER,...", help="only these peers; all by default, 'none' for none")
    parser.add_argument("--case", metavar="CASE,...", default=",".join(CASES), help="only these cases")
    parser.add_argument("--segments", type=int, default=50_000, help="size of the sample")
    parser.add_argument("--repeat", type=int, default=3, help="measurements, of which the median is taken")
    parser.add_argument("--time-limit", type=float, default=300.0, help="of each measurement, in seconds of CPU")
    parser.add_argument("--only", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def benchmark(given: argparse.Namespace) -> None:
    """Read, measure each case, print."""
    cases = given.case.split(",")
    asked = None if given.vs is None else given.vs.split(",")
    known = [peer for case in CASES.values() for peer in case.peers]
    wrong = [case for case in cases if case not in CASES]
    wrong += [name for name in asked or [] if name != "none" and not any(peer.startswith(name) for peer in known)]
    if wrong:
        raise StudyError(f"unknown: {', '.join(wrong)}", f"cases: {', '.join(CASES)}; peers: {', '.join(set(known))}")
    paths = [path.resolve() for path in given.files]
    lines = read_lines(paths, kind=given.kind, layer=given.layer, where=parse_where(given.where), crs=given.crs)
    with tempfile.TemporaryDirectory() as folder:
        segments = Inputs(Path(folder)).write(lines, given.segments)
        done: dict[str, Run] = {}
        for case in cases:
            line = measure(case, asked, Path(folder), given.repeat, given.time_limit)
            line |= {"files": [path.name for path in paths], "segments": segments[size_of(case)]}
            done[case] = line
            add_growth(line, done)
            print(json.dumps(line, allow_nan=False), flush=True)


def size_of(case: str) -> str:
    """Which of the two layers a case begins with."""
    return SAMPLE if case.endswith("-sample") or case == "snap-split-1k" else WHOLE


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, print; what cannot be used is said on stderr."""
    given = parse(arguments)
    try:
        if given.only:
            run_here(given.only[0], given.only[1], given.files[0], given.time_limit)
        else:
            benchmark(given)
    except CardioError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
