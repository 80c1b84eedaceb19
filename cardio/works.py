"""Works by the ids that the outputs show: found, kept, forbidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import numpy as np

from cardio.statement import Statement
from cardio.study_yaml import shown
from gis_layers import StudyError
from network_model import Opportunities
from optimise import Problem, Variant, keep_and_forbid

SHOWN_IDS = 3


@dataclass(frozen=True)
class Work:
    """A site or a route segment.

    Attributes
    ----------
    id : str
        As the outputs show it: ``option@layer/feature`` or the id of a segment.
    kind : str
    row : int
        Row of the candidates or of the route segments.
    index : int
        Candidate or edge of the problem; -1 for a segment that no laying of the study can equip.
    """

    id: str
    kind: Literal["site", "route"]
    row: int
    index: int


def find_work(
    opportunities: Opportunities, statement: Statement, identifier: str, *, key: str, also: Sequence[str] = ()
) -> Work:
    """Find a work by its id.

    Parameters
    ----------
    key : str
        Where the id was given, for the message.
    also : sequence of str
        Other names that could have been meant.

    Raises
    ------
    StudyError
        No work has this id; the nearest ids are named.
    """
    sites, segments = opportunities.candidates.work_id, opportunities.routes.segment_id
    if len(found := np.flatnonzero(sites == identifier)):
        return Work(identifier, "site", int(found[0]), int(found[0]))
    if len(found := np.flatnonzero(segments == identifier)):
        row = int(found[0])
        edge = np.flatnonzero(statement.segments == row)
        return Work(identifier, "route", row, int(edge[0]) if len(edge) else -1)
    raise StudyError(
        f"{key}: no site or route that could be of use is called {shown(identifier)}",
        _nearest(identifier, [*also, *sites.tolist(), *segments.tolist()]),
        key=key,
    )


def find_works(
    opportunities: Opportunities, statement: Statement, identifiers: Sequence[str], *, key: str
) -> tuple[Work, ...]:
    """Find the works of a list of the study; errors as `find_work`."""
    return tuple(find_work(opportunities, statement, identifier, key=key) for identifier in identifiers)


def fix_works(problem: Problem, keep: Sequence[Work], forbid: Sequence[Work]) -> Variant:
    """Keep and forbid works of a problem.

    Raises
    ------
    StudyError
        A route to keep that cannot be laid, or in a problem with phases.
    """
    for work in keep:
        if work.kind == "route" and problem.phases is not None:
            raise StudyError(
                f"plan.keep: route {shown(work.id)}: with plan.phases nothing says in which year it is dug",
                "keep the site at its end, forbid other routes, or plan without phases",
                key="plan.keep",
            )
        if work.index < 0:
            raise StudyError(
                f"plan.keep: route {shown(work.id)} cannot be laid: no way of laying has a price there",
                "add a price under laying, or do not keep it",
                key="plan.keep",
            )
    return keep_and_forbid(
        problem,
        keep_edges=[work.index for work in keep if work.kind == "route"],
        keep_candidates=[work.index for work in keep if work.kind == "site"],
        # what cannot be laid is not in the problem: there is nothing to forbid
        forbid_edges=[work.index for work in forbid if work.kind == "route" and work.index >= 0],
        forbid_candidates=[work.index for work in forbid if work.kind == "site"],
    )


def _nearest(identifier: str, known: Sequence[str]) -> str:
    near = get_close_matches(identifier, known, n=SHOWN_IDS, cutoff=0.4) or list(known[:SHOWN_IDS])
    if not near:
        return "nothing could be built at all"
    # a YAML list in brackets splits at commas
    quoted = "; in a [list] an id with a comma stands in quotes" if "," in near[0] and "," not in identifier else ""
    return f"the nearest are {'  '.join(shown(name) for name in near)}{quoted}"
