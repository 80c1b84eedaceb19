"""Status: what is planned, abandoned or of unknown status is never read as existing, and nothing else is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from gis_layers import KINDS, Finding, Layer, LayerSpec
from gis_layers.filters import apply_filters
from gis_layers.ledger import Ledger
from gis_layers.status_words import WORDS, Status, fold
from tests.gis_layers.files import codes, found, point, read, write_geojson
from tests.real_data import real_data


def judge(kind: str = "duct", /, **columns: list[Any]) -> Ledger:
    rows = len(next(iter(columns.values())))
    arrays = {}
    for name, values in columns.items():
        arrays[name] = np.empty(rows, dtype=object)
        arrays[name][:] = values
    ledger = Ledger("survey", "a.shp", rows)
    apply_filters(LayerSpec("survey", kind, Path("a.shp")), KINDS[kind], arrays, ledger)
    return ledger


def kept(kind: str = "duct", /, **columns: list[Any]) -> list[int]:
    return [int(row) for row in judge(kind, **columns).kept_rows]


def only(ledger: Ledger, code: str) -> Finding:
    (finding,) = [finding for finding in ledger.findings() if finding.code == code]
    return finding


def test_only_what_is_built_or_in_service_stays() -> None:
    ledger = judge(etat=["En service", "EN PROJET", "hors service", None, "inconnu", "en service", "zzz"])
    assert ledger.kept_rows.tolist() == [0, 5]
    assert dict(ledger.reasons) == {"not-existing": 5}
    finding = only(ledger, "not-existing")
    assert finding.severity == "warning"
    assert finding.message == (
        "5 of 7 rows do not exist today by etat: planned (EN PROJET: 1) abandoned (hors service: 1) "
        "unknown ((empty): 1, inconnu: 1, zzz: 1); first row 1"
    )
    assert "exists: {column: etat, values: [En service, en service]}" in finding.advice


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("STATUS", ["Existing", "Proposed"], [0]),
        ("cm_statut", ["AVP"] * 2, []),
        ("cb_statut", ["REC", "PRO", "MCO"], [0, 2]),
        ("st_avct", ["PRE", "DIA", "EXE"], []),
        ("état", ["posé", "déposé", "Posées", "Déposée(s)"], [0, 2]),
        ("Zustand", ["in Betrieb", "außer Betrieb", "geplant", "stillgelegt"], [0]),
        ("etat_objet", ["1 - Existant", "2 - À créer"], [0]),
        ("lifecycle_status", ["in_service", "under-construction"], [0]),
        ("etat", ["bon", "mauvais", "hors service", "déposé"], [0, 1]),
        ("statut", ["inconnu", "NC"], []),
        ("status", ["in service", "planned", "abandoned", "unknown"], [0]),
        ("disused", [None, "yes", "no"], [0, 2]),
        ("hors_service", ["non", "oui"], [0]),
        ("disused", [0, 1], [0]),
        ("en_service", ["O", "N", None], [0]),
        ("in_service", [True, False], [0]),
        ("etat", ["Existant - aérien", "Projet (2027)", "REC : récolement", "1: déposé"], [0, 2]),
        ("highway", ["residential", "construction", "proposed", None], [0, 3]),
    ],
)
def test_columns_that_tell_status(name: str, values: list[Any], expected: list[int]) -> None:
    assert kept(**{name: values}) == expected


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("etat", ["bon", "moyen", "mauvais", "inconnu"]),
        ("state", ["CA", "NC", "HS"]),
        ("state", ["CA", "unknown", ""]),
        ("STATUT", ["Public", "Privé", None]),
        ("status", [None, "", " "]),
        ("status", [1, 2, 3]),
        ("status", ["1", "2", "3"]),
        ("b_pls_status", ["FREI", "GESCHLOSSEN", ""]),
        ("nature", ["projet", "construit"]),
        ("cm_etat", ["NC", "OK", "OK"]),
        ("construction", ["1975", "béton", None]),
        ("construction", [1975, 1980]),
        ("exists", [None, ""]),
        ("disused", [None, "no", "no"]),
        ("zn_etat", ["EC", "EC", "EC"]),
        ("niveau", ["PRO", "ACT", "EXE"]),
    ],
)
def test_columns_that_do_not(name: str, values: list[Any]) -> None:
    ledger = judge(**{name: values})
    assert ledger.alive.all()
    assert ledger.findings() == ()


def test_numeric_columns_tell_nothing() -> None:
    ledger = Ledger("survey", "a.shp", 2)
    apply_filters(LayerSpec("s", "duct", Path("a")), KINDS["duct"], {"etat": np.array([1.0, 2.0])}, ledger)
    assert ledger.alive.all()


def test_the_study_always_wins() -> None:
    ledger = Ledger("survey", "a.shp", 3)
    spec = LayerSpec("s", "duct", Path("a"), exists_column="etat", exists_values=("AVP",))
    columns = {"etat": np.array(["AVP", "REC", "AVP"], dtype=object), "disused": np.array(["yes"] * 3, dtype=object)}
    apply_filters(spec, KINDS["duct"], columns, ledger)
    assert ledger.kept_rows.tolist() == [0, 2]


def test_of_two_columns_the_pessimistic_one_decides_and_their_conflict_is_told() -> None:
    ledger = judge(etat=["en service", "en service", "projet", None], statut=["REC", "HS", "REC", "REC"])
    assert ledger.kept_rows.tolist() == [0, 3]
    conflict = only(ledger, "status-conflict")
    assert "2 rows, first in row 1: etat = en service, statut = HS" in conflict.message
    assert [f.message.split(":")[0].split(" by ")[1] for f in ledger.findings() if f.code == "not-existing"] == [
        "etat",
        "statut",
    ]


def test_base_maps_mark_exceptions_only() -> None:
    ledger = judge("street", etat=["NR", "NR", "En construction"])
    assert ledger.kept_rows.tolist() == [0, 1]
    assert "2 rows have etat = NR: 2" in only(ledger, "status-not-stated").message
    assert "exists: {column: etat, values: [NR]}" in only(ledger, "status-not-stated").advice
    assert kept("street", etat=["En service", "NR", "En construction"]) == [0]
    assert kept("other", etat=["NR", "NR", "En construction"]) == [0, 1]
    assert kept("street", etat=["inconnu", None, "En construction"]) == []


def test_equipment_without_a_mark_is_unknown() -> None:
    assert kept("duct", etat=["NR", None, "En construction"]) == []


def test_rows_already_out_tell_nothing() -> None:
    ledger = Ledger("survey", "a.shp", 2)
    ledger.count_out(np.array([1]), code="bad")
    columns = {"etat": np.array(["bon", "projet"], dtype=object)}
    apply_filters(LayerSpec("s", "duct", Path("a")), KINDS["duct"], columns, ledger)
    assert ledger.kept_rows.tolist() == [0]
    assert ledger.findings() == ()


def test_no_word_says_two_things() -> None:
    assert fold("Déposé(e)") == fold("deposees") != fold("posé")
    assert fold("IN_SERVICE") == fold("in service")
    for word, status in (("déposé", 5), ("posé", 2), ("projet", 4), ("?", 3), ("-", 1), ("", 1), ("HS", 5)):
        assert WORDS[fold(word)] == Status(status)


def test_a_class_of_many_values_is_settled_by_where() -> None:
    ledger = judge("street", highway=[*(f"class_{i}" for i in range(30)), "construction", "proposed"])
    assert len(ledger.kept_rows) == 30
    assert "write where: {highway: {not: [construction, proposed]}}" in only(ledger, "not-existing").advice


STATED = {"REC": True, "En service": True, "existant": True, "AVP": False, "déposé": False, "": False, "?": False}


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(sorted(STATED)), min_size=1, max_size=30).filter(lambda v: {"REC", "AVP"} <= set(v)))
def test_what_does_not_exist_is_found_wherever_it_is_and_the_advice_settles_it(values: list[str]) -> None:
    ledger = judge(etat=values)
    assert ledger.kept_rows.tolist() == [row for row, value in enumerate(values) if STATED[value]]
    advice = only(ledger, "not-existing").advice
    key = YAML(typ="safe").load(advice[advice.index("{") : advice.index("}") + 1])
    assert key["column"] == "etat"
    assert set(key["values"]) == {value for value in values if STATED[value]}


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=6), min_size=1, max_size=8))
def test_any_values_can_be_written_into_the_study(values: list[str]) -> None:
    advice = only(judge(etat=["projet", *values]), "not-existing").advice
    if "values:" in advice:
        key = YAML(typ="safe").load(advice[advice.index("{") : advice.rindex("}") + 1])
        assert all(isinstance(value, str) for value in key["values"])


def of_file(path: Path, kind: str, **options: Any) -> Layer:
    return read(path, kind, **options)


def test_a_file_of_planned_cabinets_is_no_layer_of_cabinets(tmp_path: Path) -> None:
    features = [(point(i), {"id": f"c{i}", "statut": "AVP"}) for i in range(3)]
    layer = of_file(write_geojson(tmp_path / "a.geojson", features), "street_cabinet")
    assert layer.set_aside == {"not-existing": 3}
    assert {"not-existing", "empty-layer"} <= codes(layer)
    assert "if they exist, write exists: {column: statut, values: [AVP]}" in found(layer, "not-existing")[0].advice


@pytest.mark.real_data
def test_real_layers_lose_only_what_is_not_built() -> None:
    rodez = of_file(real_data("rodez", "bdtopo_v2", "ROUTE.shp"), "street")
    assert (rodez.rows_kept, rodez.set_aside) == (4980, {"not-existing": 1})
    assert "NR: 4980" in found(rodez, "status-not-stated")[0].message
    olemps = of_file(real_data("rodez", "bdtopo_v3_olemps", "BATIMENT.shp"), "building")
    assert olemps.set_aside["not-existing"] == 3
    assert "En construction: 3" in found(olemps, "not-existing")[0].message
    fibre = of_file(real_data("long_beach_fibre", "CityFiber.shp"), "fibre_cable", study_crs="EPSG:32611")
    assert fibre.set_aside["not-existing"] == 6


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["enseignement", "mobilite-parking", "equipub-justice-securite"])
def test_public_and_private_are_no_status(name: str) -> None:
    layer = of_file(real_data("nantes_equipements", f"{name}.geo.json"), "public_building")
    assert "not-existing" not in layer.set_aside
