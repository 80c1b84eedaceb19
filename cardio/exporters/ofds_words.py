"""Words of the Open Fibre Data Standard 0.3 that Cardio writes."""

from __future__ import annotations

import uuid

FORMAT = "Open Fibre Data Standard 0.3"
SCHEMA_URL = (
    "https://raw.githubusercontent.com/Open-Telecoms-Data/open-fibre-data-standard/0__3__0/schema/network-schema.json"
)
CRS = "OGC:CRS84"
CRS_REFERENCE = {"name": "urn:ogc:def:crs:OGC::CRS84", "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
DECIMALS = 7
"""Decimals of a coordinate in degrees: at most about 8 mm from the place meant."""

IN_SERVICE = "operational"
PROPOSED = "proposed"
"""The standard says planned only once the money is there, which a plan cannot know."""

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "cardio-planning.ofds")


def stable_id(*names: str) -> str:
    """Return the same UUID (version 5) for the same names, in every run and on every machine."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(names)))
