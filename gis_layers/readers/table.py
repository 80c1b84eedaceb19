"""A survey file as read, before anything is judged or repaired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj

from gis_layers.findings import Severity


@dataclass(frozen=True)
class FileNote:
    """Something found while opening a file; becomes a finding of the layer."""

    severity: Severity
    code: str
    message: str
    done: str = ""
    advice: str = ""


@dataclass(frozen=True)
class RawTable:
    """Rows of a file, n of them.

    Attributes
    ----------
    wkb : (n,) object
        Geometry as WKB bytes, None where there is none.
    columns : mapping of str to (n,) array
        Attributes as delivered, in file order.
    crs : CRS or None
        CRS that the file states.
    crs_note : str
        Why `crs` is None, where the file shows a reason.
    sha256 : str
        Digest of the file.
    notes : tuple of FileNote
    """

    wkb: npt.NDArray[np.object_]
    columns: Mapping[str, npt.NDArray[np.generic]]
    crs: pyproj.CRS | None
    sha256: str
    crs_note: str = ""
    notes: tuple[FileNote, ...] = ()
