"""A whole study, seconds and peak memory per stage: ``python -m tests.benchmarks.run STUDY [--data DIR] [--out DIR]``.

Prints one JSON line on stdout.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from cardio.run import run_study
from cardio.stopwatch import Stopwatch
from gis_layers import CardioError


def measure(study: Path, data: list[Path], out: Path, time_limit_s: float | None) -> dict[str, object]:
    """Run a study and return its figures."""
    watch = Stopwatch()
    start = time.perf_counter()
    result = run_study(study, data=data, out=out, time_limit_s=time_limit_s, stopwatch=watch)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    summary = result.summary
    return {
        "study": summary["study"],
        "status": summary["status"],
        "verified": summary["verified"],
        "value": summary["objective"]["value"],
        "bound": summary["objective"]["bound"],
        "gap": summary["objective"]["gap"],
        "bound_origin": summary["objective"]["bound_origin"],
        "coverage": {
            row["target"] + (f"[{row['zone']}]" if row["zone"] else ""): [row["before"], row["required"], row["after"]]
            for row in summary["coverage"]
        },
        "seconds_by_stage": {stage: round(seconds, 2) for stage, seconds in watch.seconds.items()},
        "peak_mb_by_stage": {stage: round(peak) for stage, peak in watch.peak_mb.items()},
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }


def main() -> int:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--time-limit", type=float)
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            out = arguments.out or Path(folder) / "plan"
            print(json.dumps(measure(arguments.study, arguments.data, out, arguments.time_limit), allow_nan=False))
    except CardioError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
