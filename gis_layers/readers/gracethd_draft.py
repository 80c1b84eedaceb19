"""A layer put together from several tables of a GraceTHD delivery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyproj

from gis_layers.readers.gracethd_codes import decode, name_organisations
from gis_layers.readers.gracethd_tables import Delivery, Objects, Table
from gis_layers.table import FileNote, RowNote, Rows


@dataclass(frozen=True)
class Draft:
    """A layer put together from several tables: n rows, those of its primary table.

    Attributes
    ----------
    frame : DataFrame, n rows
    wkb : (n,) object
    crs : CRS or None
    delivered_wkb : (n,) object or None
        Geometry as delivered, where `wkb` is another.
    row_notes : list of RowNote
    """

    frame: pd.DataFrame
    wkb: Objects
    crs: pyproj.CRS | None
    delivered_wkb: Objects | None = None
    row_notes: list[RowNote] = field(default_factory=list)


def finish(delivery: Delivery, table: Table, status: Objects, notes: Iterable[RowNote] = ()) -> Draft:
    """Add the words of codes, the names of organisations and the status to the rows of a layer with geometry."""
    named = name_organisations(delivery, table)
    frame, unknown = decode(delivery, named.frame)
    message = f"rows of this layer are those of {table.file}"
    delivery.notes.insert(0, FileNote("note", code="rows-of-table", message=message, done="counted from 0"))
    row_notes = [*table.row_notes, *notes, *unknown]
    return Draft(frame.assign(status=status), table.wkb, table.crs, table.delivered_wkb, row_notes)


def take(values: Objects, row: Rows, missing: str | None = "") -> Objects:
    """(n,) object: the value of each row, `missing` for row -1."""
    padded = np.empty(len(values) + 1, dtype=object)
    padded[:-1] = values
    padded[-1] = missing
    taken: Objects = padded[row]
    return taken
