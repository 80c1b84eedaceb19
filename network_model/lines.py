"""Route layers as flat arrays: what noding works on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from gis_layers import Layer, StudyError, SurveyError, nothing_usable
from network_model.graph import Floats, Ints
from network_model.ragged import flatten_lines

GROUND = frozenset({"", "0", "no", "false", "n", "f", "non", "faux", "nein"})
"""Texts that mean: no bridge, no tunnel, level of the ground."""


@dataclass(frozen=True)
class Crossings:
    """Columns of the route layers that say which lines pass over or under each other.

    Two lines that cross without a common vertex join only where they agree in all three; a missing value, ``0``,
    ``no`` and ``false`` mean the ground. A column that is None is not compared.

    Attributes
    ----------
    bridge, tunnel, level : str or None
        Column names of the layer frames; at least one layer must have a column that is named.
    """

    bridge: str | None = None
    tunnel: str | None = None
    level: str | None = None


@dataclass(frozen=True)
class RouteLines:
    """Lines of all route layers behind one another. L lines, C vertices.

    Attributes
    ----------
    xy : (C, 2) float
        m.
    begin : (L + 1,) int
        Where the vertices of each line begin.
    layer : (L,) int
        Position of the layer.
    row : (L,) int
        Number of the row (layer and row in the file), the same for the parts of one row, in order of the layers.
    level : (L,) int
        Lines of different level do not join where they cross.
    """

    xy: Floats
    begin: Ints
    layer: Ints
    row: Ints
    level: Ints


def collect_lines(layers: Sequence[Layer], crossings: Crossings) -> RouteLines:
    """Lay the lines of the layers behind one another.

    Raises
    ------
    SurveyError
        No usable line in the files, a layer with other geometry than lines, or without a common CRS in metres.
    StudyError
        No line passes the filters of the study, or a column for crossings that no layer has.
    """
    if not any(len(layer.frame) for layer in layers):
        raise nothing_usable(
            "no line in the route layers" if layers else "no route layer is named",
            layers,
            "Name a layer of lines as routes, and check the filters that set rows aside.",
        )
    for layer in layers:
        _check_layer(layer, layers[0])
    xy, begin = flatten_lines(np.concatenate([np.asarray(layer.frame.geometry.values) for layer in layers]))
    size = [len(layer.frame) for layer in layers]
    return RouteLines(
        xy=xy,
        begin=begin,
        layer=np.repeat(np.arange(len(layers), dtype=np.int64), size),
        row=_number_rows(layers),
        level=_rank_levels(layers, crossings),
    )


def _check_layer(layer: Layer, first: Layer) -> None:
    crs = layer.frame.crs
    if crs is None or crs.is_geographic or any(axis.unit_conversion_factor != 1.0 for axis in crs.axis_info):
        raise SurveyError(
            f"layer {layer.name}: routes need a projected CRS in metres, not {crs.name if crs else 'none'}",
            "Give the study a metric CRS, for example EPSG:2154 in France.",
        )
    if crs != first.frame.crs:
        raise SurveyError(
            f"layer {layer.name} is in {crs.name}, layer {first.name} in {first.frame.crs.name}",
            "Read every layer into the CRS of the study.",
        )
    kinds = np.unique(shapely.get_type_id(layer.frame.geometry.values))
    if not set(kinds) <= {shapely.GeometryType.LINESTRING}:
        shown = ", ".join(shapely.GeometryType(kind).name.title() for kind in kinds)
        raise SurveyError(
            f"layer {layer.name}: routes must be lines, found {shown}", "Name a layer of lines as routes."
        )


def _number_rows(layers: Sequence[Layer]) -> Ints:
    numbers = []
    before = 0
    for layer in layers:
        rows, number = np.unique(layer.frame["source_row"].to_numpy(), return_inverse=True)
        numbers.append(number + before)
        before += len(rows)
    return np.concatenate(numbers).astype(np.int64)


def _rank_levels(layers: Sequence[Layer], crossings: Crossings) -> Ints:
    """Number the combinations of bridge, tunnel and level by their content, whatever the order of the rows."""
    rank = np.zeros(sum(len(layer.frame) for layer in layers), dtype=np.int64)
    for key in ("bridge", "tunnel", "level"):
        column = getattr(crossings, key)
        if column is not None:
            rank = _rank_texts(layers, column, key) + rank * (len(rank) + 1)
            rank = np.unique(rank, return_inverse=True)[1]
    return rank


def _rank_texts(layers: Sequence[Layer], column: str, key: str) -> Ints:
    if not any(column in layer.frame.columns for layer in layers):
        names = ", ".join(layer.name for layer in layers)
        raise StudyError(
            f"crossings.{key}: no route layer ({names}) has a column {column}",
            "Name a column that is there, or leave the key out.",
        )
    texts: list[pd.Series] = []
    for layer in layers:
        size = len(layer.frame)
        code, values = pd.factorize(layer.frame[column]) if column in layer.frame else (np.full(size, -1), [])
        # code -1, missing, takes the last of these
        texts.append(pd.Series([*(_level_text(value) for value in values), ""], dtype=object).iloc[code])
    rank = np.unique(pd.concat(texts).to_numpy(dtype=object).astype(str), return_inverse=True)[1]
    return rank.astype(np.int64)


def _level_text(value: object) -> str:
    """Return a value as comparable text: ``1``, ``1.0`` and `` 1 `` are one level, anything for the ground is empty."""
    text = str(value).strip().casefold()
    with suppress(ValueError):  # a word, such as yes or viaduct
        text = f"{float(text):g}"
    return "" if text in GROUND else text
