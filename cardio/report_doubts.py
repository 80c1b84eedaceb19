"""Metres of route that rest on survey data nobody has verified: see docs/report.md for what counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cardio.prospects import Prospects
from cardio.takeoff import cents_by_work
from cardio.town import Town
from costing import Line
from optimise import Plan

Bools = npt.NDArray[np.bool_]
REASONS = ("class", "repaired", "salvaged", "along")
DOUBTFUL = ("error", "warning", "repaired")
SET_ASIDE = "not-existing"  # names rows that no route follows, as they are set aside
ROOM_UNKNOWN = "duct-room-unknown"  # a note, but a cable through a full duct is a trench


@dataclass(frozen=True)
class DoubtfulRoutes:
    """Routes of a plan on survey data that is not verified; a metre counts once, whatever its reasons.

    Attributes
    ----------
    total_m, doubtful_m : float
        m, as the outputs show the lengths.
    doubtful_cents : int
        What the doubtful routes cost, excl. tax.
    reasons_m : dict of str to float
        Reason -> m: ``class`` (dug, and the survey class is unverified), ``repaired`` (the line itself was repaired or
        warned of), ``salvaged`` (its file was read although damaged), ``along`` (laid along a layer with doubts).
    layers : tuple of str
        Layers that the doubts are about.
    """

    total_m: float
    doubtful_m: float
    doubtful_cents: int
    reasons_m: dict[str, float]
    layers: tuple[str, ...]


def find_doubtful_routes(prospects: Prospects, plan: Plan, lines: Sequence[Line]) -> DoubtfulRoutes:
    """Measure the routes of a plan that rest on doubtful survey data.

    Parameters
    ----------
    lines : sequence of Line
        Take-off of the plan.
    """
    town, routes = prospects.town, prospects.opportunities.routes
    built = prospects.statement.segments[plan.edges]
    method = prospects.statement.routes.method[built].astype(str)
    layer = routes.attributes["layer"].to_numpy(dtype=object)[built].astype(str)
    source = routes.attributes["source_row"].fillna(-1).to_numpy(dtype=np.int64)[built]
    along = {laying.name: laying.along for laying in town.study.laying}
    length_m = np.round(routes.length_m[built], 2)
    dug = np.array([along[name] is None for name in method.tolist()], dtype=bool)

    masks = {reason: np.zeros(len(built), dtype=bool) for reason in REASONS}
    if prospects.unverified is not None:
        masks["class"] = dug & prospects.unverified.where[built]
    used = set()
    for name in sorted(set(layer.tolist()) & set(town.layers)):
        own = layer == name
        masks["repaired"] |= own & np.isin(source, sorted(_doubtful_rows(town, name)))
        masks["salvaged"] |= own & town.study.layers[name].salvage
        used |= {name} if (own & (masks["repaired"] | masks["salvaged"] | masks["class"])).any() else set()
    for laying in town.study.laying:
        if laying.along is not None and _has_doubts(town, laying.along) and (method == laying.name).any():
            masks["along"] |= method == laying.name
            used.add(laying.along)
    doubtful = np.logical_or.reduce(list(masks.values()))
    cents = cents_by_work(lines)
    works = routes.segment_id[built][doubtful].astype(str).tolist()
    return DoubtfulRoutes(
        total_m=round(float(length_m.sum()), 2),
        doubtful_m=round(float(length_m[doubtful].sum()), 2),
        doubtful_cents=sum(cents.get(work, 0) for work in works),
        reasons_m={name: round(float(length_m[mask].sum()), 2) for name, mask in masks.items() if mask.any()},
        layers=tuple(sorted(used)),
    )


def _doubtful_rows(town: Town, name: str) -> set[int]:
    """Rows of the file of a layer that a finding names, or that are not used as delivered for a doubtful reason."""
    found = [finding for finding in town.findings if finding.layer == name and finding.severity in DOUBTFUL]
    rows = {int(finding.feature) for finding in found if finding.feature.isascii() and finding.feature.isdigit()}
    changed = town.layers[name].changed
    for code in {finding.code for finding in found}:
        rows |= set(np.asarray(changed.get(code, ()), dtype=np.int64).tolist())
    return rows


def _has_doubts(town: Town, name: str) -> bool:
    """Whether a layer that works are laid along was salvaged, has doubtful findings, or does not tell its room.

    Which of its lines a route follows is not kept, so that one doubtful line makes all of the layer doubtful.
    """
    own = [finding for finding in town.findings if finding.layer == name]
    return town.study.layers[name].salvage or any(
        finding.code == ROOM_UNKNOWN or (finding.severity in DOUBTFUL and finding.code != SET_ASIDE) for finding in own
    )
