"""Survey files of any size, made on a grid of streets with a fixed seed: clean ones, and bad ones."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyogrio
import shapely

from tests.gis_layers.gracethd_files import SEGMENTS, deliver, with_status
from tests.real_data import DATA

CRS = "EPSG:2154"
ORIGIN = (650_000.0, 6_860_000.0)


@dataclass(frozen=True)
class Case:
    """A survey to read: layer kind, CRS of the study, and a function that writes the file into a folder."""

    kind: str
    make: Callable[[Path], Path]
    crs: str = CRS
    stated_crs: str | None = None
    layer: str | None = None


def _lines(count: int, vertices: int = 5) -> gpd.GeoDataFrame:
    """Street segments with the columns of a usual survey: unique ids, names with accents, a few words, numbers."""
    random = np.random.default_rng(0)
    side = int(np.ceil(np.sqrt(count)))
    start = np.stack(np.divmod(np.arange(count), side), axis=1) * 100.0
    steps = np.arange(vertices)[None, :, None] * np.array([20.0, 0.0]) + random.uniform(-2, 2, (count, vertices, 2))
    shapes = shapely.linestrings(start[:, None, :] + steps + ORIGIN)
    names = np.array([f"Rue n° {k}" for k in range(500)])
    columns = {
        "id": [f"T{k:07d}" for k in range(count)],
        "name": names[random.integers(0, 500, count)],
        "nature": np.array(["Route", "Rue", "Sentier"])[random.integers(0, 3, count)],
        "width_m": random.uniform(3, 12, count).round(1),
        "lanes": random.integers(1, 4, count),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def _points(count: int) -> gpd.GeoDataFrame:
    random = np.random.default_rng(0)
    xy = random.uniform(0, 20_000, (count, 2)) + ORIGIN
    columns = {"id": [f"L{k:07d}" for k in range(count)], "power_w": random.integers(20, 200, count)}
    return gpd.GeoDataFrame(columns, geometry=shapely.points(xy), crs=CRS)


def _polygons(count: int) -> gpd.GeoDataFrame:
    """Buildings of 20 corners with the number of their homes."""
    random = np.random.default_rng(0)
    side = int(np.ceil(np.sqrt(count)))
    middle = np.stack(np.divmod(np.arange(count), side), axis=1) * 30.0 + ORIGIN
    angle = np.arange(20) * (2 * np.pi / 20)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * random.uniform(5, 9, (count, 20, 1))
    columns = {"id": np.arange(count), "dwellings": random.integers(0, 40, count)}
    return gpd.GeoDataFrame(columns, geometry=shapely.polygons(middle[:, None, :] + ring), crs=CRS)


def _with_findings(count: int) -> gpd.GeoDataFrame:
    """Lines of which three in ten have something wrong: a missing id, a repeat, no length, a loop, a doubled point."""
    frame = _lines(count)
    xy = shapely.get_coordinates(frame.geometry).reshape(count, 5, 2)
    kind = np.arange(count) % 20
    xy[kind == 0] = xy[kind == 0][:, :1]
    xy[kind == 1, 4] = xy[kind == 1, 1] + [5.0, -20.0]
    xy[kind == 1, 3] = xy[kind == 1, 2] + [0.0, 20.0]
    xy[kind == 2, 2] = xy[kind == 2, 1]
    xy[kind == 3] = xy[np.flatnonzero(kind == 3) - 3 + 4]
    frame.loc[kind == 4, "id"] = None
    frame.loc[kind == 5, "id"] = "T0000000"
    return frame.set_geometry(shapely.linestrings(xy), crs=CRS)


def _same_id(count: int) -> gpd.GeoDataFrame:
    return _lines(count).assign(id="0")


def _one_repeated(count: int) -> gpd.GeoDataFrame:
    return _lines(1).iloc[np.zeros(count, dtype=np.int64)]


def _multipolygons(count: int, parts: int = 50) -> gpd.GeoDataFrame:
    corner: npt.NDArray[np.float64] = np.arange(parts)[:, None] * np.array([3.0, 0.0])
    start = np.stack(np.divmod(np.arange(count), 100), axis=1) * np.array([10.0, 400.0]) + ORIGIN
    low = (start[:, None, :] + corner).reshape(-1, 2)
    boxes = shapely.box(low[:, 0], low[:, 1], low[:, 0] + 2.0, low[:, 1] + 2.0)
    shapes = shapely.multipolygons(boxes, indices=np.repeat(np.arange(count), parts))
    return gpd.GeoDataFrame({"id": np.arange(count)}, geometry=shapes, crs=CRS)


def _long_line(vertices: int) -> gpd.GeoDataFrame:
    turn = np.linspace(0.0, 200.0 * np.pi, vertices)
    spiral = np.stack([np.cos(turn), np.sin(turn)], axis=1) * (100.0 + turn)[:, None] + ORIGIN
    return gpd.GeoDataFrame({"id": ["1"]}, geometry=[shapely.LineString(spiral)], crs=CRS)


def _scribble(vertices: int) -> gpd.GeoDataFrame:
    """One line that crosses itself nearly everywhere."""
    xy = np.random.default_rng(0).uniform(0.0, 1000.0, (vertices, 2)) + ORIGIN
    return gpd.GeoDataFrame({"id": ["1"]}, geometry=[shapely.LineString(xy)], crs=CRS)


def _wide(columns: int, count: int) -> gpd.GeoDataFrame:
    frame = _points(count)
    more = {f"column_{k}": [f"value {k} of {row}" for row in range(count)] for k in range(columns - 2)}
    return gpd.GeoDataFrame({**frame.drop(columns="geometry"), **more}, geometry=frame.geometry, crs=CRS)


def _long_texts(count: int) -> gpd.GeoDataFrame:
    return _points(count).assign(remark=[f"{row:09d} " * 1000 for row in range(count)])


def _write(name: str, make: Callable[[], gpd.GeoDataFrame]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        pyogrio.write_dataframe(make(), folder / name)
        return folder / name

    return write


def _write_csv(count: int) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        frame = _points(count)
        path = folder / "points.csv"
        frame.drop(columns="geometry").assign(x=frame.geometry.x, y=frame.geometry.y).to_csv(path, index=False)
        return path

    return write


def _write_parquet(count: int) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        _lines(count).to_parquet(folder / "lines.parquet")
        return folder / "lines.parquet"

    return write


def _write_zip(count: int) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = _write("lines.shp", lambda: _lines(count))(folder)
        with zipfile.ZipFile(folder / "lines.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(folder.glob("lines.*")):
                if part.suffix != ".zip":
                    archive.write(part, part.name)
        return path.with_suffix(".zip")

    return write


def _write_gracethd(count: int) -> Callable[[Path], Path]:
    """A delivery of as many route segments, one after the other."""

    def write(folder: Path) -> Path:
        nodes = [{"nd_code": f"ND{k}", "nd_type": "PT", "xy": (10 * k, 0)} for k in range(count + 1)]
        segments = [
            {
                **SEGMENTS[0],
                "cm_code": f"CM{k}",
                "cm_ndcode1": f"ND{k}",
                "cm_ndcode2": f"ND{k + 1}",
                "line": [(10 * k, 0), (10 * k + 10, 0)],
            }
            for k in range(count)
        ]
        links = [{"dm_cd_code": "CD1", "dm_cm_code": f"CM{k}"} for k in range(count)]
        tables = {"t_noeud": nodes, "t_cheminement": with_status(segments, "cm"), "t_cond_chem": links}
        return deliver(folder / "delivery", **tables)

    return write


def _copy(*parts: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        return Path(shutil.copy(DATA.joinpath(*parts), folder))

    return write


def _gpkg(kind: str, make: Callable[[], gpd.GeoDataFrame]) -> Case:
    return Case(kind, _write("survey.gpkg", make))


USUAL: Mapping[str, Case] = {
    "lines-100k-gpkg": _gpkg("street", lambda: _lines(100_000)),
    "lines-300k-gpkg": _gpkg("street", lambda: _lines(300_000)),
    "lines-1m-gpkg": _gpkg("street", lambda: _lines(1_000_000)),
    "points-100k-gpkg": _gpkg("street_light", lambda: _points(100_000)),
    "points-300k-gpkg": _gpkg("street_light", lambda: _points(300_000)),
    "points-1m-gpkg": _gpkg("street_light", lambda: _points(1_000_000)),
    "polygons-100k-gpkg": _gpkg("building", lambda: _polygons(100_000)),
    "polygons-300k-gpkg": _gpkg("building", lambda: _polygons(300_000)),
    "lines-100k-shp": Case("street", _write("lines.shp", lambda: _lines(100_000))),
    "points-1m-shp": Case("street_light", _write("points.shp", lambda: _points(1_000_000))),
    "points-100k-csv": Case("street_light", _write_csv(100_000), stated_crs=CRS),
    "points-1m-csv": Case("street_light", _write_csv(1_000_000), stated_crs=CRS),
    "lines-100k-parquet": Case("street", _write_parquet(100_000)),
    "lines-100k-zip": Case("street", _write_zip(100_000)),
    "gracethd-1k": Case("route_segment", _write_gracethd(1_000)),
    "gracethd-10k": Case("route_segment", _write_gracethd(10_000)),
    "geneva-osm": Case("street", _copy("geneva", "geneva.osm.pbf"), crs="EPSG:2056"),
}
"""What towns deliver."""

BAD: Mapping[str, Case] = {
    "findings-100k": _gpkg("street", lambda: _with_findings(100_000)),
    "same-id-100k": _gpkg("street", lambda: _same_id(100_000)),
    "one-line-200k-times": _gpkg("street", lambda: _one_repeated(200_000)),
    "multipolygons-50k-of-50": _gpkg("building", lambda: _multipolygons(50_000)),
    "line-of-1m-vertices": _gpkg("street", lambda: _long_line(1_000_000)),
    "scribble-of-10k-vertices": _gpkg("street", lambda: _scribble(10_000)),
    "columns-1000": _gpkg("street_light", lambda: _wide(990, 2_000)),
    "texts-of-10kb-40k": _gpkg("street_light", lambda: _long_texts(40_000)),
}
"""What nobody should deliver, and somebody will."""
