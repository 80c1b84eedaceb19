"""Rows of summary.json on how evenly each target's service is spread over zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cardio.town import Town
from network_model import Target, TargetScope, expand_targets, measure_equity

Ints = npt.NDArray[np.int64]


def equity_rows(town: Town, after: Mapping[str, Ints] | None) -> list[dict[str, Any]]:
    """One row a target: figures before the plan and after it, null where there are no zones to compare.

    A target that holds in each zone is measured over these zones. A target of the whole town is measured over the zones
    that other targets name, if they all name one layer; a target of one zone over nothing.

    Parameters
    ----------
    after : mapping of str to (J,) int or None
        By service: distinct providers of each demand point with the plan; None without a plan.
    """
    named = {target.zone_layer or target.in_each for target in town.study.targets} - {None}
    only = next(iter(named)) if len(named) == 1 else None
    rows = []
    for target in town.study.targets:
        layer = target.in_each or (None if target.zone_layer else only)
        zones = _zones_of(town, target, layer)
        rows.append(
            {
                "target": target.name,
                "service": target.service,
                "zone_layer": layer,
                "before": _figures(zones, town.providers[target.service]),
                "after": None if after is None else _figures(zones, after[target.service]),
            }
        )
    return rows


def _zones_of(town: Town, target: Target, layer: str | None) -> Sequence[TargetScope]:
    if layer is None:
        return ()
    if target.in_each:
        return [scope for scope in town.scopes if scope.target == target.name]
    split = (replace(target, in_each=layer),)
    return expand_targets(split, town.study.services, town.demand, town.layers)[0]


def _figures(zones: Sequence[TargetScope], providers: Ints) -> dict[str, Any] | None:
    equity = measure_equity(zones, providers)
    return None if equity is None else {name: _rounded(value) for name, value in asdict(equity).items()}


def _rounded(value: Any) -> Any:
    return round(value, 9) if isinstance(value, float) else value
