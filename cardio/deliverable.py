"""What a finished run hands to the exporters: frames and a summary, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from cardio.money import Money
from cardio.report import Report
from cardio.tiles import Tiles
from gis_layers import Finding


@dataclass(frozen=True)
class Deliverable:
    """Input of every exporter. All frames are in the study CRS, money excl. tax as floats of whole cents.

    A column `year` (Int64) is missing throughout in a plan without phases.

    Attributes
    ----------
    summary : mapping
        Content of summary.json (see the contract); `summary["study"]`, `["coverage"]`, `["cost"]`, ...
    language : str
        ``fr`` or ``en``: language of the map and the report.
    currency : str
        ISO 4217 code of all amounts, whose names end in ``_eur`` whatever it is.
    sites : GeoDataFrame
        id, option, service, backhaul (``fibre`` or ``none``), place_layer, place_id, cost_eur, share_eur (its price and
        its part of the routes), standalone_eur (its price and the cheapest way to the network, were it built alone),
        serves_weight, why, year, geometry (Point).
    routes : GeoDataFrame
        id, method, price_keys, street, length_m, cost_eur, services, shares (what each service bears), why, year,
        geometry (LineString).
    demand : GeoDataFrame
        id, name (empty for what has none), service, weight, before (bool), after (bool), reachable (bool), provider,
        nearest_m (to today's nearest provider as the service measures, nan for none), connection_eur, year (of its
        first link), geometry (Point).
    zones : GeoDataFrame
        layer, id, name, target, required, before, after, reachable, met, year (in which it is met), geometry (polygon);
        one row a zone and target.
    existing : GeoDataFrame
        layer, kind, id, name (None where the survey has none), source_row (row in its file), geometry (any): everything
        read that is not demand, walls or zones: streets too.
    findings : tuple of Finding
    bill : DataFrame
        work_id, kind, price_key, label, unit, quantity, unit_price_eur, amount_eur, assumed, source, lot, year,
        method, surface, services, zone (see `cardio.bill.bill_frame`): one row a line of the take-off.
    prices : DataFrame
        key, label, unit, low_eur, typical_eur, high_eur, assumed, grade, source, dated (ISO 8601, None), obsolete, opex
        (keys), no_opex, lifetime_years (None), vat_rate (None), vat_regime (None), account, family, lot, brackets
        (tuple of Bracket): rows that are billed.
    running_prices : DataFrame
        The same of the rows of running costs of what is built.
    assumptions : mapping of str to str
        Words for the assumptions sheet: targets, reach, settings, versions.
    money : Money or None
        None without a plan.
    report : Report or None
        What the first screen of the report tells; None without a plan.
    labels : mapping
        (section, name) -> how the study wants a name of its own to be shown; see `exporters.texts.Words`.
    attribution : str
        What the owners of the survey data ask to be shown on the map; empty where nothing is asked.
    tiles : Tiles or None
        Background that the map fetches from a tile server; None for a map that fetches nothing.
    template : Path or None
        Template of the study's own for the report.
    pictures : mapping of str to Path
        Files that it shows, by name.
    """

    summary: Mapping[str, Any]
    language: str
    sites: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    existing: gpd.GeoDataFrame
    findings: tuple[Finding, ...]
    bill: pd.DataFrame
    prices: pd.DataFrame
    running_prices: pd.DataFrame
    assumptions: Mapping[str, str]
    money: Money | None = None
    report: Report | None = None
    currency: str = "EUR"
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    attribution: str = ""
    tiles: Tiles | None = None
    template: Path | None = None
    pictures: Mapping[str, Path] = field(default_factory=dict)
