"""Which row is which: ids made unique, and features delivered twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis_layers.columns import Objects, Values, as_text
from gis_layers.ledger import Ledger
from gis_layers.parsing import read_wkb
from gis_layers.table import Rows

_SHAPE, _PLAN = "\0geometry", "\0plan"  # names that no file can have


def make_ids(values: Values | None, ledger: Ledger) -> Objects:
    """Unique text ids of all rows, from the delivered ones.

    Parameters
    ----------
    values : (rows,) array or None
        Delivered ids; None where the file has no such column.
    ledger : Ledger
        Rows already set aside keep their id to themselves: they make no other row a duplicate.

    Returns
    -------
    (rows,) object of str
        ``row-N`` (N counts from 0) where none is delivered; ``ID#2``, ``ID#3``... from the second row of an id on.
    """
    rows = np.arange(len(ledger.alive))
    ids = np.full(len(rows), "", dtype=object) if values is None else as_text(values)
    missing = np.flatnonzero((ids == "") & ledger.alive)
    ids[ids == ""] = [f"row-{row}" for row in rows[ids == ""]]
    if len(missing):
        ledger.tell(
            "note",
            code="missing-ids",
            message=f"{len(missing)} of {int(ledger.alive.sum())} rows have no id",
            done="row numbers taken as ids",
            advice="name the id column in columns: of the study",
        )
    alive = ledger.kept_rows
    used = set(ids[alive].tolist())
    if len(used) == len(alive):
        return ids
    repeat = pd.Series(ids[alive], dtype=object).groupby(ids[alive], sort=False).cumcount().to_numpy()
    repeated = alive[repeat > 0]
    delivered = ids[repeated]
    ids[repeated] = _unused_ids(delivered, repeat[repeat > 0].tolist(), used)
    ledger.tell_rows(
        "warning",
        repeated,
        code="duplicate-id",
        message=lambda position: f"id {delivered[position]} is that of an earlier row too",
        done="renamed with # and its rank",
        advice="give every feature its own id",
    )
    return ids


def _unused_ids(delivered: Iterable[str], ranks: Iterable[int], used: set[str]) -> list[str]:
    renamed = []
    last: dict[str, int] = {}
    for name, repeat in zip(delivered, ranks, strict=True):
        rank = max(repeat, last.get(name, 0)) + 1
        while f"{name}#{rank}" in used:
            rank += 1
        last[name] = rank
        renamed.append(f"{name}#{rank}")
        used.add(renamed[-1])
    return renamed


def drop_duplicates(
    wkb: Objects, geometries: Objects, columns: Mapping[str, Values], own: Iterable[str], ledger: Ledger
) -> None:
    """Set aside rows equal to an earlier one in geometry and in every column; point out rows that nearly are.

    A line drawn the other way round, or a ring that begins elsewhere, is the same geometry. Things are used in plan:
    rows that differ in their heights or measures too may be the same.

    Parameters
    ----------
    wkb : (rows,) object
        Geometry as delivered.
    geometries : (rows,) object
        The same in 2D, None for rows set aside.
    columns : mapping of str to (rows,) array
        All delivered columns.
    own : iterable of str
        Columns behind the canonical columns of the kind, the id excepted.
    """
    twins, shape, plan = _find_twins(wkb, geometries, ledger)
    if not len(twins):
        return
    compared = pd.DataFrame({name: as_text(values[twins]) for name, values in columns.items()}, dtype=object)
    compared[_SHAPE] = shape
    group = compared.groupby(list(compared.columns), sort=False).ngroup().to_numpy()
    first = twins[np.unique(group, return_index=True)[1]][group]
    same = first != twins
    ledger.tell_rows(
        "repaired",
        twins[same],
        code="duplicate",
        message=lambda at: f"the feature of row {first[same][at]}, with the same attributes, is delivered again",
        done="row set aside",
        advice="remove it from the file",
    )
    ledger.count_out(twins[same], code="duplicate")
    rest, shape = twins[~same], shape[~same]
    alike = compared.loc[~same, [*own]]
    alike[_PLAN] = plan[~same]
    group = alike.groupby(list(alike.columns), sort=False).ngroup().to_numpy()
    place = np.unique(group, return_index=True)[1][group]
    first_alike, is_raised = rest[place], shape[place] != shape
    again = first_alike != rest
    ledger.tell_rows(
        "warning",
        rest[again],
        code="possible-duplicate",
        message=lambda at: (
            f"lies exactly on row {first_alike[again][at]} in plan, but its heights or measures differ"
            if is_raised[again][at]
            else f"lies exactly on row {first_alike[again][at]} and differs from it only in id or other columns"
        ),
        done="row kept",
        advice="remove it if it is the same thing",
    )


def _find_twins(
    wkb: Objects, geometries: Objects, ledger: Ledger
) -> tuple[Rows, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of which another has the same geometry in plan; a number for each geometry, heights included, and plan."""
    alive = ledger.kept_rows
    box = shapely.bounds(geometries[alive])
    lower_left = pd.Series(box[:, 0] + 1j * box[:, 1]).duplicated(keep=False).to_numpy()  # few, and quickly found
    alike = alive[lower_left][pd.DataFrame(box[lower_left]).duplicated(keep=False).to_numpy()]
    shape = pd.factorize(_normal_form(wkb[alike]))[0].astype(np.int64)
    plan = shape
    distinct = alike[np.unique(shape, return_index=True)[1]]
    delivered = read_wkb(wkb[distinct])
    if (shapely.has_z(delivered) | shapely.has_m(delivered)).any():
        flat = shapely.to_wkb(shapely.normalize(shapely.force_2d(delivered)))
        plan = pd.factorize(np.where(shapely.is_missing(delivered), wkb[distinct], flat))[0].astype(np.int64)[shape]
    twin = np.bincount(plan, minlength=1)[plan] > 1
    return alike[twin], shape[twin], plan[twin]


def _normal_form(wkb: Objects) -> Objects:
    """WKB that is the same whichever way lines and rings are drawn; as delivered where it cannot be read."""
    geometries = read_wkb(wkb)
    normal = shapely.to_wkb(shapely.normalize(geometries), flavor="iso", output_dimension=4)
    return np.where(shapely.is_missing(geometries), wkb, normal).astype(object)
