"""Clean layers of a made-up town, and every format that they are delivered in."""

from __future__ import annotations

import csv
import functools
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pyogrio
import pyproj

from tests.gis_layers.files import CRS, X, Y

ROWS = 60
LON_LAT = "EPSG:4326"
KINDS = ("street", "street_light", "building", "population_cell")
FORMATS = ("gpkg", "shp", "zip", "geojson", "geojson-crs", "parquet", "csv-wkt", "csv-xy")

_NAMES = (
    "Rue de l'Église", "Place du Marché", "Allée des Châtaigniers", "Impasse Françoise Noël", "Boulevard Belle-Isle",
    "Chemin des Prés", "Quai du Général Leclerc", "Montée du Fort", "Rue de la Fontaine aux Fées", "Avenue Où-Ça",
)  # fmt: skip
_INSEE = ("01004", "01053", "12202", "12176")
_CODES = {"Point": 1, "LineString": 2, "Polygon": 3, "MultiPoint": 4, "MultiLineString": 5, "MultiPolygon": 6}
_PART_OF = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
_FAMILY = {"street": "LineString", "street_light": "Point", "building": "Polygon", "population_cell": "Point"}

_TURN = np.array([[0.95, 0.3], [-0.3, 0.95]])
"""No two corners of a house have the same x: then it begins at the same one in every CRS."""

Shape = dict[str, Any]
"""As in GeoJSON: ``type`` and ``coordinates``, drawn in Lambert-93, whatever is wrong with them. ``numbers`` is True
where they stand in the file as they are, whatever its CRS; ``swapped`` where y stands before x; ``measured`` where the
third number is M."""


@dataclass
class Town:
    """One layer: a shape, or none, and a cell of every column in each row.

    Attributes
    ----------
    crs : str or None
        In which the numbers are delivered.
    stated_crs : str or None
        Which the file states.
    swapped : bool
        The file gives y before x.
    encoding : str
        Of a .dbf.
    damages : list of functions of the folder of the delivered file
        What happens to the files once they are written.
    packing : list of functions of that folder
        How they are named and put together after that.
    dialect : dict
        How a table of text is written.
    """

    kind: str
    shapes: list[Shape | None]
    columns: dict[str, list[Any]]
    crs: str = CRS
    stated_crs: str | None = CRS
    swapped: bool = False
    encoding: str = "UTF-8"
    damages: list[Callable[[Path], None]] = field(default_factory=list)
    packing: list[Callable[[Path], None]] = field(default_factory=list)
    dialect: dict[str, Any] = field(default_factory=dict)


def make_town(kind: str, random: np.random.Generator, rows: int = ROWS) -> Town:
    """Streets on a grid, lights along them, houses beside them, or cells of 200 m with their people."""
    up, across = np.divmod(np.arange(rows), round(rows**0.5))
    corner = np.column_stack([X + 200.0 * across, Y + 200.0 * up])
    shapes: list[Shape | None] = [_draw(kind, xy, random) for xy in corner]
    columns: dict[str, list[Any]] = {
        "id": [f"{kind[0].upper()}{n:05d}" for n in random.permutation(rows) + 1],
        "name": [f"{_NAMES[n % len(_NAMES)]} {n // len(_NAMES)}" for n in range(rows)],
        "code_insee": [_INSEE[n] for n in random.integers(0, len(_INSEE), rows)],
        "date_pose": [f"{y}-{m:02d}-17" for y, m in random.integers([1985, 1], [2023, 13], (rows, 2))],
        "status": ["en service"] * rows,
    }
    if kind in ("building", "population_cell"):
        columns["people"] = [float(n) + 0.5 for n in random.integers(0, 60, rows)]
    if kind == "building":
        columns["dwellings"] = random.integers(1, 30, rows).tolist()
    if kind == "street":
        columns["level"] = random.integers(-1, 2, rows).astype(float).tolist()
    columns["remark"] = ["vu sur place"] * rows
    return Town(kind, shapes, columns)


def _draw(kind: str, corner: Any, random: np.random.Generator) -> Shape:
    jitter = random.normal(0.0, 1.5, (6, 2))
    if kind == "street":
        along = np.column_stack([np.linspace(0.0, 190.0, 6), np.linspace(0.0, 20.0, 6)])
        return {"type": "LineString", "coordinates": (corner + along + jitter).tolist()}
    if kind == "building":
        width, depth = 10.0 + np.abs(jitter[0])
        shell = np.array([(0, 0), (width, 0), (width, depth), (0, depth), (0, 0)]) @ _TURN
        court = np.array([(4, 4), (4, 6), (6, 6), (6, 4), (4, 4)]) @ _TURN
        rings = (shell, court)[: random.integers(1, 3)]
        return {"type": "Polygon", "coordinates": [(corner + jitter[1] + ring).tolist() for ring in rings]}
    return {"type": "Point", "coordinates": (corner + (0.0 if kind == "population_cell" else jitter[0])).tolist()}


def flatten(coordinates: Any) -> Any:
    """Positions of a shape, one after the other."""
    return [coordinates] if coordinates and not isinstance(coordinates[0], list) else [
        position for part in coordinates for position in flatten(part)
    ]  # fmt: skip


def change(shape: Shape, move: Callable[[list[float]], Sequence[float]]) -> Shape:
    """Shape with each of its positions changed."""
    if shape["type"] == "GeometryCollection":
        return shape | {"geometries": [change(part, move) for part in shape["geometries"]]}

    def walk(coordinates: Any) -> Any:
        if coordinates and not isinstance(coordinates[0], list):
            return list(move(coordinates))
        return [walk(part) for part in coordinates]

    return shape | {"coordinates": walk(shape["coordinates"])}


@functools.lru_cache
def _to(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(CRS, crs, always_xy=True)


def _as_delivered(town: Town) -> list[Shape | None]:
    """Shapes with the numbers that stand in the file."""

    def place(shape: Shape | None) -> Shape | None:
        if shape is None:
            return None
        if town.crs != CRS and not shape.get("numbers"):
            shape = change(shape, _move)
        return change(shape, lambda xy: [xy[1], xy[0], *xy[2:]]) if town.swapped or shape.get("swapped") else shape

    def _move(xy: list[float]) -> list[float]:
        if not np.isfinite(xy).all():
            return xy
        return [*_to(town.crs).transform(xy[0], xy[1]), *xy[2:]]

    return [place(shape) for shape in town.shapes]


def wkb(shape: Shape) -> bytes:
    """ISO WKB, rings as they are."""
    dimensions, code = _dimensions(shape)
    if shape["type"] == "GeometryCollection":
        parts = [wkb(part) for part in shape["geometries"]]
        return b"\x01" + struct.pack("<II", 7, len(parts)) + b"".join(parts)
    head = b"\x01" + struct.pack("<I", code + _CODES[shape["type"]])
    coordinates = shape["coordinates"]
    if shape["type"] in _PART_OF:
        parts = [wkb({**shape, "type": _PART_OF[shape["type"]], "coordinates": part}) for part in coordinates]
        return head + struct.pack("<I", len(parts)) + b"".join(parts)
    if shape["type"] == "Point":
        return head + struct.pack(f"<{dimensions}d", *(coordinates or [float("nan")] * dimensions))
    if shape["type"] == "LineString":
        return head + _path(coordinates)
    return head + struct.pack("<I", len(coordinates)) + b"".join(map(_path, coordinates))


def _path(positions: Sequence[Sequence[float]]) -> bytes:
    return struct.pack("<I", len(positions)) + np.array(positions, dtype="<f8").tobytes()


def _dimensions(shape: Shape) -> tuple[int, int]:
    """Numbers of a position, and what is added to the type."""
    positions = flatten(shape.get("coordinates", []))
    if not positions or len(positions[0]) == 2:
        return 2, 0
    return 3, 2000 if shape.get("measured") else 1000


def wkt(shape: Shape) -> str:
    """Well-known text."""
    if shape["type"] == "GeometryCollection":
        return f"GEOMETRYCOLLECTION ({', '.join(map(wkt, shape['geometries']))})"
    name = shape["type"].upper() + {0: "", 1000: " Z", 2000: " M"}[_dimensions(shape)[1]]

    def listed(coordinates: Any) -> str:
        if not isinstance(coordinates[0], list):
            return " ".join(map(repr, coordinates))
        parts = (listed(part) if isinstance(part[0], list) else " ".join(map(repr, part)) for part in coordinates)
        return f"({', '.join(parts)})"

    coordinates = shape["coordinates"]
    if not coordinates:
        return f"{name} EMPTY"
    return f"{name} ({listed(coordinates)})" if shape["type"] == "Point" else f"{name} {listed(coordinates)}"


def write_town(town: Town, form: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    """Write a layer in a format; return its path, and what the study has to state for it."""
    options: dict[str, Any] = {"crs": town.crs} if form.startswith("csv") else {}
    delivered = folder / "delivered"
    delivered.mkdir(parents=True)
    if form == "geojson":
        if town.crs == CRS and town.stated_crs == CRS:
            town.crs = town.stated_crs = LON_LAT
        path = _write_geojson(town, delivered / "survey.geojson", member=False)
    elif form == "geojson-crs":
        path = _write_geojson(town, delivered / "survey.geojson", member=True)
    elif form in ("csv-wkt", "csv-xy"):
        path = _write_csv(town, delivered / "survey.csv", as_text=form == "csv-wkt")
    elif form == "parquet":
        path = _write_parquet(town, delivered / "survey.parquet")
    elif form == "gpkg":
        path = _write_gdal(town, delivered / "survey.gpkg", "GPKG", geometry_type="Unknown", layer="survey")
    else:
        path = _write_shapefile(town, delivered / "survey.shp")
    for change_files in (*town.damages, *town.packing):
        change_files(delivered)
    if form == "zip":
        path = folder / "survey.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(delivered.iterdir()):
                archive.write(part, f"livraison/{part.name}")
        return path, options
    return next(part for part in delivered.iterdir() if part.name.lower() == path.name), options


def typed(values: Sequence[Any]) -> Any:
    """Column as numbers, or as text where one cell is text."""
    if all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    if all(value is None or isinstance(value, int | float) for value in values):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    texts = np.empty(len(values), dtype=object)
    texts[:] = [None if value is None else str(value) for value in values]
    return texts


def _wkb_column(town: Town) -> Any:
    shapes = [None if shape is None else wkb(shape) for shape in _as_delivered(town)]
    column = np.empty(len(shapes), dtype=object)
    column[:] = shapes
    return column


def _write_gdal(town: Town, path: Path, driver: str, **options: Any) -> Path:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")
        columns = [typed(values) for values in town.columns.values()]
        pyogrio.raw.write(
            path, _wkb_column(town), columns, list(town.columns), crs=town.stated_crs, driver=driver, **options
        )
    return path


def _write_shapefile(town: Town, path: Path) -> Path:
    higher = {_dimensions(shape)[1] for shape in town.shapes if shape is not None}
    suffix = " M" if 2000 in higher else " Z" if 1000 in higher else ""
    written = _write_gdal(
        town, path, "ESRI Shapefile", geometry_type=_FAMILY[town.kind] + suffix, encoding=town.encoding
    )
    return written


def _write_geojson(town: Town, path: Path, *, member: bool) -> Path:
    content: dict[str, Any] = {"type": "FeatureCollection"}
    if member:
        content["crs"] = {"type": "name", "properties": {"name": town.stated_crs}}
    content["features"] = [
        {
            "type": "Feature",
            "properties": {name: values[row] for name, values in town.columns.items()},
            "geometry": shape,
        }
        for row, shape in enumerate(_as_delivered(town))
    ]
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def _write_parquet(town: Town, path: Path) -> Path:
    stated: Mapping[str, Any] | None = None
    if town.stated_crs is not None:
        stated = pyproj.CRS(town.stated_crs).to_json_dict()
    geometry: dict[str, Any] = {"encoding": "WKB", "geometry_types": [], "crs": stated}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry}}
    columns = {name: pa.array(typed(values), from_pandas=True) for name, values in town.columns.items()}
    table = pa.table({**columns, "geometry": pa.array(_wkb_column(town).tolist(), type=pa.binary())})
    pyarrow.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path


def _write_csv(town: Town, path: Path, *, as_text: bool) -> Path:
    shapes = _as_delivered(town)
    place: dict[str, list[Any]]
    if as_text:
        place = {"wkt": ["" if shape is None else wkt(shape) for shape in shapes]}
    else:
        xy = [(shape or {}).get("coordinates") or ["", ""] for shape in shapes]
        comma = town.dialect.get("decimal_comma", False)
        place = {
            axis: [repr(one[at]).replace(".", ",") if comma and one[at] != "" else one[at] for one in xy]
            for at, axis in enumerate("xy")
        }
    columns = place | town.columns
    text = io.StringIO(newline="")
    delimiter = town.dialect.get("delimiter", ",")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    for row in range(len(shapes)):
        cells = ["" if values[row] is None else values[row] for values in columns.values()]
        writer.writerow(town.dialect.get("rows", {}).get(row, list)(cells))
        if row in town.dialect.get("blank_after", ()):
            text.write("\r\n")
    content = text.getvalue().encode(town.dialect.get("encoding", "utf-8"))
    path.write_bytes(town.dialect.get("mark", b"") + content)
    return path
