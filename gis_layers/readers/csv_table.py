"""CSV and other delimited tables of text: where a row lies stands in its columns."""

from __future__ import annotations

import codecs

from gis_layers.encoding import UTF8, Cell, Claims, choose_encoding
from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_TEXT_BYTES, require_size
from gis_layers.readers.csv_text import parse_text
from gis_layers.readers.place_columns import find_places
from gis_layers.readers.vector import describe, digest_files, require_single_layer
from gis_layers.table import FileNote, RawTable

EXTENSIONS = (".csv", ".tsv", ".txt")
TAKES_PLACE_COLUMNS = True

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(spec: LayerSpec) -> RawTable:
    """Read a table of text; every cell stays text.

    Raises
    ------
    StudyError
        When the study states a layer, an unknown encoding or wrong place columns, or no place can be found.
    SurveyError
        When the file is empty, too large, or is not in its encoding.
    """
    require_single_layer(spec)
    where = describe(spec)
    require_size(spec.path, MAX_TEXT_BYTES, where=where)
    text, encoding, encoding_notes = _decode(spec, spec.path.read_bytes())
    if not text.strip():
        raise SurveyError(f"{where} is empty", "ask for the file again")
    table = parse_text(text, where=where)
    del text
    places = find_places(spec, table.columns)
    return RawTable(
        wkb=places.wkb,
        columns=table.columns,
        crs=places.crs,
        sha256=digest_files([spec.path]),
        crs_note=places.crs_note,
        notes=(*encoding_notes, *table.notes, *places.notes),
        row_notes=(*table.row_notes, *places.row_notes),
        encoding=encoding,
    )


def _decode(spec: LayerSpec, content: bytes) -> tuple[str, str, tuple[FileNote, ...]]:
    """Text, the name of its encoding, and a note where that was found from the content."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    encoding = _stated_encoding(spec) or marked or UTF8
    try:
        return content.decode(encoding).removeprefix("\ufeff"), encoding.removesuffix("-sig"), ()
    except UnicodeDecodeError as error:
        if spec.encoding is not None or marked:
            hint = "remove encoding:" if spec.encoding is not None else "export the file again"
            raise SurveyError(f"{describe(spec)}: text is not {encoding}: {error}", hint) from error
    lines = dict.fromkeys(line for line in content.splitlines() if not line.isascii())
    guessed, _ = choose_encoding([Cell(line) for line in lines], Claims(None, None, None, ""))
    note = FileNote(
        "repaired",
        code="encoding-guessed",
        message="the text is not UTF-8, and nothing in the file states its encoding",
        done=f"read as {guessed}, as its content suggests",
        advice="look at the accents in this layer; state encoding: in the study to settle it",
    )
    return content.decode(guessed, errors="backslashreplace"), guessed, (note,)


def _stated_encoding(spec: LayerSpec) -> str | None:
    if spec.encoding is None:
        return None
    try:
        return codecs.lookup(spec.encoding).name
    except LookupError as error:
        raise StudyError(
            f"{describe(spec)}: unknown encoding {spec.encoding}", "write utf-8, cp1252 or latin-1"
        ) from error
