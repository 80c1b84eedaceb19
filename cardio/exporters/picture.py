"""The plan as a picture that needs no script: for paper, and for readers in which the map does not run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from cardio.deliverable import Deliverable
from cardio.exporters.geometry import shown_frames
from cardio.exporters.styles import (
    existing_style,
    route_style,
    site_style,
    street_style,
    zone_style,
)
from cardio.exporters.svg_path import Sheet, fit_sheet, line_path, outline_path, scale_length_m, sign_paths
from cardio.exporters.texts import Words, capital

SHOWN_KINDS = ("fibre_cable", "fibre_node")
SCALE_PX = 170
# the picture shows the whole town in a hand's width: signs are smaller than on the map
SIGN_SCALE = 0.8
# how the legend shows lines and outlines
STROKE, FRAME = "M-12 0h24", "M-10-6h20v12h-20z"


@dataclass(frozen=True)
class Mark:
    """One thing that the picture draws and its legend explains.

    Attributes
    ----------
    label, note : str
        Words of the legend, from the study: to be escaped by whoever prints them.
    style : mapping
        Line: color, weight, dashArray or None, casing or absent. Sign: fillColor, color, weight.
    line : str
        Path of all its lines; empty for none.
    signs : sequence of str
        One path each.
    sample : str
        Path of the legend, around the middle.
    """

    label: str
    note: str
    style: Mapping[str, Any]
    sample: str
    line: str = ""
    signs: Sequence[str] = ()


@dataclass(frozen=True)
class Picture:
    """A drawn plan.

    Attributes
    ----------
    sheet : Sheet
    marks : sequence of Mark
        In drawing order, the first at the bottom.
    legend : sequence of Mark
        In reading order.
    scale_px : float
        Length of the scale bar.
    scale : str
        The same in words.
    """

    sheet: Sheet
    marks: Sequence[Mark]
    legend: Sequence[Mark]
    scale_px: float
    scale: str


def draw_picture(deliverable: Deliverable, words: Words) -> Picture:
    """Draw streets, target zones, existing fibre, new routes by method and new sites by option.

    The extent is that of the map; colours and signs are those of the map.
    """
    sheet = fit_sheet(shown_frames(deliverable))
    existing = deliverable.existing
    streets = existing[existing["kind"] == "street"]
    ground = line_marks(streets.geometry, sheet, street_style(), capital(words.kind("street")))
    zones = line_marks(deliverable.zones.geometry, sheet, zone_style()["style"], words["target_zones"], sample=FRAME)
    fibre = [mark for kind in SHOWN_KINDS for mark in _existing(existing[existing["kind"] == kind], kind, sheet, words)]
    routes = [
        mark
        for number, (method, part) in enumerate(deliverable.routes.groupby("method", sort=True))
        for mark in line_marks(
            part.geometry,
            sheet,
            route_style(number)["style"],
            words.name("laying", str(method)),
            words.length(float(part["length_m"].sum())),
        )
    ]
    sites = [
        mark
        for number, (option, part) in enumerate(deliverable.sites.groupby("option", sort=True))
        for mark in sign_marks(
            part.geometry,
            sheet,
            site_style(number)["marker"],
            words.name("options", str(option)),
            words.number(len(part)),
        )
    ]
    return make_picture(
        sheet, [*ground, *zones, *fibre, *routes, *sites], [*sites, *routes, *fibre, *zones, *ground], words
    )


def make_picture(sheet: Sheet, marks: Sequence[Mark], legend: Sequence[Mark], words: Words) -> Picture:
    """Return the picture with its scale bar."""
    scale_m = scale_length_m(sheet, SCALE_PX)
    return Picture(
        sheet=sheet,
        marks=marks,
        legend=legend,
        scale_px=round(scale_m * sheet.px_per_m, 1),
        scale=f"{words.number(scale_m / 1000)} km" if scale_m >= 1000 else f"{words.number(scale_m)} m",
    )


def _existing(part: gpd.GeoDataFrame, kind: str, sheet: Sheet, words: Words) -> list[Mark]:
    style, label = existing_style(kind), capital(words.kind(kind))
    return [
        *line_marks(part.geometry, sheet, style["style"], label),
        *sign_marks(part.geometry, sheet, style["marker"], label),
    ]


def line_marks(
    geometry: gpd.GeoSeries, sheet: Sheet, style: Mapping[str, Any], label: str, note: str = "", sample: str = STROKE
) -> list[Mark]:
    """Mark all the lines in one style; nothing where none is on the sheet."""
    path = line_path(geometry, sheet)
    return [Mark(label, note, style, sample, line=path)] if path else []


def sign_marks(
    geometry: gpd.GeoSeries, sheet: Sheet, marker: Mapping[str, Any], label: str, note: str = ""
) -> list[Mark]:
    """Mark each point with the same sign; nothing where none is on the sheet."""
    outline = outline_path(marker["shape"], marker["radius"] * SIGN_SCALE)
    signs = sign_paths(geometry, sheet, outline)
    return [Mark(label, note, marker, f"M0 0{outline}", signs=signs)] if signs else []
