"""Nodes and spans of the Open Fibre Data Standard as columns: what is nested becomes text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gis_layers.readers.ofds_document import Entry, text_of
from gis_layers.status_words import ABANDONED, IN_SERVICE, PLANNED, UNKNOWN

Values = npt.NDArray[np.generic]

STATUS: Mapping[str, str] = {
    "operational": IN_SERVICE,
    "proposed": PLANNED,
    "planned": PLANNED,
    "underConstruction": PLANNED,
    # built but not yet in use, says the standard
    "inactive": PLANNED,
    "decommissioned": ABANDONED,
}
MEDIA = frozenset({"fibre", "microwave", "copper", "coaxial"})


def _name(value: Any) -> str:
    """Name of an object, or else its id; a plain text is taken as it is."""
    return text_of(value.get("name")) or text_of(value.get("id")) if isinstance(value, dict) else text_of(value)


def _names(value: Any) -> str:
    return ", ".join(filter(None, map(_name, value))) if isinstance(value, list) else _name(value)


def _id(value: Any) -> str:
    """Id of a node: itself in JSON, inside the node in GeoJSON."""
    return text_of(value.get("id")) if isinstance(value, dict) else text_of(value)


def _description(value: Any) -> str:
    return text_of(value.get("description")) if isinstance(value, dict) else text_of(value)


def _inside(key: str, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: read(value.get(key)) if isinstance(value, dict) else None


def _plain(value: Any) -> Any:
    """Numbers and flags as they are, everything else as text."""
    return value if isinstance(value, bool | int | float) else text_of(value)


# column -> field of the standard and how it is read; owner has another name in version 0.4
COMMON: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "id": ("id", text_of),
    "name": ("name", text_of),
    "phase": ("phase", _name),
    "owner": ("physicalInfrastructureProvider", _name),
    "medium_owner": ("transmissionMediumOwner", _name),
    "support_owner": ("supportingInfrastructure", _inside("owner", _name)),
    "support": ("supportingInfrastructure", _inside("type", _names)),
    "spare_capacity": ("supportingInfrastructure", _inside("spareCapacity", _plain)),
    "network_providers": ("networkProviders", _names),
    "technologies": ("technologies", _names),
}
NODE: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "type": ("type", _names),
    "access_point": ("accessPoint", _plain),
    "power": ("power", _plain),
    "address": ("address", text_of),
    "international_connections": ("internationalConnections", text_of),
}
SPAN: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "start": ("start", _id),
    "end": ("end", _id),
    "directed": ("directed", _plain),
    "ready_for_service": ("readyForServiceDate", text_of),
    "supplier": ("supplier", _name),
    "transmission_medium": ("transmissionMedium", _names),
    "deployment": ("deployment", _names),
    "deployment_details": ("deploymentDetails", _description),
    "dark_fibre": ("darkFibre", _plain),
    "fibre_type": ("fibreType", text_of),
    "fibres": ("fibreCount", _plain),
    "fibre_length_km": ("fibreLength", _plain),
    "capacity_gbps": ("capacity", _plain),
    "capacity_details": ("capacityDetails", _description),
    "countries": ("countries", _names),
}
_ALWAYS = ("id", "name")


def flatten(entries: Sequence[Entry], fields: Mapping[str, tuple[str, Callable[[Any], Any]]]) -> dict[str, Values]:
    """Columns of entries, (rows,) each; a column that no entry has is left out, ``id`` and ``name`` excepted."""
    columns = {}
    for column, (field, read) in fields.items():
        values = [read(entry.get(field)) for entry in entries]
        if column in _ALWAYS or any(value not in (None, "") for value in values):
            columns[column] = as_column(values)
    return columns


def as_column(values: Iterable[Any]) -> Values:
    """Cells as floats where all are numbers or missing, as text otherwise; missing ones are nan or None."""
    cells = [None if value == "" else value for value in values]
    numbers = [isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells if cell is not None]
    if numbers and all(numbers):
        return np.array([np.nan if cell is None else _float(cell) for cell in cells])
    column = np.empty(len(cells), dtype=object)
    column[:] = [None if cell is None else cell if isinstance(cell, str) else json.dumps(cell) for cell in cells]
    return column


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return np.inf if number > 0 else -np.inf


def media_of(span: Entry) -> list[str]:
    """Codes of the media of a span."""
    media = span.get("transmissionMedium")
    return [text_of(medium) for medium in media] if isinstance(media, list) else []


def read_status(entries: Sequence[Entry]) -> tuple[Values, Values]:
    """Status in Cardio's words, and the code of the standard as delivered, (rows,) text each."""
    codes = [text_of(entry.get("status")) for entry in entries]
    words = np.empty(len(codes), dtype=object)
    words[:] = [STATUS.get(code, UNKNOWN) for code in codes]
    return words, as_column(codes) if any(codes) else np.full(len(codes), None, dtype=object)


def read_geometry(values: Sequence[Any]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Geometries as WKB, None where there is none, and the rows of those that cannot be read."""
    texts = [json.dumps(value) if value else None for value in values]
    shapes = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    wkb: npt.NDArray[np.object_] = shapely.to_wkb(shapes)
    given = np.array([text is not None for text in texts], dtype=bool)
    return wkb, np.flatnonzero(given & shapely.is_missing(shapes)).astype(np.int64)
