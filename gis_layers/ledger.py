"""Book-keeping while a layer is read: which rows are still in, why others are not, what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gis_layers.findings import Finding, Severity
from gis_layers.table import FileNote, RowNote, Rows

MAX_FINDINGS_OF_A_CODE = 100


ShowPlace = Callable[[npt.NDArray[np.float64]], str]


def show_metres(xy: npt.NDArray[np.float64]) -> str:
    """Place in the study CRS as messages have it."""
    return f"({xy[0]:.2f}, {xy[1]:.2f})"


class Ledger:
    """Every row of one layer, kept or set aside for one reason; and the findings on the way.

    Parameters
    ----------
    layer, file : str
        Names for the findings.
    rows : int
        Rows of the file.

    Attributes
    ----------
    alive : (rows,) bool
        Rows that are not set aside.
    xy : (rows, 2) float
        Place of each row in the study CRS, m; nan where unknown.
    show_place : callable
        Writes a place in the study CRS, (2,) float, for messages.
    reasons : Counter
        Finding code -> rows set aside.
    changed : dict of str to list of (k,) int
        Finding code -> rows that were repaired, split or dropped as doubled.
    """

    def __init__(self, layer: str, file: str, rows: int) -> None:
        self.layer = layer
        self.file = file
        self.alive: npt.NDArray[np.bool_] = np.ones(rows, dtype=bool)
        self.xy: npt.NDArray[np.float64] = np.full((rows, 2), np.nan)
        self.show_place: ShowPlace = show_metres
        self.reasons: Counter[str] = Counter()
        self.changed: dict[str, list[Rows]] = {}
        self._findings: list[Finding] = []
        self._of_rows: dict[str, list[tuple[int, Finding]]] = {}
        self._totals: Counter[str] = Counter()

    @property
    def kept_rows(self) -> Rows:
        """Rows that are not set aside, increasing."""
        return np.flatnonzero(self.alive).astype(np.int64)

    def take_notes(self, notes: Iterable[FileNote], row_notes: Iterable[RowNote]) -> None:
        """Record what the reader found on the file and on its rows."""
        for note in notes:
            self.tell(note.severity, code=note.code, message=note.message, done=note.done, advice=note.advice)
        for row_note in row_notes:
            # of a row set aside, the first reason says enough
            new = np.flatnonzero(self.alive[row_note.rows] | (not row_note.set_aside))
            rows, messages = row_note.rows[new], [row_note.messages[position] for position in new.tolist()]
            self.tell_rows(
                row_note.severity,
                rows,
                code=row_note.code,
                message=messages.__getitem__,
                done=row_note.done,
                advice=row_note.advice,
            )
            if row_note.set_aside:
                self.count_out(rows, code=row_note.code)

    def tell(self, severity: Severity, *, code: str, message: str, done: str = "", advice: str = "") -> None:
        """Record a finding on the whole layer."""
        self._findings.append(self._finding(severity, code, message, done, advice))

    def tell_rows(
        self,
        severity: Severity,
        rows: Rows,
        *,
        code: str,
        message: str | Callable[[int], str],
        done: str = "",
        advice: str = "",
    ) -> None:
        """Record a finding on each row; past ``MAX_FINDINGS_OF_A_CODE`` only their number.

        `message` may be a function of the position in `rows`.
        """
        if not len(rows):
            return
        if severity == "repaired":
            self.record_change(rows, code=code)
        self._totals[code] += len(rows)
        kept = self._of_rows.setdefault(code, [])
        for position, row in enumerate(rows[: MAX_FINDINGS_OF_A_CODE - len(kept)].tolist()):
            text = message if isinstance(message, str) else message(position)
            kept.append((row, self._finding(severity, code, text, done, advice)))

    def set_aside(
        self,
        rows: Rows,
        *,
        code: str,
        message: str | Callable[[int], str],
        advice: str = "",
    ) -> None:
        """Take rows out as errors, one finding each."""
        self.tell_rows("error", rows, code=code, message=message, done="row set aside", advice=advice)
        self.count_out(rows, code=code)

    def count_out(self, rows: Rows, *, code: str) -> None:
        """Take rows out for a reason, without a finding of their own."""
        if len(rows):
            self.alive[rows] = False
            self.reasons[code] += len(rows)

    def record_change(self, rows: Rows, *, code: str) -> None:
        """Remember rows that are not used as delivered, so that it can be seen and undone."""
        if len(rows):
            self.changed.setdefault(code, []).append(rows)

    def findings(self) -> tuple[Finding, ...]:
        """All findings: those on the layer, then those on rows, each code with a total where some were left out."""
        found = list(self._findings)
        for code, of_rows in self._of_rows.items():
            found.extend(self._at_row(row, finding) for row, finding in of_rows)
            total = self._totals[code]
            if total > len(of_rows):
                message = f"{total} findings {code} in this layer; the first {len(of_rows)} are listed"
                _, last = of_rows[-1]
                found.append(replace(last, message=message))
        return tuple(found)

    def _at_row(self, row: int, finding: Finding) -> Finding:
        """Add the row and its place, which may be known only after the finding was made."""
        if not np.isfinite(self.xy[row]).all():
            return replace(finding, feature=str(row))
        x, y = self.xy[row].tolist()
        return replace(finding, feature=str(row), x=x, y=y)

    def _finding(self, severity: Severity, code: str, message: str, done: str, advice: str) -> Finding:
        return Finding(severity, code, self.layer, self.file, "", message, done, advice)
