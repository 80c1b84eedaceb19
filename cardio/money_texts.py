"""What the terminal says about the money of a plan: how sure, for whom, the operation, who pays, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardio.amounts import say_amount
from cardio.certainty_texts import say_doubts_plainly

NAMED_ROWS = 3


def money_lines(summary: Mapping[str, Any]) -> list[str]:
    """Word everything that is known about the money of a plan, one line a question; what is not asked has no line."""
    return [
        *_spread_lines(summary),
        *_service_lines(summary["cost"]),
        *_budget_lines(summary),
        *_funding_lines(summary),
        *_time_lines(summary["cost"]),
    ]


def _spread_lines(summary: Mapping[str, Any]) -> list[str]:
    spread, currency = summary["uncertainty"], summary["cost"]["currency"]
    if spread is None or not (spread["tornado"] or spread["typical"]):
        return []
    if not spread["tornado"]:
        return ["range      not known: the price list gives no range for any price of this plan"]
    low, high, doubts = spread["p10"], spread["p90"], say_doubts_plainly(spread)
    return [
        f"range      8 chances in 10 that capex lies between {low:,.2f} (P10) and {say_amount(high, currency)} (P90), "
        f"{spread['draws']:,} draws of the prices",
        *([f"           {doubts}"] if doubts else []),
    ]


def _service_lines(cost: Mapping[str, Any]) -> list[str]:
    """Capex by service where there are several; a common route is split among them."""
    rows = cost["by_service"]
    if len(rows) < 2:
        return []
    told = [f"{row['service'] or 'routes that carry nothing'} {row['total']:,.2f}" for row in rows]
    return [f"services   {', '.join(told)} {cost['currency']} (capex excl. tax, common routes split equally)"]


def _budget_lines(summary: Mapping[str, Any]) -> list[str]:
    """What the operation pays, each part named as the study does."""
    budget = summary["budget"]
    if budget is None:
        return []
    told = [
        f"{' '.join(text for text in (line['kind'], _in_brackets(line)) if text)} {line['amount']:,.2f}"
        for line in budget["lines"]
    ]
    metres = "" if budget["unverified_m"] is None else f"; {budget['unverified_m']:,.0f} m of unverified survey class"
    total = say_amount(budget["total"], summary["cost"]["currency"])
    return [f"operation  {total} excl. tax: {', '.join(told)}{metres}"]


def _in_brackets(line: Mapping[str, Any]) -> str:
    return f"({line['name']})" if line["name"] and line["kind"] != "investigation" else ""


def _funding_lines(summary: Mapping[str, Any]) -> list[str]:
    """From the cost incl. tax to what the town pays in the end, and when; nothing where that is the capex again."""
    funding, cost = summary["funding"], summary["cost"]
    if funding is None or cost["capex"] == cost["incl_tax"] == cost["net_city_cost"]:
        return []
    words = {"vat_back_eur": "VAT got back", "fctva_eur": "FCTVA", "grants_eur": "grants"}
    less = [f", less {funding['totals'][key]:,.2f} {name}" for key, name in words.items() if funding["totals"][key]]
    net, incl_tax = (say_amount(cost[name], cost["currency"]) for name in ("net_city_cost", "incl_tax"))
    years = [f"{row['year']} {row['net_city_cost_eur']:,.2f}" for row in funding["by_year"]]
    tax = "without VAT" if cost["capex"] == cost["incl_tax"] else "incl. tax"
    lines = [f"town pays  {net} in the end, undiscounted: {incl_tax} {tax}{''.join(less)}"]
    return lines + ([f"           by year: {', '.join(years)}"] if len(years) > 1 else [])


def _unstated(keys: Sequence[str]) -> str:
    """Name the first price rows without running costs and count the others; summary.json lists them all."""
    if not keys:
        return ""
    if len(keys) <= NAMED_ROWS:
        return f"; {', '.join(keys)} state{'s' if len(keys) == 1 else ''} none"
    return f"; {len(keys)} rows state none ({', '.join(keys[:NAMED_ROWS])}, ...; all in --json and plan.xlsx)"


def _time_lines(cost: Mapping[str, Any]) -> list[str]:
    """Running costs, and what the plan and doing nothing come to over the horizon of the study."""
    currency = cost["currency"]
    unknown = _unstated(cost["opex_not_stated"])
    lines = [f"running    {say_amount(cost['opex_per_year'], currency)} a year as the price list states it{unknown}"]
    if cost["finance"] is None:
        return lines
    told = {"over time": cost, "nothing": cost["do_nothing"], "together": cost["with_existing"]}
    words = {
        "over time": "the plan",
        "nothing": "what exists, without the plan",
        "together": "the plan and what exists",
    }
    return lines + [
        f"{name:10} {say_amount(row['present_value'], currency)} present value, "
        f"{say_amount(row['equivalent_annual_cost'], currency)} a year: {words[name]}"
        + (f" ({cost['finance']['words']})" if name == "over time" else "")
        for name, row in told.items()
        if row is not None
    ]
