"""Works that all near-optimal plans share: of no regret, whichever of the plans comes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.sparse import csr_array

from optimise.near_hunt import Hunt
from optimise.near_search import TOLERANCE, NearSearch, Overlap
from optimise.outage import providers_without
from optimise.plan import Plan
from optimise.prices import Prices, minimised_prices
from optimise.problem import Floats, Ints
from optimise.recost import fix_again, shares

Kind = Literal["edge", "candidate"]
Proof = Literal["proven", "all_found"]

FOR_DOUBT = 0.75
"""Part of the whole time at which the search for a plan without them ends."""
COMPARED = 4
"""Plans in which it is measured how much rests on a work."""


@dataclass(frozen=True)
class SharedWork:
    """A work that all plans found within the limit have.

    Attributes
    ----------
    kind : str
    index : int
        Of the original problem.
    cost : float
        Of the dig or the equipment alone.
    proof : str
        proven: every plan within the limit has it; all_found: all that were found have it.
    bound_without : float or None
        No plan without it costs less; inf where there is none; None where it was not tried.
    """

    kind: Kind
    index: int
    cost: float
    proof: Proof
    bound_without: float | None


@dataclass(frozen=True)
class NoRegret:
    """Works of all plans found, dearest first, and what every plan within the limit spends on them at least."""

    works: tuple[SharedWork, ...]
    least: float


def find_shared(search: NearSearch, proofs: int) -> NoRegret:
    """Find the works of every plan within the limit.

    A plan that avoids as much of them as it can comes first, which shortens the list; planning without a work then
    proves it, or finds a plan that lacks it.

    Parameters
    ----------
    search : NearSearch
    proofs : int
        Works that are tried; 0 leaves the list as the plans found make it.
    """
    before = _money(_every_work(search))
    least = _doubt(search) if proofs and not search.stopped else 0.0
    search.until(1.0)
    works = {(work.kind, work.index): work for work in _every_work(search)}
    tried = 0
    for work in _most_relied_on(search, works.values()) if proofs else ():
        key = (work.kind, work.index)
        if tried >= proofs or search.stopped:
            break
        if key not in works:
            continue
        known, tested = len(search.found), _try_without(search, work, parts=proofs - tried)
        tried += 1
        works[key] = work if tested is None else tested
        for plan in search.found[known:]:
            works = {one: other for one, other in works.items() if other.index in _works(plan, other.kind)}
    shared = tuple(works.values())
    proven = _money([work for work in shared if work.proof == "proven"])
    # what left the list since the bound was proven may be all that a plan saves
    return NoRegret(shared, max(proven, least - (before - _money(shared))))


def _most_relied_on(search: NearSearch, works: Iterable[SharedWork]) -> list[SharedWork]:
    """Works by how much service the plans found lose at least without them, the dearer first among equals.

    Equipment that is one of many of its price is soon replaced; the street by which most is connected is not.
    """
    problem, nothing = search.core.original, np.empty(0, dtype=np.int64)
    plans = search.found[:COMPARED]
    served = [providers_without(problem, plan, edges=nothing, candidates=nothing).sum() for plan in plans]

    def lost(work: SharedWork) -> float:
        own = np.array([work.index])
        edges, candidates = (own, nothing) if work.kind == "edge" else (nothing, own)
        left = [providers_without(problem, plan, edges=edges, candidates=candidates).sum() for plan in plans]
        return float(min(there - still for there, still in zip(served, left, strict=True)))

    return sorted((work for work in works if work.cost > 0), key=lambda work: (-lost(work), -work.cost, work.index))


def _money(works: Sequence[SharedWork]) -> float:
    return math.fsum(work.cost for work in works)


def _doubt(search: NearSearch) -> float:
    """Search the plan within the limit that spends least on the works of all plans found; return the bound of that.

    The bound is 0 where money counts differently by year.
    """
    search.until(FOR_DOUBT)
    original = search.core.original
    cost = minimised_prices(original)
    none = shares(original, search.found[:1])
    share = Prices(
        np.zeros_like(cost.edge),
        np.zeros_like(cost.candidate),
        np.zeros_like(cost.connection),
        np.zeros_like(cost.cable),
        none.link if none.link is None else csr_array(none.link * 0.0),
    )
    for work in _every_work(search):
        (share.edge if work.kind == "edge" else share.candidate)[work.index] = 1.0
    hunt = Hunt(search, Overlap(search.core, search.found[:1], share), "doubting what all plans share")
    hunt.run()
    phases = original.phases
    return hunt.bound if phases is None or (phases.factor == 1).all() else 0.0


def _every_work(search: NearSearch) -> list[SharedWork]:
    """Works of all plans found that the variant does not keep, dearest first."""
    variant = search.core
    cost = minimised_prices(variant.original)
    works = []
    kinds: tuple[tuple[Kind, Ints, Floats], ...] = (
        ("edge", variant.kept_edges, cost.edge),
        ("candidate", variant.kept_candidates, cost.candidate),
    )
    for kind, kept, own in kinds:
        common = _works(search.found[0], kind)
        for plan in search.found[1:]:
            common = np.intersect1d(common, _works(plan, kind))
        for index in np.setdiff1d(common, kept).tolist():
            works.append(SharedWork(kind, index, float(own[index]), "all_found", None))
    return sorted(works, key=lambda work: (-work.cost, work.kind, work.index))


def _works(plan: Plan, kind: str) -> Ints:
    return plan.edges if kind == "edge" else plan.candidates


def _try_without(search: NearSearch, work: SharedWork, *, parts: int) -> SharedWork | None:
    """Plan without the work; None where the user stopped."""
    without = fix_again(
        search.core,
        search.core.original,
        forbid_edges=[work.index] if work.kind == "edge" else [],
        forbid_candidates=[work.index] if work.kind == "candidate" else [],
    )
    answer = search.solve(without, f"without {work.kind} {work.index}", parts=parts)
    if answer is None:
        return None
    solution, _ = answer
    if solution.status == "infeasible":
        return replace(work, proof="proven", bound_without=math.inf)
    proven = solution.bound is not None and solution.bound > search.limit * (1.0 + TOLERANCE)
    return replace(work, proof="proven" if proven else "all_found", bound_without=solution.bound)
