"""The Budget sheet: the works of a plan, and what the operation pays beside them."""

from __future__ import annotations

from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, QUANTITY, Cell, Column, Formula, Sheet
from cardio.exporters.texts import Words
from costing import BudgetLine, OperationBudget

BUDGET = "Budget"
RATE = "0.0##%"
WORKS = "F$2"  # cell with the works, on which all rates are


def budget_sheet(deliverable: Deliverable, budget: OperationBudget, words: Words) -> Sheet:
    """One row a line of the budget, their total, and on what basis it is."""
    works = f"=Bill!F{len(deliverable.prices) + 2}"
    rows = [_row(line, row, works, budget, words) for row, line in enumerate(budget.lines, start=2)]
    last = len(rows) + 1
    rows.append([words["budget.total"], "", None, None, None, Formula(f"=SUM(F2:F{last})", budget.total_cents / 100)])
    rows += [[], [words["budget.basis"]]]
    columns = [
        Column(words["entry"], 44),
        Column(words["budget.detail"], 36),
        Column(words["budget.rate"], 12, RATE),
        Column(words["quantity"], 14, QUANTITY),
        Column(words["unit_price"], 14, "#,##0.00##"),
        Column(words["amount"], 18, MONEY),
    ]
    return Sheet(columns, rows)


def total_cell(budget: OperationBudget) -> str:
    """Cell of the total, for other sheets."""
    return f"F{len(budget.lines) + 2}"


def _row(line: BudgetLine, row: int, works: str, budget: OperationBudget, words: Words) -> list[Cell]:
    title, amount = words[f"budget.{line.kind}"], line.amount_cents / 100
    if line.kind == "works":
        return [title, "", None, None, None, Formula(works, amount)]
    if budget.investigation is not None and line.kind == "investigation":
        formula = Formula(f"=ROUND(D{row}*E{row},2)", amount)
        return [title, line.name, None, budget.unverified_m, float(budget.investigation.typical_eur), formula]
    name = words.name("finance.fees", line.name) if line.kind == "fees" else line.name
    return [title, name, line.rate, None, None, Formula(f"=ROUND(C{row}*{WORKS},2)", amount)]
