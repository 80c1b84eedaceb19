"""frontier.gpkg: the works of the plans of all points, that open in QGIS by the point from which on they are in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from cardio.exporters.compare_layers import column_words
from cardio.exporters.plans_layers import Sign, lay_side_by_side, write_plan_layers
from cardio.exporters.styles import GREY
from cardio.exporters.texts import Words
from cardio.plan_works import KINDS, PlanWorks

# from dark to light (viridis): told apart in order by lightness alone
ORDER_COLOURS = ("#440154", "#46327E", "#365C8D", "#277F8E", "#1FA187", "#4AC16D", "#A0DA39", "#FDE725")


def order_colour(place: int, count: int) -> str:
    """Colour of a point by its place among `count`, dark for the first."""
    return ORDER_COLOURS[round(place * (len(ORDER_COLOURS) - 1) / max(count - 1, 1))]


def order_steps(document: Mapping[str, Any]) -> list[int]:
    """Points from which on any work is in every plan, in order."""
    return sorted({work["always_from"] for work in document["works"] if work["always_from"] is not None})


def write_frontier_layers(
    document: Mapping[str, Any], plans: Mapping[str, PlanWorks], words: Words, path: Path
) -> None:
    """Write layers sites, routes and connections: one column a point, and the share from which on each work stays."""
    points = document["points"]
    titles = [point_title(points[int(number)], words) for number in plans]
    always = {(work["kind"], work["id"]): work["always_from"] for work in document["works"]}
    works = {kind: _with_order(lay_side_by_side(plans, kind), kind, always, points) for kind in KINDS}
    steps = order_steps(document)
    signs = [
        Sign(str(step), words["frontier.always_from"].format(share=words.share(points[step]["share"])),
             order_colour(place, len(steps)), is_strong=True)
        for place, step in enumerate(steps)
    ]  # fmt: skip
    signs.append(Sign("-1", words["frontier.not_always"], GREY, dashed=True, shape="triangle"))
    aliases = column_words(words)
    aliases |= {
        "name": words["works_method"],
        "always_from": words["frontier.order_point"],
        "always_from_share": words["frontier.order_share"],
    }
    write_plan_layers(
        works, titles, path, expression='coalesce("always_from", -1)', signs=signs, aliases=aliases, suffixes=plans
    )


def point_title(row: Mapping[str, Any], words: Words) -> str:
    """Share of a point, and whether it is the study's own."""
    return words.share(row["share"]) + (f" – {words['frontier.study']}" if row["kind"] == "study" else "")


def _with_order(
    frame: gpd.GeoDataFrame,
    kind: str,
    always: Mapping[tuple[str, str], int | None],
    points: Sequence[Mapping[str, Any]],
) -> gpd.GeoDataFrame:
    """One name for all plans: within a study every plan builds a work in the same way."""
    first = [always[kind, work] for work in frame["id"]]
    names = [column for column in frame.columns if column.startswith("name_")]
    frame.insert(1, "name", frame[names].max(axis=1))  # empty where a plan does not build it
    frame = frame.drop(columns=[*names, *(column for column in frame.columns if column.startswith("why_"))])
    return frame.assign(
        always_from=pd.array(first, dtype="Int64"),
        always_from_share=[np.nan if number is None else points[number]["share"] for number in first],
    )
