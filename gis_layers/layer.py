"""A survey layer as asked for (``LayerSpec``) and as read (``Layer``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd

from gis_layers.findings import Finding
from gis_layers.postgis import shown_connection, split_table_name
from gis_layers.table import RawTable, Rows

PLACE_COLUMNS = ("x", "y", "geometry")
"""Keys of ``columns:`` that tell where the rows of a table without geometry lie; no kind has columns of these names."""


@dataclass(frozen=True)
class Condition:
    """Which values of a column pass a ``where:`` filter.

    Attributes
    ----------
    values : tuple of str
        Values compared as text; the empty string stands for a missing value.
    exclude : bool
        False keeps only rows with one of the values, True keeps all others.
    """

    values: tuple[str, ...]
    exclude: bool = False


@dataclass(frozen=True)
class PostgisTable:
    """A table or view in PostGIS.

    Attributes
    ----------
    connection : str
        Address without a password, or the name of an environment variable that holds one.
    table : str
        ``schema.table``, as in the database.
    geometry : str or None
        Geometry column, where the table has several.
    """

    connection: str
    table: str
    geometry: str | None = None

    @property
    def shown(self) -> str:
        """The table for messages and outputs: host, database and table, without user or password."""
        return f"{shown_connection(self.connection)} {'.'.join(split_table_name(self.table))}"


@dataclass(frozen=True)
class LayerSpec:
    """What the study asks to read.

    Attributes
    ----------
    name, kind : str
        Name of the layer in the study; kind in ``KINDS``.
    path : Path
        Resolved path of the file; of the study file, where a table is read.
    shown_path : str
        Path as the study writes it, for messages and outputs.
    layer : str or None
        Layer inside the file, where it holds several.
    crs : str or None
        CRS stated by the study: used where the file has none; where the file has another, the study wins and the
        disagreement is a finding.
    encoding : str or None
        Text encoding stated by the study.
    columns : mapping of str to str
        Canonical column of the kind, or one of `PLACE_COLUMNS` -> column in the file.
    where : mapping of str to Condition
        Column in the file -> values that pass; other rows are set aside and counted. Every condition must hold.
    exists_column, exists_values : str or None, tuple of str
        Only rows whose column holds one of the values exist; the others are set aside as findings.
    salvage : bool
        Accept what can still be read of a damaged file, which is refused otherwise.
    postgis : PostgisTable or None
        Table that is read instead of a file.
    """

    name: str
    kind: str
    path: Path
    shown_path: str = ""
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, Condition] = field(default_factory=dict)
    exists_column: str | None = None
    exists_values: tuple[str, ...] = ()
    salvage: bool = False
    postgis: PostgisTable | None = None


@dataclass(frozen=True)
class Layer:
    """A validated survey layer in the metric CRS of the study.

    Attributes
    ----------
    name, kind, path : str
        As in the study.
    sha256 : str
        Digest of the file as delivered (all parts of a shapefile, in name order).
    frame : GeoDataFrame
        Single-part 2D geometries in the study CRS (metres), index 0..n-1. Columns: ``source_row`` (int, row in the
        file, repeated for the parts of a multipart), ``id`` (str, unique by row of the file), the canonical columns of
        the kind, every delivered column under its own name (``src_`` before it on a clash), and ``geometry``.
    rows_read : int
        Rows in the file.
    rows_kept : int
        Rows of the file of which at least one part is in ``frame``.
    set_aside : mapping of str to int
        Why rows are not in ``frame``: reason (finding code) -> rows. ``rows_read == rows_kept + sum(set_aside)``.
    findings : tuple of Finding
        What was wrong or worth knowing.
    delivered : RawTable or None
        All rows as delivered, before any repair; None for a layer that was not read from a file.
    delivered_crs : str
        CRS as which the delivered coordinates were read, as ``crs:`` of a layer takes it (``EPSG:4326 swapped`` for y
        before x); empty where `delivered` is None.
    changed : mapping of str to (k,) int
        Finding code -> rows of the file, increasing, that are not used as delivered; see `repairs`.
    """

    name: str
    kind: str
    path: str
    sha256: str
    frame: gpd.GeoDataFrame
    rows_read: int
    rows_kept: int
    set_aside: Mapping[str, int]
    findings: tuple[Finding, ...] = ()
    delivered: RawTable | None = None
    delivered_crs: str = ""
    changed: Mapping[str, Rows] = field(default_factory=dict)
