"""GraceTHD deliveries: files that are whole, odd, hostile or missing; and the public sample."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from gis_layers import Layer, StudyError, SurveyError
from tests.gis_layers.files import found, read
from tests.gis_layers.gracethd_files import (
    deliver,
    with_status,
    write_csv,
)
from tests.real_data import real_data

PLANNED: dict[str, Any] = {"exists_column": "status", "exists_values": ("planned",)}


def told(layer: Layer, code: str) -> list[tuple[str, str]]:
    return [(finding.feature, finding.message) for finding in found(layer, code)]


def test_digest_is_over_the_files_read_in_name_order(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "livrable")
    before = read(folder, "fibre_cable").sha256
    names = sorted([*(path.name for path in folder.glob("t_cableline.*")), "t_cable.csv"])
    names = sorted([*names, "l_statut.csv", "l_etat_type.csv", "l_cable_type.csv"])
    assert before == hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()
    write_csv(folder, "t_suf", [{"sf_code": "SF1"}])
    assert read(folder, "fibre_cable").sha256 == before, "a table that is not read has no say"
    write_csv(folder, "l_cable_type", [{"code": "C", "libelle": "CABLE OPTIQUE"}])
    assert read(folder, "fibre_cable").sha256 != before


def test_upper_case_names_and_byte_order_marks(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "livrable")
    for path in list(folder.iterdir()):
        path.rename(folder / path.name.upper())
    table = folder / "T_CABLE.CSV"
    header, rest = table.read_text(encoding="utf-8").split("\n", 1)
    table.write_text(f"\ufeff{header.upper()}\n{rest}", encoding="utf-8")
    layer = read(folder, "fibre_cable")
    assert layer.frame["fibres"].tolist() == [48]


@pytest.mark.parametrize(
    ("kind", "missing", "message"),
    [
        ("duct", "t_cond_chem.csv", "lacks t_cond_chem.csv, which kind duct needs"),
        ("fibre_cable", "t_cableline.shp", "lacks t_cableline.shp"),
        ("address", "t_adresse.shp", "lacks t_adresse.shp"),
    ],
)
def test_missing_tables(tmp_path: Path, kind: str, missing: str, message: str) -> None:
    folder = deliver(tmp_path / "livrable")
    (folder / missing).unlink(missing_ok=True)
    with pytest.raises(StudyError, match=message):
        read(folder, kind)


def test_missing_columns(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "livrable", t_cond_chem=[{"dm_cd_code": "CD1"}])
    with pytest.raises(SurveyError, match=r"t_cond_chem\.csv lacks dm_cm_code, needed for kind duct"):
        read(folder, "duct")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"cb_code;cb_statut\n\xe9;REC\n", "is not utf-8-sig"),
        (b'cb_code;cb_statut\n"CB1;REC\n', "cannot be read as ;-separated CSV"),
        (b"cb_code;cb_code\nCB1;CB1\n", "two columns of one name"),
        (b"cb_code;cb_statut\nCB1;\x00\n", "holds bytes that no text has"),
        (b"cb_code" + b";" * (1 << 20) + b"\n", "line 1 has 1,048,584 characters"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    folder = deliver(tmp_path / "livrable")
    (folder / "t_cable.csv").write_bytes(content)
    with pytest.raises(SurveyError, match=message):
        read(folder, "fibre_cable")


def test_rows_of_another_width_are_told_and_not_guessed(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "livrable")
    (folder / "t_cable.csv").write_text("cb_code;cb_capafo;cb_statut\nCB1;REC\nCB2;12;REC\n", encoding="utf-8")
    accept: dict[str, Any] = {"exists_column": "status", "exists_values": ("unknown",)}
    layer = read(folder, "fibre_cable", **accept)
    (finding,) = found(layer, "table-row-width")
    assert finding.message == "t_cable.csv: 1 rows do not have the 3 cells of the header: row 0"
    assert [row for row, _ in told(layer, "line-without-cable")] == ["0"]


def test_encoding_that_the_study_states(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "livrable")
    (folder / "t_cable.csv").write_bytes("cb_code;cb_etiquet;cb_statut\nCB1;Câble été;REC\n".encode("cp1252"))
    assert read(folder, "fibre_cable", encoding="cp1252").frame["name"].tolist() == ["Câble été"]


def test_text_that_would_run_elsewhere_is_only_text(tmp_path: Path) -> None:
    evil = "=HYPERLINK(1)<script>${alert(1)}</script>"
    cables = with_status([{"cb_code": "CB1", "cb_etiquet": evil}], "cb")
    assert read(deliver(tmp_path / "l", t_cable=cables), "fibre_cable").frame["name"].tolist() == [evil]


def test_what_a_study_may_not_ask(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "livrable")
    with pytest.raises(StudyError, match="no layer of kind street_light"):
        read(folder, "street_light")
    with pytest.raises(StudyError, match="layer: t_love is no table of kind duct"):
        read(folder, "duct", layer="t_love")
    with pytest.raises(StudyError, match="columns: x is stated"):
        read(folder, "duct", columns={"x": "a"})


# the public sample

SAMPLE_ROWS = {
    ("route_segment", None): (25, 25),
    ("duct", None): (27, 27),
    ("fibre_cable", None): (22, 22),
    ("fibre_node", None): (27, 25),
    ("fibre_node", "t_ptech"): (9, 9),
    ("fibre_node", "t_sitetech"): (2, 2),
    ("fibre_node", "t_ebp"): (27, 27),
    ("street_cabinet", None): (2, 1),
}


@pytest.mark.parametrize(("kind", "table"), sorted(SAMPLE_ROWS, key=str))
def test_sample_is_planned_and_read_whole_where_the_study_accepts_that(kind: str, table: str | None) -> None:
    folder = real_data("gracethd_sample")
    rows, planned = SAMPLE_ROWS[kind, table]
    plain = read(folder, kind, layer=table)
    of_another_type = plain.set_aside.get("of-another-type", 0)
    assert plain.rows_read == rows
    assert plain.set_aside["not-existing"] + of_another_type + plain.rows_kept == rows
    assert "planned" in found(plain, "not-existing")[0].message
    accepted = read(folder, kind, layer=table, **PLANNED)
    assert (accepted.rows_read, accepted.rows_kept) == (rows, planned)


def test_sample_ends_codes_and_counts() -> None:
    folder = real_data("gracethd_sample")
    segments = read(folder, "route_segment", **PLANNED)
    assert segments.frame["cm_typ_imp_label"].value_counts().to_dict() == {
        "CONDUITE": 15,
        "AERIEN TELECOM": 8,
        "FACADE": 2,
    }
    assert [message for _, message in told(segments, "end-moved")][1:] == [
        "ends moved to the declared nodes, by up to 8.67 m"
    ]
    assert told(segments, "node-code-missing") == [("1", "cm_ndcode1 is empty"), ("23", "cm_ndcode2 is empty")]
    cables = read(folder, "fibre_cable", **PLANNED)
    assert "27 of 49 cables have no line (cb_typephy: J 27)" in found(cables, "cable-without-line")[0].message
    ducts = read(folder, "duct", **PLANNED)
    assert ducts.frame["bore_mm"].value_counts().to_dict() == {10: 23, 42: 4}
    (finding,) = found(ducts, "duct-not-reusable")
    assert "leased, without a right of access 7" in finding.message
    assert "full 1" in finding.message
    assert not ducts.frame["reusable"].any()
