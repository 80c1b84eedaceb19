"""The sheet "Funding lines": works by year and price row under the rules of VAT, its compensation and grants."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name

from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, YEAR, Cell, Column, Formula, Sheet, cell_range
from cardio.exporters.texts import Words
from cardio.exporters.workbook_prices import PRICE_ACCOUNT, PRICE_REGIME, PRICE_VAT, PRICES, RATE
from cardio.exporters.workbook_works import AMOUNTS, PRICE_KEY, sum_where
from cardio.funding import FundingResult

LINES = "'Funding lines'"
YEAR_OF, EXCL_TAX, VAT, VAT_BACK, BASE = "AFHIJ"
FIRST_GRANT = 10  # column K
MOST_ACCOUNT = 20  # characters in the beginning of an account
# cells of the Funding sheet
STUDY_VAT, STUDY_REGIME, FCTVA_ACCOUNTS = "Funding!$B$2", "Funding!$B$3", "Funding!$B$9"


def grant_column(number: int) -> str:
    """Column with the spending that a grant takes."""
    return str(xl_col_to_name(FIRST_GRANT + number))


def line_range(column: str, result: FundingResult) -> str:
    """Return a column of the sheet below its header."""
    return cell_range(LINES, column, len(result.by_row))


def funding_rows_sheet(deliverable: Deliverable, result: FundingResult, first_grant: int, words: Words) -> Sheet:
    """One row a year of spending and price row.

    Parameters
    ----------
    first_grant : int
        Row of the first grant on the Funding sheet.
    """
    price_row = {key: number for number, key in enumerate(deliverable.prices["key"], start=2)}
    vat_of_rule = {(row.year, row.regime, float(row.rate), row.compensated): row.vat / 100 for row in result.cost.taxed}
    rows: list[list[Cell]] = []
    for number, row in enumerate(result.by_row.itertuples(index=False), start=2):
        price = price_row[row.price_key]
        # the VAT of a rule stands on its first row only
        vat = vat_of_rule.pop((row.year, row.regime, row.rate, row.compensated), 0.0)
        excl_tax, account = float(row.excl_tax_eur), f"C{number}"
        rows.append(
            [
                int(row.year),
                str(row.price_key),
                Formula(f'={PRICES}!{PRICE_ACCOUNT}{price}&""', str(row.account)),
                Formula(_or_else(PRICE_REGIME, price, STUDY_REGIME), words[f"regime.{row.regime}"]),
                Formula(_rate(number, price, words), float(row.rate)),
                Formula("=" + _works(deliverable, number), excl_tax),
                Formula(_compensated(result, number, words), int(row.compensated)),
                Formula(_vat(number, len(result.by_row)), vat),
                Formula(
                    f'=IF(D{number}="{words["regime.deductible"]}",H{number},0)',
                    vat if row.regime == "deductible" else 0.0,
                ),
                Formula(f"=IF(G{number}=1,F{number}+H{number},0)", excl_tax + vat if row.compensated else 0.0),
                *(
                    Formula(_granted(account, number, first_grant + grant), excl_tax if eligible else 0.0)
                    for grant, eligible in enumerate(row.eligible)
                ),
            ]
        )
    return Sheet(_columns(result, words), rows)


def _columns(result: FundingResult, words: Words) -> list[Column]:
    return [
        Column(words["year"], 8, YEAR),
        Column(words["price_key"], 26),
        Column(words["prices.account"], 12),
        Column(words["prices.regime"], 16),
        Column(words["prices.vat"], 10, RATE),
        Column(words["amount"], 16, MONEY),
        Column(words["funding.compensated"], 14, "0"),
        Column(words["funding.rule_vat"], 24, MONEY),
        Column(words["funding.vat_back"], 16, MONEY),
        Column(words["funding.base"], 18, MONEY),
        *(
            Column(words["funding.eligible_of"].format(name=words.name("funding.grants", row.grant.name)), 18, MONEY)
            for row in result.cost.grants
        ),
    ]


def _or_else(column: str, price: int, otherwise: str) -> str:
    own = f"{PRICES}!{column}{price}"
    return f'=IF({own}="",{otherwise},{own})'


def _rate(row: int, price: int, words: Words) -> str:
    own = f"{PRICES}!{PRICE_VAT}{price}"
    stated = f'IF({own}<>"",{own},IF({STUDY_VAT}="",NA(),{STUDY_VAT}))'
    return f'=IF(D{row}="{words["regime.none"]}",0,{stated})'


def _works(deliverable: Deliverable, row: int) -> str:
    year = f"A{row}" if deliverable.summary["phases"] else ""
    return sum_where(AMOUNTS, len(deliverable.bill), texts={PRICE_KEY: f"B{row}"}, year=year)


def _compensated(result: FundingResult, row: int, words: Words) -> str:
    if result.funding.fctva is None:
        return "=0"
    return f'=IF(AND(D{row}="{words["regime.fctva"]}",{_eligible(f"C{row}", FCTVA_ACCOUNTS)}),1,0)'


def _vat(row: int, count: int) -> str:
    """VAT of all rows of the year with the same regime, rate and eligibility; 0 where such a row stands above."""

    def same(first: int, last: int) -> str:
        return "*".join(f"({column}${first}:{column}${last}={column}{row})" for column in "ADEG")

    total = f"SUMPRODUCT({same(2, count + 1)}*F$2:F${count + 1})"
    return f"=IF(SUMPRODUCT({same(1, row - 1)})>0,0,ROUND(E{row}*{total},2))"


def _granted(account: str, row: int, grant: int) -> str:
    until, accounts = f"Funding!$D${grant}", f"Funding!$E${grant}"
    in_time = f'OR({until}="",DATE(A{row},1,1)<{until})'
    return f"=IF(AND({in_time},{_eligible(account, accounts)}),F{row},0)"


def _eligible(account: str, beginnings: str) -> str:
    """Whether some beginning of the account stands in a list with commas; a blank account or list takes all."""
    listed = f'","&SUBSTITUTE({beginnings}," ","")&","'
    begins = f'SUMPRODUCT(--ISNUMBER(FIND(","&LEFT({account},ROW($1:${MOST_ACCOUNT}))&",",{listed})))>0'
    return f'OR({account}="",{beginnings}="",{begins})'
