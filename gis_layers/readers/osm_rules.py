"""Which OpenStreetMap objects are of which kind of layer. Keys and values: wiki.openstreetmap.org, "Map features"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gis_layers.status_words import ABANDONED, IN_SERVICE, PLANNED

LIFECYCLE = {
    "proposed": PLANNED,
    "planned": PLANNED,
    "construction": PLANNED,
    "disused": ABANDONED,
    "abandoned": ABANDONED,
    "razed": ABANDONED,
    "demolished": ABANDONED,
    "removed": ABANDONED,
}
"""Prefix of a key (``disused:amenity``), value of a key (``highway=proposed``) or key of its own (``disused=yes``)."""


@dataclass(frozen=True)
class OsmRule:
    """Objects of a kind.

    Attributes
    ----------
    tags : mapping of str to frozenset of str or None
        Key -> values of which an object needs one; None for any value but ``no``. One key that fits is enough.
    """

    tags: Mapping[str, frozenset[str] | None]

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of which every object of the kind has at least one, lifecycle prefixes included."""
        return tuple(key if prefix is None else f"{prefix}:{key}" for key in self.tags for prefix in (None, *LIFECYCLE))

    def status_of(self, tags: Mapping[str, str]) -> str | None:
        """Status of an object of this kind, None when it is of another."""
        for key, wanted in self.tags.items():
            for prefix in (None, *LIFECYCLE):
                value = tags.get(key if prefix is None else f"{prefix}:{key}")
                if value is not None and self._fits(value, wanted):
                    return _status(prefix, value, tags)
        return None

    @staticmethod
    def _fits(value: str, wanted: frozenset[str] | None) -> bool:
        if wanted is None:
            return value != "no"
        return any(part.strip() in wanted for part in value.split(";"))


def _status(prefix: str | None, value: str, tags: Mapping[str, str]) -> str:
    if prefix is not None:
        return LIFECYCLE[prefix]
    stated = [word for word in LIFECYCLE if word == value or tags.get(word, "no") != "no"]
    return LIFECYCLE[stated[0]] if stated else IN_SERVICE


def _rule(**tags: str | None) -> OsmRule:
    """Make a rule; values are separated by blanks, ``__`` in a key stands for a colon."""
    return OsmRule(
        {key.replace("__", ":"): None if values is None else frozenset(values.split()) for key, values in tags.items()}
    )


RULES: Mapping[str, OsmRule] = {
    "address": _rule(addr__housenumber=None),
    "building": _rule(building=None),
    "fibre_cable": _rule(communication="line cable", telecom="line cable"),
    "fibre_node": _rule(telecom="exchange central_office connection_point distribution_point service_device"),
    "parking_bay": _rule(amenity="parking parking_space"),
    "parking_meter": _rule(
        vending="parking_tickets", amenity="parking_meter", vending_machine="parking_tickets", machine="parking_tickets"
    ),
    "public_building": _rule(
        amenity="townhall library school kindergarten childcare college university hospital clinic police fire_station"
        " courthouse community_centre social_centre social_facility post_office theatre arts_centre music_school"
        " events_venue ranger_station prison public_building",
        office="government",
        building="public civic government",
        leisure="sports_centre",
        tourism="museum",
    ),
    "street": _rule(highway=None),
    "street_cabinet": _rule(man_made="street_cabinet"),
    "street_light": _rule(highway="street_lamp"),
    "wifi_hotspot": _rule(internet_access="wlan wifi"),
    "zone": _rule(boundary="administrative statistical census political"),
}
"""Kinds that can be read from OpenStreetMap data."""
