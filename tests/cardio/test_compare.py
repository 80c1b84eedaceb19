"""Scenarios side by side: on a town whose plans are known by hand."""

from __future__ import annotations

import csv
import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cardio.prospects
import cardio.town
from cardio.cli import app
from cardio.compare import ScenarioComparison, compare_scenarios
from cardio.compare_table import Measure, leave_out_alike, list_measures
from cardio.compare_texts import say_comparison
from cardio.run import run_study
from gis_layers import CancelledError, StudyError
from tests.cardio.tiny_town import STUDY, write_tiny_town

MORE = """
  near: {services.parking_payment.reach.within_m: 59}
  wider: {network.close_gaps_m: 0.2}
  paved: {options.box.backhaul: none}
  dear: {laying.trench.price: trench_paved}
  loose: {targets.parking.at_least: 0.4, plan.solver.gap: 0.02}
  most: {plan.objective: most_coverage, plan.budget: 13400}
  horizon:
    plan.minimise: present_value
    finance: {base_year: 2026, horizon_years: 10, discount_rate: 0.03}
  pounds: {study.currency: GBP}
"""
WHOLE = STUDY + MORE.removeprefix("\n")
PARTS = {
    "read_layer": cardio.town,
    "build_graph": cardio.town,
    "reach_matrix": cardio.town,
    "find_opportunities": cardio.prospects,
}


def compare(folder: Path, *names: str, study: str = WHOLE, **options: Any) -> ScenarioComparison:
    return compare_scenarios(write_tiny_town(folder, study=study), names, **options)


def scenario(result: ScenarioComparison, name: str) -> dict[str, Any]:
    return next(row for row in result.document["scenarios"] if row["name"] == name)


def test_half_a_target_saves_what_only_the_second_school_needs(tmp_path: Path) -> None:
    """By hand: 200 m of trench at 15 EUR, a closure at 800, a termination at 100 and 20 m of drop at 2 EUR."""
    result = compare(tmp_path, "base", "half")
    document = json.loads(json.dumps(result.document, allow_nan=False))
    assert document["schema"] == "cardio-comparison/1" and result.exit_code == 0
    base, half = document["scenarios"]
    assert (base["cost"]["capex"], half["cost"]["capex"]) == (17_300.0, 13_360.0)
    assert (base["routes_m"], half["routes_m"]) == ({"trench": 400.0}, {"trench": 200.0})
    assert [row["count"] for row in half["sites"]] == [1, 2]
    (pair,) = document["pairs"]
    assert pair["other_costs_more"] == {
        "capex_eur": -3_940.0,
        "opex_per_year_eur": 0.0,
        "present_value_eur": None,
        "net_city_cost_eur": None,
    }
    assert pair["figure"] == {
        "basis": "capex excl. tax",
        "other_costs_more": -3_940.0,
        "at_least": -3_940.0,
        "at_most": -3_940.0,
    }
    # two segments, one closure, one connection; all that half builds is in base too
    assert pair["only_first"] == {"count": 4, "routes_m": 200.0, "capex_eur": 3_940.0}
    assert pair["only_other"] == {"count": 0, "routes_m": 0.0, "capex_eur": 0.0}
    assert pair["shared"]["first"] == pair["shared"]["other"] == {"count": 6, "routes_m": 200.0, "capex_eur": 13_360.0}
    assert pair["shared"]["built_otherwise"] == 0
    only = [row["id"] for row in document["works"] if row["scenarios"]["half"] is None]
    assert "fibre_access/north" in only and len(only) == 4


def test_the_works_of_each_scenario_sum_to_its_capex(tmp_path: Path) -> None:
    result = compare(tmp_path, "dear", "base", "half")
    for row in result.document["scenarios"]:
        built = [work["scenarios"][row["name"]] for work in result.document["works"]]
        assert sum(one["cost_eur"] for one in built if one) == pytest.approx(row["cost"]["capex"])
    for pair in result.document["pairs"]:
        first, other = scenario(result, pair["first"])["cost"], scenario(result, pair["other"])["cost"]
        assert pair["only_first"]["capex_eur"] + pair["shared"]["first"]["capex_eur"] == pytest.approx(first["capex"])
        assert pair["only_other"]["capex_eur"] + pair["shared"]["other"]["capex_eur"] == pytest.approx(other["capex"])


def test_a_street_that_is_laid_in_another_way_is_a_shared_work_at_two_costs(tmp_path: Path) -> None:
    renamed = STUDY + "  bored: {laying: {bore: {price: trench_paved}}}\n"
    result = compare(tmp_path, "base", "bored", study=renamed)
    (pair,) = result.document["pairs"]
    shared = pair["shared"]
    assert shared["built_otherwise"] > 0
    assert shared["other"]["capex_eur"] > shared["first"]["capex_eur"]
    assert scenario(result, "bored")["routes_m"] == {"bore": 400.0}
    assert "built otherwise" in say_comparison(result.document, None)
    measures = {(row.key, row.item): row.cells for row in list_measures(result.document)}
    assert measures["routes", "trench"] == (400.0, 0) and measures["routes", "bore"] == (0, 400.0)


@pytest.mark.parametrize(
    ("names", "calls"),
    [
        (("base", "half", "loose"), {"read_layer": 5, "build_graph": 1, "reach_matrix": 2, "find_opportunities": 1}),
        # the reach of one service: only that service and the opportunities are measured anew
        (("base", "near"), {"read_layer": 5, "build_graph": 1, "reach_matrix": 3, "find_opportunities": 2}),
        (("base", "wider"), {"read_layer": 5, "build_graph": 2, "reach_matrix": 4, "find_opportunities": 2}),
        (("base", "paved"), {"read_layer": 5, "build_graph": 1, "reach_matrix": 2, "find_opportunities": 2}),
    ],
)
def test_what_scenarios_have_in_common_is_computed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], calls: dict[str, int]
) -> None:
    made: Counter[str] = Counter()

    def counted(name: str, function: Any) -> Any:
        def count(*args: Any, **options: Any) -> Any:
            made[name] += 1
            return function(*args, **options)

        return count

    for name, module in PARTS.items():
        monkeypatch.setattr(module, name, counted(name, getattr(module, name)))
    result = compare(tmp_path, *names)
    # opportunities measure the reach of the places that could be built themselves, in their own package
    assert made == calls
    assert all(row["has_plan"] for row in result.document["scenarios"])


@pytest.mark.parametrize("name", ["half", "near", "wider", "paved", "dear", "most", "horizon"])
def test_a_scenario_that_shares_a_survey_has_the_plan_it_has_alone(tmp_path: Path, name: str) -> None:
    together = compare(tmp_path, "base", name).results[name]
    alone = run_study(tmp_path / "study.yaml", scenario=name)
    differ = {"created", "timings_s"}
    assert {key: value for key, value in together.summary.items() if key not in differ} == {
        key: value for key, value in alone.summary.items() if key not in differ
    }
    assert together.findings == alone.findings
    assert together.deliverable is not None and alone.deliverable is not None
    assert together.deliverable.bill.equals(alone.deliverable.bill)


def test_a_scenario_without_a_plan_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    result = compare(tmp_path, "too_much", "base", "half", out=tmp_path / "out")
    row = scenario(result, "too_much")
    assert (row["status"], row["has_plan"], row["cost"]["capex"]) == ("infeasible", False, None)
    assert "target fibre: 100.0% asked" in row["reason"]
    assert scenario(result, "half")["cost"]["capex"] == 13_360.0 and result.exit_code == 0
    assert result.document["pairs"] == []
    text = say_comparison(result.document, None)
    assert "reason [too_much]: target fibre" in text and "no two plans to compare work by work" in text
    page = (tmp_path / "out" / "compare.html").read_text("utf-8")
    assert "no plan is possible" in page and "Only in base" in page  # the two that have a plan are drawn


def test_exit_codes_tell_the_worst_that_happened(tmp_path: Path) -> None:
    study = STUDY + "  none: {services.fibre_access.reach.within_m: 9}\n"
    result = compare(tmp_path, "too_much", "none", study=study)
    assert result.exit_code == 4 and result.message == "no scenario has a plan that meets its targets"

    def cancel(stage: str, share: float | None = None, note: str = "") -> None:
        if stage == "solve" and next(solves) > 0:
            raise CancelledError("enough")

    solves = itertools.count()
    stopped = compare(tmp_path, "half", "base", progress=cancel, out=tmp_path / "out")
    assert stopped.exit_code == 5 and "base" in stopped.message and list(stopped.results) == ["half"]
    assert scenario(stopped, "base")["reason"] == "not planned: the user stopped the run before it"
    assert "not planned" in say_comparison(stopped.document, None)


def test_figures_of_different_bases_are_not_subtracted(tmp_path: Path) -> None:
    result = compare(tmp_path, "base", "horizon", "most", "half")
    horizon, most, half = result.document["pairs"]
    assert horizon["figure"] is None and most["figure"] is None and half["figure"] is not None
    assert horizon["other_costs_more"]["present_value_eur"] is None
    assert horizon["other_costs_more"]["capex_eur"] == 0.0
    measures = {row.key: row for row in list_measures(result.document)}
    assert measures["worth"].cells[0] is None and 0 < measures["worth"].cells[2] < 1
    assert measures["value"].cells[2] is None and measures["value"].cells[0] == 17_300.0
    assert "not subtracted" in say_comparison(result.document, None)
    for row in result.document["scenarios"]:  # no gap without how far the prices can be trusted
        assert row["objective"]["gap"] is not None
        assert row["cost"]["range"]["low"] <= row["cost"]["capex"] <= row["cost"]["range"]["high"]
        assert 0 <= row["cost"]["share_from_assumed_prices"] <= 1


@pytest.mark.parametrize(
    ("names", "message", "hint"),
    [
        (("base", "halv"), "no scenario 'halv'", "did you mean half?"),
        (("bas", "half"), "no scenario 'bas'", "did you mean base?"),
        (("half", "base", "half"), "'half' is named twice", "once"),
        (("half",), "two scenarios or more", "base, half"),
        (("base", "pounds"), "different currencies: EUR, GBP", "same study.currency"),
    ],
)
def test_names_that_cannot_be_compared_are_refused_before_anything_is_read(
    tmp_path: Path, names: tuple[str, ...], message: str, hint: str
) -> None:
    study = write_tiny_town(tmp_path, study=WHOLE)
    (tmp_path / "town.gpkg").write_bytes(b"")
    with pytest.raises(StudyError, match=message) as raised:
        compare_scenarios(study, names)
    assert hint in raised.value.hint


def test_a_scenario_may_not_take_the_name_of_the_study_itself(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="name of the study without one"):
        compare(tmp_path, "base", "half", study=STUDY + "  base: {targets.fibre.at_least: 0.5}\n")


def test_the_folder_is_replaced_whole_and_says_the_same_everywhere(tmp_path: Path) -> None:
    study, out = write_tiny_town(tmp_path / "town"), tmp_path / "out"
    for names in (("half", "base"), ("base", "half")):
        result = compare_scenarios(study, names, out=out)
    own = {f"compare.{kind}" for kind in ("html", "csv", "json", "xlsx", "gpkg")}
    assert {path.name for path in out.iterdir()} == {*own, "works.csv", "compare_map.html"}
    document = json.loads((out / "compare.json").read_text("utf-8"))
    assert document == json.loads(json.dumps(result.document))
    table = {
        (row["measure"], row["item"], row["zone"]): row
        for row in csv.DictReader((out / "compare.csv").read_text("utf-8-sig").splitlines())
    }
    assert table["capex", "", ""]["base"] == "17300.0" and table["capex", "", ""]["unit"] == "EUR"
    assert table["after", "fibre", ""]["half"] == "0.5" and table["after", "parking", "West"]["base"] == "1.0"
    works = list(csv.DictReader((out / "works.csv").read_text("utf-8-sig").splitlines()))
    assert len(works) == len(document["works"]) == 10
    assert sum(float(row["half cost_eur"] or 0) for row in works) == 13_360.0
    assert sum(int(row["base has"]) for row in works) == 10
    page = (out / "compare.html").read_text("utf-8")
    assert "<script" not in page and "€17,300.00" in page and "Only in base" in page and "<svg" in page
    with pytest.raises(StudyError, match="which the run reads"):
        compare_scenarios(study, ("base", "half"), out=study.parent)


def test_the_page_speaks_french_and_shows_names_as_text(tmp_path: Path) -> None:
    study = STUDY.replace("language: en", "language: fr").replace("Tinyville", '"<b>Ville</b>"')
    compare(tmp_path / "town", "base", "half", study=study, out=tmp_path / "out")
    page = (tmp_path / "out" / "compare.html").read_text("utf-8")
    assert "Scénarios côte à côte" in page and "Seulement dans base" in page and "prouvé optimal" in page
    assert "<b>Ville" not in page and "&lt;b&gt;Ville" in page


def test_the_same_question_has_the_same_answer(tmp_path: Path) -> None:
    documents = [compare(tmp_path, "base", "half", "dear").document for _ in range(2)]
    for document in documents:
        del document["created"], document["timings_s"]
    assert documents[0] == documents[1]


def test_the_command_prints_one_document_or_the_table(tmp_path: Path) -> None:
    study = str(write_tiny_town(tmp_path))
    runner = CliRunner()
    run = runner.invoke(app, ["compare", study, "base", "half", "--json", "--time-limit", "60", "--gap", "0.01"])
    assert run.exit_code == 0
    document = json.loads(run.stdout)
    assert [row["name"] for row in document["scenarios"]] == ["base", "half"]
    assert {row["gap_asked"] for row in document["scenarios"]} == {0.01}
    told = runner.invoke(app, ["compare", study, "base", "half"])
    assert "half against base" in told.stdout and "17,300.00 EUR" in told.stdout


def test_zones_in_which_nothing_differs_are_counted_and_not_listed() -> None:
    def rows(zone: str, *shares: tuple[float | None, float | None]) -> list[Measure]:
        columns = dict(zip(("required", "before", "after"), shares, strict=True))
        return [Measure(key, "parking", zone, "share", cells) for key, cells in columns.items()]

    alike = rows("North", (0.5, 0.5), (0.8, 0.8), (0.8, 0.8)) + rows("West", (0.5, 0.5), (0.5, 0.5), (0.9, 0.9))
    told = [
        *rows("", (0.5, 0.5), (0.8, 0.8), (0.8, 0.8)),  # the whole town
        *rows("South", (0.5, 0.6), (0.8, 0.8), (0.8, 0.8)),  # asked otherwise
        *rows("East", (0.5, 0.5), (0.8, 0.8), (0.8, 0.9)),  # served otherwise
        *rows("Port", (0.5, 0.5), (0.4, 0.4), (0.8, 0.8)),  # not served today
        *rows("Hill", (0.5, 0.5), (0.8, 0.8), (0.8, None)),  # a scenario has no plan
    ]
    assert leave_out_alike([*told, *alike]) == (told, {"parking": 2})
    assert leave_out_alike(told) == (told, {})
