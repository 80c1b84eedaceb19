"""How many targets are met: counted once, for every document and the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def count_met_targets(coverage: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """Count targets, not their zones: one that holds in each zone is met where it is met in all of them.

    Parameters
    ----------
    coverage : iterable of mapping
        Rows of coverage of the summary or of one of its phases: a target and zone each.

    Returns
    -------
    met, total : int
    """
    rows = list(coverage)
    targets = {row["target"] for row in rows}
    return len(targets - {row["target"] for row in rows if not row["met"]}), len(targets)
