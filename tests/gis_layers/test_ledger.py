"""Book-keeping: rows leave once, findings stay few."""

from __future__ import annotations

import numpy as np

from gis_layers.ledger import MAX_FINDINGS_OF_A_CODE, Ledger
from gis_layers.table import RowNote


def rows(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_rows_set_aside_are_counted_and_gone() -> None:
    ledger = Ledger("survey", "a.shp", 5)
    ledger.set_aside(rows(1, 3), code="null-geometry", message="nothing")
    ledger.count_out(rows(0), code="filtered")
    ledger.set_aside(rows(), code="zero-length", message="nothing")
    assert ledger.kept_rows.tolist() == [2, 4]
    assert dict(ledger.reasons) == {"null-geometry": 2, "filtered": 1}
    assert [(f.severity, f.code, f.feature, f.layer, f.file) for f in ledger.findings()] == [
        ("error", "null-geometry", "1", "survey", "a.shp"),
        ("error", "null-geometry", "3", "survey", "a.shp"),
    ]


def test_place_known_later_is_still_told() -> None:
    ledger = Ledger("survey", "a.shp", 2)
    ledger.tell_rows("warning", rows(0, 1), code="part-dropped", message=lambda position: f"number {position}")
    ledger.xy[1] = (5.0, 6.0)
    first, second = ledger.findings()
    assert (first.x, first.y, first.message) == (None, None, "number 0")
    assert (second.x, second.y, second.message) == (5.0, 6.0, "number 1")


def test_past_a_hundred_only_the_total_is_told() -> None:
    ledger = Ledger("survey", "a.shp", 1000)
    ledger.set_aside(np.arange(99), code="null-geometry", message="nothing")
    ledger.set_aside(np.arange(99, 400), code="null-geometry", message="nothing")
    ledger.tell_rows("warning", np.arange(400, 500), code="duplicate-id", message="twice")
    findings = ledger.findings()
    assert len([f for f in findings if f.code == "duplicate-id"]) == 100
    of_null = [f for f in findings if f.code == "null-geometry"]
    assert [f.feature for f in of_null[:-1]] == [str(row) for row in range(MAX_FINDINGS_OF_A_CODE)]
    assert of_null[-1].feature == ""
    assert of_null[-1].message.startswith("400 findings")
    assert ledger.reasons["null-geometry"] == 400


def test_a_row_set_aside_by_the_reader_is_told_once() -> None:
    ledger = Ledger("survey", "a.csv", 3)
    long = RowNote("error", "row-too-long", np.array([1]), ("too long",), set_aside=True)
    unread = RowNote("error", "unreadable-geometry", np.array([1, 2]), ("first", "second"), set_aside=True)
    ledger.take_notes((), (long, unread))
    assert [(f.code, f.feature, f.message) for f in ledger.findings()] == [
        ("row-too-long", "1", "too long"),
        ("unreadable-geometry", "2", "second"),
    ]
    assert dict(ledger.reasons) == {"row-too-long": 1, "unreadable-geometry": 1}
