"""What the figures of a plan rest on, in words, for the report and the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardio.study import Study


def list_assumptions(study: Study, summary: Mapping[str, Any]) -> dict[str, str]:
    """List targets, reach rules, laying rules and settings, one line each."""
    said = {
        "study": study.name,
        "scenario": study.scenario or "-",
        "crs": study.crs,
        "cardio version": str(summary["cardio_version"]),
        "seed": str(summary.get("seed", study.solver.seed)),
        "solver": f"{study.solver.name}, gap {study.solver.gap:g}, time limit {study.solver.time_limit_s:g} s",
        "network": f"ends joined within {study.close_gaps_m:g} m, attached within {study.attach_within_m:g} m, "
        f"backbone followed within {study.backbone_within_m:g} m",
        "money": "EUR, capex excl. tax, each line rounded to the cent",
    }
    for service in study.services.values():
        spread = f", spread over {service.spread_over}" if service.spread_over else ""
        said[f"service {service.name}"] = (
            f"demand {service.demand_layer} by {service.weight or 'count'}{spread}; reach {service.reach.rule} "
            f"within {service.reach.within_m:g} m"
        )
    for target in study.targets:
        where = (
            f" in {target.zone_name}" if target.zone_name else f" in each {target.in_each}" if target.in_each else ""
        )
        said[f"target {target.name}"] = (
            f"{target.service} at least {target.at_least:.1%}{where}, {target.providers} provider(s)"
        )
    for option in study.options:
        support = f" + {option.support}" if option.support else ""
        said[f"option {option.name}"] = (
            f"{option.service} at {', '.join(option.sites)}, price {option.price}{support}, "
            f"backhaul {option.backhaul or 'none'}"
        )
    for laying in study.laying:
        along = f"along {laying.along} within {laying.within_m:g} m" if laying.along else "along any route"
        said[f"laying {laying.name}"] = f"{along}, price {laying.price or 'by ' + str(laying.by_column)}"
    return said
