"""GDAL, imported through here only, so that its settings are made before it is loaded; it fetches nothing.

The VRT driver is left out: a file that calls itself ``.shp`` but holds a VRT would read any other file of the machine.
"""

from __future__ import annotations

import os


def _skip_driver(name: str) -> None:
    skipped = os.environ.get("GDAL_SKIP", "").replace(",", " ").split()
    if name not in skipped:
        os.environ["GDAL_SKIP"] = " ".join([*skipped, name])


_skip_driver("OGR_VRT")
os.environ["PROJ_NETWORK"] = "OFF"  # for the PROJ inside GDAL
os.environ["GDAL_HTTP_PROXY"] = "none://"  # curl knows no such proxy: what a file tells GDAL to fetch, it cannot

import fiona  # noqa: E402  # GDAL reads GDAL_SKIP once, while it is loaded
import pyogrio  # noqa: E402

__all__ = ["fiona", "pyogrio"]
