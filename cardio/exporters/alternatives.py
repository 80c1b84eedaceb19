"""alternatives.csv, alternatives.gpkg and alternatives.json: which of several plans has which work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd

from cardio.exporters.csv_table import write_csv
from cardio.exporters.geopackage import add_styles
from cardio.exporters.plans_layers import Sign, membership_style
from cardio.exporters.styles import BLUE, GREEN, ORANGE
from cardio.exporters.summary import summary_text
from cardio.exporters.texts import Words, words_of_document
from gis_layers import Progress, silent, write_layers

STATES = ("proven", "all", "some", "one")
COLOURS = (GREEN, GREEN, ORANGE, BLUE)


def export_alternatives(
    document: Mapping[str, Any],
    sites: gpd.GeoDataFrame,
    routes: gpd.GeoDataFrame,
    language: str,
    folder: Path,
    progress: Progress = silent,
) -> dict[str, Path]:
    """Write ``csv``, ``gpkg`` and ``json`` of near-optimal plans into an existing folder."""
    progress("export", None, "alternatives")
    paths = {kind: folder / f"alternatives.{kind}" for kind in ("csv", "gpkg", "json")}
    _write_table(sites, routes, paths["csv"])
    write_layers(paths["gpkg"], {"sites": sites, "routes": routes})
    add_styles(paths["gpkg"], _styles(len(document["plans"]), words_of_document(document, language)))
    paths["json"].write_text(summary_text(document), encoding="utf-8")
    return paths


def _write_table(sites: gpd.GeoDataFrame, routes: gpd.GeoDataFrame, path: Path) -> None:
    """One row a work, one column a plan (1 where the plan has it)."""
    plans = [name for name in sites.columns if name.startswith("plan_")]
    columns = ["id", "kind", "name", "street", "length_m", "cost_eur", *plans, "plans", "in_all", "no_regret"]
    rows = []
    for kind, what, frame in (("site", "option", sites), ("route", "method", routes)):
        for row in frame.drop(columns="geometry").to_dict("records"):
            has = [int(row[plan]) for plan in plans]
            place = [row.get("street", ""), row.get("length_m"), row["cost_eur"]]
            in_all = int(row["plans"] == len(plans))
            rows.append([row["id"], kind, row[what], *place, *has, int(row["plans"]), in_all, row["no_regret"]])
    write_csv(columns, rows, path)


def _styles(plans: int, words: Words) -> dict[str, str]:
    """Works coloured by how many of the plans have them, those of no regret strongest."""
    expression = (
        "CASE WHEN \"no_regret\" = 'proven' THEN 'proven' "
        f"WHEN \"plans\" = {plans} THEN 'all' WHEN \"plans\" > 1 THEN 'some' ELSE 'one' END"
    )
    signs = [
        Sign(state, words[f"alternatives.{state}"], colour, dashed=state == "one", is_strong=state == "proven")
        for state, colour in zip(STATES, COLOURS, strict=True)
    ]
    return {layer: membership_style(layer == "routes", expression, signs, {}) for layer in ("sites", "routes")}
