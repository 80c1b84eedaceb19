"""Each defect of geometry is found at its row and named, and nothing is found in a clean layer."""

from __future__ import annotations

import struct
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import Layer
from tests.gis_layers.files import CRS, X, Y, codes, found, read
from tests.real_data import real_data

Path_ = Sequence[tuple[float, float]]


def line_wkb(*xy: tuple[float, float]) -> bytes:
    return b"\x01" + struct.pack("<II", 2, len(xy)) + bytes(np.add(np.array(xy, dtype=float), (X, Y)).tobytes())


def polygon_wkb(*rings: Path_) -> bytes:
    """WKB of a polygon with rings as they are: open ones, and those of one point, too."""
    body = b"".join(struct.pack("<I", len(r)) + np.add(np.array(r, dtype=float), (X, Y)).tobytes() for r in rings)
    return b"\x01" + struct.pack("<II", 3, len(rings)) + body


def point_wkb(x: float, y: float) -> bytes:
    return b"\x01" + struct.pack("<Idd", 1, X + x, Y + y)


def collection_wkb(family: int, *parts: bytes) -> bytes:
    return b"\x01" + struct.pack("<II", family, len(parts)) + b"".join(parts)


def read_rows(kind: str, rows: Sequence[bytes | None]) -> Layer:
    """Write rows as they are, each with an id of its own, and read them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        wkb = np.array([*rows, None], dtype=object)[:-1]
        ids = np.array([f"f{n}" for n in range(len(rows))], dtype=object)
        options = {"geometry_type": "Unknown", "crs": CRS, "driver": "GPKG", "layer": "a"}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Registering non-standard")  # surfaces in space
            pyogrio.raw.write(path, wkb, [ids], ["id"], **options)
        return read(path, kind)


def lines(count: int = 24) -> list[bytes | None]:
    """A grid of streets of five segments."""
    return [
        line_wkb(*((100.0 * (n % 6) + 20.0 * k, 100.0 * (n // 6) + 3.0 * (k % 2)) for k in range(6)))
        for n in range(count)
    ]


def polygons(count: int = 24) -> list[bytes | None]:
    boxes = [shapely.box(0, 0, 12, 8, ccw=n % 2 == 0) for n in range(count)]
    return [
        polygon_wkb([(x + 20.0 * (n % 6), y + 20.0 * (n // 6)) for x, y in box.exterior.coords])
        for n, box in enumerate(boxes)
    ]


def points(count: int = 24) -> list[bytes | None]:
    return [point_wkb(7.0 * (n % 6), 7.0 * (n // 6)) for n in range(count)]


SHELL = [(0.0, 0.0), (12.0, 0.0), (12.0, 8.0), (0.0, 8.0), (0.0, 0.0)]
EMPTY_TIN = b"\x01" + struct.pack("<II", 16, 0)

LINE_DEFECTS: dict[str, tuple[bytes | None, set[str], bool]] = {
    "null": (None, {"null-geometry"}, False),
    "nan in one vertex": (line_wkb((0, 0), (float("nan"), 5), (9, 9)), {"bad-coordinate"}, False),
    "infinite vertex": (line_wkb((0, 0), (float("inf"), 5), (9, 9)), {"bad-coordinate"}, False),
    "one point": (line_wkb((3, 3)), {"zero-length"}, False),
    "collapsed": (line_wkb((3, 3), (3, 3), (3, 3)), {"zero-length"}, False),
    "a point": (point_wkb(3, 3), {"wrong-geometry"}, False),
    "surface in space": (EMPTY_TIN, {"unreadable-geometry"}, False),
    "doubled points": (line_wkb((0, 5), (3, 5), (3, 5), (3, 5), (9, 7)), {"doubled-points"}, True),
    "crosses itself": (line_wkb((0, 5), (50, 5), (50, 30), (25, -20)), {"self-crossing"}, True),
    "spike": (line_wkb((0, 5), (30, 5), (30, 12), (30, 5), (50, 6)), {"spike"}, True),
    "digit error": (line_wkb((0, 5), (30, 5), (40030, 5), (50, 6)), {"long-jump"}, True),
    "far away": (line_wkb((40000, 5), (40030, 5)), {"far-away"}, True),
    "one bad part": (collection_wkb(5, line_wkb((0, 5), (30, 5)), line_wkb((9, 9))), {"part-dropped"}, True),
    "mixed collection": (collection_wkb(7, line_wkb((0, 5), (30, 5)), point_wkb(1, 1)), {"part-dropped"}, True),
}
POLYGON_DEFECTS: dict[str, tuple[bytes | None, set[str], bool]] = {
    "ring of 1": (polygon_wkb([(0, 0)]), {"invalid-polygon"}, False),
    "ring of 2": (polygon_wkb([(0, 0), (5, 5)]), {"invalid-polygon"}, False),
    "ring of 3, closed": (polygon_wkb([(0, 0), (5, 5), (0, 0)]), {"invalid-polygon"}, False),
    "ring of 3, open": (polygon_wkb([(0, 0), (5, 0), (5, 5)]), {"unclosed-ring"}, True),
    "nan at the end": (polygon_wkb([(float("nan"), 0), (5, 0), (5, 5), (float("nan"), 0)]), {"bad-coordinate"}, False),
    "hole of 1": (polygon_wkb(SHELL, [(2, 2)]), {"part-dropped"}, True),
    "open, hole of 1": (polygon_wkb(SHELL[:-1], [(2, 2)]), {"part-dropped", "unclosed-ring"}, True),
    "hole of 2": (polygon_wkb(SHELL, [(2, 2), (3, 3)]), {"unclosed-ring", "invalid-polygon"}, True),
    "bow-tie": (polygon_wkb([(0, 0), (9, 9), (9, 0), (0, 9), (0, 0)]), {"invalid-polygon"}, True),
    "doubled point": (polygon_wkb([(1, 0), (9, 0), (9, 0), (9, 7), (1, 0)]), {"doubled-points"}, True),
    "far away": (polygon_wkb([(x + 5e4, y) for x, y in SHELL]), {"far-away"}, True),
    "a bad part": (collection_wkb(6, polygon_wkb(SHELL), polygon_wkb([(2, 2)])), {"part-dropped"}, True),
    "a line": (line_wkb((0, 0), (5, 5)), {"wrong-geometry"}, False),
}
POINT_DEFECTS: dict[str, tuple[bytes | None, set[str], bool]] = {
    "not a number": (point_wkb(float("nan"), 1), {"bad-coordinate"}, False),
    "far away": (point_wkb(30000, 1), {"far-away"}, True),
    "a line": (line_wkb((0, 0), (5, 5)), {"wrong-geometry"}, False),
    "mixed collection": (collection_wkb(7, point_wkb(1, 1), line_wkb((0, 0), (5, 5))), {"part-dropped"}, True),
}
CLEAN: dict[str, tuple[Callable[[], list[bytes | None]], dict[str, tuple[bytes | None, set[str], bool]]]] = {
    "street": (lines, LINE_DEFECTS),
    "building": (polygons, POLYGON_DEFECTS),
    "street_light": (points, POINT_DEFECTS),
}
SPLIT = {"multipart"}  # told of the layer, with what splits


@pytest.mark.parametrize("kind", CLEAN)
def test_a_clean_layer_has_no_finding(kind: str) -> None:
    assert read_rows(kind, CLEAN[kind][0]()).findings == ()


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, (_, defects) in CLEAN.items() for name in defects])
@settings(derandomize=True, deadline=None, max_examples=3)
@given(row=st.integers(0, 24))
def test_a_defect_is_found_at_its_row_and_costs_nothing_else(kind: str, name: str, row: int) -> None:
    make_clean, defects = CLEAN[kind]
    wkb, expected, kept = defects[name]
    rows = make_clean()
    rows.insert(row, wkb)
    layer = read_rows(kind, rows)
    assert codes(layer) - SPLIT == expected
    assert {finding.feature for finding in layer.findings if finding.code not in SPLIT} == {str(row)}
    assert all(finding.message and finding.done and finding.advice for finding in layer.findings if finding.feature)
    assert layer.rows_kept == 24 + kept
    assert (row in set(layer.frame["source_row"])) == kept
    assert layer.frame.is_valid.all()


@settings(derandomize=True, deadline=None, max_examples=15)
@given(names=st.lists(st.sampled_from(sorted(LINE_DEFECTS)), unique=True, min_size=2), seed=st.integers(0, 9))
def test_defects_together_are_each_found(names: list[str], seed: int) -> None:
    rows = [*lines(90), *(LINE_DEFECTS[name][0] for name in names)]
    order = np.random.default_rng(seed).permutation(len(rows))
    layer = read_rows("street", [rows[n] for n in order])
    told = {(finding.feature, finding.code) for finding in layer.findings if finding.feature}
    place = {int(n): position for position, n in enumerate(order)}
    assert told == {
        (str(place[90 + position]), code) for position, name in enumerate(names) for code in LINE_DEFECTS[name][1]
    }


def test_figures_and_places_are_in_the_messages() -> None:
    def message(name: str, code: str) -> str:
        return found(read_rows("street", [*lines(), LINE_DEFECTS[name][0]]), code)[0].message

    assert message("doubled points", "doubled-points") == "2 points are drawn twice in a row"
    assert message("crosses itself", "self-crossing").endswith(f"vertex, first at ({X + 37.5:.2f}, {Y + 5:.2f})")
    assert message("spike", "spike").startswith(f"the line runs 7.00 m to ({X + 30:.2f}, {Y + 12:.2f})")
    assert "a segment of 40000 m runs from" in message("digit error", "long-jump")
    assert message("far away", "far-away").startswith("lies 39.")
    assert message("nan in one vertex", "bad-coordinate").startswith("1 of 3 vertices are not finite numbers")
    assert message("one bad part", "part-dropped").endswith("a line of 1 point")


def test_doubled_points_are_drawn_once() -> None:
    layer = read_rows("street", [line_wkb((0, 5), (3, 5), (3, 5), (9, 7), (9, 7))])
    assert layer.frame.geometry.iloc[0].coords[:] == [(X, Y + 5), (X + 3, Y + 5), (X + 9, Y + 7)]


@pytest.mark.parametrize(
    "shape",
    [
        [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)],
        [(0, 0), (9, 0), (9, 9), (4, 9), (4, 0)],
        [(0, 0), (5, 5), (9, 9), (9, 0), (5, 5), (0, 9)],
    ],
    ids=["ring", "ends on itself", "crosses at a vertex"],
)
def test_rings_and_loops_with_a_vertex_do_not_cross_themselves(shape: Any) -> None:
    assert read_rows("street", [line_wkb(*shape)]).findings == ()


def test_a_scribble_is_told_once_without_looking_at_all_its_crossings() -> None:
    angle = np.arange(3001) * np.pi * (1.0 + 1.0 / 3001)
    scribble = line_wkb(*zip((50 * np.cos(angle)).tolist(), (50 * np.sin(angle)).tolist(), strict=True))
    (told,) = found(read_rows("street", [*lines(), scribble]), "self-crossing")
    assert told.feature == "24"


def test_a_second_place_is_no_stray() -> None:
    away = [point_wkb(30000.0 + 7.0 * n, 0.0) for n in range(3)]
    assert found(read_rows("street_light", [*points(), *away]), "far-away") == []
    assert len(found(read_rows("street_light", [*points(60), *away]), "far-away")) == 3


def test_a_hole_may_begin_where_the_outline_does() -> None:
    hole = [(0.0, 0.0), (4.0, 4.0), (5.0, 2.0), (0.0, 0.0)]
    assert read_rows("building", [polygon_wkb(SHELL, hole)]).findings == ()


def test_a_long_straight_ferry_among_few_lines_is_no_jump() -> None:
    assert "long-jump" not in codes(read_rows("street", [*lines(3), line_wkb((0, 5), (40000, 5))]))


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("parts", "layer", "kind", "crs", "expected"),
    [
        (("rodez", "bdtopo_v2", "ROUTE.shp"), None, "street", "EPSG:2154", {}),
        (("rodez", "bdtopo_v2", "BATI_INDIFFERENCIE.shp"), None, "building", "EPSG:2154", {}),
        (("geneva", "geneva_layers.gpkg"), "streets", "street", "EPSG:2056", {"spike": 1}),
        (("geneva", "geneva_layers.gpkg"), "buildings", "building", "EPSG:2056", {}),
        (("geneva", "geneva_layers.gpkg"), "addresses", "address", "EPSG:2056", {}),
        (("krems", "krems_layers.gpkg"), "streets", "street", "EPSG:31256", {"self-crossing": 3}),
        (("redon", "redon_layers.gpkg"), "streets", "street", "EPSG:2154", {}),
        (("nantes_equipements", "enseignement.geo.json"), None, "address", "EPSG:2154", {}),
        (("open_ftth_realistic", "RouteSegments.geojson"), None, "street", "EPSG:25832", {"doubled-points": 1}),
    ],
)
def test_real_towns_are_not_blamed(
    parts: tuple[str, ...], layer: str | None, kind: str, crs: str, expected: dict[str, int]
) -> None:
    """The three of Krems and the one of Geneva are real: ways drawn over themselves without a vertex, or back."""
    survey = read(real_data(*parts), kind, study_crs=crs, **({"layer": layer} if layer else {}))
    ours = ("doubled-points", "self-crossing", "spike", "long-jump", "far-away")
    assert {code: len(found(survey, code)) for code in ours if found(survey, code)} == expected
