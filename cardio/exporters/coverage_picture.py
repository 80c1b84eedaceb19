"""Pictures of who is served, today and with the plan, and of the works by year; told apart without colour too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from cardio.deliverable import Deliverable
from cardio.exporters.geometry import shown_frames
from cardio.exporters.picture import FRAME, Mark, Picture, line_marks, make_picture, sign_marks
from cardio.exporters.styles import GREEN, INK, ROUTE_SIGNS, SITE_SIGNS, SKY, WHITE, street_style, zone_style
from cardio.exporters.svg_path import Sheet, fit_sheet
from cardio.exporters.texts import Words, capital

# demand is drawn by squares of the sheet, so that a picture of any town stays small
CELL_PX = 16
# width of the square of each state, and how it is drawn: size and outline tell as much as colour does
SQUARES = {"unserved": (6, WHITE, 1.4), "before": (13, SKY, 0.0), "new": (13, GREEN, 2.6)}
STATE_WORDS = {"unserved": "demand.unserved", "before": "demand.before", "new": "demand.new"}


@dataclass(frozen=True)
class CoveragePictures:
    """Where a service is, before and after.

    Attributes
    ----------
    service : str
        Its name.
    today, with_plan : Picture
        On the same ground; each square shows what holds for most of the demand in it.
    shares : tuple of str
        Share served today and with the plan, the same in words.
    """

    service: str
    today: Picture
    with_plan: Picture
    shares: tuple[str, str]


def draw_coverage(deliverable: Deliverable, words: Words) -> list[CoveragePictures]:
    """Draw the demand of each service; none where there is no demand."""
    if deliverable.demand.empty:
        return []
    sheet = fit_sheet(shown_frames(deliverable))
    zones = line_marks(deliverable.zones.geometry, sheet, zone_style()["style"], words["target_zones"], sample=FRAME)
    drawn = []
    for service, part in deliverable.demand.groupby("service", sort=False):
        before, after = (part[name].to_numpy(dtype=bool) for name in ("before", "after"))
        weight = part["weight"].to_numpy(dtype=float)
        later = np.where(before, "before", np.where(after, "new", "unserved"))
        pictures = [
            _picture(part, np.where(before, "before", "unserved"), weight, sheet, zones, words),
            _picture(part, later, weight, sheet, zones, words),
        ]
        total = float(weight.sum())
        shares = [words.share(float(weight[served].sum()) / total if total else 1.0) for served in (before, after)]
        drawn.append(
            CoveragePictures(words.name("services", str(service)), pictures[0], pictures[1], (shares[0], shares[1]))
        )
    return drawn


def _picture(
    demand: gpd.GeoDataFrame,
    state: npt.NDArray[np.str_],
    weight: npt.NDArray[np.float64],
    sheet: Sheet,
    zones: list[Mark],
    words: Words,
) -> Picture:
    """Draw each square of the sheet with the state of most of its weight."""
    cells = sheet.to_pixels(shapely.get_coordinates(shapely.centroid(demand.geometry.to_numpy()))) // CELL_PX
    table = pd.DataFrame({"x": cells[:, 0], "y": cells[:, 1], "state": state, "weight": weight})
    sums = table.groupby(["x", "y", "state"], sort=True)["weight"].sum().unstack(fill_value=0.0)
    most = sums.idxmax(axis=1)
    marks = [
        _squares(most.index[most == name].to_frame(index=False).to_numpy(), name, words)
        for name in SQUARES
        if name in sums and (most == name).any()
    ]
    return make_picture(sheet, [*zones, *marks], [*reversed(marks), *zones], words)


def _squares(cells: npt.NDArray[np.int64], state: str, words: Words) -> Mark:
    width, fill, line = SQUARES[state]
    corners = cells * CELL_PX + (CELL_PX - width) // 2
    path = "".join(f"M{x} {y}h{width}v{width}h-{width}z" for x, y in corners.tolist())
    half = width / 2
    sample = f"M{-half:g} {-half:g}h{width}v{width}h-{width}z"
    style = {"fillColor": fill, "color": INK, "weight": line}
    return Mark(words[STATE_WORDS[state]], "", style, sample, signs=[path])


def draw_years(deliverable: Deliverable, words: Words) -> Picture | None:
    """Draw the works in the signs of their year; None for a plan without phases."""
    years = [int(phase["year"]) for phase in deliverable.summary["phases"]]
    if not years:
        return None
    sheet = fit_sheet(shown_frames(deliverable))
    existing = deliverable.existing
    streets = existing.loc[existing["kind"] == "street"].geometry
    ground = line_marks(streets, sheet, street_style(), capital(words.kind("street")))
    routes = [mark for number, year in enumerate(years) for mark in _routes(deliverable, number, year, sheet, words)]
    sites = [mark for number, year in enumerate(years) for mark in _sites(deliverable, number, year, sheet, words)]
    return make_picture(sheet, [*ground, *routes, *sites], [*sites, *routes, *ground], words)


def _routes(deliverable: Deliverable, number: int, year: int, sheet: Sheet, words: Words) -> Iterator[Mark]:
    part = deliverable.routes[deliverable.routes["year"] == year]
    colour, dashes = ROUTE_SIGNS[number % len(ROUTE_SIGNS)]
    style = {"color": colour, "weight": 4, "dashArray": dashes, "casing": True}
    label = words["plan.routes_of"].format(year=year)
    yield from line_marks(part.geometry, sheet, style, label, words.length(float(part["length_m"].sum())))


def _sites(deliverable: Deliverable, number: int, year: int, sheet: Sheet, words: Words) -> Iterator[Mark]:
    part = deliverable.sites[deliverable.sites["year"] == year]
    shape, colour = SITE_SIGNS[number % len(SITE_SIGNS)]
    marker = {"shape": shape, "radius": 7, "fillColor": colour, "color": INK, "weight": 1.4}
    yield from sign_marks(
        part.geometry, sheet, marker, words["plan.sites_of"].format(year=year), words.number(len(part))
    )
