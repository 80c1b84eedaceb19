"""The works of a plan as frames of one shape, whichever run found it, so that plans can be laid side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from cardio.deliverable import Deliverable

KINDS = ("site", "route", "connection")


@dataclass(frozen=True)
class PlanWorks:
    """Works of one plan.

    Attributes
    ----------
    site, route, connection : GeoDataFrame
        id, name (option of a site, laying method of a route, service of a connection), street (of a route; empty where
        the survey names none), length_m (nan but for routes), cost_eur (capex excl. tax), why, geometry.
    """

    site: gpd.GeoDataFrame
    route: gpd.GeoDataFrame
    connection: gpd.GeoDataFrame

    def of_kind(self, kind: str) -> gpd.GeoDataFrame:
        """Frame of one of `KINDS`."""
        return {"site": self.site, "route": self.route, "connection": self.connection}[kind]


@dataclass(frozen=True)
class PlansOnMap:
    """Several plans of one town and what they stand on.

    Attributes
    ----------
    plans : mapping of str to PlanWorks
        By name, in order.
    existing, zones : GeoDataFrame
        As `Deliverable` has them.
    attribution : str
        What the owners of the survey data ask to be shown; empty where nothing is asked.
    """

    plans: Mapping[str, PlanWorks]
    existing: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    attribution: str = ""


def works_of_deliverable(deliverable: Deliverable) -> PlanWorks:
    """Works of a plan that is delivered; their costs sum to its capex."""
    sites, routes, demand = deliverable.sites, deliverable.routes, deliverable.demand
    bill = deliverable.bill[deliverable.bill["kind"] == "connection"]
    eur = {work: cents / 100 for work, cents in _cents_of(bill).items()}
    places = demand.geometry.set_axis(demand["service"].astype(str) + "/" + demand["id"].astype(str))
    places = places[~places.index.duplicated()].reindex(list(eur))
    services = bill.groupby("work_id")["method"].first().reindex(list(eur))
    return PlanWorks(
        make_frame(sites["id"], sites["option"], sites.geometry, _costs(sites), why=sites["why"]),
        make_frame(
            routes["id"],
            routes["method"],
            routes.geometry,
            _costs(routes),
            why=routes["why"],
            street=routes["street"],
            length_m=routes["length_m"],
        ),
        make_frame(list(eur), services, places, eur),
    )


def make_frame(
    ids: Iterable[Any],
    names: Iterable[Any],
    geometry: gpd.GeoSeries,
    eur: Mapping[str, float],
    *,
    why: Iterable[Any] = (),
    street: Iterable[Any] = (),
    length_m: Iterable[float] = (),
) -> gpd.GeoDataFrame:
    """Frame of works of a kind; what is not said of them is empty."""
    work = [str(one) for one in ids]
    nothing = [""] * len(work)
    return gpd.GeoDataFrame(
        {
            "id": pd.Series(work, dtype=object),
            "name": pd.Series([str(one) for one in names], dtype=object),
            "street": pd.Series([str(one) for one in street] or nothing, dtype=object),
            "length_m": np.round(np.array([*length_m] or [np.nan] * len(work), dtype=float), 2),
            "cost_eur": np.array([eur.get(one, 0.0) for one in work], dtype=float),
            "why": pd.Series([str(one) for one in why] or nothing, dtype=object),
        },
        geometry=geometry.array,
        crs=geometry.crs,
    )


def _costs(frame: gpd.GeoDataFrame) -> dict[str, float]:
    return dict(zip(frame["id"].astype(str), frame["cost_eur"].astype(float), strict=True))


def _cents_of(bill: pd.DataFrame) -> dict[str, int]:
    """Cents of each work of a bill, in order of first line."""
    cents = (bill["amount_eur"] * 100).round().astype("int64")
    totals: dict[str, int] = cents.groupby(bill["work_id"], sort=False).sum().to_dict()
    return totals
