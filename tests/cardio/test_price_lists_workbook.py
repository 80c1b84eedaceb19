"""A town's price schedule as a workbook: what is understood, and what is refused with sheet, row and column."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.cardio.price_tables import HEADER, read, refusal, resolved, write_sheet

CITY = [
    ["Ville d'Exempleville – Bordereau des prix unitaires"],
    ["Marché à bons de commande, valeur décembre 2025"],
    [],
    ["N° de prix", "Désignation des prestations", "Unité", "Quantité", "Prix unitaire\nen € HT", "P.U. en lettres"],
    ["1", "TERRASSEMENTS", None, None, None, None],
    ["1.1", "Tranchée sous trottoir,\nrefection comprise", "ml", None, "95,50 €", "quatre-vingt-quinze"],
    ["1.2", "Fourreau Ø 45", "ML", None, 3.5, None],
    [None, "Mobilier urbain", None, None, None, None],
    ["N° de prix", "Désignation des prestations", "Unité", "Quantité", "Prix unitaire\nen € HT", "P.U. en lettres"],
    ["2.1", "Horodateur", "U", None, "4\u202f700,00", None],
    ["2.2", "Maintenance d'un horodateur", "U/an", None, 1667, None],
    ["2.10", "Installation de chantier", "Ft", None, "1.250,00 €", None],
]


def test_the_schedule_of_a_city_is_understood(tmp_path: Path):
    prices = resolved(write_sheet(tmp_path / "bpu.xlsx", CITY, merge=("A1:F1", "A5:F5")))
    assert {key: (price.unit, price.typical_eur) for key, price in prices.items()} == {
        "1.1": ("m", 95.5),
        "1.2": ("m", 3.5),
        "2.1": ("each", 4700.0),
        "2.2": ("each/year", 1667.0),
        "2.10": ("lump", 1250.0),
    }
    assert prices["1.1"].label == "Tranchée sous trottoir, refection comprise"
    assert (prices["1.1"].source, prices["1.1"].grade) == ("bpu.xlsx, sheet BPU, row 6", "S")


def test_what_was_passed_over_is_told(tmp_path: Path):
    assert read(write_sheet(tmp_path / "bpu.xlsx", CITY, merge=("A1:F1",))).notes == (
        "bpu.xlsx, sheet BPU: 5 prices read, header in row 4",
        "bpu.xlsx, sheet BPU: 2 rows (5, 8) without unit and price taken for titles",
        "bpu.xlsx, sheet BPU: columns not read: Quantité, P.U. en lettres",
    )


def test_every_wrong_cell_is_told_at_once_with_sheet_row_and_column(tmp_path: Path):
    rows = [
        HEADER,
        ("A1", "Sans prix", "ml", None),
        ("A2", "Texte", "ml", "à définir"),
        ("A3", "Deux prix", "ml", "12,50/13"),
        ("A4", "Négatif", "ml", -5),
        ("A5", "Unité", "tonne", 12),
        ("A6", "Sans unité", None, 12),
        (None, "Sans numéro", "U", 12),
        ("A4", "Doublon", "U", 12),
        ("A9", None, "U", 12),
        ("A10", "Devise", "U", "12 CHF"),
        ("A11", "Date", "U", datetime.datetime(2025, 5, 12)),
        ("none", "Mot réservé", "U", 1),
        ("A12", "Logique", "U", True),
        ("A13", "Heure", "U", datetime.time(12, 30)),
        ("A14", "Trop de décimales", "U", 0.12345678),
    ]
    assert refusal(write_sheet(tmp_path / "bpu.xlsx", rows)) == [
        "bpu.xlsx, sheet BPU, row 2, column D: typical: no unit price, but a unit",
        "bpu.xlsx, sheet BPU, row 3, column D: typical: should be a number (is 'à définir')",
        "bpu.xlsx, sheet BPU, row 4, column D: typical: should be a number (is '12,50/13')",
        "bpu.xlsx, sheet BPU, row 6, column C: unit: tonne is no unit known here; write U (each), ml (m), m2, m3, h,"
        " ft (lump), U/an (each/year) or ml/an (m/year), and convert the price",
        "bpu.xlsx, sheet BPU, row 7, column C: unit: missing",
        "bpu.xlsx, sheet BPU, row 8, column A: no number or key, but a unit or a price: give it one, or empty the row",
        "bpu.xlsx, sheet BPU, row 9, column A: A4: given twice, first in row 5",
        "bpu.xlsx, sheet BPU, row 11, column D: typical: is in CHF, the study counts in EUR ('12 CHF')",
        "bpu.xlsx, sheet BPU, row 12, column D: typical: is a date (2025-05-12): write a number, and format the cell"
        " as one",
        "bpu.xlsx, sheet BPU, row 13, column A: none: none has a meaning of its own; choose another price key",
        "bpu.xlsx, sheet BPU, row 15, column D: typical: a time (12:30:00): write a number or a date",
        "bpu.xlsx, sheet BPU, row 5, column D: A4: typical: negative price (is -5): should be from 0 to 1,000,000,000",
        "bpu.xlsx, sheet BPU, row 10, column B: A9: label: missing",
        "bpu.xlsx, sheet BPU, row 14, column D: A12: typical: should be a number (is True)",
        "bpu.xlsx, sheet BPU, row 16, column D: A14: typical: should have at most six decimals (is 0.12345678)",
    ]


def test_merged_cells_in_rows_of_prices_are_told_once_with_their_range(tmp_path: Path):
    rows = [HEADER, ("1", "Tranchée", "ml", 90), ("2", "Tranchée pavée", "ml", 90), ("3", "Mât", "U", 12)]
    path = write_sheet(tmp_path / "bpu.xlsx", rows, merge=("D2:D3", "B4:C4"))
    assert refusal(path) == [
        "bpu.xlsx, sheet BPU, row 2, column D: merged cells D2:D3: unmerge them, each row needs its own values",
        "bpu.xlsx, sheet BPU, row 4, column B: merged cells B4:C4: unmerge them, each row needs its own values",
    ]


def test_a_label_merged_over_columns_that_are_not_read_is_clear(tmp_path: Path):
    rows = [("N°", "Désignation", None, None, "Unité", "PU HT"), ("1", "Tranchée", None, None, "ml", 90)]
    assert resolved(write_sheet(tmp_path / "bpu.xlsx", rows, merge=("B1:D1", "B2:D2")))["1"].typical_eur == 90


def test_formulas_count_with_their_stored_result_and_are_refused_without(tmp_path: Path):
    path = write_sheet(tmp_path / "bpu.xlsx", [HEADER, ("1", "Tranchée", "ml", "=90+5"), ("2", "Mât", "U", 12)])
    assert refusal(path) == [
        "bpu.xlsx, sheet BPU, row 2, column D: typical: a formula without a stored result: open the workbook,"
        " recalculate and save it"
    ]
    patch(path, "xl/worksheets/sheet1.xml", "<f>90+5</f><v></v>", "<f>90+5</f><v>95.00000000000001</v>")
    assert resolved(path)["1"].typical_eur == 95
    patch(path, "xl/worksheets/sheet1.xml", ' r="D2"', ' r="D2" t="e"')
    patch(path, "xl/worksheets/sheet1.xml", "<v>95.00000000000001</v>", "<v>#REF!</v>")
    assert refusal(path) == [
        "bpu.xlsx, sheet BPU, row 2, column D: typical: a formula error (#REF!): correct it and save the workbook"
    ]


def patch(path: Path, part: str, old: str, new: str) -> None:
    """Replace text in a part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = parts[part].decode()
    variants = [old, old.replace("<v></v>", "<v/>"), old.replace("<v></v>", "<v />")]
    found = next(text for text in variants if text in content)
    parts[part] = content.replace(found, new).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_several_or_hidden_sheets_need_a_name(tmp_path: Path):
    path = write_sheet(tmp_path / "bpu.xlsx", [HEADER, ("1", "Mât", "U", 12)], more=("Notice", ".Calculs"))
    assert refusal(path) == ["bpu.xlsx: 3 sheets: BPU, Notice, Calculs (hidden)"]
    assert refusal(path, sheet="Bpu") == ["bpu.xlsx: no sheet 'Bpu'; sheets: BPU, Notice, Calculs (hidden)"]
    assert resolved(path, sheet="BPU")["1"].source == "bpu.xlsx, sheet BPU, row 2"


def test_no_header_says_what_is_looked_for_and_which_row_comes_nearest(tmp_path: Path):
    rows = [["Bordereau"], ["Code", "Libellé", "U", "Prix unitaire TTC"], ["1", "Mât", "U", 12]]
    path = write_sheet(tmp_path / "bpu.xlsx", rows)
    assert refusal(path) == [
        "bpu.xlsx, sheet BPU: no row holds the columns key (N°), label (Désignation), unit (Unité), typical (Prix"
        " unitaire HT); row 2 comes nearest and lacks typical"
    ]
    assert resolved(path, columns={"typical": "prix unitaire  ttc"})["1"].typical_eur == 12, "the study may insist"
    assert "holds the columns key (N°)" in refusal(write_sheet(tmp_path / "empty.xlsx", []))[0]


def test_two_columns_that_could_be_one_are_named(tmp_path: Path):
    rows = [["N°", "Libellé", "U", "P.U. HT", "Prix unitaire (€ HT)"], ["1", "Mât", "U", 12, 13]]
    path = write_sheet(tmp_path / "bpu.xlsx", rows)
    assert refusal(path) == [
        "bpu.xlsx, sheet BPU, row 1, column D and bpu.xlsx, sheet BPU, row 1, column E: 'P.U. HT' and 'Prix unitaire"
        " (€ HT)' could both be typical: name one in prices.columns.typical"
    ]
    assert resolved(path, columns={"typical": "Prix unitaire (€ HT)"})["1"].typical_eur == 13


def test_named_columns_must_be_there_and_none_passes_one_over(tmp_path: Path):
    rows = [["N°", "Libellé", "U", "PU", "Lot"], ["1", "Mât", "U", 12, "A"]]
    path = write_sheet(tmp_path / "bpu.xlsx", rows)
    assert refusal(path, columns={"source": "Origine"}) == [
        "bpu.xlsx, sheet BPU, row 1: no column 'Origine', which prices.columns names for source"
    ]
    assert resolved(path)["1"].lot == "A"
    assert resolved(path, columns={"lot": "none"})["1"].lot == ""


def test_numbers_as_keys_are_whole_texts_and_lost_zeros_are_told(tmp_path: Path):
    path = write_sheet(tmp_path / "bpu.xlsx", [HEADER, (101, "Mât", "U", 12), (1.1, "Socle", "U", 3)])
    assert set(resolved(path)) == {"101", "1.1"}
    path = write_sheet(tmp_path / "two.xlsx", [HEADER, (1.1, "Mât", "U", 12), (1.10, "Socle", "U", 3)])
    assert refusal(path) == [
        "two.xlsx, sheet BPU, row 3, column A: 1.1: given twice, first in row 2; numbers lose their last zeros: write"
        " keys as text"
    ]


@pytest.mark.parametrize(
    ("shown", "header", "words"),
    [
        ("#,##0.00 [$CHF]", "PU HT", "row 2, column D: typical: is in CHF, the study counts in EUR"),
        ("General", "PU HT (CHF)", "row 1, column D: typical is in CHF, the study counts in EUR"),
    ],
)
def test_amounts_in_another_currency_are_refused(shown: str, header: str, words: str, tmp_path: Path):
    path = write_sheet(tmp_path / "bpu.xlsx", [(*HEADER[:3], header), ("1", "Mât", "U", 12)])
    book = openpyxl.load_workbook(path)
    book.active["D2"].number_format = shown
    book.save(path)
    assert refusal(path) == [f"bpu.xlsx, sheet BPU, {words}"]
    assert resolved(path, currency="CHF")["1"].typical_eur == 12


def test_columns_of_every_cell_of_a_row(tmp_path: Path):
    rows = [
        (*HEADER, "low", "high", "source", "dated", "opex", "Durée de vie (ans)", "TVA", "Compte", "Lot", "family"),
        ("1", "Mât", "U", 12, 10, 15, "devis", datetime.datetime(2025, 3, 1), "2", 30, "5,5 %", 2153, 2, "poles"),
        ("2", "Entretien", "U/an", 3, None, None, "devis", "2025-03", None, None, 0.2, "615232", None, None),
    ]
    prices = resolved(write_sheet(tmp_path / "bpu.xlsx", rows))
    pole = prices["1"]
    assert (pole.low_eur, pole.high_eur, pole.dated, pole.opex) == (10, 15, datetime.date(2025, 3, 1), (prices["2"],))
    assert (pole.lifetime_years, pole.vat_rate, pole.account, pole.lot, pole.family) == (
        30,
        0.055,
        "2153",
        "2",
        "poles",
    )
    assert prices["2"].dated == datetime.date(2025, 3, 1)


def test_the_study_dates_a_table_that_states_no_dates(tmp_path: Path):
    rows = [(*HEADER, "dated"), ("1", "Mât", "U", 12, None), ("2", "Socle", "U", 3, "2020-01-01")]
    prices = resolved(write_sheet(tmp_path / "bpu.xlsx", rows), dated="2025-12")
    assert [price.dated for price in prices.values()] == [datetime.date(2025, 12, 1), datetime.date(2020, 1, 1)]


def test_brackets_stand_in_one_cell(tmp_path: Path):
    rows = [(*HEADER, "brackets"), ("1", "Fourreau", "ml", None, "0: 4,50; 100: 3,50"),
            ("2", "Mât", "U", None, "0: 9 / 10 / 12; 5: 7 / 8 / 9"), ("3", "Socle", "U", 3, None)]  # fmt: skip
    prices = resolved(write_sheet(tmp_path / "bpu.xlsx", rows))
    assert [(each.from_quantity, each.typical_eur) for each in prices["1"].brackets] == [(0, 4.5), (100, 3.5)]
    assert [(each.low_eur, each.high_eur) for each in prices["2"].brackets] == [(9, 12), (7, 9)]
    rows[1] = ("1", "Fourreau", "ml", None, "4,50 then 3,50")
    assert refusal(write_sheet(tmp_path / "bad.xlsx", rows)) == [
        "bad.xlsx, sheet BPU, row 2, column E: brackets: should be like 0: 20; 100: 15, or 0: 15 / 20 / 25 with low and"
        " high (is '4,50 then 3,50')"
    ]
