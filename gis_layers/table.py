"""A survey file as read, before anything is judged or repaired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj

from gis_layers.findings import Severity

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FileNote:
    """Something found while opening a file; becomes a finding of the layer."""

    severity: Severity
    code: str
    message: str
    done: str = ""
    advice: str = ""


@dataclass(frozen=True)
class RowNote:
    """Something found on rows while they were read; becomes a finding of each.

    Attributes
    ----------
    severity : {"error", "warning", "repaired", "note"}
    code : str
    rows : (k,) int
        Rows of the table, increasing.
    messages : tuple of k str
        One a row.
    done, advice : str
        As in `Finding`, the same for every row.
    set_aside : bool
        The rows are left out, counted under `code`: errors where they cannot be used, notes where they are another
        kind of thing.
    """

    severity: Severity
    code: str
    rows: Rows
    messages: tuple[str, ...]
    done: str = ""
    advice: str = ""
    set_aside: bool = False

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.messages):
            raise ValueError(f"{self.code}: {len(self.rows)} rows have {len(self.messages)} messages")
        if self.set_aside and self.severity not in ("error", "note"):
            raise ValueError(f"{self.code}: rows set aside are errors or of another kind, not {self.severity}")


@dataclass(frozen=True)
class RawTable:
    """Rows of a file, n of them; a row that could not be read keeps its place.

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
    row_notes : tuple of RowNote
    delivered_wkb : (n,) object or None
        Geometry as delivered, where the reader itself had to change it to make `wkb`.
    encoding : str
        Text encoding in which the file was read; empty where the format is always UTF-8 or has no text.
    """

    wkb: npt.NDArray[np.object_]
    columns: Mapping[str, npt.NDArray[np.generic]]
    crs: pyproj.CRS | None
    sha256: str
    crs_note: str = ""
    notes: tuple[FileNote, ...] = ()
    row_notes: tuple[RowNote, ...] = ()
    delivered_wkb: npt.NDArray[np.object_] | None = None
    encoding: str = ""
