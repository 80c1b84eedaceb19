"""The layers of the map as plain data: what is drawn, in which order, with which words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.geometry import Frame, encode_features, frame_of, shown_frames
from cardio.exporters.headline import make_headline
from cardio.exporters.map_demand import demand_entries
from cardio.exporters.map_entry import Entry, make_entry
from cardio.exporters.map_findings import finding_entries
from cardio.exporters.map_words import MAP_WORDS
from cardio.exporters.map_works import Works, route_entries, site_entries
from cardio.exporters.map_zones import zone_entries
from cardio.exporters.styles import (
    DEMAND_SIGNS,
    DEMAND_STATES,
    GAP_SIGN,
    SHOWN_KINDS,
    SIGN_OUTLINES,
    ZONE_STATES,
    ZONE_STYLES,
    existing_style,
    street_style,
)
from cardio.exporters.texts import Words

FileRow = Callable[[str, Any], str]
BASEMAP_TOLERANCE_M = 2.0
# findings come first in a check of the survey, and last where a plan is shown to those who cannot mend it
GROUPS = ("new_sites", "new_routes", "coverage", "gaps", "zones", "existing")
BILL_COLUMNS = ("map.price_row", "map.unit_price", "map.quantity", "map.amount")


def map_data(deliverable: Deliverable, words: Words) -> dict[str, Any]:
    """Everything that the page's script draws.

    Returns
    -------
    dict
        JSON values only. ``layers`` stand in drawing order, the first at the bottom.
    """
    frame = frame_of(shown_frames(deliverable))
    works = Works(deliverable, words)
    names: dict[str, int] = {}
    streets, existing = existing_entries(works.file_row, deliverable.existing, names, frame, words)
    areas = [entry for entry in existing if "areas" in entry]
    layers = [*streets, *zone_entries(works, deliverable, frame, words), *areas]
    layers += demand_entries(works, deliverable.demand, frame, words, first=len(layers))
    layers += [entry for entry in existing if "areas" not in entry]
    layers += route_entries(works, deliverable.routes, frame, words)
    layers += site_entries(works, deliverable.sites, frame, words)
    headline = make_headline(deliverable.summary, words)
    layers += finding_entries(deliverable, frame, words, shown=not headline.has_plan and bool(headline.errors))
    return {
        "has_plan": headline.has_plan,
        "language": words.language,
        "words": script_words(words),
        "groups": [{"key": key, "title": words[key]} for key in _groups(headline.has_plan)],
        "services": [words.name("services", name) for name in works.services],
        "phases": works.phase_rows(),
        "prices": works.prices,
        "street_names": list(names),
        "classes": [
            {"label": words[f"demand.{state}"], "sign": sign}
            for state, sign in zip(DEMAND_STATES, DEMAND_SIGNS, strict=True)
        ],
        "gap_sign": GAP_SIGN,
        "outlines": SIGN_OUTLINES,
        "zone_classes": [
            {"label": words[f"zone.{state}"], **style} for state, style in zip(ZONE_STATES, ZONE_STYLES, strict=True)
        ],
        "origin": list(frame.origin),
        "bounds": frame.bounds,
        "tiles": None if deliverable.tiles is None else {"url": deliverable.tiles.url},
        "layers": layers,
    }


def _groups(has_plan: bool) -> tuple[str, ...]:
    return (*GROUPS, "findings", "base") if has_plan else ("findings", *GROUPS, "base")


def script_words(words: Words) -> dict[str, Any]:
    """Words of the page's script, by the last part of their key."""
    shared = ("today", "with_plan", "layers", "services", "length", "map")
    own = {key.removeprefix("map."): words[key] for key in MAP_WORDS}
    return {**own, **{key: words[key] for key in shared}, "bill_columns": [words[key] for key in BILL_COLUMNS]}


def existing_entries(
    file_row: FileRow, existing: gpd.GeoDataFrame, names: dict[str, int], frame: Frame, words: Words
) -> tuple[list[Entry], list[Entry]]:
    """Return streets (the base map) and the other survey layers, one entry each.

    Parameters
    ----------
    file_row : callable
        Layer and row of its file -> how a popup names it.
    names : dict
        Gathers the names of the streets, by their number.
    """
    streets, others = [], []
    for (name, kind), part in existing.groupby(["layer", "kind"], sort=False):
        title = f"{words.name('layers', str(name))} – {words.kind(str(kind))}"
        shapes = encode_features(part.geometry, frame, simplify_m=BASEMAP_TOLERANCE_M)
        if kind == "street" and "lines" in shapes:
            named = [names.setdefault(text, len(names)) for text in _texts(part["name"])]
            streets.append(
                {**make_entry("streets", "base", title), **shapes, "style": street_style(), "name_of": named}
            )
            continue
        called = _texts(part["name"])
        features = make_entry("features", "existing", title, shown=kind in SHOWN_KINDS)
        others.append(
            {
                **features,
                **shapes,
                **existing_style(str(kind)),
                "labels": [words[key] for key in ("id", "map.name", "map.source_row")],
                "rows": _rows(file_row, str(name), part),
                **({"names": called} if any(called) else {}),
            }
        )
    others.sort(key=lambda entry: "lines" not in entry)  # points above lines
    return streets, others


def _rows(file_row: FileRow, layer: str, part: gpd.GeoDataFrame) -> list[list[str]]:
    """Id, name and file row; a row ends where it has no more to say, for 50,000 street lights weigh."""
    rows = []
    for feature, name, row in zip(part["id"], _texts(part["name"]), part["source_row"], strict=True):
        values = [str(feature), name if name != str(feature) else "", file_row(layer, row)]
        while len(values) > 1 and not values[-1]:
            values.pop()
        rows.append(values)
    return rows


def _texts(names: pd.Series) -> list[str]:
    return ["" if pd.isna(name) else str(name) for name in names]
