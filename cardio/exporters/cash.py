"""Money over time in the documents: the figure that was minimised, totals, and cash flows by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cardio.deliverable import Deliverable
from cardio.exporters.texts import Words
from cardio.exporters.totals import to_cents

# words of the items that are named otherwise than in the frame
WORDS_OF_ITEMS = {"opex": "running"}
ITEMS = {word: item for item, word in WORDS_OF_ITEMS.items()}
# what is paid at the beginning of a year, and at its end
AT_BEGINNING, AT_END = ("capex", "renewal"), ("running", "residual")


def name_figure(summary: Mapping[str, Any], words: Words) -> str:
    """Name what was minimised, with horizon, rate and terms."""
    return say_figure(summary["objective"]["minimise"], summary["cost"]["finance"], words)


def say_figure(figure: str, finance: Mapping[str, Any] | None, words: Words) -> str:
    """Name ``capex``, ``present_value`` or ``net_city_cost``; a present value with horizon, rate and terms."""
    name = words[f"figure.{figure}"]
    return name if figure != "present_value" or finance is None else f"{name}, {name_terms(finance, words)}"


def name_terms(finance: Mapping[str, Any], words: Words) -> str:
    """Name horizon, rate and terms."""
    return words[f"time.{finance['terms']}"].format(
        horizon=finance["horizon_years"],
        rate=f"{words.number(100 * finance['discount_rate'], 4)}\u00a0%",
        inflation=f"{words.number(100 * finance['inflation'], 4)}\u00a0%",
        year=finance["base_year"],
    )


def name_prices(deliverable: Deliverable, keys: Iterable[str], words: Words) -> str:
    """Labels of rows of the price list: readers of a document do not know its keys."""
    labels = dict(zip(deliverable.prices["key"], deliverable.prices["label"], strict=True))
    return words.listed(str(labels[key]) for key in keys)


def say_running_costs(deliverable: Deliverable, words: Words) -> str:
    """Running costs a year, and which prices of the plan state none."""
    cost = deliverable.summary["cost"]
    opex = words.money(cost["opex_per_year"])
    if not cost["opex_not_stated"]:
        return opex
    return words["time.opex_unknown"].format(amount=opex, rows=name_prices(deliverable, cost["opex_not_stated"], words))


def cash_by_year(deliverable: Deliverable, words: Words) -> tuple[list[str], list[list[str]], list[str]]:
    """Cash flows of the plan in words: headers, one row a year with an amount an item, and the totals.

    Each year shows the factors of its beginning and of its end behind the amounts that they discount. What rounding of
    lines leaves is no flow of a year and has a row of its own, where there is any.
    """
    cash = None if deliverable.money is None else deliverable.money.cash
    items = (*AT_BEGINNING, "factor_beginning", *AT_END, "factor_end", "present")
    heads = [words["year"], *(words[f"time.{item}"] for item in items)]
    if cash is None or cash.plan is None or cash.finance is None:
        return heads, [], []
    rounds = cash.plan.frame["section"] == "rounding"
    frame, rounding = cash.plan.frame[~rounds], int(to_cents(cash.plan.frame.loc[rounds, "present_eur"]).sum())
    table = frame.pivot_table(index="year", columns="item", values="amount_eur", aggfunc="sum", fill_value=0.0)
    names = [ITEMS.get(item, item) for item in items]
    table = table.reindex(columns=names, fill_value=0.0)
    table["present"] = frame.groupby("year")["present_eur"].sum()
    rows = []
    for year, amounts in zip(table.index.tolist(), table.to_dict("records"), strict=True):
        shown = {name: words.money(amount or None) for name, amount in amounts.items()}
        for name, due in (("factor_beginning", year), ("factor_end", year + 1)):
            shown[name] = words.number(float((1 + cash.finance.rate) ** (cash.finance.base_year - due)), 6)
        rows.append([str(year), *shown.values()])
    totals = {name: int(to_cents(table[name]).sum()) for name in names}
    if rounding:
        rows.append([words["time.rounding"], *[words.money(None)] * (len(names) - 1), words.money(rounding / 100)])
        totals["present"] += rounding
    told = ["" if name.startswith("factor") else words.money(cents / 100) for name, cents in totals.items()]
    return heads, rows, [words["total"], *told]
