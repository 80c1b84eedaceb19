"""The Funding sheet: rules of who pays as cells that may be changed, and what follows from them, as formulas."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, YEAR, Cell, Column, Formula, Heading, Input, Sheet
from cardio.exporters.texts import Words
from cardio.exporters.workbook_funding_rows import (
    BASE,
    EXCL_TAX,
    VAT,
    VAT_BACK,
    YEAR_OF,
    funding_rows_sheet,
    grant_column,
    line_range,
)
from cardio.exporters.workbook_loan import loan_block
from cardio.exporters.workbook_prices import RATE
from cardio.funding import FundingResult
from costing import Granted, as_decimal, round_cents

DATE = "yyyy-mm-dd"
DAY_0 = datetime.date(1899, 12, 30)  # of spreadsheets
FIRST_RATE = 12  # row below the rules
CEILING = "$B$7"


@dataclass(frozen=True)
class Places:
    """Rows of the Funding sheet.

    Attributes
    ----------
    result : FundingResult
    """

    result: FundingResult

    @property
    def spending_years(self) -> list[int]:
        """Years in which works are paid."""
        return sorted({row.year for row in self.result.cost.taxed})

    @property
    def rates(self) -> int:
        """Number of FCTVA rates."""
        return 0 if self.result.funding.fctva is None else len(self.result.funding.fctva.rates)

    @property
    def first_grant(self) -> int:
        """Row of the first grant; the total of the grants stands below the last."""
        return FIRST_RATE + self.rates + 2

    @property
    def all_grants(self) -> int:
        """Row of their total."""
        return self.first_grant + len(self.result.cost.grants)

    @property
    def first_year(self) -> int:
        """Row of the first year of the net cost."""
        return self.all_grants + 3

    @property
    def net(self) -> int:
        """Row of the total net cost; that of all other years stands above it."""
        return self.first_year + len(self.result.cost.years) + 1

    @property
    def first_spending(self) -> int:
        """Row of the first year of spending."""
        return self.net + 3

    @property
    def spending(self) -> int:
        """Row of its total."""
        return self.first_spending + len(self.spending_years)

    @property
    def first_payment(self) -> int:
        """Row of the first payment of a grant: grants one after the other, each with all years of spending."""
        return self.spending + 3

    @property
    def check(self) -> int:
        """Row of the check."""
        return self.first_payment + len(self.spending_years) * len(self.result.cost.grants) + 1

    @property
    def net_cost(self) -> str:
        """Cell of the net city cost, for other sheets."""
        return f"Funding!H{self.net}"

    @property
    def incl_tax(self) -> str:
        """Cell of the amount incl. tax, for other sheets."""
        return f"Funding!D{self.net}"


def funding_sheets(deliverable: Deliverable, result: FundingResult, words: Words) -> dict[str, Sheet]:
    """Return the sheets of who pays by name."""
    places = Places(result)
    rows: list[list[Cell]] = [
        *_rules(result, places, words),
        *_rates(result, words),
        [],
        *_grants(result, places, words),
        [],
        *_net(result, places, words),
        [],
        *_spending(result, places, words),
        [],
        *_payments(result, places, words),
        [],
        _check(deliverable, places, words),
        [words["funding.note"]],
        *loan_block(result, f"H{places.net}", places.check + 2, words),
    ]
    columns = [Column("", 46, YEAR), *(Column("", 17, MONEY) for _ in range(10))]
    return {
        "Funding": Sheet(columns, rows, header_row=0),
        "Funding lines": funding_rows_sheet(deliverable, result, places.first_grant, words),
    }


def _heads(words: Words, *names: str) -> list[Cell]:
    return [Heading(words[name]) for name in names]


def _rules(result: FundingResult, places: Places, words: Words) -> list[list[Cell]]:
    funding, cost = result.funding, result.cost
    regimes = words["funding.regimes"].format(
        regimes=", ".join(words[f"regime.{name}"] for name in ("fctva", "deductible", "none"))
    )
    ceiling = f"=ROUNDDOWN(ROUND(B6*B{places.spending},6),2)"
    fctva = funding.fctva
    lag = None if fctva is None else fctva.lag_years
    accounts = None if fctva is None else ", ".join(fctva.accounts) or None
    return [
        _heads(words, "funding.rules", "value"),
        [words["funding.vat"], Input(funding.vat_rate, RATE)],
        [words["funding.regime"], Input(words[f"regime.{funding.vat_regime}"]), regimes],
        [words["funding.own"], Input(funding.own_share_at_least, RATE)],
        [words["funding.aid"], Input(funding.public_aid_at_most, RATE)],
        [words["funding.ceiling_rate"], Formula("=MIN(B5,1-B4)", float(funding.ceiling), RATE)],
        [words["funding.ceiling"], Formula(ceiling, cost.ceiling / 100), words["funding.cut_first"]],
        [words["funding.lag"], Input(lag, "0")],
        [words["funding.accounts"], Input(accounts), words["funding.all"]],
        [],
    ]


def _rates(result: FundingResult, words: Words) -> list[list[Cell]]:
    fctva = result.funding.fctva
    rates = {} if fctva is None else fctva.rates
    rows: list[list[Cell]] = [[Input(year, YEAR), Input(rates[year], RATE)] for year in sorted(rates)]
    return [_heads(words, "funding.rates", "funding.rates_of"), *rows]


def _grants(result: FundingResult, places: Places, words: Words) -> list[list[Cell]]:
    names = ("rate", "cap", "until", "grant_accounts", "grant_lag", "eligible", "asked", "capped", "awarded", "cut")
    granted = result.cost.grants
    rows = [_grant(row, places.first_grant + number, number, places, words) for number, row in enumerate(granted)]
    totals = [
        _sum(letter, places.first_grant, len(granted), cents)
        for letter, cents in (
            ("H", sum(row.asked for row in granted)),
            ("I", sum(row.capped for row in granted)),
            ("J", sum(row.awarded for row in granted)),
            ("K", sum(row.capped - row.awarded for row in granted)),
        )
    ]
    heads = _heads(words, "funding.grants", *(f"funding.{name}" for name in names))
    return [heads, *rows, [words["total"], *[None] * 6, *totals]]


def _grant(row: Granted, number: int, rank: int, places: Places, words: Words) -> list[Cell]:
    grant = row.grant
    above = f"-SUM(J{places.first_grant}:J{number - 1})" if rank else ""
    cap = None if grant.cap_eur is None else round_cents(as_decimal(grant.cap_eur) * 100) / 100
    until = None if grant.until is None else (grant.until - DAY_0).days
    return [
        words.name("funding.grants", grant.name),
        Input(grant.rate, RATE),
        Input(cap, MONEY),
        Input(until, DATE),
        Input(", ".join(grant.accounts) or None),
        Input(grant.lag_years, "0"),
        Formula(f"=SUM({line_range(grant_column(rank), places.result)})", sum(row.eligible.values()) / 100),
        Formula(f"=ROUND(B{number}*G{number},2)", row.asked / 100),
        Formula(f'=IF(C{number}="",H{number},MIN(H{number},ROUND(C{number},2)))', row.capped / 100),
        Formula(f"=MIN(I{number},{CEILING}{above})", row.awarded / 100),
        Formula(f"=I{number}-J{number}", (row.capped - row.awarded) / 100),
    ]


NET_COLUMNS = ("excl_tax", "vat_eur", "incl_tax", "vat_back", "fctva", "grants_eur", "net")


def _net(result: FundingResult, places: Places, words: Words) -> list[list[Cell]]:
    """Years of payment, what falls on none of them once lags are changed, and the total."""
    first, last = places.first_year, places.first_year + len(result.cost.years) - 1
    years = [
        _net_year(row, number, values, places)
        for number, (row, *values) in enumerate(result.by_year.itertuples(index=False), start=first)
    ]
    totals = [float(result.totals[f"{name}_eur"]) for name in result.by_year.columns.str.removesuffix("_eur")[1:]]
    total = [f"={letter}{places.spending}" for letter in "BCDEH"] + [f"=J{places.all_grants}", _net_of(places.net)]
    listed = [f"SUM({letter}{first}:{letter}{last})" if years else "0" for letter in "BCDEFGH"]
    other = [Formula(f"={letter}{places.net}-{part}", 0.0) for letter, part in zip("BCDEFGH", listed, strict=True)]
    return [
        _heads(words, "funding.net_by_year", *(f"funding.{name}" for name in NET_COLUMNS)),
        *years,
        [words["funding.other_years"], *other],
        [Heading(words["total"]), *(Formula(text, value) for text, value in zip(total, totals, strict=True))],
    ]


def _net_of(row: int) -> str:
    return f"=D{row}-E{row}-F{row}-G{row}"


def _net_year(year: int, row: int, values: Iterable[float], places: Places) -> list[Cell]:
    def spent(letter: str, by: str) -> str:
        return _sum_if(letter, by, places.first_spending, len(places.spending_years), row)

    payments = len(places.spending_years) * len(places.result.cost.grants)
    texts = [
        *(f"={spent(letter, 'A')}" for letter in "BCDE"),
        f"={spent('H', 'I')}",
        f"={_sum_if('D', 'E', places.first_payment, payments, row)}",
        _net_of(row),
    ]
    return [int(year), *(Formula(text, float(value)) for text, value in zip(texts, values, strict=True))]


def _spending(result: FundingResult, places: Places, words: Words) -> list[list[Cell]]:
    names = ("excl_tax", "vat_eur", "incl_tax", "vat_back", "base", "fctva_rate", "fctva", "paid_in")
    rows = [
        _spending_year(year, row, result, places)
        for row, year in enumerate(places.spending_years, places.first_spending)
    ]
    cost = result.cost
    vat, fctva = cost.incl_tax - cost.excl_tax, sum(cost.fctva.values())
    back = cost.incl_tax - fctva - cost.before_grants
    base = sum(row.excl_tax + row.vat for row in cost.taxed if row.compensated)
    sums = [
        _sum(letter, places.first_spending, len(rows), cents)
        for letter, cents in zip("BCDEF", (cost.excl_tax, vat, cost.incl_tax, back, base), strict=True)
    ]
    total: list[Cell] = [words["total"], *sums, None, _sum("H", places.first_spending, len(rows), fctva)]
    return [_heads(words, "funding.spending", *(f"funding.{name}" for name in names)), *rows, total]


def _spending_year(year: int, row: int, result: FundingResult, places: Places) -> list[Cell]:
    taxed = [own for own in result.cost.taxed if own.year == year]
    excl_tax, vat = sum(own.excl_tax for own in taxed), sum(own.vat for own in taxed)
    base = sum(own.excl_tax + own.vat for own in taxed if own.compensated)
    back = sum(own.vat for own in taxed if own.regime == "deductible")
    years = line_range(YEAR_OF, result)

    def of_year(column: str, cents: int) -> Formula:
        return Formula(f"=SUMIFS({line_range(column, result)},{years},A{row})", cents / 100)

    cells: list[Cell] = [
        year,
        of_year(EXCL_TAX, excl_tax),
        of_year(VAT, vat),
        Formula(f"=B{row}+C{row}", (excl_tax + vat) / 100),
        of_year(VAT_BACK, back),
        of_year(BASE, base),
    ]
    fctva = result.funding.fctva
    if fctva is None:
        return [*cells, None, 0.0]
    rates = [f"${column}${FIRST_RATE}:${column}${FIRST_RATE + places.rates - 1}" for column in "AB"]
    rate = 0.0 if not base else fctva.rate(year)
    return [
        *cells,
        Formula(f"=IF(F{row}=0,0,LOOKUP(A{row},{rates[0]},{rates[1]}))", rate, RATE),
        Formula(f"=ROUND(F{row}*G{row},2)", result.cost.fctva.get(year + fctva.lag_years, 0) / 100),
        Formula(f"=A{row}+$B$8", year + fctva.lag_years, YEAR),
    ]


def _payments(result: FundingResult, places: Places, words: Words) -> list[list[Cell]]:
    """Each grant in proportion to its eligible spending; rounding the running sum keeps the total."""
    years = places.spending_years
    rows: list[list[Cell]] = []
    for rank, granted in enumerate(result.cost.grants):
        grant, first = places.first_grant + rank, places.first_payment + rank * len(years)
        for row, year in enumerate(years, first):
            eligible = f"=SUMIFS({line_range(grant_column(rank), result)},{line_range(YEAR_OF, result)},A{row})"
            before = f"-SUM(D{first}:D{row - 1})" if row > first else ""
            share = f"ROUND(J{grant}*SUM(C{first}:C{row})/G{grant},2){before}"
            paid_in = year + granted.grant.lag_years
            rows.append(
                [
                    year,
                    words.name("funding.grants", granted.grant.name),
                    Formula(eligible, granted.eligible.get(year, 0) / 100),
                    Formula(f"=IF(G{grant}=0,0,{share})", granted.paid.get(paid_in, 0) / 100),
                    Formula(f"=A{row}+F{grant}", paid_in, YEAR),
                ]
            )
    names = ("payments", "grant", "eligible", "paid", "paid_in")
    return [_heads(words, *(f"funding.{name}" for name in names)), *rows]


def _check(deliverable: Deliverable, places: Places, words: Words) -> list[Cell]:
    bill = f"Bill!F{len(deliverable.prices) + 2}"
    return [words["funding.check"], Formula(f"=ROUND({bill}-B{places.spending},2)", 0.0)]


def _sum(letter: str, first: int, count: int, cents: int) -> Formula:
    return Formula(f"=SUM({letter}{first}:{letter}{first + count - 1})" if count else "=0", cents / 100)


def _sum_if(letter: str, by: str, first: int, count: int, row: int) -> str:
    if not count:
        return "0"
    last = first + count - 1
    return f"SUMIFS(${letter}${first}:${letter}${last},${by}${first}:${by}${last},$A{row})"
