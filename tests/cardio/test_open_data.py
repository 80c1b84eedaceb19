"""``cardio export PLAN FOLDER --policy FILE``: what is published of a plan, and what never is."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from cardio.cli import main
from cardio.export import export_plan
from cardio.export_policy import read_policy
from cardio.exporters.ofds_check import validate_package
from gis_layers import StudyError

LEAST = "licence: etalab-2.0\npublisher: Tinyville\n"
BAYS = LEAST + "demand: {zones: zones, least_count: 11, not_people: [fibre_access]}\n"


@pytest.fixture
def publish(tiny_plan: Path, tmp_path: Path) -> Callable[[str], Path]:
    def run(policy: str) -> Path:
        path = tmp_path / "policy.yaml"
        path.write_text(policy, encoding="utf-8")
        export_plan(tiny_plan, str(tmp_path / "open"), policy=path, force=True)
        return tmp_path / "open"

    return run


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_folder_can_be_published_as_it_is(publish: Callable[[str], Path]) -> None:
    folder = publish(BAYS)
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt", "datapackage.json", "demand.csv", "demand.geojson", "routes.csv", "routes.geojson", "sites.csv",
        "sites.geojson", "suppressed.csv", "zones.csv", "zones.geojson",
    ]  # fmt: skip
    readme = (folder / "README.txt").read_text("utf-8")
    assert "Licence Ouverte / Open Licence 2.0 (etalab-2.0), https://spdx.org/" in readme
    assert "Producteur : Tinyville" in readme and "(DT-DICT)" in readme
    assert "Aucun groupe de moins de 11 personnes" in readme
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["licenses"][0]["name"] == "etalab-2.0"
    assert package["contributors"] == [{"title": "Tinyville", "role": "publisher"}]
    assert package["cardio"]["policy"]["demand"]["least_count"] == 11


def test_the_package_describes_what_the_tables_hold(publish: Callable[[str], Path]) -> None:
    folder = publish(BAYS)
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    casts: dict[str, Callable[[str], Any]] = {
        "string": str, "number": float, "integer": int, "year": int,
        "boolean": {"True": True, "False": False}.__getitem__,
    }  # fmt: skip
    tables = [resource for resource in package["resources"] if "schema" in resource]
    assert {table["name"] for table in tables} == {"sites", "routes", "zones", "demand"}
    for table in tables:
        rows = rows_of(folder / table["path"])
        fields = {field["name"]: field["type"] for field in table["schema"]["fields"]}
        assert rows and list(rows[0]) == list(fields)
        for row in rows:
            for name, text in row.items():
                assert text == "" or casts[fields[name]](text) is not None
    for resource in package["resources"]:
        assert (folder / resource["path"]).stat().st_size == resource["bytes"]


def test_amounts_name_their_currency(publish: Callable[[str], Path]) -> None:
    folder = publish(LEAST + "language: en\nfields: {sites: [option, cost_eur]}\n")
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    (sites,) = [resource for resource in package["resources"] if resource["name"] == "sites"]
    assert {field["name"]: field["title"] for field in sites["schema"]["fields"]}["cost_eur"] == "Cost (EUR excl. tax)"
    assert "  cost_eur: Cost (EUR excl. tax)" in (folder / "README.txt").read_text("utf-8").splitlines()


def test_geojson_is_rfc_7946_and_lies_where_the_plan_does(publish: Callable[[str], Path], tiny_plan: Path) -> None:
    folder = publish(BAYS)
    for name, layer in (("sites", "sites"), ("routes", "routes"), ("zones", "zones")):
        text = (folder / f"{name}.geojson").read_text("utf-8")
        document = json.loads(text)
        assert "crs" not in document and document["type"] == "FeatureCollection"
        back = gpd.read_file(folder / f"{name}.geojson")
        source = gpd.read_file(tiny_plan / "plan.gpkg", layer=layer)
        apart = back.to_crs(source.crs).geometry.hausdorff_distance(source.geometry, align=False)
        assert apart.max() < 0.02
        numbers = shapely.get_coordinates(back.geometry)
        assert (np.round(numbers, 7) == numbers).all()
    for area in gpd.read_file(folder / "zones.geojson").geometry:
        assert area.exterior.is_ccw


def test_only_listed_fields_leave(publish: Callable[[str], Path]) -> None:
    folder = publish(LEAST)
    assert list(rows_of(folder / "sites.csv")[0]) == [
        "option",
        "service",
        "backhaul",
        "place_layer",
        "year",
        "lon",
        "lat",
    ]
    log = {(row["table"], row["element"]) for row in rows_of(folder / "suppressed.csv")}
    assert {
        ("sites", "serves_weight"),
        ("sites", "why"),
        ("routes", "cost_eur"),
        ("demand", "*"),
        ("existing", "*"),
    } <= log
    chosen = publish(LEAST + "fields: {sites: [id, cost_eur], routes: []}\n")
    assert list(rows_of(chosen / "sites.csv")[0]) == ["id", "cost_eur", "lon", "lat"]
    assert not (chosen / "routes.csv").exists()


def test_points_of_demand_and_what_is_known_of_them_never_leave(
    publish: Callable[[str], Path], tiny_plan: Path
) -> None:
    folder = publish(BAYS)
    demand = gpd.read_file(tiny_plan / "plan.gpkg", layer="demand")
    text = "".join(path.read_text("utf-8") for path in folder.iterdir() if path.name != "datapackage.json")
    assert not set(demand["provider"]) - {"", "existing"} & set(text.split(","))
    points = shapely.MultiPoint(list(demand.geometry))
    for path in folder.glob("*.geojson"):
        shown = gpd.read_file(path).to_crs(demand.crs).geometry
        corners = shapely.points(shapely.get_coordinates(shown))
        assert shapely.distance(corners, points).min() > 5, path.name


def test_counts_by_zone_worked_by_hand(publish: Callable[[str], Path]) -> None:
    # 10 bays stand in the west, 30 in the east; both are newly served. 10 is below 11, so the west is joined with the
    # east, the only other zone: 40. The schools, declared to be no people, are both in the east.
    rows = rows_of(publish(BAYS) / "demand.csv")
    found = [(row["area"], row["service"], row["weight"], row["served_today"], row["newly_served"]) for row in rows]
    assert found == [("E", "fibre_access", "2", "0", "2"), ("rest", "parking_payment", "40", "0", "40")]
    alone = rows_of(publish(BAYS.replace("11", "10")) / "demand.csv")
    assert [(row["area"], row["weight"]) for row in alone if row["service"] == "parking_payment"] == [
        ("W", "10"),
        ("E", "30"),
    ]


def test_the_log_says_what_was_joined_and_why(publish: Callable[[str], Path]) -> None:
    log = {
        (row["element"], row["raison"]) for row in rows_of(publish(BAYS) / "suppressed.csv") if row["table"] == "demand"
    }
    assert ("W", "un groupe sous le seuil : réuni à d’autres") in log
    assert ("E", "joined so that another cannot be found by subtraction") not in log
    assert any(item == "E" and "soustraction" in reason for item, reason in log)


def test_a_service_that_is_small_as_a_whole_is_left_out(publish: Callable[[str], Path]) -> None:
    folder = publish(LEAST + "language: en\ndemand: {zones: zones, least_count: 11}\n")
    assert {row["service"] for row in rows_of(folder / "demand.csv")} == {"parking_payment"}
    log = [row for row in rows_of(folder / "suppressed.csv") if row["item"] == "fibre_access"]
    assert "below the least count" in log[0]["reason"]


def test_squares_in_the_place_of_zones(publish: Callable[[str], Path]) -> None:
    folder = publish(LEAST + "demand: {grid_m: 100, least_count: 2, not_people: [fibre_access]}\n")
    rows = rows_of(folder / "demand.csv")
    bays = {row["area"]: row["weight"] for row in rows if row["service"] == "parking_payment"}
    assert bays == {"100mN6860200E650000": "10", "100mN6860000E650200": "30"}


def test_sites_on_private_places_stay_inside(publish: Callable[[str], Path]) -> None:
    folder = publish(LEAST + "place_kinds: [street_light]\n")
    assert rows_of(folder / "sites.csv") == []
    log = [row for row in rows_of(folder / "suppressed.csv") if row["element"] == "junctions"]
    assert [row["lignes"] for row in log] == ["4"]


def test_the_same_plan_gives_the_same_bytes(publish: Callable[[str], Path]) -> None:
    first = {path.name: path.read_bytes() for path in publish(BAYS).iterdir()}
    assert {path.name: path.read_bytes() for path in publish(BAYS).iterdir()} == first


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("publisher: T\n", "licence: missing"),
        ("licence: MIT\npublisher: T\n", "licence_url"),
        ("licence: MIT\nlicence_url: file:///x\npublisher: T\n", "https://"),
        (LEAST + "fields: {sites: [serves_weight]}\n", "serves_weight is not published"),
        (LEAST + "fields: {demand: [id]}\n", "fields.demand: unknown key"),
        (LEAST + "demand: {zones: zones}\n", "demand.least_count: missing"),
        (LEAST + "demand: {least_count: 11}\n", "zones (a layer of zones) or grid_m"),
        (LEAST + "place_kinds: [homes]\n", "unknown kind homes"),
        (LEAST + "sources: {streets: {title: OSM, licence: ODbL-1.0}}\n", "published under it too"),
        (LEAST + "licences: x\n", "did you mean licence?"),
        ("- a\n", "mapping"),
    ],
)
def test_a_wrong_policy_is_refused_with_its_line(policy: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(policy, encoding="utf-8")
    with pytest.raises(StudyError) as error:
        read_policy(path)
    assert words in f"{error.value}" and "policy.yaml" in f"{error.value}"


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (LEAST + "demand: {zones: iris, least_count: 11}\n", "no zones of a layer iris"),
        (LEAST + "demand: {zones: zones, least_count: 11, not_people: [wifi]}\n", "no service wifi"),
    ],
)
def test_a_policy_that_does_not_fit_the_plan_is_refused(
    policy: str, words: str, publish: Callable[[str], Path]
) -> None:
    with pytest.raises(StudyError, match=words):
        publish(policy)


@pytest.mark.parametrize(
    ("services", "kind"),
    [
        ({"fibre_access": {"weight": "people"}}, "public_building"),
        ({}, "address"),
        ({"parking_payment": {"demand": "schools"}}, "public_building"),
    ],
)
def test_demand_of_people_is_not_published_as_that_of_things(
    services: dict[str, dict[str, str]], kind: str, tiny_plan: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_plan, tmp_path / "plan")
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    for row in summary["services"]:
        row.update(services.get(row["name"], {}))
    for layer in summary["layers"]:
        layer["kind"] = kind if layer["name"] == "schools" else layer["kind"]
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    policy = tmp_path / "policy.yaml"
    policy.write_text(BAYS, "utf-8")
    with pytest.raises(StudyError, match=r"not_people: fibre_access counts people, or .* \(layer schools\)"):
        export_plan(folder, str(tmp_path / "open"), policy=policy)


def test_a_licence_of_ones_own_has_an_address(publish: Callable[[str], Path]) -> None:
    folder = publish("licence: Town-1.0\nlicence_url: https://town.example/licence\npublisher: T\nlanguage: en\n")
    assert "Licence: Town-1.0 (Town-1.0), https://town.example/licence" in (folder / "README.txt").read_text("utf-8")


def test_the_command_refuses_to_publish_without_a_policy_or_over_other_files(
    tiny_plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["cardio", "export", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        return int(stop.value.code or 0), "".join(capsys.readouterr())

    policy, folder = tmp_path / "policy.yaml", tmp_path / "open"
    policy.write_text(LEAST, encoding="utf-8")
    code, said = run(tiny_plan, folder)
    assert code == 2 and "--policy" in said
    assert run(tiny_plan, folder, "--policy", policy)[0] == 0
    code, said = run(tiny_plan, folder, "--policy", policy)
    assert code == 2 and "--force" in said
    assert run(tiny_plan, folder, "--policy", policy, "--force")[0] == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("mine", encoding="utf-8")
    code, said = run(tiny_plan, tmp_path / "mine", "--policy", policy, "--force")
    assert code == 2 and "not replaced" in said


def test_the_fibre_network_names_publisher_and_licence_of_the_policy(tiny_plan: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(LEAST, encoding="utf-8")
    document = export_plan(tiny_plan, str(tmp_path / "fibre.json"), policy=policy)
    package = json.loads((tmp_path / "fibre.json").read_text("utf-8"))
    assert document["notes"] == [] and validate_package(package) == ([], [])
    (network,) = package["networks"]
    assert network["publisher"] == {"name": "Tinyville"}
    assert {"href": "https://spdx.org/licenses/etalab-2.0.html", "rel": "license"} in network["links"]
    export_plan(tiny_plan, str(tmp_path / "silent.json"))
    (silent,) = json.loads((tmp_path / "silent.json").read_text("utf-8"))["networks"]
    assert "publisher" not in silent and len(silent["links"]) == 1
