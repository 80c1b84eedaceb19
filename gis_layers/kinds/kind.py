"""What a layer kind is: the columns and geometries that its rows may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gis_layers.layer import PLACE_COLUMNS
from gis_layers.ledger import Ledger

GeometryFamily = Literal["point", "line", "polygon"]
ColumnType = Literal["text", "number", "integer"]

Values = npt.NDArray[np.generic]
Derive = Callable[[Mapping[str, Values], Ledger], Mapping[str, Values]]
"""Further canonical columns of a kind, (rows,) each, from those of the file; what it cannot use is a finding."""

POINT: frozenset[GeometryFamily] = frozenset({"point"})
LINE: frozenset[GeometryFamily] = frozenset({"line"})
POLYGON: frozenset[GeometryFamily] = frozenset({"polygon"})


@dataclass(frozen=True)
class Column:
    """A canonical column: what Cardio calls an attribute, whatever the survey calls it.

    Attributes
    ----------
    name : str
        Canonical name, also the key under ``columns:`` in a study.
    title : str
        What it holds, with its unit.
    dtype : {"text", "number", "integer"}
        Numbers are read into floats, missing ones as nan; integer only means that values must be whole.
    required : bool
        Rows without a valid value are set aside.
    aliases : tuple of str
        Names, in order of preference and without regard to case, taken for this column when the study names none.
    minimum, maximum : float or None
        Smallest and greatest value allowed.
    plausible_maximum : float or None
        Greater values are used, with a warning.
    unit : str
        Unit of the numbers: "m", "mm", "%"; empty for counts.
    """

    name: str
    title: str
    dtype: ColumnType = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    plausible_maximum: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of survey layer.

    Attributes
    ----------
    name, title : str
        Name as a study writes it, and in words.
    families : frozenset of {"point", "line", "polygon"}
        Geometry that rows may have; anything else is set aside.
    columns : tuple of Column
        Canonical columns, ``id`` and ``name`` among them in every kind.
    derive : callable or None
        Makes further columns from the canonical ones that the file has.
    unmarked_exists : bool
        A row without status exists where the file only marks those that do not, as base maps do. Of equipment, it is
        unknown.
    """

    name: str
    title: str
    families: frozenset[GeometryFamily]
    columns: tuple[Column, ...]
    derive: Derive | None = None
    unmarked_exists: bool = False

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"kind {self.name}: a column is declared twice: {names}")
        if set(names) & set(PLACE_COLUMNS):
            raise ValueError(f"kind {self.name}: {', '.join(PLACE_COLUMNS)} tell where a row lies: {names}")
        if not {"id", "name"} <= set(names):
            raise ValueError(f"kind {self.name}: columns id and name are missing")
        if not self.families:
            raise ValueError(f"kind {self.name}: no geometry is allowed")


def identity_columns(*, id_aliases: tuple[str, ...] = (), name_aliases: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """Columns ``id`` and ``name``, which every kind has; aliases of the kind come before the common ones."""
    common_ids = ("identifiant", "cleabs", "osm_id", "gid", "objectid")
    common_names = ("nom", "libelle", "toponyme", "label")
    return (
        Column("id", "identifier, unique in the layer", aliases=(*id_aliases, *common_ids)),
        Column("name", "name to show", aliases=(*name_aliases, *common_names)),
    )


def people_column(*, required: bool) -> Column:
    """Column ``people``, the number of persons at a place."""
    return Column(
        "people",
        "persons",
        dtype="number",
        required=required,
        aliases=("population", "inhabitants", "habitants", "ind", "pop"),
        minimum=0.0,
        plausible_maximum=100_000.0,
    )


def dwellings_column() -> Column:
    """Column ``dwellings``, the number of homes at a place."""
    return Column(
        "dwellings",
        "homes",
        dtype="integer",
        aliases=("logements", "nb_logts", "ad_nblhab"),
        minimum=0.0,
        plausible_maximum=10_000.0,
    )
