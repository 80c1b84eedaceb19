"""The section of the report about sources: the files that were read, and where each price comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.page import Table, shorten
from cardio.exporters.texts import ABSENT, Words


@dataclass(frozen=True)
class SourcesSection:
    """What the report says about sources.

    Attributes
    ----------
    layers : Table
        Files, rows and digests.
    prices : Table
        Rows of the price list that the plan uses, those of running costs last; without rows where it uses none.
    assumptions : Table
        What the study states, in words.
    """

    layers: Table
    prices: Table
    assumptions: Table


def tell_sources(deliverable: Deliverable, words: Words) -> SourcesSection:
    """Word where everything comes from."""
    said = deliverable.assumptions.items()
    return SourcesSection(
        layers=shorten(_layers(deliverable.summary["layers"], words), words),
        prices=shorten(_prices(pd.concat([deliverable.prices, deliverable.running_prices]), words), words),
        assumptions=Table([words["entry"], words["value"]], [[key, str(value)] for key, value in said]),
    )


def _layers(layers: Iterable[Mapping[str, Any]], words: Words) -> Table:
    headers = [words[name] for name in ("layer", "kind", "path", "rows_read", "rows_kept")]
    rows = [
        [
            words.name("layers", str(layer["name"])),
            words.kind(layer["kind"]),
            str(layer["path"]),
            words.number(layer["rows_read"]),
            words.number(layer["rows_kept"]),
            str(layer["sha256"]),
        ]
        for layer in layers
    ]
    return Table([*headers, "SHA-256"], rows, frozenset({3, 4}))


def _prices(prices: pd.DataFrame, words: Words) -> Table:
    names = ("label", "low", "typical", "high", "unit", "grade", "prices.dated", "source")
    rows = [
        [
            str(row.label),
            *(words.price(float(amount)) for amount in (row.low_eur, row.typical_eur, row.high_eur)),
            words[f"unit.{row.unit}"],
            words.grade(f"{row.grade} – {words['sources.assumed']}" if row.assumed else str(row.grade)),
            words.day(row.dated) if isinstance(row.dated, str) else ABSENT,
            str(row.source),
        ]
        for row in prices.itertuples(index=False)
    ]
    return Table([words[name] for name in names], rows, frozenset({1, 2, 3}))
