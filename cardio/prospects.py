"""A town with what could be built in it, priced and stated as a problem."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cardio.budget import Unverified, find_unverified
from cardio.existing_stock import survey_stock, unusable_years
from cardio.figures import choose_figure
from cardio.funding_checks import accountless_prices, overfunded_prices, require_vat_rates
from cardio.limits import missing_limits
from cardio.old_prices import obsolete_prices
from cardio.statement import Statement, state_problem
from cardio.stopwatch import Stopwatch
from cardio.study import Study
from cardio.study_places import with_places
from cardio.survey_store import Key, SurveyStore
from cardio.town import Town, graph_key, survey_town
from cardio.works import Work, find_works, fix_works
from costing import Figure, PriceList, Stock, StudyPrices, resolve_prices, sourced_prices
from gis_layers import Finding, Progress, silent
from network_model import Opportunities, TargetCoverage, find_opportunities
from optimise import Variant, reachable_weight


@dataclass(frozen=True)
class Prospects:
    """A town with what could be built in it, priced.

    Attributes
    ----------
    town : Town
        Its findings include those of the opportunities.
    opportunities : Opportunities
    statement : Statement
        Every work left free.
    prices : PriceList
    kept, forbidden : tuple of Work
        As the study asks.
    variant : Variant
        The problem to solve: with these works kept and forbidden.
    coverage : tuple of TargetCoverage
        Today and at best, without the forbidden works; limits of equipment and budgets leave the best an upper bound.
    stocks : tuple of Stock
        What exists and is renewed and run whatever is planned.
    unverified : Unverified or None
        Routes that are investigated before they are dug; None where the study does not ask.
    """

    town: Town
    opportunities: Opportunities
    statement: Statement
    prices: PriceList
    kept: tuple[Work, ...]
    forbidden: tuple[Work, ...]
    variant: Variant
    coverage: tuple[TargetCoverage, ...]
    stocks: tuple[Stock, ...] = ()
    unverified: Unverified | None = None


def survey_prospects(
    study: Study, *, stopwatch: Stopwatch, progress: Progress = silent, store: SurveyStore | None = None
) -> Prospects:
    """Survey the town, find what could be built, price it and measure coverage today and at best.

    Parameters
    ----------
    store : SurveyStore, optional
        What was surveyed before, for another scenario.

    Raises
    ------
    StudyError, SurveyError
        As `survey_town` and `state_problem`; also where ``plan.keep`` or ``plan.forbid`` names no work.
    """
    prices = study_prices(study)
    town, opportunities = find_prospects(study, stopwatch=stopwatch, progress=progress, store=store)
    with with_places(study), stopwatch.time("costing"):
        prospects = price_prospects(town, opportunities, prices, choose_figure(study))
    statement = prospects.statement
    checks = (obsolete_prices, accountless_prices, overfunded_prices)
    found = (*town.findings, *(finding for check in checks for finding in check(study, statement)))
    return replace(prospects, town=replace(town, findings=found))


def study_prices(study: Study) -> StudyPrices:
    """Return the price list of a study at its date."""
    shipped = sourced_prices(study.language)
    return resolve_prices(shipped, study.price_entries, study.price_settings, places=study.price_places)


def find_prospects(
    study: Study, *, stopwatch: Stopwatch, progress: Progress = silent, store: SurveyStore | None = None
) -> tuple[Town, Opportunities]:
    """Survey the town and find what could be built; no price has a part in it."""
    store = SurveyStore() if store is None else store
    town = survey_town(study, stopwatch=stopwatch, progress=progress, store=store)
    with with_places(study), stopwatch.time("opportunities"):
        opportunities, found = store.once(
            "opportunities", _opportunities_key(study), lambda: _find_opportunities(town, progress)
        )
    with with_places(study):
        found = (*found, *missing_limits(town.layers, study.options), *unusable_years(town.layers, study))
    return replace(town, findings=(*town.findings, *found)), opportunities


def _opportunities_key(study: Study) -> Key:
    """All of a study that `_find_opportunities` reads, the town's graph and demand included."""
    existing = (study.attach_within_m, tuple(study.services.items()), study.backbone, study.backbone_within_m)
    return (*graph_key(study), *existing, study.options, study.laying, _enough_providers(study))


def _find_opportunities(town: Town, progress: Progress) -> tuple[Opportunities, tuple[Finding, ...]]:
    study = town.study
    opportunities, found = find_opportunities(
        town.graph,
        town.layers,
        study.services,
        town.demand,
        town.providers,
        options=study.options,
        laying=study.laying,
        backbone=study.backbone,
        attach_within_m=study.attach_within_m,
        backbone_within_m=study.backbone_within_m,
        enough_providers=_enough_providers(study),
        progress=progress,
    )
    return opportunities, tuple(found)


def price_prospects(town: Town, opportunities: Opportunities, prices: PriceList, figure: Figure) -> Prospects:
    """Price what could be built and state the problem that minimises `figure`.

    Raises
    ------
    StudyError
        As `state_problem`; also where ``plan.keep`` or ``plan.forbid`` names no work, and a row without VAT rate.
    """
    statement = state_problem(town, opportunities, prices, figure)
    require_vat_rates(town.study, statement)
    kept = find_works(opportunities, statement, town.study.keep, key="plan.keep")
    forbidden = find_works(opportunities, statement, town.study.forbid, key="plan.forbid")
    variant = fix_works(statement.problem, kept, forbidden)
    coverage = measure_prospects(town, variant)
    stocks = survey_stock(town.layers, town.study, prices)
    unverified = find_unverified(town.study, opportunities.routes, prices)
    return Prospects(town, opportunities, statement, prices, kept, forbidden, variant, coverage, stocks, unverified)


def measure_prospects(town: Town, variant: Variant) -> tuple[TargetCoverage, ...]:
    """Measure coverage today, and at best with the works that a variant allows."""
    best = reachable_weight(variant.problem)[: len(town.scopes)]  # the rows behind stand for kept works
    return tuple(
        TargetCoverage(
            scope,
            before=scope.share(town.providers[scope.service]),
            reachable=float(weight) / scope.total if scope.total > 0 else 1.0,
        )
        for scope, weight in zip(town.scopes, best.tolist(), strict=True)
    )


def _enough_providers(study: Study) -> dict[str, int]:
    """Most providers that any target asks of each service: more of them serve nobody better."""
    enough: dict[str, int] = {}
    for target in study.targets:
        enough[target.service] = max(enough.get(target.service, 0), target.providers)
    return enough
