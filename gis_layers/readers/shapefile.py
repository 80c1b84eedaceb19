"""Shapefile: files that must stay together and often do not, with text whose encoding is often stated wrongly."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_layers.crs import OWN_GRIDS
from gis_layers.encoding import Claims, python_encoding
from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import require_size
from gis_layers.readers.dbf import LANGUAGE_ENCODINGS, BadDbfError, Dbf, open_dbf
from gis_layers.readers.dbf_text import Columns, read_texts
from gis_layers.readers.plain_files import require_plain
from gis_layers.readers.shp import ShpIndex, index_records, read_header, write_shx
from gis_layers.readers.vector import (
    ONE_CHARACTER_A_BYTE,
    GdalRows,
    describe,
    digest_files,
    parse_file_crs,
    read_head,
    read_rows,
    require_single_layer,
    unreadable,
)
from gis_layers.table import FileNote, RawTable, RowNote, Rows

Values = npt.NDArray[np.generic]
Bools = npt.NDArray[np.bool_]

EXTENSIONS = (".shp",)

_PARTS = (".cpg", ".dbf", ".prj", ".shp", ".shx")
_SHOWN_COLUMNS = 4
_DRIVER = "ESRI Shapefile"
_ROWS_OFFSET = slice(4, 8)  # number of records in the header of a .dbf
_MAX_PRJ_BYTES = 1 << 20  # a CRS with all its datum shifts takes some kilobytes
_WHOLE = "ask for the whole shapefile: .shp, .shx, .dbf and .prj"


def read(spec: LayerSpec) -> RawTable:
    """Read a shapefile with its .shx, .dbf, .prj and .cpg.

    Raises
    ------
    StudyError
        When the study states a layer or an unknown encoding.
    SurveyError
        When the file is no shapefile, or is cut short and the study does not accept that.
    """
    require_single_layer(spec)
    parts = _find_parts(spec.path)
    _refuse_odd_parts(spec, parts)
    notes = _check_header(spec)
    dbf, dbf_notes = _open_dbf(spec, parts.get(".dbf"))
    index = index_records(spec.path, parts.get(".shx"))
    _refuse_cut(spec, index, dbf)
    with tempfile.TemporaryDirectory(prefix="cardio-shapefile-") as folder:
        geometry = _read_geometry(spec, index, parts, Path(folder))
        attributes = None if dbf is None else _read_attributes(spec, dbf, Path(folder))
    columns, encoding, text_notes, text_row_notes = _texts(spec, dbf, attributes, parts)
    table = _join(spec, index, dbf, geometry, columns)
    crs, crs_note = parse_file_crs(geometry.crs)
    if crs is None and ".prj" in parts and crs_note != OWN_GRIDS:
        crs_note = "its .prj cannot be understood"
    read_notes = () if attributes is None else attributes.notes
    table = replace(
        table,
        crs=crs,
        crs_note=crs_note,
        sha256=digest_files(parts[extension] for extension in sorted(parts)),
        notes=(*notes, *dbf_notes, *_shx_note(index), *text_notes, *table.notes, *geometry.notes, *read_notes),
        row_notes=(*text_row_notes, *table.row_notes),
        encoding=encoding,
    )
    return _without_deleted(table, dbf)


def _find_parts(path: Path) -> dict[str, Path]:
    """Parts that decide what is read, by extension in lower case (surveys mix .DBF and .dbf, and names too)."""
    beside = [other for other in sorted(path.parent.iterdir()) if other.stem.lower() == path.stem.lower()]
    beside.sort(key=lambda other: other.stem == path.stem)  # the exact name wins
    parts = {other.suffix.lower(): other for other in beside if other.suffix.lower() in _PARTS}
    return parts | {".shp": path}


def _refuse_odd_parts(spec: LayerSpec, parts: dict[str, Path]) -> None:
    """Refuse parts that are no plain files or lie elsewhere, and a .prj without end."""
    for extension, part in parts.items():
        if extension != ".shp":
            require_plain(part, spec.path, what=f"{describe(spec)}: the {extension} beside it", hint=_WHOLE)
    if ".prj" in parts:
        require_size(parts[".prj"], _MAX_PRJ_BYTES, where=f"{describe(spec)}: the .prj beside it")


def _check_header(spec: LayerSpec) -> tuple[FileNote, ...]:
    stated, actual = read_header(spec.path), spec.path.stat().st_size
    if not actual:
        raise SurveyError(f"{describe(spec)} is empty (0 bytes)", _WHOLE)
    if stated is None:
        raise SurveyError(f"{describe(spec)} is not a shapefile: its first bytes are wrong", "export the file again")
    if stated == actual:
        return ()
    message = f"the header states {stated} bytes, the file has {actual}: it may be cut short"
    return (FileNote("warning", code="file-length", message=message, advice="ask for the file again"),)


def _open_dbf(spec: LayerSpec, path: Path | None) -> tuple[Dbf | None, tuple[FileNote, ...]]:
    """Attributes; without them the geometries are kept, where the study accepts that a .dbf is there but broken."""
    if path is None:
        why = "the .dbf beside it is missing"
    else:
        try:
            return open_dbf(path), ()
        except BadDbfError as error:
            why = f"the .dbf beside it cannot be read: {error}"
            if not spec.salvage:
                hint = f"{_WHOLE}; or write salvage: true for layer {spec.name} to go on with geometries only"
                raise SurveyError(f"{describe(spec)}: {why}", hint) from error
    message = f"{why}, and with it every attribute: status, names and ids are unknown"
    note = FileNote("error", code="attributes-lost", message=message, done="geometries kept", advice=_WHOLE)
    return None, (note,)


def _refuse_cut(spec: LayerSpec, index: ShpIndex, dbf: Dbf | None) -> None:
    """Refuse files of which rows are missing, unless the study accepts that."""
    expected = _expected_rows(index, dbf)
    here = len(index.offsets) - len(index.missing)
    if index.is_cut and here < expected:
        _refuse(spec, "geometries", here, expected)
    if dbf is not None and _is_dbf_cut(index, dbf):
        _refuse(spec, "rows of the .dbf", dbf.rows, dbf.stated_rows)


def _refuse(spec: LayerSpec, what: str, here: int, expected: int) -> None:
    if here == 0:
        raise SurveyError(f"{describe(spec)} is cut short: none of {expected:,} {what} is there", _WHOLE)
    if not spec.salvage:
        raise SurveyError(
            f"{describe(spec)} is cut short: {expected - here:,} of {expected:,} {what} are missing, "
            f"{here:,} can still be read",
            f"{_WHOLE}; or write salvage: true for layer {spec.name} to go on with what is there",
        )


def _shx_note(index: ShpIndex) -> tuple[FileNote, ...]:
    if not index.shx_note:
        return ()
    message = f"the .shx beside it cannot be used: {index.shx_note}"
    done = f"rebuilt from the .shp: {len(index.offsets)} rows"
    return (FileNote("repaired", code="shx-rebuilt", message=message, done=done, advice=_WHOLE),)


def _read_geometry(spec: LayerSpec, index: ShpIndex, parts: dict[str, Path], folder: Path) -> GdalRows:
    """Read the whole records, in a folder of their own: the survey's stays untouched."""
    (folder / "layer.shp").symlink_to(spec.path.absolute())
    if ".prj" in parts:
        (folder / "layer.prj").symlink_to(parts[".prj"].absolute())
    write_shx(folder / "layer.shx", spec.path, index)
    return read_rows(spec, folder / "layer.shp", driver=_DRIVER)


def _read_attributes(spec: LayerSpec, dbf: Dbf, folder: Path) -> GdalRows:
    path = folder / "attributes.dbf"
    if dbf.rows == dbf.stated_rows:
        path.symlink_to(dbf.path.absolute())
    else:
        content = bytearray(dbf.path.read_bytes())
        content[_ROWS_OFFSET] = dbf.rows.to_bytes(4, "little")
        path.write_bytes(content)
    rows = read_rows(spec, path, driver=_DRIVER, encoding=ONE_CHARACTER_A_BYTE)
    if len(rows.columns) != len(dbf.fields):
        raise SurveyError(f"{describe(spec)}: the .dbf file beside it cannot be read", _WHOLE)
    return rows


def _texts(
    spec: LayerSpec, dbf: Dbf | None, attributes: GdalRows | None, parts: dict[str, Path]
) -> tuple[Columns, str, tuple[FileNote, ...], tuple[RowNote, ...]]:
    """Attributes of all records of the .dbf with their text decoded; deleted records hold nothing."""
    claims = _claims(spec, dbf, parts.get(".cpg"))
    if dbf is None or attributes is None:
        return {}, "", (), ()
    columns = {name: spread(values, attributes.fids, dbf.rows) for name, values in attributes.columns.items()}
    return read_texts(dbf, columns, claims)


def _claims(spec: LayerSpec, dbf: Dbf | None, cpg: Path | None) -> Claims:
    study = None if spec.encoding is None else python_encoding(spec.encoding)
    if spec.encoding is not None and study is None:
        raise StudyError(f"{describe(spec)}: unknown encoding {spec.encoding}", "write utf-8, cp1252 or latin-1")
    stated = None if cpg is None else read_head(cpg, 64).decode("ascii", errors="backslashreplace").strip("\0 \r\n\t")
    language = 0 if dbf is None else dbf.language
    known = LANGUAGE_ENCODINGS.get(language)
    return Claims(study, stated or None, known, f"0x{language:02x}" + (f" ({known})" if known else ""))


def spread(values: Values, rows: Rows, total: int) -> Values:
    """Values at their rows of a longer column; null in the others.

    Parameters
    ----------
    values : (k,) array
    rows : (k,) int
    total : int
    """
    if len(rows) == total:
        return values
    if values.dtype.kind == "f" or values.dtype.kind in "iu":
        longer = np.full(total, np.nan)
    else:
        longer = np.full(total, None, dtype=object)
    longer[rows] = values
    return longer


def _join(spec: LayerSpec, index: ShpIndex, dbf: Dbf | None, geometry: GdalRows, columns: Columns) -> RawTable:
    """Put geometries and attributes of the same record side by side."""
    whole = np.flatnonzero(index.is_whole).astype(np.int64)
    if geometry.wkb is None or len(geometry.wkb) != len(whole):
        raise SurveyError(f"{describe(spec)} cannot be read: GDAL does not find its {len(whole)} rows", _WHOLE)
    rows = _expected_rows(index, dbf)
    wkb = np.full(rows, None, dtype=object)
    wkb[whole] = geometry.wkb
    lost = _lost_rows(index, dbf, wkb)
    is_lost = np.isin(np.arange(rows), list(lost))
    reasons = [lost[row] for row in np.flatnonzero(is_lost).tolist()]
    wide = {name: spread(values, np.arange(len(values)), rows) for name, values in columns.items()}
    notes, row_notes = _uneven(index, dbf, ~is_lost, wide)
    return RawTable(wkb, wide, None, "", notes=notes, row_notes=(*unreadable(is_lost, reasons), *row_notes))


def _expected_rows(index: ShpIndex, dbf: Dbf | None) -> int:
    return max(len(index.offsets), dbf.rows if dbf is not None else 0)


def _lost_rows(index: ShpIndex, dbf: Dbf | None, wkb: Values) -> dict[int, str]:
    """Rows that are damaged, and why each is lost."""
    shapes = len(index.offsets)
    unread = np.flatnonzero(index.is_whole & ~index.is_null & pd.isna(wkb[:shapes]))
    lost = dict.fromkeys(unread.tolist(), "its geometry cannot be read")
    lost |= dict.fromkeys(np.flatnonzero(~index.is_whole).tolist(), "its geometry states more than its record holds")
    missing = index.missing.tolist()
    if index.is_cut:
        missing = [*missing, *range(shapes, len(wkb))]
    lost |= dict.fromkeys(missing, "its geometry is missing: the .shp ends before it")
    if _is_dbf_cut(index, dbf):
        after = range(dbf.rows if dbf is not None else 0, len(wkb))
        lost |= dict.fromkeys(after, "its attributes are missing: the .dbf ends before them")
    return lost


def _is_dbf_cut(index: ShpIndex, dbf: Dbf | None) -> bool:
    """Whether records are missing; a header that states more, where every geometry has its record, is just wrong."""
    return dbf is not None and dbf.rows < min(dbf.stated_rows, max(len(index.offsets), dbf.rows + index.is_cut))


def _uneven(
    index: ShpIndex, dbf: Dbf | None, is_good: Bools, columns: Columns
) -> tuple[tuple[FileNote, ...], tuple[RowNote, ...]]:
    """Report geometries without attributes and attributes without a geometry, where nothing was cut."""
    shapes = len(index.offsets)
    if dbf is None or (shapes == dbf.rows and dbf.rows == dbf.stated_rows):
        return (), ()
    first = min(shapes, dbf.rows)
    surplus = first + np.flatnonzero(is_good[first:]).astype(np.int64)
    message = f"the .shp holds {shapes} rows, the .dbf {dbf.rows} and states {dbf.stated_rows}"
    done = "matched in the order of the files"
    advice = "ask for the file again: attributes may stand at the wrong geometries"
    note = FileNote("error", code="record-count", message=message, done=done, advice=advice)
    if not len(surplus):
        return (note,), ()
    if shapes < dbf.rows:
        messages = tuple(f"attributes without a geometry: {_shown(columns, row)}" for row in surplus.tolist())
        of_rows = RowNote("error", "record-count", surplus, messages, "row set aside", advice, set_aside=True)
    else:
        messages = ("a geometry without attributes",) * len(surplus)
        of_rows = RowNote("error", "record-count", surplus, messages, "kept", advice)
    return (note,), (of_rows,)


def _shown(columns: Columns, row: int) -> str:
    return ", ".join(f"{name} = {values[row]}" for name, values in list(columns.items())[:_SHOWN_COLUMNS])


def _without_deleted(table: RawTable, dbf: Dbf | None) -> RawTable:
    """Leave out the rows that their program marked as deleted and did not remove yet."""
    deleted = np.empty(0, dtype=np.int64) if dbf is None else dbf.deleted_rows()
    if not len(deleted):
        return table
    keep = np.ones(len(table.wkb), dtype=bool)
    keep[deleted] = False
    place = np.cumsum(keep) - 1
    row_notes = []
    for note in table.row_notes:
        stays = keep[note.rows]
        messages = tuple(text for text, kept in zip(note.messages, stays.tolist(), strict=True) if kept)
        row_notes.append(replace(note, rows=place[note.rows[stays]].astype(np.int64), messages=messages))
    message = f"{len(deleted)} rows are marked as deleted in the .dbf"
    told = FileNote("note", code="deleted-rows", message=message, done="left out", advice="nothing, if they are")
    columns = {name: values[keep] for name, values in table.columns.items()}
    return replace(table, wkb=table.wkb[keep], columns=columns, notes=(*table.notes, told), row_notes=tuple(row_notes))
