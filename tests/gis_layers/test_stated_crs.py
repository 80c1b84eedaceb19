"""A CRS that a file states but that cannot be understood is no CRS; nothing that a CRS names is opened or fetched."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj._network import is_network_enabled

from gis_layers import StudyError, metric_crs_of
from gis_layers.crs import OWN_GRIDS, understand_crs
from gis_layers.gdal import pyogrio
from tests.gis_layers.files import X, Y, codes, point, read, spec_of, write_gpkg

PLACE = (2.5736, 44.3292)
GRIDS = (
    'PROJCS["x",GEOGCS["y",DATUM["z",SPHEROID["w",6378137,298.257]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",3],'
    'PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],UNIT["metre",1],'
    'EXTENSION["PROJ4","+proj=utm +zone=31 +ellps=GRS80 +nadgrids=NAMED"]]'
)


def write(path: Path, crs: Any, *, place: tuple[float, float] = PLACE, column: str = "") -> Path:
    feature = {"type": "Feature", "properties": {"crs": column}, "geometry": {"type": "Point", "coordinates": place}}
    content = {"type": "FeatureCollection", "crs": crs, "features": [feature]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def named(name: object) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


@pytest.mark.parametrize(
    ("crs", "why"),
    [
        (named("urn:ogc:def:crs:FOO::1"), 'cannot be understood: "urn:ogc:def:crs:FOO::1"'),
        (named("/etc/passwd"), "cannot be understood"),
        (named(""), "cannot be understood"),
        (named(None), "cannot be understood"),
        ("EPSG:2154", 'cannot be understood: "EPSG:2154"'),
        ({}, "cannot be understood"),
        ([], "cannot be understood"),
        (2154, "cannot be understood"),
        (None, "its crs is null"),
        ({"type": "link", "properties": {"href": "crs.txt", "type": "proj4"}}, "is a link, which is not followed"),
    ],
)
def test_a_crs_that_is_not_understood_is_none_and_the_study_may_state_it(tmp_path: Path, crs: Any, why: str) -> None:
    path = write(tmp_path / "a.geojson", crs)
    with pytest.raises(StudyError, match="has no CRS") as caught:
        read(path, "street_light")
    assert why in caught.value.message
    assert 'crs: "EPSG:4326"' in caught.value.hint.splitlines()[1]
    with pytest.raises(StudyError, match="has no CRS"):
        metric_crs_of(spec_of(path, "street_light"))
    layer = read(path, "street_light", crs="EPSG:4326")
    assert (layer.rows_kept, layer.delivered_crs) == (1, "EPSG:4326")
    assert codes(layer) == {"missing-ids"}


@pytest.mark.parametrize(
    "crs",
    [
        *map(named, ("EPSG:2154", "urn:ogc:def:crs:EPSG::2154", "http://www.opengis.net/def/crs/EPSG/0/2154")),
        {"type": "EPSG", "properties": {"code": 2154}},
        {"type": "OGC", "properties": {"urn": "urn:ogc:def:crs:EPSG::2154"}},
    ],
)
def test_a_crs_by_name_or_code_is_read(tmp_path: Path, crs: Any) -> None:
    layer = read(write(tmp_path / "a.geojson", crs, place=(X, Y)), "street_light")
    assert layer.frame.get_coordinates().to_numpy().tolist() == [[X, Y]]


@pytest.mark.parametrize(
    "name",
    ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326", "WGS84"],
)
def test_the_names_of_wgs84_are_read(tmp_path: Path, name: str) -> None:
    assert read(write(tmp_path / "a.geojson", named(name)), "street_light").rows_kept == 1


def test_crs_of_a_feature_is_a_column_not_a_crs(tmp_path: Path) -> None:
    layer = read(write(tmp_path / "a.geojson", named("EPSG:4326"), column="local"), "street_light")
    assert layer.frame["crs"].tolist() == ["local"]
    path = tmp_path / "b.geojson"
    features = [{"type": "Feature", "properties": {"crs": n}, "geometry": point()} for n in range(3)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, "crs": named("EPSG:2154")}))
    assert read(path, "street_light").rows_kept == 3, "the crs of the collection may stand last"


def test_a_crs_stated_twice_is_none(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", named("EPSG:4326"))
    first = json.dumps(named("EPSG:2154"))
    path.write_text(path.read_text().replace('"crs"', f'"c\\u0072s": {first}, "crs"', 1))
    with pytest.raises(StudyError, match="states crs more than once"):
        read(path, "street_light")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Address of a server of this machine, and what was asked of it."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:  # closed
                    return
                with connection:
                    asked.append(connection.recv(200))

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/crs", asked
        server.shutdown(socket.SHUT_RDWR)


def spellings(url: str) -> list[str]:
    """Files whose crs points to the network."""
    feature = json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": PLACE}})
    values = [
        {"type": "link", "properties": {"href": url, "type": "proj4"}},
        {"type": "LINK", "properties": {"url": url}},
        {"type": "URL", "properties": {"url": url}},
        named(url),
        named(f"/vsicurl/{url}"),
        named(f"+proj=longlat +nadgrids=@{url}"),
        named(f"+proj=utm +zone=31 +ellps=GRS80 +nadgrids=@{url}"),
    ]
    heads = [f'{{"type": "FeatureCollection", "crs": {json.dumps(value)}, "features": [' for value in values]
    link = json.dumps(values[0])
    heads.append(heads[0].replace('"crs"', '"\\u0063rs"'))
    single = f'{{"type": "Feature", "crs": {link}, {feature[1:]}'
    lines = f"{single}\n{single}\n"
    last = f'{{"type": "FeatureCollection", "features": [{feature}], "crs": {link}}}'
    return [*(f"{head}{feature}]}}" for head in heads), single, lines, last]


def test_nothing_that_a_crs_points_to_is_fetched(
    tmp_path: Path, listener: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = listener
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # our own look at the file stops it, not only GDAL's settings
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    texts = spellings(url)
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.geojson"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(StudyError, match="has no CRS"):
            read(path, "street_light")
        assert asked == [], text
    pyogrio.read_info(str(tmp_path / "0.geojson"))
    assert len(asked) == 1, "the listener hears what GDAL would fetch"
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy")
    pyogrio.read_info(str(tmp_path / "0.geojson"))
    assert len(asked) == 1, "and without a way round, GDAL's settings stop it too"


def test_the_network_of_proj_is_off() -> None:
    assert not is_network_enabled()
    assert os.environ["PROJ_NETWORK"] == "OFF"


@pytest.mark.parametrize("named_file", ["@http://127.0.0.1:9/a.gsb", "/etc/passwd", "../a.gsb", "a.gsb", "@null,a.gsb"])
def test_a_crs_with_grid_files_of_its_own_is_none(tmp_path: Path, named_file: str) -> None:
    wkt = GRIDS.replace("NAMED", named_file)
    assert understand_crs(wkt) == (None, OWN_GRIDS)
    package = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)])
    with sqlite3.connect(package) as database:
        database.execute("UPDATE gpkg_spatial_ref_sys SET definition = ?, organization = 'x', "
                         "organization_coordsys_id = 9 WHERE srs_id = 2154", [wkt])  # fmt: skip
    shape = tmp_path / "b.shp"
    pyogrio.raw.write(
        shape, shapely.to_wkb([shapely.Point(X, Y)]), [np.array([1])], ["id"], geometry_type="Point", crs="EPSG:2154",
    )  # fmt: skip
    shape.with_suffix(".prj").write_text(wkt)
    for path in (package, shape):
        with pytest.raises(StudyError, match=OWN_GRIDS) as caught:
            read(path, "street_light")
        assert 'crs: "EPSG:2154"' in caught.value.hint
        assert "EPSG:2154" in read(path, "street_light", crs="EPSG:2154").delivered_crs


def test_grids_of_heights_and_empty_grids_are_accepted() -> None:
    flat = pyproj.CRS("EPSG:2154").to_wkt("WKT1_GDAL")
    heights = (
        f'COMPD_CS["both",{flat},VERT_CS["h",VERT_DATUM["d",2005,EXTENSION["PROJ4_GRIDS","g.gtx"]],'
        'UNIT["metre",1],AXIS["Up",UP]]]'
    )
    assert understand_crs(heights)[0] is not None
    assert understand_crs(heights.replace(flat, GRIDS.replace("NAMED", "a.gsb"))) == (None, OWN_GRIDS)
    assert understand_crs(GRIDS.replace("NAMED", "@null"))[0] is not None
    assert understand_crs(pyproj.CRS("EPSG:3857").to_wkt("WKT1_GDAL"))[0] is not None


@settings(derandomize=True, deadline=None, max_examples=100)
@given(code=st.sampled_from(range(2000, 33000)))
def test_no_crs_of_epsg_names_grid_files(code: int) -> None:
    try:
        crs = pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError:
        return
    assert understand_crs(crs.to_wkt())[1] != OWN_GRIDS
