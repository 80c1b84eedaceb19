"""Which ducts can take one more cable: those that a new cable may use, and that have room for it.

Only what the survey tells counts: a layer that says nothing of access, or nothing of room, is not judged by it, but
where it does, a duct of which it is unknown is not reusable. Whether a duct is built is settled before, by the status
of its row.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_layers.ledger import Ledger

Values = npt.NDArray[np.generic]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

LEAST_FREE_BORE_MM = 12.0
"""Bore that a cable of 8 mm needs to be pulled in: 1.5 times its diameter. An assumption (docs/decisions/0011)."""

YES = frozenset({"yes", "oui", "true", "vrai", "1", "t", "o", "y"})
NO = frozenset({"no", "non", "false", "faux", "0", "f", "n"})
OWN_TENURES = frozenset({"cst", "construction", "rac", "rachat", "built", "bought", "owned"})
"""Tenures that let the town lay a cable: it built or bought the duct."""
SHARED_TENURES = frozenset({"iru", "occ", "occupation"})
"""Tenures by contract that include the use: an indefeasible right of use, a convention of occupation."""
LEASED_TENURES = frozenset({"loc", "location", "leased", "rented"})

ROOM_COLUMNS = ("room", "bore_mm", "occupancy_percent")
ACCESS_COLUMNS = ("access", "tenure")


def find_reusable(columns: Mapping[str, Values], ledger: Ledger) -> dict[str, Values]:
    """Tell which ducts are reusable, and tell the ledger how many are not and why.

    Parameters
    ----------
    columns : mapping of str to (rows,) array
        Canonical columns of kind ``duct``.
    ledger : Ledger

    Returns
    -------
    dict
        ``reusable``: (rows,) bool.
    """
    count = len(ledger.alive)
    aspects = [("access", ACCESS_COLUMNS, _judge_access), ("room", ROOM_COLUMNS, _judge_room)]
    stated = [(name, judge) for name, needed, judge in aspects if set(needed) & set(columns)]
    _tell_unjudged([name for name, _, _ in aspects if name not in {done for done, _ in stated}], ledger)
    reason = _judge_nesting(columns, ledger)
    for _, judge in stated:
        found = judge(columns, count)
        reason = np.where(reason == "", found, reason)
    reusable: Bools = reason == ""
    _tell_reasons(reason[ledger.alive], ledger)
    return {"reusable": reusable}


def _judge_access(columns: Mapping[str, Values], count: int) -> Objects:
    """(rows,) object of str: why a new cable may not use each duct, empty where it may."""
    tenure, access = _words(columns, "tenure", count), _words(columns, "access", count)
    by_tenure = np.select(
        [_in(tenure, OWN_TENURES | SHARED_TENURES), _in(tenure, LEASED_TENURES)],
        ["", "leased, without a right of access"],
        "access unknown",
    )
    return _override(by_tenure, access, "no access")


def _judge_room(columns: Mapping[str, Values], count: int) -> Objects:
    """(rows,) object of str: why no cable fits into each duct, empty where one does."""
    bore_mm, occupancy = _numbers(columns, "bore_mm", count), _numbers(columns, "occupancy_percent", count)
    cables = np.fmax(_numbers(columns, "cables", count), _numbers(columns, "cables_counted", count))
    occupancy = np.where(np.isnan(occupancy) & (cables == 0), 0.0, occupancy)
    with np.errstate(invalid="ignore"):
        free_bore_mm = bore_mm * np.sqrt(np.clip(1 - occupancy / 100, 0, 1))
    by_figures = np.select(
        [
            occupancy >= 100,
            bore_mm < LEAST_FREE_BORE_MM,
            np.isnan(bore_mm),
            np.isnan(occupancy),
            (occupancy == 0) & (cables > 0),
            free_bore_mm < LEAST_FREE_BORE_MM,
        ],
        [
            "full",
            f"bore under {LEAST_FREE_BORE_MM:g} mm",
            "bore unknown",
            "occupancy unknown",
            "occupancy 0 % with cables in it",
            f"under {LEAST_FREE_BORE_MM:g} mm of the bore free",
        ],
        "",
    )
    return _override(by_figures, _words(columns, "room", count), "no room")


def _judge_nesting(columns: Mapping[str, Values], ledger: Ledger) -> Objects:
    """A duct that holds other ducts takes no cable itself: they do, each by its own room."""
    count = len(ledger.alive)
    if not {"code", "parent"} <= set(columns):
        return np.full(count, "", dtype=object)
    codes, parents = columns["code"], columns["parent"]
    around = set(parents[ledger.alive & ~pd.isna(parents)].tolist())
    holds = pd.Series(codes).isin(around).to_numpy() & ~pd.isna(codes)
    return np.where(holds, "holds inner ducts", "").astype(object)


def _override(reason: Values, words: Objects, denied: str) -> Objects:
    """What the survey answers outright wins over what was concluded; words that are no answer are unknown."""
    answered = words != ""
    plain = np.select([_in(words, YES), _in(words, NO)], ["", denied], f"{denied.removeprefix('no ')} unknown")
    return np.where(answered, plain, reason).astype(object)


def _tell_unjudged(unjudged: list[str], ledger: Ledger) -> None:
    if unjudged:
        ledger.tell(
            "note",
            code="duct-room-unknown",
            message=f"no column tells {' or '.join(unjudged)} of these ducts",
            done="every duct is taken to have it",
            advice="state columns: of the layer, such as bore_mm, occupancy_percent, tenure, or room and access",
        )


def _tell_reasons(reason: Objects, ledger: Ledger) -> None:
    counts = pd.Series(reason[reason != ""], dtype=object).value_counts()
    if len(counts):
        shown = ", ".join(
            f"{why} {number}" for why, number in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        )
        ledger.tell(
            "note",
            code="duct-not-reusable",
            message=f"{counts.sum()} of {len(reason)} rows can take no new cable: {shown}",
            done="no works run in them",
            advice=f"name columns of yes and no as room: and access: in columns: of the layer where this is known "
            f"better; {LEAST_FREE_BORE_MM:g} mm of free bore, for a cable of 8 mm, is an assumption of Cardio",
        )


def _in(words: Objects, wanted: frozenset[str]) -> Bools:
    found: Bools = np.isin(words.astype(str), sorted(wanted))
    return found


def _words(columns: Mapping[str, Values], name: str, count: int) -> Objects:
    if name not in columns:
        return np.full(count, "", dtype=object)
    ranks, distinct = pd.factorize(columns[name])
    words: Objects = np.array([*(str(value).strip().casefold() for value in distinct), ""], dtype=object)[ranks]
    return words


def _numbers(columns: Mapping[str, Values], name: str, count: int) -> Floats:
    return columns[name].astype(np.float64) if name in columns else np.full(count, np.nan)
