"""Zones of targets as map layers: their state and their share, today and by the end of each year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np

from cardio.deliverable import Deliverable
from cardio.exporters.geometry import Frame, encode_features, encode_places
from cardio.exporters.map_entry import Entry, make_entry
from cardio.exporters.map_works import Works
from cardio.exporters.styles import zone_style
from cardio.exporters.texts import Words

TARGET_TOLERANCE = 1e-9
OUTLINE_TOLERANCE_M = 2.0
FIELDS = ("zone", "id", "target", "required", "before", "after", "reachable", "met")
SHARES = ("required", "before", "after", "reachable")


def zone_entries(works: Works, deliverable: Deliverable, frame: Frame, words: Words) -> list[Entry]:
    """Return one layer a target and layer of zones; the first is switched on."""
    entries: list[Entry] = []
    service_of = {str(row["target"]): str(row["service"]) for row in deliverable.summary["coverage"]}
    by_year = _shares_by_year(deliverable)
    for (target, layer), part in deliverable.zones.groupby(["target", "layer"], sort=False):
        service = service_of.get(str(target))
        title = f"{words.name('targets', str(target))} – {words.name('layers', str(layer))}"
        entries.append(
            {
                **make_entry("zones", "zones", title, shown=not entries),
                **encode_features(part.geometry, frame, simplify_m=OUTLINE_TOLERANCE_M),
                **zone_style(),
                **works.phases(part["year"]),
                **({"services": works.service_numbers(service)} if service else {}),
                "labels": [words[field] for field in FIELDS],
                "rows": _rows(part, str(target), words),
                "names": [str(name) for name in part["name"]],
                "label_places": encode_places(part.geometry.representative_point(), frame),
                "states": _states(part),
                "shares": [
                    [words.share(share) for share in (row.before, *by_year.get((row.target, row.id), [row.after]))]
                    for row in part.drop(columns="geometry").itertuples(index=False, name="Zone")
                ],
            }
        )
    return entries


def _rows(part: gpd.GeoDataFrame, target: str, words: Words) -> list[list[str]]:
    return [
        [str(row.name), str(row.id), words.name("targets", target),
         *(words.share(getattr(row, name)) for name in SHARES), words.yes_no(bool(row.met))]
        for row in part.drop(columns="geometry").itertuples(index=False, name="Zone")
    ]  # fmt: skip


def _states(part: gpd.GeoDataFrame) -> list[list[int]]:
    """State today and with the plan: 0 met before, 1 met by the plan, 2 missed."""
    required, before = (part[name].to_numpy(dtype=float) for name in ("required", "before"))
    met_before, met = before >= required - TARGET_TOLERANCE, part["met"].to_numpy(dtype=bool)
    states = np.column_stack([np.where(met_before, 0, 2), np.select([met_before, met], [0, 1], default=2)])
    rows: list[list[int]] = states.tolist()
    return rows


def _shares_by_year(deliverable: Deliverable) -> Mapping[tuple[Any, Any], list[float]]:
    """(target, zone) -> share by the end of each year."""
    shares: dict[tuple[Any, Any], list[float]] = {}
    for phase in deliverable.summary.get("phases") or ():
        for row in phase["coverage"]:
            shares.setdefault((row["target"], row["zone"]), []).append(row["after"])
    return shares
