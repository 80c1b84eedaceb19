"""Files made to harm: each is read right or refused with a clear error, soon and within 1 GB."""

from __future__ import annotations

import os
import re
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from gis_layers import StudyError, SurveyError
from tests.gis_layers.files import codes, read, write_gpkg
from tests.gis_layers.test_archive import pack, shapefile

# the peak of the process itself: what getrusage says begins with the memory of the test run that forked it
MEASURE = """
import re, sys
from pathlib import Path
from gis_layers import CardioError, LayerSpec, read_layer
path = Path(sys.argv[1])
try:
    read_layer(LayerSpec(name="survey", kind="street", path=path, shown_path=path.name), crs="EPSG:2154")
    print("read")
except CardioError as error:
    print(type(error).__name__, error.message)
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""
FEATURE = '{"type":"Feature","properties":{"id":"%s"},"geometry":%s}'
COLLECTION = '{"type":"FeatureCollection","features":[%s]}'
POINT = '{"type":"Point","coordinates":[2.5,44.5]}'


def write_shapefile_of_zeros(folder: Path, rows: int) -> Path:
    """A shapefile of three lines whose .dbf and .shx claim many rows; the files have holes, and take no disk."""
    for name, content in shapefile().items():
        (folder / name).write_bytes(content)
    head_bytes, row_bytes = struct.unpack("<HH", (folder / "voirie.dbf").read_bytes()[8:12])
    with (folder / "voirie.dbf").open("r+b") as stream:
        stream.seek(4)
        stream.write(struct.pack("<I", rows))
        stream.truncate(head_bytes + rows * row_bytes)
    with (folder / "voirie.shx").open("r+b") as stream:
        stream.seek(24)
        stream.write(struct.pack(">i", 50 + 4 * rows))
        stream.truncate(100 + 8 * rows)
    return folder / "voirie.shp"


def write_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def long_line(points: int) -> str:
    pairs = ",".join(f"[{2 + k / points:.7f},44.5]" for k in range(points))
    return COLLECTION % (FEATURE % ("a", f'{{"type":"LineString","coordinates":[{pairs}]}}'))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rows", "SurveyError .* states 16,000,000 rows"),
        ("columns", "SurveyError .* states 5,000 columns"),
        ("line", "SurveyError .* one feature takes more than 200 MB"),
        ("bomb", "SurveyError .* zip bomb"),
        ("cells", "SurveyError .* more than 1200001 rows"),
        ("collection", "SurveyError .* Too many nested"),
    ],
)
def test_memory_stays_below_1_gb(tmp_path: Path, name: str, expected: str) -> None:
    if name == "rows":
        path = write_shapefile_of_zeros(tmp_path, 16_000_000)
    elif name == "columns":
        properties = ",".join(f'"c{k}":1' for k in range(5000))
        feature = f'{{"type":"Feature","properties":{{{properties}}},"geometry":{POINT}}}'
        path = write_text(tmp_path / "a.geojson", COLLECTION % feature)
    elif name == "line":
        path = write_text(tmp_path / "a.geojson", long_line(2_000_000))
    elif name == "bomb":
        path = tmp_path / "a.zip"
        path.write_bytes(pack(shapefile() | {"voirie.dbf": bytes(300 << 20)}))
    elif name == "cells":
        path = write_text(tmp_path / "a.csv", "x,y\n" + "1,2\n" * 1_300_000)
    else:
        deep = '{"type":"GeometryCollection","geometries":[' * 100_000 + POINT + "]}" * 100_000
        path = write_text(tmp_path / "a.geojson", COLLECTION % (FEATURE % ("a", deep)))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    said, peak_kb = done.stdout.splitlines()
    assert re.match(expected, said), said
    assert int(peak_kb) < 1_000_000


def retitle(path: Path, name: str) -> None:
    """Give the layer of a GeoPackage another name."""
    with sqlite3.connect(path) as connection:
        quoted = name.replace('"', '""')
        connection.execute(f'ALTER TABLE survey RENAME TO "{quoted}"')
        for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents", "gpkg_extensions"):
            connection.execute(f"UPDATE {table} SET table_name = ? WHERE table_name = 'survey'", (name,))
        connection.execute("CREATE TABLE y (a TEXT)")


def meters(folder: Path) -> Path:
    return write_gpkg(folder / "a.gpkg", [shapely.Point(0, 0), shapely.Point(9, 0)], {"id": ["a", "b"]})


def change(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("named", [False, True])
def test_sql_in_the_name_of_a_layer_is_only_a_name(tmp_path: Path, named: bool) -> None:
    path, name = meters(tmp_path), 'x"; DROP TABLE y; --'
    retitle(path, name)
    before = path.read_bytes()
    assert read(path, "parking_meter", layer=name if named else None).rows_kept == 2
    assert path.read_bytes() == before


def test_a_view_without_end_is_not_asked(tmp_path: Path) -> None:
    path = meters(tmp_path)
    change(
        path,
        "CREATE VIEW big AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
        "SELECT c.x AS fid, s.geom AS geom FROM c, survey s",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
        "SELECT 'big', data_type, 'big', srs_id FROM gpkg_contents",
        "INSERT INTO gpkg_geometry_columns "
        "SELECT 'big', column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns",
    )
    with pytest.raises(SurveyError, match=r"layer big is a view that cannot be read: .*not authorized"):
        read(path, "parking_meter", layer="big")
    assert read(path, "parking_meter", layer="survey").rows_kept == 2


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("ALTER TABLE survey ADD COLUMN g BLOB AS (zeroblob(900000000)) VIRTUAL", "computes column g"),
    ],
)
def test_a_geopackage_with_computed_columns_is_refused(tmp_path: Path, statement: str, why: str) -> None:
    path = meters(tmp_path)
    change(path, statement)
    with pytest.raises(SurveyError, match=why):
        read(path, "parking_meter")


def test_a_catalogue_that_is_a_view_is_refused(tmp_path: Path) -> None:
    path = meters(tmp_path)
    change(path, "ALTER TABLE gpkg_contents RENAME TO old", "CREATE VIEW gpkg_contents AS SELECT * FROM old")
    with pytest.raises(SurveyError, match="gpkg_contents is computed"):
        read(path, "parking_meter")


def test_an_sqlite_file_that_is_no_geopackage_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    change(path, "CREATE TABLE a (x TEXT)")
    with pytest.raises(SurveyError, match="SQLite file, but no GeoPackage"):
        read(path, "parking_meter")


def test_reading_leaves_nothing_beside_a_geopackage(tmp_path: Path) -> None:
    read(meters(tmp_path), "parking_meter")
    assert [path.name for path in tmp_path.iterdir()] == ["a.gpkg"]


@pytest.mark.parametrize("content", ["<kml/>", "<gml:FeatureCollection/>", "<OGRVRTDataSource/>", "CREATE TABLE x;"])
@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".geojson", ".zip"])
def test_other_formats_under_our_names_are_refused(tmp_path: Path, suffix: str, content: str) -> None:
    with pytest.raises(SurveyError):
        read(write_text(tmp_path / f"a{suffix}", content), "street")


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".geojson", ".csv", ".zip"])
def test_what_is_no_plain_file_never_hangs(tmp_path: Path, suffix: str) -> None:
    pipe, loop = tmp_path / f"pipe{suffix}", tmp_path / f"loop{suffix}"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    device = tmp_path / f"device{suffix}"
    device.symlink_to("/dev/zero")
    for path in (pipe, device):
        with pytest.raises(SurveyError, match="is not a plain file, but a pipe or device"):
            read(path, "street")
    for path in (loop, tmp_path / f"a\0b{suffix}", tmp_path / f"a\nb{suffix}"):
        with pytest.raises(StudyError, match="file not found"):
            read(path, "street")


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"a":' * 100_000, COLLECTION.replace("%s", "[" * 100_000), COLLECTION % ('{"nodes":' * 50_000)],
)
def test_deep_nesting_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(SurveyError):
        read(write_text(tmp_path / "a.geojson", content), "street")


def test_huge_numbers_are_refused_or_set_aside(tmp_path: Path) -> None:
    far = '{"type":"Point","coordinates":[1e300,-1e300]}'
    features = ",".join([FEATURE % ("a", POINT), FEATURE % ("b", POINT.replace("2.5", "2.6")), FEATURE % ("c", far)])
    layer = read(write_text(tmp_path / "a.geojson", COLLECTION % features), "parking_meter")
    assert layer.set_aside in ({"outside-area": 1}, {"bad-coordinate": 1})
    digits = COLLECTION % (FEATURE % ("a", POINT.replace("2.5", "9" * 5000)))
    with pytest.raises(SurveyError):
        read(write_text(tmp_path / "b.geojson", digits), "parking_meter")


@pytest.mark.parametrize("mark", ["", "\x1e"])
def test_features_one_a_line_are_read(tmp_path: Path, mark: str) -> None:
    lines = [mark + FEATURE % (k, POINT.replace("2.5", f"2.{k}")) for k in "56"]
    layer = read(write_text(tmp_path / "a.geojson", "\n".join(lines) + "\n"), "parking_meter")
    assert layer.frame["id"].tolist() == ["5", "6"]


@pytest.mark.parametrize(("content", "rows"), [(POINT, 1), (FEATURE % ("a", POINT), 1), (COLLECTION % "", 0)])
def test_other_forms_of_geojson_are_read(tmp_path: Path, content: str, rows: int) -> None:
    layer = read(write_text(tmp_path / "a.geojson", content), "parking_meter")
    assert layer.rows_kept == rows
    assert ("empty-layer" in codes(layer)) == (rows == 0)


@pytest.mark.parametrize(
    "content",
    [
        '{"type":"FeatureCollection","features":null}',
        '{"type":"Topology","objects":{},"arcs":[]}',
        '{"a":1}',
        COLLECTION % FEATURE % ("a", POINT) + " more",
        (COLLECTION % FEATURE % ("a", POINT))[:-30],
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(SurveyError):
        read(write_text(tmp_path / "a.geojson", content), "parking_meter")
