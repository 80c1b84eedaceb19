"""What GraceTHD objects are today: in service, planned, abandoned, or unknown."""

from __future__ import annotations

import numpy as np

from gis_layers.readers.gracethd_tables import Objects, Table
from gis_layers.table import Rows

ABANDONED, PLANNED, UNKNOWN, IN_SERVICE = "abandoned", "planned", "unknown", "in service"

_WORST_FIRST = np.array([ABANDONED, PLANNED, UNKNOWN, IN_SERVICE, ""], dtype=object)
_RANK = {word: rank for rank, word in enumerate(_WORST_FIRST)}

_BUILT = ["REC", "MCO"]
_STUDIED = ["PRE", "DIA", "AVP", "PRO", "ACT", "EXE", "TVX"]
_OUT_OF_ORDER = ["HS"]
_GIVEN_UP = ["A", "H"]


def status_of(table: Table, prefix: str) -> Objects:
    """(n,) object of str: status by ``statut``, ``etat``, ``avct`` and ``abddate`` of the table with that prefix."""
    statut, etat = table.codes(f"{prefix}_statut"), table.codes(f"{prefix}_etat")
    over = (
        (table.codes(f"{prefix}_abddate") != "")
        | np.isin(etat.astype(str), _OUT_OF_ORDER)
        | np.isin(table.codes(f"{prefix}_avct").astype(str), _GIVEN_UP)
    )
    built, studied = np.isin(statut.astype(str), _BUILT), np.isin(statut.astype(str), _STUDIED)
    known = np.where(built, IN_SERVICE, np.where(studied, PLANNED, UNKNOWN))
    status: Objects = np.where(over, ABANDONED, known).astype(object)
    return status


def given_up(table: Table, prefix: str) -> Objects:
    """(n,) object of str: abandoned where ``abddate`` says so, else empty; for tables that have no ``statut``."""
    shown: Objects = np.where(table.codes(f"{prefix}_abddate") != "", ABANDONED, "").astype(object)
    return shown


def worst(*statuses: Objects) -> Objects:
    """(n,) object: what holds for an object that needs all of these: abandoned before planned before unknown."""
    words: Objects = _WORST_FIRST[np.min([_ranks(each) for each in statuses], axis=0)]
    return words


def best(*statuses: Objects) -> Objects:
    """(n,) object: what holds for an object that is there if any of these is; unknown where there is none of them."""
    result = np.full(len(statuses[0]), UNKNOWN, dtype=object)
    for word in (ABANDONED, PLANNED, IN_SERVICE):
        result[np.any([each == word for each in statuses], axis=0)] = word
    return result


def _ranks(statuses: Objects) -> Rows:
    return np.array([_RANK[status] for status in statuses], dtype=np.int64)
