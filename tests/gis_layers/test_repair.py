"""Geometry: known defects with known outcomes, one bad row never costs the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely

from gis_layers import KINDS, SurveyError
from gis_layers.ledger import Ledger
from gis_layers.parsing import parse_geometries
from gis_layers.repair import split_and_repair
from tests.gis_layers.files import CRS, X, Y, at, codes, found, point, read, write_geojson, write_gpkg

SQUARE = shapely.box(0, 0, 10, 10)
BOW_TIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
FLAT = shapely.Polygon([(0, 0), (10, 0), (5, 0)])
LINE = shapely.LineString([(0, 0), (3, 4)])


def parse(*wkb: bytes | None) -> tuple[list[Any], Ledger]:
    ledger = Ledger("survey", "a.gpkg", len(wkb))
    return parse_geometries(np.array([*wkb, None], dtype=object)[:-1], ledger).tolist(), ledger


def test_missing_empty_and_infinite_geometries_are_set_aside() -> None:
    infinite = shapely.points([[np.nan, 0.0], [np.inf, 0.0], [0.0, np.nan]]).tolist()
    shapes = [shapely.Point(1, 2), None, shapely.Point(), shapely.LineString(), *infinite]
    geometries, ledger = parse(*(None if shape is None else shape.wkb for shape in shapes))
    assert [i for i, alive in enumerate(ledger.alive) if alive] == [0]
    assert geometries[0] == shapely.Point(1, 2)
    assert ledger.reasons["null-geometry"] == 3
    assert ledger.reasons["bad-coordinate"] == 3


def test_broken_wkb_is_set_aside() -> None:
    surface = b"\x01" + (16).to_bytes(4, "little") + (0).to_bytes(4, "little")  # ISO WKB of an empty TIN
    geometries, ledger = parse(b"", b"garbage", SQUARE.wkb[:30], surface, SQUARE.wkb)
    assert ledger.kept_rows.tolist() == [4]
    assert dict(ledger.reasons) == {"unreadable-geometry": 4}
    assert geometries[4].equals(SQUARE)


def test_arcs_become_lines(tmp_path: Path) -> None:
    # ISO WKB of CIRCULARSTRING (0 0, 10 10, 20 0), a half circle: type 8, three points
    arc = b"\x01" + (8).to_bytes(4, "little") + (3).to_bytes(4, "little")
    arc += np.array([X, Y, X + 10, Y + 10, X + 20, Y]).tobytes()
    wkb = np.array([arc, at(LINE).wkb, None], dtype=object)[:-1]
    path = tmp_path / "a.gpkg"
    options = {"geometry_type": "Unknown", "crs": CRS, "driver": "GPKG", "layer": "a"}
    pyogrio.raw.write(path, wkb, [np.array(["arc", "line"], dtype=object)], ["id"], **options)
    layer = read(path, "street")
    assert layer.frame["id"].tolist() == ["arc", "line"]
    assert layer.frame.length.tolist() == pytest.approx([10 * np.pi, 5.0], rel=1e-3)


def test_heights_are_dropped_with_one_note() -> None:
    shapes = [shapely.LineString([(0, 0, 5), (3, 4, 50)]), LINE, shapely.from_wkt("POINT M (1 2 9)")]
    geometries, ledger = parse(*(shapely.to_wkb(shape, flavor="iso", output_dimension=4) for shape in shapes))
    assert [geometry.coords[0] for geometry in geometries] == [(0.0, 0.0), (0.0, 0.0), (1.0, 2.0)]
    assert geometries[0].length == 5.0
    assert [(note.code, note.severity, note.message) for note in ledger.findings()] == [
        ("z-dropped", "note", "1 rows have heights"),
        ("m-dropped", "note", "1 rows have measures (M)"),
    ]


def test_one_unclosed_ring_does_not_cost_the_file(tmp_path: Path) -> None:
    def polygon(*corners: tuple[float, float]) -> dict[str, Any]:
        return {"type": "Polygon", "coordinates": [[[X + x, Y + y] for x, y in corners]]}

    features = [
        (polygon((0, 0), (5, 0), (5, 5), (0, 5)), {"id": "unclosed"}),
        (polygon((9, 9), (14, 9), (14, 14), (9, 14), (9, 9)), {"id": "good"}),
        (polygon((0, 0), (5, 0)), {"id": "hopeless"}),
    ]
    layer = read(write_geojson(tmp_path / "a.geojson", features), "building")
    assert layer.frame["id"].tolist() == ["unclosed", "good"]
    assert layer.frame.area.tolist() == [25.0, 25.0]
    repaired = found(layer, "unclosed-ring")[0]
    assert (repaired.severity, repaired.feature, repaired.x, repaired.y) == ("repaired", "0", X + 2.5, Y + 2.5)
    assert sum(layer.set_aside.values()) == 1


def split(kind: str, *geometries: Any) -> tuple[list[Any], list[int], Ledger]:
    ledger = Ledger("survey", "a.gpkg", len(geometries))
    parts, row = split_and_repair(np.array([*geometries, None], dtype=object)[:-1], KINDS[kind], ledger)
    return parts.tolist(), row.tolist(), ledger


def test_bow_tie_keeps_both_wings() -> None:
    parts, row, ledger = split("building", SQUARE, BOW_TIE)
    assert row == [0, 1, 1]
    assert sum(part.area for part in parts[1:]) == pytest.approx(50.0)
    assert all(part.is_valid and part.geom_type == "Polygon" for part in parts)
    (repaired,) = [f for f in ledger.findings() if f.code == "invalid-polygon"]
    assert repaired.severity == "repaired"
    assert "area 0.0 m² before, 50.0 m² after" in repaired.message


def test_polygon_without_area_is_set_aside() -> None:
    parts, row, ledger = split("building", FLAT, SQUARE)
    assert row == [1]
    assert dict(ledger.reasons) == {"invalid-polygon": 1}
    assert parts == [SQUARE]


def test_multiparts_become_features_of_one_row() -> None:
    parts, row, ledger = split("street", shapely.MultiLineString([LINE, [(5, 5), (6, 6)]]), LINE)
    assert row == [0, 0, 1]
    assert [part.geom_type for part in parts] == ["LineString"] * 3
    (note,) = ledger.findings()
    assert (note.code, note.message) == ("multipart", "1 rows have several parts, 2 in all")


def test_nested_collections_are_opened() -> None:
    inner = shapely.GeometryCollection([shapely.MultiPoint([(0, 0), (1, 1)]), LINE, shapely.Point()])
    parts, row, ledger = split("parking_meter", shapely.GeometryCollection([inner, shapely.Point(2, 2)]))
    assert parts == [shapely.Point(0, 0), shapely.Point(1, 1), shapely.Point(2, 2)]
    assert row == [0, 0, 0]
    assert {f.code for f in ledger.findings()} == {"multipart", "part-dropped"}
    assert ledger.alive.all()


def test_wrong_family_and_no_length_are_set_aside() -> None:
    doubled = shapely.LineString([(1, 1), (1, 1)])
    parts, row, ledger = split("street", shapely.Point(0, 0), SQUARE, doubled, LINE)
    assert (parts, row) == ([LINE], [3])
    assert dict(ledger.reasons) == {"wrong-geometry": 2, "zero-length": 1}
    assert "a street must be a line" in ledger.findings()[0].message


def test_row_survives_on_its_good_parts() -> None:
    mixed = shapely.GeometryCollection([shapely.LineString([(1, 1), (1, 1)]), shapely.Point(5, 5), LINE])
    parts, row, ledger = split("street", mixed)
    assert (parts, row) == ([LINE], [0])
    assert [f.code for f in ledger.findings()] == ["part-dropped", "part-dropped"]
    assert not ledger.reasons


def test_a_row_bad_in_two_ways_is_counted_once() -> None:
    mixed = shapely.GeometryCollection([shapely.LineString([(1, 1), (1, 1)]), shapely.Point(5, 5)])
    _, _, ledger = split("street", mixed)
    assert sum(ledger.reasons.values()) == 1


def test_nothing_left_is_an_empty_layer(tmp_path: Path) -> None:
    layer = read(write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)], {"id": ["a"]}), "street")
    assert layer.frame.empty
    assert codes(layer) == {"wrong-geometry", "empty-layer"}
    assert layer.frame.crs == pyproj.CRS("EPSG:2154")


def test_one_row_far_away_is_set_aside(tmp_path: Path) -> None:
    features = [
        (point(), {"id": "a"}),
        (point(5), {"id": "b"}),
        (point(1e7), {"id": "far"}),
        (point(1e30), {"id": "z"}),
    ]
    layer = read(write_geojson(tmp_path / "a.geojson", features), "parking_meter")
    assert layer.set_aside == {"outside-area": 2}
    assert layer.frame["id"].tolist() == ["a", "b"]
    assert found(layer, "outside-area")[0].feature == "2"


@pytest.mark.parametrize(
    ("lon", "lat", "hint"),
    [(44.35, 2.57, "swapped"), (2.57, 100.0, "state the true CRS"), (666000, 6359000, "EPSG:2154")],
)
def test_most_rows_far_away_is_a_wrong_crs(tmp_path: Path, lon: float, lat: float, hint: str) -> None:
    path = write_geojson(tmp_path / "a.geojson", [({"type": "Point", "coordinates": [lon, lat]}, {})], crs=None)
    with pytest.raises(SurveyError, match="1 of 1 rows") as caught:
        read(path, "parking_meter")
    assert hint in caught.value.hint
    assert "Lambert-93" in caught.value.message


def test_old_lambert_delivered_as_new_is_caught(tmp_path: Path) -> None:
    # Lambert II étendu coordinates of the same place, delivered as Lambert-93
    x, y = pyproj.Transformer.from_crs("EPSG:2154", "EPSG:27572", always_xy=True).transform(X, Y)
    features = [({"type": "Point", "coordinates": [x, y]}, {"id": "a"})]
    path = write_geojson(tmp_path / "a.geojson", features)
    with pytest.raises(SurveyError, match="outside the area"):
        read(path, "parking_meter")
    layer = read(path, "parking_meter", crs="EPSG:27572")
    assert layer.frame.geometry.iloc[0].distance(shapely.Point(X, Y)) < 5.0
    assert found(layer, "crs-conflict")[0].severity == "warning"
