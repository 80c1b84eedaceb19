"""What a run says and writes where no plan meets the targets."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from cardio.run import RunResult, run_study
from tests.cardio.tiny_town import CRS, STUDY, at, write_tiny_town

NORTH_BOX = "box@junctions/j650200.0,6860200.0"
METERS_AND_ONE_SCHOOL = 9_400 + 3_000 + 800 + 100 + 60


def run(folder: Path, old: str, new: str) -> RunResult:
    return run_study(write_tiny_town(folder / "town", study=STUDY.replace(old, new)), out=folder / "plan")


def test_the_relaxed_target_can_be_written_and_costs_what_was_said(tmp_path: Path) -> None:
    # the southern school is 30 m from its junction by the routes, the northern one 20 m
    reach = "reach: {rule: along_network, within_m: 60}"
    narrow = reach.replace("60", "25")
    far = STUDY.replace(reach, narrow)
    schools = run(tmp_path, reach, narrow)
    (row,) = schools.summary["relaxation"]
    again = run_study(
        write_tiny_town(
            tmp_path / "again",
            study=far.replace("at_least: 1.0", f"at_least: {row['at_least_suggested']}"),
        )
    )
    assert again.exit_code == 0
    assert again.summary["objective"]["value"] == schools.summary["relaxed_cost"]["value"]


def test_targets_out_of_reach_come_with_the_way_out(tmp_path: Path) -> None:
    result = run(tmp_path, "within_m: 60}\n    connection", "within_m: 10}\n    connection")
    assert result.exit_code == 4
    assert result.message.splitlines() == [
        "target fibre: 100.0% asked, at most 0.0% of the fibre_access demand can be reached with these options",
        "  south (weight 1): the nearest place of an option, junctions/j650200.0,6860000.0, is 22 m away in a straight "
        "line, the service reaches 10 m",
        "  north (weight 1): the nearest place of an option, junctions/j650200.0,6860200.0, is 20 m away in a straight "
        "line, the service reaches 10 m",
        "lower targets.fibre.at_least from 1 to 0",
        "the plan then costs at least 9,400.00 EUR and at most 9,400.00 EUR",
    ]
    assert {path.name for path in (tmp_path / "plan").iterdir()} == {"summary.json", "findings.csv"}
    written = json.loads((tmp_path / "plan" / "summary.json").read_text("utf-8"))
    assert written["relaxation"] == [
        {"target": "fibre", "zone": None, "required": 1.0, "reachable": 0.0, "at_least_suggested": 0.0}
    ]
    assert written["relaxed_cost"] == {"value": 9_400.0, "bound": 9_400.0, "status": "optimal", "without_kept": []}
    assert written["status"] == "infeasible"


def test_forbidden_works_lower_what_can_be_reached_and_are_named(tmp_path: Path) -> None:
    names = f'["{NORTH_BOX}", "box@junctions/j650220.0,6860200.0"]'
    result = run(tmp_path, "plan: {", f"plan: {{forbid: {names}, ")
    assert result.exit_code == 4
    assert f"north (weight 1): plan.forbid excludes {NORTH_BOX} (and 1 more in reach)" in result.message
    assert "south" not in result.message
    assert "lower targets.fibre.at_least from 1 to 0.5" in result.message
    assert result.summary["relaxed_cost"]["value"] == METERS_AND_ONE_SCHOOL
    assert result.summary["coverage"][0]["reachable"] == 0.5


def test_forbidden_routes_that_cut_places_off_are_said(tmp_path: Path) -> None:
    around_north_east = '["streets/row-10/0.0-100.0", "streets/row-11/0.0-100.0"]'
    result = run(tmp_path, "plan: {", f"plan: {{forbid: {around_north_east}, ")
    assert f"north (weight 1): no route connects {NORTH_BOX} (and 1 more in reach)" in result.message
    assert result.summary["relaxation"][0]["at_least_suggested"] == 0.5


def test_a_kept_site_that_nothing_connects_is_named_and_left_out_of_the_relaxed_plan(tmp_path: Path) -> None:
    works = f'keep: ["{NORTH_BOX}"], forbid: ["streets/row-10/0.0-100.0", "streets/row-11/0.0-100.0"], '
    result = run(tmp_path, "plan: {", f"plan: {{{works}")
    assert result.exit_code == 4
    assert f"plan.keep: no route connects {NORTH_BOX} to the existing network" in result.message
    assert f"remove {NORTH_BOX} from plan.keep" in result.message
    assert result.summary["relaxed_cost"]["without_kept"] == [NORTH_BOX]
    assert result.summary["relaxed_cost"]["value"] == METERS_AND_ONE_SCHOOL


def test_two_providers_and_zones_are_told_apart(tmp_path: Path) -> None:
    result = run(tmp_path, "at_least: 0.5, in_each: zones", "at_least: 0.5, in_each: zones, providers: 3")
    rows = result.summary["relaxation"]
    assert [(row["target"], row["zone"], row["reachable"]) for row in rows] == [
        ("parking", "W", 0.0),
        ("parking", "E", 0.0),
    ]
    assert "row-0 (weight 10): 2 of 3 places can serve it" in result.message
    assert "lower targets.parking.at_least in West from 0.5 to 0" in result.message
    assert "is left out of the zone layer" in result.message


def test_a_place_within_the_straight_distance_may_be_too_far_along_the_network(tmp_path: Path) -> None:
    result = run(tmp_path, "within_m: 60}\n    connection", "within_m: 25}\n    connection")
    assert result.exit_code == 4
    assert "22 m away in a straight line, but more than 25 m along the network" in result.message


@pytest.mark.parametrize("limit_s", [0.0, 60.0])
def test_the_relaxed_problem_shares_the_time_limit(tmp_path: Path, limit_s: float) -> None:
    result = run_study(write_tiny_town(tmp_path), scenario="too_much", time_limit_s=limit_s)
    assert result.exit_code == 4
    assert result.summary["relaxed_cost"]["status"] in ("optimal", "limit")


def test_no_more_than_five_demands_of_a_target_are_told_over_all_its_zones(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path, study=STUDY.replace("straight_line, within_m: 60", "straight_line, within_m: 1"))
    bays = gpd.GeoDataFrame(
        {"NB": [float(number) for number in range(1, 13)]},
        geometry=[shapely.Point(at(20 * number - 45, 150)) for number in range(12)],
        crs=CRS,
    )
    bays.to_file(tmp_path / "town.gpkg", layer="bays", driver="GPKG")
    message = run_study(study).message.splitlines()
    assert [line.split(":")[0] for line in message[:7]] == [
        "target parking in West",
        "target parking in East",
        "  row-11 (weight 12)",
        "  row-10 (weight 11)",
        "  row-9 (weight 10)",
        "  row-8 (weight 9)",
        "  row-7 (weight 8)",
    ]
    assert message[7] == "  ... and 7 more"


def test_a_study_that_offers_nothing_for_a_service_or_lays_nothing_is_told_so(tmp_path: Path) -> None:
    result = run(tmp_path, "  box: {service: fibre_access, sites: [junctions], price: closure, backhaul: fibre}\n", "")
    assert result.exit_code == 4
    assert result.message.splitlines()[1].strip().startswith("options: nothing is offered for fibre_access")
    head, laying = STUDY.split("laying:\n")
    study = f"{head}laying: {{}}\n{laying[laying.index('prices: {list') :]}"
    result = run_study(write_tiny_town(tmp_path / "nothing", study=study))
    assert result.exit_code == 4
    (why,) = [line for line in result.message.splitlines() if line.startswith("  ")]
    assert why == "  laying: nothing can be laid (it is empty), and box must be connected; add a method, with its price"
