"""What people need and where: services, reach rules, targets, demand and places as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from network_model.graph import Attachment, Floats, Ints, Objects

Rule = Literal["straight_line", "along_network", "line_of_sight"]


@dataclass(frozen=True)
class Reach:
    """When a provider serves a demand point.

    Attributes
    ----------
    rule : {"straight_line", "along_network", "line_of_sight"}
    within_m : float
        Greatest distance, m; along_network includes both access legs.
    walls : tuple of str
        Layers of polygons that block sight (line_of_sight only).
    """

    rule: Rule
    within_m: float
    walls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Connection:
    """What connecting newly served demand costs: price rows, both optional.

    Attributes
    ----------
    each : str or None
        Price row paid once for each newly served demand point (unit: each).
    per_m : str or None
        Price row paid per metre between provider and demand, as the reach rule measures it (unit: m).
    """

    each: str | None = None
    per_m: str | None = None


@dataclass(frozen=True)
class Service:
    """A service of the study.

    Attributes
    ----------
    name : str
    demand_layer : str
    weight : str or None
        Canonical column that holds the weight; None counts 1 a feature.
    spread_over : str or None
        Polygon layer over which the weight of areas is spread by footprint.
    provided_by : tuple of str
        Layers whose features serve today.
    reach : Reach
    connection : Connection
    """

    name: str
    demand_layer: str
    weight: str | None
    spread_over: str | None
    provided_by: tuple[str, ...]
    reach: Reach
    connection: Connection = Connection()


@dataclass(frozen=True)
class Target:
    """A share of a service's demand that must be served.

    Attributes
    ----------
    name, service : str
    at_least : float
        Share of the zone's total weight, 0 to 1.
    zone_layer, zone_name : str or None
        One zone (by name or id) of a zone layer.
    in_each : str or None
        Zone layer: the target holds in each of its zones.
    providers : int
        Distinct places that must serve a demand point for it to count.
    importance : float
        How much its share counts where targets are goals, > 0.
    """

    name: str
    service: str
    at_least: float
    zone_layer: str | None = None
    zone_name: str | None = None
    in_each: str | None = None
    providers: int = 1
    importance: float = 1.0


@dataclass(frozen=True)
class Demand:
    """Demand points of one service, J of them, in a metric CRS.

    Attributes
    ----------
    xy : (J, 2) float
        m.
    weight : (J,) float
        Never negative, finite; its sum is the total of the demand layer's kept rows.
    feature : (J,) int
        Row of the demand layer's frame from which the weight comes.
    label : (J,) object
        ``id`` of that feature, with ``/k`` behind it for the k-th part of a spread one.
    inside : (J,) object
        For line of sight: for each point a frozenset of (layer, frame row) of the wall polygons that hold it.
    attachment : Attachment
        Where each point joins the routes.
    """

    xy: Floats
    weight: Floats
    feature: Ints
    label: Objects
    inside: Objects
    attachment: Attachment


@dataclass(frozen=True)
class Places:
    """Points at which equipment stands or could stand, P of them.

    Attributes
    ----------
    xy : (P, 2) float
        m.
    layer : (P,) object
        Layer of the survey feature, or ``junctions``.
    feature_id : (P,) object
        ``id`` of the survey feature, or a stable id made from the coordinates for junctions.
    attachment : Attachment
        Where each place joins the routes.
    """

    xy: Floats
    layer: Objects
    feature_id: Objects
    attachment: Attachment
