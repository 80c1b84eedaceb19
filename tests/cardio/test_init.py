"""`cardio init`: kinds recognised, doubts told, a study that runs, and nothing in names that could break it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from cardio.cli import main
from cardio.diagnosis import diagnose_study
from cardio.init import FirstStudy, as_document, next_command, say_first_study, write_first_study
from cardio.init_files import MOST_FILES
from cardio.init_yaml import comment, flow
from cardio.sample_town import write_sample_town
from cardio.study import load_study
from cardio.study_yaml import read_yaml
from cardio.survey_check import check_study
from gis_layers import StudyError
from tests.real_data import real_data

CRS = "EPSG:2154"
STREET = shapely.LineString([(650000, 6860000), (650400, 6860000)])
NUMBERED = {"id: '#'": [str(number) for number in range(12)]}
HOUSE = shapely.box(650010, 6860010, 650030, 6860030)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Survey files of the sample town, without its study and prices."""
    folder = tmp_path_factory.mktemp("town") / "survey"
    write_sample_town(folder)
    (folder / "study.yaml").rename(folder.parent / "own.yaml")
    (folder / "prices.yaml").rename(folder.parent / "prices.yaml")
    return folder


@pytest.fixture(scope="module")
def first(town: Path) -> FirstStudy:
    return write_first_study(town)


def write(path: Path, *shapes: shapely.Geometry, layer: str | None = None, **columns: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = gpd.GeoDataFrame(columns or {"n": list(range(len(shapes)))}, geometry=list(shapes), crs=CRS)
    extra = {"layer": layer} if layer else {}
    frame.to_file(path, **extra)


def small_town(folder: Path) -> Path:
    write(folder / "voirie.geojson", STREET)
    write(folder / "batiments.geojson", HOUSE)
    return folder


def kinds_of(study: FirstStudy) -> dict[str, str]:
    return {f"{layer.found.path}:{layer.found.layer or ''}": layer.kind for layer in study.layers.named}


# The sample town


def test_every_layer_of_the_sample_town_is_what_its_own_study_says(town: Path, first: FirstStudy) -> None:
    own = read_yaml(town.parent / "own.yaml").data["layers"]
    assert kinds_of(first) == {f"{layer['path']}:": layer["kind"] for layer in own.values()}


def test_the_study_of_the_sample_town_runs(town: Path, first: FirstStudy) -> None:
    checked = check_study(first.path)
    assert checked.summary["complete"]
    assert checked.exit_code in (0, 3)  # its survey has planted errors
    coverage = diagnose_study(first.path).summary["coverage"]
    assert [row["service"] for row in coverage] == ["public_wifi", "fibre_access", "parking_payment"]
    assert 0 < coverage[2]["before"] < 1 == round(coverage[2]["reachable"], 6)


def test_services_use_what_was_found(first: FirstStudy) -> None:
    study = load_study(first.path)
    assert study.crs == CRS
    assert study.routes == ("filaire",)
    assert set(study.backbone) == {"noeuds", "boucle"}
    wifi = study.services["public_wifi"]
    assert (wifi.demand_layer, wifi.weight, wifi.spread_over) == ("carreaux", "people", "bati")
    assert wifi.provided_by == ("bornes",)
    assert [option.name for option in study.options] == ["new_meter"]


def test_doubts_and_what_lacks_a_price_are_comments_in_the_language(town: Path, first: FirstStudy) -> None:
    content = first.path.read_text("utf-8")
    assert "# doubt: le genre est reconnu à peu d'indices" in content  # bornes may be many things
    assert "# access_point: {service: public_wifi" in content
    assert "defects.json" in content
    english = write_first_study(town, out=town.parent / "en.yaml", language="en", name="Town")
    assert "# doubt: the kind is recognised from little" in english.path.read_text("utf-8")
    assert load_study(english.path, data=[town]).name == "Town"
    assert next_command(english).endswith(f"--data {town}")


def test_the_same_folder_gives_the_same_study(town: Path, first: FirstStudy) -> None:
    again = write_first_study(town, out=town.parent / "again.yaml")
    assert again.path.read_bytes() == first.path.read_bytes()


# Real towns


@pytest.mark.parametrize(
    ("town", "language", "expected"),
    [
        (
            "rodez",
            "fr",
            {
                "bdtopo_v2/ROUTE.shp:": "street",
                "bdtopo_v2/BATI_INDIFFERENCIE.shp:": "building",
                "bdtopo_v2/COMMUNE.shp:": "zone",
                "bdtopo_v2/population.shp:": "population_cell",
            },
        ),
        (
            "geneva",
            "en",
            {
                "geneva_layers.gpkg:streets": "street",
                "geneva_layers.gpkg:buildings": "building",
                "geneva_layers.gpkg:addresses": "address",
                "geneva_layers.gpkg:parking_meters": "parking_meter",
                "geneva_layers.gpkg:street_lamps": "street_light",
            },
        ),
    ],
)
def test_real_towns_are_recognised(tmp_path: Path, town: str, language: str, expected: dict[str, str]) -> None:
    folder = real_data(town)
    study = write_first_study(folder, out=tmp_path / "study.yaml", language=language)
    found = kinds_of(study)
    assert expected.items() <= found.items()
    assert not any("voie_ferree" in name.lower() or "waterways" in name for name in found)
    assert load_study(study.path, data=[folder]).layers.keys() == {layer.name for layer in study.layers.named}


# Names that would break a file


HOSTILE = (
    "voirie 'nord': #1 {x}, [y]",
    "Rues du “Châtelet” & Été",
    "voirie - yes",
    "rues *all !tag: - |",
    "voirie\nkind: duct",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_layer_names_come_back_as_they_are_or_are_told(tmp_path: Path, name: str) -> None:
    small_town(tmp_path)
    write(tmp_path / "réseau, tout #.gpkg", STREET, layer="rues")
    write(tmp_path / "réseau, tout #.gpkg", STREET, layer=name)
    study = write_first_study(tmp_path)
    layers = load_study(study.path).layers
    if "\n" in name:
        assert all(layer.kind != "duct" for layer in layers.values())
        assert any("control characters" in each.reason for each in study.left_out)
    else:
        assert [layer.kind for layer in layers.values() if layer.layer == name] == ["street"]


def test_hostile_columns_and_values_come_back_as_they_are(tmp_path: Path) -> None:
    small_town(tmp_path)
    values = ["a: b", "# c", "yes", "line\nplan: {budget: 1}"] * 3
    write(tmp_path / "rues.geojson", *[STREET] * 12, nature=values, **NUMBERED)  # type: ignore[arg-type]
    study = write_first_study(tmp_path)
    loaded = load_study(study.path)
    assert loaded.layers["rues"].columns["id"] == "id: '#'"
    assert loaded.budget_eur is None
    content = study.path.read_text("utf-8")
    assert '# where: {nature: ["# c", "a: b", yes]}' in content


def test_hostile_names_of_files_and_studies(tmp_path: Path) -> None:
    folder = tmp_path / "ville {d'été}: #1"
    small_town(folder)
    (folder / "voirie.geojson").rename(folder / "voirie de l'été, n° 1 {a}.geojson")
    (folder / "batiments.geojson").rename(folder / "bâti\\x.geojson")
    with pytest.raises(StudyError, match="nothing that needs a service"):
        write_first_study(folder)
    write(folder / "bâti.geojson", HOUSE)
    written = write_first_study(folder)
    loaded = load_study(written.path)
    assert loaded.name == "ville {d'été}: #1"
    assert {spec.shown_path for spec in loaded.layers.values()} == {"voirie de l'été, n° 1 {a}.geojson", "bâti.geojson"}
    assert [each.shown for each in written.left_out] == ["bâti\\x.geojson"]


@pytest.mark.parametrize("words", ["a\nb: c", "a\rb", "a\u2028b", "a\x85b", "\x1b[31m", "a\ufffeb"])
def test_a_comment_stays_on_its_line(words: str, tmp_path: Path) -> None:
    line = comment(words)
    assert line.startswith("# ") and len(line.splitlines()) == 1 and line.isprintable()
    file = tmp_path / "a.yaml"
    file.write_text(f"a: 1\n{line}\n", "utf-8")
    assert read_yaml(file).data == {"a": 1}


@pytest.mark.parametrize(
    "value", ["yes", "no", "null", "012", "1e3", "~", "a: b", "- x", "é", "'", '"', "\\", "", "true", "a #b"]
)
def test_values_read_back_as_text(value: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"a: {flow({'k': [value]})}\n", "utf-8")
    assert read_yaml(file).data == {"a": {"k": (value,)}}


# Folders from which no study can be made


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ({}, "holds no survey file"),
        ({"batiments": HOUSE}, "holds lines"),
        ({"voirie": STREET}, "nothing that needs a service"),
        ({"lignes": STREET, "batiments": HOUSE}, "no layer of lines was recognised as streets"),
    ],
)
def test_a_folder_without_streets_or_needs_is_refused(
    tmp_path: Path, shapes: dict[str, shapely.Geometry], words: str
) -> None:
    for name, shape in shapes.items():
        write(tmp_path / f"{name}.geojson", shape)
    with pytest.raises(StudyError, match=words) as error:
        write_first_study(tmp_path)
    assert error.value.hint
    assert not (tmp_path / "study.yaml").exists()


def test_a_study_file_is_not_replaced(tmp_path: Path) -> None:
    small_town(tmp_path)
    (tmp_path / "study.yaml").write_text("mine", "utf-8")
    with pytest.raises(StudyError, match="not replaced") as error:
        write_first_study(tmp_path)
    assert "--out" in error.value.hint and "--force" in error.value.hint
    assert (tmp_path / "study.yaml").read_text("utf-8") == "mine"
    assert write_first_study(tmp_path, force=True).path.read_text("utf-8").startswith("# ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["batiments.geojson", "study.yaml", "voirie.geojson"]


@pytest.mark.parametrize(
    ("options", "words"),
    [({"language": "de"}, "fr, en"), ({"name": "a\nb"}, "--name"), ({"out": Path("study.txt")}, "ends in .yaml")],
)
def test_wrong_options_are_refused(tmp_path: Path, options: dict[str, str], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        write_first_study(small_town(tmp_path), **options)  # type: ignore[arg-type]


# What is not taken


def test_links_output_folders_and_broken_files_stay_out(tmp_path: Path) -> None:
    folder, outside = small_town(tmp_path / "in"), tmp_path / "out"
    write(outside / "rues.geojson", STREET)
    (folder / "linked").symlink_to(outside)
    (folder / "rues.geojson").symlink_to(outside / "rues.geojson")
    write(folder / "plan" / "routes.geojson", STREET)
    (folder / "plan" / "summary.json").write_text("{}", "utf-8")
    (folder / "broken.gpkg").write_bytes(b"no database")
    study = write_first_study(folder)
    assert set(kinds_of(study)) == {"voirie.geojson:", "batiments.geojson:"}
    reasons = {each.shown: each.reason for each in study.left_out}
    assert reasons.keys() == {"rues.geojson", "plan", "broken.gpkg"}
    assert "link out of" in reasons["rues.geojson"]
    assert reasons["broken.gpkg"] == "is not a GeoPackage"


def test_a_layer_without_crs_is_a_comment_with_those_that_would_fit(tmp_path: Path) -> None:
    small_town(tmp_path)
    write(tmp_path / "rues.shp", STREET)
    (tmp_path / "rues.prj").unlink()
    study = write_first_study(tmp_path)
    assert "rues.shp:" not in kinds_of(study)
    assert CRS in next(words for words in study.unused if "rues.shp" in words)


def test_streets_without_crs_are_told(tmp_path: Path) -> None:
    write(tmp_path / "rues.shp", STREET)
    (tmp_path / "rues.prj").unlink()
    write(tmp_path / "batiments.geojson", HOUSE)
    with pytest.raises(StudyError, match=r"rues\.shp: the layer of streets states no CRS"):
        write_first_study(tmp_path)


def test_files_beyond_the_bound_are_told(tmp_path: Path) -> None:
    small_town(tmp_path)
    for number in range(MOST_FILES):
        shutil.copy(tmp_path / "voirie.geojson", tmp_path / f"x{number:03}.geojson")
    study = write_first_study(tmp_path)
    assert study.files == MOST_FILES
    assert len([each for each in study.left_out if "more than" in each.reason]) == 2


def test_zip_and_delivery_folders_are_looked_into(tmp_path: Path) -> None:
    small_town(tmp_path)
    inner = tmp_path / ".packed"
    write(inner / "candelabres.shp", shapely.Point(650100, 6860003))
    write(inner / "horodateurs.shp", shapely.Point(650200, 6860003))
    shutil.make_archive(str(tmp_path / "mobilier"), "zip", inner)
    shutil.copytree(real_data("gracethd_sample"), tmp_path / "fibre")
    study = write_first_study(tmp_path)
    found = kinds_of(study)
    assert found["mobilier.zip:candelabres.shp"] == "street_light"
    assert found["mobilier.zip:horodateurs.shp"] == "parking_meter"
    assert {layer.kind for layer in study.layers.named if layer.found.path == "fibre"} >= {"fibre_cable", "fibre_node"}
    assert load_study(study.path).routes == ("voirie",)


# The command


def test_the_command_says_what_it_recognised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["cardio", "init", str(small_town(tmp_path)), "--json"])
    with pytest.raises(SystemExit) as stop:
        main()
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert (stop.value.code or 0, err, document["schema"]) == (0, "", "cardio-init/1")
    assert [(layer["name"], layer["kind"]) for layer in document["layers"]] == [
        ("batiments", "building"),
        ("voirie", "street"),
    ]
    again = write_first_study(tmp_path, force=True)
    assert as_document(again) == document
    assert say_first_study(again).endswith(document["next"])
