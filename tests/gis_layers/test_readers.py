"""Readers: what is refused, with which error, and how files that lie are read."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import warnings
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from gis_layers import CardioError, StudyError, SurveyError, write_layers, write_shapefile
from gis_layers.readers.vector import reader_notes
from tests.gis_layers.files import CRS, at, codes, found, point, read, write_geojson, write_gpkg

VRT = """<OGRVRTDataSource>
<OGRVRTLayer name="secret"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer>
</OGRVRTDataSource>"""


def accents_shapefile(path: Path, *, encoding: str, write_cpg: bool = True, text: str = "Hôtel de ville €") -> Path:
    frame = gpd.GeoDataFrame({"nom": [text, "mairie"]}, geometry=[at(shapely.Point(i, 0)) for i in range(2)], crs=CRS)
    write_shapefile(path, frame, encoding=encoding, columns={"nom": "NOM"}, write_cpg=write_cpg)
    return path


def streets(path: Path) -> Path:
    lines = [at(shapely.LineString([(0, i), (10, i)])) for i in range(5)]
    frame = gpd.GeoDataFrame({"n": range(5)}, geometry=lines, crs=CRS)
    write_shapefile(path, frame, encoding="utf-8", columns={"n": "n"})
    return path


@pytest.mark.parametrize("name", ["a.vrt", "a", "a.geojson.gz", "a.shp.xml"])
def test_other_formats_are_refused_by_name_even_when_absent(tmp_path: Path, name: str) -> None:
    with pytest.raises(StudyError, match="are not read") as caught:
        read(tmp_path / name, "street")
    assert ".gpkg" in caught.value.hint
    assert "survey" in caught.value.message


@pytest.mark.parametrize(
    "path",
    [
        "/vsicurl/http://x/a.geojson",
        "http://example.org/a.geojson",
        "s3://bucket/a.gpkg",
        "/vsizip/a.zip/b.shp",
        "a.zip!b.shp",
    ],
)
def test_paths_that_gdal_would_fetch_or_unpack_are_refused(path: str) -> None:
    with pytest.raises(StudyError, match="not a plain local file"):
        read(Path(path), "street")


def test_missing_file_and_folder_are_study_errors(tmp_path: Path) -> None:
    (tmp_path / "folder.shp").mkdir()
    for name, why in (("gone.shp", "file not found"), ("folder.shp", "is a folder")):
        with pytest.raises(StudyError, match=why) as caught:
            read(tmp_path / name, "street")
        assert "survey" in caught.value.message and name in caught.value.message


def test_a_part_that_cannot_be_opened_is_a_survey_error(tmp_path: Path) -> None:
    path = streets(tmp_path / "voirie.shp")
    path.with_suffix(".cpg").unlink()
    path.with_suffix(".cpg").mkdir()
    with pytest.raises(SurveyError, match=r"the \.cpg beside it is not a plain file") as caught:
        read(path, "street")
    assert "ask for the whole shapefile" in caught.value.hint


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".geojson"])
def test_a_vrt_under_another_name_reads_no_other_file(tmp_path: Path, suffix: str) -> None:
    secret = write_gpkg(tmp_path / "secret.gpkg", [shapely.Point(0, 0)])
    path = tmp_path / f"a{suffix}"
    path.write_text(VRT.format(secret), encoding="utf-8")
    with pytest.raises(SurveyError, match=r"is not (a|GeoJSON)"):
        read(path, "parking_meter")


def test_gdal_has_no_vrt_driver_once_we_are_imported(tmp_path: Path) -> None:
    secret = write_gpkg(tmp_path / "secret.gpkg", [shapely.Point(0, 0)])
    path = tmp_path / "a.vrt"
    path.write_text(VRT.format(secret), encoding="utf-8")
    code = "import sys, gis_layers, pyogrio; pyogrio.read_info(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "not recognized as being in a supported file format" in done.stderr


@pytest.mark.parametrize("content", [b"", b"\x00" * 4000, b"{" * 50, b"SQLite format 3\x00" + b"x" * 3000])
@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".geojson"])
def test_garbage_is_a_survey_error(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    with pytest.raises(SurveyError):
        read(path, "street")


@pytest.mark.parametrize("folder", ["a#b", "a?b", "a%20b", "rue de l'été", "a:b", "z.zip"])
def test_odd_folder_names_are_only_names(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    layer = read(write_geojson(tmp_path / folder / "a.geojson", [(point(), {"id": "m"})]), "parking_meter")
    assert layer.rows_kept == 1


def test_parts_in_upper_case_are_found(tmp_path: Path) -> None:
    path = streets(tmp_path / "voirie.shp")
    for part in (".dbf", ".shx"):
        path.with_suffix(part).rename(path.with_suffix(part.upper()))
    assert read(path, "street").rows_kept == 5


def test_an_unreadable_dbf_never_loses_the_attributes_silently(tmp_path: Path) -> None:
    path = streets(tmp_path / "voirie.shp")
    dbf = path.with_suffix(".dbf")
    content = dbf.read_bytes()
    for size in (0, 20, len(content) // 2):
        dbf.write_bytes(content[:size])
        with pytest.raises(SurveyError):
            read(path, "street")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_encoding_without_cpg_comes_from_the_content(tmp_path: Path, encoding: str) -> None:
    layer = read(accents_shapefile(tmp_path / "a.shp", encoding=encoding, write_cpg=False), "parking_meter")
    assert layer.frame["name"].tolist() == ["Hôtel de ville €", "mairie"]
    (guess,) = found(layer, "encoding-guessed")
    assert guess.severity == "repaired"
    assert encoding in guess.done


def test_plain_ascii_needs_no_guess(tmp_path: Path) -> None:
    path = accents_shapefile(tmp_path / "a.shp", encoding="utf-8", write_cpg=False, text="gare")
    assert "encoding-guessed" not in codes(read(path, "parking_meter"))


@pytest.mark.parametrize("cpg", ["1252", "cp1252", "ANSI 1252", "windows-1252\n"])
def test_cpg_as_surveys_write_it(tmp_path: Path, cpg: str) -> None:
    path = accents_shapefile(tmp_path / "a.shp", encoding="cp1252")
    path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    layer = read(path, "parking_meter")
    assert layer.frame["name"].iloc[0] == "Hôtel de ville €"
    assert "encoding-guessed" not in codes(layer)


@pytest.mark.parametrize(("cpg", "name"), [("88591", "é"), ("8859-15", "€"), ("65001", "é"), ("latin1", "é")])
def test_cpg_numbers(tmp_path: Path, cpg: str, name: str) -> None:
    python_name = {"88591": "latin-1", "8859-15": "iso8859-15", "65001": "utf-8", "latin1": "latin-1"}[cpg]
    path = accents_shapefile(tmp_path / "a.shp", encoding="cp1252", write_cpg=False, text="???")
    dbf = path.with_suffix(".dbf")
    raw = name.encode(python_name)
    dbf.write_bytes(dbf.read_bytes().replace(b"???", raw.ljust(3)))
    path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    assert read(path, "parking_meter").frame["name"].iloc[0] == name


def test_the_study_settles_the_encoding(tmp_path: Path) -> None:
    path = accents_shapefile(tmp_path / "a.shp", encoding="cp1252")
    path.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
    layer = read(path, "parking_meter", encoding="cp1252")
    assert layer.frame["name"].iloc[0] == "Hôtel de ville €"
    assert not codes(layer) & {"encoding-guessed", "encoding-conflict"}


def test_unknown_encodings_are_refused(tmp_path: Path) -> None:
    path = accents_shapefile(tmp_path / "a.shp", encoding="utf-8")
    with pytest.raises(StudyError, match="unknown encoding klingon"):
        read(path, "parking_meter", encoding="klingon")
    path.with_suffix(".cpg").write_text("klingon", encoding="ascii")
    layer = read(path, "parking_meter")
    assert layer.frame["name"].iloc[0] == "Hôtel de ville €"
    assert "klingon" in found(layer, "encoding-guessed")[0].message


def test_keys_that_a_format_does_not_have_are_refused(tmp_path: Path) -> None:
    gpkg = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)])
    geojson = write_geojson(tmp_path / "a.geojson", [(point(), {})])
    for path, options in ((gpkg, {"encoding": "cp1252"}), (geojson, {"encoding": "cp1252"}), (geojson, {"layer": "a"})):
        with pytest.raises(StudyError, match="is stated, but"):
            read(path, "parking_meter", **options)
    assert read(gpkg, "parking_meter", encoding="UTF-8").rows_kept == 1


def test_geopackage_with_several_layers_must_be_told_which(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    one = gpd.GeoDataFrame({"id": ["m"]}, geometry=[at(shapely.Point(0, 0))], crs=CRS)
    write_layers(path, {"meters": one, "lights": one})
    with pytest.raises(StudyError, match="several layers: meters, lights"):
        read(path, "parking_meter")
    with pytest.raises(StudyError, match="no layer metres") as caught:
        read(path, "parking_meter", layer="metres")
    assert caught.value.hint == "did you mean meters?"
    assert read(path, "parking_meter", layer="meters").rows_kept == 1


def test_tables_without_geometry_are_no_layers(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)], {"id": ["m"]})
    table = gpd.GeoDataFrame({"id": ["m"]}, geometry=[None]).drop(columns="geometry")
    pyogrio.write_dataframe(table, path, layer="layer_styles")
    assert read(path, "parking_meter").rows_kept == 1
    with pytest.raises(StudyError, match="no layer layer_styles with geometry"):
        read(path, "parking_meter", layer="layer_styles")


def test_digest_of_every_part_in_name_order(tmp_path: Path) -> None:
    path = streets(tmp_path / "voirie.shp")
    (tmp_path / "voirie.shp.xml").write_text("metadata", encoding="ascii")
    parts = [path.with_suffix(part) for part in (".cpg", ".dbf", ".prj", ".shp", ".shx")]
    expected = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    assert read(path, "street").sha256 == expected
    gpkg = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)])
    before = gpkg.read_bytes()
    assert read(gpkg, "parking_meter").sha256 == hashlib.sha256(before).hexdigest()
    assert gpkg.read_bytes() == before


def test_geojson_is_longitude_latitude_unless_it_says_otherwise(tmp_path: Path) -> None:
    origin = {"type": "Point", "coordinates": [3.0, 46.5]}
    layer = read(write_geojson(tmp_path / "a.geojson", [(origin, {"id": "m"})], crs=None), "parking_meter")
    assert shapely.get_coordinates(layer.frame.geometry)[0] == pytest.approx([700000, 6600000], abs=0.001)
    layer = read(write_geojson(tmp_path / "b.geojson", [(point(), {"id": "m"})], crs=CRS), "parking_meter")
    assert layer.frame.geometry.iloc[0] == shapely.Point(point()["coordinates"])


def test_no_crs_anywhere_is_a_study_error_that_names_the_key(tmp_path: Path) -> None:
    path = streets(tmp_path / "voirie.shp")
    path.with_suffix(".prj").write_text("garbage", encoding="ascii")
    with pytest.raises(StudyError, match=r"has no CRS: its \.prj cannot be understood") as caught:
        read(path, "street")
    assert "to layer survey of the study" in caught.value.hint
    path.with_suffix(".prj").unlink()
    with pytest.raises(StudyError, match="has no CRS"):
        read(path, "street")
    assert read(path, "street", crs=CRS).rows_kept == 5


def test_warnings_of_gdal_become_findings(tmp_path: Path) -> None:
    place = {"type": "Point", "coordinates": [*point()["coordinates"], 1, 2, 3]}
    path = write_geojson(tmp_path / "a.geojson", [(place, {"id": "a"})])
    (warning,) = found(read(path, "parking_meter"), "reader-warning")
    assert "Ignoring extra members" in warning.message


def test_what_is_told_of_the_row_is_not_told_of_the_file_too(tmp_path: Path) -> None:
    ring = [point(x, y)["coordinates"] for x, y in ((0, 0), (5, 0), (5, 5), (0, 5))]
    path = write_geojson(tmp_path / "a.geojson", [({"type": "Polygon", "coordinates": [ring]}, {"id": "a"})])
    layer = read(path, "building")
    assert len(found(layer, "unclosed-ring")) == 1
    assert not found(layer, "reader-warning")


def test_every_cut_of_a_file_is_read_or_refused(tmp_path: Path) -> None:
    """No cut, however odd, ends in anything but a layer or a CardioError."""
    for suffix in (".gpkg", ".geojson", ".shp"):
        path = tmp_path / f"cut{suffix}"
        if suffix == ".gpkg":
            write_gpkg(path, [shapely.Point(i, 0) for i in range(50)], {"id": [f"é{i}" for i in range(50)]})
        elif suffix == ".geojson":
            write_geojson(path, [(point(i), {"id": f"é{i}"}) for i in range(50)])
        else:
            accents_shapefile(path, encoding="utf-8")
        content = path.read_bytes()
        outcomes = set()
        for size in range(0, len(content), max(1, len(content) // 25)):
            path.write_bytes(content[:size])
            try:
                outcomes.add(type(read(path, "parking_meter")).__name__)
            except CardioError as error:
                outcomes.add(type(error).__name__)
        assert "SurveyError" in outcomes


@pytest.mark.parametrize("setting", ["OGR_GEOMETRY_ACCEPT_UNCLOSED_RING", "OGR_ANOTHER"])
def test_advice_to_change_a_setting_of_gdal_is_not_passed_on(setting: str) -> None:
    text = f"Row 7: ring is open. To avoid accepting it, set the {setting} configuration option to NO"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(text, RuntimeWarning, stacklevel=1)
    (note,) = reader_notes(caught)
    assert note.message == "Row 7: ring is open"
