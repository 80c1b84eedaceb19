"""Works of several plans as layers: one row a work, with which of the plans build it, how and for how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from cardio.exporters.geopackage import add_styles
from cardio.exporters.qml import Category, categorised_style, rgba
from cardio.plan_works import PlanWorks
from gis_layers import write_layers

LAYERS = {"site": "sites", "route": "routes", "connection": "connections"}
HAS, NAME, COST, WHY = "has_{}", "name_{}", "cost_{}", "why_{}"


@dataclass(frozen=True)
class Sign:
    """How works of one class are drawn in QGIS: told apart by colour, and by dash or shape."""

    value: str
    label: str
    colour: str
    dashed: bool = False
    shape: str = "circle"
    is_strong: bool = False


def lay_side_by_side(plans: Mapping[str, PlanWorks], kind: str) -> gpd.GeoDataFrame:
    """Return the works of a kind that any of the plans builds, by id.

    Returns
    -------
    GeoDataFrame
        id, street, length_m and geometry of the first plan that has the work; of plan number i has_i (bool), name_i
        (empty without), cost_i (nan without) and why_i; plans (how many have it), in_all (bool).
    """
    frames = [plan.of_kind(kind).set_index("id") for plan in plans.values()]
    every = gpd.GeoDataFrame(pd.concat(frames), geometry="geometry", crs=frames[0].crs)
    first = every[~every.index.duplicated()].sort_index()
    columns: dict[str, object] = {"id": first.index.astype(str)}
    if kind == "route":
        columns |= {"street": first["street"].to_numpy(), "length_m": first["length_m"].to_numpy()}
    has = np.array([first.index.isin(frame.index) for frame in frames]).reshape(len(frames), len(first))
    for number, frame in enumerate(frames):
        own = pd.DataFrame(frame.drop(columns="geometry")).reindex(first.index)
        columns[HAS.format(number)] = has[number]
        columns[NAME.format(number)] = own["name"].fillna("").to_numpy()
        columns[COST.format(number)] = own["cost_eur"].to_numpy(dtype=float)
        columns[WHY.format(number)] = own["why"].fillna("").to_numpy()
    columns |= {"plans": has.sum(axis=0), "in_all": has.all(axis=0)}
    return gpd.GeoDataFrame(columns, geometry=first.geometry.array, crs=frames[0].crs)


def write_plan_layers(
    works: Mapping[str, gpd.GeoDataFrame],
    titles: Sequence[str],
    path: Path,
    *,
    expression: str,
    signs: Sequence[Sign],
    aliases: Mapping[str, str],
    suffixes: Iterable[str] = (),
) -> None:
    """Write a GeoPackage of works by kind, as `lay_side_by_side` gives them, with a style of its own in each layer.

    Parameters
    ----------
    titles : sequence of str
        Name of each plan.
    expression : str
        Of QGIS, over the columns `has_i`, `name_i` and `plans`: the class of a work.
    aliases : mapping of str to str
        Words for the columns, and for ``has``, ``name``, ``cost``, ``why`` of a plan.
    suffixes : iterable of str
        Ends of the columns of each plan, where not its title.
    """
    names = rename_columns([*suffixes] or titles)
    for old, new in sorted(names.items(), reverse=True):  # has_10 before has_1
        expression = expression.replace(f'"{old}"', '"{}"'.format(new.replace('"', '""')))
    frames = {LAYERS[kind]: frame.rename(columns=names) for kind, frame in works.items() if len(frame)}
    write_layers(path, frames)
    words = dict(aliases)
    for number, title in enumerate(titles):
        for column, word in ((HAS, "has"), (NAME, "name"), (COST, "cost"), (WHY, "why")):
            words[names[column.format(number)]] = f"{aliases[word]} – {title}"
    add_styles(
        path,
        {
            layer: membership_style(layer == "routes", expression, signs, words_of_frame(words, frame))
            for layer, frame in frames.items()
        },
    )


def words_of_frame(words: Mapping[str, str], frame: gpd.GeoDataFrame) -> dict[str, str]:
    """Aliases of the columns that a frame has."""
    return {column: words[column] for column in frame.columns if column in words}


def rename_columns(titles: Sequence[str]) -> dict[str, str]:
    """Column of a plan by number -> by its name; names that SQLite takes for one another get a number."""
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for number, title in enumerate(titles):
        own = title
        while own.casefold() in taken:
            own = f"{own}_{number}"
        taken.add(own.casefold())
        renamed |= {column.format(number): column.format(own) for column in (HAS, NAME, COST, WHY)}
    return renamed


def membership_style(is_line: bool, expression: str, signs: Sequence[Sign], aliases: Mapping[str, str]) -> str:
    """Return a QML document of works by class, as lines or as signs."""
    if is_line:
        lines = [
            {"line_color": rgba(sign.colour), "line_width": "1.6" if sign.is_strong else "0.9",
             "line_style": "dash" if sign.dashed else "solid"}
            for sign in signs
        ]  # fmt: skip
        categories = [Category(sign.value, sign.label, line) for sign, line in zip(signs, lines, strict=True)]
        return categorised_style("line", "SimpleLine", expression, categories, aliases=aliases)
    marks = [
        {"name": sign.shape, "color": rgba(sign.colour), "outline_color": "28,39,51,255",
         "size": "5" if sign.is_strong else "3.4"}
        for sign in signs
    ]  # fmt: skip
    categories = [Category(sign.value, sign.label, mark) for sign, mark in zip(signs, marks, strict=True)]
    return categorised_style("marker", "SimpleMarker", expression, categories, aliases=aliases)
