"""Open Fibre Data Standard documents, JSON or GeoJSON, as networks with their nodes and spans: all of it unproven."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import require_size
from gis_layers.readers.vector import describe, read_head
from gis_layers.table import FileNote

MAX_BYTES = 128 << 20
"""Size of a document: it is held in memory whole, and the network of a large city has some ten MB."""
_HEAD_BYTES = 1 << 20

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Network:
    """A network, as it says of itself.

    Attributes
    ----------
    id, name : str
        Empty where it does not say.
    header : mapping
        Its own fields; without nodes and spans in a package.
    nodes, spans : tuple of mapping
        In GeoJSON the geometry stands under ``location`` or ``route``, as in JSON.
    """

    id: str
    name: str
    header: Entry
    nodes: tuple[Entry, ...]
    spans: tuple[Entry, ...]

    @property
    def shown(self) -> str:
        """Name, or else id."""
        return self.name or self.id or "without id"


def read_document(spec: LayerSpec) -> Entry | None:
    """Read a file that holds an OFDS document; None for any other.

    Raises
    ------
    SurveyError
        When it holds one, but is no JSON or too large.
    """
    head = read_head(spec.path, _HEAD_BYTES)
    features = b'"featureType"' in head and b'"network"' in head
    if not features and not any(word in head for word in (b'"networks"', b'"nodes"', b'"spans"')):
        return None
    if b'"FeatureCollection"' in head and not features:
        return None
    require_size(spec.path, MAX_BYTES, where=describe(spec))
    document = _parse(spec.path, describe(spec))
    if isinstance(document, dict) and (_is_package(document) or _is_features(document)):
        return document
    return None


def _parse(path: Path, where: str) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # undecodable text and numbers of 5,000 digits are ValueErrors too
        raise SurveyError(f"{where} is not JSON: {error}", "export the file again, as UTF-8") from error


def _is_package(document: Entry) -> bool:
    return "type" not in document and any(name in document for name in ("networks", "nodes", "spans"))


def _is_features(document: Entry) -> bool:
    return any(_feature_type(feature) for feature in _entries(document.get("features")))


def _feature_type(feature: Entry) -> str:
    """``node`` or ``span``; empty for a feature that does not say."""
    properties = feature.get("properties")
    told = properties.get("featureType") if isinstance(properties, dict) else None
    return told.lower() if isinstance(told, str) and told.lower() in ("node", "span") else ""


def _entries(values: Any) -> tuple[Entry, ...]:
    """Objects of a list; what is no object becomes an empty one, so that it is seen as a row without a place."""
    return tuple(value if isinstance(value, dict) else {} for value in values) if isinstance(values, list) else ()


def list_networks(document: Entry, where: str) -> tuple[Network, ...]:
    """List the networks of a document.

    Raises
    ------
    SurveyError
        When it holds none.
    """
    if "type" in document:
        return _networks_of_features(document)
    headers = document.get("networks", [document])
    if not isinstance(headers, list) or not headers or not all(isinstance(header, dict) for header in headers):
        raise SurveyError(
            f"{where}: networks is not a list of networks", "check the file against the Open Fibre Data Standard"
        )
    networks = []
    for header in headers:
        for part in ("nodes", "spans"):
            if not isinstance(header.get(part, []), list):
                raise SurveyError(f"{where}: {part} is not a list", "check it against the Open Fibre Data Standard")
        own = {key: value for key, value in header.items() if key not in ("nodes", "spans")}
        networks.append(
            Network(
                text_of(own.get("id")),
                text_of(own.get("name")),
                own,
                *(_entries(header.get(part)) for part in ("nodes", "spans")),
            )
        )
    return tuple(networks)


def _networks_of_features(document: Entry) -> tuple[Network, ...]:
    headers: dict[str, Entry] = {}
    rows: dict[str, dict[str, list[Entry]]] = {}
    for feature in _entries(document.get("features")):
        properties = feature.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        header = properties.get("network")
        header = header if isinstance(header, dict) else {}
        key = text_of(header.get("id")) or text_of(header.get("name"))
        headers.setdefault(key, header)
        feature_type = _feature_type(feature) or ("span" if "start" in properties or "end" in properties else "node")
        place = {"node": "location", "span": "route"}[feature_type]
        entry = {**properties, place: feature.get("geometry")}
        rows.setdefault(key, {"node": [], "span": []})[feature_type].append(entry)
    return tuple(
        Network(
            text_of(header.get("id")),
            text_of(header.get("name")),
            header,
            *(tuple(rows[key][t]) for t in ("node", "span")),
        )
        for key, header in headers.items()
    )


def text_of(value: Any) -> str:
    """Text of a cell: empty for what is missing, JSON for what is nested."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def choose_networks(spec: LayerSpec, networks: tuple[Network, ...]) -> tuple[tuple[Network, ...], list[FileNote]]:
    """Networks that the study names by ``layer:``, or all of them, which is told.

    Raises
    ------
    StudyError
        When none, or more than one, has that name or id.
    """
    shown = ", ".join(network.shown for network in networks)
    if spec.layer is not None:
        chosen = tuple(network for network in networks if spec.layer in (network.id, network.name))
        if len(chosen) != 1:
            found = "no network" if not chosen else f"{len(chosen)} networks"
            raise StudyError(
                f"{describe(spec)}: {found} called {spec.layer}", f"networks: {shown}; name one, or its id"
            )
        return chosen, []
    if len(networks) < 2:
        return networks, []
    note = FileNote(
        "note",
        code="several-networks",
        message=f"the file holds {len(networks)} networks: {shown}",
        done="all are read; column network tells them apart",
        advice="state layer: with the name or id of one to read it alone",
    )
    return networks, [note]
