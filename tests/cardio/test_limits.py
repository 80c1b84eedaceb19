"""Equipment that serves at most so much, and free places of cabinets that exist, on a town known by hand."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from cardio.run import RunResult, run_study
from gis_layers import StudyError
from tests.cardio.tiny_town import CRS, STUDY, at, write_tiny_town

EVERYTHING = 17_300
CABINET = STUDY.replace(
    "  zones: {kind",
    "  cabinets: {kind: street_cabinet, path: town.gpkg, layer: cabinets, columns: {free_slots: LIBRE}}\n"
    "  zones: {kind",
).replace(
    "options:\n",
    "options:\n  existing: {service: fibre_access, sites: [cabinets], price: none, backhaul: none, "
    "serves_at_most: {column: free_slots}}\n",
)


def with_cabinet(folder: Path, free: list[float | None], *, study: str = CABINET, schools: int = 1) -> RunResult:
    """Plan the town with cabinets beside the southern school, of which there may be several."""
    path = write_tiny_town(folder, study=study)
    cabinets = gpd.GeoDataFrame(
        {"id": [f"A{number}" for number in range(len(free))], "LIBRE": free},
        geometry=[shapely.Point(at(201, 20)) for _ in free],
        crs=CRS,
    )
    cabinets.to_file(folder / "town.gpkg", layer="cabinets", driver="GPKG")
    places = [at(190, 20)] * schools + [at(200, 220)]
    rows = gpd.GeoDataFrame(
        {"id": [f"school-{number}" for number in range(len(places))]}, geometry=shapely.points(places), crs=CRS
    )
    rows.to_file(folder / "town.gpkg", layer="schools", driver="GPKG")
    return run_study(path, out=folder / "plan")


def test_a_free_place_saves_the_box_and_counts_once(tmp_path: Path) -> None:
    result = with_cabinet(tmp_path, [1])
    # 11 m of drop from the cabinet instead of 30 m from the corner
    assert result.summary["objective"]["value"] == EVERYTHING - 800 - 38
    assert result.deliverable is not None
    sites = result.deliverable.sites.set_index("id")
    assert sites.loc["existing@cabinets/A0", "cost_eur"] == 0
    demand = result.deliverable.demand.set_index("id")
    assert demand.loc["school-0", "provider"] == "existing@cabinets/A0"
    assert "existing" not in " ".join(result.deliverable.bill["work_id"])


@pytest.mark.parametrize(("free", "from_cabinet"), [(0, 0), (1, 1), (2, 2), (5, 2)])
def test_a_cabinet_serves_no_more_than_it_has_places(tmp_path: Path, free: int, from_cabinet: int) -> None:
    result = with_cabinet(tmp_path, [free], schools=2)
    assert result.deliverable is not None
    providers = result.deliverable.demand["provider"].tolist()
    assert providers.count("existing@cabinets/A0") == from_cabinet
    both = 800 if from_cabinet == 2 else 0
    assert result.summary["objective"]["value"] == EVERYTHING + 160 - both - 38 * from_cabinet


def test_a_missing_number_of_places_is_a_finding_and_counts_as_none(tmp_path: Path) -> None:
    result = with_cabinet(tmp_path, [None])
    assert result.summary["objective"]["value"] == EVERYTHING
    found = [finding for finding in result.findings if finding.code == "free-places-missing"]
    assert [(one.feature, one.severity, one.done) for one in found] == [
        ("", "warning", "counts as no free place"),
        ("A0", "warning", "counts as no free place"),
    ]


def test_a_layer_without_the_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"layer 'cabinets' .* has no column 'free_slots'"):
        with_cabinet(tmp_path, [1], study=CABINET.replace(", columns: {free_slots: LIBRE}", ""))


def test_equipment_that_serves_too_little_for_a_demand_leaves_it_out_of_reach(tmp_path: Path) -> None:
    limited = STUDY.replace(
        "price: parking_meter, backhaul: none", "price: parking_meter, backhaul: none, serves_at_most: 20"
    )
    result = run_study(write_tiny_town(tmp_path, study=limited))
    assert result.exit_code == 4
    assert [(row["zone"], row["at_least_suggested"]) for row in result.summary["relaxation"]] == [("E", 0.0)]
    assert "serves at most 20" in result.message
    assert "along the network" not in result.message
    enough = limited.replace("serves_at_most: 20", "serves_at_most: 30")
    assert run_study(write_tiny_town(tmp_path / "enough", study=enough)).summary["objective"]["value"] == EVERYTHING


def test_limits_that_keep_a_target_out_of_reach_together_are_told(tmp_path: Path) -> None:
    # only the cabinet can serve the two southern schools, and it has one place
    only = CABINET.replace("  box: {service: fibre_access, sites: [junctions], price: closure, backhaul: fibre}\n", "")
    only = only.replace(
        "fibre: {service: fibre_access, at_least: 1.0}", "fibre: {service: fibre_access, at_least: 0.6}"
    )
    result = with_cabinet(tmp_path, [1], study=only, schools=2)
    assert result.exit_code == 4
    assert (
        "target fibre: 60.0% asked; with what each piece of equipment serves at most, the plan that covers most "
        "reaches 33.3%" in result.message
    )
    assert "lower targets.fibre.at_least from 0.6 to 0.333" in result.message
    assert result.summary["relaxed_cost"]["status"] == "optimal"
