"""Survey files to validated layers, beside a bare read: ``python -m tests.benchmarks.reading [CASE...] [--repeat N]``.

A case is a name in tests/benchmarks/surveys.py (without any: all of them), FILE:KIND[:LAYER] for a file of your own
(its CRS must be stated in it), or check:STUDY:DATA for the whole process ``cardio check STUDY --data DATA``. The bare
read is ``pyogrio.read_dataframe``: rows into a frame of shapely geometries, nothing checked; only formats that it reads
have one. Every measurement runs in a process of its own, the best of N; imports are not measured, except of ``check``.
Prints one JSON line a case: wall and CPU seconds, microseconds of CPU a row, ratio of CPU seconds to the bare read,
peak memory of the process in MB (about 130 of them imports) and the codes found.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyogrio

from gis_layers import LayerSpec, read_layer
from tests.benchmarks.surveys import BAD, USUAL, Case

BARE = (".gpkg", ".shp")
CASES = {**USUAL, **BAD}


def _measure(task: str, path: Path, case: Case) -> dict[str, Any]:
    """Read once in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    if task == "bare":
        rows = len(pyogrio.read_dataframe(path, layer=case.layer))
        codes: list[str] = []
    else:
        spec = LayerSpec("survey", case.kind, path, path.name, layer=case.layer, crs=case.stated_crs)
        layer = read_layer(spec, crs=case.crs)
        rows, codes = layer.rows_read, sorted({finding.code for finding in layer.findings})
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"seconds": wall, "cpu": cpu, "peak_mb": _peak_mb(), "rows": rows, "findings": codes}


def _peak_mb() -> float:
    """Peak memory of this process; ``getrusage`` would count that of the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _best(task: str, name: str, path: Path, repeat: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.reading", "--one", task, str(path), name]
    runs = [json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) for _ in range(repeat)]
    return min(runs, key=lambda run: run["cpu"])


def _report(name: str, path: Path, repeat: int) -> dict[str, Any]:
    ours = _best("ours", name, path, repeat)
    bare = _best("bare", name, path, repeat) if path.suffix in BARE else None
    return {
        "case": name,
        "rows": ours["rows"],
        "seconds": round(ours["seconds"], 2),
        "cpu_seconds": round(ours["cpu"], 2),
        "us_a_row": round(1e6 * ours["cpu"] / max(1, ours["rows"]), 1),
        "bare_cpu_seconds": None if bare is None else round(bare["cpu"], 2),
        "ratio": None if bare is None else round(ours["cpu"] / bare["cpu"], 2),
        "peak_mb": round(ours["peak_mb"]),
        "bare_peak_mb": None if bare is None else round(bare["peak_mb"]),
        "findings": ours["findings"],
    }


def _check(name: str) -> dict[str, Any]:
    """Whole process of ``cardio check``."""
    _, study, data = name.split(":")
    command = [str(Path(sys.executable).with_name("cardio")), "check", study, "--data", data]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return {
        "case": name,
        "exit_code": os.waitstatus_to_exitcode(status),
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }


def _own(name: str) -> tuple[Path, Case]:
    file, kind, *layers = name.split(":")
    layer = layers[0] if layers else None
    crs = str(pyogrio.read_info(file, layer=layer)["crs"])
    return Path(file), Case(kind, lambda _: Path(file), crs=crs, layer=layer)


def main() -> int:
    """Parse the command line, measure each case, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        task, path, name = arguments.one
        print(json.dumps(_measure(task, Path(path), CASES.get(name) or _own(name)[1])))
        return 0
    for name in arguments.cases:
        with tempfile.TemporaryDirectory() as folder:
            if name.startswith("check:"):
                line = _check(name)
            else:
                path = CASES[name].make(Path(folder)) if name in CASES else _own(name)[0]
                line = _report(name, path, arguments.repeat)
            print(json.dumps(line, allow_nan=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
