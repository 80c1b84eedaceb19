"""Rows that the study leaves out: ``where:`` filters, and things that do not exist yet or any more."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from gis_layers.columns import Objects, Values, as_text, require_column
from gis_layers.kinds import Kind
from gis_layers.layer import LayerSpec
from gis_layers.ledger import Ledger
from gis_layers.status import set_aside_not_existing


def apply_filters(spec: LayerSpec, kind: Kind, columns: Mapping[str, Values], ledger: Ledger) -> None:
    """Take out rows that fail ``where:``, then rows that do not exist by ``exists:`` or else by their status.

    Raises
    ------
    StudyError
        When a column named by the study is not in the file.
    """
    _apply_where(spec, columns, ledger)
    if spec.exists_column is None:
        set_aside_not_existing(kind, columns, ledger)
    else:
        _apply_exists(spec, spec.exists_column, columns, ledger)


def _apply_where(spec: LayerSpec, columns: Mapping[str, Values], ledger: Ledger) -> None:
    if not spec.where:
        return
    passes = np.ones(len(ledger.alive), dtype=bool)
    for name, condition in spec.where.items():
        text = as_text(columns[require_column(spec, name, columns, key="where:")])
        matches = _matches(text, condition.values, f"where: {name}", ledger)
        passes &= ~matches if condition.exclude else matches
    rows = np.flatnonzero(~passes & ledger.alive)
    ledger.count_out(rows, code="filtered")
    ledger.tell(
        "note",
        code="filtered",
        message=f"{len(rows)} of {len(passes)} rows do not pass where: {', '.join(spec.where)}",
        done="rows set aside",
    )


def _apply_exists(spec: LayerSpec, column: str, columns: Mapping[str, Values], ledger: Ledger) -> None:
    text = as_text(columns[require_column(spec, column, columns, key="exists:")])
    exists = _matches(text, spec.exists_values, f"exists: {column}", ledger)
    rows = np.flatnonzero(~exists & ledger.alive)
    if not len(rows):
        return
    counts = Counter(text[rows].tolist()).most_common()
    shown = ", ".join(f"{value or '(empty)'}: {count}" for value, count in counts[:20])
    more = f", and {len(counts) - 20} more values" if len(counts) > 20 else ""
    ledger.count_out(rows, code="not-existing")
    ledger.tell(
        "warning",
        code="not-existing",
        message=f"{len(rows)} rows do not exist today by {column} ({shown}{more})",
        done="rows set aside",
        advice="check exists: in the study",
    )


def _matches(text: Objects, wanted: tuple[str, ...], key: str, ledger: Ledger) -> npt.NDArray[np.bool_]:
    values = {value.strip() for value in wanted}
    present = set(text.tolist())
    for value in sorted(values - present):
        near = difflib.get_close_matches(value, sorted(present), n=1)
        ledger.tell(
            "warning",
            code="value-not-found",
            message=f"{key} lists {value!r}, a value that no row has",
            done="nothing",
            advice=f"did you mean {near[0]!r}?" if near else "check the value",
        )
    matches: npt.NDArray[np.bool_] = np.isin(text.astype(str), sorted(values))
    return matches
