"""The section of the report about money: by part of the plan, the operation, who pays, over time, for what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.cash import cash_by_year, name_prices, name_terms
from cardio.exporters.money_benefits import paybacks_part, reached_part
from cardio.exporters.money_funding import funding_parts
from cardio.exporters.page import Part, Table
from cardio.exporters.texts import Words
from cardio.exporters.totals import to_cents
from cardio.exporters.workbook_cash import CASH_FLOWS
from cardio.exporters.workbook_works import lot_name, zone_name


def tell_money(deliverable: Deliverable, words: Words) -> list[Part]:
    """Word all that is known about the money of a plan; parts that the study does not ask for are absent."""
    parts = [_by_service(deliverable, words), _by_part(deliverable, words), _budget(deliverable, words)]
    parts += [*funding_parts(deliverable, words), _over_time(deliverable, words), _by_year(deliverable, words)]
    parts += [reached_part(deliverable, words), paybacks_part(deliverable, words)]
    return [part for part in parts if part is not None]


def _by_service(deliverable: Deliverable, words: Words) -> Part | None:
    """Capex by service, common routes split."""
    shares = None if deliverable.money is None else deliverable.money.shares
    if shares is None or shares.empty:
        return None
    heads = [words[name] for name in ("service", "sites_cost", "routes_cost", "connections_cost", "total_cost")]
    amounts = shares.drop(columns="service")
    names = [words.name("services", name) if name else words["carries_nothing"] for name in shares["service"]]
    rows = [
        [name, *map(words.money, row)] for name, row in zip(names, amounts.to_numpy(dtype=float).tolist(), strict=True)
    ]
    sums = [words.money(int(to_cents(amounts[column]).sum()) / 100) for column in amounts]
    table = Table(heads, rows, frozenset(range(1, 5)), [words["total"], *sums])
    return Part(words["by_service"], tables=[table], note=words["by_service_note"])


def _by_part(deliverable: Deliverable, words: Words) -> Part | None:
    """Capex by lot and by zone, side by side, each where there are several."""
    names: dict[str, Callable[[str, Words], str]] = {"lot": lot_name, "zone": zone_name}
    bill = deliverable.bill.assign(cents=to_cents(deliverable.bill["amount_eur"]))
    tables = []
    for column, name in names.items():
        sums = bill.groupby(column, sort=True)["cents"].sum()
        total = int(sums.sum())
        if len(sums) < 2:
            continue
        rows = [
            [name(str(key), words), words.money(int(own) / 100), words.part(int(own) / total if total else 0.0)]
            for key, own in sums.items()
        ]
        heads = [words[column], words["amount"], words["money.part"]]
        tables.append(Table(heads, rows, frozenset({1, 2}), [words["total"], words.money(total / 100), ""]))
    return Part(words["money.by_part"], tables=tables, beside=True) if tables else None


def _budget(deliverable: Deliverable, words: Words) -> Part | None:
    """What the operation pays: works, investigation, fees, contingency of its stage, revision."""
    budget = deliverable.summary.get("budget")
    if budget is None:
        return None
    rows = [
        [
            words[f"budget.{line['kind']}"],
            words.name("finance.fees", line["name"]) if line["kind"] == "fees" else line["name"],
            "" if line["rate"] is None else words.percent(line["rate"]),
            words.money(line["amount"]),
        ]
        for line in budget["lines"]
    ]
    heads = [words[name] for name in ("entry", "budget.detail", "budget.rate", "amount")]
    table = Table(heads, rows, frozenset({2, 3}), [words["budget.total"], "", "", words.money(budget["total"])])
    metres = budget["unverified_m"]
    said = [] if metres is None else [words["money.unverified"].format(length=words.length(metres))]
    return Part(words["money.budget"], said, [table], note=words["budget.basis"])


def _over_time(deliverable: Deliverable, words: Words) -> Part | None:
    """Present value, investment and operation apart, of the plan beside doing nothing; running costs alone without."""
    cash = None if deliverable.money is None else deliverable.money.cash
    if cash is None:
        return None
    cost = deliverable.summary["cost"]
    unknown: dict[str, list[str]] = {"opex": cost["opex_not_stated"]}
    if cash.plan is not None:
        unknown["life"] = cost["lifetime_not_stated"]
    notes = [
        words[f"money.{name}_unknown"].format(rows=name_prices(deliverable, keys, words))
        for name, keys in unknown.items()
        if keys
    ]
    if cash.plan is None:
        said = words["money.opex_of"].format(amount=words.money(cost["opex_per_year"]))
        return Part(words["money.time"], [said, *notes])
    compared = {
        "plan_alone": (cost, ("plan",)),
        "do_nothing": (cost["do_nothing"], ("existing",)),
        "with_existing": (cost["with_existing"], ("plan", "existing")),
    }
    columns = {
        name: _amounts_over_time(cash.frame[cash.frame["of"].isin(of)], entry)
        for name, (entry, of) in compared.items()
        if entry is not None
    }
    names = ("investment", "operation", "rounding", "present", "equivalent", "opex")
    rows = [
        [words[f"flows.{name}"], *map(words.money, row)]
        for name, row in zip(names, zip(*columns.values(), strict=True), strict=True)
        if name != "rounding" or any(row)
    ]
    heads = [words["entry"], *(words[f"money.{name}"] for name in columns)]
    terms = words["money.terms"].format(terms=name_terms(cost["finance"], words))
    return Part(
        words["money.time"], [terms], [Table(heads, rows, frozenset(range(1, len(heads))))], note=" ".join(notes)
    )


def _amounts_over_time(flows: pd.DataFrame, entry: Mapping[str, Any]) -> list[float]:
    """Discounted investment, operation and what rounding of lines leaves; they add up to the present value."""
    parts = [
        int(to_cents(flows.loc[flows["section"] == section, "present_eur"]).sum()) / 100
        for section in ("investment", "operation", "rounding")
    ]
    return parts + [float(entry[name]) for name in ("present_value", "equivalent_annual_cost", "opex_per_year")]


def _by_year(deliverable: Deliverable, words: Words) -> Part | None:
    """What the plan costs year by year; None where the study gives no horizon."""
    heads, rows, total = cash_by_year(deliverable, words)
    if not rows:
        return None
    table = Table(heads, rows, frozenset(range(1, len(heads))), total)
    finance = deliverable.summary["cost"]["finance"]
    rate = f"{words.number(100 * finance['discount_rate'], 4)} %"
    by_hand = words["time.by_hand"].format(rate=rate, year=finance["base_year"], sheet=words.quoted(CASH_FLOWS))
    return Part(words["time.flows"], tables=[table], note=f"{words['time.note']} {by_hand}")
