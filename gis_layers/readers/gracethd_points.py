"""Nodes of a GraceTHD delivery and what stands at them; its zones and addresses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_layers.errors import StudyError
from gis_layers.readers.gracethd_codes import check_key, check_reference, find_code, join
from gis_layers.readers.gracethd_draft import Draft, finish, take
from gis_layers.readers.gracethd_status import ABANDONED, IN_SERVICE, UNKNOWN, best, given_up, status_of, worst
from gis_layers.readers.gracethd_tables import Delivery, Objects, Table, as_codes
from gis_layers.readers.vector import describe
from gis_layers.table import RowNote, Rows

Floats = npt.NDArray[np.float64]

NODE_LAYERS = ("t_noeud", "t_ptech", "t_sitetech", "t_ebp")
ZONE_LAYERS = ("t_znro", "t_zsro", "t_zpbo", "t_zdep")
_ZONE_CODES = {"t_znro": "zn", "t_zsro": "zs", "t_zpbo": "zp", "t_zdep": "zd"}
_THINGS = (
    ("t_ptech", "pt", "pt_typephy"),
    ("t_siteemission", "se", "se_type"),
    ("t_ebp", "bp", "bp_typelog"),
    ("t_sitetech", "st", "st_typelog"),
)
"""Table, prefix of its columns and the column that says what a thing is, for what may stand at a node."""

_STREET_CABINET, _WIFI = "ADR", "WIFI"


def nodes(delivery: Delivery) -> Draft:
    """Table ``t_noeud`` with what stands at each node, or the things of one table at their nodes."""
    layer = delivery.spec.layer or "t_noeud"
    if layer == "t_noeud":
        return _nodes_with_things(delivery)
    if layer == "t_ptech":
        points = delivery.rows("t_ptech", ("pt_code", "pt_nd_code"))
        return _at_nodes(delivery, points, points.codes("pt_nd_code"), "pt", "pt_typephy")
    if layer == "t_sitetech":
        return _sites(delivery)
    boxes = delivery.rows("t_ebp", ("bp_code",))
    return _at_nodes(delivery, boxes, _codes_of_nodes(delivery, boxes, "bp"), "bp", "bp_typelog")


def cabinets(delivery: Delivery) -> Draft:
    """Street cabinets among ``t_sitetech``, with the lines still free in the zone of each (``free_lines``)."""
    draft = _sites(delivery)
    zones = delivery.tables_present(["t_zsro"]) and delivery.shapes("t_zsro", ("zs_code", "zs_nd_code"), beside=True)
    if zones:
        frame = draft.frame.assign(free_lines=_free_lines(zones, as_codes(draft.frame["st_nd_code"].to_numpy())))
        draft = replace(draft, frame=frame)
    return _only(draft, "st_typephy", _STREET_CABINET, "street cabinet")


def wifi_hotspots(delivery: Delivery) -> Draft:
    """Wifi among ``t_siteemission``."""
    sites = delivery.rows("t_siteemission", ("se_code", "se_nd_code", "se_type"))
    draft = _at_nodes(delivery, sites, sites.codes("se_nd_code"), "se", "se_type")
    return _only(draft, "se_type", _WIFI, "wifi hotspot")


def zones(delivery: Delivery) -> Draft:
    """Areas served by an NRO, SRO or PBO, or of deployment: a zone of a planned network is an area all the same."""
    present = delivery.tables_present(ZONE_LAYERS)
    if delivery.spec.layer is None and len(present) > 1:
        raise StudyError(
            f"{describe(delivery.spec)} holds several tables of zones: {', '.join(present)}", "name one with layer:"
        )
    name = delivery.spec.layer or (present or ["t_zsro"])[0]
    prefix = _ZONE_CODES[name]
    return _as_drawn(delivery, delivery.shapes(name, (f"{prefix}_code",)), prefix)


def addresses(delivery: Delivery) -> Draft:
    """Table ``t_adresse``."""
    table = delivery.shapes("t_adresse", ("ad_code",))
    number, street = table.codes("ad_numero"), table.codes("ad_nomvoie")
    names = [
        " ".join(part for part in (n, r, s) if part)
        for n, r, s in zip(number, table.codes("ad_rep"), street, strict=True)
    ]
    return _as_drawn(delivery, replace(table, frame=table.frame.assign(address=names)), "ad")


def _as_drawn(delivery: Delivery, table: Table, prefix: str) -> Draft:
    gone = given_up(table, prefix)
    return finish(delivery, table, np.where(gone == ABANDONED, ABANDONED, IN_SERVICE).astype(object))


def _sites(delivery: Delivery) -> Draft:
    sites = delivery.rows("t_sitetech", ("st_code", "st_nd_code", "st_typephy"))
    return _at_nodes(delivery, sites, sites.codes("st_nd_code"), "st", "st_typelog")


def _nodes_with_things(delivery: Delivery) -> Draft:
    points = delivery.shapes("t_noeud", ("nd_code",))
    count = len(points.frame)
    frame, kind = points.frame, points.codes("nd_type")
    statuses = [np.full(count, UNKNOWN, dtype=object)]
    for (
        name,
        prefix,
        shown,
    ) in _THINGS:  # the type of what serves most lines is shown: a site, else a box, else a chamber
        things = delivery.rows_if_there(name, (f"{prefix}_code",))
        if things is None:
            continue
        check_key(delivery, things, f"{prefix}_code")
        node = _refer_to_node(delivery, things, _codes_of_nodes(delivery, things, prefix), points)
        first = _first_at(node, count)
        frame = join(
            frame.assign(**{f"{prefix}_count": np.bincount(node[node >= 0], minlength=count)}), things.frame, first
        )
        here = take(things.codes(shown), first)
        kind = np.where(here == "", kind, here)
        statuses += _statuses_at(node, status_of(things, prefix), count)
    status = worst(given_up(points, "nd"), best(*statuses))
    return finish(
        delivery,
        replace(points, frame=frame.assign(object_code=points.codes("nd_code"), node_type=kind)),
        status,
    )


def _statuses_at(node: Rows, status: Objects, count: int) -> list[Objects]:
    """One (count,) array a status: that word at the nodes of which something has it, else empty."""
    held = [(word, np.bincount(node[(status == word) & (node >= 0)], minlength=count) > 0) for word in set(status)]
    return [np.where(there, word, "").astype(object) for word, there in held]


def _first_at(node: Rows, count: int) -> Rows:
    """(count,) int: the first row that stands at each node, -1 where none does."""
    first = np.full(count, -1, dtype=np.int64)
    rows = np.flatnonzero(node >= 0)[::-1]
    first[node[rows]] = rows
    return first


def _codes_of_nodes(delivery: Delivery, things: Table, prefix: str) -> Objects:
    """Code of the node of each thing; boxes stand in a point, a room of a site or at an end user."""
    if prefix != "bp":
        return things.codes(f"{prefix}_nd_code")
    node = np.full(len(things.frame), "", dtype=object)
    for column, name, key, code in (
        ("bp_sf_code", "t_suf", "sf_code", "sf_nd_code"),
        ("bp_lt_code", "t_ltech", "lt_code", "lt_st_code"),
        ("bp_pt_code", "t_ptech", "pt_code", "pt_nd_code"),
    ):
        if not (things.codes(column) != "").any():
            continue
        others = delivery.rows_if_there(name, (key, code))
        if others is None:
            continue
        found = take(others.codes(code), check_reference(delivery, things, column, others, key))
        if name == "t_ltech":
            sites = delivery.rows_if_there("t_sitetech", ("st_code", "st_nd_code"))
            found = found if sites is None else take(sites.codes("st_nd_code"), find_code(sites, "st_code", found))
        node = np.where(found == "", node, found)
    return node


def _refer_to_node(delivery: Delivery, things: Table, codes: Objects, points: Table) -> Rows:
    named = replace(things, frame=pd.DataFrame({"node": codes}))
    return check_reference(delivery, named, "node", points, "nd_code")


def _at_nodes(delivery: Delivery, things: Table, codes: Objects, prefix: str, shown: str) -> Draft:
    """Rows of a table without geometry, each at the point of its node."""
    points = delivery.shapes("t_noeud", ("nd_code",), beside=True)
    check_key(delivery, points, "nd_code")
    node = find_code(points, "nd_code", codes)
    lost = np.flatnonzero(node < 0).astype(np.int64)
    messages = tuple(
        f"its node {code} is not in {points.file}" if code else "it names no node, and so has no place"
        for code in codes[lost]
    )
    advice = "correct the code of its node"
    notes = [
        RowNote(
            "error",
            code="node-unknown",
            rows=lost,
            messages=messages,
            done="row set aside",
            advice=advice,
            set_aside=True,
        )
    ]
    frame = join(
        things.frame.assign(object_code=things.codes(f"{prefix}_code"), node_type=things.codes(shown)),
        points.frame,
        node,
    )
    table = Table(things.file, frame, take(points.wkb, node, None), points.crs)
    return finish(delivery, table, status_of(things, prefix), notes)


def _only(draft: Draft, column: str, wanted: str, name: str) -> Draft:
    """Set aside the rows of other types than the one wanted."""
    codes = as_codes(draft.frame[column].to_numpy())
    others = np.flatnonzero(codes != wanted).astype(np.int64)
    messages = tuple(f"{column} = {code or '(empty)'}: no {name}" for code in codes[others])
    note = RowNote("note", code="of-another-type", rows=others, messages=messages, done="row set aside", set_aside=True)
    return replace(draft, row_notes=[*draft.row_notes, note])


def _free_lines(zones_table: Table, node_codes: Objects) -> Floats:
    """(n,) float: most lines less dwellings in the zone of the SRO at each node, nan where unknown."""
    zone = find_code(zones_table, "zs_nd_code", node_codes)
    most, used = (
        pd.to_numeric(pd.Series(take(zones_table.codes(column), zone)), errors="coerce").to_numpy(np.float64)
        for column in ("zs_capamax", "zs_nblogmt")
    )
    free: Floats = np.maximum(most - used, 0.0)
    return free
