"""Why each work is in the plan, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cardio.statement import Statement
from network_model import Opportunities
from optimise import Plan, carried_candidates

Floats = npt.NDArray[np.float64]

WORDS = {
    "en": {"serves": "serves {weight} of {service}", "carries": "connects {things}", "none": "closes a loop"},
    "fr": {"serves": "dessert {weight} de {service}", "carries": "raccorde {things}", "none": "ferme une boucle"},
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
    opportunities: Opportunities, statement: Statement, plan: Plan, weight: Floats, language: str
) -> Reasons:
    """Say what each built work serves or connects.

    Parameters
    ----------
    weight : (J,) float
        Weight of every demand of the problem.
    """
    words = WORDS[language]
    served = _served_by_candidate(statement, plan, weight)
    options = [opportunities.options[opportunities.candidates.option[k]] for k in plan.candidates.tolist()]
    sites = [
        words["serves"].format(weight=f"{amount:.0f}", service=option.service)
        for amount, option in zip(served.tolist(), options, strict=True)
    ]
    carried = carried_candidates(statement.problem, plan)
    routes, services = [], []
    for row in range(len(plan.edges)):
        behind = carried.indices[carried.indptr[row] : carried.indptr[row + 1]].tolist()
        names = [options[column].name for column in behind]
        things = ", ".join(f"{names.count(name)} × {name}" for name in dict.fromkeys(sorted(names)))
        routes.append(words["carries"].format(things=things) if things else words["none"])
        services.append(_comma([options[column].service for column in behind]))
    return Reasons(served, sites, routes, services)


def _served_by_candidate(statement: Statement, plan: Plan, weight: Floats) -> Floats:
    by_candidate = np.bincount(
        plan.links[:, 1], weights=weight[plan.links[:, 0]], minlength=len(statement.problem.candidate_node)
    )
    served: Floats = by_candidate[plan.candidates].astype(np.float64)
    return served


def _comma(names: Sequence[str]) -> str:
    return ", ".join(sorted(set(names)))
