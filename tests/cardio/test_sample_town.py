"""The sample town: deterministic, whole, and delivered with the defects that it says it has."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from ruamel.yaml import YAML

from cardio.prospects import survey_prospects
from cardio.sample_town import SampleTown, draw_sample_town, write_sample_town
from cardio.sample_town.site import centre_squares, to_lambert93
from cardio.sample_town.street_names import street_names
from cardio.sample_town.street_plan import SHORTEST_M, StreetPlan, draw_streets, straight_on
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from gis_layers import Condition, Finding, Layer, LayerSpec, read_layer
from network_model import Crossings, SpatialGraph, build_graph

SEEDS = (62000, 7)
WIFI = ("wifi=0.06", "wifi=0.18", "wifi=0.24")
SCENARIOS = (*WIFI, "life_cycle", "net_cost", "lease", "radio", "no_dig")
BANKS = {"Quai du Rivage", "Quai des Hortillons", "Rue des Cheminots", "Rue du Dépôt"}


@pytest.fixture(scope="module")
def town() -> SampleTown:
    return draw_sample_town()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    assert write_sample_town(folder) == folder / "study.yaml"
    return folder


@pytest.fixture(scope="module")
def study(folder: Path) -> dict[str, dict]:
    return YAML(typ="safe").load(folder / "study.yaml")


@pytest.fixture(scope="module")
def layers(folder: Path, study: dict[str, dict]) -> dict[str, Layer]:
    return {name: read_layer(spec_of(name, keys, folder), crs="EPSG:2154") for name, keys in study["layers"].items()}


@pytest.fixture(scope="module")
def built(layers: dict[str, Layer]) -> tuple[SpatialGraph, tuple[Finding, ...]]:
    return build_graph([layers["streets"]], crossings=Crossings(level="level", bridge="bridge"))


def spec_of(name: str, keys: dict, folder: Path) -> LayerSpec:
    where = {
        column: Condition(tuple(values["not"]), exclude=True) if isinstance(values, dict) else Condition(tuple(values))
        for column, values in keys.get("where", {}).items()
    }
    exists = keys.get("exists", {})
    return LayerSpec(
        name=name,
        kind=keys["kind"],
        path=folder / keys["path"],
        shown_path=keys["path"],
        layer=keys.get("layer"),
        encoding=keys.get("encoding"),
        columns=keys.get("columns", {}),
        where=where,
        exists_column=exists.get("column"),
        exists_values=tuple(exists.get("values", ())),
    )


def plan_of(seed: int) -> StreetPlan:
    return draw_streets(np.random.default_rng(seed))


# --- the plan of the streets


@pytest.mark.parametrize("seed", SEEDS)
def test_streets_have_the_size_of_the_town(seed: int) -> None:
    plan = plan_of(seed)
    junction_ends = int((plan.degree * (plan.degree != 2)).sum())
    assert 60_000 < shapely.length(plan.lines).sum() < 90_000
    assert 700 <= junction_ends // 2 <= 1000
    assert shapely.length(plan.lines).min() >= SHORTEST_M - 0.1
    assert set(plan.kind) == {"centre", "ring", "square", "outskirts", "bank", "bridge"}


@pytest.mark.parametrize("seed", SEEDS)
def test_streets_cross_at_corners_only_but_under_bridges(seed: int) -> None:
    plan = plan_of(seed)
    lines = plan.lines
    one, other = shapely.STRtree(lines).query(lines, predicate="crosses")
    assert len(one) >= 2 * 2 * 8  # bridges cross the streets on both banks
    assert set(plan.kind[np.r_[one, other]]) == {"bridge", "bank"}


@pytest.mark.parametrize("seed", SEEDS)
def test_streets_that_go_straight_on_hold_every_segment_once(seed: int) -> None:
    plan = plan_of(seed)
    steps = [tuple(sorted(step)) for _, corners in straight_on(plan) for step in pairwise(corners)]
    assert sorted(steps) == sorted(map(tuple, np.sort(plan.ends, axis=1).tolist()))


@pytest.mark.parametrize("seed", SEEDS)
def test_streets_are_one_connected_piece(seed: int) -> None:
    plan = plan_of(seed)
    reached, frontier = {0}, [0]
    neighbours: dict[int, list[int]] = {}
    for one, other in plan.ends.tolist():
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    while frontier:
        new = [node for node in neighbours[frontier.pop()] if node not in reached]
        reached.update(new)
        frontier.extend(new)
    assert len(reached) == len(plan.xy)


def test_there_are_enough_different_street_names() -> None:
    names = street_names()
    assert len(set(names)) == len(names) > 350


# --- what stands in the town


def test_same_seed_same_town_and_another_seed_another(town: SampleTown) -> None:
    again, other = draw_sample_town(), draw_sample_town(seed=1)
    assert again.planted == town.planted
    for layer, frame in town.frames.items():
        assert frame.drop(columns="geometry").equals(again.frames[layer].drop(columns="geometry")), layer
        assert (frame.geometry.to_wkb() == again.frames[layer].geometry.to_wkb())[frame.geometry.notna()].all(), layer
    assert not town.frames["streets"].geometry.iloc[:50].equals(other.frames["streets"].geometry.iloc[:50])


def test_written_twice_the_rows_read_back_are_the_same(folder: Path, study: dict, tmp_path: Path) -> None:
    write_sample_town(tmp_path)
    for name, keys in study["layers"].items():
        first, second = (read_layer(spec_of(name, keys, at), crs="EPSG:2154").frame for at in (folder, tmp_path))
        assert first.drop(columns="geometry").equals(second.drop(columns="geometry")), name
        assert first.geometry.to_wkb().equals(second.geometry.to_wkb()), name


@pytest.mark.parametrize("seed", SEEDS)
def test_every_inhabitant_is_in_a_cell_that_holds_homes(seed: int) -> None:
    frames = draw_sample_town(seed=seed).frames
    assert frames["residents"]["IND"].sum() == 40_883
    homes = frames["buildings"].query("USAGE == 'Résidentiel'").centroid
    inhabited = frames["residents"].query("IND > 0").geometry
    assert set(inhabited.sindex.query(homes, predicate="within")[1]) == set(range(len(inhabited)))


def test_zones_hold_the_town_without_overlap(town: SampleTown) -> None:
    zones = town.frames["iris"]
    homes = town.frames["buildings"].geometry.representative_point()
    assert len(zones) == 18
    assert zones["CODE_IRIS"].is_unique
    assert len(zones.sindex.query(homes, predicate="within")[0]) == len(homes)
    assert zones.area.sum() == pytest.approx(zones.union_all().area)


def test_buildings_stand_clear_of_streets_and_of_each_other(town: SampleTown) -> None:
    buildings = town.frames["buildings"].drop_duplicates()
    assert len(buildings) > 2000
    one, other = buildings.sindex.query(buildings.geometry, predicate="intersects")
    assert (one == other).all()
    streets = town.frames["streets"].query("NATURE not in ('Voie ferrée', \"Cours d'eau\")")
    assert len(streets.sindex.query(buildings.geometry, predicate="dwithin", distance=4.0)[0]) == 0


def test_the_squares_and_their_wifi_are_there(town: SampleTown) -> None:
    squares = set(town.frames["streets"].query("NATURE == 'Place'")["NOM_VOIE"])
    assert {"Place des Héros", "Grand'Place", "Place Foch"} <= squares
    hotspots = town.frames["hotspots"]
    assert set(hotspots["PLACE"]) == {"Place des Héros", "Place Foch"}
    place = to_lambert93(centre_squares()["Place des Héros"])
    assert hotspots.query("PLACE == 'Place des Héros'").within(place).all()
    assert {"Gare", "Citadelle"} <= set(town.frames["landmarks"]["NOM"])


def test_assets_are_counted(town: SampleTown) -> None:
    frames = town.frames
    assert len(frames["cabinets"]) == 29
    assert list(frames["exchange"]["NATURE"]) == ["NRO"] + ["SRO"] * (len(frames["exchange"]) - 1)
    assert 40 <= len(frames["landmarks"]) <= 45
    assert 300 <= len(frames["lights"]) <= 1000
    assert frames["bays"]["NB_PLACES"].gt(0).all()
    assert frames["ducts"]["etat"].isin(["REC", "MCO", "AVP", "HS"]).all()
    assert (frames["ducts"]["etat"] == "AVP").any()


@pytest.mark.parametrize(("layer", "off_m"), [("loop", 1.0), ("ducts", 1.5)])
def test_cables_and_ducts_run_beside_streets(town: SampleTown, layer: str, off_m: float) -> None:
    points = shapely.line_interpolate_point(town.frames[layer].geometry.to_numpy(), 0.37, normalized=True)
    streets = town.frames["streets"].geometry
    distance = shapely.distance(points, streets.to_numpy()[streets.sindex.nearest(points, return_all=False)[1]])
    assert distance.max() < off_m + 0.05
    assert np.median(distance) == pytest.approx(off_m, abs=0.01)


# --- as delivered


def test_every_planted_defect_on_a_row_is_found(folder: Path, layers: dict[str, Layer]) -> None:
    planted = json.loads((folder / "defects.json").read_text("utf-8"))
    assert len(planted) >= 8
    for defect in planted:
        if defect["layer"] != "streets":
            feature = "" if defect["row"] is None else str(defect["row"])
            found = {(finding.code, finding.feature) for finding in layers[defect["layer"]].findings}
            assert (defect["code"], feature) in found, defect


def test_nothing_else_is_wrong_with_the_survey(folder: Path, layers: dict[str, Layer]) -> None:
    planted = {(d["layer"], d["code"]) for d in json.loads((folder / "defects.json").read_text("utf-8"))}
    found = {(f.layer, f.code) for layer in layers.values() for f in layer.findings if f.severity != "note"}
    assert found <= planted


def test_rows_are_all_accounted_for(layers: dict[str, Layer]) -> None:
    for layer in layers.values():
        assert layer.rows_read == layer.rows_kept + sum(layer.set_aside.values()), layer.name
    assert layers["ducts"].set_aside["not-existing"] > 10
    assert layers["streets"].set_aside == {"filtered": 2}


def test_the_planted_gap_is_closed(town: SampleTown, built: tuple[SpatialGraph, tuple[Finding, ...]]) -> None:
    (gap,) = (defect for defect in town.planted if defect.layer == "streets")
    repaired = [(finding.code, finding.feature) for finding in built[1] if finding.severity == "repaired"]
    assert repaired == [(gap.code, str(gap.row))]


def test_bridges_do_not_join_the_banks_that_they_cross(built: tuple[SpatialGraph, tuple[Finding, ...]]) -> None:
    graph = built[0]
    nature = graph.attributes["NATURE"].to_numpy()
    assert (nature == "Pont").sum() == 9  # each still one edge from end to end
    ends = np.concatenate([graph.u, graph.v])
    at_bridge = np.isin(ends, ends[np.tile(nature == "Pont", 2)])
    name = graph.attributes["NOM_VOIE"].to_numpy()
    assert set(name) >= BANKS
    assert not BANKS & set(np.tile(name, 2)[at_bridge])
    assert (graph.component == 0).all()
    assert 700 <= len(graph.u) <= 1000


def test_accents_come_through_without_a_cpg(folder: Path, layers: dict[str, Layer]) -> None:
    assert not (folder / "horodateurs.cpg").exists()
    assert layers["meters"].frame["name"].str.contains("côté").all()


def test_shapefiles_are_in_lambert93_with_short_upper_case_names(folder: Path, layers: dict[str, Layer]) -> None:
    shapefiles = sorted(folder.glob("*.shp"))
    assert len(shapefiles) == 11
    assert all("Lambert" in path.with_suffix(".prj").read_text() for path in shapefiles)
    own = {"id", "name", "source_row", "geometry", "surface", "bridge", "level", "people", "places", "free_slots"}
    delivered = set(layers["streets"].frame.columns) - own
    assert delivered == {"ID_VOIE", "NOM_VOIE", "NATURE", "REVETEMENT", "FRANCHISST", "POS_SOL", "LARGEUR"}


# --- as a study


@pytest.mark.parametrize("scenario", [None, *SCENARIOS])
def test_every_target_asks_more_than_today_and_less_than_can_be_reached(folder: Path, scenario: str | None) -> None:
    prospects = survey_prospects(load_study(folder / "study.yaml", scenario=scenario), stopwatch=Stopwatch())
    shares = {row.scope.target: row for row in prospects.coverage if row.scope.zone is None}
    assert set(shares) == {"wifi_town", "fibre_all", "fibre_twice", "parking_town"}
    for name, row in shares.items():
        assert row.before < row.scope.required < row.reachable, name
    lacking = [row for row in prospects.coverage if row.before < row.scope.required]
    assert {row.scope.target for row in lacking} == {*shares, "wifi_centre", "parking_each"}
    assert all(row.scope.required < row.reachable for row in lacking)


def test_the_study_is_of_modest_size_and_lists_every_scenario(folder: Path, study: dict[str, dict]) -> None:
    prospects = survey_prospects(load_study(folder / "study.yaml"), stopwatch=Stopwatch())
    assert 500 <= len(prospects.opportunities.candidates.option) <= 1500
    assert load_study(folder / "study.yaml").scenarios == SCENARIOS
    assert {"extends", "laying.duct.price"} == set(study["scenarios"]["lease"])  # shows how one builds on another
    for file, lines in {"study.yaml": 130, "prices.yaml": 150}.items():  # people read them as examples
        assert len((folder / file).read_text("utf-8").splitlines()) < lines, file
    assert {price.assumed for price in prospects.prices.values()} == {True, False}
    assert prospects.prices["cable_in_duct"].label == "Câble tiré dans un fourreau existant"  # in the study's language


def test_every_scenario_decides_by_the_figure_that_it_names(folder: Path) -> None:
    figures = {name: load_study(folder / "study.yaml", scenario=name).minimise for name in (None, *SCENARIOS)}
    others = {"life_cycle": "present_value", "net_cost": "net_city_cost", "lease": "present_value"}
    assert figures == {name: others.get(name or "", "capex") for name in figures}


def test_prices_have_a_source_or_a_reason_and_say_how_they_vary_and_which_lot_builds_them(folder: Path) -> None:
    prices = survey_prospects(load_study(folder / "study.yaml"), stopwatch=Stopwatch()).prices
    own = YAML(typ="safe").load(folder / "prices.yaml")
    for key in own:
        price = prices[key]
        assert price.source and price.assumed == own[key].get("assumed", False), key
        assert price.family, key
        assert price.unit.endswith("/year") or (price.lot and price.account), key
        assert not price.assumed or "aucune source" in own[key]["why"], key


def test_leased_ducts_cost_more_to_run_than_own_ones_and_as_much_to_equip(folder: Path) -> None:
    prices = survey_prospects(load_study(folder / "study.yaml"), stopwatch=Stopwatch()).prices
    own, leased = prices["cable_in_duct"], prices["cable_in_leased_duct"]
    assert own.typical_eur == leased.typical_eur
    assert {row.key for row in leased.opex} - {row.key for row in own.opex} == {"duct_lease"}


def test_every_meter_says_when_it_was_put_up(folder: Path, layers: dict[str, Layer]) -> None:
    years = layers["meters"].frame["POSE"].astype(int)
    assert years.between(2008, 2021).all()
    assert years.nunique() > 5
    prospects = survey_prospects(load_study(folder / "study.yaml"), stopwatch=Stopwatch())
    assert not [finding for finding in prospects.town.findings if finding.code == "built-year-unusable"]
