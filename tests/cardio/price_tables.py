"""Price lists as towns have them, written for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cardio.price_lists import ListFormat, PriceRows, read_price_list
from costing import PriceSettings, StudyPrices, resolve_prices
from gis_layers import StudyError

HEADER = ("N°", "Désignation", "Unité", "P.U. HT")


def write_sheet(
    path: Path,
    rows: Iterable[Sequence[Any]],
    *,
    merge: Sequence[str] = (),
    title: str = "BPU",
    more: Sequence[str] = (),
) -> Path:
    """Write a workbook; `more` names further sheets, hidden ones with a leading dot."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merge:
        sheet.merge_cells(cells)
    for name in more:
        other = book.create_sheet(name.removeprefix("."))
        other.sheet_state = "hidden" if name.startswith(".") else "visible"
    book.save(path)
    return path


def read(path: Path, **form: Any) -> PriceRows:
    return read_price_list(path, ListFormat(**form))


def resolved(path: Path, **form: Any) -> StudyPrices:
    """Read a price list and make prices of it, without shipped ones."""
    rows = read(path, **form)
    settings = PriceSettings(inherit="none", currency=form.get("currency", "EUR"))
    rows.require_valid({}, settings)
    return resolve_prices({}, rows.entries, settings, places=rows.places)


def refusal(path: Path, **form: Any) -> list[str]:
    """Return the lines of the refusal of a price list, without its folder."""
    with pytest.raises(StudyError) as caught:
        resolved(path, **form)
    assert caught.value.hint
    return caught.value.message.replace(f"{path.parent}/", "").splitlines()
