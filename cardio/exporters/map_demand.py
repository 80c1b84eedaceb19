"""Coverage and gaps as map layers: points, or hexagons in large towns, that follow view and year."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from cardio.exporters.geometry import Frame, encode_features, encode_points
from cardio.exporters.hexagons import edge_for, sum_in_hexagons
from cardio.exporters.map_entry import Entry, make_entry
from cardio.exporters.map_works import Works
from cardio.exporters.styles import DEMAND_STATES
from cardio.exporters.texts import Words, join_text

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MOST_POINTS = 20_000
NEW, UNSERVED = 1, 2


def demand_classes(demand: gpd.GeoDataFrame) -> Ints:
    """0 served before, 1 newly served, 2 still unserved, 3 unreachable; one a row."""
    before, after, reachable = (demand[name].to_numpy(dtype=bool) for name in ("before", "after", "reachable"))
    return np.select([before, after, reachable], [0, NEW, UNSERVED], default=3).astype(np.int64)


def demand_entries(works: Works, demand: gpd.GeoDataFrame, frame: Frame, words: Words, *, first: int) -> list[Entry]:
    """Coverage then gaps of every service; the gaps point at the entry (index from `first`) whose points they share."""
    entries: list[Entry] = []
    for service, part in demand.groupby("service", sort=False):
        shapes = _hexagon_shapes if len(demand) > MOST_POINTS else _point_shapes
        classes = demand_classes(part)
        phases = np.array(works.phases(part["year"]).get("phases", [-1] * len(part)), dtype=np.int64)
        entries.append(
            {
                **make_entry("demand", "coverage", words.name("services", str(service)), shown=not entries),
                **shapes(works, part, classes, phases, frame, words),
                "services": [works.services.index(str(service))],
                "class_notes": _class_notes(works, part, classes, phases, words),
            }
        )
    gaps = [
        {
            **make_entry("gaps", "gaps", f"{words['gap']} – {entry['title']}", shown=False),
            "of": first + number,
            "services": entry["services"],
        }
        for number, entry in enumerate(entries)
    ]
    return entries + gaps


def _point_shapes(
    works: Works, part: gpd.GeoDataFrame, classes: Ints, phases: Ints, frame: Frame, words: Words
) -> Entry:
    rows = [
        [str(row.id), str(row.name), words.number(row.weight, 2), join_text(row.provider),
         words.money(row.connection_eur) if row.connection_eur > 0 else "", "" if row.before else _nearest(row, words)]
        for row in part.drop(columns="geometry").itertuples(index=False, name="Demand")
    ]  # fmt: skip
    return {
        "steps": encode_points(part.geometry, frame),
        "classes": "".join(map(str, classes.tolist())),
        "amounts": part["weight"].to_numpy(dtype=float).round(3).tolist(),
        **({"phases": phases.tolist()} if works.years else {}),
        "labels": [
            words[key] for key in ("id", "map.name", "weight", "provider", "connection", "nearest_today", "state")
        ],
        "rows": rows,
        **({"names": part["name"].tolist()} if part["name"].any() else {}),
    }


def _nearest(row: Any, words: Words) -> str:
    return words["none_joined"] if math.isnan(row.nearest_m) else words.length(row.nearest_m)


def _hexagon_shapes(
    works: Works, part: gpd.GeoDataFrame, classes: Ints, phases: Ints, frame: Frame, words: Words
) -> Entry:
    edge_m, weight = edge_for(part.geometry), part["weight"].to_numpy(dtype=float)
    hexagons = sum_in_hexagons(part.geometry, classes, weight, edge_m)
    rings = encode_features(hexagons.geometry, frame)["areas"]
    by_phase = {}
    if works.years:
        # the same hexagons: where a point lies does not depend on what is summed
        built = [
            sum_in_hexagons(part.geometry, classes, np.where(phases == number, weight, 0.0), edge_m).weights[:, NEW]
            for number in range(len(works.years))
        ]
        by_phase = {"new_by_phase": np.column_stack(built).round(3).tolist()}
    return {
        "hexagons": [polygons[0][0] for polygons in rings],
        "weights": hexagons.weights.round(3).tolist(),
        **by_phase,
        "note": words["hexagons"].format(points=words.number(len(part))),
        "labels": [words["count"], *(words[f"demand.{state}"] for state in DEMAND_STATES)],
        "rows": [
            [words.number(count), *(words.number(weight, 1) for weight in weights)]
            for count, weights in zip(hexagons.counts.tolist(), hexagons.weights.tolist(), strict=True)
        ],
    }


def _class_notes(works: Works, part: gpd.GeoDataFrame, classes: Ints, phases: Ints, words: Words) -> list[list[str]]:
    """Key of each class with its share of the weight: today, then by the end of each year, or of the plan."""
    weight = part["weight"].to_numpy(dtype=float)
    views = [np.where(classes == NEW, UNSERVED, classes)]
    for number in range(max(1, len(works.years))):
        later = (classes == NEW) & (phases > number)
        views.append(np.where(later, UNSERVED, classes))
    return [_shares(view, weight, words) for view in views]


def _shares(classes: Ints, weight: Floats, words: Words) -> list[str]:
    weights = np.bincount(classes, weights=weight, minlength=len(DEMAND_STATES))
    total = weights.sum()
    shares = weights / total if total > 0 else weights
    return [
        words["key_of"].format(label=words[f"demand.{state}"], value=words.part(share))
        for state, share in zip(DEMAND_STATES, shares.tolist(), strict=True)
    ]
