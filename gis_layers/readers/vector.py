"""What the vector readers share: GDAL through pyogrio, digests, and errors that name the layer and file."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
from pandas.api.types import infer_dtype

from gis_layers.crs import understand_crs
from gis_layers.errors import StudyError, SurveyError
from gis_layers.gdal import pyogrio
from gis_layers.layer import LayerSpec
from gis_layers.limits import require_counts
from gis_layers.readers.salvage import read_row_by_row
from gis_layers.table import FileNote, RawTable, RowNote

ONE_CHARACTER_A_BYTE = "ISO-8859-1"
"""The encoding in which GDAL changes no byte, by its name there."""

_TOLD_OF_ROWS = "Non closed ring detected"  # each such row is looked at and told when its geometry is parsed


def describe(spec: LayerSpec) -> str:
    """Name the layer and its file, for messages."""
    return f"layer {spec.name} ({spec.shown_path or spec.path.name})"


def digest_files(paths: Iterable[Path]) -> str:
    """SHA-256 of the files one after the other, as hexadecimal."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def read_head(path: Path, size: int) -> bytes:
    """First bytes of a file."""
    with path.open("rb") as stream:
        return stream.read(size)


def require_single_layer(spec: LayerSpec) -> None:
    """Refuse ``layer:`` for a format that holds one layer only.

    Raises
    ------
    StudyError
    """
    if spec.layer is not None:
        raise StudyError(
            f"{describe(spec)}: layer: {spec.layer} is stated, but such a file holds one layer", "remove it"
        )


def require_utf8(spec: LayerSpec) -> None:
    """Refuse ``encoding:`` for a format that is always UTF-8.

    Raises
    ------
    StudyError
    """
    if spec.encoding is not None and spec.encoding.lower().replace("-", "") != "utf8":
        raise StudyError(
            f"{describe(spec)}: encoding {spec.encoding} is stated, but the format is always UTF-8", "remove it"
        )


@dataclass(frozen=True)
class GdalRows:
    """Rows as GDAL reads them.

    Attributes
    ----------
    fids : (rows,) int
        Ids of GDAL; in a shapefile the number of the record.
    wkb : (rows,) object or None
        None for a table without geometry.
    columns : mapping of str to (rows,) array
    crs : str or None
        As the file states it.
    notes, row_notes : tuple
        What was found.
    """

    fids: npt.NDArray[np.int64]
    wkb: npt.NDArray[np.object_] | None
    columns: dict[str, npt.NDArray[np.generic]]
    crs: str | None
    notes: tuple[FileNote, ...] = ()
    row_notes: tuple[RowNote, ...] = ()


def read_with_gdal(
    spec: LayerSpec,
    *,
    driver: str,
    parts: Iterable[Path],
    layer: str | None = None,
    notes: tuple[FileNote, ...] = (),
    path: Path | None = None,
) -> RawTable:
    """Read one layer of a vector file.

    Parameters
    ----------
    spec : LayerSpec
        What to read.
    driver : str
        GDAL driver that the file must turn out to be.
    parts : iterable of Path
        Files of the digest, in order.
    layer : str or None
        Layer inside the file, for formats that hold several.
    notes : tuple of FileNote
        What was found before, kept in front.
    path : Path, optional
        File that stands in for the one of the layer.

    Raises
    ------
    SurveyError
        When GDAL cannot read the file.
    """
    return to_table(spec, read_rows(spec, path or spec.path, driver=driver, layer=layer), parts=parts, notes=notes)


def to_table(spec: LayerSpec, rows: GdalRows, *, parts: Iterable[Path], notes: tuple[FileNote, ...] = ()) -> RawTable:
    """Put rows, the digest of their files, and their CRS together.

    Raises
    ------
    StudyError
        When the rows have no geometry.
    """
    if rows.wkb is None:
        raise StudyError(f"{describe(spec)}: the layer has no geometry", "name a layer with geometry")
    crs, crs_note = parse_file_crs(rows.crs)
    all_notes = tuple(dict.fromkeys((*notes, *rows.notes)))
    return RawTable(rows.wkb, rows.columns, crs, digest_files(parts), crs_note, all_notes, rows.row_notes)


def read_rows(
    spec: LayerSpec, path: Path, *, driver: str, layer: str | None = None, encoding: str | None = None
) -> GdalRows:
    """Read all rows with pyogrio; with fiona, row by row, when that gives up.

    Parameters
    ----------
    spec : LayerSpec
        For messages.
    path : Path
        File; passed to GDAL as an absolute path, so that no part of it is taken for a prefix.
    driver : str
        GDAL driver that the file must turn out to be.
    layer : str or None
        Layer inside the file.
    encoding : str or None
        Text encoding by its name in GDAL, for formats that do not state it reliably.

    Raises
    ------
    SurveyError
        When the file as a whole cannot be read.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            info = pyogrio.read_info(str(path.absolute()), layer=layer, encoding=encoding)
        except RuntimeError as error:  # base of all pyogrio errors
            raise SurveyError(f"{describe(spec)} cannot be read: {error}", "export the file again") from error
        if info["driver"] != driver:
            raise SurveyError(
                f"{describe(spec)} is not a {driver} file but {info['driver']}", "give the file its true extension"
            )
        require_counts(info["features"], len(info["fields"]), where=describe(spec))
        try:
            rows = _read_all(path, layer, encoding, info["crs"])
        except UnicodeDecodeError:
            rows = _mark_undecodable(_read_all(path, layer, ONE_CHARACTER_A_BYTE, info["crs"]))
        except RuntimeError as error:
            rows = _salvage(spec, path, layer, info["crs"], str(error))
    told = tuple(
        replace(note, message=note.message.replace(str(path.absolute()), spec.shown_path or spec.path.name))
        for note in reader_notes(caught)
    )
    return replace(rows, columns=_plain(rows.columns), notes=(*rows.notes, *_nested_note(info, rows.columns), *told))


def _read_all(path: Path, layer: str | None, encoding: str | None, crs: str | None) -> GdalRows:
    meta, fids, wkb, fields = pyogrio.raw.read(
        str(path.absolute()), layer=layer, encoding=encoding, datetime_as_string=True, return_fids=True
    )
    names = unique_names([str(name) for name in meta["fields"]])
    renamed = [name for name, delivered in zip(names, meta["fields"], strict=True) if name != str(delivered)]
    note = FileNote(
        "warning",
        code="duplicate-column",
        message=f"several columns have the same name: {', '.join(renamed)}",
        done="the later ones got a number",
        advice="rename them in the file",
    )
    columns = dict(zip(names, fields, strict=True))
    return GdalRows(fids, wkb, columns, crs, (note,) if renamed else ())


def unique_names(names: Sequence[str]) -> list[str]:
    """Names with a number behind those that stand there before: ``name``, ``name_2``."""
    unique: list[str] = []
    for name in names:
        number, free = 1, name
        while free in unique or (number > 1 and free in names):
            number += 1
            free = f"{name}_{number}"
        unique.append(free)
    return unique


def _salvage(spec: LayerSpec, path: Path, layer: str | None, crs: str | None, why: str) -> GdalRows:
    """Read what can be read one row after the other."""
    saved = read_row_by_row(path, layer)
    if saved is None or saved.is_lost.all():
        raise SurveyError(f"{describe(spec)} cannot be read: {why}", "export the file again")
    lost, total = int(saved.is_lost.sum()), len(saved.is_lost)
    if saved.ended_early and not spec.salvage:
        raise SurveyError(
            f"{describe(spec)}: only {total - lost} of {total} rows can be read: {why}",
            f"ask for the whole file, or write salvage: true for layer {spec.name} to go on with those rows",
        )
    note = FileNote(
        "warning",
        code="salvaged",
        message=f"the fast reader gave up: {_without_settings(why)}",
        done=f"read row by row: {total - lost} of {total} rows",
        advice="export the file again",
    )
    return GdalRows(np.arange(total), saved.wkb, saved.columns, crs, (note,), unreadable(saved.is_lost, saved.reasons))


def _without_settings(why: str) -> str:
    """Reason without GDAL's advice to change a setting of its own."""
    return re.split(r"[.;,]?\s+(?:To avoid|To accept|You can|Set|Try)\b[^.]*OGR_", why, maxsplit=1)[0]


def unreadable(is_lost: npt.NDArray[np.bool_], reasons: Sequence[str]) -> tuple[RowNote, ...]:
    """Note that sets rows aside which cannot be read.

    Parameters
    ----------
    is_lost : (rows,) bool
    reasons : sequence of str
        One for each lost row.
    """
    rows = np.flatnonzero(is_lost).astype(np.int64)
    if not len(rows):
        return ()
    advice = "ask for the file again, or correct the row"
    return (
        RowNote("error", "row-unreadable", rows, tuple(reasons), done="row set aside", advice=advice, set_aside=True),
    )


def _mark_undecodable(rows: GdalRows) -> GdalRows:
    r"""Decode UTF-8 that was read one character a byte; bytes that are not UTF-8 stay visible as ``\xe9``."""
    columns: dict[str, npt.NDArray[np.generic]] = {}
    wrong: dict[int, list[str]] = {}
    for name, values in rows.columns.items():
        readable = _read_again(name)
        columns[readable] = values
        if values.dtype != object:
            continue
        codes, distinct = pd.factorize(values)
        texts = [_read_again(text) if isinstance(text, str) else text for text in distinct]
        columns[readable] = np.array([*texts, None], dtype=object)[codes]
        bad = np.array([isinstance(text, str) and not _is_utf8(text) for text in distinct] + [False], dtype=bool)
        for row in np.flatnonzero(bad[codes]).tolist():
            wrong.setdefault(row, []).append(f'{readable} holds bytes that are not UTF-8: "{columns[readable][row]}"')
    return replace(rows, columns=columns, row_notes=(*rows.row_notes, *undecodable(wrong)))


def undecodable(wrong: Mapping[int, Sequence[str]]) -> tuple[RowNote, ...]:
    """Note on rows with bytes that are no text: row -> what is wrong with it."""
    if not wrong:
        return ()
    rows = sorted(wrong)
    return (
        RowNote(
            "warning",
            "undecodable-text",
            np.array(rows, dtype=np.int64),
            tuple("; ".join(wrong[row]) for row in rows),
            done=r"kept, the bytes written as \x..",
            advice="correct the text of this row",
        ),
    )


def _read_again(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", errors="backslashreplace")


def _is_utf8(text: str) -> bool:
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def parse_file_crs(text: str | None) -> tuple[pyproj.CRS | None, str]:
    """CRS that GDAL read from a file, or None and why it has none."""
    crs, crs_note = understand_crs(text)
    # a GeoPackage may state srs_id -1 or 0: "undefined cartesian" and "undefined geographic"
    if crs is not None and crs.name.lower().startswith(("undefined", "unknown")):
        return None, "the CRS that it states is undefined"
    return crs, crs_note


def reader_notes(caught: list[warnings.WarningMessage]) -> tuple[FileNote, ...]:
    """Notes for the warnings that GDAL gave while a file was open."""
    messages = sorted(
        {_without_settings(text) for warning in caught if not (text := str(warning.message)).startswith(_TOLD_OF_ROWS)}
    )
    advice = "check the values of this layer"
    return tuple(FileNote("warning", code="reader-warning", message=text, advice=advice) for text in messages)


def _nested_note(info: Mapping[str, Any], columns: Mapping[str, npt.NDArray[np.generic]]) -> tuple[FileNote, ...]:
    """Tell of columns with lists or objects in their cells; GDAL says JSON also where texts and numbers are mixed."""
    types = zip(map(str, info["fields"]), info["ogr_types"], info["ogr_subtypes"], strict=True)
    nested = [
        name
        for name, kind, more in types
        if str(kind).endswith("List") or (more == "OFSTJSON" and _has_nested(columns.get(name, ())))
    ]
    if not nested:
        return ()
    message = f"columns hold lists or objects in their cells: {', '.join(nested)}"
    advice = "give every value that the study needs a column of its own"
    return (FileNote("note", code="nested-values", message=message, done="kept as JSON text", advice=advice),)


def _has_nested(cells: Iterable[object]) -> bool:
    return any(isinstance(cell, str) and cell.startswith(("{", "[")) for cell in cells)


def _plain(columns: dict[str, npt.NDArray[np.generic]]) -> dict[str, npt.NDArray[np.generic]]:
    """Turn cells that are neither text nor number (lists, binary) into text, so that every column can be compared."""
    plain = {}
    for name, values in columns.items():
        is_plain = values.dtype != object or infer_dtype(values, skipna=True) in ("string", "empty")
        plain[name] = values if is_plain else _texts(values)
    return plain


def _texts(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    texts = np.empty(len(values), dtype=object)
    texts[:] = [None if value is None else _text(value) for value in values]
    return texts


def _text(value: object) -> str:
    return json.dumps(value.tolist(), ensure_ascii=False) if isinstance(value, np.ndarray) else str(value)
