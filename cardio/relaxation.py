"""No plan: which target to lower to what share, what the plan then costs, and why some demand is out of reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cardio.prospects import Prospects
from cardio.rounding import round_down_share
from cardio.study_yaml import shown
from cardio.works import Work, fix_works
from gis_layers import Progress, silent
from network_model import Places, TargetCoverage, TargetScope, find_sites
from optimise import Problem, Solution, connectable, cut_off_candidates, reachable_places, solve_variant

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
    message : str
        All of it in field words.
    """

    rows: list[dict[str, Any]]
    cost: dict[str, Any]
    message: str


def relax_targets(
    prospects: Prospects,
    *,
    gap: float,
    time_limit_s: float | None,
    seed: int,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Relaxation:
    """Lower each target out of reach to what can be reached, and plan that.

    Shares are rounded down to 0.1 %, so that they can be written. Kept works that nothing can connect are left out.
    """
    released = _kept_in_vain(prospects)
    kept = [work for work in prospects.kept if work not in released]
    shares = [
        round_down_share(row.reachable) if is_out_of_reach(row) else row.scope.required for row in prospects.coverage
    ]
    solution = solve_variant(
        fix_works(with_shares(prospects, shares), kept, prospects.forbidden),
        gap=gap,
        time_limit_s=time_limit_s,
        seed=seed,
        node_limit=node_limit,
        progress=progress,
    )
    short = [row for row in prospects.coverage if is_out_of_reach(row)]
    lines = [f"plan.keep: no route connects {shown(work.id)} to the existing network" for work in released]
    for name in dict.fromkeys(row.scope.target for row in short):
        own = [row for row in short if row.scope.target == name]
        lines += map(describe_shortfall, own)
        why = _nothing_to_build(prospects, own[0].scope.service)
        lines += [f"  {text}" for text in why or _describe_demands(prospects, [row.scope for row in own])]
    return Relaxation(
        rows=[_relaxation_row(row) for row in short],
        cost={
            "value": None if solution.plan is None else round(solution.plan.cost, 2),
            "bound": solution.bound,
            "status": solution.status,
            "without_kept": [work.id for work in released],
        },
        message="\n".join([*lines, *_describe_way_out(short, released, solution)]),
    )


def is_out_of_reach(row: TargetCoverage) -> bool:
    """Whether a target asks for more than can be reached."""
    return row.reachable < row.scope.required - SHARE_TOLERANCE


def with_shares(prospects: Prospects, shares: Sequence[float]) -> Problem:
    """Return the problem of a town with another share required of each scope."""
    problem = prospects.statement.problem
    rows = zip(problem.targets, prospects.town.scopes, shares, strict=True)
    return replace(problem, targets=tuple(replace(row, required=share * scope.total) for row, scope, share in rows))


def describe_shortfall(row: TargetCoverage) -> str:
    """Say how much of a target can be reached."""
    return (
        f"target {row.scope.target}{_in_zone(row.scope)}: {row.scope.required:.1%} asked, at most "
        f"{round_down_share(row.reachable):.1%} of the {row.scope.service} demand can be reached with these options"
    )


def _kept_in_vain(prospects: Prospects) -> list[Work]:
    cut_off = set(cut_off_candidates(prospects.variant).tolist())
    return [work for work in prospects.kept if work.kind == "site" and work.index in cut_off]


def _relaxation_row(row: TargetCoverage) -> dict[str, Any]:
    return {
        "target": row.scope.target,
        "zone": row.scope.zone,
        "required": row.scope.required,
        "reachable": row.reachable,
        "at_least_suggested": round_down_share(row.reachable),
    }


def _describe_way_out(short: Sequence[TargetCoverage], released: Sequence[Work], solution: Solution) -> list[str]:
    lines = [f"remove {shown(work.id)} from plan.keep" for work in released]
    lines += [
        f"lower targets.{row.scope.target}.at_least{_in_zone(row.scope)} from {row.scope.required:g} to "
        f"{round_down_share(row.reachable):g}"
        for row in short
    ]
    if any(row.scope.zone is not None for row in short):
        lines.append(
            "(in_each asks one share of every zone: a zone of its own share is left out of the zone layer by where:, "
            "and gets a target with zone:)"
        )
    if solution.plan is None:
        return [*lines, "no plan with these shares was found within the time limit"]
    bound = "" if solution.bound is None else f"at least {solution.bound:,.2f} EUR and "
    return [*lines, f"the plan then costs {bound}at most {solution.plan.cost:,.2f} EUR"]


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
    """Say why the candidates in reach of a demand cannot serve it; empty where none that serves no more is in reach."""
    problem, variant = prospects.statement.problem, prospects.variant
    cover = problem.cover
    in_reach = cover.indices[cover.indptr[demand] : cover.indptr[demand + 1]]
    names = prospects.opportunities.candidates.work_id
    forbidden = np.setdiff1d(in_reach, variant.candidate_of)
    cut_off = np.setdiff1d(in_reach, [*variant.candidate_of[connectable(variant.problem)], *forbidden])
    if len(cut_off):
        return f"no route connects {_some(names[cut_off])} to the existing network"
    return f"plan.forbid excludes {_some(names[forbidden])}" if len(forbidden) else ""


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
