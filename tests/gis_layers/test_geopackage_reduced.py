"""Arcs of circles in a GeoPackage are read as chords of a known error, and told; so are measures, which are dropped."""

from __future__ import annotations

import math
import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.gis_layers.files import X, Y, found, read, write_gpkg

RADIUS_M = 10.0
HALF_CIRCLE = [(X, Y), (X + RADIUS_M, Y + RADIUS_M), (X + 2 * RADIUS_M, Y)]


def points(order: str, xy: list[tuple[float, float]]) -> bytes:
    return struct.pack(f"{order}I", len(xy)) + b"".join(struct.pack(f"{order}2d", *one) for one in xy)


def geometry(order: str, kind: int, content: bytes) -> bytes:
    return struct.pack(f"{order}BI", order == "<", kind) + content


def parts(order: str, kind: int, *members: bytes) -> bytes:
    return geometry(order, kind, struct.pack(f"{order}I", len(members)) + b"".join(members))


def arc(order: str = "<") -> bytes:
    return geometry(order, 8, points(order, HALF_CIRCLE))


def straight(order: str = "<") -> bytes:
    return geometry(order, 2, points(order, [HALF_CIRCLE[2], HALF_CIRCLE[0]]))


def write_curves(folder: Path, declared: str, *wkb: bytes) -> Path:
    """A layer of one straight line and what is given as WKB."""
    path = write_gpkg(folder / "a.gpkg", [shapely.LineString([(0, 50), (9, 50)])], {"id": ["plain"]})
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = ?", (declared,))
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')  # they call functions that only GDAL has
        connection.execute("DELETE FROM gpkg_extensions")
        connection.execute("DROP TABLE gpkg_ogr_contents")
        (srs,) = connection.execute("SELECT srs_id FROM gpkg_geometry_columns").fetchone()
        head = b"GP" + struct.pack("<BBi", 0, 1, srs)
        connection.executemany(
            "INSERT INTO survey (geom, id) VALUES (?, ?)", [(head + one, f"n{k}") for k, one in enumerate(wkb)]
        )
    return path


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("declared", ["COMPOUNDCURVE", "GEOMETRY"])
def test_arcs_are_read_as_chords_of_the_error_that_is_told(tmp_path: Path, declared: str, order: str) -> None:
    path = write_curves(tmp_path, declared, arc(order), parts(order, 9, straight(order), arc(order)))
    layer = read(path, "street")
    (finding,) = found(layer, "curve-linearised")
    assert finding.severity == "note" and finding.message == "2 rows have arcs of circles"
    lines = layer.frame.set_index("id").geometry
    assert lines["n0"].length == pytest.approx(math.pi * RADIUS_M, rel=1e-3)
    middles = shapely.get_coordinates(lines["n0"].segmentize(lines["n0"].length / 1000))
    off_m = np.abs(np.hypot(*(middles - [X + RADIUS_M, Y]).T) - RADIUS_M)
    assert 0.0055 < off_m.max() < 0.0062


def test_a_curve_polygon_keeps_its_area(tmp_path: Path) -> None:
    ring = parts("<", 9, arc(), straight())
    path = write_curves(tmp_path, "MULTISURFACE", parts("<", 12, parts("<", 10, ring)))
    layer = read(path, "zone")
    assert len(found(layer, "curve-linearised")) == 1
    assert layer.set_aside == {"wrong-geometry": 1}  # the straight line
    assert layer.frame.geometry.area.sum() == pytest.approx(math.pi * RADIUS_M**2 / 2, rel=2e-3)


def test_curve_types_without_an_arc_and_plain_layers_are_no_finding(tmp_path: Path) -> None:
    layer = read(write_curves(tmp_path, "MULTICURVE", parts("<", 11, straight()), parts("<", 9, straight())), "street")
    assert layer.rows_kept == 3
    assert not found(layer, "curve-linearised")


@pytest.mark.parametrize("more", [2000, 3000])
def test_measures_in_a_layer_of_mixed_types_are_told_once(tmp_path: Path, more: int) -> None:
    extra = [7.0] * (more // 1000 - 1)  # M, or Z and M
    ends = struct.pack(f"<I{4 + 2 * len(extra)}d", 2, X, Y, *extra, X + 5, Y, *extra)
    layer = read(write_curves(tmp_path, "GEOMETRY", geometry("<", more + 2, ends)), "street")
    (finding,) = found(layer, "m-dropped")
    assert finding.message == "1 rows have measures (M)"
    assert layer.frame.set_index("id").geometry["n0"].length == 5.0
    assert not found(layer, "curve-linearised")
