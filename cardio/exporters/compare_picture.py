"""The plans of two scenarios in one picture: what both build, and what only one of them does."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd

from cardio.deliverable import Deliverable
from cardio.exporters.geometry import shown_frames
from cardio.exporters.picture import FRAME, Mark, Picture, line_marks, make_picture, sign_marks
from cardio.exporters.plans_styles import PAIR_COLOURS, PAIR_DASHES, PAIR_SHAPES
from cardio.exporters.styles import route_style, site_style, street_style, zone_style
from cardio.exporters.svg_path import Sheet, fit_sheet
from cardio.exporters.texts import Words, capital


def draw_both(plans: Mapping[str, Deliverable], words: Words) -> Picture:
    """Draw streets, zones, and the routes and sites of two plans by who builds them.

    Parameters
    ----------
    plans : mapping of str to Deliverable
        The two, by name of their scenario.
    """
    (first, one), (other, two) = plans.items()
    sheet = fit_sheet([*shown_frames(one), *shown_frames(two)])
    streets = one.existing[one.existing["kind"] == "street"]
    ground = line_marks(streets.geometry, sheet, street_style(), capital(words.kind("street")))
    zones = line_marks(one.zones.geometry, sheet, zone_style()["style"], words["target_zones"], sample=FRAME)
    labels = [
        words["compare.in_both"],
        words["compare.in_both_otherwise"],
        *(words["compare.only"].format(name=name) for name in (first, other)),
    ]
    routes = _marks(one.routes, two.routes, labels, sheet, words)
    sites = _marks(one.sites, two.sites, labels, sheet, words)
    return make_picture(sheet, [*ground, *zones, *routes, *sites], [*sites, *routes, *zones, *ground], words)


def _marks(one: gpd.GeoDataFrame, two: gpd.GeoDataFrame, labels: list[str], sheet: Sheet, words: Words) -> list[Mark]:
    """Works of both plans, then those of one only: they stand on top."""
    how = "method" if "method" in one.columns else "option"
    both = one["id"].isin(two["id"])
    alike = one[how] == one["id"].map(two.drop_duplicates("id").set_index("id")[how])
    parts = (one[both & alike], one[both & ~alike], one[~both], two[~two["id"].isin(one["id"])])
    marks = []
    for label, part, colour, dash, shape in zip(labels, parts, PAIR_COLOURS, PAIR_DASHES, PAIR_SHAPES, strict=True):
        if "length_m" in part.columns:
            style = {**route_style(0)["style"], "color": colour, "dashArray": dash}
            marks += line_marks(part.geometry, sheet, style, label, words.length(float(part["length_m"].sum())))
        else:
            marker = {**site_style(0)["marker"], "fillColor": colour, "shape": shape}
            marks += sign_marks(part.geometry, sheet, marker, label, words.number(len(part)))
    return marks
