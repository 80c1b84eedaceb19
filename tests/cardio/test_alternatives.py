"""Near-optimal plans of a study: on a town whose plans are known by hand and on the sample town."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from cardio.alternatives import Alternatives, find_alternatives
from cardio.alternatives_texts import say_alternatives
from cardio.sample_town import write_sample_town
from gis_layers import CancelledError, StudyError, UnreachableTargetError
from tests.cardio.tiny_town import STUDY, write_tiny_town


def find(folder: Path, *, study: str = STUDY, **options: Any) -> Alternatives:
    return find_alternatives(write_tiny_town(folder, study=study), **options)


def test_the_works_of_the_least_cost_plan_are_proven_where_any_other_costs_much_more(tmp_path: Path) -> None:
    result = find(tmp_path, within=0.02)
    document = result.document
    assert document["plans"][0]["value"] == 17_300.0 and document["limit_eur"] == 17_646.0
    assert document["limit_above_bound"] == pytest.approx(0.02, abs=1e-5)
    for plan in document["plans"]:
        assert plan["value"] <= document["limit_eur"]
        assert all(row["after"] >= row["required"] - 1e-9 for row in plan["coverage"])
    routes = [row for row in document["no_regret"] if row["kind"] == "route"]
    # going round the other way costs paved street or as much trench again
    assert any(row["proof"] == "proven" and row["least_without_eur"] > 17_646.0 for row in routes)
    assert all(row["cost_eur"] > 0 for row in routes)
    proven = sum(row["cost_eur"] for row in document["no_regret"] if row["proof"] == "proven")
    assert 0 < proven <= document["no_regret_at_least_eur"] + 0.02 <= document["no_regret_eur"] + 0.02
    assert result.exit_code == 0


def test_the_document_tells_what_differs_and_adds_up(tmp_path: Path) -> None:
    result = find(tmp_path, within=0.3, count=2)
    document = json.loads(json.dumps(result.document, allow_nan=False))
    assert document["schema"] == "cardio-alternatives/1"
    assert [plan["name"] for plan in document["plans"]][:2] == ["plan", "alternative 1"]
    one = document["plans"][1]
    assert 0 < one["new_eur"] <= one["most_new_eur"] and one["overlap_bound_eur"] <= one["overlap_eur"]
    assert one["differs"] and one["value"] == pytest.approx(17_300.0 + one["more_than_plan_eur"])
    works = result.works
    for number, plan in enumerate(document["plans"]):
        own = sum(float(frame.loc[frame[f"plan_{number}"], "cost_eur"].sum()) for frame in (works.sites, works.routes))
        assert own <= plan["value"]
    assert "alternative 1 against the study's own plan" in say_alternatives(document, None)


def test_the_folder_holds_table_layers_and_document_and_is_replaced(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path / "town")
    out = tmp_path / "plans"
    for count in (1, 2):
        result = find_alternatives(study, within=0.3, count=count, out=out)
    assert {path.name for path in out.iterdir()} == {f"alternatives.{kind}" for kind in ("csv", "gpkg", "json")}
    assert json.loads((out / "alternatives.json").read_text("utf-8"))["plans"] == result.document["plans"]
    table = list(csv.DictReader((out / "alternatives.csv").read_text("utf-8-sig").splitlines()))
    assert len(table) == len(result.works.sites) + len(result.works.routes)
    plans = len(result.document["plans"])
    for row in table:
        has = [int(row[f"plan_{number}"]) for number in range(plans)]
        assert sum(has) == int(row["plans"]) >= 1 and int(row["in_all"]) == int(sum(has) == plans)
        assert row["in_all"] == "1" or not row["no_regret"]
    for layer in ("sites", "routes"):
        frame = gpd.read_file(out / "alternatives.gpkg", layer=layer)
        assert len(frame) == len(getattr(result.works, layer)) and frame.crs == "EPSG:2154"
    with closing(sqlite3.connect(out / "alternatives.gpkg")) as base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert set(styles) == {"sites", "routes"} and "No regret" in styles["sites"]
    with pytest.raises(StudyError, match="which the run reads"):
        find_alternatives(study, out=study.parent)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("plan: {", "plan: {objective: most_coverage, budget: 10000, ", r"plan\.objective is most_coverage"),
        ("plan: {", "plan: {phases: {2027: {budget: 20000}, 2028: {budget: 20000}}, ", "yearly budgets"),
    ],
)
def test_what_is_not_searched_is_refused_before_anything_is_read(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    study = write_tiny_town(tmp_path, study=STUDY.replace(old, new))
    (tmp_path / "town.gpkg").unlink()
    (tmp_path / "town.gpkg").touch()
    with pytest.raises(StudyError, match=message):
        find_alternatives(study)


@pytest.mark.parametrize("options", [{"within": 0.0}, {"within": -0.1}, {"within": 2.0}, {"count": 0}])
def test_options_out_of_range_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(StudyError, match="out of range"):
        find_alternatives(tmp_path / "study.yaml", **options)


def test_targets_out_of_reach_have_no_alternatives(tmp_path: Path) -> None:
    with pytest.raises(UnreachableTargetError, match=r"target fibre: 100\.0% asked"):
        find(tmp_path, scenario="too_much")


def test_a_cancel_keeps_the_alternatives_that_are_done(tmp_path: Path) -> None:
    def cancel(stage: str, share: float | None = None, note: str = "") -> None:
        if note.startswith("alternative 2"):
            raise CancelledError("enough")

    result = find(tmp_path, within=0.3, count=3, progress=cancel)
    assert (result.exit_code, result.document["ending"]) == (5, "cancelled")
    assert len(result.document["plans"]) >= 2 and "stopped by the user" in result.message


def test_without_time_nothing_is_claimed(tmp_path: Path) -> None:
    result = find(tmp_path, time_limit_s=0.0, count=2)
    document = result.document
    assert document["ending"] in ("limit", "nothing_different") and len(document["plans"]) == 1
    assert all(row["proof"] != "proven" for row in document["no_regret"])
    text = say_alternatives(document, None)
    assert "0 of 2 alternatives" in text and "no other plan to compare with" in text


def test_the_sample_town_has_plans_that_differ_by_a_tenth_for_two_percent_more(tmp_path: Path) -> None:
    study = write_sample_town(tmp_path / "survey")
    result = find_alternatives(study, scenario="no_dig", count=1, gap=0.02, node_limit=1, time_limit_s=600)
    best, alternative = result.document["plans"]
    assert alternative["value"] <= 1.02 * best["value"]
    assert alternative["new_eur"] > 0.1 * best["value"]
    assert alternative["most_new_eur"] >= alternative["new_eur"]
    assert result.document["no_regret_eur"] < best["value"]
