"""A synthetic Deliverable: a small grid town with consistent money, in any size and with any text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from cardio.deliverable import Deliverable
from gis_layers import Finding
from tests.cardio.deliverable_summary import make_coverage, make_summary

CRS = "EPSG:2154"
CORNER = np.array([683_000.0, 7_020_000.0])
SIDE_M = 1_600.0
PRICES = {
    "access_point": ("each", 1_234.56, False),
    "trench_footway": ("m", 87.5, False),
    "cable_in_duct": ("m", 6.333, True),
    "building_termination": ("each", 410.05, True),
}
HOSTILE = (
    '<img src=x onerror="window.hacked=1"></script><script>window.hacked=2</script>`${window.hacked=3}`{{ 7*6 }}{% x'
)


def make_deliverable(
    *, demand: int = 300, streets_a_side: int = 9, language: str = "fr", text: str = "", seed: int = 1
) -> Deliverable:
    """Build a deliverable with a plan.

    Parameters
    ----------
    demand : int
        Demand points of the wifi service; the fibre service has 12 more.
    streets_a_side : int
        Streets in each of two directions, each cut in as many segments.
    text : str
        Hostile survey text, appended to every name, id and layer name.
    """
    rng = np.random.default_rng(seed)
    sites, routes = _sites(text), _routes(text)
    points = _demand(demand, text, rng)
    bill = _bill(sites, routes, points)
    coverage = make_coverage(text)
    return Deliverable(
        summary=make_summary(bill, sites, routes, coverage, text),
        language=language,
        sites=sites,
        routes=routes,
        demand=points,
        zones=_zones(text),
        existing=_existing(streets_a_side, text),
        findings=_findings(text),
        bill=bill,
        prices=_prices(text),
        running_prices=_prices(text).iloc[:0],
        assumptions={"targets.wifi.at_least": "0.15", "reach" + text: "60 m" + text},
    )


def empty_deliverable(language: str = "en") -> Deliverable:
    """Return a diagnosis of nothing: every frame empty, no plan."""
    full = make_deliverable(language=language)
    summary = {key: full.summary[key] for key in ("schema", "study", "scenario", "created", "cardio_version", "layers")}
    return replace(
        full,
        summary={**summary, "coverage": []},
        sites=full.sites.iloc[:0],
        routes=full.routes.iloc[:0],
        demand=full.demand.iloc[:0],
        zones=full.zones.iloc[:0],
        existing=full.existing.iloc[:0],
        findings=(),
        bill=full.bill.iloc[:0],
        prices=full.prices.iloc[:0],
        assumptions={},
    )


def nothing_to_build(language: str = "en") -> Deliverable:
    """Return a plan of a town whose targets are met today: it builds nothing and costs nothing."""
    full = make_deliverable(language=language)
    summary = full.summary
    cost = {**summary["cost"], "capex": 0.0, "range": {"low": 0.0, "high": 0.0}, "share_from_assumed_prices": 0.0}
    objective = {**summary["objective"], "value": 0.0, "bound": 0.0, "gap": 0.0}
    return replace(
        with_summary(full, status="optimal", objective=objective, cost=cost, baseline={"greedy_cost": 0.0}),
        sites=full.sites.iloc[:0],
        routes=full.routes.iloc[:0],
        bill=full.bill.iloc[:0],
        prices=full.prices.iloc[:0],
    )


def with_summary(deliverable: Deliverable, **changes: Any) -> Deliverable:
    """Return the deliverable with other entries in its summary."""
    return replace(deliverable, summary={**deliverable.summary, **changes})


def no_year(count: int) -> pd.Series:
    """A column of years that says nothing."""
    return pd.Series([pd.NA] * count, dtype="Int64")


def in_two_years(deliverable: Deliverable) -> Deliverable:
    """Return the deliverable in two years: the first of the sites and routes in 2027, the rest in 2028."""
    bill = deliverable.bill
    first = set(deliverable.sites["id"][:2]) | set(deliverable.routes["id"][:2])

    def dated(works: pd.Series) -> pd.Series:
        return pd.Series(np.where(works.isin(first), 2027, 2028), index=works.index, dtype="Int64")

    bill = bill.assign(year=dated(bill["work_id"]))
    phases = []
    for year, budget in ((2027, 60_000.0), (2028, None)):
        cents = np.rint(bill.loc[bill["year"] == year, "amount_eur"].to_numpy() * 100).astype(int)
        rows = [
            {**row, "required": None if year == 2027 else row["required"], "after": row["after"] - (2028 - year) / 100,
             "zone_name": None}
            for row in deliverable.summary["coverage"]
        ]  # fmt: skip
        phases.append({"year": year, "budget": budget, "capex": int(cents.sum()) / 100, "coverage": rows})
    return replace(
        with_summary(deliverable, phases=phases),
        sites=deliverable.sites.assign(year=dated(deliverable.sites["id"])),
        routes=deliverable.routes.assign(year=dated(deliverable.routes["id"])),
        bill=bill,
    )


def _frame(columns: Mapping[str, Any], geometry: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(dict(columns), geometry=list(geometry), crs=CRS)


def _at(offset_m: Any) -> Any:
    return CORNER + np.asarray(offset_m)


def _cents(quantity: float, price: float) -> int:
    return int(np.floor(round(quantity * 100) * round(price * 1000) / 1000 + 0.5))


def _sites(text: str) -> gpd.GeoDataFrame:
    xy = CORNER + np.array([[350, 400], [800, 800], [1200, 600], [500, 1200], [1250, 1250]])
    numbers = range(len(xy))
    return _frame(
        {
            "id": [f"access_point-lights-{number}{text}" for number in numbers],
            "option": [f"access_point{text}"] * 3 + ["splice_box"] * 2,
            "service": [f"public_wifi{text}"] * 3 + ["fibre_access"] * 2,
            "backhaul": "fibre",
            "place_layer": f"lights{text}",
            "place_id": [f"L{number}{text}" for number in numbers],
            "cost_eur": PRICES["access_point"][1],
            "share_eur": PRICES["access_point"][1] + 100.25,
            "standalone_eur": PRICES["access_point"][1] + 300.5,
            "serves_weight": np.linspace(20, 60, len(xy)),
            "why": f"dessert 40 habitants{text}",
            "year": no_year(len(xy)),
        },
        shapely.points(xy),
    )


def _routes(text: str) -> gpd.GeoDataFrame:
    lines = [[[0, 800], [800, 800]], [[800, 800], [1200, 800], [1200, 600]], [[350, 400], [350, 800]],
             [[500, 800], [500, 1200]], [[1200, 800], [1250, 1250]]]  # fmt: skip
    shapes = [shapely.LineString(CORNER + np.array(line)) for line in lines]
    length_m = [round(shape.length, 2) for shape in shapes]
    methods = ["duct", "duct", f"trench{text}", f"trench{text}", f"trench{text}"]
    keys = ["cable_in_duct", "cable_in_duct", "trench_footway", "trench_footway", "trench_footway"]
    return _frame(
        {
            "id": [f"streets-{number}{text}" for number in range(len(shapes))],
            "method": methods,
            "price_keys": keys,
            "street": f"Rue de l’Église{text}",
            "length_m": length_m,
            "cost_eur": [_cents(length, PRICES[key][1]) / 100 for length, key in zip(length_m, keys, strict=True)],
            "services": "public_wifi, fibre_access",
            "shares": "fibre_access 1.50; public_wifi 1.50",
            "why": f"raccorde 2 × access_point{text}",
            "year": no_year(len(shapes)),
        },
        shapes,
    )


def _demand(count: int, text: str, rng: np.random.Generator) -> gpd.GeoDataFrame:
    xy = CORNER + rng.uniform(0, SIDE_M, (count + 12, 2))
    near_site = np.hypot(*(xy - CORNER - SIDE_M / 2).T) < 350
    before = xy[:, 0] < CORNER[0] + 300
    wifi = np.arange(count + 12) < count
    return _frame(
        {
            "id": [f"B{number}{text}" for number in range(count + 12)],
            "name": ["" if own else f"École {number}{text}" for number, own in enumerate(wifi.tolist())],
            "service": np.where(wifi, f"public_wifi{text}", "fibre_access"),
            "weight": rng.integers(1, 9, count + 12).astype(float),
            "before": before,
            "after": before | near_site,
            "reachable": before | near_site | (xy[:, 1] < CORNER[1] + 1_300),
            "provider": np.where(before, "existing", np.where(near_site, f"access_point-lights-1{text}", "")),
            "nearest_m": np.where(wifi, np.hypot(*(xy - CORNER).T), np.nan),
            "connection_eur": np.where(~wifi & near_site & ~before, PRICES["building_termination"][1], 0.0),
            "year": no_year(count + 12),
        },
        shapely.points(xy),
    )


def _zones(text: str) -> gpd.GeoDataFrame:
    west, south = CORNER
    half = SIDE_M / 2
    boxes = [shapely.box(west + x, south + y, west + x + half, south + y + half) for x in (0, half) for y in (0, half)]
    return _frame(
        {
            "layer": f"iris{text}",
            "id": [f"Z{number}{text}" for number in range(4)],
            "name": [f"{name}{text}" for name in ("Centre", "Gare", "Citadelle", "Préfecture")],
            "target": f"wifi_each{text}",
            "required": 0.3,
            "before": [0.4, 0.1, 0.05, 0.0],
            "after": [0.5, 0.35, 0.31, 0.1],
            "reachable": [0.9, 0.8, 0.7, 0.2],
            "met": [True, True, True, False],
            "year": no_year(4),
        },
        boxes,
    )


def _existing(streets_a_side: int, text: str) -> gpd.GeoDataFrame:
    places = np.linspace(0, SIDE_M, streets_a_side + 1)
    streets = []
    for across in places[:-1]:
        for start, end in pairwise(places):
            bend = (start + end) / 2
            streets.append(shapely.LineString(_at([[start, across], [bend, across + 4], [end, across]])))
            streets.append(shapely.LineString(_at([[across, start], [across + 4, bend], [across, end]])))
    others = [
        ("loop", "fibre_cable", shapely.LineString(_at([[0, 0], [0, 1600], [300, 1600]]))),
        ("ducts", "duct", shapely.LineString(_at([[0, 800], [1200, 800]]))),
        ("exchange", "fibre_node", shapely.Point(_at([0, 800]))),
        ("cabinets", "street_cabinet", shapely.Point(_at([150, 1000]))),
        ("hotspots", "wifi_hotspot", shapely.Point(_at([150, 300]))),
        ("meters", "parking_meter", shapely.Point(_at([640, 500]))),
        ("landmarks", "public_building", shapely.box(*(CORNER + 1000), *(CORNER + 1060))),
    ]
    rows = [("streets", "street", shape) for shape in streets] + others
    return _frame(
        {
            "layer": [f"{layer}{text}" for layer, _kind, _shape in rows],
            "kind": [kind for _layer, kind, _shape in rows],
            "id": [f"E{number}{text}" for number in range(len(rows))],
            "name": [
                f"Rue {number % 40}{text}" if kind == "street" else None for number, (_l, kind, _s) in enumerate(rows)
            ],
            "source_row": np.arange(len(rows)),
        },
        [shape for _layer, _kind, shape in rows],
    )


def _findings(text: str) -> tuple[Finding, ...]:
    x, y = (CORNER + 400).tolist()
    gaps = [Finding("note", "gap-closed", "streets", "voirie.shp", str(n), f"fin à 0,{n} m{text}") for n in range(25)]
    return (
        *gaps,
        Finding("error", "no-geometry", f"lights{text}", "candelabres.shp", "17", "=1+1", "mis de côté", "compléter"),
        Finding("warning", "far-from-route", "meters", "horodateurs.shp", "4", f"à 90 m{text}", x=x, y=y),
    )


def _bill(sites: gpd.GeoDataFrame, routes: gpd.GeoDataFrame, demand: gpd.GeoDataFrame) -> pd.DataFrame:
    connected = demand.loc[demand["connection_eur"] > 0, "id"]
    rows: list[tuple[str, str, str, float]] = []
    rows += [(work, "site", "access_point", 1.0) for work in sites["id"]]
    rows += [(r.id, "route", r.price_keys, r.length_m) for r in routes[["id", "price_keys", "length_m"]].itertuples()]
    rows += [(work, "connection", "building_termination", 1.0) for work in connected]
    table = pd.DataFrame(rows, columns=["work_id", "kind", "price_key", "quantity"])
    table.insert(3, "label", [f"Poste {key}" for key in table["price_key"]])
    table.insert(4, "unit", [PRICES[key][0] for key in table["price_key"]])
    prices = [PRICES[key][1] for key in table["price_key"]]
    table["unit_price_eur"] = prices
    table["amount_eur"] = [_cents(q, p) / 100 for q, p in zip(table["quantity"], prices, strict=True)]
    table["assumed"] = [PRICES[key][2] for key in table["price_key"]]
    table["source"] = "BPU 2024"
    table["lot"] = table["kind"].map({"site": "equipment", "route": "works", "connection": "connections"})
    table["year"] = no_year(len(table))
    methods = {
        **dict(zip(sites["id"], sites["option"], strict=True)),
        **dict(zip(routes["id"], routes["method"], strict=True)),
    }
    services = {
        **dict(zip(sites["id"], sites["service"], strict=True)),
        **dict(zip(routes["id"], routes["services"], strict=True)),
    }
    table["method"] = [methods.get(work, "fibre_access") for work in table["work_id"]]
    table["surface"] = ["pave" if kind == "route" else "" for kind in table["kind"]]
    table["services"] = [services.get(work, "fibre_access") for work in table["work_id"]]
    table["zone"] = "Centre"
    return table


def _prices(text: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": list(PRICES),
            "label": [f"Poste {key}" for key in PRICES],
            "unit": [unit for unit, _price, _assumed in PRICES.values()],
            "low_eur": [round(price * 0.8, 3) for _unit, price, _assumed in PRICES.values()],
            "typical_eur": [price for _unit, price, _assumed in PRICES.values()],
            "high_eur": [round(price * 1.3, 3) for _unit, price, _assumed in PRICES.values()],
            "assumed": [assumed for _unit, _price, assumed in PRICES.values()],
            "grade": "R",
            "source": f"BPU 2024{text}",
            "dated": "2024-01-01",
            "obsolete": False,
            "opex": "",
            "no_opex": False,
            "lifetime_years": None,
            "vat_rate": None,
            "vat_regime": None,
            "account": f"2153{text}",
            "family": f"works{text}",
            "lot": "",
            "brackets": [()] * len(PRICES),
        }
    )
