"""Checks of delivered columns: each defect is found where it is, and a clean layer is clean."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import Finding, Layer
from gis_layers.column_checks import check_columns
from gis_layers.id_formats import as_ids
from gis_layers.ledger import Ledger
from tests.gis_layers.files import codes, found, point, read, write_geojson
from tests.real_data import real_data


def objects(*values: Any) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def check(**columns: np.ndarray) -> list[Finding]:
    ledger = Ledger("survey", "a.shp", len(next(iter(columns.values()))))
    check_columns(columns, ledger)
    assert ledger.alive.all()
    return list(ledger.findings())


def only(findings: list[Finding], code: str) -> Finding:
    (finding,) = findings
    assert finding.code == code
    return finding


def test_cut_names_that_collided() -> None:
    one = objects("a")
    note = only(check(target_cov=one, target_c_1=one, name=one), "truncated-names")
    assert "target_c_1 began like target_cov" in note.message
    assert check(target_c_1=one, name=one) == []
    assert check(target_cov=one, target_c_1=one, a_name_that_is_long=one) == []


def test_names_that_differ_in_case_only() -> None:
    one = objects("a")
    assert "Pop and POP" in only(check(Pop=one, id=one, POP=one), "names-alike").message


@pytest.mark.parametrize(
    "text", ["1899-12-30", "0000-00-00", "2099-01-01", "31/12/9999", "2024-13-01", "30.12.1899", "0001-01-01T00:00:00"]
)
def test_dates_that_cannot_be(text: str) -> None:
    note = only(check(date_pose=objects("2020-05-01", text, None)), "implausible-date")
    assert f"date_pose: 1 dates cannot be right; row 1 has {text!r}" in note.message
    assert check(name=objects(text, "x")) == []


def test_dates_that_can_be() -> None:
    assert check(date=objects("2020-05-01", "01/02/1950", "1333-01-01", "20151103000000", "", None, "mai 2020")) == []
    assert check(date=np.array(["2020-05-01", "NaT"], dtype="datetime64[ms]")) == []


def test_dates_of_a_date_column() -> None:
    values = np.array(["2020-05-01", "NaT", "1899-12-30", "2101-01-01"], dtype="datetime64[ms]")
    assert "t: 2 dates" in only(check(t=values), "implausible-date").message


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (
            "code_insee",
            objects("01004", "1004", "75056"),
            "1 codes have 4 digits where others have 5; row 1 has '1004'",
        ),
        ("CODE_POSTAL", np.array([1004, 75001, 1005]), "2 codes have 4 digits"),
        ("cp", np.array([1004.0, np.nan, 75001.0]), "row 0 has '1004'"),
        ("siren", objects("44608442", "444608442"), "1 codes have 8 digits"),
    ],
)
def test_leading_zeros_lost(name: str, values: np.ndarray, message: str) -> None:
    assert message in only(check(**{name: values}), "leading-zeros-lost").message


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("postcode", objects("1201", "1204")),
        ("code_insee", objects("12174", "NR", "2A004")),
        ("n", np.array([1004, 75001])),
        ("scope", np.array([1004, 75001])),
    ],
)
def test_codes_that_are_whole(name: str, values: np.ndarray) -> None:
    assert check(**{name: values}) == []


def test_odd_texts() -> None:
    assert "row 1 has 'a\\x07b'" in only(check(note=objects("line\nline\ttab", "a\x07b", None)), "odd-text").message
    assert "longer than 1000" in only(check(note=objects("x" * 1001, "y")), "odd-text").message
    assert check(note=objects("x" * 1000, None, 3)) == []


def test_rows_already_out_are_not_judged() -> None:
    ledger = Ledger("survey", "a.shp", 2)
    ledger.count_out(np.array([0]), code="filtered")
    check_columns({"note": objects("\x07", "fine")}, ledger)
    assert ledger.findings() == ()


def ids(values: np.ndarray) -> tuple[list[str], set[str]]:
    ledger = Ledger("survey", "a.shp", len(values))
    return as_ids("num", values, ledger).tolist(), {finding.code for finding in ledger.findings()}


def test_ids_that_were_taken_for_numbers() -> None:
    assert ids(objects("12.0", "7.00", "3", None)) == (["12", "7", "3", ""], {"id-format"})
    assert ids(objects("1.00000000001E+12", "1.5E+3")) == (["1000000000010", "1500"], {"id-digits-lost"})
    assert ids(objects("1.234E+3", "2"))[0] == ["1234", "2"]
    assert ids(objects("1.234E+3", "2"))[1] == {"id-format"}
    assert ids(np.array([12345678901234567.0, 5.0]))[1] == {"id-digits-lost"}


def test_ids_that_say_in_words_that_there_is_none() -> None:
    assert ids(objects("<Null>", "A1", "NULL", "n/a", "-")) == (["", "A1", "", "", ""], {"missing-mark"})


def test_ids_that_are_what_they_say() -> None:
    for values in (
        objects("007", "7"),
        objects("1E3", "12E4"),
        objects("12.0", "A12"),
        objects("1.1", "1.2", "1.0"),
        np.array([12.0, np.nan, 2.0**52]),
        np.array([2**60]),
        objects(),
    ):
        texts, told = ids(values)
        assert told == set()
        assert texts == ["" if v is None or v != v else f"{v:.0f}" if isinstance(v, float) else str(v) for v in values]


CLEAN: dict[str, Callable[[int], Any]] = {
    "id": lambda row: f"c{row:03d}",
    "places": lambda row: row % 7,
    "date_pose": lambda row: f"2020-01-{row % 28 + 1:02d}",
    "code_insee": lambda row: f"12{row % 9:03d}",
    "etat": lambda row: "en service",
    "note": lambda row: f"près du n° {row}",
}
DEFECTS: dict[str, tuple[str, Any]] = {
    "implausible-date": ("date_pose", "0000-00-00"),
    "leading-zeros-lost": ("code_insee", "1004"),
    "not-existing": ("etat", "projet"),
    "odd-text": ("note", "a\x07"),
    "ignored-number": ("places", "many"),
    "missing-mark": ("places", "N/A"),
    "number-format": ("places", "1 204"),
    "number-with-unit": ("places", "12 places"),
    "implausible-number": ("places", 1_000_000),
    "duplicate-id": ("id", "c000"),
    "missing-ids": ("id", None),
}


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.dictionaries(st.sampled_from(sorted(DEFECTS)), st.integers(1, 29), max_size=4))
def test_injected_defects_are_found_and_none_is_invented(defects: dict[str, int]) -> None:
    rows = [{name: make(row) for name, make in CLEAN.items()} for row in range(30)]
    last = {}
    for code, row in defects.items():
        column, value = DEFECTS[code]
        rows[row][column] = value
        last[row, column] = code
    gone = {row for (row, _), code in last.items() if code == "not-existing"}
    expected = {code for (row, _), code in last.items() if row not in gone} | ({"not-existing"} if gone else set())
    layer = read_rows(rows)
    assert codes(layer) == expected


def read_rows(rows: list[dict[str, Any]]) -> Layer:
    with tempfile.TemporaryDirectory() as folder:
        path = write_geojson(Path(folder) / "a.geojson", [(point(i), row) for i, row in enumerate(rows)])
        return read(path, "parking_bay")


@pytest.mark.real_data
def test_real_dates_and_codes_are_right_and_cut_names_are_told() -> None:
    layer = read(real_data("rodez", "bdtopo_v3_olemps", "BATIMENT.shp"), "building")
    assert "DATE_CRE_1 began like DATE_CREAT" in found(layer, "truncated-names")[0].message
    assert "POPULATION = 3439 in all 2270 rows" in found(layer, "same-number")[0].message
    assert not {"implausible-date", "leading-zeros-lost", "odd-text"} & codes(layer)
