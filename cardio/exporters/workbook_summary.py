"""The Summary sheet: what is minimised, and each total, linked to the sheet that it stands on."""

from __future__ import annotations

from cardio.deliverable import Deliverable
from cardio.exporters.cash import name_figure, name_terms, say_running_costs
from cardio.exporters.cells import MONEY, SHARE, Cell, Column, Formula, Sheet
from cardio.exporters.headline import make_headline, tell_chances
from cardio.exporters.texts import Words
from cardio.exporters.workbook_budget import BUDGET, total_cell
from cardio.exporters.workbook_cash import CASH_FLOWS, EQUIVALENT, PRESENT_VALUE
from cardio.exporters.workbook_funding import Places
from cardio.exporters.workbook_sensitivity import exact_cell, total_cells


def summary_sheet(deliverable: Deliverable, words: Words) -> Sheet:
    """One row an entry; capex is in B4."""
    summary, prices = deliverable.summary, len(deliverable.prices)
    headline, objective = make_headline(summary, words), summary["objective"]
    share = summary["cost"]["share_from_assumed_prices"]
    amounts = _amounts(deliverable)
    asked: list[list[Cell]] = [
        [words[label], amounts[name] or words["summary.not_asked"]]
        for name, label in (
            ("budget", "budget.total"),
            ("incl_tax", "summary.incl_tax"),
            ("net_city_cost", "summary.net"),
            ("present_value", "flows.present"),
            ("equivalent", "flows.equivalent"),
        )
    ]
    fixed: list[list[Cell]] = [
        [words[f"summary.{name}"], ", ".join(works)] for name, works in summary["works"].items() if works
    ]
    chances: list[list[Cell]] = [[label, sentence] for label, sentence in tell_chances(summary, words)]
    rows: list[list[Cell]] = [
        [words["plan"], headline.study],
        [words["scenario"], headline.scenario],
        [words["capex_total"], amounts["capex"]],
        [words["assumed_share"], Formula(f"=Bill!F{prices + 3}", share, SHARE)],
        [words["summary.minimised"], name_figure(summary, words)],
        [words["summary.value"], amounts[objective["minimise"]]],
        *([] if objective["budget"] is None else [[words["budget_cost"], objective["budget"]]]),
        *_range(deliverable, words),
        *asked,
        *_over_time(deliverable, words),
        [words["proof"], headline.proof],
        *chances,
        [words["targets_met"], headline.targets],
        *fixed,
        ["", words["verified" if summary["verified"] else "unverified"]],
        ["Cardio", str(summary["cardio_version"])],
    ]
    return Sheet([Column(words["entry"], 46), Column(words["value"], 70, MONEY)], rows)


def _amounts(deliverable: Deliverable) -> dict[str, Formula | None]:
    """Each total as a link to its sheet; None where the study does not ask for it."""
    cost, money = deliverable.summary["cost"], deliverable.money
    amounts: dict[str, Formula | None] = dict.fromkeys(
        ("budget", "incl_tax", "net_city_cost", "present_value", "equivalent")
    )
    amounts["capex"] = Formula(f"=Bill!F{len(deliverable.prices) + 2}", cost["capex"])
    if money is not None and money.budget is not None:
        amounts["budget"] = Formula(f"={BUDGET}!{total_cell(money.budget)}", money.budget.total_cents / 100)
    if money is not None and money.funding is not None:
        places = Places(money.funding)
        amounts["incl_tax"] = Formula(f"={places.incl_tax}", cost["incl_tax"])
        amounts["net_city_cost"] = Formula(f"={places.net_cost}", cost["net_city_cost"])
    if cost["present_value"] is not None:
        amounts["present_value"] = Formula(f"={PRESENT_VALUE}", cost["present_value"])
        amounts["equivalent"] = Formula(f"={EQUIVALENT}", cost["equivalent_annual_cost"])
    return amounts


def _range(deliverable: Deliverable, words: Words) -> list[list[Cell]]:
    spread = None if deliverable.money is None else deliverable.money.spread
    if spread is None:
        return []
    low, high = total_cells(deliverable)
    cost = deliverable.summary["cost"]["range"]
    return [
        [words["summary.low"], Formula(f"={low}", cost["low"])],
        [words["summary.high"], Formula(f"={high}", cost["high"])],
        [words["sure.without_range"], Formula(f"={exact_cell(deliverable)}", spread.share_without_range, SHARE)],
    ]


def _over_time(deliverable: Deliverable, words: Words) -> list[list[Cell]]:
    """Running costs, how amounts of different years are compared, and what doing nothing costs."""
    summary = deliverable.summary
    cost = summary["cost"]
    rows: list[list[Cell]] = [[words["time.opex"], say_running_costs(deliverable, words)]]
    if cost["finance"] is not None:
        rows.append([words["summary.terms"], name_terms(cost["finance"], words)])
    rows += [
        [words[f"time.{name}"], Formula(f"='{CASH_FLOWS}'!{column}12", cost[name]["present_value"])]
        for name, column in (("do_nothing", "C"), ("with_existing", "D"))
        if cost[name] is not None
    ]
    return rows
