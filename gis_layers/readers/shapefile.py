"""Shapefile: several files that must stay together, whose text encoding is often stated wrongly or not at all."""

from __future__ import annotations

import codecs
import struct
from dataclasses import replace
from pathlib import Path

from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.readers.vector import describe, read_head, read_with_gdal, require_single_layer
from gis_layers.table import FileNote, RawTable

EXTENSIONS = (".shp",)

_MAGIC_NUMBER = 9994
_PARTS = (".cpg", ".dbf", ".prj", ".shp", ".shx")
# dBASE language driver id -> code page; those met in western European surveys
_LANGUAGE_ENCODINGS = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252"}
_DBF_DESCRIPTOR_BYTES = 32  # the file header, then one descriptor a field, which begins with the field's name
_DBF_NAME_BYTES = 11
_DEFAULT_ENCODING = "cp1252"


def read(spec: LayerSpec) -> RawTable:
    """Read a shapefile with its .shx, .dbf, .prj and .cpg.

    Raises
    ------
    StudyError
        When the study states a layer or an unknown encoding.
    SurveyError
        When a part is missing, or the file is not a shapefile.
    """
    require_single_layer(spec)
    parts = _find_parts(spec.path)
    notes = _check_header(spec)
    if ".shx" not in parts:
        raise SurveyError(
            f"{describe(spec)}: the .shx file beside it is missing",
            "ask for the whole shapefile, or rebuild it with: ogrinfo --config SHAPE_RESTORE_SHX YES FILE.shp",
        )
    if ".dbf" not in parts:
        raise SurveyError(
            f"{describe(spec)}: the .dbf file beside it is missing, and with it every attribute",
            "ask for the whole shapefile: .shp, .shx, .dbf and .prj",
        )
    encoding, encoding_notes = _choose_encoding(spec, parts)
    table = read_with_gdal(
        spec,
        driver="ESRI Shapefile",
        parts=[parts[extension] for extension in sorted(parts)],
        encoding=encoding,
        notes=(*notes, *encoding_notes),
    )
    if not table.columns:  # GDAL reads on without attributes when it cannot read the .dbf
        raise SurveyError(f"{describe(spec)}: the .dbf file beside it cannot be read", "ask for the whole shapefile")
    if table.crs is None and ".prj" in parts:
        return replace(table, crs_note="its .prj cannot be understood")
    return table


def _find_parts(path: Path) -> dict[str, Path]:
    """Parts that decide what is read, by extension in lower case (surveys mix .DBF and .dbf)."""
    beside = [other for other in sorted(path.parent.iterdir()) if other.stem == path.stem]
    return {other.suffix.lower(): other for other in beside if other.suffix.lower() in _PARTS}


def _check_header(spec: LayerSpec) -> tuple[FileNote, ...]:
    head = read_head(spec.path, 100)
    if len(head) < 100 or struct.unpack(">i", head[:4])[0] != _MAGIC_NUMBER:
        raise SurveyError(f"{describe(spec)} is not a shapefile: its first bytes are wrong", "export the file again")
    stated, actual = 2 * struct.unpack(">i", head[24:28])[0], spec.path.stat().st_size
    if stated == actual:
        return ()
    message = f"the header states {stated} bytes, the file has {actual}: it may be cut short"
    return (FileNote("warning", code="file-length", message=message, advice="ask for the file again"),)


def _choose_encoding(spec: LayerSpec, parts: dict[str, Path]) -> tuple[str, tuple[FileNote, ...]]:
    """Encoding of the .dbf: as the study states, else as the .cpg states, else from its content."""
    if spec.encoding is not None:
        encoding = _python_encoding(spec.encoding)
        if encoding is None:
            raise StudyError(f"{describe(spec)}: unknown encoding {spec.encoding}", "write utf-8, cp1252 or latin-1")
        return encoding, ()
    if ".cpg" in parts:
        stated = parts[".cpg"].read_bytes()[:64].decode("ascii", errors="replace").strip()
        encoding = _python_encoding(stated)
        if encoding is None:
            raise SurveyError(f"{describe(spec)}: its .cpg states the unknown encoding {stated!r}", "state encoding:")
        return encoding, ()
    return _guess_encoding(parts[".dbf"])


def _python_encoding(stated: str) -> str | None:
    """Python name of an encoding as studies and .cpg files write it: UTF-8, 1252, ANSI 1252, 88591, latin1..."""
    name = stated.lower().removeprefix("ansi").strip()
    digits = name.replace("-", "")
    if digits.isdigit():
        name = {"65001": "utf-8"}.get(digits) or (
            f"iso8859-{digits[4:]}" if digits.startswith("8859") else f"cp{digits}"
        )
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _guess_encoding(dbf: Path) -> tuple[str, tuple[FileNote, ...]]:
    content = dbf.read_bytes()
    if len(content) < _DBF_DESCRIPTOR_BYTES:
        return "utf-8", ()  # not a .dbf: GDAL will say so
    header_bytes = struct.unpack("<H", content[8:10])[0]
    starts = range(_DBF_DESCRIPTOR_BYTES, header_bytes - 1, _DBF_DESCRIPTOR_BYTES)
    names = [content[start : start + _DBF_NAME_BYTES].split(b"\0")[0] for start in starts]
    text = b"\n".join([*names, content[header_bytes:]])
    if text.isascii():
        return "utf-8", ()
    try:
        text.decode("utf-8")
        encoding, why = "utf-8", "its text is valid UTF-8"
    except UnicodeDecodeError:
        language = content[29]
        encoding = _LANGUAGE_ENCODINGS.get(language, _DEFAULT_ENCODING)
        why = f"its text is not UTF-8 and its language id is 0x{language:02x}"
    note = FileNote(
        "repaired",
        code="encoding-guessed",
        message=f"no .cpg states the encoding of the .dbf; {why}",
        done=f"read as {encoding}",
        advice="look at the accents in this layer; state encoding: in the study to settle it",
    )
    return encoding, (note,)
