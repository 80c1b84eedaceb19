"""The Prices sheet: every price row of the plan, those of its running costs below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.cells import Cell, Column, Sheet
from cardio.exporters.texts import Words
from costing import Bracket

PRICES = "Prices"
UNIT_PRICE = "#,##0.00####"
RATE = "0.0###%"
# columns that other sheets refer to
PRICE_LOW, PRICE_TYPICAL, PRICE_HIGH, PRICE_ASSUMED = "DEFG"
PRICE_REGIME, PRICE_VAT, PRICE_ACCOUNT = "NOP"


def prices_sheet(deliverable: Deliverable, words: Words) -> Sheet:
    """One row a price; the billed rows come first, in the order of the Bill sheet."""
    table = pd.concat([deliverable.prices, deliverable.running_prices], ignore_index=True)
    rows = [_row(row, words) for row in table.itertuples(index=False)]
    columns = [
        Column(words["price_key"], 24),
        Column(words["label"], 40),
        Column(words["unit"], 9),
        *(Column(words[name], 14, UNIT_PRICE) for name in ("low", "typical", "high")),
        Column(words["assumed"], 10),
        Column(words["grade"], 12),
        Column(words["source"], 60),
        Column(words["prices.dated"], 12),
        Column(words["prices.obsolete"], 10),
        Column(words["prices.lifetime"], 12, "0"),
        Column(words["prices.running"], 26),
        Column(words["prices.regime"], 16),
        Column(words["prices.vat"], 10, RATE),
        Column(words["prices.account"], 12),
        Column(words["prices.family"], 16),
        Column(words["lot"], 16),
        Column(words["prices.brackets"], 50),
    ]
    return Sheet(columns, rows)


def _row(row: Any, words: Words) -> list[Cell]:
    running = str(row.opex) or words["prices.no_running" if row.no_opex else "prices.unknown"]
    return [
        str(row.key),
        str(row.label),
        words[f"unit.{row.unit}"],
        float(row.low_eur),
        float(row.typical_eur),
        float(row.high_eur),
        words.yes_no(bool(row.assumed)),
        words.grade(str(row.grade)),
        str(row.source),
        row.dated,
        words.yes_no(bool(row.obsolete)),
        row.lifetime_years,
        "" if "/year" in row.unit else running,
        None if row.vat_regime is None else words[f"regime.{row.vat_regime}"],
        row.vat_rate,
        str(row.account),
        words.family(str(row.family)),
        str(row.lot),
        _say_brackets(row.brackets, words),
    ]


def _say_brackets(brackets: Iterable[Bracket], words: Words) -> str:
    return " ; ".join(
        words["prices.bracket"].format(
            quantity=words.number(bracket.from_quantity, 2),
            typical=words.price(bracket.typical_eur),
            low=words.price(bracket.low_eur),
            high=words.price(bracket.high_eur),
        )
        for bracket in brackets
    )
