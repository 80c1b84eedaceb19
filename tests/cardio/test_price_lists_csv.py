"""A price list as CSV: separators, encodings and numbers as spreadsheet programs save them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.price_lists.amounts import decimal_sign, read_amount
from cardio.price_lists.headers import USUAL
from cardio.price_lists.units import read_unit
from costing.price_cells import ROW
from tests.cardio.price_tables import read, refusal, resolved

LINES = (
    ("Bordereau des prix",),
    ("N°", "Libellé", "Unité", "Prix unitaire HT"),
    ("1.1", "Tranchée pavée", "ml", "1 250,50 €"),
    ("1.2", "Borne « été »", "U", "3"),
)


def write(path: Path, separator: str, encoding: str, lines: tuple[tuple[str, ...], ...] = LINES) -> Path:
    def quoted(cell: str) -> str:
        return f'"{cell}"' if separator in cell else cell

    text = "\r\n".join(separator.join(quoted(cell) for cell in line) for line in lines)
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_separator_and_encoding_are_told_from_the_content(separator: str, encoding: str, tmp_path: Path):
    prices = resolved(write(tmp_path / "bpu.csv", separator, encoding))
    assert [(price.label, price.unit, price.typical_eur) for price in prices.values()] == [
        ("Tranchée pavée", "m", 1250.5),
        ("Borne « été »", "each", 3.0),
    ]
    assert prices["1.2"].source == "bpu.csv, row 4"


def test_wrong_cells_are_told_with_row_and_column(tmp_path: Path):
    lines = (LINES[1], ("1", "Mât", "U", "douze"), ("2", "Mât", "km", "12"), ("3", "Mât", "U", "1,234"))
    assert refusal(write(tmp_path / "bpu.csv", ";", "utf-8", lines)) == [
        "bpu.csv, row 2, column D: typical: should be a number (is 'douze')",
        "bpu.csv, row 3, column C: unit: km is no unit known here; write U (each), ml (m), m2, m3, h, ft (lump),"
        " U/an (each/year) or ml/an (m/year), and convert the price",
        "bpu.csv, row 4, column D: typical: '1,234' can be 1.234 or 1234: write 1.2340 or 1234",
    ]


def test_other_amounts_of_the_file_tell_what_a_sign_means(tmp_path: Path):
    lines = (LINES[1], ("1", "Mât", "U", "1,234"), ("2", "Socle", "U", "12,5"), ("3", "Gros mât", "U", "1.234"))
    prices = resolved(write(tmp_path / "bpu.csv", ";", "utf-8", lines))
    assert [price.typical_eur for price in prices.values()] == [1.234, 12.5, 1234.0]


def test_rows_count_as_a_spreadsheet_counts_them(tmp_path: Path):
    path = tmp_path / "bpu.csv"
    path.write_text('key;label;unit;typical\n1;"Mât\nde 6 m";U;12\n\n2;Socle;U;x\n', encoding="utf-8")
    assert refusal(path) == ["bpu.csv, row 4, column D: typical: should be a number (is 'x')"]


def test_what_is_no_table_is_refused(tmp_path: Path):
    path = tmp_path / "bpu.csv"
    path.write_bytes(b"key;label\x81\n")
    assert refusal(path) == ["bpu.csv: neither UTF-8 nor Windows-1252 text"]
    path.write_text('key;label;unit;typical\n1;"Mât;U;12\n', encoding="utf-8")
    assert refusal(path)[0].startswith("bpu.csv: no CSV table (")
    path.write_text("Dear Sir or Madam", encoding="utf-8")
    assert refusal(path)[0].startswith("bpu.csv: no row holds the columns key (N°)")
    path.write_bytes(b"")
    assert refusal(path)[0].startswith("bpu.csv: no row holds the columns key (N°)")
    path.write_text("key,label,unit,typical\n" + "1,Mât,U,12\n" * 20_001, encoding="utf-8")
    assert refusal(path) == ["bpu.csv: more than 20000 rows; that is no price list"]


def test_a_format_that_is_not_read_says_what_to_do(tmp_path: Path):
    for name in ("bpu.xls", "bpu.ods", "bpu.pdf", "bpu"):
        assert refusal(tmp_path / name) == [f"{name}: no format of a price list (.yaml, .yml, .csv, .xlsx, .xlsm)"]


def test_columns_are_those_of_price_rows():
    """Dated prices and validity need YAML; every other cell of a row can stand in a column."""
    assert set(USUAL) == {"key", *ROW} - {"prices", "valid"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,50", 12.5), ("12.50", 12.5), ("1 234,50", 1234.5), ("1\u00a0234,50\u202f€", 1234.5), ("€12.50", 12.5),
        ("1.234,50", 1234.5), ("1,234.50", 1234.5), ("1.234.567", 1234567), ("1'234.50", 1234.5), ("12 € HT", 12),
        ("EUR 12", 12), ("-3,5", -3.5), ("0,125", 0.125), ("12,5000", 12.5), ("007", 7), ("1234567", 1234567),
        ("12.", 12), (",5", 0.5), ("+4", 4), ("12,50 € H.T.", 12.5),
    ],
)  # fmt: skip
def test_amounts_as_towns_write_them(text: str, value: float):
    assert read_amount(text, decimal="", currency="EUR") == value


@pytest.mark.parametrize(
    "text",
    [
        "12,50/13",
        "à définir",
        "12,5,0",
        "1 23",
        "12 34,5",
        "1.23.456",
        "12 €/ml",
        "--3",
        "1e5",
        "",
        "12 13 €",
        "1,23.45",
    ],
)
def test_what_is_no_number_is_refused(text: str):
    with pytest.raises(ValueError, match="should be a number"):
        read_amount(text, decimal="", currency="EUR")


def test_the_decimal_sign_needs_proof_that_does_not_contradict_itself():
    assert decimal_sign(["1,234", "12,5"]) == ","
    assert decimal_sign(["1 234", "12.5 €", "texte"]) == "."
    assert decimal_sign(["12,5", "12.5"]) == ""
    assert decimal_sign(["1,234", "70"]) == ""


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.decimals(0, 10**9, places=2), st.sampled_from(" \u00a0\u202f'."), st.sampled_from(["", " €"]))
def test_any_amount_in_french_signs_reads_back(amount, thousands: str, sign: str):
    text = f"{amount:,.2f}".replace(",", "T").replace(".", ",").replace("T", thousands) + sign
    assert read_amount(text, decimal="", currency="EUR") == float(amount)


@pytest.mark.parametrize(
    ("texts", "unit"),
    [
        (["U", "u.", "Unité", "unités", "pce", "Pièce", "Ens.", "each"], "each"),
        (["ml", "ML", "m.l.", "m", "mètre", "Mètre linéaire", "m (l)"], "m"),
        (["m²", "m2", "M 2"], "m2"),
        (["m³", "m3"], "m3"),
        (["h", "Heure"], "h"),
        (["ft", "Forfait", "F", "lump"], "lump"),
        (["U/an", "u / an", "unité par an", "each/year"], "each/year"),
        (["ml/an", "m/year"], "m/year"),
    ],
)
def test_units_as_towns_write_them(texts: list[str], unit: str):
    assert {read_unit(text) for text in texts} == {unit}


@pytest.mark.parametrize("text", ["km", "t", "ft/an", "m2/an", "/an", "U/mois", "€"])
def test_other_units_are_refused(text: str):
    with pytest.raises(ValueError, match="is no unit known here"):
        read_unit(text)


def test_a_hundred_columns_are_read(tmp_path: Path):
    lines = (("", ) * 96 + LINES[1], ("", ) * 96 + LINES[3])  # fmt: skip
    assert "1.2" in read(write(tmp_path / "bpu.csv", ";", "utf-8", lines)).entries
    lines = (("", ) * 97 + LINES[1], ("", ) * 97 + LINES[3])  # fmt: skip
    assert "lacks typical" in refusal(write(tmp_path / "wide.csv", ";", "utf-8", lines))[0]
