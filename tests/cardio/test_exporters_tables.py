"""summary.json, the CSV files, and all documents of a run together."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.exporters import export_all, export_diagnosis, export_failure, summary_text
from cardio.exporters.csv_table import write_csv
from gis_layers import CardioError, rank_findings
from tests.cardio.deliverables import HOSTILE, empty_deliverable, make_deliverable, nothing_to_build, with_summary


def rows_of(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.dictionaries(st.text(max_size=5), json_values, max_size=4))
def test_a_summary_is_strict_json_with_finite_numbers(summary):
    def refuse(text):
        raise AssertionError(text)

    back = json.loads(summary_text(summary), parse_constant=refuse)
    assert set(back) == set(summary)
    assert list(back) == sorted(back)


def test_numpy_values_become_plain_and_the_endless_becomes_null():
    summary = {"b": np.float64("nan"), "a": [np.int64(3), np.bool_(True), float("inf")], "c": ({"x": np.str_("é")},)}
    assert json.loads(summary_text(summary)) == {"a": [3, True, None], "b": None, "c": [{"x": "é"}]}
    assert summary_text({"b": 1, "a": 2}) == summary_text({"a": 2, "b": 1})


@pytest.mark.parametrize("value", [{1: "x"}, {"x": object()}, {"x": {1, 2}}])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(TypeError, match="summary"):
        summary_text(value)


def test_findings_csv_opens_safely_in_a_spreadsheet(tmp_path):
    deliverable = make_deliverable(text=HOSTILE)
    written = export_failure(deliverable.summary, deliverable.findings, tmp_path, language="fr")
    assert written["findings"].read_bytes().startswith(b"\xef\xbb\xbfseverity,code,layer,file,feature,message")
    header, *rows = rows_of(written["findings"])
    assert len(rows) == len(deliverable.findings)
    assert [row[0] for row in rows[:3]] == ["error", "warning", "note"]
    assert rows[0][header.index("message")] == "'=1+1"
    assert rows[1][header.index("x")] == "683400.0"
    closed = rows[-1]
    assert closed[header.index("title")] == "écart entre lignes refermé"
    assert closed[header.index("what_to_do")] == "Accrocher le bout de la ligne, ou réduire close_gaps_m."
    assert [row[1] for row in rows] == [finding.code for finding in rank_findings(deliverable.findings)]


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.text(st.sampled_from("=+-@\t\r\n ;,\"'a1é"), max_size=6))
def test_no_cell_starts_a_formula_and_no_text_is_lost(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_csv(["text", "number"], [[text, -1.5]], path)
    cell, number = rows_of(path)[1]
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert not cell.startswith(("\t", "\r", "\n"))
    assert cell in (text, f"'{text}")
    assert number == "-1.5"  # a number is no text


def test_every_document_is_written_and_progress_told(tmp_path):
    told = []
    written = export_all(make_deliverable(), tmp_path, lambda stage, share=None, note="": told.append((stage, share)))
    names = {"summary": "summary.json", "findings": "findings.csv", "map": "map.html", "report": "report.html",
             "workbook": "plan.xlsx", "tender": "tender.xlsx", "geopackage": "plan.gpkg"}  # fmt: skip
    assert {key: path.name for key, path in written.items()} == names
    assert {path.name for path in tmp_path.iterdir()} == set(names.values())
    assert {stage for stage, _ in told} == {"export"}
    shares = [share for _, share in told]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert json.loads(written["summary"].read_text("utf-8"))["schema"] == "cardio-summary/1"
    assert written["map"].read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_plan_with_nothing_to_build_is_exported_whole(tmp_path):
    written = export_all(nothing_to_build(), tmp_path)
    assert all(path.stat().st_size > 0 for path in written.values())
    assert "€0.00" in written["report"].read_text("utf-8")


@pytest.mark.parametrize(
    ("part", "words"),
    [("cost", "summary's capex"), ("sites", "the sites"), ("routes", "the routes"), ("prices", "price rows")],
)
def test_totals_that_disagree_by_a_cent_stop_the_export(tmp_path, part, words):
    good = make_deliverable()
    bad = {
        "cost": lambda: with_summary(
            good, cost={**good.summary["cost"], "capex": good.summary["cost"]["capex"] + 0.01}
        ),
        "sites": lambda: replace(good, sites=good.sites.assign(cost_eur=good.sites["cost_eur"] + 0.01)),
        "routes": lambda: replace(good, routes=good.routes.iloc[1:]),
        "prices": lambda: replace(good, prices=good.prices.iloc[1:]),
    }[part]()
    with pytest.raises(CardioError, match=words):
        export_all(bad, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_diagnosis_has_a_gap_list_and_no_plan(tmp_path):
    gaps = pd.DataFrame({"target": ["=wifi"], "zone": [None], "weight": [3.14159], "nearest_m": [float("nan")]})
    written = export_diagnosis(empty_deliverable(), gaps, tmp_path)
    assert set(written) == {"summary", "findings", "map", "gaps"}
    assert rows_of(written["gaps"]) == [["target", "zone", "weight", "nearest_m"], ["'=wifi", "", "3.142", ""]]
