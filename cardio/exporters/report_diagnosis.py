"""The section of the report about today: who is served, where service lacks, and how good the survey is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.coverage_picture import CoveragePictures, draw_coverage
from cardio.exporters.equity import equity_figures
from cardio.exporters.findings_cells import say_counts
from cardio.exporters.page import Table, shorten
from cardio.exporters.texts import Words


@dataclass(frozen=True)
class DiagnosisSection:
    """What the report says about the town as it is.

    Attributes
    ----------
    services : Table
        Demand, share served today and what lacks, one row a service.
    targets : sequence of mapping
        One line each of the table of targets: ``cells``, ``shares`` (words), ``percent`` (for the bar), ``met``,
        ``is_met``.
    pictures : sequence of CoveragePictures
        Each service today and with the plan.
    zones : Table
        Share served and weight without service by zone and service, worst zone first; without rows where no target
        has zones.
    equity : Table
        Worst zone, worst tenth and Gini coefficient of targets with zones.
    survey : sequence of str
        Sentences about what was read.
    """

    services: Table
    targets: Sequence[Mapping[str, Any]]
    pictures: Sequence[CoveragePictures]
    zones: Table
    equity: Table
    survey: Sequence[str]


def tell_diagnosis(deliverable: Deliverable, words: Words) -> DiagnosisSection:
    """Word what is there and what lacks."""
    summary = deliverable.summary
    return DiagnosisSection(
        services=_services(deliverable.demand, words),
        targets=[_target(row, words) for row in summary["coverage"]],
        pictures=draw_coverage(deliverable, words),
        zones=shorten(_zones(deliverable, words), words),
        equity=_equity(summary["equity"], words),
        survey=list(_survey(summary, words)),
    )


def _services(demand: gpd.GeoDataFrame, words: Words) -> Table:
    names = ("service", "weight", "before", "diagnosis.lacking", "diagnosis.median", "reachable")
    rows = [
        [
            words.name("services", str(service)),
            words.number(float(part["weight"].sum())),
            words.share(_share(part, part["before"])),
            words.number(float(part.loc[~part["before"], "weight"].sum())),
            _median_distance(part[~part["before"]], words),
            words.share(_share(part, part["reachable"])),
        ]
        for service, part in demand.groupby("service", sort=False)
    ]
    return Table([words[name] for name in names], rows, frozenset(range(1, 6)))


def _share(part: pd.DataFrame, of: pd.Series) -> float:
    total = float(part["weight"].sum())
    return float(part.loc[of.astype(bool), "weight"].sum()) / total if total else 1.0


def _median_distance(part: pd.DataFrame, words: Words) -> str:
    """Distance to today's nearest provider that half of the weight without service is beyond."""
    known = part[np.isfinite(part["nearest_m"].to_numpy(dtype=float)) & (part["weight"] > 0)].sort_values("nearest_m")
    if known.empty:
        return words["none_joined"]
    reached = known["weight"].cumsum() >= known["weight"].sum() / 2
    return words.length(float(known["nearest_m"].to_numpy(dtype=float)[reached.to_numpy().argmax()]))


def _zones(deliverable: Deliverable, words: Words) -> Table:
    """Every service in every zone that a target names, most weight without service first."""
    zones = deliverable.zones.drop_duplicates(["layer", "id"])[["layer", "id", "name", "geometry"]]
    demand = deliverable.demand[["service", "weight", "before", "geometry"]]
    joined = gpd.sjoin(demand, zones.set_crs(demand.crs, allow_override=True), predicate="within")
    if joined.empty:
        return Table([], [])
    joined = joined.assign(lacking=joined["weight"].where(~joined["before"].astype(bool), 0.0))
    sums = joined.groupby(["layer", "id", "name", "service"], sort=False)[["weight", "lacking"]].sum()
    services = list(dict.fromkeys(demand["service"]))
    table = sums.unstack("service")
    share = 1 - table["lacking"] / table["weight"].where(table["weight"] > 0)
    order = share.mean(axis=1).sort_values(kind="stable").index
    rows = [
        [
            str(zone[2] or zone[1]),
            *(
                cell
                for service in services
                for cell in _zone_cells(share.at[zone, service], table.at[zone, ("lacking", service)], words)
            ),
        ]
        for zone in order
    ]
    heads = [words["zone"]]
    for service in services:
        name = words.name("services", str(service))
        heads += [name, words["diagnosis.without"]]
    return Table(heads, rows, frozenset(range(1, len(heads))))


def _zone_cells(share: float, lacking: float, words: Words) -> tuple[str, str]:
    return words.share(share), words.number(lacking)


def _target(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """One line of the target table; shares also as percentages for the bar."""
    names = ("required", "before", "after", "reachable")
    zone = row.get("zone_name") or row["zone"]
    return {
        "cells": [
            words.name("targets", str(row["target"])),
            words.name("services", str(row["service"])),
            words["whole_town"] if zone is None else str(zone),
        ],
        "shares": [words.share(row[name]) for name in names],
        "percent": {name: round(100 * min(1.0, row[name] or 0.0), 2) for name in names},
        "met": words.yes_no(row["met"]),
        "is_met": row["met"],
    }


def _equity(rows: Sequence[Mapping[str, Any]], words: Words) -> Table:
    """Worst zone, worst tenth of the demand and Gini coefficient of each target that has zones."""

    def show(figure: str, value: float | None) -> str:
        return words.number(value, 3) if figure == "gini" else words.share(value)

    cells = [
        [words.name("targets", row.target), row.label, show(row.figure, row.before), show(row.figure, row.after)]
        for row in equity_figures(rows, words)
    ]
    headers = [words["target"], words["equity.figure"], words["before"], words["after"]]
    return Table(headers, cells, frozenset({2, 3}))


def _survey(summary: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What was read, what was set aside, and how whole the streets are."""
    layers, graph = summary["layers"], summary["graph"]
    read, kept = (sum(layer[name] for layer in layers) for name in ("rows_read", "rows_kept"))
    yield words["diagnosis.read"].format(
        layers=words.number(len(layers)), read=words.number(read), kept=words.number(kept),
        aside=words.number(read - kept),
    )  # fmt: skip
    yield words["key_of"].format(label=words["findings"], value=say_counts(summary["findings"], words))
    yield words.counted(
        "diagnosis.graph",
        graph["components"],
        length=words.length(graph["length_m"]),
        share=words.share(graph["largest_component_share"]),
    )
