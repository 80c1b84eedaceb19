"""Equity figures as rows of the workbook and the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cardio.exporters.texts import ABSENT, Words

FIGURES = ("worst_share", "worst_decile", "gini")


class EquityRow(NamedTuple):
    """One figure of one target: in words, then before the plan and after it; None where it says nothing."""

    target: str
    service: str
    figure: str
    label: str
    before: float | None
    after: float | None


def equity_figures(rows: Sequence[Mapping[str, Any]], words: Words) -> Iterator[EquityRow]:
    """List the figures of the targets that have zones to compare; the worst zone may be another one after the plan."""
    for row in rows:
        before, after = row["before"], row["after"]
        if before is None:
            continue
        zones = [each["worst_zone_name"] or each["worst_zone"] or ABSENT for each in (before, after) if each]
        for figure in FIGURES:
            label = words[f"equity.{figure}"].format(zone=" → ".join(dict.fromkeys(map(str, zones))))
            values = [None if each is None else each[figure] for each in (before, after)]
            yield EquityRow(str(row["target"]), str(row["service"]), figure, label, *values)
