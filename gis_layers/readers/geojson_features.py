"""What GDAL leaves out of GeoJSON in silence: entries that are no feature, ids, and why a geometry is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_layers.readers.vector import GdalRows
from gis_layers.table import RowNote, Rows

_NO_FEATURE = re.compile(rb"[\[,]\s*(?:null|\{\s*\}|\[\s*\])\s*[,\]]")
"""Found wherever an entry of any list is null or empty: only then are the features looked through."""
_NULL_GEOMETRY = re.compile(rb'"geometry"\s*:\s*null')
_ID_NUMBER = re.compile(rb'"id"\s*:\s*-?[0-9]')
_FEATURES = re.compile(r'"features"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_MAX_SHOWN = 60


def complete(rows: GdalRows, path: Path) -> GdalRows:
    """Add what GDAL left out of a feature collection; the text is parsed again only where it can hold such a thing.

    Parameters
    ----------
    rows : GdalRows
    path : Path
        File of UTF-8, read by GDAL without error.
    """
    content = path.read_bytes()
    rows = _take_ids(rows, content)
    missing = [] if rows.wkb is None else np.flatnonzero([one is None for one in rows.wkb]).tolist()
    is_lost = len(missing) > len(_NULL_GEOMETRY.findall(content))
    if not is_lost and not _NO_FEATURE.search(content) and not _may_repeat_keys(rows, content):
        return rows
    shown, odd, repeated = _look_through(content.decode("utf-8-sig", errors="replace"), set(missing))
    del content
    if repeated:
        rows = replace(rows, row_notes=(*rows.row_notes, _keys_repeated(repeated)))
    if shown:
        rows = replace(rows, row_notes=(*rows.row_notes, _unreadable(shown)))
    return _insert(rows, odd) if odd else rows


def _take_ids(rows: GdalRows, content: bytes) -> GdalRows:
    """Take numbers that stand as id beside the properties; GDAL has them as its own ids, made unique."""
    names = {name.lower() for name in rows.columns}
    is_counted = np.array_equal(rows.fids, np.arange(len(rows.fids)))
    is_changed = any(note.message.startswith("Several features with id") for note in rows.notes)
    if "id" in names or is_counted or is_changed or len(_ID_NUMBER.findall(content)) < len(rows.fids):
        return rows
    return replace(rows, columns={"id": rows.fids, **rows.columns})


class _Repeating(dict[str, Any]):
    """An object of which a key stands twice; JSON keeps the last value."""

    repeated: str = ""


def _to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    found = _Repeating(plain)
    keys = [key for key, _ in pairs]
    found.repeated = ", ".join(f"{key} ({keys.count(key)} times)" for key in plain if keys.count(key) > 1)
    return found


def _may_repeat_keys(rows: GdalRows, content: bytes) -> bool:
    """Whether some name of a column does not stand just once for each of its values."""
    start = content.find(b'"features"')
    return any(
        content.count(json.dumps(name, ensure_ascii=False).encode(), max(start, 0)) != int(pd.notna(values).sum())
        for name, values in rows.columns.items()
    )


def _keys_repeated(repeated: dict[int, str]) -> RowNote:
    return RowNote(
        "warning",
        "duplicate-key",
        np.array(list(repeated), dtype=np.int64),
        tuple(f"keys stand more than once in the feature: {keys}" for keys in repeated.values()),
        done="the last value is taken",
        advice="give every key one value",
    )


def _look_through(text: str, missing: set[int]) -> tuple[dict[int, str], dict[int, str], dict[int, str]]:
    """Geometries not read, by row; entries that are no feature, by place in the list; keys that repeat, by row."""
    shown: dict[int, str] = {}
    repeated: dict[int, str] = {}
    odd: dict[int, str] = {}
    row = 0
    for place, entry in enumerate(_entries(text)):
        if not isinstance(entry, dict) or not entry:
            odd[place] = _short(entry)
            continue
        if row in missing and entry.get("geometry") is not None:
            shown[row] = _short(entry["geometry"])
        keys = [one.repeated for one in (entry, entry.get("properties")) if isinstance(one, _Repeating)]
        if keys:
            repeated[row] = ", ".join(keys)
        row += 1
    return shown, odd, repeated


def _entries(text: str) -> Iterator[Any]:
    """Entries of the list of features, one after the other, so that no more than one takes memory."""
    start = _FEATURES.search(text)
    if start is None:
        return
    decoder, at = json.JSONDecoder(object_pairs_hook=_to_object), start.end()
    while True:
        at = _skip(text, at)
        if at >= len(text) or text[at] == "]":
            return
        try:
            entry, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):  # GDAL reads a little more than JSON, such as NaN in capitals
            return
        yield entry


def _skip(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return at if match is None else match.end()


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def _unreadable(shown: dict[int, str]) -> RowNote:
    return RowNote(
        "error",
        "unreadable-geometry",
        np.array(list(shown), dtype=np.int64),
        tuple(f"the geometry is no GeoJSON: {text}" for text in shown.values()),
        done="row set aside",
        advice="write its coordinates as lists of numbers",
        set_aside=True,
    )


def _insert(rows: GdalRows, odd: dict[int, str]) -> GdalRows:
    """Give entries that are no feature their place among the rows."""
    total = len(rows.fids) + len(odd)
    if max(odd) >= total:  # another list of that name was looked through
        return rows
    places = np.array(list(odd), dtype=np.int64)
    kept: Rows = np.setdiff1d(np.arange(total), places)
    note = RowNote(
        "error",
        "null-feature",
        places,
        tuple(f"the entry is no feature but {text}" for text in odd.values()),
        done="row set aside",
        advice="draw the feature again, or remove the entry",
        set_aside=True,
    )
    return replace(
        rows,
        fids=np.arange(total),
        wkb=None if rows.wkb is None else _spread(rows.wkb, kept, total),
        columns={name: _spread(values, kept, total) for name, values in rows.columns.items()},
        row_notes=(*(replace(one, rows=kept[one.rows]) for one in rows.row_notes), note),
    )


def _spread(values: npt.NDArray[np.generic], kept: Rows, total: int) -> npt.NDArray[Any]:
    """Values at their places, missing elsewhere; whole numbers and truth values, which cannot be, become text."""
    if values.dtype.kind == "f":
        numbers = np.full(total, np.nan)
        numbers[kept] = values
        return numbers
    cells = np.full(total, None, dtype=object)
    cells[kept] = values if values.dtype == object else values.astype(str)
    return cells
