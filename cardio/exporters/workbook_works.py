"""The Works sheet, every line of the take-off, and formulas that sum it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, QUANTITY, YEAR, Cell, Column, Formula, Sheet, cell_range
from cardio.exporters.texts import Words
from cardio.exporters.totals import Ints, to_cents
from cardio.exporters.workbook_prices import PRICE_TYPICAL
from costing import LOT_OF_KIND

WORKS = "Works"
# columns that other sheets refer to
KIND, PRICE_KEY, QUANTITIES, AMOUNTS, YEARS = "BCFHK"
LOTS, ZONES, SERVICES, METHODS, SURFACES, ROUTE_M = "LMNOPQ"
OWN_LOTS = frozenset(LOT_OF_KIND.values())


def works_sheet(deliverable: Deliverable, words: Words) -> Sheet:
    """One row a line of the take-off; each amount is quantity times price, rounded to the cent."""
    bill, with_years = deliverable.bill, bool(deliverable.summary["phases"])
    price_row = {key: number for number, key in enumerate(deliverable.prices["key"], start=2)}
    rows: list[list[Cell]] = [
        [
            str(line.work_id),
            words[f"work.{line.kind}"],
            str(line.price_key),
            str(line.label),
            words[f"unit.{line.unit}"],
            float(line.quantity),
            Formula(f"=Prices!{PRICE_TYPICAL}{price_row[line.price_key]}", float(line.unit_price_eur)),
            Formula(f"=ROUND(F{number}*G{number},2)", cents / 100),
            words.yes_no(bool(line.assumed)),
            str(line.source),
            int(line.year) if with_years else None,
            lot_name(line.lot, words),
            zone_name(line.zone, words),
            services_name(line.services, words),
            words.work_name(line.kind, str(line.method)),
            str(line.surface),
            hundredths / 100 if hundredths else None,
        ]
        for number, (line, cents, hundredths) in enumerate(
            zip(
                bill.itertuples(index=False),
                to_cents(bill["amount_eur"]).tolist(),
                route_hundredths(deliverable).tolist(),
                strict=True,
            ),
            start=2,
        )
    ]
    columns = [
        Column(words["work"], 36),
        Column(words["kind"], 16),
        Column(words["price_key"], 24),
        Column(words["label"], 40),
        Column(words["unit"], 8),
        Column(words["quantity"], 12, QUANTITY),
        Column(words["unit_price"], 14, "#,##0.00##"),
        Column(words["amount"], 16, MONEY),
        Column(words["assumed"], 10),
        Column(words["source"], 50),
        Column(words["year"], 8, YEAR),
        Column(words["lot"], 24),
        Column(words["zone"], 20),
        Column(words["services_used_by"], 24),
        Column(words["works_method"], 20),
        Column(words["surface"], 14),
        Column(words["route_m"], 14, QUANTITY),
    ]
    return Sheet(columns, rows)


def lot_name(lot: str, words: Words) -> str:
    """Return a lot as the study names it, or what we call the lot of a kind of work."""
    return words[f"lot.{lot}"] if lot in OWN_LOTS else str(lot)


def zone_name(zone: str, words: Words) -> str:
    """Return a zone, or words for none."""
    return str(zone) or words["outside_zones"]


def services_name(services: str, words: Words) -> str:
    """Return the services that use a work, or words for none."""
    return words.names("services", str(services)) or words["no_service"]


def route_hundredths(deliverable: Deliverable) -> Ints:
    """(n,) length of each route on its first line, 0 on every other: it is dug once, whatever is paid by the metre."""
    bill, routes = deliverable.bill, deliverable.routes
    length = dict(zip(routes["id"].astype(str), to_cents(routes["length_m"]).tolist(), strict=True))
    first = (bill["kind"] == "route").to_numpy(dtype=bool) & ~bill.duplicated(["kind", "work_id"]).to_numpy(dtype=bool)
    return np.array(
        [length[work] if is_first else 0 for work, is_first in zip(bill["work_id"].astype(str), first, strict=True)],
        dtype=np.int64,
    )


def sum_where(column: str, lines: int, *, texts: Mapping[str, str], year: str = "") -> str:
    """Return a formula (without ``=``) that sums a column of the Works sheet.

    EXACT compares texts as they stand: criteria of SUMIFS would read ``1*``, ``>5`` or ``01`` as patterns and numbers.

    Parameters
    ----------
    column : str
    lines : int
        Lines of the take-off.
    texts : mapping of str to str
        Column of the Works sheet -> cell that holds the text which it must have.
    year : str
        Cell with the year; empty for any.
    """
    factors = [f"EXACT({cell_range(WORKS, own, lines)},{cell})" for own, cell in texts.items()]
    if year:
        factors.append(f"({cell_range(WORKS, YEARS, lines)}={year})")
    return f"SUMPRODUCT({'*'.join([*factors, cell_range(WORKS, column, lines)])})"
