"""Text encodings: the content decides, claims are reported where they are wrong, the study has the last word."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis_layers import write_shapefile
from gis_layers.encoding import Cell, Claims, choose_encoding, decode, python_encoding
from gis_layers.readers.dbf import LANGUAGE_ENCODINGS
from tests.gis_layers.files import CRS, at, codes, found, read

FRENCH = ["Hôtel de ville", "École élémentaire", "Forêt", "Rue de l'église", "Maïs", "Garçon"]
CAPITALS = ["MAIRIE DE RÉQUISTA", "FORÊT", "ÉCOLE", "CHÂTEAU"]
GERMAN = ["Straße", "Münchner Platz", "Österreich", "Käthe"]


def cells(texts: list[str], encoding: str) -> list[Cell]:
    return [Cell(raw) for text in texts if not (raw := text.encode(encoding)).isascii()]


def claims(*, study: str | None = None, file: str | None = None, language: str | None = None) -> Claims:
    return Claims(study, file, language, "0x00")


@pytest.mark.parametrize("texts", [FRENCH, CAPITALS, GERMAN, [FRENCH[0]]])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850", "mac-roman"])
@pytest.mark.parametrize("file", [None, "UTF-8", "1252", "klingon"])
def test_the_content_decides(texts: list[str], encoding: str, file: str | None) -> None:
    raw = cells(texts, encoding)
    chosen, notes = choose_encoding(raw, claims(file=file))
    assert [decode(cell, chosen)[0] for cell in raw] == [text for text in texts if not text.isascii()]
    right = file is not None and python_encoding(file) == encoding
    assert [note.code for note in notes] == (
        [] if right else ["encoding-guessed" if file in (None, "klingon") else "encoding-conflict"]
    )


def test_cp437_and_cp850_are_told_apart_by_their_capitals_and_by_the_claim() -> None:
    assert choose_encoding(cells(["FORÊT", "À LOUER", "CHÂTEAU"], "cp850"), claims())[0] == "cp850"
    assert choose_encoding(cells(FRENCH, "cp437"), claims(language="cp437"))[0] == "cp437"


@pytest.mark.parametrize(
    ("texts", "encoding", "language"),
    [
        (["Главная улица", "Школа"], "cp1251", "cp1251"),
        (["Ulica Główna", "Łódź"], "cp1250", "cp1250"),
        (["Κεντρική", "οδός"], "cp1253", "cp1253"),
    ],
)
def test_other_languages_are_read_as_claimed(texts: list[str], encoding: str, language: str) -> None:
    raw = cells(texts, encoding)
    chosen, _ = choose_encoding(raw, claims(language=language))
    assert [decode(cell, chosen)[0] for cell in raw] == texts


def test_a_cyrillic_claim_on_french_text_is_not_believed() -> None:
    chosen, (note,) = choose_encoding(cells(FRENCH, "cp1252"), claims(language="cp1251"))
    assert (chosen, note.code, note.severity) == ("cp1252", "encoding-conflict", "repaired")
    assert "Hôtel" in note.message and "Hфtel" in note.message


def test_both_readings_are_shown() -> None:
    _, (note,) = choose_encoding(cells(FRENCH, "utf-8"), claims(file="latin1"))
    assert "latin1" in note.message
    assert '"Hôtel de ville"' in note.message and '"HÃ´tel de ville" as iso8859-1' in note.message


def test_the_study_has_the_last_word_and_is_told_when_it_seems_wrong() -> None:
    chosen, (note,) = choose_encoding(cells(FRENCH, "utf-8"), claims(study="cp1252", file="UTF-8"))
    assert (chosen, note.code, note.severity) == ("cp1252", "encoding-conflict", "warning")
    assert choose_encoding(cells(FRENCH, "cp1252"), claims(study="cp1252", file="UTF-8")) == ("cp1252", ())
    assert choose_encoding(cells(FRENCH, "cp1252"), claims(study="iso8859-1")) == ("iso8859-1", ())
    assert choose_encoding(cells(FRENCH, "cp850"), claims(study="cp1252"))[1]


def test_plain_ascii_says_nothing() -> None:
    assert choose_encoding([], claims(file="klingon")) == ("utf-8", ())
    assert choose_encoding([], claims(file="1252")) == ("cp1252", ())


@pytest.mark.parametrize("name", ["utf-16", "cp037", "hex", "rot13", "klingon", "\0", "é", "cp99999", "²"])
def test_encodings_that_no_such_file_can_have_are_unknown(name: str) -> None:
    assert python_encoding(name) is None


def test_every_language_id_names_an_encoding_of_python() -> None:
    assert len(LANGUAGE_ENCODINGS) > 50
    for encoding in LANGUAGE_ENCODINGS.values():
        assert "é".encode(encoding, errors="replace")


def test_a_character_cut_at_the_width_of_the_field_is_no_reason_to_doubt_utf8() -> None:
    assert decode(Cell(b"caf" + b"\xc3", is_full=True), "utf-8") == ("caf", "cut")
    assert decode(Cell(b"caf\xc3"), "utf-8") == ("caf\\xc3", "undecodable")
    assert choose_encoding([Cell("Hôtel caf".encode() + b"\xc3", is_full=True)], claims())[0] == "utf-8"


def test_a_byte_that_fills_its_field_is_no_proof_of_utf8() -> None:
    assert choose_encoding([Cell(b"\xe9", is_full=True)], claims())[0] == "cp1252"
    assert choose_encoding([Cell(b"\xe9", is_full=True)], claims(file="UTF-8"))[0] == "utf-8"


def texts_shapefile(path: Path, texts: list[str], encoding: str, cpg: str | None) -> Path:
    points = [at(shapely.Point(i, 0)) for i in range(len(texts))]
    frame = gpd.GeoDataFrame({"nom": texts}, geometry=points, crs=CRS)
    write_shapefile(path, frame, encoding=encoding, columns={"nom": "NOM"}, write_cpg=False)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    return path


@pytest.mark.parametrize(
    ("encoding", "cpg"), [("cp1252", "UTF-8"), ("utf-8", "ISO-8859-1"), ("utf-8", "1252"), ("cp1252", "")]
)
def test_a_wrong_cpg_costs_no_accent(tmp_path: Path, encoding: str, cpg: str) -> None:
    layer = read(texts_shapefile(tmp_path / "a.shp", FRENCH, encoding, cpg), "parking_meter")
    assert layer.frame["name"].tolist() == FRENCH
    assert codes(layer) & {"encoding-conflict", "encoding-guessed"} == {
        "encoding-conflict" if cpg else "encoding-guessed"
    }
    assert layer.delivered is not None and layer.delivered.encoding == encoding


def test_a_language_id_that_lies_is_reported(tmp_path: Path) -> None:
    path = texts_shapefile(tmp_path / "a.shp", FRENCH, "cp1252", None)
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[29] = 0x65
    path.with_suffix(".dbf").write_bytes(content)
    layer = read(path, "parking_meter")
    assert layer.frame["name"].tolist() == FRENCH
    assert "0x65 (cp866)" in found(layer, "encoding-conflict")[0].message


def test_bytes_that_are_no_text_are_kept_visible_on_their_rows(tmp_path: Path) -> None:
    path = texts_shapefile(tmp_path / "a.shp", ["Hôtel", "Église", "XXX"], "utf-8", "UTF-8")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"XXX", b"X\xe9X"))
    layer = read(path, "parking_meter")
    assert layer.frame["name"].tolist() == ["Hôtel", "Église", "X\\xe9X"]
    (finding,) = found(layer, "undecodable-text")
    assert (finding.feature, finding.severity) == ("2", "warning")


def test_text_after_a_nul_is_read(tmp_path: Path) -> None:
    path = texts_shapefile(tmp_path / "a.shp", ["gare~nord", "mairie", "~~~"], "utf-8", None)
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"~", b"\0"))
    layer = read(path, "parking_meter")
    assert layer.frame["name"].fillna("").tolist() == ["gare nord", "mairie", ""]
    (finding,) = found(layer, "text-cut")
    assert (finding.feature, finding.severity) == ("0", "repaired")
    assert "space" in finding.done


def test_a_field_name_with_accents_is_a_name(tmp_path: Path) -> None:
    path = texts_shapefile(tmp_path / "a.shp", ["gare"], "utf-8", None)
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"NOM\0", "Né".encode("cp1252") + b"e\0"))
    assert "Née" in read(path, "parking_meter").frame.columns
