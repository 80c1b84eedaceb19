"""How far the prices under a plan can be trusted: told wherever a gap is, because a gap speaks of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cardio.prospects import Prospects
from cardio.takeoff import line_phases, take_off
from costing import Capex, Line, Price, PriceSpread, price_range_cents, share_assumed, value_cents
from optimise import Plan


def price_facts(lines: Sequence[Line] | None) -> dict[str, Any]:
    """Entries that stand beside a gap in every document: capex at low and at high prices, share on assumed prices.

    Parameters
    ----------
    lines : sequence of Line or None
        Take-off of the plan; None without a plan.
    """
    if lines is None:
        return {
            "cost_range": {"low": None, "high": None, "basis": Capex().basis},
            "share_from_assumed_prices": None,
        }
    low, high = price_range_cents(lines)
    return {
        "cost_range": {"low": low / 100, "high": high / 100, "basis": Capex().basis},
        "share_from_assumed_prices": round(share_assumed(lines), 6),
    }


def facts_of_plan(prospects: Prospects, plan: Plan | None) -> dict[str, Any]:
    """`price_facts` of a plan of the problem of some prospects; where another figure is minimised, also its range.

    ``figure_range`` is of the figure that is minimised, with its ``basis`` and ``share_from_assumed_prices``; running
    costs are at their own low and high prices. None where the figure is the capex of ``cost_range``, or without a plan.
    """
    if plan is None:
        return {**price_facts(None), "figure_range": None}
    lines = take_off(prospects.town, prospects.statement, plan)
    figure = prospects.statement.figure
    if figure.name == "capex":
        return {**price_facts(lines), "figure_range": None}
    years = [phase.year for phase in prospects.town.study.phases]
    factors = np.array(figure.year_factors(years) or (1.0,))[line_phases(prospects.town, prospects.statement, plan)]

    def total(amount: Callable[[Price], float]) -> float:
        rows = {line.price.key: _with_amounts(line.price, amount) for line in lines}
        cents = value_cents([replace(line, price=rows[line.price.key]) for line in lines], figure)
        return round(float(np.array(cents) @ factors)) / 100

    typical, sourced = total(lambda row: row.typical_eur), total(lambda row: 0.0 if row.assumed else row.typical_eur)
    figure_range = {
        "low": total(lambda row: row.low_eur),
        "high": total(lambda row: row.high_eur),
        "basis": figure.basis,
        "share_from_assumed_prices": round(1.0 - sourced / typical, 6) if typical else 0.0,
    }
    return {**price_facts(lines), "figure_range": figure_range}


def _with_amounts(price: Price, amount: Callable[[Price], float]) -> Price:
    """Return a row with other amounts, its running costs too."""
    return replace(price, typical_eur=amount(price), opex=tuple(_with_amounts(row, amount) for row in price.opex))


def uncertainty_row(spread: PriceSpread) -> dict[str, Any]:
    """Entry ``uncertainty`` of a document: the distribution of the capex of a plan over the ranges of its prices."""
    edges, counts = spread.histogram()
    return {
        "basis": Capex().basis,
        "draws": spread.settings.draws,
        "seed": spread.seed,
        "correlation": spread.settings.correlation,
        "typical": spread.typical_cents / 100,
        "mean": round(spread.mean_eur, 2),
        **{f"p{percent}": round(spread.percentile_eur(percent), 2) for percent in (10, 50, 80, 90)},
        "share_above_typical": spread.share_above_typical,
        "share_without_range": round(spread.share_without_range, 6),
        "share_without_family": round(spread.share_without_family, 6),
        "histogram": {"edges": [round(edge, 2) for edge in edges.tolist()], "counts": counts.tolist()},
        "tornado": [
            {
                "price_key": swing.price.key,
                "label": swing.price.label,
                "low": swing.low_cents / 100,
                "high": swing.high_cents / 100,
                "swing": swing.swing_cents / 100,
                "assumed": swing.price.assumed,
            }
            for swing in spread.swings
        ],
    }
