"""The Sensitivity sheet: what each price row moves the total by, as formulas, and the simulated distribution."""

from __future__ import annotations

from cardio.deliverable import Deliverable
from cardio.exporters.cells import (
    MONEY,
    QUANTITY,
    SHARE,
    YEAR,
    Cell,
    Column,
    Formula,
    Heading,
    Number,
    Sheet,
    cell_range,
)
from cardio.exporters.texts import Words
from cardio.exporters.totals import bill_by_price
from cardio.exporters.workbook_prices import PRICE_HIGH, PRICE_LOW, PRICE_TYPICAL, PRICES, UNIT_PRICE
from cardio.exporters.workbook_works import PRICE_KEY, QUANTITIES, WORKS
from costing import PriceSpread

SENSITIVITY = "Sensitivity"
PERCENTS = (10, 50, 80, 90)


def sensitivity_sheet(deliverable: Deliverable, spread: PriceSpread, words: Words) -> Sheet:
    """One row a price, widest swing first, the total, and what was simulated."""
    columns = [
        ("price_key", 26, ""),
        ("label", 40, ""),
        ("unit", 8, ""),
        ("quantity", 14, QUANTITY),
        ("low", 14, UNIT_PRICE),
        ("typical", 14, UNIT_PRICE),
        ("high", 14, UNIT_PRICE),
        ("sure.low_amount", 18, MONEY),
        ("sure.amount", 18, MONEY),
        ("sure.high_amount", 18, MONEY),
        ("sure.low_total", 18, MONEY),
        ("sure.high_total", 18, MONEY),
        ("sure.swing", 18, MONEY),
        ("assumed", 10, ""),
    ]
    rows: list[list[Cell]] = [
        [Heading(words[name]) for name, _, _ in columns],
        *_tornado(deliverable, spread, words),
        [],
        *_simulated(deliverable, spread, words),
    ]
    return Sheet([Column("", width, pattern) for _, width, pattern in columns], rows, header_row=0)


def total_cells(deliverable: Deliverable) -> tuple[str, str]:
    """Cells of the totals with all prices low and with all high, for other sheets."""
    row = len(deliverable.prices) + 2
    return f"{SENSITIVITY}!H{row}", f"{SENSITIVITY}!J{row}"


def exact_cell(deliverable: Deliverable) -> str:
    """Cell of the share of the cost on prices without a range, for other sheets."""
    return f"{SENSITIVITY}!D{len(deliverable.prices) + 5}"


def _tornado(deliverable: Deliverable, spread: PriceSpread, words: Words) -> list[list[Cell]]:
    by_price = bill_by_price(deliverable.bill, deliverable.prices)
    bill = {row.price_key: (number, row) for number, row in enumerate(by_price, start=2)}
    prices = deliverable.prices.set_index("key")
    swings = {swing.price.key: swing for swing in spread.swings}
    keys = [*swings, *(key for key in bill if key not in swings)]
    last, typical = len(keys) + 1, spread.typical_cents
    rows: list[list[Cell]] = []
    for number, key in enumerate(keys, start=2):
        line, row = bill[key]
        swing = swings.get(key)
        low, high = (typical, typical) if swing is None else (swing.low_cents, swing.high_cents)
        others = f"$I${last + 1}-I{number}"
        rows.append(
            [
                key,
                row.label,
                words[f"unit.{row.unit}"],
                Formula(f"=Bill!D{line}", row.quantity),
                *(
                    Formula(f"={PRICES}!{column}{line}", float(prices.at[key, name]))
                    for column, name in (
                        (PRICE_LOW, "low_eur"),
                        (PRICE_TYPICAL, "typical_eur"),
                        (PRICE_HIGH, "high_eur"),
                    )
                ),
                Formula(_amount(deliverable, number, "E"), (row.amount_cents + low - typical) / 100),
                Formula(f"=Bill!F{line}", row.amount_cents / 100),
                Formula(_amount(deliverable, number, "G"), (row.amount_cents + high - typical) / 100),
                Formula(f"={others}+H{number}", low / 100),
                Formula(f"={others}+J{number}", high / 100),
                Formula(f"=L{number}-K{number}", (high - low) / 100),
                words.yes_no(row.assumed),
            ]
        )
    totals = (("H", spread.low_cents), ("I", typical), ("J", spread.high_cents))
    sums = [Formula(f"=SUM({column}2:{column}{last})" if rows else "=0", cents / 100) for column, cents in totals]
    return [*rows, [Heading(words["total"]), *[None] * 6, *sums]]


def _amount(deliverable: Deliverable, row: int, price: str) -> str:
    """Sum of the lines of a price row at another price, each rounded to the cent."""
    keys, quantities = (cell_range(WORKS, column, len(deliverable.bill)) for column in (PRICE_KEY, QUANTITIES))
    return f"=SUMPRODUCT(EXACT({keys},$A{row})*ROUND({quantities}*{price}{row},2))"


def _simulated(deliverable: Deliverable, spread: PriceSpread, words: Words) -> list[list[Cell]]:
    edges, counts = spread.histogram()
    settings, prices = spread.settings, len(deliverable.prices)
    share = deliverable.summary["cost"]["share_from_assumed_prices"]

    bins: list[list[Cell]] = [
        [None, None, None, Number(round(low, 2), MONEY), Number(round(high, 2), MONEY), Number(count, YEAR)]
        for low, high, count in zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
    ]
    percentiles: list[list[Cell]] = [
        [None, words["sure.percentile"].format(percent=percent), None, round(spread.percentile_eur(percent), 2)]
        for percent in PERCENTS
    ]

    def entry(name: str, value: Cell) -> list[Cell]:
        return [None, name, None, value]

    last = prices + 1
    exact = f"=IF(I{last + 1}=0,0,SUMPRODUCT((E2:E{last}=G2:G{last})*I2:I{last})/I{last + 1})"

    return [
        entry(words["assumed_share"], Formula(f"=Bill!F{prices + 3}", share, SHARE)),
        entry(words["sure.without_range"], Formula(exact if prices else "=0", spread.share_without_range, SHARE)),
        [],
        [None, Heading(words["sure.simulated"])],
        entry(words["sure.draws"], Number(settings.draws, YEAR)),
        entry(words["sure.seed"], Number(spread.seed, YEAR)),
        entry(words["sure.correlation"], settings.correlation),
        entry(words["sure.mean"], round(spread.mean_eur, 2)),
        *percentiles,
        entry(words["sure.above"], Number(spread.share_above_typical, SHARE)),
        [None, words["sure.note"]],
        [],
        [None, None, None, *(Heading(words[f"sure.{name}"]) for name in ("from", "to", "count"))],
        *bins,
    ]
