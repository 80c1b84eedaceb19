"""The budget of an operation: which routes are investigated, and the entry in summary.json."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cardio.study import Study
from cardio.study_keys import suggest
from costing import Line, OperationBudget, Price, PriceList, RouteQuotes, make_budget, price_of, total_cents
from gis_layers import StudyError, as_text
from network_model import RouteSegments

KEY = "finance.investigation"
BASIS = "excl. tax; rates are on the works"


@dataclass(frozen=True)
class Unverified:
    """Route segments whose survey class is not to be relied on, and what investigating a metre costs. E segments.

    Attributes
    ----------
    price : Price
    where : (E,) bool
    """

    price: Price
    where: npt.NDArray[np.bool_]


def find_unverified(study: Study, segments: RouteSegments, prices: PriceList) -> Unverified | None:
    """Find the segments of unverified survey classes; a missing class is one, and lead-ins have none.

    Returns
    -------
    Unverified or None
        None where the study asks for no investigation.

    Raises
    ------
    StudyError
        The routes have no such column, or its price is missing or not by the metre.
    """
    asked = None if study.budget_rules is None else study.budget_rules.investigation
    if asked is None:
        return None
    price = price_of(prices, asked.price, asked_by=f"{KEY}.price", unit="m")
    if asked.column not in segments.attributes:
        columns = [str(column) for column in segments.attributes.columns]
        raise StudyError(
            f"{KEY}.column: the routes have no column {asked.column!r}",
            suggest(asked.column, columns),
            key=f"{KEY}.column",
        )
    classes = as_text(segments.attributes[asked.column].to_numpy(dtype=object))
    return Unverified(price, np.isin(classes.astype(str), ["", *asked.unverified]))


def plan_budget(
    study: Study,
    lines: Sequence[Line],
    unverified: Unverified | None,
    routes: RouteQuotes,
    built: npt.NDArray[np.int64],
) -> OperationBudget | None:
    """Return the budget of a plan; None where the study states nothing beside the works.

    Only routes that are dug are investigated: what is drawn along something that exists (``laying.*.along``) moves no
    ground.

    Parameters
    ----------
    built : (n,) int
        Segments of the plan.
    """
    if study.budget_rules is None:
        return None
    metres = 0.0
    if unverified is not None:
        dug = [laying.name for laying in study.laying if laying.along is None]
        rows = built[unverified.where[built] & np.isin(routes.method[built].astype(str), dug)]
        # lengths as the outputs show them, so that they add up
        metres = float(np.round(routes.length_m[rows], 2).sum())
    price = None if unverified is None else unverified.price
    return make_budget(total_cents(lines), study.budget_rules, unverified_m=metres, investigation=price)


def budget_entry(budget: OperationBudget | None) -> dict[str, Any] | None:
    """Return the entry ``budget`` of summary.json."""
    if budget is None:
        return None
    return {
        "basis": BASIS,
        "lines": [
            {"kind": line.kind, "name": line.name, "rate": line.rate, "amount": line.amount_cents / 100}
            for line in budget.lines
        ],
        "unverified_m": budget.unverified_m,
        "total": budget.total_cents / 100,
    }
