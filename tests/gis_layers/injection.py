"""Defects of rows: each is put into a clean layer and says what has to be found there, and what must not change."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.gis_layers.clean_town import FORMATS, KINDS, Shape, Town, change

ANYTHING = object()
"""A cell of which nothing is asked."""
LINES, POINTS, POLYGONS = ("street",), ("street_light", "population_cell"), ("building",)
WITH_CRS = ("gpkg", "shp", "zip", "geojson-crs", "parquet")
SHAPEFILES = ("shp", "zip")
TABLES = ("csv-wkt", "csv-xy")
ANY_SHAPE = ("gpkg", "geojson", "geojson-crs", "parquet", "csv-wkt")
BINARY = ("gpkg", "parquet")
NOT_SHAPEFILES = tuple(form for form in FORMATS if form not in SHAPEFILES)
NOT_TEXT = tuple(form for form in FORMATS if form not in TABLES)


@dataclass
class Expected:
    """What a defect leads to.

    Attributes
    ----------
    found : set of (code, row or None)
        None for a finding on the layer.
    set_aside : dict of row -> code
    redrawn : set of row
        Rows whose geometry is not what it was.
    cells : dict of (row, column) -> value
        Cells that are read as another value.
    options : dict
        Keys of the layer in the study by which it can be read all the same.
    error : str
        Pattern of the error, hint included, without these keys.
    """

    found: set[tuple[str, int | None]]
    set_aside: dict[int, str] = field(default_factory=dict)
    redrawn: set[int] = field(default_factory=set)
    cells: dict[tuple[int, str], Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    error: str = ""


Apply = Callable[[Town, list[int], np.random.Generator], Expected]


@dataclass(frozen=True)
class Defect:
    """A defect that can be put into a layer.

    Attributes
    ----------
    name : str
    apply : callable
        Changes a town at the given rows, increasing.
    kinds, formats : tuple of str
    rows : int
        How many rows it takes.
    parts : tuple of str
        Of defects with a part in common, a file has one.
    """

    name: str
    apply: Apply
    kinds: tuple[str, ...] = KINDS
    formats: tuple[str, ...] = FORMATS
    rows: int = 1
    parts: tuple[str, ...] = ()


def lost(code: str, row: int) -> Expected:
    found: set[tuple[str, int | None]] = {(code, row)}
    return Expected(found, {row: code})


def _redraw(draw: Callable[[Shape, np.random.Generator], Shape | None], result: Callable[[int], Expected]) -> Apply:
    def apply(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
        shape = town.shapes[rows[0]]
        assert shape is not None
        town.shapes[rows[0]] = draw(shape, random)
        return result(rows[0])

    return apply


def _lost(code: str) -> Callable[[int], Expected]:
    return lambda row: lost(code, row)


def _told(*codes: str, layer: tuple[str, ...] = (), redrawn: bool = True) -> Callable[[int], Expected]:
    def result(row: int) -> Expected:
        found: set[tuple[str, int | None]] = {(code, row) for code in codes}
        found |= {(code, None) for code in layer}
        return Expected(found, redrawn={row} if redrawn else set())

    return result


def _with(shape: Shape, coordinates: Any, **more: Any) -> Shape:
    return {**shape, "coordinates": coordinates, **more}


def _spoil(value: float) -> Callable[[Shape, np.random.Generator], Shape]:
    """Put a number that is none into one position."""

    def draw(shape: Shape, random: np.random.Generator) -> Shape:
        if shape["type"] == "Point":
            return _with(shape, [value, shape["coordinates"][1]])
        path = copy.deepcopy(shape["coordinates"])
        line = path[0] if shape["type"] == "Polygon" else path
        line[int(random.integers(1, len(line) - 1))][int(random.integers(0, 2))] = value
        return _with(shape, path)

    return draw


def _ring(draw: Callable[[list[Any]], list[Any]]) -> Callable[[Shape, np.random.Generator], Shape]:
    return lambda shape, _: _with(shape, [draw(shape["coordinates"][0]), *shape["coordinates"][1:]])


def _line(draw: Callable[[list[Any]], list[Any]]) -> Callable[[Shape, np.random.Generator], Shape]:
    return lambda shape, _: _with(shape, draw(shape["coordinates"]))


def _double(shape: Shape, random: np.random.Generator) -> Shape:
    path = copy.deepcopy(shape["coordinates"])
    line = path[0] if shape["type"] == "Polygon" else path
    at = int(random.integers(0, len(line)))
    line.insert(at, list(line[at]))
    return _with(shape, path)


def _raise(measured: bool) -> Callable[[Shape, np.random.Generator], Shape]:
    return lambda shape, _: change(shape, lambda xy: [*xy, 615.0]) | {"measured": measured}


def _jump(shape: Shape, random: np.random.Generator) -> Shape:
    """A wrong digit in one vertex, such that nothing crosses itself."""
    path = copy.deepcopy(shape["coordinates"])
    if shape["type"] == "Polygon":
        path[0][2][0] += 40_000.0
    else:
        path[int(random.integers(1, len(path) - 1))][1] += 40_000.0
    return _with(shape, path)


def _shift(shape: Shape, random: np.random.Generator) -> Shape:
    east = float(random.choice([-150_000.0, 150_000.0]))
    return change(shape, lambda xy: [xy[0] + east, xy[1]])


def _several(shape: Shape, _: np.random.Generator) -> Shape:
    path = shape["coordinates"]
    if shape["type"] == "Point":
        return {"type": "MultiPoint", "coordinates": [path, [path[0] + 1.0, path[1]]]}
    if shape["type"] == "LineString":
        return {"type": "MultiLineString", "coordinates": [path[:3], path[3:]]}
    moved = change(shape, lambda xy: [xy[0] + 50.0, xy[1]])["coordinates"]
    return {"type": "MultiPolygon", "coordinates": [path, moved]}


def _start(shape: Shape) -> list[float]:
    path = shape["coordinates"]
    while isinstance(path[0], list):
        path = path[0]
    return list(path)


def _other_family(shape: Shape, _: np.random.Generator) -> Shape:
    x, y = _start(shape)
    if shape["type"] == "LineString":
        return {"type": "Point", "coordinates": [x, y]}
    return {"type": "LineString", "coordinates": [[x, y], [x + 5.0, y + 5.0]]}


def _collection(shape: Shape, _: np.random.Generator) -> Shape:
    return {"type": "GeometryCollection", "geometries": [shape, _other_family(shape, _)]}


def _bow_tie(shape: Shape, _: np.random.Generator) -> Shape:
    x, y = _start(shape)
    return _with(shape, [[[x, y], [x + 9.0, y + 9.0], [x + 9.0, y], [x, y + 9.0], [x, y]]])


def _loop(line: list[Any]) -> list[Any]:
    (x, y), tail = line[0], line[-1]
    return [[x, y], [x + 40.0, y], [x + 40.0, y + 30.0], [x + 20.0, y - 30.0], tail]


def _spike(line: list[Any]) -> list[Any]:
    x, y = line[2]
    return [*line[:3], [x + 3.0, y + 25.0], [x, y], *line[3:]]


def _copy_row(town: Town, source: int, to: int, *, but: Sequence[str] = ()) -> None:
    town.shapes[to] = copy.deepcopy(town.shapes[source])
    for name, values in town.columns.items():
        if name not in but:
            values[to] = values[source]


def _duplicate(draw: Callable[[Shape], Shape], *, but: tuple[str, ...] = ()) -> Apply:
    def apply(town: Town, rows: list[int], _: np.random.Generator) -> Expected:
        first, again = rows
        _copy_row(town, first, again, but=but)
        shape = town.shapes[again]
        assert shape is not None
        town.shapes[again] = draw(shape)
        if not but:
            return lost("duplicate", again)
        cells = {(again, name): ANYTHING for name in town.columns if name not in but}
        return Expected({("possible-duplicate", again)}, redrawn={again}, cells=cells)

    return apply


def _backwards(shape: Shape) -> Shape:
    return _with(shape, shape["coordinates"][::-1])


def _turned(shape: Shape) -> Shape:
    shell, *holes = shape["coordinates"]
    return _with(shape, [[*shell[2:-1], *shell[:3]], *holes])


def _no_point(row: int) -> Expected:
    """GDAL warns of such a row, too."""
    return Expected({("unreadable-geometry", row), ("reader-warning", None)}, {row: "unreadable-geometry"})


def _backwards_in_text(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
    """Rows whose cells of text differ are not equal, though their geometries are."""
    _duplicate(_backwards if town.kind == "street" else _turned)(town, rows, random)
    again = rows[1]
    cells = {(again, name): ANYTHING for name in town.columns}
    return Expected({("possible-duplicate", again), ("duplicate-id", again)}, redrawn={again}, cells=cells)


SHAPE_DEFECTS = (
    Defect("null geometry", _redraw(lambda *_: None, _lost("null-geometry"))),
    Defect(
        "empty line or polygon", _redraw(lambda shape, _: _with(shape, []), _lost("null-geometry")), (*LINES, *POLYGONS)
    ),
    Defect(
        "empty point",
        _redraw(lambda shape, _: _with(shape, []), _lost("null-geometry")),
        POINTS,
        ("gpkg", "parquet", *SHAPEFILES, *TABLES),
    ),
    Defect(
        "point without numbers",
        _redraw(lambda shape, _: _with(shape, []), _no_point),
        POINTS,
        ("geojson", "geojson-crs"),
    ),
    Defect("coordinate nan", _redraw(_spoil(float("nan")), _lost("bad-coordinate")), formats=NOT_SHAPEFILES),
    Defect("coordinate inf", _redraw(_spoil(float("inf")), _lost("bad-coordinate")), formats=NOT_SHAPEFILES),
    Defect(
        "unclosed ring",
        _redraw(_ring(lambda ring: ring[:-1]), _told("unclosed-ring", redrawn=False)),
        POLYGONS,
        (*BINARY, "csv-wkt", "geojson", "geojson-crs"),
    ),
    Defect(
        "ring of 2 points",
        _redraw(lambda s, _: _with(s, [s["coordinates"][0][:2]]), _lost("invalid-polygon")),
        POLYGONS,
        ANY_SHAPE,
    ),
    Defect("bow-tie", _redraw(_bow_tie, _told("invalid-polygon", layer=("multipart",))), POLYGONS),
    Defect(
        "heights",
        _redraw(_raise(False), _told(layer=("z-dropped",), redrawn=False)),
        formats=(*ANY_SHAPE, *SHAPEFILES),
        parts=("zm",),
    ),
    Defect(
        "measures",
        _redraw(_raise(True), _told(layer=("m-dropped",), redrawn=False)),
        formats=("parquet", "csv-wkt"),
        parts=("zm",),
    ),
    Defect(
        "multipart", _redraw(_several, _told(layer=("multipart",))), ("street", "building"), (*ANY_SHAPE, *SHAPEFILES)
    ),
    Defect("multipoint", _redraw(_several, _told(layer=("multipart",))), POINTS, ANY_SHAPE),
    Defect("doubled point", _redraw(_double, _told("doubled-points", redrawn=False)), ("street", "building")),
    Defect("zero length", _redraw(_line(lambda line: [line[0], line[0]]), _lost("zero-length")), LINES),
    Defect("crosses itself", _redraw(_line(_loop), _told("self-crossing")), LINES),
    Defect("spike", _redraw(_line(_spike), _told("spike")), LINES),
    Defect("wrong digit in a vertex", _redraw(_jump, _told("long-jump")), ("street", "building")),
    Defect("far away", _redraw(_shift, _told("far-away"))),
    Defect(
        "at (0, 0)",
        _redraw(lambda s, _: change(s, lambda xy: [0.0, 0.0]) | {"numbers": True}, _lost("outside-area")),
        POINTS,
    ),
    Defect(
        "x and y of a row swapped", _redraw(lambda s, _: s | {"swapped": True}, _lost("outside-area")), parts=("swap",)
    ),
    Defect("collection", _redraw(_collection, _told("part-dropped", redrawn=False)), formats=ANY_SHAPE),
    Defect("of another family", _redraw(_other_family, _lost("wrong-geometry")), formats=ANY_SHAPE),
    Defect("exact duplicate", _duplicate(lambda shape: shape), rows=2),
    Defect("duplicate with another id", _duplicate(lambda shape: shape, but=("id",)), rows=2),
    Defect("duplicate drawn backwards", _duplicate(_backwards), LINES, NOT_TEXT, rows=2),
    Defect("duplicate whose ring begins elsewhere", _duplicate(_turned), POLYGONS, NOT_TEXT, rows=2),
    Defect("duplicate written otherwise", _backwards_in_text, (*LINES, *POLYGONS), ("csv-wkt",), rows=2),
)
