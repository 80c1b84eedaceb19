"""Which row is which: ids made unique, and features delivered twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from gis_layers.columns import Objects, Values, as_text
from gis_layers.ledger import Ledger


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
    repeat = pd.Series(ids[alive], dtype=object).groupby(ids[alive], sort=False).cumcount().to_numpy()
    repeated = alive[repeat > 0]
    delivered = ids[repeated]
    ids[repeated] = _unused_ids(delivered, repeat[repeat > 0].tolist(), set(ids[alive].tolist()))
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
    for name, repeat in zip(delivered, ranks, strict=True):
        rank = repeat + 1
        while f"{name}#{rank}" in used:
            rank += 1
        renamed.append(f"{name}#{rank}")
        used.add(renamed[-1])
    return renamed


def drop_duplicates(wkb: Objects, columns: Mapping[str, Values], own: Iterable[str], ledger: Ledger) -> None:
    """Set aside rows equal to an earlier one in geometry and in every column; point out rows that nearly are.

    Parameters
    ----------
    wkb : (rows,) object
        Geometry as delivered.
    columns : mapping of str to (rows,) array
        All delivered columns.
    own : iterable of str
        Columns behind the canonical columns of the kind, the id excepted.
    """
    alive = ledger.kept_rows
    twins = alive[pd.Series(wkb[alive], dtype=object).duplicated(keep=False).to_numpy()]
    if not len(twins):
        return
    compared = pd.DataFrame({name: as_text(values[twins]) for name, values in columns.items()}, dtype=object)
    compared["\0geometry"] = pd.factorize(wkb[twins])[0]  # a name that no file can have
    same = compared.duplicated().to_numpy()
    ledger.tell_rows(
        "repaired",
        twins[same],
        code="duplicate",
        message="the same feature, with the same attributes, is delivered a second time",
        done="row set aside",
        advice="remove it from the file",
    )
    ledger.count_out(twins[same], code="duplicate")
    alike = compared.loc[~same, [*own, "\0geometry"]].duplicated().sum()
    if alike:
        ledger.tell(
            "warning",
            code="possible-duplicate",
            message=f"{alike} rows lie exactly on an earlier row and differ from it only in id or other columns",
            done="rows kept",
            advice="remove those that are the same thing",
        )
