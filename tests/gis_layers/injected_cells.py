"""Defects of attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.gis_layers.clean_town import Town
from tests.gis_layers.injection import ANYTHING, LINES, POLYGONS, TABLES, Apply, Defect, Expected, lost


def _cell(column: str, value: Any, result: Callable[[int], Expected]) -> Apply:
    def apply(town: Town, rows: list[int], _: np.random.Generator) -> Expected:
        town.columns[column][rows[0]] = value
        return result(rows[0])

    return apply


def _read_as(column: str, value: Any, *codes: str, at: tuple[str, ...] = ()) -> Callable[[int], Expected]:
    """Codes on the layer, and at the row; the cell is read as a value."""

    def result(row: int) -> Expected:
        found: set[tuple[str, int | None]] = {(code, None) for code in codes} | {(code, row) for code in at}
        return Expected(found, cells={(row, column): value})

    return result


def _not_existing(row: int) -> Expected:
    return Expected({("not-existing", None)}, {row: "not-existing"})


def _is_lost(code: str) -> Callable[[int], Expected]:
    return lambda row: lost(code, row)


def _missing_after_mark(row: int) -> Expected:
    return Expected({("missing-mark", None), ("missing-value", row)}, {row: "missing-value"})


def _same_id(town: Town, rows: list[int], _: np.random.Generator) -> Expected:
    first, again = rows
    town.columns["id"][again] = town.columns["id"][first]
    return Expected({("duplicate-id", again)}, cells={(again, "id"): f"{town.columns['id'][first]}#2"})


def _no_id(town: Town, rows: list[int], _: np.random.Generator) -> Expected:
    town.columns["id"][rows[0]] = None
    return Expected({("missing-ids", None)}, cells={(rows[0], "id"): f"row-{rows[0]}"})


def _status(text: str | None) -> Apply:
    return _cell("status", text, _not_existing)


PEOPLE, HOMES = ("people",), ("dwellings",)
COUNTED = ("building", "population_cell")
CELL_DEFECTS = (
    Defect("duplicate id", _same_id, rows=2),
    Defect("missing id", _no_id),
    Defect("planned", _status("en projet")),
    Defect("abandoned", _status("hors service")),
    Defect("of unknown status", _status("inconnu")),
    Defect("without status", _status(None)),
    Defect("needed number empty", _cell("people", None, _is_lost("missing-value")), ("population_cell",)),
    Defect("needed number negative", _cell("people", -3.5, _is_lost("bad-number")), ("population_cell",)),
    Defect(
        "needed number is text", _cell("people", "beaucoup", _is_lost("bad-number")), ("population_cell",), parts=PEOPLE
    ),
    Defect("needed number -9999", _cell("people", -9999.0, _missing_after_mark), ("population_cell",)),
    Defect("needed number N/A", _cell("people", "N/A", _missing_after_mark), ("population_cell",), parts=PEOPLE),
    Defect("number negative", _cell("people", -3.5, _read_as("people", None, at=("ignored-number",))), POLYGONS),
    Defect(
        "number is text",
        _cell("people", "beaucoup", _read_as("people", None, at=("ignored-number",))),
        POLYGONS,
        parts=PEOPLE,
    ),
    Defect("number -9999", _cell("people", -9999.0, _read_as("people", None, "missing-mark")), POLYGONS),
    Defect("number N/A", _cell("people", "N/A", _read_as("people", None, "missing-mark")), POLYGONS, parts=PEOPLE),
    Defect("decimal comma", _cell("people", "12,5", _read_as("people", 12.5, "number-format")), COUNTED, parts=PEOPLE),
    Defect(
        "spaced thousands",
        _cell("people", "1 234,5", _read_as("people", 1234.5, "number-format")),
        COUNTED,
        parts=PEOPLE,
    ),
    Defect(
        "grouped thousands",
        _cell("people", "1.234,5", _read_as("people", 1234.5, "number-format")),
        COUNTED,
        parts=PEOPLE,
    ),
    Defect(
        "number with unit",
        _cell("people", "12 habitants", _read_as("people", 12, "number-with-unit")),
        COUNTED,
        parts=PEOPLE,
    ),
    Defect(
        "more people than a place has",
        _cell("people", 250_000.0, _read_as("people", 250_000, at=("implausible-number",))),
        COUNTED,
    ),
    Defect(
        "number of two readings",
        _cell("dwellings", "1,234", _read_as("dwellings", 1234, "ambiguous-number")),
        POLYGONS,
        parts=HOMES,
    ),
    Defect("part of a home", _cell("dwellings", 2.5, _read_as("dwellings", None, at=("ignored-number",))), POLYGONS),
    Defect("level out of range", _cell("level", 35.0, _read_as("level", None, at=("ignored-number",))), LINES),
    Defect("code without its zero", _cell("code_insee", "1004", _read_as("code_insee", "1004", "leading-zeros-lost"))),
    Defect("date to come", _cell("date_pose", "2091-05-14", _read_as("date_pose", ANYTHING, "implausible-date"))),
    Defect(
        "zero of a spreadsheet", _cell("date_pose", "1899-12-30", _read_as("date_pose", ANYTHING, "implausible-date"))
    ),
    Defect(
        "text lost",
        _cell("name", "Rue de l'\N{REPLACEMENT CHARACTER}glise", _read_as("name", ANYTHING, "text-lost")),
        parts=("text",),
    ),
    Defect(
        "text garbled",
        _cell("name", "Place du MarchÃ©", _read_as("name", "Place du MarchÃ©", "text-garbled")),
        parts=("text",),
    ),
    Defect("control character", _cell("name", "Rue\x07 du Fort", _read_as("name", "Rue\x07 du Fort", "odd-text"))),
    Defect(
        "very long text",
        _cell("remark", "vu " * 400, _read_as("remark", ANYTHING, "odd-text")),
        formats=("gpkg", "geojson", "geojson-crs", "parquet", *TABLES),
    ),
)
