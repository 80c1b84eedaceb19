"""Survey files to validated layers, beside pyogrio's bare read: ``python -m tests.benchmarks.reading [CASE...]``.

A case is a name of `CASES`, or FILE:KIND[:LAYER] for a file of your own (its CRS must be stated in it). Every
measurement runs in a process of its own, alone, the best of three. Prints one JSON line a case: seconds of the bare
read and of ours, their ratio, and our peak memory. The made files stand on a grid of streets with a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from gis_layers import LayerSpec, read_layer

CRS = "EPSG:2154"
ORIGIN = (650_000.0, 6_860_000.0)
REPEATS = 3


def _lines(count: int) -> gpd.GeoDataFrame:
    """Street segments of five vertices on a grid, with the columns of a usual survey."""
    random = np.random.default_rng(0)
    side = int(np.ceil(np.sqrt(count)))
    start = np.stack(np.divmod(np.arange(count), side), axis=1) * 100.0
    steps = np.arange(5)[None, :, None] * np.array([20.0, 0.0]) + random.uniform(-2, 2, (count, 5, 2))
    shapes = shapely.linestrings(start[:, None, :] + steps + ORIGIN)
    names = np.array([f"Rue n° {k}" for k in range(500)])
    columns = {
        "id": [f"T{k:07d}" for k in range(count)],
        "name": names[random.integers(0, 500, count)],
        "nature": np.array(["Route", "Rue", "Sentier"])[random.integers(0, 3, count)],
        "width_m": random.uniform(3, 12, count).round(1),
        "lanes": random.integers(1, 4, count),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def _points(count: int) -> gpd.GeoDataFrame:
    random = np.random.default_rng(0)
    xy = random.uniform(0, 20_000, (count, 2)) + ORIGIN
    columns = {"id": [f"L{k:07d}" for k in range(count)], "power_w": random.integers(20, 200, count)}
    return gpd.GeoDataFrame(columns, geometry=shapely.points(xy), crs=CRS)


def _write_csv(frame: gpd.GeoDataFrame, path: Path) -> None:
    table = frame.drop(columns="geometry").assign(x=frame.geometry.x, y=frame.geometry.y)
    table.to_csv(path, index=False)


def _write(frame: gpd.GeoDataFrame, path: Path) -> None:
    pyogrio.write_dataframe(frame, path)


Maker = tuple[str, str, Callable[[int], gpd.GeoDataFrame], int, Callable[[gpd.GeoDataFrame, Path], None]]
CASES: dict[str, Maker] = {
    "lines-100k-gpkg": ("lines.gpkg", "street", _lines, 100_000, _write),
    "lines-100k-shp": ("lines.shp", "street", _lines, 100_000, _write),
    "points-1m-gpkg": ("points.gpkg", "street_light", _points, 1_000_000, _write),
    "points-1m-shp": ("points.shp", "street_light", _points, 1_000_000, _write),
    "points-1m-csv": ("points.csv", "street_light", _points, 1_000_000, _write_csv),
}


def _measure(task: str, path: Path, kind: str, layer: str | None) -> dict[str, Any]:
    """Read once in this process; ``bare`` is pyogrio into a frame of shapely geometries."""
    start = time.perf_counter()
    if task == "bare":
        rows = len(pyogrio.read_dataframe(path, layer=layer))
        codes: list[str] = []
    else:
        crs = CRS if layer is None and path.suffix == ".csv" else None
        study_crs = CRS if path.suffix == ".csv" else _metric(path, layer)
        read = read_layer(LayerSpec("survey", kind, path, path.name, layer=layer, crs=crs), crs=study_crs)
        rows, codes = read.rows_kept, sorted({finding.code for finding in read.findings})
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak, "rows": rows, "findings": codes}


def _metric(path: Path, layer: str | None) -> str:
    crs = pyogrio.read_info(path, layer=layer)["crs"]
    return str(crs)


def _best(task: str, path: Path, kind: str, layer: str | None) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.reading", "--one", task, str(path), kind, layer or ""]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(REPEATS)]
    return min(runs, key=lambda run: run["seconds"])


def _report(name: str, path: Path, kind: str, layer: str | None) -> dict[str, Any]:
    ours = _best("ours", path, kind, layer)
    bare = None if path.suffix == ".csv" else _best("bare", path, kind, layer)
    return {
        "case": name,
        "rows": ours["rows"],
        "findings": ours["findings"],
        "bare_seconds": None if bare is None else round(bare["seconds"], 3),
        "seconds": round(ours["seconds"], 3),
        "ratio": None if bare is None else round(ours["seconds"] / bare["seconds"], 2),
        "peak_mb": round(ours["peak_mb"]),
    }


def main() -> int:
    """Parse the command line, measure each case, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        task, path, kind, layer = arguments.one
        print(json.dumps(_measure(task, Path(path), kind, layer or None)))
        return 0
    for name in arguments.cases:
        with tempfile.TemporaryDirectory() as folder:
            if name in CASES:
                file, kind, make, count, write = CASES[name]
                write(make(count), Path(folder) / file)
                line = _report(name, Path(folder) / file, kind, None)
            else:
                file, kind, *layers = name.split(":")
                line = _report(name, Path(file), kind, layers[0] if layers else None)
            print(json.dumps(line, allow_nan=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
