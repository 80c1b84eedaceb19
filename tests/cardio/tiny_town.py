"""A town of nine junctions whose least-cost plan is known by hand."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely

CRS = "EPSG:2154"
ORIGIN = (650_000.0, 6_860_000.0)

STUDY = """
cardio: 1
study: {name: Tinyville, crs: "EPSG:2154", language: en}
layers:
  streets: {kind: street, path: town.gpkg, layer: streets, columns: {surface: REVET}}
  exchange: {kind: fibre_node, path: town.gpkg, layer: exchange}
  schools: {kind: public_building, path: town.gpkg, layer: schools}
  bays: {kind: parking_bay, path: town.gpkg, layer: bays, columns: {places: NB}}
  zones: {kind: zone, path: town.gpkg, layer: zones}
network: {routes: [streets], backbone: [exchange], attach_within_m: 60}
services:
  fibre_access:
    demand: {layer: schools}
    provided_by: [exchange]
    reach: {rule: along_network, within_m: 60}
    connection: {each: termination, per_m: drop}
  parking_payment:
    demand: {layer: bays, weight: places}
    provided_by: []
    reach: {rule: straight_line, within_m: 60}
targets:
  fibre: {service: fibre_access, at_least: 1.0}
  parking: {service: parking_payment, at_least: 0.5, in_each: zones}
options:
  box: {service: fibre_access, sites: [junctions], price: closure, backhaul: fibre}
  meter: {service: parking_payment, sites: [junctions], price: parking_meter, backhaul: none}
laying:
  trench: {by: {column: surface, prices: {pave: trench_paved}}, price: trench_soil}
prices: {list: prices.yaml}
plan: {solver: {gap: 0.0, time_limit_s: 600}}
scenarios:
  half: {targets.fibre.at_least: 0.5}
  too_much: {services.fibre_access.reach.within_m: 10}
"""

PRICES = """
closure: {label: Splice closure, unit: each, typical: 800, assumed: true, why: no source}
termination: {label: Termination, unit: each, typical: 100, assumed: true, why: no source}
drop: {label: Drop cable, unit: m, typical: 2, assumed: true, why: no source}
"""


def at(x: float, y: float) -> tuple[float, float]:
    return ORIGIN[0] + x, ORIGIN[1] + y


def write_tiny_town(folder: Path, *, study: str = STUDY, prices: str = PRICES) -> Path:
    """Write the survey of a 3 x 3 grid of streets, 100 m apart, and return its study file.

    The exchange stands at the south-west corner; one school near the south-east corner, one near the north-east one;
    bays near two corners, one in each zone. By hand: 400 m of trench in soil at 15 EUR (the middle streets are paved),
    two closures, two terminations, 30 m + 20 m of drop, and two meters: 6,000 + 1,600 + 200 + 100 + 9,400 = 17,300 EUR.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines, surface = [], []
    for k in range(3):
        for a in range(2):
            lines += [shapely.LineString([at(100 * a, 100 * k), at(100 * a + 100, 100 * k)])]
            lines += [shapely.LineString([at(100 * k, 100 * a), at(100 * k, 100 * a + 100)])]
            # the middle street is paved: 250 EUR/m against 15
            surface += ["pave" if k == 1 else "terre"] * 2
    # spurs make junctions of three corners
    lines += [
        shapely.LineString([at(x, y), at(x + dx, y)]) for x, y, dx in ((200, 0, 20), (200, 200, 20), (0, 200, -20))
    ]
    surface += ["terre"] * 3
    layers = {
        "streets": gpd.GeoDataFrame({"REVET": surface}, geometry=lines, crs=CRS),
        "exchange": gpd.GeoDataFrame({"id": ["NRO"]}, geometry=[shapely.Point(at(0, 0))], crs=CRS),
        "schools": gpd.GeoDataFrame(
            {"id": ["south", "north"]}, geometry=[shapely.Point(at(190, 20)), shapely.Point(at(200, 220))], crs=CRS
        ),
        "bays": gpd.GeoDataFrame(
            {"NB": [10.0, 30.0]}, geometry=[shapely.Point(at(10, 210)), shapely.Point(at(210, 10))], crs=CRS
        ),
        "zones": gpd.GeoDataFrame(
            {"id": ["W", "E"], "name": ["West", "East"]},
            geometry=[shapely.box(*at(-50, -50), *at(100, 250)), shapely.box(*at(100, -50), *at(250, 250))],
            crs=CRS,
        ),
    }
    for name, frame in layers.items():
        frame.to_file(folder / "town.gpkg", layer=name, driver="GPKG")
    (folder / "prices.yaml").write_text(prices, encoding="utf-8")
    path = folder / "study.yaml"
    path.write_text(study, encoding="utf-8")
    return path
