"""A study that states every key, and studies made by changing it."""

from __future__ import annotations

import copy
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

FILES = ("voirie.shp", "voirie2.shp", "fourreaux.gpkg", "nro.geojson", "lampes.shp", "gens.shp", "bati.shp", "iris.shp")

PRICES = "new_pole: {label: Pole, unit: each, typical: 1200, assumed: true, why: no source}\n"

EVERY_KEY: dict[str, Any] = {
    "cardio": 1,
    "study": {"name": "Exempleville", "crs": "EPSG:2154", "language": "en", "currency": "EUR"},
    "layers": {
        "streets": {
            "label": "Streets of the town",
            "kind": "street",
            "path": "voirie.shp",
            "crs": "EPSG:3949",
            "encoding": "cp1252",
            "salvage": True,
            "columns": {"surface": "revet"},
            "where": {"nature": ["Route", "Rue"], "etat": {"not": ["NC"]}},
        },
        "ducts": {
            "kind": "duct",
            "path": "fourreaux.gpkg",
            "layer": "ducts",
            "exists": {"column": "statut", "values": ["REC", "MCO"]},
        },
        "exchange": {"kind": "fibre_node", "path": "nro.geojson"},
        "lights": {"kind": "street_light", "path": "lampes.shp"},
        "residents": {"kind": "population_cell", "path": "gens.shp"},
        "buildings": {"kind": "building", "path": "bati.shp"},
        "squares": {"kind": "footfall_zone", "path": "iris.shp"},
        "iris": {"kind": "zone", "path": "iris.shp"},
        "posts": {
            "kind": "street_light",
            "postgis": {"connection": "TOWN_DATABASE", "table": "survey.posts", "geometry": "geom"},
        },
    },
    "network": {
        "routes": ["streets"],
        "close_gaps_m": 0.25,
        "attach_within_m": 60,
        "attach_where": {"nature": {"not": ["Autoroute"]}},
        "crossings": {"bridge": "bridge", "tunnel": "tunnel", "level": "level"},
        "backbone": ["exchange"],
        "backbone_within_m": 2,
    },
    "services": {
        "wifi": {
            "label": "Free wifi",
            "demand": {"layer": "residents", "weight": "people", "spread_over": "buildings"},
            "provided_by": ["lights"],
            "reach": {"rule": "line_of_sight", "within_m": 60, "walls": ["buildings"]},
            "connection": {"each": "termination", "per_m": "drop"},
        }
    },
    "targets": {
        "centre": {
            "label": "Wifi in the centre",
            "service": "wifi",
            "at_least": 0.6,
            "zone": {"layer": "iris", "name": "Centre"},
            "providers": 2,
        },
        "each": {"service": "wifi", "at_least": 0.1, "in_each": "iris"},
    },
    "options": {
        "ap": {
            "label": "Access point",
            "service": "wifi",
            "sites": ["lights", "junctions"],
            "price": "access_point",
            "backhaul": "fibre",
            "support": "new_pole",
            "spacing_m": 40,
            "serves_at_most": 200,
            "items": {
                "tail": {"price": "cable", "length_m": 15},
                "power": {"price": "power_supply", "count": 2},
            },
        }
    },
    "laying": {
        "duct": {"label": "In a duct", "along": "ducts", "within_m": 3, "price": "cable_in_duct"},
        "trench": {
            "by": {"column": "surface", "prices": {"stone": "trench_paved"}},
            "price": "trench",
            "also": ["duct"],
            "items": {
                "cable": {"price": "cable", "count": 2, "slack": 0.08},
                "chambers": {"price": "chamber", "every_m": 80},
            },
        },
    },
    "prices": {
        "list": "prices.yaml",
        "inherit": "france",
        "date": "2026-01-01",
        "index": "tp01",
        "indices": {"tp01": {"2020-01": 100.0, "2025-01": 120.0}},
        "obsolete_after_years": 4,
    },
    "finance": {
        "base_year": 2026,
        "horizon_years": 15,
        "discount_rate": 0.05,
        "terms": "nominal",
        "inflation": 0.02,
        "existing": {"lights": {"price": "new_pole", "built": 2012}},
        "vat": 0.2,
        "vat_regime": "fctva",
        "uncertainty": {"draws": 500, "correlation": 0.25},
        "fees": {"project_management": 0.08, "safety": {"label": "Safety", "rate": 0.01}},
        "stage": "PRO",
        "contingency": {"AVP": 0.1, "PRO": 0.05},
        "revision": 0.02,
        "investigation": {"column": "classe", "unverified": ["B", "C"], "price": "trench"},
    },
    "funding": {
        "fctva": {"rates": {"2015": 0.16404}, "lag_years": 1, "accounts": ["2153"]},
        "grants": {
            "dsil": {
                "label": "DSIL",
                "rate": 0.4,
                "cap": 300000,
                "until": "2028-01-01",
                "accounts": ["21", "23"],
                "lag_years": 1,
            }
        },
        "own_share_at_least": 0.2,
        "public_aid_at_most": 0.7,
        "loan": {"share": 0.5, "rate": 0.03, "years": 15},
    },
    "plan": {
        "objective": "least_cost",
        "minimise": "capex",
        "budget": 900000,
        "phases": {"2027": {"budget": 400000, "targets": {"each": 0.02}}, "2028": {"budget": 500000.5}},
        "keep": ["ap@lights/12"],
        "forbid": ["streets/7/0.0-40.0"],
        "solver": {"name": "highs", "gap": 0.02, "time_limit_s": 30, "seed": 3},
    },
    "map": {
        "attribution": "Exempleville",
        "tiles": {"url": "https://tiles.example.org/{z}/{x}/{y}.png", "attribution": "Exempleville"},
    },
    "report": {
        "options": ["small"],
        "decisions": {"vote": "Vote the programme."},
        "frontier_points": 4,
        "time_share": 0.1,
        "template": "council.html",
        "pictures": {"logo": "logo.png"},
    },
    "scenarios": {"small": {"targets.each.at_least": 0.05}},
}


def write_files(folder: Path) -> None:
    """Write the survey files of the study (empty: a study is checked before they are read) and its prices."""
    for name in (*FILES, "council.html", "council2.html", "logo.png", "logo2.png"):
        (folder / name).touch()
    for name in ("prices.yaml", "prices2.yaml"):
        (folder / name).write_text(PRICES, encoding="utf-8")
    (folder / "bpu.xlsx").write_bytes(workbook())


@cache
def workbook() -> bytes:
    """Make a price list of two sheets, the second one with two columns of prices."""
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("2026")
    first.title = "2025"
    for sheet, amounts in ((first, ("Prix unitaire HT", 1200)), (second, ("Prix unitaire HT", 1300, "Remisé", 1250))):
        sheet.append(["Code", "Libellé", "Unité", *amounts[::2]])
        sheet.append(["new_pole", "Poteau", "U", *amounts[1::2]])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def write_study(folder: Path, data: Any = EVERY_KEY) -> Path:
    """Write the files and a study; JSON is YAML."""
    write_files(folder)
    return write_text(folder, json.dumps(data, indent=1))


def write_text(folder: Path, text: str) -> Path:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def changed(path: str, value: Any, study: Any = EVERY_KEY) -> dict[str, Any]:
    """Return the study with one path (parts joined by /) set."""
    data = copy.deepcopy(study)
    parent = _parent(data, path)
    parent[path.rsplit("/", maxsplit=1)[-1]] = value
    return data


def without(path: str) -> dict[str, Any]:
    """Return the study with one path (parts joined by /) removed."""
    data = copy.deepcopy(EVERY_KEY)
    del _parent(data, path)[path.rsplit("/", maxsplit=1)[-1]]
    return data


def _parent(data: dict[str, Any], path: str) -> dict[str, Any]:
    for part in path.split("/")[:-1]:
        data = data[part]
    return data
