"""Labels: what a study calls its things stands in every output, as text and nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cardio.exporters import export_all
from cardio.exporters.findings_cells import say_counts
from cardio.exporters.texts import WORDS, Words, words_of_document
from cardio.study import load_study
from cardio.study_labels import nest_labels
from cardio.why import WORDS as WHY
from gis_layers import StudyError
from tests.cardio.deliverables import HOSTILE, make_deliverable
from tests.cardio.study_samples import EVERY_KEY, changed, write_study

LABELS = {
    ("services", "public_wifi"): "Wifi pour tous",
    ("options", "access_point"): "Borne d’accès",
    ("options", "splice_box"): f"=1+1{HOSTILE}",
    ("laying", "trench"): "Tranchée neuve",
    ("layers", "streets"): "Voies de la ville",
}


def labelled() -> Any:
    return replace(make_deliverable(), labels=LABELS)


def test_every_section_may_have_labels(tmp_path: Path):
    study = load_study(write_study(tmp_path))
    assert study.labels == {
        ("layers", "streets"): "Streets of the town",
        ("services", "wifi"): "Free wifi",
        ("targets", "centre"): "Wifi in the centre",
        ("options", "ap"): "Access point",
        ("laying", "duct"): "In a duct",
        ("funding.grants", "dsil"): "DSIL",
        ("finance.fees", "safety"): "Safety",
    }
    assert study.budget_rules is not None and study.budget_rules.fees == {"project_management": 0.08, "safety": 0.01}


def test_documents_carry_labels(tmp_path: Path):
    nested = nest_labels(LABELS)
    assert nested["options"]["access_point"] == "Borne d’accès"
    words = words_of_document({"unit": "CHF", "labels": nested}, "fr")
    assert words == Words("fr", "CHF", LABELS)
    assert words.name("laying", "trench") == "Tranchée neuve" and words.name("laying", "in_duct") == "In duct"
    assert words.work_name("site", "access_point") == "Borne d’accès"
    assert words.work_name("connection", "public_wifi") == "Wifi pour tous"
    assert words.names("services", "public_wifi, fibre_access") == "Wifi pour tous, Fibre access"
    assert words.names("services", "") == ""


@pytest.mark.parametrize(
    ("label", "wrong"),
    [
        ("", "should not be empty"),
        ("two\nlines", "no control characters"),
        ("x" * 81, "at most 80 characters (has 81)"),
        ("Ducts", "is also how ducts is shown"),
        ("iris ", "is also how iris is shown"),
    ],
)
def test_a_label_that_cannot_be_shown_is_refused(label: str, wrong: str, tmp_path: Path):
    with pytest.raises(StudyError) as error:
        load_study(write_study(tmp_path, changed("layers/streets/label", label)))
    assert "layers.streets.label" in error.value.message and wrong in error.value.message


def test_two_labels_of_one_section_differ_whichever_is_written_first(tmp_path: Path):
    data = changed("targets/each/label", "wifi in the CENTRE", EVERY_KEY)
    with pytest.raises(StudyError, match=r"targets\.each\.label: is also how .?centre"):
        load_study(write_study(tmp_path, data))
    data = changed("services/wifi/label", "Wifi in the centre", EVERY_KEY)  # another section: no harm
    assert load_study(write_study(tmp_path, data)).labels["services", "wifi"] == "Wifi in the centre"


def test_outputs_show_labels_as_text(tmp_path: Path):
    export_all(labelled(), tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    for label in ("Wifi pour tous", "Borne d’accès", "Tranchée neuve", "=1+1&lt;img src=x"):
        assert label in page
    assert "Access point" not in page and "Splice box" not in page and HOSTILE not in page
    assert "Voies de la ville" in (tmp_path / "map.html").read_text("utf-8")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    cells = {cell.value: cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {"Wifi pour tous", "Borne d’accès", "Tranchée neuve", f"=1+1{HOSTILE}"} <= set(cells)
    assert cells[f"=1+1{HOSTILE}"].data_type == "s"
    assert not {"public_wifi", "access_point", "splice_box", "trench"} & set(cells) - set(labelled().prices["key"])
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert 'label="Borne d’accès"' in styles["sites"] and 'value="access_point"' in styles["sites"]
    assert 'label="Tranchée neuve"' in styles["routes"]


def test_reasons_have_the_same_values_in_both_languages():
    assert WHY["fr"].keys() == WHY["en"].keys()


def test_counts_take_the_singular_of_their_language():
    french, english = Words("fr"), Words("en")
    assert [french.counted("count.error", n) for n in (0, 1, 2)] == ["0 erreur", "1 erreur", "2 erreurs"]
    assert [english.counted("count.error", n) for n in (0, 1, 2)] == ["0 errors", "1 error", "2 errors"]
    counts = {"error": 1, "warning": 0, "repaired": 2, "note": 1_234}
    assert say_counts(counts, french) == "1 erreur, 0 avertissement, 2 réparations, 1\u202f234 remarques."
    assert french.counted("built_in_words", 1, length="3 m") == "1 équipement et 3 m de tracés nouveaux"


def test_every_singular_has_its_plural():
    singular = [key for key, (french, _) in WORDS.items() if key.endswith("_one") and "{count}" in french]
    assert [key for key in singular if key.removesuffix("_one") not in WORDS] == []
