"""A town small enough to enumerate: two squares of streets side by side, a school at three of their corners."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from cardio.prospects import Prospects, find_prospects, price_prospects, study_prices
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from costing import Capex
from tests.cardio.tiny_town import CRS, at

SMALL_STUDY = """
cardio: 1
study: {name: Loop, crs: "EPSG:2154", language: en}
layers:
  streets: {kind: street, path: town.gpkg, layer: streets, columns: {surface: REVET}}
  exchange: {kind: fibre_node, path: town.gpkg, layer: exchange}
  schools: {kind: public_building, path: town.gpkg, layer: schools}
network: {routes: [streets], backbone: [exchange], attach_within_m: 60}
services:
  fibre_access:
    demand: {layer: schools}
    provided_by: [exchange]
    reach: {rule: straight_line, within_m: 30}
    connection: {each: termination}
targets:
  fibre: {service: fibre_access, at_least: 0.6}
options:
  box: {service: fibre_access, sites: [schools], price: closure, backhaul: fibre}
laying:
  overhead: {price: overhead}
  trench: {by: {column: surface, prices: {pave: paved}}, price: soil}
prices: {list: prices.yaml}
plan: {solver: {gap: 0.0, time_limit_s: 600}}
"""
SMALL_PRICES = "".join(
    f"{key}: {{label: {key}, unit: {unit}, typical: 1, assumed: true, why: no source}}\n"
    for key, unit in (("closure", "each"), ("termination", "each"), ("overhead", "m"), ("soil", "m"), ("paved", "m"))
)


def survey_loop_town(folder: Path) -> Prospects:
    """Two of the three schools are asked for; everything costs 1 EUR."""
    corners = [(0, 0), (100, 0), (210, 0), (0, 90), (100, 90), (210, 90)]
    streets = [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)]
    layers = {
        "streets": gpd.GeoDataFrame(
            {"REVET": ["terre", "pave", "terre", "pave", "terre", "pave", "terre"]},
            geometry=[shapely.LineString([at(*corners[a]), at(*corners[b])]) for a, b in streets],
            crs=CRS,
        ),
        "exchange": gpd.GeoDataFrame(geometry=[shapely.Point(at(*corners[0]))], crs=CRS),
        "schools": gpd.GeoDataFrame(geometry=[shapely.Point(at(*corners[k])) for k in (2, 3, 5)], crs=CRS),
    }
    for name, frame in layers.items():
        frame.to_file(folder / "town.gpkg", layer=name, driver="GPKG")
    (folder / "study.yaml").write_text(SMALL_STUDY, "utf-8")
    (folder / "prices.yaml").write_text(SMALL_PRICES, "utf-8")
    study = load_study(folder / "study.yaml")
    town, opportunities = find_prospects(study, stopwatch=Stopwatch())
    return price_prospects(town, opportunities, study_prices(study), Capex())


def every_design(prospects: Prospects, ends: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, ...], int]]:
    """(streets, number of sites) of every plan: two or three sites, joined to the exchange."""
    problem = prospects.statement.problem
    exchange = set(np.flatnonzero(problem.existing).tolist())
    for count in range(len(ends) + 1):
        for edges in combinations(range(len(ends)), count):
            reached, before = set(exchange), -1
            while len(reached) != before:
                before = len(reached)
                for edge in edges:
                    if reached & set(ends[edge]):
                        reached |= set(ends[edge])
            joined = sum(node in reached for node in problem.candidate_node.tolist())
            for sites in range(2, joined + 1):
                yield edges, sites
