"""How the numbers of one column are written: with decimal commas, with commas, points or spaces between thousands."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_layers.kinds import Column

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

MISSING_TEXT = frozenset(
    {"-", "--", "---", "?", ".", "/", "n/a", "na", "nan", "null", "<null>", "(null)", "none", "nil", "nr", "nc"}
    | {"ns", "nd", "n.d.", "n.c.", "inconnu", "unknown", "non renseigné", "non renseigne", "sans objet", "k.a."}
)
"""Words in lower case that stand for no value."""

PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
SPACED = re.compile(r"[+-]?[0-9]{1,3}(?:[ '\u00a0\u202f\u2009\u2019][0-9]{3})+(?:[.,][0-9]*)?")
SPACES = str.maketrans("", "", " '\u00a0\u202f\u2009\u2019")
_GROUPED = {
    mark: re.compile(rf"[+-]?[1-9][0-9]{{0,2}}(?:\{mark}[0-9]{{3}})+(?:\{other}[0-9]*)?")
    for mark, other in ((",", "."), (".", ","))
}
_ONE_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]*")
_COORDINATE = Column("coordinate", "coordinate", "number")


def read_coordinates(texts: Objects) -> tuple[Floats, Bools, Bools]:
    """Read one column of coordinates, written as any other column of numbers may be.

    Parameters
    ----------
    texts : (rows,) object of str
        Cells without spaces around them.

    Returns
    -------
    numbers : (rows,) float
        nan where there is none.
    helped : (rows,) bool
        Not written as a plain number.
    guessed : (rows,) bool
        Could mean another number too.
    """
    numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(np.float64, copy=True)
    unread: Bools = np.isnan(numbers) & (texts != "")
    guessed = np.zeros(len(texts), dtype=bool)
    if unread.any():
        style = NumberStyle([cell for cell in pd.unique(texts).tolist() if cell], _COORDINATE)
        unread |= style.regroups(texts.tolist())
        numbers[unread] = [style.read(cell) for cell in texts[unread]]
        guessed[unread] = [style.is_guess(cell) for cell in texts[unread]]
    known = np.isfinite(numbers)
    return numbers, unread & known, guessed & known


class NumberStyle:
    """How the numbers of one column are written, by the cells that can be read in one way only."""

    def __init__(self, cells: list[str], column: Column) -> None:
        joined = [cell.translate(SPACES) if SPACED.fullmatch(cell) else cell for cell in cells]
        odd = [cell for cell in joined if "," in cell or "." in cell]
        surely = {mark: any(self._surely_grouped(cell, mark) for cell in odd) for mark in (",", ".")}
        decimal_comma = any(_DECIMAL_COMMA.fullmatch(cell) and not _ONE_GROUP.fullmatch(cell) for cell in odd)
        decimal_point = any(
            "," not in cell and PLAIN.fullmatch(cell) and not _ONE_GROUP.fullmatch(cell) for cell in odd
        )
        self.is_whole = column.dtype == "integer"
        self.comma_groups = surely[","] or (self.is_whole and not surely["."])
        self.point_groups = surely["."] or (self.is_whole and not surely[","])
        self.is_mixed = (surely[","] and (surely["."] or decimal_comma)) or (surely["."] and decimal_point)
        both = any("," in cell and "." in cell for cell in odd)
        self.certain = {",": both or surely[","] or decimal_comma, ".": both or surely["."] or decimal_point}
        self.comma_and_point = decimal_comma and not surely["."]
        self.how = "read with the comma or point as decimal sign"
        if self.is_whole:
            self.how = "read as thousands, since this column holds whole numbers"
        elif decimal_point and not decimal_comma:
            self.how = "read with the comma between thousands, since other cells have decimal points"
            self.comma_groups = True

    @staticmethod
    def _surely_grouped(cell: str, mark: str) -> bool:
        """Grouped in thousands by this mark, and by nothing else."""
        return bool(_GROUPED[mark].fullmatch(cell)) and not _ONE_GROUP.fullmatch(cell)

    def read(self, cell: str) -> float:
        """Return the number, nan where the cell is none or its column writes numbers in two ways."""
        cell = cell.replace("\u2212", "-")
        joined = cell.translate(SPACES) if SPACED.fullmatch(cell) else cell
        if self._is_torn(joined):
            return np.nan
        for mark, grouped in ((",", self.comma_groups), (".", self.point_groups)):
            if grouped and _GROUPED[mark].fullmatch(joined):
                return float(joined.replace(mark, "").replace(",", "."))
        if "," in joined and not _GROUPED["."].fullmatch(joined):
            joined = joined.replace(",", ".", 1)
        return float(joined) if PLAIN.fullmatch(joined) else np.nan

    def _is_torn(self, joined: str) -> bool:
        """Whether the cell could be two numbers, and the column speaks for both."""
        if not _ONE_GROUP.fullmatch(joined):
            return False
        return self.is_mixed or ("." in joined and self.comma_and_point)

    def is_guess(self, cell: str) -> bool:
        """Whether the number would be another one if the comma or point meant something else."""
        joined = cell.translate(SPACES) if SPACED.fullmatch(cell) else cell
        if not _ONE_GROUP.fullmatch(joined):
            return False
        return self.is_whole or not self.certain["," if "," in joined else "."]

    def regroups(self, cells: list[str]) -> Bools:
        """Cells that look plain, but whose point stands between thousands."""
        return np.array([self.point_groups and bool(_ONE_GROUP.fullmatch(cell)) for cell in cells], dtype=bool)
