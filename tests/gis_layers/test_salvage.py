"""Broken WKB: what is good of it is kept, and no bytes do any harm."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers.ledger import Ledger
from gis_layers.parsing import parse_geometries, read_wkb
from gis_layers.salvage import BrokenWkbError, salvage_wkb
from tests.gis_layers.test_geometry_checks import SHELL, collection_wkb, line_wkb, point_wkb, polygon_wkb

TEXTS = [
    "POINT (1 2)",
    "LINESTRING (1 2, 3 4)",
    "POLYGON ((0 0, 9 0, 9 9, 0 0), (5 1, 6 1, 6 2, 5 1))",
    "MULTIPOINT ((1 2), (3 4))",
    "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))",
    "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0)), ((20 0, 29 0, 29 9, 20 0)))",
    "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))",
]
CURVE = b"\x01" + struct.pack("<II", 8, 3) + np.array([0.0, 0, 1, 1, 2, 0]).tobytes()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("high", [False, True])
def test_good_geometry_is_read_as_shapely_does(text: str, order: int, flavor: str, high: bool) -> None:
    flat = shapely.from_wkt(text)
    drawn = shapely.set_srid(shapely.force_3d(flat, 7.0) if high else flat, 2154)
    wkb = shapely.to_wkb(drawn, byte_order=order, flavor=flavor, include_srid=flavor == "extended")
    saved = salvage_wkb(wkb)
    assert (saved.code, saved.dropped, saved.closed) == ("", (), False)
    assert (
        shapely.to_wkt(shapely.get_parts([saved.geometry])).tolist()
        == shapely.to_wkt(shapely.get_parts([flat])).tolist()
    )


def test_measures_are_passed_over() -> None:
    wkb = shapely.to_wkb(shapely.from_wkt("LINESTRING ZM (1 2 8 9, 3 4 8 9)"), flavor="iso", output_dimension=4)
    assert salvage_wkb(wkb).geometry.wkt == "LINESTRING (1 2, 3 4)"


def test_what_is_bad_is_named_and_left_out() -> None:
    parts = [polygon_wkb(SHELL, [(2, 2)], [(1, 1), (2, 1)]), polygon_wkb([(0, 0)]), line_wkb((1, 1)), point_wkb(4, 4)]
    saved = salvage_wkb(collection_wkb(7, *parts))
    assert [part.geom_type for part in shapely.get_parts(saved.geometry)] == ["Polygon", "Point"]
    assert saved.dropped == ("a hole of 1 point", "a hole of 2 points", "an outline of 1 point", "a line of 1 point")
    assert not saved.code


@pytest.mark.parametrize(
    "wkb",
    [
        b"",
        b"\x02",
        line_wkb((0, 0), (1, 1))[:-1],
        polygon_wkb(SHELL)[:40],
        b"\x01" + struct.pack("<II", 2, 2**32 - 1),
        b"\x01" + struct.pack("<II", 3, 2**32 - 1),
        b"\x01" + struct.pack("<II", 7, 2**32 - 1) + b"\x00" * 64,
        (b"\x01" + struct.pack("<II", 7, 1)) * 5000,
        CURVE,
    ],
)
def test_other_bytes_are_refused(wkb: bytes) -> None:
    with pytest.raises(BrokenWkbError):
        salvage_wkb(wkb)


def test_one_curve_costs_only_its_row() -> None:
    rows = np.array([line_wkb((0, 0), (1, 1)), CURVE, point_wkb(1, 1)], dtype=object)
    assert [geometry is None for geometry in read_wkb(rows)] == [False, True, False]
    ledger = Ledger("survey", "a.csv", 3)
    parse_geometries(rows, ledger)
    assert dict(ledger.reasons) == {"unreadable-geometry": 1}
    (finding,) = ledger.findings()
    assert (finding.feature, finding.severity) == ("1", "error")
    assert "a curve" in finding.message


@settings(derandomize=True, deadline=None, max_examples=300)
@given(text=st.sampled_from(TEXTS), at=st.integers(0, 200), value=st.integers(0, 255), cut=st.integers(0, 12))
def test_changed_and_cut_bytes_never_raise_and_every_row_is_counted(text: str, at: int, value: int, cut: int) -> None:
    wkb = bytearray(shapely.to_wkb(shapely.from_wkt(text)))
    wkb[at % len(wkb)] = value
    broken = bytes(wkb[: len(wkb) - cut])
    ledger = Ledger("survey", "a.gpkg", 2)
    geometries = parse_geometries(np.array([broken, line_wkb((0, 0), (1, 1))], dtype=object), ledger)
    assert ledger.alive[1]
    assert ledger.alive[0] == (not ledger.reasons)
    assert not ledger.alive[0] or np.isfinite(shapely.get_coordinates(geometries[0])).all()
