"""Plans that cost little more than the best one and share as little with it as possible, and what all of them share.

Every alternative minimises its overlap: the money that it spends on what earlier plans have, each item weighted by the
part of the earlier plans that has it (as Brill's hop-skip-jump method of 1982 does), subject to a limit on its cost.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Literal

from gis_layers import Progress, StudyError, silent
from optimise.near_hunt import Hunt
from optimise.near_search import NearSearch, Overlap
from optimise.no_regret import SharedWork, find_shared
from optimise.plan import Plan, Solution
from optimise.variants import Variant

Ending = Literal["count", "nothing_different", "limit", "cancelled"]

FOR_ALTERNATIVES = 0.6
"""Part of the time that the alternatives may take; the rest is for proofs."""


@dataclass(frozen=True)
class Alternative:
    """A plan within the limit.

    Attributes
    ----------
    plan : Plan
        Verified; its cost is that of the original problem.
    overlap : float
        Money that it spends on what earlier plans have too, each item weighted by the part of them that has it.
    overlap_bound : float
        Proven: no plan within the limit overlaps less.
    new : float
        Money that it spends on what no earlier plan has.
    most_new : float
        Proven: no plan within the limit spends more on that.
    solves : int
        Problems solved to find it.
    """

    plan: Plan
    overlap: float
    overlap_bound: float
    new: float
    most_new: float
    solves: int


@dataclass(frozen=True)
class NearOptimal:
    """Near-optimal plans of a problem and what they share.

    Attributes
    ----------
    best : Plan
        What the others are compared with: the best plan known at the start.
    limit : float
        Most that an alternative may cost: (1 + within) times the cost of `best`, or the budget where that is less.
    within_bound : float or None
        The limit is this part above the proven bound of the least cost, `within` where `best` is optimal; None without
        a bound, or above a bound of 0.
    alternatives : tuple of Alternative
        Each as different as was found from `best` and those before it.
    ending : str
        count: as many as asked; nothing_different: no other plan was found; limit: the time was over; cancelled.
    next_most_new : float or None
        Where the search ended early: proven most that a further plan within the limit could spend on what none has.
    shared : tuple of SharedWork
        Dearest first; works that the variant keeps are not in it.
    least_shared : float
        Proven: every plan within the limit spends at least this much on works of `shared`, taken together.
    plans_found : int
        Different plans within the limit found in all searches, `best` included.
    solves : int
    seconds : float
    """

    best: Plan
    limit: float
    within_bound: float | None
    alternatives: tuple[Alternative, ...]
    ending: Ending
    next_most_new: float | None
    shared: tuple[SharedWork, ...]
    least_shared: float
    plans_found: int
    solves: int
    seconds: float


def near_optimal(
    variant: Variant,
    solution: Solution,
    *,
    within: float = 0.02,
    count: int = 3,
    proofs: int = 5,
    gap: float = 0.01,
    time_limit_s: float | None = None,
    seed: int = 0,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> NearOptimal:
    """Find plans that cost at most so much more than the best plan known, as different as possible from those before.

    Parameters
    ----------
    variant : Variant
        `keep_and_forbid(problem)` for a problem as it is.
    solution : Solution
        Of this variant, with the plan to start from and the bound that is proven.
    within : float
        Part above the cost of that plan, above 0.
    count : int
        Alternatives besides that plan, 0 or more.
    proofs : int
        Shared works on which most service rests, for which a proof is tried by planning without them.
    gap : float
        Of each solve.
    time_limit_s : float, optional
        For all solves together.
    node_limit : int, optional
        For each solve.
    seed, progress
        As `solve`.

    Raises
    ------
    StudyError
        The objective is worth, a year has a budget, there is no plan, or an option is out of range.
    """
    if variant.original.objective != "least_cost":
        raise StudyError("alternatives are of plans of least cost", "ask it of a scenario of least cost")
    if solution.plan is None:
        raise StudyError("there is no plan to compare with", "give the first solve more time")
    if not 0 < within < math.inf or count < 0 or proofs < 0:
        raise StudyError(
            f"within {within:g}, count {count}, proofs {proofs}: out of range",
            "within is a part above 0 such as 0.02; count and proofs are at least 0",
        )
    search = NearSearch(variant, solution.plan, within, gap, seed, node_limit, progress, time_limit_s)
    alternatives, ending, next_most_new = _find_alternatives(search, count)
    search.until(1.0)
    no_regret = find_shared(search, proofs)
    if ending == "limit" and len(search.found) > len(alternatives) + 1:
        alternatives = _offer_found(search, alternatives, count)
        # what was proven counts for a plan beside the earlier ones only
        ending, next_most_new = ("count" if len(alternatives) == count else ending), None
    bound = solution.bound or 0.0
    return NearOptimal(
        best=solution.plan,
        limit=search.limit,
        within_bound=search.limit / bound - 1.0 if bound > 0 else None,
        alternatives=alternatives,
        ending="cancelled" if search.cancelled else ending,
        next_most_new=next_most_new,
        shared=no_regret.works,
        least_shared=no_regret.least,
        plans_found=len(search.found),
        solves=search.solves,
        seconds=time.monotonic() - search.started,
    )


def _find_alternatives(search: NearSearch, count: int) -> tuple[tuple[Alternative, ...], Ending, float | None]:
    chosen: list[Plan] = [search.found[0]]
    alternatives: list[Alternative] = []
    for number in range(1, count + 1):
        search.until(FOR_ALTERNATIVES * number / count)
        before, overlap = search.solves, Overlap(search.core, chosen)
        hunt = Hunt(search, overlap, f"alternative {number} of {count}")
        hunt.run()
        if hunt.best is None:
            return tuple(alternatives), "limit" if hunt.cut_short else "nothing_different", hunt.most_new
        alternatives.append(_told(hunt, overlap, hunt.best, search.solves - before))
        chosen.append(hunt.best)
        if search.cancelled:
            break
    return tuple(alternatives), "count", None


def _offer_found(search: NearSearch, alternatives: tuple[Alternative, ...], count: int) -> tuple[Alternative, ...]:
    """Fill up with plans that the proofs found within the limit, the most different first."""
    offered = list(alternatives)
    while len(offered) < count:
        overlap = Overlap(search.core, [search.found[0], *(alternative.plan for alternative in offered)])
        hunt = Hunt(search, overlap, "")
        if hunt.best is None:
            break
        offered.append(_told(hunt, overlap, hunt.best, 0))
    return tuple(offered)


def _told(hunt: Hunt, overlap: Overlap, plan: Plan, solves: int) -> Alternative:
    return Alternative(
        plan=plan,
        overlap=hunt.best_overlap,
        overlap_bound=min(hunt.bound, hunt.best_overlap),
        new=overlap.new(plan),
        most_new=hunt.most_new,
        solves=solves,
    )
