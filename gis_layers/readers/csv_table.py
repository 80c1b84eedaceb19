"""CSV and other delimited tables of text: where a row lies stands in its columns."""

from __future__ import annotations

import codecs

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
    if spec.encoding is not None:
        try:
            return content.decode(spec.encoding).removeprefix("\ufeff"), codecs.lookup(spec.encoding).name, ()
        except LookupError as error:
            raise StudyError(
                f"{describe(spec)}: unknown encoding {spec.encoding}", "write utf-8, cp1252 or latin-1"
            ) from error
        except UnicodeDecodeError as error:
            raise SurveyError(f"{describe(spec)}: text is not {spec.encoding}: {error}", "remove encoding:") from error
    try:
        return content.decode(marked or "utf-8"), (marked or "utf-8").removesuffix("-sig"), ()
    except UnicodeDecodeError as error:
        if marked:
            raise SurveyError(f"{describe(spec)}: text is not {marked}: {error}", "export the file again") from error
    note = FileNote(
        "repaired",
        code="encoding-guessed",
        message="the text is not UTF-8, and nothing in the file states its encoding",
        done="read as cp1252",
        advice="look at the accents in this layer; state encoding: in the study to settle it",
    )
    return content.decode("cp1252", errors="replace"), "cp1252", (note,)
