"""plan.gpkg: every layer with its columns, readable back, styled for QGIS."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from cardio.exporters.geopackage import SCHEMAS, with_schema, write_geopackage
from tests.cardio.deliverables import CRS, HOSTILE, empty_deliverable, in_two_years, make_deliverable


def read(path, layer: str) -> gpd.GeoDataFrame:
    return gpd.read_file(path, layer=layer)


def styles_of(path) -> dict[str, tuple[str, str]]:
    with closing(sqlite3.connect(path)) as base:
        rows = base.execute("SELECT f_table_name, f_geometry_column, styleQML FROM layer_styles WHERE useAsDefault")
        return {name: (column, qml) for name, column, qml in rows}


@pytest.mark.parametrize(
    "deliverable", [make_deliverable(), make_deliverable(text=HOSTILE), in_two_years(make_deliverable())]
)
def test_layers_come_back_as_they_were(tmp_path, deliverable):
    write_geopackage(deliverable, tmp_path / "plan.gpkg")
    for name in ("sites", "routes", "demand", "zones", "existing"):
        frame, back = getattr(deliverable, name), read(tmp_path / "plan.gpkg", name)
        if name in ("sites", "routes"):
            frame = frame.assign(kept=False)
        assert back.crs == CRS
        assert list(back.columns) == [*SCHEMAS[name], "geometry"]
        assert back.geometry.geom_equals_exact(frame.geometry, 1e-9).all()
        for column in SCHEMAS[name]:
            wanted = [None if pd.isna(value) else value for value in frame[column].tolist()]
            assert [None if pd.isna(value) else value for value in back[column].tolist()] == wanted, (name, column)


def test_empty_layers_have_the_columns_and_types_of_full_ones(tmp_path):
    write_geopackage(make_deliverable(), tmp_path / "full.gpkg")
    empty = empty_deliverable()
    works = {"works": {"kept": [], "forbidden": []}}
    write_geopackage(replace(empty, summary={**empty.summary, **works}), tmp_path / "empty.gpkg")

    def columns(path) -> dict[str, list]:
        with closing(sqlite3.connect(path)) as base:
            return {name: [row[1:3] for row in base.execute(f'PRAGMA table_info("{name}")') if row[1] != "geom"]
                    for name in SCHEMAS}  # fmt: skip

    assert columns(tmp_path / "empty.gpkg") == columns(tmp_path / "full.gpkg")
    assert len(read(tmp_path / "empty.gpkg", "sites")) == 0
    assert read(tmp_path / "empty.gpkg", "findings").crs == CRS


def test_findings_without_a_place_are_kept(tmp_path):
    write_geopackage(make_deliverable(), tmp_path / "plan.gpkg")
    findings = read(tmp_path / "plan.gpkg", "findings")
    assert len(findings) == 27
    closed = findings[findings["code"] == "gap-closed"].iloc[0]
    assert closed["title"] == "écart entre lignes refermé" and closed["what_to_do"].startswith("Accrocher le bout")
    assert findings["severity"].iloc[0] == "error" and findings.geometry.iloc[0] is None
    placed = findings[findings["code"] == "far-from-route"].geometry.iloc[0]
    assert (placed.x, placed.y) == (683_400.0, 7_020_400.0)


def test_lists_in_columns_become_one_text(tmp_path):
    deliverable = make_deliverable()
    routes = deliverable.routes.assign(services=[["wifi", "fibre"]] * len(deliverable.routes), why=None)
    write_geopackage(replace(deliverable, routes=routes), tmp_path / "plan.gpkg")
    back = read(tmp_path / "plan.gpkg", "routes")
    assert set(back["services"]) == {"wifi, fibre"}
    assert set(back["why"]) == {""}


def test_a_missing_column_is_loud():
    with pytest.raises(KeyError, match="why"):
        with_schema(make_deliverable().sites.assign(kept=False).drop(columns="why"), SCHEMAS["sites"])


def test_styles_name_every_option_method_and_state(tmp_path):
    write_geopackage(make_deliverable(text=HOSTILE), tmp_path / "plan.gpkg")
    styles = styles_of(tmp_path / "plan.gpkg")
    assert set(styles) == {"sites", "routes", "demand", "zones", "findings"}
    values = {}
    for name, (column, qml) in styles.items():
        assert column == "geom"
        root = ElementTree.fromstring(qml.removeprefix("<!DOCTYPE qgis>\n"))
        renderer = root.find("renderer-v2")
        categories = renderer.findall("categories/category")
        symbols = {symbol.get("name") for symbol in renderer.findall("symbols/symbol")}
        assert {category.get("symbol") for category in categories} == symbols
        values[name] = [category.get("value") for category in categories]
    assert values == {
        "sites": [f"access_point{HOSTILE}", "splice_box"],
        "routes": ["duct", f"trench{HOSTILE}"],
        "demand": ["before", "new", "unserved", "unreachable"],
        "zones": ["before", "new", "missed"],
        "findings": ["error", "warning", "repaired", "note"],
    }


def test_style_expressions_sort_rows_as_the_map_does(tmp_path):
    """The expressions are SQL as well, so SQLite can say what they give."""
    write_geopackage(make_deliverable(), tmp_path / "plan.gpkg")
    styles = styles_of(tmp_path / "plan.gpkg")
    expression = {name: ElementTree.fromstring(qml.split("\n", 1)[1]).find("renderer-v2").get("attr")
                  for name, (_, qml) in styles.items()}  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        zones = [row[0] for row in base.execute(f"SELECT {expression['zones']} FROM zones ORDER BY id")]
        demand = {row[0] for row in base.execute(f"SELECT {expression['demand']} FROM demand")}
    assert zones == ["before", "new", "new", "missed"]
    assert demand == {"before", "new", "unserved", "unreachable"}


def rows_of(path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as base:
        return base.execute(query).fetchall()


def test_columns_have_the_types_of_what_they_hold(tmp_path):
    write_geopackage(in_two_years(make_deliverable()), tmp_path / "plan.gpkg")
    types = {
        (layer, name): kind
        for layer in SCHEMAS
        for _, name, kind, *_ in rows_of(tmp_path / "plan.gpkg", f'PRAGMA table_info("{layer}")')
    }
    wanted = {"object": "TEXT", "float64": "REAL", "bool": "BOOLEAN", "Int64": "INTEGER"}
    for layer, schema in SCHEMAS.items():
        assert {name: types[layer, name] for name in schema} == {name: wanted[kind] for name, kind in schema.items()}
    assert types["sites", "geom"] == "POINT" and types["routes", "geom"] == "LINESTRING"


@pytest.mark.parametrize(
    ("language", "currency", "title", "cost"),
    [
        ("fr", "EUR", "Équipements à installer", "Coût (€ HT)"),
        ("en", "CHF", "New equipment", "Cost (CHF excl. tax)"),
    ],
)
def test_layers_and_columns_have_names_in_words(tmp_path, language, currency, title, cost):
    path = tmp_path / "plan.gpkg"
    write_geopackage(replace(make_deliverable(language=language), currency=currency), path)
    contents = {name: (called, about) for name, called, about in rows_of(
        path, "SELECT table_name, identifier, description FROM gpkg_contents")}  # fmt: skip
    assert contents["sites"][0] == title
    assert "Exempleville" in contents["sites"][1] and currency in contents["sites"][1]
    named = {(table, column): name for table, column, name in rows_of(
        path, "SELECT table_name, column_name, title FROM gpkg_data_columns")}  # fmt: skip
    assert set(named) == {(layer, column) for layer in SCHEMAS for column in SCHEMAS[layer]}
    assert named["sites", "cost_eur"] == cost
    for layer, (_, qml) in styles_of(path).items():
        aliases = {alias.get("field"): alias.get("name") for alias in ElementTree.fromstring(
            qml.split("\n", 1)[1]).findall("aliases/alias")}  # fmt: skip
        assert aliases == {column: named[layer, column] for column in SCHEMAS[layer]}


def test_the_file_keeps_to_the_standard(tmp_path):
    """Every extension that the file uses is registered, with its tables; each layer has a spatial index."""
    path = tmp_path / "plan.gpkg"
    write_geopackage(make_deliverable(), path)
    tables = {name for (name,) in rows_of(path, "SELECT name FROM sqlite_master")}
    used = rows_of(path, "SELECT table_name, extension_name FROM gpkg_extensions")
    assert {table for table, _ in used} <= tables
    assert {table for table, name in used if name == "gpkg_rtree_index"} == set(SCHEMAS)
    assert {table for table, name in used if name == "gpkg_schema"} == {
        "gpkg_data_columns", "gpkg_data_column_constraints",
    }  # fmt: skip
    assert rows_of(path, "PRAGMA integrity_check") == [("ok",)]
    assert {name for name, kind in pyogrio.list_layers(path) if kind is not None} == set(SCHEMAS)


def test_works_that_the_study_keeps_are_marked(tmp_path):
    deliverable = make_deliverable()
    kept = deliverable.sites["id"].iloc[0]
    summary = {**deliverable.summary, "works": {"kept": [kept], "forbidden": []}}
    write_geopackage(replace(deliverable, summary=summary), tmp_path / "plan.gpkg")
    sites = read(tmp_path / "plan.gpkg", "sites")
    assert sites.loc[sites["kept"], "id"].tolist() == [kept]


def test_the_same_plan_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_geopackage(make_deliverable(), tmp_path / f"{name}.gpkg")
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()
