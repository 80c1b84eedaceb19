"""Ducts in ducts of a GraceTHD delivery: each names the duct around it, and none may be around itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gis_layers.readers.gracethd_codes import find_code
from gis_layers.readers.gracethd_tables import Table
from gis_layers.table import RowNote, Rows


def check_nesting(conduits: Table, duct: Rows) -> list[RowNote]:
    """Notes on rows whose duct lies, by ``cd_cd_code``, in a duct that is not delivered, or in itself.

    Parameters
    ----------
    conduits : Table
        ``t_conduite``.
    duct : (n,) int
        Duct of each row of the layer, -1 for none.
    """
    parents = conduits.codes("cd_cd_code")
    parent = find_code(conduits, "cd_code", parents)
    lost = np.append((parents != "") & (parent < 0), False)[duct].nonzero()[0].astype(np.int64)
    looped = np.append(find_cycles(parent), False)[duct].nonzero()[0].astype(np.int64)
    advice = "correct the code of the duct around it"
    codes = conduits.codes("cd_code")
    unknown = tuple(f"cd_cd_code = {parents[at]} is not in {conduits.file}" for at in duct[lost])
    in_itself = tuple(f"duct {codes[at]} lies in itself, through cd_cd_code = {parents[at]}" for at in duct[looped])
    return [
        RowNote("warning", code="parent-duct-unknown", rows=lost, messages=unknown, advice=advice),
        RowNote("warning", code="duct-in-itself", rows=looped, messages=in_itself, advice=advice),
    ]


def find_cycles(parent: Rows) -> npt.NDArray[np.bool_]:
    """(n,) bool: which things are, through their parents, their own ancestor.

    Parameters
    ----------
    parent : (n,) int
        -1 for none.
    """
    padded = np.append(parent, -1)  # the last entry, which -1 reads, is the root of all
    jump = padded
    for _ in range(max(len(parent), 1).bit_length()):  # after 2^k steps up, only cycles are left
        jump = jump[jump]
    top = np.unique(jump[:-1][jump[:-1] >= 0])
    on_cycle = np.zeros(len(parent), dtype=np.bool_)
    on_cycle[top] = True
    return on_cycle
