"""No plan: which target to lower to what share, what the plan then costs, and why some demand is out of reach."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cardio.amounts import say_amount
from cardio.bracket_rows import find_bracket_rows
from cardio.missing_money import Shortage, find_shortages, without_budgets
from cardio.prospects import Prospects
from cardio.rounding import round_down_share
from cardio.study_yaml import shown
from cardio.works import Work, fix_works
from gis_layers import Progress, silent
from network_model import Places, TargetCoverage, TargetScope, find_sites
from optimise import (
    Problem,
    Solution,
    Variant,
    Worth,
    connectable,
    cut_off_candidates,
    reachable_places,
    solve_variant,
    verify,
)

Ints = npt.NDArray[np.int64]
SHOWN_DEMANDS = 5
SHARE_TOLERANCE = 1e-9
OUT_OF_REACH = {
    "straight_line": "but serves at most {limit:g} m",
    "along_network": "but more than {limit:g} m along the network",
    "line_of_sight": "but out of sight",
}


@dataclass(frozen=True)
class Relaxation:
    """The way out where no plan meets the targets.

    Attributes
    ----------
    rows : list of dict
        One for each target out of reach: target, zone, required, reachable, at_least_suggested.
    cost : dict
        value, bound and status of the plan with these shares; EUR, None where none was found. ``without_kept``: ids of
        kept sites that nothing can connect, which that plan leaves out.
    budgets : list of dict
        One for each budget, where there are any: key, budget, and at_least and at_most, between which the least cost
        of what is asked by then lies.
    message : str
        All of it in field words.
    """

    rows: list[dict[str, Any]]
    cost: dict[str, Any]
    budgets: list[dict[str, Any]]
    message: str


@dataclass(frozen=True)
class _Lowered:
    """A target that must ask for less, and the share that it can ask for."""

    row: TargetCoverage
    share: float


def relax_targets(
    prospects: Prospects,
    *,
    gap: float,
    time_limit_s: float | None,
    seed: int,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Relaxation:
    """Lower each target out of reach to what can be reached, leave the budgets out, and plan that.

    Shares are rounded down to 0.1 %, so that they can be written. Kept works that nothing can connect are left out.
    Where equipment cannot serve all that is in its reach, targets are lowered to what the most coverage gives them.

    Prospects of rows with brackets are at their lowest prices: what things cost then is said as the least.
    """
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s

    def solve(variant: Variant) -> Solution:
        left_s = None if deadline is None else max(deadline - time.monotonic(), 0.0)
        return solve_variant(variant, gap=gap, time_limit_s=left_s, seed=seed, node_limit=node_limit, progress=progress)

    released = _kept_in_vain(prospects)
    kept = [work for work in prospects.kept if work not in released]

    def cheapest(lowered: Sequence[_Lowered]) -> Solution:
        return solve(fix_works(without_budgets(_with_lowered(prospects, lowered)), kept, prospects.forbidden))

    short = [] if _has_goals(prospects) else [row for row in prospects.coverage if is_out_of_reach(row)]
    lowered = [_Lowered(row, round_down_share(row.reachable)) for row in short]
    solution = cheapest(lowered)
    lines = [f"plan.keep: no route connects {shown(work.id)} to the existing network" for work in released]
    lines += _describe_out_of_reach(prospects, short)
    if solution.status == "infeasible":
        limited = _lower_to_limits(prospects, fix_works(_most_coverage(prospects), kept, prospects.forbidden), solve)
        lines += [_describe_limit(one) for one in limited]
        lowered = _merge(lowered, limited)
        solution = cheapest(lowered)
    shortages = find_shortages(prospects, solution, _with_lowered(prospects, lowered), kept, solve)
    bracketed = [repr(row.price.key) for row in find_bracket_rows(prospects)]
    if bracketed:
        shortages = [replace(each, at_most=None) for each in shortages]
    currency = prospects.town.study.currency
    lines += [each.words(currency) for each in shortages if each.proven]
    if shortages and not lines:
        carry = "; what a year leaves does not carry over to the next" if prospects.town.study.phases else ""
        lines += [
            f"it is proven that no plan keeps to the budgets{carry}",
            *(each.words(currency) for each in shortages),
        ]
    return Relaxation(
        rows=[_relaxation_row(one) for one in lowered],
        cost={
            "value": None if solution.plan is None or bracketed else round(solution.plan.cost, 2),
            "bound": solution.bound,
            "status": solution.status,
            "without_kept": [work.id for work in released],
        },
        budgets=[each.row() for each in shortages],
        message="\n".join([*lines, *_describe_way_out(prospects, lowered, released, solution, shortages, bracketed)]),
    )


def _has_goals(prospects: Prospects) -> bool:
    return prospects.town.study.objective == "most_coverage"


def _with_lowered(prospects: Prospects, lowered: Sequence[_Lowered]) -> Problem:
    """Return the problem with some targets lowered; goals ask for nothing."""
    share_of = {id(one.row): one.share for one in lowered}
    asked = [0.0 if _has_goals(prospects) else row.scope.required for row in prospects.coverage]
    shares = [share_of.get(id(row), share) for row, share in zip(prospects.coverage, asked, strict=True)]
    return with_shares(prospects, shares)


def _describe_out_of_reach(prospects: Prospects, short: Sequence[TargetCoverage]) -> list[str]:
    lines: list[str] = []
    for name in dict.fromkeys(row.scope.target for row in short):
        own = [row for row in short if row.scope.target == name]
        lines += map(describe_shortfall, own)
        why = _nothing_to_build(prospects, own[0].scope.service)
        lines += [f"  {text}" for text in why or _describe_demands(prospects, [row.scope for row in own])]
    return lines


def _most_coverage(prospects: Prospects) -> Problem:
    """Ask for the greatest sum of all shares, whatever it costs."""
    scopes = prospects.town.scopes
    free = without_budgets(with_shares(prospects, [0.0] * len(scopes)))
    total = np.array([scope.total for scope in scopes])
    per_weight = np.divide(1.0, total, out=np.zeros(len(scopes)), where=total > 0)
    return replace(free, worth=Worth(per_weight), objective="most_worth")


def _lower_to_limits(prospects: Prospects, variant: Variant, solve: Callable[[Variant], Solution]) -> list[_Lowered]:
    """Lower targets to what a plan of most coverage gives them; nothing where no such plan is found."""
    solution = solve(variant)
    if solution.plan is None:
        return []
    weight = verify(variant.original, solution.plan).served_weight
    shares = [
        round_down_share(served / row.scope.total) if row.scope.total > 0 else 1.0
        for row, served in zip(prospects.coverage, weight, strict=True)
    ]
    rows = zip(prospects.coverage, shares, strict=True)
    return [_Lowered(row, share) for row, share in rows if share < row.scope.required - SHARE_TOLERANCE]


def _merge(lowered: Sequence[_Lowered], limited: Sequence[_Lowered]) -> list[_Lowered]:
    """One for each target, with the lower of its shares."""
    share_of: dict[int, _Lowered] = {}
    for one in (*lowered, *limited):
        known = share_of.get(id(one.row), one)
        share_of[id(one.row)] = min(known, one, key=lambda each: each.share)
    return list(share_of.values())


def _describe_limit(one: _Lowered) -> str:
    return (
        f"target {one.row.scope.target}{_in_zone(one.row.scope)}: {one.row.scope.required:.1%} asked; with what each "
        f"piece of equipment serves at most, the plan that covers most reaches {one.share:.1%}"
    )


def is_out_of_reach(row: TargetCoverage) -> bool:
    """Whether a target asks for more than can be reached."""
    return row.reachable < row.scope.required - SHARE_TOLERANCE


def with_shares(prospects: Prospects, shares: Sequence[float]) -> Problem:
    """Return the problem of a town with another share required of each scope, and of no year more than in the end."""
    problem = prospects.statement.problem
    required = [share * scope.total for scope, share in zip(prospects.town.scopes, shares, strict=True)]
    phases = problem.phases
    if phases is not None:
        phases = replace(phases, required=np.minimum(phases.required, np.array(required)))
    rows = zip(problem.targets, required, strict=True)
    return replace(problem, targets=tuple(replace(row, required=least) for row, least in rows), phases=phases)


def describe_shortfall(row: TargetCoverage) -> str:
    """Say how much of a target can be reached."""
    return (
        f"target {row.scope.target}{_in_zone(row.scope)}: {row.scope.required:.1%} asked, at most "
        f"{round_down_share(row.reachable):.1%} of the {row.scope.service} demand can be reached with these options"
    )


def _kept_in_vain(prospects: Prospects) -> list[Work]:
    cut_off = set(cut_off_candidates(prospects.variant).tolist())
    return [work for work in prospects.kept if work.kind == "site" and work.index in cut_off]


def _relaxation_row(one: _Lowered) -> dict[str, Any]:
    return {
        "target": one.row.scope.target,
        "zone": one.row.scope.zone,
        "required": one.row.scope.required,
        "reachable": one.row.reachable,
        "at_least_suggested": one.share,
    }


def _describe_way_out(
    prospects: Prospects,
    lowered: Sequence[_Lowered],
    released: Sequence[Work],
    solution: Solution,
    shortages: Sequence[Shortage],
    bracketed: Sequence[str],
) -> list[str]:
    lines = [f"remove {shown(work.id)} from plan.keep" for work in released]
    lines += [
        f"lower targets.{one.row.scope.target}.at_least{_in_zone(one.row.scope)} from {one.row.scope.required:g} to "
        f"{one.share:g}"
        for one in lowered
    ]
    if any(one.row.scope.zone is not None for one in lowered):
        lines.append(
            "(in_each asks one share of every zone: a zone of its own share is left out of the zone layer by where:, "
            "and gets a target with zone:)"
        )
    without = " without any budget" if shortages else ""
    if solution.plan is None:
        return [*lines, f"no plan with these shares was found{without} within the time limit"]
    currency, figure = prospects.town.study.currency, prospects.statement.figure
    basis = "" if figure.name == "capex" else f" ({figure.basis})"
    if bracketed:
        least = "nothing is proven of what the plan then costs"
        if solution.bound is not None:
            least = f"the plan then costs at least {say_amount(solution.bound, currency)}{basis}"
        return [*lines, f"{least}{without} (at the lowest prices of {', '.join(bracketed)})"]
    bound = "" if solution.bound is None else f"at least {say_amount(solution.bound, currency)} and "
    return [*lines, f"the plan then costs {bound}at most {say_amount(solution.plan.cost, currency)}{basis}{without}"]


def _nothing_to_build(prospects: Prospects, service: str) -> list[str]:
    """Say where the study offers nothing for a service, or no way to connect it, so that no demand can be served."""
    study = prospects.town.study
    options = [option for option in study.options if option.service == service]
    if not options:
        return [f"options: nothing is offered for {service}; add an option with service: {service}"]
    if len(prospects.statement.segments) or not all(option.backhaul for option in options):
        return []
    names = ", ".join(option.name for option in options)
    how = "no method of it is allowed on any route" if study.laying else "it is empty"
    return [f"laying: nothing can be laid ({how}), and {names} must be connected; add a method, with its price"]


def _describe_demands(prospects: Prospects, scopes: Sequence[TargetScope]) -> list[str]:
    """Say of the heaviest demands of a target that nothing can serve well enough why that is so."""
    service, providers = scopes[0].service, scopes[0].providers
    first = prospects.statement.first_demand[service]
    demand, weight = (np.concatenate(parts) for parts in zip(*((s.demand, s.weight) for s in scopes), strict=True))
    places = reachable_places(prospects.variant.problem)[first + demand]
    lacking = np.flatnonzero((places < providers) & (weight > 0))
    heaviest = lacking[np.argsort(-weight[lacking], kind="stable")][:SHOWN_DEMANDS]
    points = prospects.town.demand[service]
    sites = _places_of_service(prospects, service)
    lines = []
    for row in heaviest.tolist():
        own = int(demand[row])
        why = _why_not_served(prospects, first + own) or _nearest_place(prospects, service, own, sites)
        if providers > 1:
            why = f"{places[row]} of {providers} places can serve it; {why}"
        lines.append(f"{shown(str(points.label[own]))} (weight {weight[row]:g}): {why}")
    if len(lacking) > SHOWN_DEMANDS:
        lines.append(f"... and {len(lacking) - SHOWN_DEMANDS} more")
    return lines


def _why_not_served(prospects: Prospects, demand: int) -> str:
    """Say why the candidates in reach of a demand cannot serve it; empty where none that cannot is in reach."""
    problem, variant = prospects.statement.problem, prospects.variant
    cover = problem.cover
    in_reach = cover.indices[cover.indptr[demand] : cover.indptr[demand + 1]]
    names = prospects.opportunities.candidates.work_id
    forbidden = np.setdiff1d(in_reach, variant.candidate_of)
    cut_off = np.setdiff1d(in_reach, [*variant.candidate_of[connectable(variant.problem)], *forbidden])
    if len(cut_off):
        return f"no route connects {_some(names[cut_off])} to the existing network"
    if len(forbidden):
        return f"plan.forbid excludes {_some(names[forbidden])}"
    if problem.capacity is None:
        return ""
    most = problem.capacity.most[in_reach]
    small = most < problem.capacity.load[demand]
    if not small.any():
        return ""
    return f"what is in reach serves at most {most[small].max():g} each: {_some(names[in_reach[small]])}"


def _some(names: npt.NDArray[np.object_]) -> str:
    more = f" (and {len(names) - 1} more in reach)" if len(names) > 1 else ""
    return f"{shown(str(names[0]))}{more}"


def _places_of_service(prospects: Prospects, service: str) -> Places:
    """Every place of the options of a service, those that serve nobody included."""
    town = prospects.town
    options = [option for option in town.study.options if option.service == service]
    return find_sites(town.graph, town.layers, options, attach_within_m=town.study.attach_within_m)[0]


def _nearest_place(prospects: Prospects, service: str, own: int, sites: Places) -> str:
    if not len(sites.xy):
        return "no option of the service has a place"
    reach = prospects.town.study.services[service].reach
    distance_m = np.hypot(*(sites.xy - prospects.town.demand[service].xy[own]).T)
    nearest = int(np.argmin(distance_m))
    name = shown(f"{sites.layer[nearest]}/{sites.feature_id[nearest]}")
    if distance_m[nearest] > reach.within_m:
        limit = f"the service reaches {reach.within_m:g} m"
    else:
        limit = OUT_OF_REACH[reach.rule].format(limit=reach.within_m)
    return f"the nearest place of an option, {name}, is {distance_m[nearest]:.0f} m away in a straight line, {limit}"


def _in_zone(scope: TargetScope) -> str:
    return f" in {shown(scope.zone_name or scope.zone)}" if scope.zone is not None else ""
