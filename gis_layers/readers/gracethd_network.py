"""Route segments, ducts and cables of a GraceTHD delivery, each with the geometry that it lies on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from gis_layers.errors import SurveyError
from gis_layers.readers.gracethd_codes import (
    check_key,
    check_reference,
    find_code,
    join,
    take_or_none,
)
from gis_layers.readers.gracethd_contacts import check_contacts
from gis_layers.readers.gracethd_draft import Draft, finish, take
from gis_layers.readers.gracethd_ends import ENDS, move_ends
from gis_layers.readers.gracethd_nesting import check_nesting
from gis_layers.readers.gracethd_status import given_up, status_of, worst
from gis_layers.readers.gracethd_tables import Delivery, Objects, Table, list_rows
from gis_layers.readers.vector import describe
from gis_layers.table import FileNote, RowNote, Rows


def route_segments(delivery: Delivery) -> Draft:
    """Table ``t_cheminement``, its ends moved to the points of its nodes."""
    segments, nodes, wkb, notes = _segments_at_nodes(delivery)
    file_notes, contacts = check_contacts(segments, nodes, wkb)
    delivery.notes += file_notes
    notes += contacts
    status = status_of(segments, "cm")
    delivered = segments.wkb if segments.delivered_wkb is None else segments.delivered_wkb
    return finish(delivery, replace(segments, wkb=wkb, delivered_wkb=delivered), status, notes)


def _segments_at_nodes(delivery: Delivery, *, beside: bool = False) -> tuple[Table, Table, Objects, list[RowNote]]:
    segments = delivery.shapes("t_cheminement", ("cm_code", *ENDS), beside=beside)
    nodes = delivery.shapes("t_noeud", ("nd_code",), beside=True)
    for table in (segments, nodes):
        if table.crs is not None and (table.crs.is_geographic or table.crs != segments.crs):
            raise SurveyError(
                f"{describe(delivery.spec)}: {table.file} is in {table.crs.name}, where {segments.file} and its nodes "
                "must be in one CRS in metres",
                "export both again in the CRS of the standard",
            )
    check_key(delivery, nodes, "nd_code")
    wkb, row_notes, notes = move_ends(segments, nodes)
    delivery.notes += notes
    return segments, nodes, wkb, row_notes


def ducts(delivery: Delivery) -> Draft:
    """Table ``t_cond_chem``: a duct on each route segment that it follows, with the geometry of the segment."""
    links = delivery.rows("t_cond_chem", ("dm_cd_code", "dm_cm_code"))
    conduits = delivery.rows("t_conduite", ("cd_code",))
    segments, _, wkb, end_notes = _segments_at_nodes(delivery, beside=True)
    check_key(delivery, conduits, "cd_code")
    check_key(delivery, segments, "cm_code")
    duct, segment = _follow_links(delivery, links, conduits, segments)
    counted = _count_cables(delivery, conduits)
    about = conduits.frame.assign(
        cables_counted=counted,
        cd_status=status_of(conduits, "cd"),
    )
    names = [f"{cd}@{cm}" for cd, cm in zip(links.codes("dm_cd_code"), links.codes("dm_cm_code"), strict=True)]
    frame = join(join(links.frame.assign(duct_segment=names), about, duct), segments.frame, segment)
    status = worst(
        given_up(links, "dm"),
        take(about["cd_status"].to_numpy(dtype=object), duct),
        take(status_of(segments, "cm"), segment),
    )
    delivered = take(segments.wkb if segments.delivered_wkb is None else segments.delivered_wkb, segment, None)
    on_segments = take(wkb, segment, None)
    table = Table(links.file, frame.drop(columns="cd_status"), on_segments, segments.crs, (), delivered)
    notes = [*_lost_links(links, conduits, segments, duct, segment), *_on_rows(end_notes, segment)]
    notes += check_nesting(conduits, duct)
    notes += _compare_cables(conduits, counted, duct)
    return finish(delivery, table, status, notes)


def _follow_links(delivery: Delivery, links: Table, conduits: Table, segments: Table) -> tuple[Rows, Rows]:
    duct = find_code(conduits, "cd_code", links.codes("dm_cd_code"))
    segment = find_code(segments, "cm_code", links.codes("dm_cm_code"))
    codes = conduits.codes("cd_code")
    nowhere = np.flatnonzero(~np.isin(codes.astype(str), links.codes("dm_cd_code").astype(str))).astype(np.int64)
    if len(nowhere):
        message = f"{conduits.file}: {len(nowhere)} ducts follow no route segment in {links.file}: "
        message += list_rows(nowhere, codes[nowhere])
        done = "they have no place and are left out"
        delivery.notes.append(FileNote("warning", code="duct-without-segment", message=message, done=done))
    return duct, segment


def _lost_links(links: Table, conduits: Table, segments: Table, duct: Rows, segment: Rows) -> list[RowNote]:
    """Rows that name a duct or a route segment that is not delivered: without it they mean nothing."""
    lost = np.flatnonzero((duct < 0) | (segment < 0)).astype(np.int64)
    named = [("dm_cd_code", conduits.file, duct), ("dm_cm_code", segments.file, segment)]
    messages = tuple(
        "; ".join(
            f"{column} = {links.codes(column)[row] or '(empty)'} is not in {file}"
            for column, file, found in named
            if found[row] < 0
        )
        for row in lost
    )
    advice = "correct the code, or deliver the missing object"
    return [
        RowNote(
            "error",
            code="link-broken",
            rows=lost,
            messages=messages,
            done="row set aside",
            advice=advice,
            set_aside=True,
        )
    ]


def _on_rows(notes: list[RowNote], segment: Rows) -> list[RowNote]:
    """Notes on route segments as notes on the rows that lie on them."""
    mapped = []
    for note in notes:
        position = pd.Index(note.rows).get_indexer(segment)
        rows = np.flatnonzero(position >= 0).astype(np.int64)
        messages = tuple(f"its route segment: {note.messages[at]}" for at in position[rows])
        mapped.append(
            RowNote(note.severity, code=note.code, rows=rows, messages=messages, done=note.done, advice=note.advice)
        )
    return mapped


def _count_cables(delivery: Delivery, conduits: Table) -> Objects:
    """(n,) object: cables in each duct by ``t_cab_cond``, None where the delivery lacks that table."""
    links = delivery.rows_if_there("t_cab_cond", ("cc_cb_code", "cc_cd_code"))
    if links is None:
        return np.full(len(conduits.frame), None, dtype=object)
    duct = check_reference(delivery, links, "cc_cd_code", conduits, "cd_code")
    cables = delivery.rows_if_there("t_cable", ("cb_code",))
    if cables is not None:
        check_reference(delivery, links, "cc_cb_code", cables, "cb_code")
    current = (duct >= 0) & (links.codes("cc_abddate") == "")
    pairs = pd.DataFrame({"duct": duct[current], "cable": links.codes("cc_cb_code")[current]}).drop_duplicates()
    return np.bincount(pairs["duct"], minlength=len(conduits.frame)).astype(object)


def _compare_cables(conduits: Table, counted: Objects, duct: Rows) -> list[RowNote]:
    """Ducts whose own number of cables is not that of the cables that are said to lie in them."""
    stated = pd.to_numeric(pd.Series(conduits.codes("cd_nbcable")), errors="coerce").to_numpy(np.float64)
    number = pd.to_numeric(pd.Series(counted), errors="coerce").to_numpy(np.float64)
    differs = np.append(np.isfinite(stated) & np.isfinite(number) & (stated != number), False)
    rows = np.flatnonzero(differs[duct]).astype(np.int64)
    messages = tuple(
        f"cd_nbcable = {stated[at]:g}, but t_cab_cond.csv puts {number[at]:g} cables in the duct" for at in duct[rows]
    )
    advice = "correct whichever is wrong"
    done = "the greater number counts for the room in the duct"
    return [RowNote("warning", code="cables-disagree", rows=rows, messages=messages, done=done, advice=advice)]


def cables(delivery: Delivery) -> Draft:
    """Table ``t_cableline`` with the cable of each line."""
    lines = delivery.shapes("t_cableline", ("cl_code", "cl_cb_code"))
    cables_table = delivery.rows("t_cable", ("cb_code",))
    check_key(delivery, cables_table, "cb_code")
    cable = find_code(cables_table, "cb_code", lines.codes("cl_cb_code"))
    _tell_cables_without_line(delivery, cables_table, lines)
    lost = np.flatnonzero(cable < 0).astype(np.int64)
    messages = tuple(
        f"cl_cb_code = {code or '(empty)'} is not in {cables_table.file}" for code in lines.codes("cl_cb_code")[lost]
    )
    advice = "deliver the row of the cable"
    notes = [RowNote("warning", code="line-without-cable", rows=lost, messages=messages, advice=advice)]
    status = worst(given_up(lines, "cl"), take(status_of(cables_table, "cb"), cable, "unknown"))
    frame = join(lines.frame, cables_table.frame, cable)
    return finish(delivery, replace(lines, frame=frame), status, notes)


def _tell_cables_without_line(delivery: Delivery, cables_table: Table, lines: Table) -> None:
    codes = cables_table.codes("cb_code")
    rows = np.flatnonzero(~np.isin(codes.astype(str), lines.codes("cl_cb_code").astype(str))).astype(np.int64)
    if len(rows):
        kinds = pd.Series(take_or_none(cables_table.codes("cb_typephy"), rows)).value_counts(dropna=False)
        shown = ", ".join(f"{kind or '(empty)'} {number}" for kind, number in kinds.items())
        message = f"{cables_table.file}: {len(rows)} of {len(codes)} cables have no line (cb_typephy: {shown}): "
        delivery.notes.append(
            FileNote(
                "note",
                code="cable-without-line",
                message=message + list_rows(rows, codes[rows]),
                done="they have no place and are left out",
                advice="nothing for patch cords and breakouts; draw the others",
            )
        )
