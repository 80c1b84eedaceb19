"""Layers against each other: which of them lies elsewhere than the rest, and the CRS that would bring it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj

from gis_layers.crs import SWAPPED, crs_name, to_lonlat
from gis_layers.crs_candidates import Candidate, middles, sample_places, show_lonlat, suggest_crs
from gis_layers.errors import CardioError
from gis_layers.findings import Finding
from gis_layers.layer import Layer
from gis_layers.source_crs import advise

Floats = npt.NDArray[np.float64]

APART_M = 10_000.0
"""Layers nearer than this to each other are of one town."""

APART_DIAMETERS = 3.0
"""Nor are layers apart that are nearer than so many diameters of the smaller of them."""

_MAX_CODE = 40
"""Characters: longer than any code of a CRS with its authority."""

TINY_M = 1.0
TINY_ROWS = 10

_DIRECTIONS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")


@dataclass(frozen=True)
class _Extent:
    """Where the bulk of a layer lies: a few rows astray do not count. Metres in the study CRS."""

    layer: Layer
    middle: Floats
    low: Floats
    high: Floats

    @property
    def diameter_m(self) -> float:
        return float(np.hypot(*(self.high - self.low)))


def compare_extents(layers: Sequence[Layer]) -> tuple[Finding, ...]:
    """Find layers that lie apart from the others, and layers crammed into a spot.

    Parameters
    ----------
    layers : sequence of Layer
        All layers of a study, in its CRS; those without rows are left out.

    Returns
    -------
    tuple of Finding
        ``layer-elsewhere`` for each layer outside the largest group of layers that lie together, with distance,
        direction and the CRS that would put it there; one for all where no group is the largest. ``layer-tiny`` for
        each of ``TINY_ROWS`` rows or more within ``TINY_M``.
    """
    extents = [_measure(layer) for layer in layers if len(layer.frame)]
    groups = sorted(_groups(extents), key=len, reverse=True)
    found = [_tiny(extent) for extent in extents if _is_tiny(extent)]
    if len(groups) > 1 and len(groups[0]) == len(groups[1]):
        return (*found, _apart(groups))
    return (*found, *(_elsewhere(extent, groups[0]) for group in groups[1:] for extent in group))


@dataclass(frozen=True)
class Location:
    """Where a layer lies as it was read: what a check shows, for no one but its reader knows the town.

    Attributes
    ----------
    lon, lat : float
        Median of its features, degrees on WGS 84.
    crs : str
        CRS as which its file was read, by code, else by name.
    """

    lon: float
    lat: float
    crs: str

    def __str__(self) -> str:
        return f"lies at {show_lonlat(self.lon, self.lat)} ({self.crs})"


def locate(layer: Layer) -> Location | None:
    """Where a layer lies; None without rows."""
    if not len(layer.frame):
        return None
    middle = np.median(middles(layer.frame.geometry.bounds.to_numpy()), axis=0)
    lon, lat = to_lonlat(middle[None], pyproj.CRS.from_user_input(layer.frame.crs))[0].tolist()
    text = layer.delivered_crs
    if len(text) > _MAX_CODE:  # the WKT of a CRS without a code
        text = crs_name(pyproj.CRS.from_user_input(text.removesuffix(f" {SWAPPED}"))) + (
            f" {SWAPPED}" if text.endswith(f" {SWAPPED}") else ""
        )
    return Location(lon, lat, text)


def advise_among(error: CardioError, name: str, layers: Sequence[Layer]) -> str:
    """Advise on a layer that could not be read, where the others are known: only CRS that put it among them.

    Parameters
    ----------
    error : CardioError
        Why the layer cannot be used.
    name : str
        Its name.
    layers : sequence of Layer
        Those that were read.

    Returns
    -------
    str
        The hint of `error` where its CRS is not what is wrong, or no other layer is known.
    """
    extents = [_measure(layer) for layer in layers if len(layer.frame)]
    if error.numbers is None or not extents:
        return error.hint
    town = max(_groups(extents), key=len)
    candidates = _fitting(error.numbers, town)
    if not candidates:
        return (
            f"no CRS in use there puts it among the other layers ({_names(town)}): check that it is the file of this "
            f"town and its units, or state its true CRS with crs: in layer {name} of the study"
        )
    return advise(candidates, name)


def _measure(layer: Layer) -> _Extent:
    xy = middles(layer.frame.geometry.bounds.to_numpy())
    low, middle, high = np.percentile(xy, [5.0, 50.0, 95.0], axis=0)
    return _Extent(layer, middle, low, high)


def _groups(extents: Sequence[_Extent]) -> list[list[_Extent]]:
    """Layers that lie together, directly or through others."""
    groups: list[list[_Extent]] = []
    for extent in extents:
        near = [group for group in groups if any(_together(extent, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), extent])
    return groups


def _together(first: _Extent, second: _Extent) -> bool:
    limit_m = max(APART_M, APART_DIAMETERS * min(first.diameter_m, second.diameter_m))
    return _gap_m([first], [second]) <= limit_m


def _gap_m(some: Sequence[_Extent], others: Sequence[_Extent]) -> float:
    """Shortest distance between boxes."""
    return min(
        float(np.hypot(*np.maximum(0.0, np.maximum(a.low - b.high, b.low - a.high)))) for a in some for b in others
    )


def _elsewhere(extent: _Extent, town: Sequence[_Extent]) -> Finding:
    away_m = _gap_m([extent], town)
    low, high = _union(town)
    direction = _direction(extent.middle - (low + high) / 2.0)
    x, y = extent.middle.tolist()
    return Finding(
        "warning",
        "layer-elsewhere",
        extent.layer.name,
        extent.layer.path,
        message=f"the layer lies {away_m / 1000:.0f} km to the {direction} of {_names(town)}",
        done="used as it lies",
        advice=_advise(extent, town),
        x=x,
        y=y,
    )


def _apart(groups: Sequence[Sequence[_Extent]]) -> Finding:
    """Say that layers are apart where it cannot be told which of them are right."""
    parts = "; ".join(_names(group) for group in groups)
    away_m = _gap_m(groups[0], [extent for group in groups[1:] for extent in group])
    advice = [_one_of_two(extent, groups[1]) for extent in groups[0]] + [
        _one_of_two(extent, groups[0]) for extent in groups[1]
    ]
    return Finding(
        "warning",
        "layer-elsewhere",
        "",
        message=f"layers lie apart, {away_m / 1000:.0f} km at least: {parts}",
        done="used as they lie",
        advice="; ".join(filter(None, advice)) or "check their files and CRS",
    )


def _one_of_two(extent: _Extent, others: Sequence[_Extent]) -> str:
    return advise(candidates, extent.layer.name) if (candidates := _candidates(extent, others)) else ""


def _advise(extent: _Extent, town: Sequence[_Extent]) -> str:
    candidates = _candidates(extent, town)
    if not candidates:
        return "check that it is the file of this town, and its CRS; no other CRS would put it there"
    return advise(candidates, extent.layer.name)


def _candidates(extent: _Extent, town: Sequence[_Extent]) -> tuple[Candidate, ...]:
    """CRS under which the delivered numbers would lie with the others."""
    table = extent.layer.delivered
    return () if table is None else _fitting(sample_places(table.wkb), town)


def _fitting(numbers: Floats, town: Sequence[_Extent]) -> tuple[Candidate, ...]:
    low, high = _union(town)
    limit_m = max(APART_M, APART_DIAMETERS * float(np.hypot(*(high - low))))
    study = pyproj.CRS.from_user_input(town[0].layer.frame.crs)
    return suggest_crs(numbers, study, near=(*low.tolist(), *high.tolist()), within_m=limit_m)


def _union(extents: Sequence[_Extent]) -> tuple[Floats, Floats]:
    return np.min([extent.low for extent in extents], axis=0), np.max([extent.high for extent in extents], axis=0)


def _names(extents: Sequence[_Extent]) -> str:
    names = sorted(extent.layer.name for extent in extents)
    return ", ".join(names) if len(names) <= 3 else f"the other {len(names)} layers"


def _direction(way: Floats) -> str:
    return _DIRECTIONS[round(float(np.degrees(np.arctan2(way[1], way[0]))) / 45.0) % 8]


def _is_tiny(extent: _Extent) -> bool:
    bounds = extent.layer.frame.total_bounds
    return len(extent.layer.frame) >= TINY_ROWS and float(np.max(bounds[2:] - bounds[:2])) < TINY_M


def _tiny(extent: _Extent) -> Finding:
    x, y = extent.middle.tolist()
    return Finding(
        "warning",
        "layer-tiny",
        extent.layer.name,
        extent.layer.path,
        message=f"all {len(extent.layer.frame)} features lie within {TINY_M:g} m",
        done="used as they lie",
        advice="check the CRS and the units of the file",
        x=x,
        y=y,
    )
