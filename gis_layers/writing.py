"""Writing layers and output folders so that a killed run never leaves half a result."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_layers.errors import StudyError
from gis_layers.gdal import fiona, pyogrio

MARKERS = ("summary.json", "frontier.json", "alternatives.json", "sensitivity.json", "compare.json", "datapackage.json")
"""Files by any of which an output folder is known to be ours."""
_OURS = re.compile(rb'"schema":\s*"cardio-')
_OWNER = "cardio.pid"
"""File in a folder beside a target: the process and the machine that write it."""
_OWNER_TEXT = re.compile(r"(\d{1,9}) (.+)")

_MAX_FIELD_NAME = 10
_MAX_FIELD_BYTES = 254
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def replace_folder(target: Path) -> Iterator[Path]:
    """Write a folder beside `target` and swap it in whole when the block ends well.

    What a killed run left beside it is removed, where that run was on this machine and its process is gone; if it was
    killed while swapping, the results that it was about to replace are put back first.

    Yields
    ------
    Path
        Empty folder to write into, on the same file system.

    Raises
    ------
    StudyError
        When `target` cannot be written, or exists and is neither empty nor an output folder (which holds one of
        `MARKERS` of ours): it is left alone. After any exception `target` is as it was, and the folder beside it
        is gone.
    """
    target = target.resolve()
    _require_ours(target)
    _clear_abandoned(target)
    beside = _make_beside(target, target.parent)
    try:
        (beside / _OWNER).write_text(f"{os.getpid()} {platform.node()}", encoding="utf-8")
        fresh = beside / "new"
        fresh.mkdir()
        yield fresh
        _sync(fresh)
        _require_ours(target)
        _swap_in(fresh, target, beside / "old")
        _sync_folder(target.parent)
    finally:
        shutil.rmtree(beside)


def check_output_folder(target: Path, *, inputs: Iterable[Path]) -> None:
    """Refuse early what `replace_folder` would refuse after a long run, or what would replace its own input.

    Parameters
    ----------
    target : Path
    inputs : iterable of Path
        Files and folders that the run reads.

    Raises
    ------
    StudyError
    """
    target = target.resolve()
    for path in inputs:
        if path.resolve().is_relative_to(target):
            raise StudyError(f"{target} holds {path}, which the run reads: it is not replaced", "choose another --out")
    _require_ours(target)
    _make_beside(target, next(parent for parent in target.parents if parent.exists())).rmdir()


def _clear_abandoned(target: Path) -> None:
    # mkdtemp ends its names in eight of these characters: those of plan-b are not taken for those of plan
    ours = re.compile(rf"\.{re.escape(target.name)}-[a-z0-9_]{{8}}")
    if not target.parent.is_dir():
        return
    for beside in sorted(target.parent.iterdir()):
        if ours.fullmatch(beside.name) and not beside.is_symlink() and _is_abandoned(beside):
            if not target.exists() and (beside / "old").is_dir():
                (beside / "old").rename(target)
            shutil.rmtree(beside)


def _is_abandoned(beside: Path) -> bool:
    """Whether the process that wrote a folder is known to be gone."""
    try:
        owner = _OWNER_TEXT.fullmatch((beside / _OWNER).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):  # not ours, or that of another user
        return False
    if owner is None or owner[2] != platform.node() or os.name == "nt":  # Windows has no signal that only asks
        return False
    try:
        os.kill(int(owner[1]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _make_beside(target: Path, parent: Path) -> Path:
    try:
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=parent))
    except OSError as error:
        raise StudyError(f"{target} cannot be written ({error.strerror})", "choose another --out") from error


def _require_ours(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise StudyError(f"{target} is a file, not an output folder", "choose another --out")
    markers = [target / name for name in MARKERS if (target / name).is_file()]
    if any(target.iterdir()) and not any(_OURS.search(marker.read_bytes()) for marker in markers):
        names = " or ".join(MARKERS)
        raise StudyError(
            f"{target} holds other files and no {names} of Cardio: it is not replaced", "choose another --out"
        )


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            _sync_folder(path)
        else:
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open folders
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap_in(fresh: Path, target: Path, old: Path) -> None:
    """Put `fresh` in the place of `target`: in one step where the system can exchange names, otherwise in two."""
    if not target.exists():
        fresh.rename(target)
    elif not _exchange(fresh, target):
        target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            old.rename(target)
            raise


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names atomically (renameat2 of Linux); False where the system or file system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    if renameat2 is None:
        return False
    names = os.fsencode(first), os.fsencode(second)
    return bool(renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


def write_layers(
    path: Path, layers: Mapping[str, gpd.GeoDataFrame], *, driver: str = "GPKG", append: bool = False
) -> None:
    """Write layers to one file.

    Parameters
    ----------
    path : Path
        File to write.
    layers : mapping of str to GeoDataFrame
        Layer name -> rows; empty frames become empty layers.
    driver : str
        GDAL driver that can hold these layers.
    append : bool
        Add the layers to the file instead of writing it anew.

    Raises
    ------
    ValueError
        When a frame has no CRS, or the file has a layer of that name already.
    """
    for name, frame in layers.items():
        if frame.crs is None:
            raise ValueError(f"layer {name} has no CRS")
    present = {str(name) for name, _ in pyogrio.list_layers(path)} if append and path.exists() else set()
    if present & set(layers):
        raise ValueError(f"{path.name} has the layers {sorted(present & set(layers))} already")
    if not append:
        path.unlink(missing_ok=True)
    for name, frame in layers.items():
        kinds = set(frame.geom_type.dropna())
        geometry_type = kinds.pop() if len(kinds) == 1 else "Unknown"
        pyogrio.write_dataframe(frame, path, layer=name, driver=driver, geometry_type=geometry_type)


def write_shapefile(
    path: Path, frame: gpd.GeoDataFrame, *, encoding: str, columns: Mapping[str, str], write_cpg: bool = True
) -> None:
    """Write a shapefile with a declared schema.

    Parameters
    ----------
    path : Path
        File ending in ``.shp``; its parts are replaced.
    frame : GeoDataFrame
        Rows with a CRS; geometries of one family, None allowed.
    encoding : str
        Text encoding of the .dbf.
    columns : mapping of str to str
        Column of the frame -> name in the file, at most 10 ASCII characters.
    write_cpg : bool
        Whether to state the encoding in a .cpg, which many surveys lack.

    Raises
    ------
    StudyError
        When a name is too long or used twice, or a text does not fit the encoding or the 254 bytes of a field.
    ValueError
        When the frame has no CRS or mixed geometries.
    """
    _check_field_names(columns.values())
    if frame.crs is None:
        raise ValueError(f"{path.name}: the frame has no CRS")
    cells = {name: _prepare_cells(frame[column], name, encoding) for column, name in columns.items()}
    schema = {
        "geometry": _schema_geometry(frame.geometry),
        "properties": {name: field_type for name, (field_type, _) in cells.items()},
    }
    rows = zip(*(values for _, values in cells.values()), strict=True) if cells else ((),) * len(frame)
    names = list(cells)
    with fiona.open(
        path, "w", driver="ESRI Shapefile", crs_wkt=frame.crs.to_wkt("WKT1_ESRI"), schema=schema, encoding=encoding
    ) as sink:
        sink.writerecords(
            {
                "type": "Feature",
                "geometry": None if geometry is None else geometry.__geo_interface__,
                "properties": dict(zip(names, row, strict=True)),
            }
            for geometry, row in zip(frame.geometry, rows, strict=True)
        )
    if not write_cpg:
        path.with_suffix(".cpg").unlink()


def _check_field_names(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if len(name) > _MAX_FIELD_NAME or not name.isascii() or not name:
            raise StudyError(
                f"{name!r} cannot be a shapefile column", f"use 1 to {_MAX_FIELD_NAME} characters without accents"
            )
        if name.lower() in seen:
            raise StudyError(f"two shapefile columns are named {name}", "rename one")
        seen.add(name.lower())


def _prepare_cells(values: pd.Series, name: str, encoding: str) -> tuple[str, list[object]]:
    """Field type and cells of a column, None for missing ones."""
    missing = values.isna()
    if pd.api.types.is_bool_dtype(values):
        return "int:1", [int(value) for value in values]
    if pd.api.types.is_integer_dtype(values):
        cells: list[object] = [None if gone else int(value) for value, gone in zip(values, missing, strict=True)]
        return "int:18", cells
    if pd.api.types.is_float_dtype(values):
        return "float:24.6", [None if gone else float(value) for value, gone in zip(values, missing, strict=True)]
    texts = [None if gone else str(value) for value, gone in zip(values, missing, strict=True)]
    width = 1
    for text in filter(None, texts):
        try:
            width = max(width, len(text.encode(encoding)))
        except UnicodeEncodeError as error:
            raise StudyError(f"column {name}: {text!r} cannot be written in {encoding}", "use utf-8") from error
    if width > _MAX_FIELD_BYTES:
        raise StudyError(f"column {name}: a text has {width} bytes", f"a shapefile holds {_MAX_FIELD_BYTES}")
    return f"str:{width}", list(texts)


def _schema_geometry(geometry: gpd.GeoSeries) -> str:
    present = geometry.dropna()
    singles = {str(kind).removeprefix("Multi") for kind in present.geom_type}
    if len(singles) > 1:
        raise ValueError(f"a shapefile cannot mix {sorted(singles)}")
    single = singles.pop() if singles else "Point"
    return f"3D {single}" if bool(np.any(shapely.has_z(present.array))) else single
