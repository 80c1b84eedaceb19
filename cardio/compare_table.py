"""The side-by-side table of a comparison: one row a measure, one cell a scenario, before any words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

AMOUNTS = ("capex", "opex_per_year", "present_value", "net_city_cost")
"""Entries of ``cost`` in summary.json that stand side by side."""

Form = Literal["text", "money", "share", "worth_bound", "gap", "part", "length", "count"]


@dataclass(frozen=True)
class Measure:
    """A row of the table.

    Attributes
    ----------
    key : str
        What is told: ``status``, ``capex``, ``after``, ``routes``, ...
    item, zone : str
        Target with its zone, laying method or option; empty for none.
    form : str
        How the cells are written: ``share`` is rounded down, ``gap`` and ``worth_bound`` up, ``part`` to the nearest.
    cells : tuple
        One a scenario; None where there is nothing to tell.
    """

    key: str
    item: str
    zone: str
    form: Form
    cells: tuple[Any, ...]

    @property
    def is_long(self) -> bool:
        """Whether the cells are sentences, which no column is wide enough for."""
        return self.form == "text" and self.key not in ("status", "figure")

    def sentences(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """Scenario and text of each cell that says something; one without a scenario where all say the same."""
        told = [(name, str(cell)) for name, cell in zip(names, self.cells, strict=True) if cell is not None]
        alike = len({text for _, text in told}) == 1 and len(told) > 1
        return [("", told[0][1])] if alike else told


def list_measures(document: Mapping[str, Any]) -> list[Measure]:
    """Rows of the table; rows that no scenario fills are left out."""
    rows = document["scenarios"]
    measures = [
        _text("status", [row["status"] for row in rows]),
        _text("reason", [row["reason"] or None for row in rows]),
        _text("figure", [_of(row, "objective", "minimise") for row in rows]),
        _text("basis", [_of(row, "objective", "basis") for row in rows]),
        *_objective(rows),
        Measure("gap", "", "", "gap", tuple(_of(row, "objective", "gap") for row in rows)),
        *(Measure(f"capex_{end}", "", "", "money", tuple(_price(row, end) for row in rows)) for end in ("low", "high")),
        Measure("assumed", "", "", "part", tuple(_of(row, "cost", "share_from_assumed_prices") for row in rows)),
        *(row for name in AMOUNTS for row in _amount(rows, name)),
        _text("opex_not_stated", [", ".join(_of(row, "cost", "opex_not_stated") or ()) or None for row in rows]),
        *_coverage(rows),
        *_built(rows, "routes", "length", [row["routes_m"] for row in rows]),
        *_built(rows, "sites", "count", [{one["option"]: one["count"] for one in row["sites"]} for row in rows]),
    ]
    return [measure for measure in measures if any(cell is not None for cell in measure.cells)]


def leave_out_alike(measures: Sequence[Measure]) -> tuple[list[Measure], dict[str, int]]:
    """Leave out zones that are served as asked today and in which the scenarios agree; count them by target.

    A target of each zone of a town fills a table with rows that tell nothing of the difference.
    """
    zones: dict[tuple[str, str], list[Measure]] = {}
    for measure in measures:
        if measure.zone:
            zones.setdefault((measure.item, measure.zone), []).append(measure)
    alike = {zone for zone, rows in zones.items() if _is_alike({row.key: row.cells for row in rows})}
    left_out = Counter(target for target, _ in alike)
    return [measure for measure in measures if (measure.item, measure.zone) not in alike], dict(left_out)


def _is_alike(cells: Mapping[str, tuple[Any, ...]]) -> bool:
    asked, before, after = (set(cells.get(key, (None,))) for key in ("required", "before", "after"))
    if None in asked | before | after or max(len(asked), len(before), len(after)) > 1:
        return False
    return bool(min(before) >= max(asked))


def _text(key: str, cells: list[str | None]) -> Measure:
    return Measure(key, "", "", "text", tuple(cells))


def _of(row: Mapping[str, Any], part: str, key: str) -> Any:
    return None if row[part] is None else row[part][key]


def _price(row: Mapping[str, Any], end: str) -> float | None:
    value: float | None = None if row["cost"] is None else row["cost"]["range"][end]
    return value


def _objective(rows: list[Mapping[str, Any]]) -> list[Measure]:
    """Value and bound: amounts apart from shares of coverage, whose bound is an upper one."""

    def cells(key: str, *, shares: bool) -> tuple[Any, ...]:
        asked = [row["objective"] for row in rows]
        return tuple(one[key] if one and (one["unit"] == "share") == shares else None for one in asked)

    return [
        Measure("value", "", "", "money", cells("value", shares=False)),
        Measure("bound", "", "", "money", cells("bound", shares=False)),
        Measure("worth", "", "", "share", cells("value", shares=True)),
        Measure("worth_bound", "", "", "worth_bound", cells("bound", shares=True)),
    ]


def _amount(rows: list[Mapping[str, Any]], name: str) -> list[Measure]:
    """An amount; its basis in a row of its own where scenarios differ in it."""
    amounts = Measure(name, "", "", "money", tuple(_of(row, "cost", name) for row in rows))
    bases = [None if row["cost"] is None else row["cost"]["bases"].get(name) for row in rows]
    told = {basis for basis in bases if basis is not None}
    return [amounts, _text(f"{name}_basis", bases)] if told else [amounts]


def _coverage(rows: list[Mapping[str, Any]]) -> list[Measure]:
    """Asked, before and after of each target and zone, in order of first appearance."""
    tables = [{(one["target"], one["zone"]): one for one in row["coverage"]} for row in rows]
    names = {key: one["zone_name"] or one["zone"] or "" for table in tables for key, one in table.items()}
    return [
        Measure(what, target, names[target, zone], "share",
                tuple(table.get((target, zone), {}).get(what) for table in tables))
        for target, zone in names
        for what in ("required", "before", "after")
    ]  # fmt: skip


def _built(rows: list[Mapping[str, Any]], key: str, form: Form, tables: list[Mapping[str, float]]) -> list[Measure]:
    """Metres by method or pieces by option; what a plan does not build is 0, without a plan there is nothing."""
    names = dict.fromkeys(name for table in tables for name in table)
    return [
        Measure(key, name, "", form,
                tuple(table.get(name, 0) if row["has_plan"] else None for row, table in zip(rows, tables, strict=True)))
        for name in names
        if any(table.get(name) for table in tables)
    ]  # fmt: skip
