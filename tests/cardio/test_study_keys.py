"""Every key of a study file has an effect, and stands in the reference."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cardio.cli import app
from cardio.prospects import study_prices
from cardio.study import load_study
from cardio.study_keys import accepted_keys
from cardio.study_reference import MEANINGS, REGENERATE, as_markdown, study_reference, write_reference
from cardio.study_schema import StudyFile
from gis_layers import StudyError
from tests.cardio.study_samples import EVERY_KEY, changed, without, write_study, write_text

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "study.md").read_text(encoding="utf-8")

# One change for each accepted key that holds a value; keys that hold a mapping are removed instead.
CHANGES: dict[str, Any] = {
    "cardio": 2,
    "study/name": "Autreville",
    "study/crs": "EPSG:2056",
    "study/language": "fr",
    "study/currency": "CHF",
    "layers/streets/label": "Roads",
    "layers/streets/kind": "duct",
    "layers/streets/path": "voirie2.shp",
    "layers/ducts/layer": "pipes",
    "layers/posts/postgis/connection": "postgresql://survey@there/town",
    "layers/posts/postgis/table": "survey.posts_2027",
    "layers/posts/postgis/geometry": "place",
    "layers/streets/crs": "EPSG:2154",
    "layers/streets/encoding": "utf-8",
    "layers/streets/salvage": False,
    "layers/streets/columns/surface": "revet2",
    "layers/streets/where/nature": {"not": ["Sentier"]},
    "layers/ducts/exists/column": "avct",
    "layers/ducts/exists/values": ["C"],
    "network/routes": ["streets", "ducts"],
    "network/close_gaps_m": 0,
    "network/attach_within_m": 70,
    "network/attach_where/nature": ["Rue"],
    "network/crossings/bridge": "pont",
    "network/crossings/tunnel": None,
    "network/crossings/level": "niveau",
    "network/backbone": [],
    "network/backbone_within_m": 4,
    "services/wifi/label": "Wifi",
    "services/wifi/demand/layer": "squares",
    "services/wifi/demand/weight": None,
    "services/wifi/demand/spread_over": "iris",
    "services/wifi/provided_by": [],
    "services/wifi/reach/rule": "along_network",
    "services/wifi/reach/within_m": 61,
    "services/wifi/reach/walls": "iris",
    "services/wifi/connection/each": "new_pole",
    "services/wifi/connection/per_m": None,
    "targets/centre/label": None,
    "targets/centre/service": "other",
    "targets/centre/at_least": 1,
    "targets/centre/zone/layer": "buildings",
    "targets/centre/zone/name": "Gare",
    "targets/each/in_each": "buildings",
    "targets/centre/providers": 1,
    "options/ap/label": "Antenna",
    "options/ap/service": "other",
    "options/ap/sites": ["junctions"],
    "options/ap/price": "dear_access_point",
    "options/ap/backhaul": "none",
    "options/ap/support": None,
    "options/ap/spacing_m": 50,
    "options/ap/serves_at_most": 100,
    "options/ap/items/tail/price": "other_cable",
    "options/ap/items/tail/length_m": 20,
    "options/ap/items/power/count": 3,
    "laying/duct/label": "Existing duct",
    "laying/duct/along": "streets",
    "laying/duct/within_m": 4,
    "laying/trench/by/column": "nature",
    "laying/trench/by/prices/stone": "trench_soil",
    "laying/trench/price": None,
    "laying/trench/also": [],
    "laying/trench/items/cable/price": "other_cable",
    "laying/trench/items/cable/count": 3,
    "laying/trench/items/cable/slack": 0.05,
    "laying/trench/items/chambers/every_m": 100,
    "prices/list": "prices2.yaml",
    "prices/inherit": "none",
    "prices/date": "2027-01-01",
    "prices/index": None,
    "prices/indices/tp01/2025-01": 121.0,
    "prices/obsolete_after_years": 3,
    "finance/base_year": 2027,
    "finance/horizon_years": 16,
    "finance/discount_rate": 0.06,
    "finance/terms": "real",
    "finance/inflation": 0.03,
    "finance/existing/lights/price": "trench",
    "finance/existing/lights/built": 2013,
    "finance/vat": 0.1,
    "finance/vat_regime": "deductible",
    "funding/fctva/rates/2015": 0.17,
    "funding/fctva/lag_years": 0,
    "funding/fctva/accounts": ["21"],
    "funding/grants/dsil/label": "State grant",
    "funding/grants/dsil/rate": 0.5,
    "funding/grants/dsil/cap": 200000,
    "funding/grants/dsil/until": "2027-07-01",
    "funding/grants/dsil/accounts": [],
    "funding/grants/dsil/lag_years": 0,
    "funding/own_share_at_least": 0.25,
    "funding/public_aid_at_most": 0.6,
    "funding/loan/share": 0.6,
    "funding/loan/rate": 0.04,
    "funding/loan/years": 20,
    "finance/uncertainty/draws": 600,
    "finance/fees/project_management": 0.09,
    "finance/fees/safety/label": "Coordination",
    "finance/fees/safety/rate": 0.02,
    "finance/stage": "AVP",
    "finance/contingency/PRO": 0.06,
    "finance/revision": 0.03,
    "finance/investigation/column": "precision",
    "finance/investigation/unverified": ["C"],
    "finance/investigation/price": "trench_paved",
    "finance/uncertainty/correlation": 0.75,
    "plan/objective": "most_coverage",
    "plan/minimise": "present_value",
    "plan/budget": 800000,
    "plan/phases/2027/budget": 300000,
    "plan/phases/2027/targets/each": 0.03,
    "plan/keep": ["ap@lights/13"],
    "plan/forbid": [],
    "plan/solver/name": "cbc",
    "plan/solver/gap": 0.5,
    "plan/solver/time_limit_s": 31,
    "plan/solver/seed": 4,
    "report/options": [],
    "report/decisions/vote": "Vote against it.",
    "report/frontier_points": 5,
    "map/attribution": "Autreville",
    "map/tiles/url": "https://tiles.example.org/{z}/{y}/{x}.png",
    "map/tiles/attribution": "Autreville",
    "report/time_share": 0,
    "report/template": "council2.html",
    "report/pictures/logo": "logo2.png",
    "scenarios/small/targets.each.at_least": 0.07,
}
REMOVED = [
    "study",
    "layers",
    "layers/ducts",
    "layers/streets/columns",
    "layers/streets/where",
    "layers/ducts/exists",
    "layers/posts/postgis",
    "network",
    "network/attach_where",
    "network/crossings",
    "services",
    "services/wifi",
    "services/wifi/demand",
    "services/wifi/reach",
    "services/wifi/connection",
    "targets",
    "targets/each",
    "targets/centre/zone",
    "options",
    "options/ap",
    "options/ap/items",
    "options/ap/items/tail",
    "laying",
    "laying/duct",
    "laying/trench/by",
    "laying/trench/by/prices",
    "laying/trench/items",
    "laying/trench/items/cable",
    "prices",
    "prices/indices",
    "prices/indices/tp01",
    "finance",
    "finance/existing",
    "finance/existing/lights",
    "finance/uncertainty",
    "finance/fees",
    "finance/contingency",
    "finance/investigation",
    "funding",
    "funding/fctva",
    "funding/fctva/rates",
    "funding/grants",
    "funding/grants/dsil",
    "funding/loan",
    "plan",
    "plan/phases",
    "plan/phases/2028",
    "plan/phases/2027/targets",
    "plan/solver",
    "map",
    "map/tiles",
    "report",
    "report/decisions",
    "report/pictures",
    "scenarios",
    "scenarios/small",
]


def key_of(path: str) -> str:
    """Return the accepted key to which a path of the sample study belongs."""
    starred = re.sub(r"^(layers|services|targets|options|laying|scenarios)/[^/]+", r"\1/*", path)
    starred = re.sub(r"(/columns|/where|/attach_where|/by/prices)/[^/]+$", r"\1/*", starred)
    starred = re.sub(r"^finance/existing/[^/]+", "finance/existing/*", starred)
    starred = re.sub(r"^finance/(fees|contingency)/[^/]+", r"finance/\1/*", starred)
    starred = re.sub(r"/items/[^/]+", "/items/*", starred)
    starred = re.sub(r"^(funding/grants|funding/fctva/rates)/[^/]+", r"\1/*", starred)
    starred = re.sub(
        r"^prices/indices/[^/]+(/[^/]+)?", lambda at: "prices/indices/*" + ("/*" if at[1] else ""), starred
    )
    starred = re.sub(r"^plan/phases/[^/]+", "plan/phases/*", starred)
    starred = re.sub(r"^report/(decisions|pictures)/[^/]+", r"report/\1/*", starred)
    starred = re.sub(r"^(plan/phases/[*]/targets)/[^/]+", r"\1/*", starred)
    return re.sub(r"^scenarios/\*/.+", "scenarios/*/*", starred).replace("/", ".")


# keys that only another objective or another form of their parent allows: tested with that below
CONDITIONAL = {
    "targets/centre/importance": {"plan/objective": "most_coverage", "plan/phases/2027/targets": {}},
    "options/ap/serves_at_most/column": {
        "options/ap": {"service": "wifi", "sites": ["cells"], "price": "access_point", "backhaul": "none"},
        "layers/cells": {"kind": "building", "path": "bati.shp"},
    },
    "finance/existing/lights/built/column": {},
    "prices/sheet": {"prices": {"list": "bpu.xlsx"}},
    "prices/columns": {"prices": {"list": "bpu.xlsx", "sheet": "2026"}},
    "prices/columns/typical": {"prices": {"list": "bpu.xlsx", "sheet": "2026", "columns": {}}},
    "prices/dated": {"prices": {"list": "bpu.xlsx", "sheet": "2026"}},
}
CONDITIONAL_CHANGES = {
    "targets/centre/importance": (2, 3),
    "options/ap/serves_at_most": ({"column": "dwellings"}, {"column": "people"}),
    "finance/existing/lights/built": ({"column": "laid"}, {"column": "lit"}),
    "prices/sheet": ("2025", "2026"),
    "prices/columns": ({}, {"typical": "Remisé"}),
    "prices/columns/typical": ("Prix unitaire HT", "Remisé"),
    "prices/dated": ("2024", "2025"),
}


def test_every_accepted_key_is_changed_by_these_tests():
    assert {key_of(path) for path in (*CHANGES, *REMOVED, *CONDITIONAL)} == {".".join(key) for key in accepted_keys()}


@pytest.mark.parametrize("path", [*CHANGES, *REMOVED])
def test_every_accepted_key_has_an_effect_or_is_refused(path: str, tmp_path: Path):
    before = load_study(write_study(tmp_path), scenario="small")
    data = changed(path, CHANGES[path]) if path in CHANGES else without(path)
    try:
        after = load_study(write_study(tmp_path, data), scenario="small")
    except StudyError as error:
        last = path.rsplit("/", maxsplit=1)[-1]
        assert last in error.message or "missing" in error.message or "no scenario" in error.message
        return
    assert replace(after, sha256="") != replace(before, sha256="")


@pytest.mark.parametrize(("key", "path"), list(zip(CONDITIONAL, CONDITIONAL_CHANGES, strict=True)))
def test_a_key_that_needs_others_has_an_effect_with_them(key: str, path: str, tmp_path: Path):
    data = EVERY_KEY
    for needed, value in CONDITIONAL[key].items():
        data = changed(needed, value, data)
    one, other = (
        load_study(write_study(tmp_path, changed(path, value, data)), scenario="small")
        for value in CONDITIONAL_CHANGES[path]
    )
    assert replace(one, sha256="") != replace(other, sha256="")


def test_every_accepted_key_stands_in_the_reference_with_its_meaning_and_nothing_else_does():
    rows = study_reference()
    assert [row.key for row in rows] == [".".join(key) for key in accepted_keys()]
    assert [row.key for row in rows if not row.meaning] == []
    with (ROOT / "cardio" / MEANINGS).open(encoding="utf-8") as table:
        said = [row["key"] for row in csv.DictReader(table)]
    assert sorted(said) == sorted(row.key for row in rows)


def test_every_number_has_a_unit_unless_it_counts_or_has_the_unit_of_another_key():
    bare = {row.key for row in study_reference() if not row.unit and re.match("number|whole|share", row.type)}
    assert bare == {
        "targets.*.providers",
        "targets.*.importance",
        "options.*.items.*.count",
        "laying.*.items.*.count",
        "prices.indices.*.*",
        "finance.base_year",
        "finance.existing.*.built",
        "finance.uncertainty.draws",
        "finance.uncertainty.correlation",
        "plan.solver.seed",
        "report.frontier_points",
    }


def test_the_reference_is_the_one_that_the_form_gives():
    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    assert page == as_markdown(study_reference()), f"docs/keys.md is out of date; write it again: {REGENERATE}"


@pytest.mark.parametrize(
    ("key", "words", "default"),
    [
        ("study.language", "`fr` or `en`", "`fr`"),
        ("network.attach_within_m", "number (above 0)", "`80`"),
        ("services.*.reach.rule", "`straight_line`, `along_network` or `line_of_sight`", "required"),
        ("targets.*", "mapping", ""),
        ("targets.*.at_least", "share", "required"),
        ("options.*.items.*.count", "whole (1 to 1000)", "`1`"),
        ("options.*.serves_at_most", "number (above 0) or mapping", "none"),
        ("layers.*.where.*", "list", ""),
        ("layers.*.salvage", "`true` or `false`", "`false`"),
        ("prices.date", "date", "none"),
        ("finance.fees.*", "share or mapping", ""),
        ("funding.fctva", "`true`, `false` or mapping", "none"),
        ("funding.grants.*.accounts", "list", "empty"),
        ("plan.solver", "mapping", "those of its keys"),
        ("finance.base_year", "whole (1000 to 2999)", "year of `prices.date`, else of the first phase"),
    ],
)
def test_types_bounds_and_defaults_are_read_from_the_form(key: str, words: str, default: str):
    row = study_reference(key)[0]
    assert (row.key, row.type, row.default) == (key, words, default)


def test_the_terminal_shows_the_part_that_is_asked_for():
    result = CliRunner().invoke(app, ["keys", "targets.wifi_town.zone"])
    assert result.output.splitlines()[:2] == [
        "targets.*.zone: mapping, default none",
        "    One zone; without it and in_each, the whole town.",
    ]
    assert [
        row["key"] for row in json.loads(CliRunner().invoke(app, ["keys", "report.pictures", "--json"]).output)["keys"]
    ] == [
        "report.pictures",
        "report.pictures.*",
    ]


def test_a_wrong_path_is_told_with_the_nearest_and_no_study_is_overwritten(tmp_path: Path):
    with pytest.raises(StudyError, match="targes") as caught:
        study_reference("targes")
    assert "targets" in caught.value.hint
    study = tmp_path / "study.yaml"
    study.write_text("cardio: 1", encoding="utf-8")
    with pytest.raises(StudyError, match="Markdown"):
        write_reference(study_reference(), study)
    assert study.read_text(encoding="utf-8") == "cardio: 1"


def test_the_example_of_the_reference_is_a_study(tmp_path: Path):
    blocks = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    for name in ("voirie.shp", "nro.geojson", "candelabres.shp", "carreaux.shp", "bati.shp"):
        (tmp_path / name).touch()
    rows = next(block for block in blocks if block.startswith("outdoor_access_point:"))
    (tmp_path / "prices.yaml").write_text(rows, encoding="utf-8")
    study = load_study(write_text(tmp_path, blocks[0]), scenario="more")
    assert study.targets[0].at_least == 0.3
    assert {"outdoor_access_point", "trench", "leased_duct"} <= set(study.price_entries)
    prices = study_prices(study)
    assert prices["trench"].typical_eur == 97.89  # 95.50 x 102.5 / 100
    assert prices["fibre_cable_12"].typical_eur == 0.95
    assert prices["outdoor_access_point"].opex[0].typical_eur == 2000


def test_the_sample_uses_every_section():
    assert set(EVERY_KEY) == set(StudyFile.model_fields)
