"""Small hand-made routes, candidates and prices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from costing import Price, PriceList, Unit
from network_model import Attachment, Candidates, Demand, Places, RouteSegments


def price(key: str, typical_eur: float, unit: Unit = "m", *, assumed: bool = False) -> Price:
    return Price(key, f"Label of {key}", unit, typical_eur, typical_eur, typical_eur, "a source", assumed, "X")


def price_list(*prices: Price) -> PriceList:
    return {row.key: row for row in prices}


def routes(
    length_m: Sequence[float], attributes: pd.DataFrame, allowed: dict[str, Sequence[bool]] | None = None
) -> RouteSegments:
    count = len(length_m)
    masks = {name: np.array(mask, dtype=bool) for name, mask in (allowed or {}).items()}
    return RouteSegments(
        node_xy=np.zeros((count + 1, 2)),
        on_backbone=np.zeros(count + 1, dtype=bool),
        u=np.arange(count),
        v=np.arange(1, count + 1),
        length_m=np.array(length_m, dtype=float),
        geometry=np.full(count, None, dtype=object),
        attributes=attributes,
        edge=np.arange(count),
        allowed=masks,
        segment_id=np.array([f"streets/{e}" for e in range(count)], dtype=object),
    )


def attachment(count: int) -> Attachment:
    return Attachment(np.zeros(count, dtype=np.int64), np.zeros(count), np.zeros(count))


def candidates(option: Sequence[int]) -> Candidates:
    count = len(option)
    layer, feature = np.full(count, "lights", dtype=object), np.arange(count).astype(str).astype(object)
    places = Places(np.zeros((count, 2)), layer, feature, attachment(count))
    index = np.arange(count)
    work_id = np.array([f"ap/lights/{k}" for k in index], dtype=object)
    return Candidates(np.array(option, dtype=np.int64), index, places, index, work_id, {})


def demand(count: int) -> Demand:
    label = np.array([f"h{j}" for j in range(count)], dtype=object)
    inside = np.full(count, frozenset(), dtype=object)
    return Demand(np.zeros((count, 2)), np.ones(count), np.arange(count), label, inside, attachment(count))


def reach(distance_m: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    rows, columns, data = zip(*distance_m, strict=True)
    matrix = csr_array((np.array(data), (np.array(rows), np.array(columns))), shape=shape)
    matrix.sort_indices()
    return matrix
