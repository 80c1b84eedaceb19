"""What can be read, what things cost, what is installed: plain documents for the command line."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
from typing import Any

import cardio
from cardio.kept import Kept, UnusableError, kept_root
from gis_layers import KINDS
from optimise import available_solvers

LIBRARIES = (
    "shapely", "pyproj", "networkx", "geopandas", "fiona", "pyogrio", "rtree", "pulp", "highspy", "folium", "numpy",
    "pandas", "scipy", "numba", "pydantic", "ruamel.yaml", "xlsxwriter", "openpyxl", "jinja2", "babel",
)  # fmt: skip

OPTIONAL_LIBRARIES = {"osmium": "osm", "pyarrow": "parquet", "psycopg": "postgis", "libcoveofds": "ofds"}
"""Library -> the extra that installs it."""


def kinds_document() -> list[dict[str, Any]]:
    """List the kinds of layer with their geometry and columns."""
    return [
        {
            "kind": kind.name,
            "title": kind.title,
            "geometry": sorted(kind.families),
            "columns": [
                {"name": column.name, "title": column.title, "type": column.dtype, "required": column.required}
                for column in kind.columns
            ],
        }
        for kind in KINDS.values()
    ]


def solvers_document() -> list[dict[str, str]]:
    """List the installed solvers with their versions."""
    return [{"solver": info.name, "version": info.version, "role": info.role} for info in available_solvers()]


def doctor_document() -> dict[str, Any]:
    """Versions of what is installed, and what in the environment is known to break a run."""
    problems = []
    for variable in ("PROJ_DATA", "PROJ_LIB", "GDAL_DATA"):
        if variable in os.environ:
            problems.append(
                f"{variable} is set to {os.environ[variable]}: the geospatial wheels bring their own data and break "
                f"with another version; unset {variable}"
            )
    return {
        "ok": not problems,
        "cardio": cardio.__version__,
        "python": platform.python_version(),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "optional_libraries": {name: _optional_version(name, extra) for name, extra in OPTIONAL_LIBRARIES.items()},
        "solvers": {row["solver"]: row["version"] for row in solvers_document()},
        "kept": _kept(),
        "chromium": shutil.which("chromium") or "not found (only the browser tests need it)",
        "problems": problems,
    }


def _kept() -> dict[str, str | int]:
    """Folder of kept results with what it holds, or why it is not used."""
    root = kept_root()
    if not root.exists():
        return {"folder": str(root), "entries": 0, "bytes": 0}
    try:
        entries, size = Kept.open(root).measure()
    except UnusableError as error:
        return {"folder": str(root), "problem": str(error)}
    return {"folder": str(root), "entries": entries, "bytes": size}


def _optional_version(name: str, extra: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return f'not installed: pip install "cardio-planning[{extra}]"'
