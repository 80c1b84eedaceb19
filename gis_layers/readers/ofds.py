"""Open Fibre Data Standard 0.3 (0.4 is read as far as it is the same): nodes or spans, by the kind of the layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyproj

from gis_layers.crs import OWN_GRIDS, understand_crs
from gis_layers.errors import StudyError, SurveyError
from gis_layers.kinds import KINDS
from gis_layers.layer import LayerSpec
from gis_layers.readers.ofds_checks import check_codes, check_ends
from gis_layers.readers.ofds_columns import (
    COMMON,
    MEDIA,
    NODE,
    SPAN,
    Values,
    as_column,
    flatten,
    media_of,
    read_geometry,
    read_status,
)
from gis_layers.readers.ofds_document import Entry, Network, choose_networks, list_networks, text_of
from gis_layers.readers.vector import describe, digest_files
from gis_layers.table import FileNote, RawTable, RowNote, Rows

DEFAULT_CRS = "OGC:CRS84"
_ELSEWHERE = ("nodesAPI", "nodesFile", "spansAPI", "spansFile")

Row = tuple[Network, Entry]


def read_ofds(spec: LayerSpec, document: Entry) -> RawTable:
    """Read the nodes of a document for a layer of points, its spans for one of lines, both for one of either.

    Raises
    ------
    StudyError
        When the kind is of areas only, or ``layer:`` names no network.
    SurveyError
        When the document holds no network, or several in different CRS.
    """
    has_nodes, has_spans = _parts(spec)
    networks, notes = choose_networks(spec, list_networks(document, describe(spec)))
    crs, crs_note = _read_crs(spec, networks)
    nodes = [(network, entry) for network in networks for entry in network.nodes if has_nodes]
    every_span = [(network, entry) for network in networks for entry in network.spans if has_spans]
    spans = [row for row in every_span if _is_of_kind(spec.kind, row[1])]
    notes += [*_elsewhere(document, networks), *_left_out(spec.kind, every_span, spans), *_assumed(spec.kind, spans)]
    places = [node.get("location") for _, node in nodes] + [span.get("route") for _, span in spans]
    wkb, broken = read_geometry(places)
    row_notes = [*_without_place(places, broken), *check_codes([entry for _, entry in (*nodes, *spans)])]
    row_notes += [replace(note, rows=note.rows + len(nodes)) for note in check_ends(spans, wkb[len(nodes) :], crs)]
    return RawTable(
        wkb,
        _columns(nodes, spans),
        crs,
        digest_files([spec.path]),
        crs_note,
        tuple(notes),
        tuple(note for note in row_notes if len(note.rows)),
    )


def _parts(spec: LayerSpec) -> tuple[bool, bool]:
    """Whether nodes, and whether spans, are what a layer asks for."""
    families = KINDS[spec.kind].families
    if not families & {"point", "line"}:
        raise StudyError(
            f"{describe(spec)} is a fibre network (Open Fibre Data Standard), which kind {spec.kind} cannot hold",
            "write kind: fibre_node for its nodes; fibre_cable or duct for its spans",
        )
    return "point" in families, "line" in families


def _columns(nodes: Sequence[Row], spans: Sequence[Row]) -> dict[str, Values]:
    rows = [*nodes, *spans]
    entries = [entry for _, entry in rows]
    columns = flatten(entries, {**COMMON, **(NODE if nodes else {}), **(SPAN if spans else {})})
    columns["id"] = _ids(rows)
    if nodes and spans:
        # the standard counts nodes and spans apart
        parts = ["node"] * len(nodes) + ["span"] * len(spans)
        columns["id"] = as_column(
            None if text is None else f"{part}/{text}" for part, text in zip(parts, columns["id"].tolist(), strict=True)
        )
    columns["status"], columns["ofds_code"] = read_status(entries)
    columns["network"] = as_column(network.name or network.id for network, _ in rows)
    columns["network_id"] = as_column(network.id for network, _ in rows)
    return columns


def _ids(rows: Sequence[Row]) -> Values:
    """Ids as delivered; where two networks use the same, each with its network before it."""
    users = {(network.id, text_of(entry.get("id"))) for network, entry in rows}
    shared = max(Counter(identifier for _, identifier in users if identifier).values(), default=0) > 1
    texts = [(network.shown, text_of(entry.get("id"))) for network, entry in rows]
    return as_column(f"{shown}/{text}" if shared and text else text for shown, text in texts)


def _is_of_kind(kind: str, span: Entry) -> bool:
    """Whether a span is what a kind asks for: a duct where it lies below ground, otherwise a line of fibre."""
    if kind == "duct":
        support = span.get("supportingInfrastructure")
        stated = text_of(support.get("type")) if isinstance(support, dict) else ""
        deployment = span.get("deployment")
        return "duct" in stated if stated else isinstance(deployment, list) and "belowGround" in deployment
    if kind == "other":
        return True
    media = media_of(span)
    return "fibre" in media or not MEDIA.intersection(media)


def _left_out(kind: str, everything: Sequence[Row], rows: Sequence[Row]) -> list[FileNote]:
    if len(everything) == len(rows):
        return []
    what = "do not say that they lie below ground" if kind == "duct" else "are not of fibre"
    message = f"{len(everything) - len(rows)} of {len(everything)} spans {what}"
    return [FileNote("note", code="ofds-other-spans", message=message, done=f"not read as {kind}")]


def _assumed(kind: str, rows: Sequence[Row]) -> list[FileNote]:
    unsure = sum(not isinstance(entry.get("supportingInfrastructure"), dict) for _, entry in rows)
    if kind != "duct" or not unsure:
        return []
    note = FileNote(
        "warning",
        code="ofds-duct-assumed",
        message=f"{unsure} spans lie below ground; the standard does not say whether in ducts, or with room left",
        done="read as ducts",
        advice="ask the owner, or leave out those without: where: on deployment_details",
    )
    return [note]


def _elsewhere(document: Entry, networks: Sequence[Network]) -> list[FileNote]:
    """Notes for what a network or a page of an API keeps in other places: it is never fetched."""
    found = []
    for network in networks:
        links = network.header.get("links")
        relations = (
            [text_of(link.get("rel")) for link in links if isinstance(link, dict)] if isinstance(links, list) else []
        )
        if any(relation.endswith(_ELSEWHERE) for relation in relations):
            found.append(f"network {network.shown} keeps nodes or spans in other files")
    pages = document.get("links")
    if isinstance(pages, dict) and ("next" in pages or "prev" in pages):
        found.append("the file is one page of several")
    advice = "download the rest and deliver it as one file"
    return [
        FileNote("warning", code="ofds-elsewhere", message=text, done="not fetched", advice=advice) for text in found
    ]


def _read_crs(spec: LayerSpec, networks: Sequence[Network]) -> tuple[pyproj.CRS | None, str]:
    stated = []
    for network in networks:
        told = network.header.get("crs")
        told = told if isinstance(told, dict) else {}
        stated.append(text_of(told.get("name")) or text_of(told.get("uri")) or DEFAULT_CRS)
    if len(set(stated)) > 1:
        raise SurveyError(
            f"{describe(spec)}: its networks are in different CRS: {', '.join(sorted(set(stated)))}",
            "read them one by one: state layer: with the name or id of a network",
        )
    crs, crs_note = understand_crs(stated[0] if stated else DEFAULT_CRS)
    if crs is None and crs_note != OWN_GRIDS:
        crs_note = f"its networks state {stated[0]!r}, which is no CRS"
    return crs, crs_note


def _without_place(places: Sequence[object], broken: Rows) -> list[RowNote]:
    """Set aside rows without a geometry that can be read, whatever else they say."""
    missing = np.flatnonzero([not given for given in places]).astype(np.int64)
    told = (
        ("null-geometry", missing, "it has no location or route"),
        ("unreadable-geometry", broken, "its location or route is no GeoJSON"),
    )
    advice = "give it a Point, or a LineString of positions"
    return [
        RowNote("error", code, rows, (message,) * len(rows), "row set aside", advice, set_aside=True)
        for code, rows, message in told
    ]
