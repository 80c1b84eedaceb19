"""How far the prices under a plan can be trusted: told wherever a gap is, because a gap speaks of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cardio.prospects import Prospects
from cardio.takeoff import take_off
from costing import Capex, Line, PriceSpread, price_range_cents, share_assumed
from optimise import Plan


def price_facts(lines: Sequence[Line] | None) -> dict[str, Any]:
    """Entries that stand beside a gap in every document: capex at low and at high prices, share on assumed prices.

    Parameters
    ----------
    lines : sequence of Line or None
        Take-off of the plan; None without a plan.
    """
    if lines is None:
        return {"cost_range": {"low": None, "high": None}, "share_from_assumed_prices": None}
    low, high = price_range_cents(lines)
    return {
        "cost_range": {"low": low / 100, "high": high / 100},
        "share_from_assumed_prices": round(share_assumed(lines), 6),
    }


def facts_of_plan(prospects: Prospects, plan: Plan | None) -> dict[str, Any]:
    """`price_facts` of a plan of the problem of some prospects."""
    return price_facts(None if plan is None else take_off(prospects.town, prospects.statement, plan))


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
