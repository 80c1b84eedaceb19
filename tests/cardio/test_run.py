"""From survey files to deliverables on a town whose optimum is known by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from cardio.diagnosis import diagnose_study
from cardio.run import run_study
from cardio.stopwatch import Stopwatch
from gis_layers import StudyError, SurveyError
from tests.cardio.tiny_town import CRS, STUDY, at, write_tiny_town

OUTPUTS = {"summary.json", "map.html", "plan.gpkg", "plan.xlsx", "tender.xlsx", "report.html", "findings.csv"}


def test_plan_costs_what_it_costs_by_hand(tmp_path: Path) -> None:
    result = run_study(write_tiny_town(tmp_path / "town"), out=tmp_path / "plan")
    summary = result.summary
    assert result.exit_code == 0
    assert summary["status"] == "optimal"
    assert summary["objective"]["value"] == summary["cost"]["capex"] == 17_300.0
    assert summary["objective"]["bound"] == pytest.approx(17_300.0)
    assert summary["verified"] is True
    assert summary["build"] == {
        "sites": [{"option": "box", "count": 2}, {"option": "meter", "count": 2}],
        "routes_m": {"trench": 400.0},
    }
    # 1,600 of closures, 200 of terminations and 100 of drops have no source
    assert summary["cost"]["share_from_assumed_prices"] == pytest.approx(1_900 / 17_300, abs=1e-6)
    assert {path.name for path in (tmp_path / "plan").iterdir()} == OUTPUTS
    assert json.loads((tmp_path / "plan" / "summary.json").read_text("utf-8"))["objective"] == summary["objective"]


def test_the_way_from_the_exchange_to_the_street_is_dug_and_paid(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    moved = gpd.GeoDataFrame({"id": ["NRO"]}, geometry=[shapely.Point(at(-55, 0))], crs=CRS)
    moved.to_file(tmp_path / "town.gpkg", layer="exchange", driver="GPKG")
    result = run_study(study)
    assert result.summary["objective"]["value"] == 17_300.0 + 55 * 15
    assert result.deliverable is not None
    routes = result.deliverable.routes.set_index("id")
    assert routes.loc["lead_in/exchange/NRO", ["length_m", "cost_eur"]].tolist() == [55.0, 825.0]


def test_every_target_has_its_shares(tmp_path: Path) -> None:
    rows = run_study(write_tiny_town(tmp_path)).summary["coverage"]
    assert [
        (row["target"], row["zone"], row["before"], row["after"], row["reachable"], row["met"]) for row in rows
    ] == [
        ("fibre", None, 0.0, 1.0, 1.0, True),
        ("parking", "W", 0.0, 1.0, 1.0, True),
        ("parking", "E", 0.0, 1.0, 1.0, True),
    ]


def test_demand_near_routes_that_lead_nowhere_is_unreachable_in_the_layer_too(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path, study=STUDY.replace("at_least: 1.0", "at_least: 0.5"))
    town = tmp_path / "town.gpkg"
    island = [shapely.LineString([at(900, y), at(1000, y)]) for y in (0, 50)]
    island.append(shapely.LineString([at(900, 0), at(900, 50)]))
    streets, schools = gpd.read_file(town, layer="streets"), gpd.read_file(town, layer="schools")
    more_streets = gpd.GeoDataFrame({"REVET": ["terre"] * 3}, geometry=island, crs=CRS)
    more_schools = gpd.GeoDataFrame({"id": ["island"]}, geometry=[shapely.Point(at(990, 10))], crs=CRS)
    pd.concat([streets, more_streets]).to_file(town, layer="streets", driver="GPKG")
    pd.concat([schools, more_schools]).to_file(town, layer="schools", driver="GPKG")
    result = run_study(study)
    assert result.deliverable is not None
    demand = result.deliverable.demand
    assert demand.set_index("id")["reachable"].to_dict() == {
        "south": True, "north": True, "island": False, "row-0": True, "row-1": True
    }  # fmt: skip
    assert result.summary["coverage"][0]["reachable"] == pytest.approx(2 / 3)


def test_the_bill_adds_up_to_the_plan_to_the_cent(tmp_path: Path) -> None:
    deliverable = run_study(write_tiny_town(tmp_path)).deliverable
    assert deliverable is not None
    bill = deliverable.bill
    assert round(bill["amount_eur"].sum() * 100) == 1_730_000
    connections = bill[bill["kind"] == "connection"].set_index(["work_id", "price_key"])["quantity"]
    assert connections["fibre_access/south", "drop"] == 30.0
    assert connections["fibre_access/north", "drop"] == 20.0
    works = deliverable.sites["cost_eur"].sum() + deliverable.routes["cost_eur"].sum()
    assert works + deliverable.demand["connection_eur"].sum() == 17_300.0


def test_metres_laid_are_the_sum_of_the_lengths_shown(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    streets = gpd.read_file(tmp_path / "town.gpkg", layer="streets")
    streets.geometry = streets.scale(1.00004, 1.00004, origin=at(0, 0))  # 100.004 m each
    streets.to_file(tmp_path / "town.gpkg", layer="streets", driver="GPKG")
    result = run_study(study)
    assert result.deliverable is not None
    assert result.deliverable.routes["length_m"].tolist() == [100.0] * 4
    assert result.summary["build"]["routes_m"] == {"trench": 400.0}


def test_each_trench_says_what_it_connects(tmp_path: Path) -> None:
    routes = run_study(write_tiny_town(tmp_path)).deliverable.routes.set_index("id")
    assert routes.loc["streets/row-0/0.0-100.0", "why"] == "connects 2 × Box"  # first metres from the exchange
    assert routes.loc["streets/row-11/0.0-100.0", "why"] == "connects 1 × Box"  # last ones to the north-east corner
    assert set(routes["services"]) == {"fibre_access"}


def test_scenario_changes_the_plan(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    half = run_study(study, scenario="half").summary
    # one school instead of two: 200 m of trench, one closure, one termination, 30 m of drop
    assert half["objective"]["value"] == 3_000 + 800 + 100 + 60 + 9_400
    assert half["scenario"] == "half"


def test_unreachable_target_names_the_best_share_and_writes_the_summary(tmp_path: Path) -> None:
    result = run_study(write_tiny_town(tmp_path / "town"), scenario="too_much", out=tmp_path / "plan")
    assert result.exit_code == 4
    assert "fibre: 100.0% asked, at most 0.0%" in result.message
    assert result.deliverable is None
    assert {path.name for path in (tmp_path / "plan").iterdir()} == {"summary.json", "findings.csv"}
    written = json.loads((tmp_path / "plan" / "summary.json").read_text("utf-8"))
    assert written["status"] == "infeasible"
    assert written["objective"]["value"] is None


def test_same_study_gives_the_same_summary(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    first, second = run_study(study).summary, run_study(study).summary
    for summary in (first, second):
        summary.pop("created")
        summary.pop("timings_s")
    assert first == second


def test_row_order_does_not_change_the_cost(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    streets = gpd.read_file(tmp_path / "town.gpkg", layer="streets")
    streets.iloc[::-1].reset_index(drop=True).to_file(tmp_path / "town.gpkg", layer="streets", driver="GPKG")
    assert run_study(study).summary["objective"]["value"] == 17_300.0


def test_missing_price_is_named_before_anything_is_written(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path / "town", study=STUDY.replace("price: closure", "price: closur"))
    with pytest.raises(StudyError, match=r"closur.*options\.box\.price|options\.box\.price.*closur"):
        run_study(study, out=tmp_path / "plan")
    assert not (tmp_path / "plan").exists()


def test_service_without_demand_is_refused(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    schools = gpd.read_file(tmp_path / "town.gpkg", layer="schools")
    schools.iloc[:0].to_file(tmp_path / "town.gpkg", layer="schools", driver="GPKG")
    with pytest.raises(SurveyError, match=r"fibre_access: .* no demand: schools: the file has no row"):
        run_study(study)


@pytest.mark.parametrize(("layer", "what"), [("schools", "no demand"), ("streets", "no line"), ("zones", "no polygon")])
def test_a_layer_of_which_no_row_can_be_used_says_how_many_were_set_aside_and_why(
    tmp_path: Path, layer: str, what: str
) -> None:
    study = write_tiny_town(tmp_path)
    frame = gpd.read_file(tmp_path / "town.gpkg", layer=layer)
    count = len(frame)
    frame.set_geometry([None] * count).to_file(tmp_path / "town.gpkg", layer=layer, driver="GPKG")
    said = rf"{what}.*: {count} rows read, {count} set aside \({count} null-geometry, first row 0: "
    with pytest.raises(SurveyError, match=said):
        run_study(study)


def test_filters_of_the_study_that_leave_nothing_are_an_error_of_the_study(tmp_path: Path) -> None:
    filtered = "path: town.gpkg, layer: schools, where: {id: [west]}}"
    study = write_tiny_town(tmp_path, study=STUDY.replace("path: town.gpkg, layer: schools}", filtered))
    with pytest.raises(StudyError, match=r"schools: 2 rows read, 2 set aside \(2 filtered by where:\)"):
        run_study(study)


def test_findings_made_after_reading_count_for_their_layer(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    bays = gpd.read_file(tmp_path / "town.gpkg", layer="bays").assign(NB=[-1.0, 2.0])
    bays.to_file(tmp_path / "town.gpkg", layer="bays", driver="GPKG")
    result = run_study(study)
    counts = {layer["name"]: layer["findings"]["error"] for layer in result.summary["layers"]}
    assert counts == {"streets": 0, "exchange": 0, "schools": 0, "bays": 1, "zones": 0}
    (empty,) = [finding for finding in result.findings if finding.code == "zone-without-demand"]
    assert (empty.severity, empty.feature) == ("warning", "W")


def test_demand_of_which_no_weight_can_be_used_is_an_error_of_the_survey(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    bays = gpd.read_file(tmp_path / "town.gpkg", layer="bays").assign(NB=[-1.0, -2.0])
    bays.to_file(tmp_path / "town.gpkg", layer="bays", driver="GPKG")
    with pytest.raises(SurveyError, match=r"bays: 2 rows read, 2 set aside \(2 .*, first row 0: places is"):
        run_study(study)


@pytest.mark.parametrize("run", [run_study, diagnose_study])
def test_an_output_folder_that_holds_what_the_run_reads_is_refused_before_it_reads(
    tmp_path: Path, run: Callable[..., object]
) -> None:
    study = write_tiny_town(tmp_path / "town")
    data = tmp_path / "data"
    data.mkdir()
    (study.parent / "town.gpkg").rename(data / "town.gpkg")
    stages: list[str] = []
    for out in (study.parent, data):
        with pytest.raises(StudyError, match="which the run reads"):
            run(study, data=[data], out=out, progress=lambda stage, share=None, note="": stages.append(stage))
    assert stages == []


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path / "town")
    mine = tmp_path / "plan"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(StudyError, match="plan"):
        run_study(study, out=mine)
    assert (mine / "thesis.txt").read_text("utf-8") == "years of work"


def test_stages_are_timed(tmp_path: Path) -> None:
    watch = Stopwatch()
    result = run_study(write_tiny_town(tmp_path / "town"), out=tmp_path / "plan", stopwatch=watch)
    assert set(result.summary["timings_s"]) == {
        "read",
        "graph",
        "coverage",
        "opportunities",
        "costing",
        "solve",
        "report",
        "export",
    }
    assert all(seconds > 0 for seconds in watch.seconds.values())
    assert set(watch.peak_mb) == set(watch.seconds)


def test_outputs_state_the_settings_that_the_run_was_given(tmp_path: Path) -> None:
    result = run_study(write_tiny_town(tmp_path), gap=0.25, time_limit_s=321, seed=7)
    assert result.deliverable is not None
    said = result.deliverable.assumptions
    assert "0.25" in said["solver"] and "321" in said["solver"]
    assert said["seed"] == "7" and result.summary["seed"] == 7
