"""plan.gpkg: the plan as layers that open styled in QGIS."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from cardio.deliverable import Deliverable
from cardio.exporters.findings_catalogue import finding_words
from cardio.exporters.geopackage_words import describe_layers
from cardio.exporters.layer_fields import LAYER_FIELDS, TEXT
from cardio.exporters.qml import layer_styles
from cardio.exporters.texts import join_text, words_of
from gis_layers import Finding, rank_findings, write_layers

# layer -> column -> type
SCHEMAS: Mapping[str, Mapping[str, str]] = {
    layer: {name: field.kind for name, field in fields.items()} for layer, fields in LAYER_FIELDS.items()
}
FINDING_FIELDS = ("severity", "code", "layer", "file", "feature", "message", "done", "advice")
STYLES_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)
"""


def write_geopackage(deliverable: Deliverable, path: Path) -> None:
    """Write plan.gpkg; a list in a column becomes one text, parts joined by a comma."""
    kept = set(deliverable.summary["works"]["kept"])
    frames = {
        "sites": deliverable.sites.assign(kept=deliverable.sites["id"].isin(kept)),
        "routes": deliverable.routes.assign(kept=deliverable.routes["id"].isin(kept)),
        "demand": deliverable.demand,
        "zones": deliverable.zones,
        "existing": deliverable.existing,
        "findings": findings_frame(deliverable.findings, deliverable.demand.crs, deliverable.language),
    }
    write_layers(path, {name: with_schema(frame, SCHEMAS[name]) for name, frame in frames.items()})
    add_styles(path, layer_styles(deliverable))
    describe_layers(path, deliverable.summary, words_of(deliverable))


def with_schema(frame: gpd.GeoDataFrame, schema: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return the frame with exactly the columns and types of the schema.

    Raises
    ------
    KeyError
        A column is missing.
    """
    columns = {
        name: pd.Series(
            [join_text(value) for value in frame[name]] if kind == TEXT else frame[name].to_numpy(),
            index=frame.index,
            dtype=kind,
        )
        for name, kind in schema.items()
    }
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.array, index=frame.index, crs=frame.crs)


def findings_frame(findings: tuple[Finding, ...], crs: object, language: str) -> gpd.GeoDataFrame:
    """Findings as a layer, worst first, titled and explained in ``fr`` or ``en``; those without a place have none."""
    ranked = rank_findings(findings)
    places = [None if f.x is None or f.y is None else shapely.Point(f.x, f.y) for f in ranked]
    said = [finding_words(finding.code, language) for finding in ranked]
    columns = {name: [getattr(finding, name) for finding in ranked] for name in FINDING_FIELDS}
    columns |= {"title": [words.title for words in said], "meaning": [words.meaning for words in said]}
    columns |= {"what_to_do": [words.advice for words in said]}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(places, crs=crs))


def add_styles(path: Path, styles: Mapping[str, str]) -> None:
    """Store one default style a layer where QGIS looks for it."""
    with closing(sqlite3.connect(path)) as base, base:
        geometry_column = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        base.execute(STYLES_TABLE)
        base.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
            " styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, '', 1, 'Cardio', '')",
            [(layer, geometry_column[layer], layer, qml) for layer, qml in styles.items()],
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('layer_styles', 'attributes',"
            " 'layer_styles')"
        )
