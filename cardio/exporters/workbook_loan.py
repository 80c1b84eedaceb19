"""The loan of a plan on the Funding sheet, as formulas."""

from __future__ import annotations

from cardio.exporters.cells import YEAR, Cell, Formula, Heading, Input, Number
from cardio.exporters.texts import Words
from cardio.exporters.workbook_prices import RATE
from cardio.funding import FundingResult


def loan_block(result: FundingResult, net_cost: str, first: int, words: Words) -> list[list[Cell]]:
    """Rows of a loan of constant annuities; none without one.

    Parameters
    ----------
    net_cost : str
        Cell of the net city cost.
    first : int
        Row of the first of these rows, which is blank.
    """
    loan, table = result.funding.loan, list(result.loan.itertuples(index=False))
    if loan is None or not table:
        return []
    share, rate, years, annuity, drawn = (first + number for number in (2, 3, 4, 5, 7))
    names = ("drawn", "interest", "repaid", "paid_annuity", "owed")
    capital = f"=ROUND(B{share}*MAX({net_cost},0),2)"
    rows: list[list[Cell]] = [
        [],
        [Heading(words["funding.loan"])],
        [words["funding.loan_share"], Input(loan.share, RATE)],
        [words["funding.loan_rate"], Input(loan.rate, RATE)],
        # no cell to change: the table below has one row for each
        [words["funding.loan_years"], Number(loan.years, YEAR)],
        [words["funding.annuity"], Formula(f"=ROUND(-PMT(B{rate},B{years},B{drawn}),2)", table[1].annuity_eur)],
        [Heading(words["year"]), *(Heading(words[f"funding.{name}"]) for name in names)],
        [
            int(table[0].year),
            Formula(capital, table[0].drawn_eur),
            0.0,
            0.0,
            0.0,
            Formula(f"=B{drawn}", table[0].owed_eur),
        ],
    ]
    for row, year in enumerate(table[1:], drawn + 1):
        rest = f"F{row - 1}"
        last = row - drawn == loan.years
        rows.append(
            [
                int(year.year),
                None,
                Formula(f"=ROUND({rest}*B${rate},2)", year.interest_eur),
                Formula(f"={rest}" if last else f"=MIN(B${annuity}-C{row},{rest})", year.repayment_eur),
                Formula(f"=C{row}+D{row}", year.annuity_eur),
                Formula(f"={rest}-D{row}", year.owed_eur),
            ]
        )
    return rows
