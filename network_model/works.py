"""What could be built, before prices: candidate equipment and route segments (values only)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
from scipy.sparse import csr_array

from network_model.graph import Bools, Floats, Ints, Objects
from network_model.service import Places


@dataclass(frozen=True)
class Item:
    """What goes along with each metre of route, or with each piece of equipment.

    Attributes
    ----------
    name : str
    price : str
        Price row.
    quantity : float
        Units of that row for each metre (2.16 for two ducts with 8 % of slack, 1/80 for a chamber every 80 m) or for
        each piece.
    unit : {"m", "each"}
        Unit in which it is counted; its row must have the same.
    """

    name: str
    price: str
    quantity: float
    unit: Literal["m", "each"]


@dataclass(frozen=True)
class Option:
    """A kind of equipment that may be put at some places.

    Attributes
    ----------
    name, service : str
    sites : tuple of str
        Layer names, or ``junctions``.
    price : str or None
        Price row of the equipment (unit: each); None for what exists and costs nothing.
    backhaul : str or None
        ``fibre`` when it must be connected along routes, None when not.
    support : str or None
        Price row of what carries the equipment (a new pole), paid with each one; None where the place carries it.
    spacing_m : float or None
        For junctions: also a place every so many metres along longer edges.
    serves_at_most : float or None
        Most that each piece serves, in units of the weight of the service's demand; None for no limit.
    free_places : str or None
        Number column of the layers of its sites that limits each piece instead.
    items : tuple of Item
        Paid on top for each one.
    """

    name: str
    service: str
    sites: tuple[str, ...]
    price: str | None
    backhaul: str | None
    support: str | None = None
    spacing_m: float | None = None
    serves_at_most: float | None = None
    free_places: str | None = None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Laying:
    """A way to equip a route; the cheapest allowed one is taken on each segment.

    Attributes
    ----------
    name : str
    along : str or None
        Layer (ducts) along which the route must run; None allows every route.
    within_m : float
        How near that layer must be, m.
    by_column : str or None
        Attribute of the route that decides the price.
    by_prices : mapping of str to str
        Attribute value -> price row.
    price : str or None
        Price row (unit: m) for every other value; None: those routes cannot be laid this way.
    also : tuple of str
        Price rows (unit: m) paid on top for every metre.
    items : tuple of Item
        Paid on top for every metre, each in its quantity.
    """

    name: str
    along: str | None = None
    within_m: float = 0.0
    by_column: str | None = None
    by_prices: Mapping[str, str] = field(default_factory=dict)
    price: str | None = None
    also: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class RouteSegments:
    """The works graph: routes cut where works can start, end or change price. N nodes, E segments.

    Every candidate place that needs backhaul is a node, and so is every point of the existing network; where it stands
    off the route, a straight lead-in segment joins it to the route, so that two services at one place share it.

    Attributes
    ----------
    node_xy : (N, 2) float
        m.
    on_backbone : (N,) bool
        The existing network can be joined here.
    u, v : (E,) int
    length_m : (E,) float
    geometry : (E,) object
        shapely LineStrings.
    attributes : DataFrame, E rows
        ``layer``, ``source_row``, ``from_m``, ``to_m`` (along the graph edge) and the source line's attributes;
        ``layer`` is ``lead_in`` for lead-ins, other attributes missing there.
    edge : (E,) int
        Edge of the spatial graph, -1 for lead-ins.
    allowed : mapping of str to (E,) bool
        Laying name -> the route geometry allows it (prices may still forbid it).
    segment_id : (E,) object
        Stable id derived from source layer, row and offsets.
    """

    node_xy: Floats
    on_backbone: Bools
    u: Ints
    v: Ints
    length_m: Floats
    geometry: Objects
    attributes: pd.DataFrame
    edge: Ints
    allowed: Mapping[str, Bools]
    segment_id: Objects


@dataclass(frozen=True)
class Candidates:
    """Equipment that could be built, K of them: an option at a place.

    Attributes
    ----------
    option : (K,) int
        Index into the options of the study, in order.
    place : (K,) int
        Row of `places`.
    places : Places
    node : (K,) int
        Node of the works graph; -1 where the option needs no backhaul.
    work_id : (K,) object
        Stable id: option, layer and feature id of the place.
    reach : mapping of str to csr_array
        Service -> (demand of that service, K) distances in metres as its rule measures them (entry = within reach).
    """

    option: Ints
    place: Ints
    places: Places
    node: Ints
    work_id: Objects
    reach: Mapping[str, csr_array]


@dataclass(frozen=True)
class Opportunities:
    """Everything that could be built.

    Attributes
    ----------
    options : tuple of Option
    candidates : Candidates
    routes : RouteSegments
    """

    options: tuple[Option, ...]
    candidates: Candidates
    routes: RouteSegments
