"""What the money buys: euros for each unit of demand newly served, and after how many years lower running costs repay.

No benefit is given a price here: a plan buys coverage and running costs, and both are counted as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cardio.prospects import Prospects
from cardio.sharing import split_routes
from costing import Line, RouteQuotes, opex_cents, opex_not_stated, opex_of_lines, price_routes, total_cents
from optimise import Plan, carried_candidates

Ints = npt.NDArray[np.int64]
ONE_EACH = ""
BASIS = "capex excl. tax, common routes split equally"


@dataclass(frozen=True)
class Payback:
    """What the plan does against another way that the study allows, for the works where both are possible.

    Attributes
    ----------
    kind : str
        ``laying`` or ``option``.
    chosen, other : str
        Method or option of the plan, and the other one.
    count : int
        Route segments or sites compared.
    length_m : float
        Of the segments; 0 for sites.
    chosen_capex_cents, other_capex_cents : int
        Excl. tax.
    chosen_opex_cents, other_opex_cents : int
        Running costs of a year.
    opex_not_stated : mapping of str to str
        Label by key of the price rows of either way that state no running costs: with any, no payback is given.
    chosen_lifetime_years, other_lifetime_years : int or None
        Shortest lifetime that a price row of each way states, of sites without their routes; None where none does.
    """

    kind: Literal["laying", "option"]
    chosen: str
    other: str
    count: int
    length_m: float
    chosen_capex_cents: int
    other_capex_cents: int
    chosen_opex_cents: int
    other_opex_cents: int
    opex_not_stated: Mapping[str, str] = field(default_factory=dict)
    chosen_lifetime_years: int | None = None
    other_lifetime_years: int | None = None

    @property
    def bought_again(self) -> str | None:
        """Which of the two is bought again sooner, which the payback does not count; None for alike or not known."""
        own, other = self.chosen_lifetime_years, self.other_lifetime_years
        if own is None or other is None or own == other:
            return None
        return self.chosen if own < other else self.other

    @property
    def outlasts(self) -> bool:
        """Whether the dearer way has to be bought again before it is repaid."""
        chosen = self.dearer_to_build == self.chosen
        lifetime = self.chosen_lifetime_years if chosen else self.other_lifetime_years
        return self.years is not None and lifetime is not None and self.years > lifetime

    @property
    def years(self) -> float | None:
        """Years after which the dearer way to build has been repaid by its lower running costs, undiscounted.

        None where one way is no dearer either to build or to run, or where running costs are not stated.
        """
        more = self.chosen_capex_cents - self.other_capex_cents
        saved = self.other_opex_cents - self.chosen_opex_cents
        return None if self.opex_not_stated or more * saved <= 0 else more / saved

    @property
    def dearer_to_build(self) -> str:
        """Which of the two costs more to build."""
        return self.chosen if self.chosen_capex_cents >= self.other_capex_cents else self.other


@dataclass(frozen=True)
class Benefits:
    """What the money of a plan buys.

    Attributes
    ----------
    reached : DataFrame
        service, weight (what its demand is counted by, empty for one a feature), before, after, more (weight served by
        any provider today, with the plan, and the difference), capex_eur (its share of the plan), eur_per_more (nan
        where nothing more is served).
    paybacks : tuple of Payback
    """

    reached: pd.DataFrame
    paybacks: tuple[Payback, ...]


def count_benefits(
    prospects: Prospects,
    plan: Plan,
    lines: Sequence[Line],
    *,
    providers: Mapping[str, tuple[Ints, Ints]],
    shares: pd.DataFrame,
) -> Benefits:
    """Count what a plan buys.

    Parameters
    ----------
    providers : mapping of str to pair of (J,) int
        By service: distinct providers of each demand point, today and with the plan.
    shares : DataFrame
        Capex by service, as `cardio.sharing.Sharing.by_service`.
    """
    paybacks = [*_paybacks_of_laying(prospects, plan), *_paybacks_of_options(prospects, plan, lines)]
    return Benefits(_reached(prospects, providers, shares), tuple(paybacks))


def benefit_rows(benefits: Benefits) -> dict[str, Any]:
    """Return the entry ``benefits`` of summary.json."""
    reached = [
        {
            "service": row.service,
            "weight": row.weight or None,
            "served_before": row.before,
            "served_after": row.after,
            "newly_served": row.more,
            "capex": row.capex_eur,
            "capex_per_newly_served": round(row.eur_per_more, 2) if np.isfinite(row.eur_per_more) else None,
        }
        for row in benefits.reached.itertuples(index=False)
    ]
    return {"basis": BASIS, "reached": reached, "paybacks": [_payback_row(payback) for payback in benefits.paybacks]}


def _payback_row(payback: Payback) -> dict[str, Any]:
    years = payback.years
    return {
        "kind": payback.kind,
        "chosen": payback.chosen,
        "other": payback.other,
        "count": payback.count,
        "length_m": round(payback.length_m, 2),
        "chosen_capex": payback.chosen_capex_cents / 100,
        "other_capex": payback.other_capex_cents / 100,
        "chosen_opex_per_year": payback.chosen_opex_cents / 100,
        "other_opex_per_year": payback.other_opex_cents / 100,
        "opex_not_stated": sorted(payback.opex_not_stated),
        "dearer_to_build": payback.dearer_to_build,
        "years": None if years is None else round(years, 2),
        "chosen_lifetime_years": payback.chosen_lifetime_years,
        "other_lifetime_years": payback.other_lifetime_years,
        "bought_again": payback.bought_again,
        "longer_than_lifetime": payback.outlasts,
    }


def _reached(prospects: Prospects, providers: Mapping[str, tuple[Ints, Ints]], shares: pd.DataFrame) -> pd.DataFrame:
    town = prospects.town
    capex_eur = dict(zip(shares["service"], shares["total_eur"], strict=True))
    rows = []
    for name, (before, after) in providers.items():
        weight = town.demand[name].weight
        today, planned = (round(float(weight[count > 0].sum()), 6) for count in (before, after))
        more = round(planned - today, 6)
        cost = float(capex_eur.get(name, 0.0))
        counted_by = town.study.services[name].weight or ONE_EACH
        rows.append((name, counted_by, today, planned, more, cost, cost / more if more > 0 else np.nan))
    return pd.DataFrame(rows, columns=["service", "weight", "before", "after", "more", "capex_eur", "eur_per_more"])


def _paybacks_of_laying(prospects: Prospects, plan: Plan) -> Iterable[Payback]:
    """Compare each laying method of the plan with every other that the same segments allow."""
    town, statement = prospects.town, prospects.statement
    rows = statement.segments[plan.edges]
    length_m = prospects.opportunities.routes.length_m
    for other in town.study.laying:
        quotes = price_routes(prospects.opportunities.routes, [other], prospects.prices, statement.figure)
        possible = rows[quotes.tariff[rows] >= 0]
        for name in dict.fromkeys(statement.routes.method[possible].tolist()):
            if name != other.name:
                own = possible[statement.routes.method[possible] == name]
                pair = _lines_of(statement.routes, own), _lines_of(quotes, own)
                yield _payback("laying", (name, other.name), len(own), float(length_m[own].sum()), pair)


def _lines_of(quotes: RouteQuotes, segments: Ints) -> list[Line]:
    return [line for segment in segments.tolist() for line in quotes.lines(segment)]


def _payback(
    kind: Literal["laying", "option"],
    names: tuple[str, str],
    count: int,
    length_m: float,
    lines: tuple[Sequence[Line], Sequence[Line]],
    routes_cents: tuple[int, int] = (0, 0),
) -> Payback:
    """Compare the lines of two ways; `routes_cents` are capex and running costs that only the chosen one has."""
    chosen, other = lines
    return Payback(
        kind=kind,
        chosen=names[0],
        other=names[1],
        count=count,
        length_m=length_m,
        chosen_capex_cents=total_cents(chosen) + routes_cents[0],
        other_capex_cents=total_cents(other),
        chosen_opex_cents=opex_cents(chosen) + routes_cents[1],
        other_opex_cents=opex_cents(other),
        opex_not_stated=_labels_not_stated([*chosen, *other]),
        chosen_lifetime_years=_lifetime_years(chosen),
        other_lifetime_years=_lifetime_years(other),
    )


def _lifetime_years(lines: Iterable[Line]) -> int | None:
    """Shortest lifetime that any price row of some lines states."""
    stated = [line.price.lifetime_years for line in lines if line.price.lifetime_years is not None]
    return min(stated, default=None)


def _paybacks_of_options(prospects: Prospects, plan: Plan, lines: Sequence[Line]) -> Iterable[Payback]:
    """Compare the built sites of each option with another option of the service at the same places.

    A site that needs backhaul bears its share of the routes, which an option without backhaul (radio) does not need.
    One that needs none is not compared with one that does, whose routes are not known. Pieces that may serve more or
    less than those of the plan would make another plan, and are left out.
    """
    opportunities, statement = prospects.opportunities, prospects.statement
    candidates, options = opportunities.candidates, opportunities.options
    at = {
        (int(place), int(option)): k
        for k, (place, option) in enumerate(zip(candidates.place, candidates.option, strict=True))
    }
    most = None if statement.problem.capacity is None else statement.problem.capacity.most
    capex, opex, unstated = _route_parts(prospects, plan, lines)
    for number, option in enumerate(options):
        for rival, other in enumerate(options):
            if other is option or other.service != option.service or (other.backhaul and not option.backhaul):
                continue
            pairs = [
                (site, k, at[int(candidates.place[k]), rival])
                for site, k in enumerate(plan.candidates.tolist())
                if candidates.option[k] == number and (int(candidates.place[k]), rival) in at
            ]
            pairs = [pair for pair in pairs if most is None or most[pair[1]] == most[pair[2]]]
            if not pairs:
                continue
            sites = [site for site, _, _ in pairs]
            ways = not other.backhaul
            payback = _payback(
                "option",
                (option.name, other.name),
                len(pairs),
                0.0,
                (
                    [line for _, k, _ in pairs for line in statement.candidates.lines(k)],
                    [line for _, _, k in pairs for line in statement.candidates.lines(k)],
                ),
                (int(capex[sites].sum()), int(opex[sites].sum())) if ways and option.backhaul else (0, 0),
            )
            if ways and option.backhaul:
                payback = replace(payback, opex_not_stated={**payback.opex_not_stated, **unstated})
            yield payback


def _labels_not_stated(lines: Sequence[Line]) -> dict[str, str]:
    """Label by key of the price rows that state no running costs."""
    labels = {line.price.key: line.price.label for line in lines}
    return {key: labels[key] for key in opex_not_stated(lines)}


def _route_parts(prospects: Prospects, plan: Plan, lines: Sequence[Line]) -> tuple[Ints, Ints, dict[str, str]]:
    """(K,) part of each built site in capex and running costs of routes, cents; route rows without running costs."""
    opportunities, statement = prospects.opportunities, prospects.statement
    names = sorted(prospects.town.study.services)
    code = np.array([names.index(option.service) for option in opportunities.options], dtype=np.int64)
    service: Ints = code[opportunities.candidates.option[plan.candidates]]
    works = opportunities.candidates.work_id[plan.candidates]
    edge, site = (index.astype(np.int64) for index in carried_candidates(statement.problem, plan).nonzero())
    rank = np.argsort(np.argsort(works))
    routes = [line for line in lines if line.kind == "route"]
    number = {name: row for row, name in enumerate(opportunities.routes.segment_id[statement.segments[plan.edges]])}
    segment = np.array([number[line.work_id] for line in routes], dtype=np.int64)
    parts = []
    for cents in (np.array([line.amount_cents for line in routes], dtype=np.int64), opex_of_lines(routes)):
        amount = np.zeros(len(plan.edges), dtype=np.int64)
        np.add.at(amount, segment, cents)
        parts.append(split_routes(amount, edge, site, service, rank).of_site)
    return parts[0], parts[1], _labels_not_stated(routes)
