"""How evenly a service is spread over zones: the worst zone, the worst tenth of the demand, the Gini coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from network_model.coverage import TargetScope
from network_model.graph import Floats, Ints

WORST_PART = 0.1
"""Part of the demand that the worst decile holds."""


@dataclass(frozen=True)
class Equity:
    """Served shares of zones compared, weighted by the demand in them; shares 0 to 1.

    Attributes
    ----------
    zones : int
        Zones with demand.
    worst_zone, worst_zone_name : str or None
        Id and name of the zone with the lowest share; of equal ones that with most demand, then the first.
    worst_share : float
        Its share.
    worst_decile : float
        Share served of the tenth of the demand that lies in the worst served zones.
    gini : float or None
        0 where all zones have the same share, towards 1 the more unequal; None where nobody is served.
    """

    zones: int
    worst_zone: str | None
    worst_zone_name: str | None
    worst_share: float
    worst_decile: float
    gini: float | None


def measure_equity(zones: Sequence[TargetScope], providers: Ints) -> Equity | None:
    """Compare the served shares of zones.

    With ``w`` the demand of a zone as a part of all, ``s`` its served share and ``m = sum(w s)``, the Gini coefficient
    is ``sum_ij w_i w_j |s_i - s_j| / (2 m)``, twice the area between the Lorenz curve of the zones and the diagonal
    (Gini 1912, Variabilità e mutabilità; as a measure of the equity of public services: Delbosc and Currie 2011, Using
    Lorenz curves to assess public transport equity, Journal of Transport Geography 19(6), 1252-1259). The worst decile
    is the generalised Lorenz curve of the same zones at 0.1, divided by 0.1 (Shorrocks 1983, Ranking income
    distributions, Economica 50, 3-17): the zones from the worst served on until they hold a tenth of the demand, the
    last of them in part. Inequality inside a zone does not show.

    Parameters
    ----------
    zones : sequence of TargetScope
        Zones of one target; those without demand are left out.
    providers : (J,) int
        Distinct providers of each demand point of the service.

    Returns
    -------
    Equity or None
        None where no zone holds demand.
    """
    held = [zone for zone in zones if zone.total > 0]
    if not held:
        return None
    share = np.array([zone.share(providers) for zone in held])
    weight = np.array([zone.total for zone in held])
    order = np.lexsort((-weight, share))
    worst = held[order[0]]
    share, weight = share[order], weight[order] / weight.sum()
    before = np.cumsum(weight) - weight
    in_worst = np.clip(WORST_PART - before, 0.0, weight)
    return Equity(
        zones=len(held),
        worst_zone=worst.zone,
        worst_zone_name=worst.zone_name,
        worst_share=float(share[0]),
        worst_decile=float(in_worst @ share / in_worst.sum()),
        gini=_gini(share, weight),
    )


def _gini(share: Floats, weight: Floats) -> float | None:
    """Gini coefficient of increasing shares, weights summing to 1: 1 minus twice the area under the Lorenz curve."""
    served = weight * share
    if served.sum() == 0:
        return None
    curve = np.cumsum(served) / served.sum()
    below = np.concatenate([[0.0], curve[:-1]])
    return max(0.0, float(1 - weight @ (curve + below)))
