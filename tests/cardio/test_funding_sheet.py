"""The Funding sheets: rules that may be changed, and formulas that follow them to the cent."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import openpyxl
import pandas as pd
import pytest

from cardio.deliverable import Deliverable
from cardio.exporters.workbook import write_workbook
from cardio.funding import FundingResult, fund_plan
from cardio.money import Money
from cardio.run import run_study
from cardio.study import Study
from costing import Fctva, Funding, Grant, Line, Loan, Price
from tests.cardio.deliverables import HOSTILE, in_two_years, make_deliverable, nothing_to_build, with_summary
from tests.cardio.office import differences, recalculate, values_of
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

pytestmark = pytest.mark.office
TRENCH = "trench_soil: {label: Trench, unit: m, typical: 15, assumed: true, why: test, account: '2315'}\n"
ACCOUNTS = ("", "2153", "21533", "2315", "615232", "20422")


def lines_of(deliverable: Deliverable, prices: Mapping[str, Price]) -> tuple[list[Line], list[int]]:
    bill = deliverable.bill
    lines = [
        Line(row.work_id, row.kind, prices[row.price_key], round(row.quantity * 100), round(row.amount_eur * 100))
        for row in bill.itertuples()
    ]
    return lines, [2026 if pd.isna(year) else int(year) for year in bill["year"]]


def funded(deliverable: Deliverable, funding: Funding, changes: Mapping[str, Mapping[str, Any]]) -> Deliverable:
    """Return the deliverable with rules of who pays; `changes` are of price rows."""
    frame = deliverable.prices.assign(account="", vat_rate=None, vat_regime=None).astype(object)
    for row, key in enumerate(frame["key"]):
        for name, value in changes.get(key, {}).items():
            frame.at[row, name] = value
    names = ("key", "label", "unit", "typical_eur", "low_eur", "high_eur", "source", "assumed", "grade")
    prices = {
        row["key"]: Price(
            **{name: row[name] for name in (*names, "account")},
            vat_rate=None if pd.isna(row["vat_rate"]) else row["vat_rate"],
            vat_regime=None if pd.isna(row["vat_regime"]) else row["vat_regime"],
        )
        for row in frame.to_dict("records")
    }
    lines, years = lines_of(deliverable, prices)
    study = cast(Study, SimpleNamespace(funding=funding, language=deliverable.language, currency="EUR", labels={}))
    result = fund_plan(study, lines, years)
    assert result is not None
    net = {"incl_tax": result.cost.incl_tax / 100, "net_city_cost": result.cost.total / 100}
    deliverable = with_summary(deliverable, cost={**deliverable.summary["cost"], **net})
    return replace(deliverable, prices=frame, money=Money(funding=result))


def any_funding(draw: random.Random) -> Funding:
    grants = tuple(
        Grant(
            name=f"=grant {number}",
            rate=draw.choice([0.1, 0.3333, 0.4, 0.805]),
            cap_eur=draw.choice([None, 5_000, 30_000.55]),
            until=draw.choice([None, datetime.date(2028, 1, 1), datetime.date(2028, 6, 1)]),
            accounts=draw.choice([(), ("21",), ("2153", "23")]),
            lag_years=draw.choice([0, 1, 3]),
        )
        for number in range(draw.randrange(4))
    )
    return Funding(
        vat_rate=draw.choice([0.2, 0.055, 0.081]),
        vat_regime=draw.choice(["fctva", "deductible", "none"]),
        fctva=draw.choice([None, Fctva(), Fctva({2020: 0.16404, 2028: 0.1485}, 1, ("21", "2315"))]),
        grants=grants,
        own_share_at_least=draw.choice([0.0, 0.2, 0.3]),
        public_aid_at_most=draw.choice([1.0, 0.7]),
        loan=draw.choice([None, Loan(0.5, 0.031, 7), Loan(0.33, 0.0, 3), Loan(1.0, 0.02, 1)]),
    )


def any_rows(draw: random.Random, keys: list[str]) -> dict[str, dict[str, Any]]:
    return {
        key: {
            "account": draw.choice(ACCOUNTS),
            "vat_rate": draw.choice([None, None, 0.1, 0.2]),
            "vat_regime": draw.choice([None, None, "fctva", "deductible", "none"]),
        }
        for key in keys
    }


def made_up(seed: int) -> Deliverable:
    draw = random.Random(seed)
    base = make_deliverable(language=draw.choice(["fr", "en"]))
    base = in_two_years(base) if seed % 2 else base
    return funded(base, any_funding(draw), any_rows(draw, list(base.prices["key"])))


def result_of(deliverable: Deliverable) -> FundingResult:
    assert deliverable.money is not None and deliverable.money.funding is not None
    return deliverable.money.funding


def net_total(path: Path) -> float:
    """Net city cost of a workbook, from the row of the totals."""
    return float(net_row(path)[7])


def net_row(path: Path) -> tuple[Any, ...]:
    rows = list(values_of(path)["Funding"].iter_rows(values_only=True))
    [head] = [
        number for number, row in enumerate(rows) if str(row[0]).startswith(("Reste à charge, a", "Net city cost, y"))
    ]
    return next(row for row in rows[head:] if row[0] == "Total")


def test_formulas_of_any_rules_give_what_is_stored_and_the_net_cost(tmp_path: Path) -> None:
    deliverables = [made_up(seed) for seed in range(14)]
    deliverables.append(funded(make_deliverable(text=HOSTILE), any_funding(random.Random(5)), {}))
    deliverables.append(funded(nothing_to_build(), any_funding(random.Random(5)), {}))
    books = [tmp_path / f"{number}.xlsx" for number in range(len(deliverables))]
    for deliverable, book in zip(deliverables, books, strict=True):
        write_workbook(deliverable, book)
    seen = set()
    for deliverable, book, again in zip(deliverables, books, recalculate(books, tmp_path), strict=True):
        cost = result_of(deliverable).cost
        assert differences(book, again) == []
        row = net_row(again)
        excl_tax, incl_tax = round(row[1] * 100), round(row[3] * 100)
        assert (excl_tax, incl_tax, round(row[7] * 100)) == (cost.excl_tax, cost.incl_tax, cost.total)
        seen |= {"capped" for granted in cost.grants if granted.capped < granted.asked}
        seen |= {"cut" for granted in cost.grants if granted.awarded < granted.capped}
        seen |= {f"{len({rule.rate for rule in cost.taxed if rule.rate})} rates"}
    assert seen >= {"capped", "cut", "1 rates", "2 rates"}


RULES = """
finance: {base_year: 2026, vat: 0.2}
funding:
  fctva: {lag_years: 1, accounts: [21]}
  grants:
    dsil: {rate: 0.4, cap: 5000, lag_years: 1}
    detr: {rate: 0.3, until: 2028-01-01}
  own_share_at_least: 0.2
  loan: {share: 0.5, rate: 0.03, years: 4}
"""
# scenario -> its rules, and what is typed into which cells of the Funding sheet
EDITS: dict[str, tuple[str, dict[str, Any]]] = {
    "no_cap": ("{funding.grants.dsil.cap: null}", {"C16": None}),
    "low_cap": ("{funding.grants.dsil.cap: 1234.56}", {"C16": 1234.56}),
    "rate": ('{funding.fctva.rates: {"2014": 0.15761, "2015": 0.05}}', {"B13": 0.05}),
    "vat": ("{finance.vat: 0.055}", {"B2": 0.055}),
    "regime": ("{finance.vat_regime: deductible}", {"B3": "VAT deductible"}),
    "accounts": ('{funding.fctva.accounts: ["23"]}', {"B9": "23"}),
    "taken": ('{funding.grants.detr.accounts: ["9"]}', {"E17": "9"}),
    "late": ("{funding.grants.detr.until: 2026-01-01}", {"D17": datetime.date(2026, 1, 1)}),
    "own": ("{funding.own_share_at_least: 0.55}", {"B4": 0.55}),
}


def test_a_rule_changed_by_hand_gives_the_net_cost_of_the_study_so_changed(tmp_path: Path) -> None:
    scenarios = "\n".join(f"  {name}: {rule}" for name, (rule, _) in EDITS.items())
    study = write_tiny_town(tmp_path / "town", study=f"{STUDY.rstrip()}\n{scenarios}\n{RULES}", prices=PRICES + TRENCH)
    base = run_study(study, out=tmp_path / "plan").summary["cost"]["net_city_cost"]
    wanted, books = {}, []
    for name, (_, cells) in EDITS.items():
        wanted[name] = run_study(study, scenario=name).summary["cost"]["net_city_cost"]
        book = openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")
        for cell, value in cells.items():
            book["Funding"][cell].value = value
        books.append(tmp_path / f"{name}.xlsx")
        book.save(books[-1])
    assert base not in wanted.values()
    for (name, net), book in zip(wanted.items(), recalculate(books, tmp_path), strict=True):
        assert round(net_total(book) * 100) == round(net * 100), name


def test_a_longer_lag_pays_in_a_year_below_the_table(tmp_path: Path) -> None:
    """What falls on no listed year is shown as such, and the total stays."""
    study = write_tiny_town(tmp_path / "town", study=f"{STUDY}\n{RULES}")
    result = run_study(study, out=tmp_path / "plan")
    book = openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")
    book["Funding"]["F16"].value = 9
    book.save(tmp_path / "late.xlsx")
    [again] = recalculate([tmp_path / "late.xlsx"], tmp_path)
    assert net_total(again) == result.summary["cost"]["net_city_cost"]
    rows = list(values_of(again)["Funding"].iter_rows(values_only=True))
    [other] = [row for row in rows if row[0] == "other years"]
    assert other[6] == 5_000.0 and other[7] == -5_000.0
