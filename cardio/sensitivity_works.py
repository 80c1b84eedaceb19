"""Works that stay in the best plan whatever the prices, and the price rows that decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from cardio.alternatives_works import PLAN_COLUMN, route_rows, site_rows
from cardio.prospects import Prospects
from cardio.sensitivity_draws import Comparison
from cardio.takeoff import take_off
from costing import Line

HUNDREDTHS = 100


def works_that_stay(prospects: Prospects, comparison: Comparison) -> list[dict[str, Any]]:
    """Sites and routes of the study's own plan or of a best one, with the share of draws whose best plan has them.

    Those of the study's own plan come first, then by the share. ``same_way`` counts the draws whose best plan also lays
    the route as the study's own does; null for sites and for routes that this plan does not have.
    """
    found = [number for number in comparison.best.tolist() if number >= 0]
    plans = [comparison.plans[0], *(comparison.plans[number] for number in found)]
    same_way = _laid_alike(prospects, comparison, found)
    rows = []
    for kind, what, frame in (
        ("site", "option", site_rows(prospects, plans, {})),
        ("route", "method", route_rows(prospects, plans, {})),
    ):
        for work in frame.drop(columns="geometry").to_dict("records"):
            in_plan = bool(work[PLAN_COLUMN.format(0)])
            draws = int(work["plans"]) - in_plan
            rows.append(
                {
                    "id": work["id"],
                    "kind": kind,
                    "name": work[what],
                    "street": work.get("street", ""),
                    "length_m": work.get("length_m"),
                    "cost_eur": work["cost_eur"],
                    "in_plan": in_plan,
                    "draws": draws,
                    "stays": draws / len(found) if found else None,
                    "same_way": same_way.get(work["id"]) if kind == "route" else None,
                }
            )
    return sorted(rows, key=lambda row: (not row["in_plan"], -row["draws"], row["kind"], row["id"]))


def _laid_alike(prospects: Prospects, comparison: Comparison, found: Sequence[int]) -> dict[str, int]:
    """Id of each route of the study's own plan -> best plans that lay it in the same way."""
    segments, own = prospects.statement.segments, comparison.plans[0]
    alike = np.zeros(own.edges.size, dtype=np.int64)
    for number in found:
        tariff = np.full(prospects.statement.problem.edge_cost.size, -1, dtype=np.int64)
        tariff[comparison.plans[number].edges] = comparison.ways[number].tariff
        alike += tariff[own.edges] == comparison.ways[0].tariff
    identifiers = prospects.opportunities.routes.segment_id[segments[own.edges]]
    return dict(zip(map(str, identifiers.tolist()), alike.tolist(), strict=True))


def deciding_rows(prospects: Prospects, comparison: Comparison) -> list[dict[str, Any]]:
    """Price rows that make another plan the best one, in the order of what they weigh.

    In a draw whose best plan is another one, the study's own plan needs so many more units of a row than the best
    (each laid in its own ways). That difference times what the draw adds to the typical price is
    what the row says against the study's own plan; summed over the draws.
    """
    against: defaultdict[str, float] = defaultdict(float)
    labels: dict[str, str] = {}
    count: defaultdict[str, int] = defaultdict(int)
    for row, (draw, number) in enumerate(zip(comparison.draws, comparison.best.tolist(), strict=True)):
        if number <= 0:
            continue
        figure, town = draw.prospects.statement.figure, draw.prospects.town
        more, less = (
            _units(take_off(town, comparison.priced(row, plan).statement, comparison.plans[plan]))
            for plan in (0, number)
        )
        for key in sorted({*more, *less}):
            units = more.get(key, 0) - less.get(key, 0)
            drawn, typical = draw.prospects.prices[key], prospects.prices[key]
            speaks = units / HUNDREDTHS * float(figure.unit_value(drawn) - figure.unit_value(typical))
            if speaks:
                against[key] += speaks
                labels[key] = typical.label
                count[key] += 1
    return [
        {"price_key": key, "label": labels[key], "draws": count[key], "against_plan_eur": round(amount, 2)}
        for key, amount in sorted(against.items(), key=lambda item: (-abs(item[1]), item[0]))
    ]


def _units(lines: Iterable[Line]) -> dict[str, int]:
    """Hundredths of units of each price row."""
    units: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        units[line.price.key] += line.quantity_hundredths
    return units
