"""What plan.gpkg tells a GIS about itself: names and descriptions of layers and columns."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from cardio.exporters.layer_fields import LAYER_FIELDS
from cardio.exporters.texts import Words

LAYER_TITLES: Mapping[str, tuple[str, str]] = {
    "sites": ("Équipements à installer", "New equipment"),
    "routes": ("Tracés à créer", "New routes"),
    "demand": ("Demande et desserte", "Demand and who is served"),
    "zones": ("Zones et cibles", "Zones and targets"),
    "existing": ("Réseau existant", "Existing network"),
    "findings": ("Constats sur les données", "Findings about the data"),
}
MADE_FOR = (
    "{title} – {study}. Proposition de Cardio {version} ; montants en {currency} hors taxes ; ne vaut pas DT-DICT.",
    "{title} – {study}. Proposed by Cardio {version}; amounts in {currency} excluding tax; no utility survey.",
)
# the schema extension of the GeoPackage standard, version 1.2.1, in which a GIS looks for names of columns
SCHEMA_EXTENSION = "http://www.geopackage.org/spec121/#extension_schema"
TABLES = (
    """CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
)""",
    """CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)""",
)


def column_titles(layer: str, words: Words) -> dict[str, str]:
    """Names of the columns of a layer in words; amounts with the sign of the currency."""
    return {name: field.title(words.language, words.currency_sign) for name, field in LAYER_FIELDS[layer].items()}


def describe_layers(path: Path, summary: Mapping[str, Any], words: Words) -> None:
    """Give layers and columns their names in words, and date everything by the plan: the same plan, the same bytes."""
    number = 0 if words.language == "fr" else 1
    moment = datetime.datetime.fromisoformat(str(summary["created"])).astimezone(datetime.UTC)
    with closing(sqlite3.connect(path)) as base, base:
        for table in TABLES:
            base.execute(table)
        base.executemany(
            "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)"
            " VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
            [(name, SCHEMA_EXTENSION) for name in ("gpkg_data_columns", "gpkg_data_column_constraints")],
        )
        for layer, titles in LAYER_TITLES.items():
            title = titles[number]
            about = MADE_FOR[number].format(
                title=title, study=summary["study"], version=summary["cardio_version"], currency=words.currency
            )
            base.execute(
                "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?", (title, about, layer)
            )
            base.executemany(
                "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
                [(layer, column, name, name) for column, name in column_titles(layer, words).items()],
            )
        stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        base.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))
        base.execute("UPDATE layer_styles SET update_time = ?", (stamp,))
