"""The layers of the map as plain data: what is drawn, in which order, with which words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.geometry import Frame, encode_features, encode_points, frame_of, shown_frames
from cardio.exporters.headline import make_headline
from cardio.exporters.hexagons import edge_for, sum_in_hexagons
from cardio.exporters.map_findings import finding_entries
from cardio.exporters.styles import (
    DEMAND_COLOURS,
    DEMAND_STATES,
    SHOWN_KINDS,
    SIGN_OUTLINES,
    ZONE_STATES,
    existing_style,
    route_style,
    site_style,
    street_style,
    zone_style,
)
from cardio.exporters.texts import Words, join_text

Entry = dict[str, Any]
Ints = npt.NDArray[np.int64]
BASEMAP_TOLERANCE_M = 2.0
MOST_POINTS = 20_000
TARGET_TOLERANCE = 1e-9
SHARING = ("share", "standalone")
GROUPS = ("findings", "new_sites", "new_routes", "coverage", "gaps", "zones", "existing", "base")


def map_data(deliverable: Deliverable, words: Words) -> dict[str, Any]:
    """Everything that the page's script draws.

    Returns
    -------
    dict
        JSON values only. ``layers`` stand in drawing order, the first at the bottom.
    """
    frame = frame_of(shown_frames(deliverable))
    streets, existing = _existing(deliverable.existing, frame, words)
    areas = [entry for entry in existing if "areas" in entry]
    layers = [*streets, *_zones(deliverable.zones, frame, words), *areas]
    layers += _demand(deliverable.demand, frame, words, first=len(layers))
    layers += [entry for entry in existing if "areas" not in entry]
    layers += [*_routes(deliverable.routes, frame, words), *_sites(deliverable.sites, frame, words)]
    headline = make_headline(deliverable.summary, words)
    if not headline.has_plan:  # a plan is shown to people who cannot mend the survey; its GeoPackage has the findings
        layers += finding_entries(deliverable, frame, words, shown=bool(headline.errors))
    return {
        "has_plan": headline.has_plan,
        "words": {key: words[key] for key in ("today", "with_plan", "layers")},
        "groups": [{"key": key, "title": words[key]} for key in GROUPS],
        "classes": _states("demand", DEMAND_STATES, words),
        "outlines": SIGN_OUTLINES,
        "zone_classes": _states("zone", ZONE_STATES, words),
        "origin": list(frame.origin),
        "bounds": frame.bounds,
        "layers": layers,
    }


def demand_classes(demand: gpd.GeoDataFrame) -> Ints:
    """0 served before, 1 newly served, 2 still unserved, 3 unreachable; one a row."""
    before, after, reachable = (demand[name].to_numpy(dtype=bool) for name in ("before", "after", "reachable"))
    return np.select([before, after, reachable], [0, 1, 2], default=3).astype(np.int64)


def _states(prefix: str, states: Iterable[str], words: Words) -> list[dict[str, str]]:
    return [
        {"label": words[f"{prefix}.{state}"], "colour": colour}
        for state, colour in zip(states, DEMAND_COLOURS, strict=False)
    ]


def _existing(existing: gpd.GeoDataFrame, frame: Frame, words: Words) -> tuple[list[Entry], list[Entry]]:
    """Streets (one multiline a layer, the base map) and the other survey layers, one entry each."""
    streets, others = [], []
    for (name, kind), part in existing.groupby(["layer", "kind"], sort=False):
        title = f"{words.name('layers', str(name))} – {words.kind(str(kind))}"
        shapes = encode_features(part.geometry, frame, simplify_m=BASEMAP_TOLERANCE_M)
        if kind == "street":
            streets.append({**_entry("streets", "base", title), **shapes, "style": street_style()})
            continue
        rows = [[str(feature)] for feature in part["id"]]
        style = {**existing_style(str(kind)), "labels": [words["id"]], "rows": rows}
        others.append({**_entry("features", "existing", title, shown=kind in SHOWN_KINDS), **shapes, **style})
    others.sort(key=lambda entry: "lines" not in entry)  # points above lines
    return streets, others


def _zones(zones: gpd.GeoDataFrame, frame: Frame, words: Words) -> list[Entry]:
    entries: list[Entry] = []
    fields = ("zone", "id", "target", "required", "before", "after", "reachable", "met")
    for (target, layer), part in zones.groupby(["target", "layer"], sort=False):
        shares = part[["required", "before", "after", "reachable"]].to_numpy(dtype=float)
        met_before = shares[:, 1] >= shares[:, 0] - TARGET_TOLERANCE
        met = part["met"].to_numpy(dtype=bool)
        rows = [
            [
                str(row.name),
                str(row.id),
                words.name("targets", str(target)),
                *map(words.share, row_shares),
                words.yes_no(is_met),
            ]
            for row, row_shares, is_met in zip(
                part[["name", "id"]].itertuples(index=False, name="Zone"), shares.tolist(), met.tolist(), strict=True
            )
        ]
        states = np.column_stack([np.where(met_before, 0, 2), np.select([met_before, met], [0, 1], default=2)])
        entries.append(
            {
                **_entry(
                    "zones",
                    "zones",
                    f"{words.name('targets', str(target))} – {words.name('layers', str(layer))}",
                    shown=not entries,
                ),
                **encode_features(part.geometry, frame, simplify_m=BASEMAP_TOLERANCE_M),
                **zone_style(),
                "labels": [words[field] for field in fields],
                "rows": rows,
                "states": states.tolist(),
            }
        )
    return entries


def _demand(demand: gpd.GeoDataFrame, frame: Frame, words: Words, *, first: int) -> list[Entry]:
    """Coverage then gaps of every service; the gaps point at the entry (index from `first`) whose points they share."""
    entries: list[Entry] = []
    for service, part in demand.groupby("service", sort=False):
        shapes = _hexagon_shapes if len(demand) > MOST_POINTS else _point_shapes
        classes = demand_classes(part)
        entries.append(
            {
                **_entry("demand", "coverage", words.name("services", str(service)), shown=not entries),
                **shapes(part, classes, frame, words),
                "class_notes": _class_notes(part, classes, words),
            }
        )
    gaps = [
        {**_entry("gaps", "gaps", f"{words['gap']} – {entry['title']}", shown=False), "of": first + number}
        for number, entry in enumerate(entries)
    ]
    return entries + gaps


def _point_shapes(part: gpd.GeoDataFrame, classes: Ints, frame: Frame, words: Words) -> Entry:
    rows = [
        [str(row.id), words.number(row.weight, 2), join_text(row.provider),
         words.money(row.connection_eur) if row.connection_eur > 0 else "", "" if row.before else _nearest(row, words)]
        for row in part.drop(columns="geometry").itertuples(index=False, name="Demand")
    ]  # fmt: skip
    return {
        "steps": encode_points(part.geometry, frame),
        "classes": "".join(map(str, classes.tolist())),
        "labels": [words[key] for key in ("id", "weight", "provider", "connection", "nearest_today", "state")],
        "rows": rows,
    }


def _nearest(row: Any, words: Words) -> str:
    return words["none_joined"] if math.isnan(row.nearest_m) else words.length(row.nearest_m)


def _hexagon_shapes(part: gpd.GeoDataFrame, classes: Ints, frame: Frame, words: Words) -> Entry:
    edge_m = edge_for(part.geometry)
    hexagons = sum_in_hexagons(part.geometry, classes, part["weight"].to_numpy(dtype=float), edge_m)
    rings = encode_features(hexagons.geometry, frame)["areas"]
    return {
        "hexagons": [polygons[0][0] for polygons in rings],
        "weights": hexagons.weights.round(3).tolist(),
        "note": words["hexagons"].format(points=words.number(len(part))),
        "labels": [words["count"], *(words[f"demand.{state}"] for state in DEMAND_STATES)],
        "rows": [
            [words.number(count), *(words.number(weight, 1) for weight in weights)]
            for count, weights in zip(hexagons.counts.tolist(), hexagons.weights.tolist(), strict=True)
        ],
    }


def _class_notes(part: gpd.GeoDataFrame, classes: Ints, words: Words) -> list[str]:
    weights = np.bincount(classes, weights=part["weight"].to_numpy(dtype=float), minlength=len(DEMAND_STATES))
    total = weights.sum()
    shares = weights / total if total > 0 else weights
    return [
        words["key_of"].format(label=words[f"demand.{state}"], value=words.part(share))
        for state, share in zip(DEMAND_STATES, shares.tolist(), strict=True)
    ]


def _routes(routes: gpd.GeoDataFrame, frame: Frame, words: Words) -> list[Entry]:
    keys = ("id", "street", "length", "cost", "services", "why", *_year_key(routes))
    entries = []
    for number, (method, part) in enumerate(routes.groupby("method", sort=True)):
        rows = [
            [str(row.id), join_text(row.street), words.length(row.length_m), words.money(row.cost_eur),
             _service_names(row.services, words), join_text(row.why), *_year(row.year)]
            for row in part.drop(columns="geometry").itertuples(index=False, name="Route")
        ]  # fmt: skip
        entries.append(
            {
                **_entry("features", "new_routes", words.name("laying", str(method)), plan_only=True),
                **encode_features(part.geometry, frame),
                **route_style(number),
                "note": f"{words.length(part['length_m'].sum())} · {_capex_of(part, words)}",
                "labels": [words[key] for key in keys],
                "rows": rows,
            }
        )
    return entries


def _sites(sites: gpd.GeoDataFrame, frame: Frame, words: Words) -> list[Entry]:
    keys = ("id", "service", "place", "cost", "share", "standalone", "serves", "why", *_year_key(sites))
    entries = []
    for number, (option, part) in enumerate(sites.groupby("option", sort=True)):
        rows = [
            [str(row.id), words.name("services", str(row.service)), f"{row.place_layer} {row.place_id}",
             words.money(row.cost_eur),
             *(words[f"{name}_is"].format(amount=words.money(getattr(row, f"{name}_eur"))) for name in SHARING),
             words.number(row.serves_weight, 1), join_text(row.why), *_year(row.year)]
            for row in part.drop(columns="geometry").itertuples(index=False, name="Site")
        ]  # fmt: skip
        entries.append(
            {
                **_entry("features", "new_sites", words.name("options", str(option)), plan_only=True),
                **encode_features(part.geometry, frame),
                **site_style(number),
                "note": f"{words.number(len(part))} · {_capex_of(part, words)}",
                "labels": [words[key] for key in keys],
                "rows": rows,
            }
        )
    return entries


def _capex_of(works: gpd.GeoDataFrame, words: Words) -> str:
    return words["money.capex_of"].format(amount=words.money(works["cost_eur"].sum()))


def _year_key(works: gpd.GeoDataFrame) -> list[str]:
    return ["year"] if works["year"].notna().any() else []


def _year(year: Any) -> list[str]:
    """Year of a work, in a plan of several years: all of its works have one."""
    return [] if pd.isna(year) else [str(year)]


def _service_names(names: Any, words: Words) -> str:
    """Titles of names that stand in one text, parts joined by a comma, or in a list."""
    return ", ".join(words.name("services", name) for name in join_text(names).split(", "))


def _entry(kind: str, group: str, title: str, *, shown: bool = True, plan_only: bool = False) -> Entry:
    return {"type": kind, "group": group, "title": title, "shown": shown, "plan_only": plan_only, "note": ""}
