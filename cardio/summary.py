"""The content of summary.json: what was asked, what was found, what it costs and what is proven."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import cardio
from cardio.bases import cost_bases
from cardio.benefits import benefit_rows
from cardio.budget import budget_entry
from cardio.cash import cash_entries
from cardio.certainty import price_facts, uncertainty_row
from cardio.equity import Ints, equity_rows
from cardio.funding import FundingResult, funding_entry
from cardio.method import run_row, service_rows
from cardio.money import Money
from cardio.rounding import not_above
from cardio.sharing import rows_by_service
from cardio.solving import Answer
from cardio.statement import importance_of_scopes
from cardio.stopwatch import Stopwatch
from cardio.study import Study
from cardio.town import Town
from costing import Figure, Line, total_cents
from gis_layers import Finding, Layer, count_by_severity, locate
from network_model import TargetCoverage

MEAN_SHARE = "mean of the targets' shares, weighted by importance"


def summarise_town(
    town: Town,
    coverage: Sequence[TargetCoverage],
    stopwatch: Stopwatch,
    *,
    schema: str,
    after: Mapping[str, Ints] | None = None,
) -> dict[str, Any]:
    """Summary of what is there: layers, graph, coverage; no plan.

    Parameters
    ----------
    after : mapping of str to (J,) int, optional
        By service: distinct providers of each demand point with the plan.
    """
    return {
        "schema": schema,
        "study": town.study.name,
        "scenario": town.study.scenario,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cardio_version": cardio.__version__,
        "study_sha256": town.study.sha256,
        "services": service_rows(town.study),
        # no coverage where layers are only read
        "coverage": [_coverage_row(row, part) for row, part in zip(coverage, _importance(town), strict=False)],
        "equity": equity_rows(town, after) if coverage else [],
        "graph": _graph(town),
        "layers": [layer_row(layer, town.findings) for layer in town.layers.values()],
        "findings": count_by_severity(town.findings),
        "timings_s": stopwatch.rounded(),
    }


def add_plan(
    summary: Mapping[str, Any],
    *,
    study: Study,
    answer: Answer,
    figure: Figure,
    value: float | None,
    lines: Sequence[Line],
    sites: Mapping[str, int],
    routes_m: Mapping[str, float],
    works: Mapping[str, Sequence[str]],
    phases: Sequence[Mapping[str, Any]],
    verified: bool,
    postponed: Mapping[str, Any] | None = None,
    money: Money | None = None,
) -> dict[str, Any]:
    """Summary of a run of ``plan``: the town's, with status, objective, cost and what is built.

    Parameters
    ----------
    figure : Figure
        What is minimised.
    value : float or None
        The plan's, whole cents; None without a plan.
    sites : mapping of str to int
        Option -> number built.
    routes_m : mapping of str to float
        Laying method -> metres.
    works : mapping of str to sequence of str
        Ids of the works that the study keeps (``kept``) and forbids (``forbidden``).
    phases : sequence of mapping
        As `cardio.phasing.phase_rows` gives them; empty for a plan without phases.
    postponed : mapping, optional
        As `cardio.phasing.Postponed.row` gives it.
    money : Money, optional
        None without a plan.
    """
    solution, plan = answer.solution, answer.solution.plan
    capex = None if plan is None else total_cents(lines) / 100
    facts = price_facts(None if plan is None else lines)
    cost = {
        "basis": "excl. tax",
        "currency": study.currency,
        "capex": capex,
        **cash_entries(None if money is None else money.cash),
        **_net_cost(None if money is None else money.funding),
        "range": facts["cost_range"],
        "share_from_assumed_prices": facts["share_from_assumed_prices"],
        "by_service": [] if money is None or money.shares is None else rows_by_service(money.shares),
    }
    return {
        **summary,
        "seed": study.solver.seed,
        "run": run_row(study),
        "status": solution.status,
        "objective": _objective(study, answer, figure, value, facts),
        "cost": {**cost, "bases": cost_bases(cost, study.finance)},
        "build": {
            "sites": [{"option": name, "count": count} for name, count in sites.items()],
            "routes_m": {name: round(length, 2) for name, length in routes_m.items()},
        },
        "works": {name: list(identifiers) for name, identifiers in works.items()},
        "phases": list(phases),
        "postponed": postponed,
        "budget": budget_entry(None if money is None else money.budget),
        "benefits": None if money is None or money.benefits is None else benefit_rows(money.benefits),
        "baseline": {"greedy_cost": _cents(solution.greedy_cost), "basis": figure.basis},
        "solver": {
            "nodes": solution.nodes,
            "cuts": solution.cuts,
            "root_bound": _finite(solution.root_bound),
            "warm_started_from": answer.warm_started_from,
        },
        "funding": funding_entry(None if money is None else money.funding),
        "uncertainty": None if money is None or money.spread is None else uncertainty_row(money.spread),
        "verified": verified,
    }


def _net_cost(funding: FundingResult | None) -> dict[str, float | None]:
    """What the town pays with taxes, and in the end; null where the study does not say who pays."""
    cost = None if funding is None else funding.cost
    return {
        "incl_tax": None if cost is None else cost.incl_tax / 100,
        "net_city_cost": None if cost is None else cost.total / 100,
    }


def _objective(
    study: Study, answer: Answer, figure: Figure, cost: float | None, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Value, bound and gap of what is optimised; of most coverage also those of the cost, which comes second.

    The value of a figure is rounded to the cent; a bound above it by less than a cent is told as that value.
    """
    solution, then = answer.solution, answer.then
    proven = {
        "bound": _finite(answer.bound),
        "gap": _finite(answer.gap),
        "bound_origin": solution.bound_origin,
        "why_open": answer.why_open(study.solver.gap),
        "budget": study.budget_eur,
        **facts,
    }
    minimised = {"name": "least_cost", "minimise": figure.name, "unit": study.currency, "basis": figure.basis}
    if study.objective == "least_cost":
        return {**minimised, "value": cost, **proven, "bound": not_above(_finite(answer.bound), cost)}
    second = None
    if then is not None:
        second = {
            **minimised,
            "value": cost,
            "bound": not_above(_finite(then.bound), cost),
            "gap": _finite(then.gap),
            "status": then.status,
            "lexicographic": answer.lexicographic,
            **facts,
        }
    worth = None if solution.plan is None else solution.plan.worth
    return {
        "name": "most_coverage",
        "minimise": figure.name,
        "unit": "share",
        "basis": MEAN_SHARE,
        "value": worth,
        **proven,
        "then": second,
    }


def _importance(town: Town) -> list[float | None]:
    """Part of each coverage row in the mean of the shares; None where targets must be met."""
    if town.study.objective == "least_cost":
        return [None] * len(town.scopes)
    return [round(part, 9) for part in importance_of_scopes(town).tolist()]


def _coverage_row(row: TargetCoverage, importance: float | None) -> dict[str, Any]:
    return {
        "target": row.scope.target,
        "service": row.scope.service,
        "zone": row.scope.zone,
        "zone_name": row.scope.zone_name,
        "providers": row.scope.providers,
        "weight": round(row.scope.total, 6),
        "required": row.scope.required,
        "before": row.before,
        "after": row.after,
        "reachable": row.reachable,
        "met": row.met,
        "importance": importance,
    }


def _graph(town: Town) -> dict[str, Any]:
    graph = town.graph
    return {
        "junctions": len(graph.junctions),
        "nodes": len(graph.node_xy),
        "edges": len(graph.u),
        "components": int(graph.component.max()) + 1,
        "largest_component_share": round(float(np.mean(graph.component == 0)), 6),
        "length_m": round(float(graph.length_m.sum()), 2),
    }


def layer_row(layer: Layer, findings: Sequence[Finding]) -> dict[str, Any]:
    """Row of a layer; `findings` are all of the town: some are made after a layer is read, such as unusable weights."""
    return {
        "name": layer.name,
        "kind": layer.kind,
        "path": layer.path,
        "sha256": layer.sha256,
        "rows_read": layer.rows_read,
        "rows_kept": layer.rows_kept,
        "set_aside": dict(layer.set_aside),
        "lies_at": _lies_at(layer),
        "findings": count_by_severity(finding for finding in findings if finding.layer == layer.name),
    }


def _lies_at(layer: Layer) -> dict[str, Any] | None:
    """Middle of a layer, degrees, and the CRS as which it was read; None without rows."""
    at = locate(layer)
    return None if at is None else {"lon": round(at.lon, 6), "lat": round(at.lat, 6), "crs": at.crs}


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _cents(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
