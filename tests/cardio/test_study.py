"""The study file: what is read, what is refused, and where."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from cardio.study import Phase, SolverSettings, Study, load_study
from gis_layers import Condition, StudyError
from network_model import Connection, Crossings, Item, Laying, Option, Reach, Service, Target
from tests.cardio.study_samples import changed, without, write_study, write_text
from tests.real_data import real_data

ROOT = Path(__file__).resolve().parents[2]

MINIMAL = """\
cardio: 1
study: {name: Exempleville, crs: "EPSG:2154"}
layers:
  streets: {kind: street, path: voirie.shp}
  residents: {kind: population_cell, path: gens.shp}
network: {routes: [streets]}
services:
  wifi:
    demand: {layer: residents}
    reach: {rule: straight_line, within_m: 60}
targets:
  wifi_town: {service: wifi, at_least: 0.5}
"""


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(StudyError) as caught:
        load_study(path, **options)
    assert caught.value.exit_code == 2
    return caught.value.message.replace(f"{path.parent}/", "")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return load_study(write_study(tmp_path))


def test_the_parts_of_a_study(study: Study, tmp_path: Path):
    assert (study.name, study.crs, study.language, study.path) == (
        "Exempleville",
        "EPSG:2154",
        "en",
        tmp_path / "study.yaml",
    )
    assert (study.routes, study.backbone) == (("streets",), ("exchange",))
    assert (study.close_gaps_m, study.attach_within_m, study.backbone_within_m) == (0.25, 60, 2)
    assert study.crossings == Crossings("bridge", "tunnel", "level")
    assert study.solver == SolverSettings("highs", 0.02, 30, 3)
    assert (study.scenario, study.scenarios) == ("", ("small",))
    assert study.price_file == tmp_path / "prices.yaml"
    assert study.price_entries["new_pole"]["typical"] == 1200
    assert study.sha256 == hashlib.sha256((tmp_path / "study.yaml").read_bytes()).hexdigest()


def test_the_layers_of_a_study(study: Study, tmp_path: Path):
    streets, ducts = study.layers["streets"], study.layers["ducts"]
    assert (streets.kind, streets.path, streets.shown_path) == ("street", tmp_path / "voirie.shp", "voirie.shp")
    assert (streets.crs, streets.encoding, streets.columns) == ("EPSG:3949", "cp1252", {"surface": "revet"})
    assert streets.where == {"nature": Condition(("Route", "Rue")), "etat": Condition(("NC",), exclude=True)}
    assert (ducts.layer, ducts.exists_column, ducts.exists_values) == ("ducts", "statut", ("REC", "MCO"))


def test_services_targets_options_and_laying_of_a_study(study: Study):
    assert study.services == {
        "wifi": Service(
            "wifi",
            "residents",
            "people",
            "buildings",
            ("lights",),
            Reach("line_of_sight", 60, ("buildings",)),
            Connection("termination", "drop"),
        )
    }
    assert study.targets == (
        Target("centre", "wifi", 0.6, "iris", "Centre", None, 2),
        Target("each", "wifi", 0.1, None, None, "iris", 1),
    )
    assert study.options == (
        Option(
            "ap",
            "wifi",
            ("lights", "junctions"),
            "access_point",
            "fibre",
            "new_pole",
            40,
            200,
            items=(Item("tail", "cable", 15.0, "m"), Item("power", "power_supply", 2.0, "each")),
        ),
    )
    assert study.laying == (
        Laying("duct", "ducts", 3, None, {}, "cable_in_duct", ()),
        Laying(
            "trench",
            None,
            0,
            "surface",
            {"stone": "trench_paved"},
            "trench",
            ("duct",),
            items=(Item("cable", "cable", 2.16, "m"), Item("chambers", "chamber", 1 / 80, "each")),
        ),
    )


def test_defaults(tmp_path: Path):
    write_study(tmp_path)
    study = load_study(write_text(tmp_path, MINIMAL))
    assert (study.language, study.close_gaps_m, study.attach_within_m, study.backbone_within_m) == ("fr", 0.5, 80, 3)
    assert (study.crossings, study.backbone, study.options, study.laying) == (Crossings(), (), (), ())
    assert (study.price_file, study.price_entries, study.solver) == (None, {}, SolverSettings())
    assert study.services["wifi"].connection == Connection()


LATER = {
    "existing": {},
    "rules": {},
    "decisions": {},
}


@pytest.mark.parametrize("path", LATER)
def test_keys_of_later_versions_are_refused_by_name(path: str, tmp_path: Path):
    message = refusal(write_study(tmp_path, changed(path, LATER[path])))
    assert re.search(rf"^study.yaml:\d+: {path.replace('/', '.')}: .*not implemented in this version", message)


WRONG: list[tuple[str, Any, str]] = [
    ("plan/forbid", ["ap@lights/12"], "plan: keep and forbid both name ap@lights/12"),
    ("plan/keep", "ap@lights/12", "plan.keep: should be a list"),
    ("plan/keep", ["ap@lights/12", "ap@lights/12"], "plan.keep: names something twice"),
    ("targets/each/at_leest", 0.5, "targets.each.at_leest: unknown key; did you mean at_least?"),
    ("layer", {}, "layer: unknown key; did you mean layers?"),
    ("network/zzz", 1, "network.zzz: unknown key; known: routes, close_gaps_m"),
    ("targets/each/at_least", 1.5, "targets.each.at_least: should be from 0 to 1: 1.5 % is 0.015 (is 1.5)"),
    ("targets/each/at_least", "0,5", "targets.each.at_least: should be a valid number (is 0,5)"),
    ("targets/each/at_least", True, "targets.each.at_least: should be a valid number (is True)"),
    ("targets/each/providers", 0, "targets.each.providers: should be greater than or equal to 1 (is 0)"),
    ("targets/each/providers", 1.5, "targets.each.providers: should be a valid integer"),
    ("targets/each/zone", {"layer": "iris", "name": "x"}, "targets.each: zone and in_each exclude each other"),
    ("services/wifi/reach/within_m", 0, "services.wifi.reach.within_m: should be greater than 0 (is 0)"),
    ("services/wifi/reach/rule", "by_foot", "services.wifi.reach.rule: should be 'straight_line', 'along_network'"),
    ("services/wifi/reach/rule", "straight_line", "services.wifi.reach: walls go with rule line_of_sight"),
    ("services/wifi/reach/walls", [], "services.wifi.reach: walls go with rule line_of_sight"),
    ("services/wifi/demand/weight", "peopel", "population_cell has no number column peopel; did you mean people?"),
    ("services/wifi/demand/layer", "residnts", "no layer is named residnts; did you mean residents?"),
    ("services/wifi/provided_by", "lights", "services.wifi.provided_by: should be a list"),
    ("services/wifi/reach/walls", "streets", "layer streets is of kind street; it takes polygon layers"),
    ("services/wifi", 3, "services.wifi: should be a mapping of keys (is 3)"),
    ("services", {}, "services: should name at least one"),
    ("network/routes", [], "network.routes: should name at least one"),
    ("targets/each/service", "wiffi", "targets.each.service: no service is named wiffi; did you mean wifi?"),
    ("targets/each/in_each", "exchange", "layer exchange is of kind fibre_node; it takes polygon layers"),
    ("options/ap/sites", ["junction"], "options.ap.sites[1]: no layer is named junction; did you mean junctions?"),
    ("options/ap/sites", ["lights"], "options.ap: spacing_m adds places between junctions"),
    ("options/ap/sites", ["lights", "lights"], "options.ap.sites: names something twice"),
    ("options/ap/backhaul", "power", "options.ap.backhaul: should be 'fibre' or 'none' (is power)"),
    ("options/bad.name", {}, "options.bad.name: a name has letters, digits, _ and -"),
    ("laying/duct/within_m", None, "laying.duct: along and within_m go together"),
    ("laying/new", {}, "laying.new: price: missing; give price, by, or both"),
    ("network/routes", ["junctions"], "network.routes[1]: no layer is named junctions"),
    ("network/routes", [7], "network.routes[1]: no layer is named 7"),
    ("targets/each/in_each", True, "targets.each.in_each: no layer is named true"),
    ("layers/ducts/path", 12, "layers.ducts.path: no file 12 in"),
    ("network/backbone", ["iris"], "layer iris is of kind zone; it takes line or point layers"),
    ("layers/streets/kind", "strete", "layers.streets.kind: unknown kind strete; did you mean street?"),
    ("layers/streets/columns", {"surfce": "x"}, "columns.surfce: kind street has no column surfce; did you mean"),
    ("layers/streets/encoding", "cp9999", "layers.streets.encoding: unknown text encoding"),
    ("layers/streets/where", {"n": "Rue"}, "layers.streets.where.n: should be a list of values that pass"),
    ("layers/streets/where", {"n": {"no": ["x"]}}, "layers.streets.where.n: should be a list of values that pass"),
    ("layers/junctions", {"kind": "zone", "path": "iris.shp"}, "layers.junctions: junctions has a meaning of its own"),
    ("study/crs", "EPSG:4326", "study.crs: WGS 84 (EPSG:4326) is not a projected CRS"),
    ("study/crs", "EPSG:999999", "study.crs: unknown CRS"),
    ("study/name", "a\u202eb", "study.name: should have no control characters"),
    ("study/name", " ", "study.name: should not be empty"),
    ("study/name", "x" * 301, "study.name: should have at most 300 characters"),
    ("targets/each/importance", 0, "targets.each.importance: should be greater than 0 (is 0)"),
    ("targets/each/importance", 2, "targets.each.importance: counts only with plan.objective: most_coverage"),
    ("options/ap/serves_at_most", 0, "options.ap.serves_at_most: should be greater than 0 (is 0)"),
    ("options/ap/serves_at_most", "few", "options.ap.serves_at_most: should be a valid number"),
    (
        "options/ap/serves_at_most",
        {"columns": "x"},
        "options.ap.serves_at_most.columns: unknown key; did you mean column",
    ),
    ("options/ap/serves_at_most", {"column": "people"}, "column: junctions have no columns: list only layers"),
    (
        "options/ap/serves_at_most",
        {"column": "people"},
        "kind street_light of layer lights has no number column people",
    ),
    (
        "options/ap/serves_at_most",
        {"column": "people"},
        "layer lights stands in services.wifi.provided_by and so serves",
    ),
    ("options/ap/price", "none", "options.ap: price: none is for free places of what exists"),
    ("plan/objective", "most", "plan.objective: should be 'least_cost' or 'most_coverage' (is most)"),
    ("plan/budget", -5, "plan.budget: should be greater than or equal to 0 (is -5)"),
    ("plan/budget", "much", "plan.budget: should be a valid number (is much)"),
    ("plan/phases", {"27": {}}, "plan.phases.27: a year has four digits"),
    ("plan/phases", {"2028": {}, "2027": {}}, "plan.phases: years must increase"),
    ("plan/phases/2027/budget", -1, "plan.phases.2027.budget: should be greater than or equal to 0"),
    (
        "plan/phases/2027/targets",
        {"eech": 0.1},
        "plan.phases.2027.targets.eech: no target is named eech; did you mean each",
    ),
    ("plan/phases/2027/targets/each", 0.2, "targets.each: 0.2 is more than targets.each.at_least, 0.1, which holds"),
    (
        "plan/phases/2028",
        {"targets": {"each": 0.01}},
        "2028.targets.each: 0.01 is less than in 2027, 0.02: what is built",
    ),
    ("plan/solver/seed", -1, "plan.solver.seed: should be greater than or equal to 0"),
    ("plan/solver/time_limit_s", float("inf"), "plan.solver.time_limit_s: should be"),
]


@pytest.mark.parametrize(("path", "value", "words"), WRONG)
def test_what_is_wrong_is_named_with_its_line(path: str, value: Any, words: str, tmp_path: Path):
    message = refusal(write_study(tmp_path, changed(path, value)))
    assert re.match(r"study.yaml:\d+: ", message)
    assert words in message


def test_a_year_stated_twice_is_refused_with_both_lines(tmp_path: Path):
    write_study(tmp_path)
    text = MINIMAL + "plan:\n  phases:\n    2027: {budget: 1}\n    2027: {budget: 2}\n"
    assert refusal(write_text(tmp_path, text)) == "study.yaml:16: plan.phases.2027: given twice, first on line 15"


COVERAGE = {"targets/centre/importance": 2, "plan/budget": 100, "plan/phases/2027/targets": {}}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            {"plan/budget": None, "plan/phases/2028/budget": None},
            "plan.objective: most_coverage needs plan.budget, or a budget in every phase",
        ),
        ({"targets": {}}, "plan.objective: most_coverage needs targets"),
        ({"plan/phases/2027/targets": {"each": 0.02}}, "plan.phases.2027.targets: with plan.objective: most_coverage"),
    ],
)
def test_most_coverage_needs_a_budget_and_goals(more: dict[str, Any], words: str, tmp_path: Path):
    data = changed("plan/objective", "most_coverage")
    for path, value in (COVERAGE | more).items():
        data = changed(path, value, data)
    assert words in refusal(write_study(tmp_path, data))


def test_most_coverage_with_budgets_by_year_needs_no_other(tmp_path: Path):
    data = changed("plan/objective", "most_coverage")
    years = {"2027": {"budget": 5}, "2028": {"budget": 6}}
    for path, value in (COVERAGE | {"plan/budget": None, "plan/phases": years}).items():
        data = changed(path, value, data)
    study = load_study(write_study(tmp_path, data))
    assert study.phases == (Phase(2027, 5, {}), Phase(2028, 6, {}))
    assert (study.objective, study.budget_eur, study.targets[0].importance) == ("most_coverage", None, 2)


def test_free_places_of_what_exists_cost_nothing_and_have_a_column(tmp_path: Path):
    data = changed("layers/cabinets", {"kind": "street_cabinet", "path": "lampes.shp"})
    option = {"service": "wifi", "sites": ["cabinets"], "price": "none", "backhaul": "none"}
    data = changed("options/existing", {**option, "serves_at_most": {"column": "free_slots"}}, data)
    existing = load_study(write_study(tmp_path, data)).options[1]
    assert existing == Option("existing", "wifi", ("cabinets",), None, None, free_places="free_slots")
    for more in ({"backhaul": "fibre"}, {"support": "new_pole"}):
        wrong = changed("options/existing", {**data["options"]["existing"], **more}, data)
        assert "options.existing: price: none is for what exists and is connected" in refusal(
            write_study(tmp_path, wrong)
        )


@pytest.mark.parametrize(
    "path", ["cardio", "study/name", "network/routes", "services/wifi/demand", "targets/each/service"]
)
def test_a_missing_key_is_named(path: str, tmp_path: Path):
    assert f"{path.replace('/', '.')}: missing" in refusal(write_study(tmp_path, without(path)))


def test_all_errors_are_listed_at_once_in_line_order(tmp_path: Path):
    write_study(tmp_path)
    text = (
        MINIMAL.replace("at_least", "at_leest")
        .replace("gens.shp", "habitants.shp")
        .replace("within_m: 60", "within_m: -1")
    )
    path = write_text(tmp_path, text.replace("demand: {layer: residents}", "demand: {layer: people}"))
    assert refusal(path).splitlines() == [
        f"study.yaml:5: layers.residents.path: no file habitants.shp in {tmp_path}",
        "study.yaml:9: services.wifi.demand.layer: no layer is named people; known: streets, residents",
        "study.yaml:10: services.wifi.reach.within_m: should be greater than 0 (is -1)",
        "study.yaml:12: targets.wifi_town.at_least: missing",
        "study.yaml:12: targets.wifi_town.at_leest: unknown key; did you mean at_least?",
    ]


def test_texts_stay_as_written(tmp_path: Path):
    write_study(tmp_path)
    where = "where: {insee: [01234, 7, 1.10, no, null, true]}"
    study = load_study(write_text(tmp_path, MINIMAL.replace("path: voirie.shp", f"path: voirie.shp, {where}")))
    assert study.layers["streets"].where["insee"].values == ("01234", "7", "1.10", "no", "", "true")


def test_values_of_attributes_are_keys_as_written(tmp_path: Path):
    write_study(tmp_path)
    laying = "laying:\n  trench: {by: {column: cote, prices: {01: a, 2.0: b, '': c}}}\n"
    study = load_study(write_text(tmp_path, MINIMAL + laying))
    assert study.laying[0].by_prices == {"01": "a", "2.0": "b", "": "c"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd", "should be relative"),
        ("C:/voirie.shp", "should be relative"),
        ("data\\voirie.shp", "written with /"),
        ("../voirie.shp", "leaves its folder (..)"),
        ("a/../voirie.shp", "leaves its folder (..)"),
        ("https://example.org/voirie.shp", "is not a file: download it"),
        ("/vsicurl/voirie.shp", "is not a file: download it"),
        ("absent.shp", "no file absent.shp in"),
        (".", "no file . in"),
        ("x" * 290, "cannot be a file (File name too long)"),
    ],
)
@pytest.mark.parametrize("key", ["layers/streets/path", "prices/list"])
def test_paths_that_are_refused(key: str, name: str, words: str, tmp_path: Path):
    message = refusal(write_study(tmp_path, changed(key, name)))
    assert f"{key.replace('/', '.')}: " in message
    assert words in message


def test_files_are_looked_for_beside_the_study_then_in_the_data_folders(tmp_path: Path):
    home, first, second = (tmp_path / name for name in ("home", "first", "second"))
    for folder in (home, first, second):
        folder.mkdir()
    path = write_study(home)
    (home / "voirie.shp").rename(second / "voirie.shp")
    assert load_study(path, data=[first, second]).layers["streets"].path == second / "voirie.shp"
    assert load_study(path, data=[home, first, second, second]).layers["ducts"].path == home / "fourreaux.gpkg"
    message = refusal(path, data=[first])
    assert f"layers.streets.path: no file voirie.shp in {home}, {first}" in message
    (first / "voirie.shp").touch()
    assert f"voirie.shp is in {first} and in {second}: keep one" in refusal(path, data=[first, second])
    assert "data folder not found" in refusal(path, data=[tmp_path / "none"])


def test_a_price_file_that_is_not_a_list_of_rows_is_refused(tmp_path: Path):
    path = write_study(tmp_path)
    (tmp_path / "prices.yaml").write_text("trench: 70\n", encoding="utf-8")
    assert refusal(path) == "prices.yaml:1: trench: should be a mapping of keys"
    (tmp_path / "prices.yaml").write_text('"a\\e[31m": {}\n', encoding="utf-8")
    assert refusal(path).startswith("prices.yaml:1: a\ufffd[31m: a price key should have no control characters")
    (tmp_path / "prices.yaml").write_text("[trench]\n", encoding="utf-8")
    assert refusal(path) == "prices.yaml: a price file maps price keys to rows"


def test_wrong_rows_of_a_price_file_are_told_with_their_line(tmp_path: Path):
    path = write_study(tmp_path)
    rows = "trench:\n  label: Tranchée\n  unit: km\n  typical: -3\n  source: devis\nmast:\n  label: Mât\n  unit: each\n"
    (tmp_path / "prices.yaml").write_text(rows, encoding="utf-8")
    assert refusal(path).splitlines() == [
        "prices.yaml:3: trench: unit: should be each, m, m2, m3, h, lump, each/year or m/year (is 'km')",
        "prices.yaml:4: trench: typical: negative price (is -3): should be from 0 to 1,000,000,000",
        "prices.yaml:6: mast: source: missing; give one, or say `assumed: true` with `why:`",
        "prices.yaml:6: mast: typical: missing",
    ]


def test_a_study_that_is_no_mapping_or_absent_is_refused(tmp_path: Path):
    assert refusal(write_text(tmp_path, "- cardio\n")) == "study.yaml: a study is a mapping of keys"
    assert refusal(write_text(tmp_path, "")) == "study.yaml: a study is a mapping of keys"
    assert "cannot be read" in refusal(tmp_path / "none.yaml")


@pytest.mark.real_data
@pytest.mark.parametrize("town", ["rodez", "geneva"])
def test_the_studies_of_real_towns_hold(town: str):
    study = load_study(ROOT / "tests" / "studies" / town / "study.yaml", data=[real_data(town)])
    assert all(spec.path.is_file() for spec in study.layers.values())
    assert {target.service for target in study.targets} == set(study.services)
