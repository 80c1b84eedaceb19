"""Why each work is in the plan, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cardio.typography import typeset_french
from network_model import Opportunities
from optimise import Plan, Variant, carried_candidates

Floats = npt.NDArray[np.float64]

WORDS = {
    "en": {
        "serves": "serves {weight} of {service}",
        "carries": "connects {things}",
        "none": "carries nothing: closes a loop, or reaches the price of a larger quantity",
        "kept": "{why} (kept by the study)",
        "idle_site": "kept by the study, serves nobody more",
        "idle_route": "kept by the study, carries nothing",
    },
    "fr": {
        "serves": "dessert {weight} ({service})",
        "carries": "raccorde {things}",
        "none": "ne porte rien : ferme une boucle, ou atteint le prix d’une plus grande quantité",
        "kept": "{why} (maintenu par l’étude)",
        "idle_site": "maintenu par l’étude, ne dessert personne de plus",
        "idle_route": "maintenu par l’étude, ne porte rien",
    },
}


@dataclass(frozen=True)
class Reasons:
    """Why works are there.

    Attributes
    ----------
    served_by_candidate : (n,) float
        Demand weight that each built candidate newly serves (of the links of the plan).
    site_words, route_words : list of str
        One text for each built candidate and each planned edge.
    route_services : list of str
        Services that each planned edge carries, comma separated.
    """

    served_by_candidate: Floats
    site_words: list[str]
    route_words: list[str]
    route_services: list[str]


def explain_works(
    opportunities: Opportunities,
    variant: Variant,
    plan: Plan,
    weight: Floats,
    language: str,
    named: Callable[[str, str], str] | None = None,
) -> Reasons:
    """Say what each built work serves or connects.

    Parameters
    ----------
    variant : Variant
        Its original problem is the plan's; it tells which works the study keeps.
    weight : (J,) float
        Weight of every demand of the problem.
    named : callable, optional
        (section, name) -> how an option or a service is shown; without it as the study names it.
    """
    words = {key: typeset_french(text) if language == "fr" else text for key, text in WORDS[language].items()}
    named = named or (lambda section, name: name)
    served = _served_by_candidate(plan, weight, len(variant.original.candidate_node))
    options = [opportunities.options[opportunities.candidates.option[k]] for k in plan.candidates.tolist()]
    sites = [
        words["serves"].format(weight=f"{amount:.0f}", service=named("services", option.service))
        for amount, option in zip(served.tolist(), options, strict=True)
    ]
    kept_sites = np.isin(plan.candidates, variant.kept_candidates)
    sites = [
        _kept(words, text if amount else "", "idle_site") if kept else text
        for text, amount, kept in zip(sites, served.tolist(), kept_sites.tolist(), strict=True)
    ]
    kept_routes = np.isin(plan.edges, variant.kept_edges).tolist()
    carried = carried_candidates(variant.original, plan)
    routes, services = [], []
    for row in range(len(plan.edges)):
        behind = carried.indices[carried.indptr[row] : carried.indptr[row + 1]].tolist()
        names = [options[column].name for column in behind]
        things = ", ".join(f"{names.count(name)} × {named('options', name)}" for name in dict.fromkeys(sorted(names)))
        text = words["carries"].format(things=things) if things else ""
        routes.append(_kept(words, text, "idle_route") if kept_routes[row] else text or words["none"])
        services.append(_comma([options[column].service for column in behind]))
    return Reasons(served, sites, routes, services)


def _kept(words: Mapping[str, str], why: str, idle: str) -> str:
    return words["kept"].format(why=why) if why else words[idle]


def _served_by_candidate(plan: Plan, weight: Floats, candidates: int) -> Floats:
    by_candidate = np.bincount(plan.links[:, 1], weights=weight[plan.links[:, 0]], minlength=candidates)
    served: Floats = by_candidate[plan.candidates].astype(np.float64)
    return served


def _comma(names: Sequence[str]) -> str:
    return ", ".join(sorted(set(names)))
