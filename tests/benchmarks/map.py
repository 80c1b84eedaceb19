"""How fast a large map opens: ``python -m tests.benchmarks.map [--points N] [--lines N] [--kind existing|demand]``.

Writes map.html of a synthetic town, opens it in headless Chromium with the network cut, and prints one JSON line:
bytes of the file, seconds to write it, seconds from opening it until it is drawn, and whether points were aggregated.
Points of the existing network (street lights) are all drawn; demand above 20,000 points is summed in hexagons.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from cardio.deliverable import Deliverable
from cardio.exporters import render_map
from tests.cardio.chromium import offline_browser
from tests.cardio.deliverables import CORNER, CRS, SIDE_M, make_deliverable

# the page marks when it has drawn; two frames later the browser has painted
DRAWN = """
const done = arguments[arguments.length - 1];
const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() / 1000)));
const wait = () => (performance.getEntriesByName('cardio-drawn').length ? painted() : setTimeout(wait, 5));
wait();
"""
REQUESTS = "return performance.getEntriesByType('resource').length"


def make_town(points: int, lines: int, kind: str) -> Deliverable:
    """Build a town with so many points, street lights or demand, and at least so many street segments."""
    a_side = math.ceil(math.sqrt(lines / 2))
    if kind == "demand":
        return make_deliverable(demand=points, streets_a_side=a_side)
    town = make_deliverable(streets_a_side=a_side)
    xy = CORNER + np.random.default_rng(2).uniform(0, SIDE_M, (points, 2))
    lights = gpd.GeoDataFrame(
        {
            "layer": "lights",
            "kind": "fibre_node",  # switched on when the map opens, unlike street lights
            "id": [f"EP{number:06d}" for number in range(points)],
            "name": None,
            "source_row": np.arange(points),
        },
        geometry=shapely.points(xy),
        crs=CRS,
    )
    return replace(town, existing=gpd.GeoDataFrame(pd.concat([town.existing, lights], ignore_index=True), crs=CRS))


def measure(points: int, lines: int, kind: str, folder: Path) -> dict[str, Any]:
    """Write and open the map, return its figures."""
    town = make_town(points, lines, kind)
    start = time.perf_counter()
    page = render_map(town)
    written_s = time.perf_counter() - start
    path = folder / "map.html"
    path.write_text(page, encoding="utf-8")
    with offline_browser(folder / "profile") as browser:
        browser.get("about:blank")
        browser.set_script_timeout(120)
        browser.get(path.as_uri())
        drawn_s = browser.execute_async_script(DRAWN)
        requests = browser.execute_script(REQUESTS)
    return {
        "kind": kind,
        "points": points,
        "lines": int((town.existing["kind"] == "street").sum()),
        "bytes": path.stat().st_size,
        "seconds_to_write": round(written_s, 2),
        "seconds_to_draw": round(drawn_s, 2),
        "requests": requests,
        "aggregated": '"hexagons":[[' in page,
    }


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=50_000)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--kind", choices=("existing", "demand"), default="existing")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(arguments.points, arguments.lines, arguments.kind, Path(folder))))


if __name__ == "__main__":
    main()
