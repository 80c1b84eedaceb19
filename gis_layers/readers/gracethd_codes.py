"""Codes of a GraceTHD delivery: what they mean by its own lists, what they refer to, and what is in neither."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from gis_layers.readers.gracethd_tables import Delivery, Objects, Table, as_codes, list_rows
from gis_layers.table import FileNote, RowNote, Rows

LISTS = {
    "cm_typ_imp": "l_implantation_type",
    "cm_nature": "l_infra_nature",
    "cm_typelog": "l_infra_type_log",
    "cm_mod_pos": "l_pose_type",
    "cm_passage": "l_passage_type",
    "cd_type": "l_conduite_type",
    "pt_typephy": "l_ptech_type_phy",
    "pt_typelog": "l_ptech_type_log",
    "pt_nature": "l_ptech_nature",
    "st_typephy": "l_site_type_phy",
    "st_typelog": "l_site_type_log",
    "bp_typephy": "l_bp_type_phy",
    "bp_typelog": "l_bp_type_log",
    "cb_typephy": "l_cable_type",
    "cb_typelog": "l_infra_type_log",
    "cb_tech": "l_technologie_type",
    "nd_type": "l_noeud_type",
    "nd_type_ep": "l_technologie_type",
    "zn_nrotype": "l_nro_type",
    "zn_etat": "l_nro_etat",
    "zs_etatpm": "l_sro_etat",
    "zs_typeemp": "l_sro_emplacement",
    "ad_ietat": "l_adresse_etat",
    "ad_itypeim": "l_immeuble_type",
    "se_type": "l_site_emission_type",
}
"""Column -> code list that decodes it."""

LISTS_BY_ENDING = {
    "_statut": "l_statut",
    "_etat": "l_etat_type",
    "_avct": "l_avancement",
    "_proptyp": "l_propriete_type",
    "_occp": "l_occupation_type",
    "_dtclass": "l_geoloc_classe",
    "_geolmod": "l_geoloc_mode",
}
"""The same for columns that many tables have, by the ending of their names."""

ORGANISATIONS = ("_prop", "_gest", "_prop_do", "_gest_do", "_user")
"""Endings of columns that name an organisation: owner, manager, user."""


def find_code(table: Table, key: str, codes: Objects) -> Rows:
    """(n,) int: the first row of a table that has each code as its key, -1 where none has, or the code is empty."""
    own = table.codes(key)
    first = np.flatnonzero(~pd.Series(own, dtype=object).duplicated().to_numpy() & (own != ""))
    position = pd.Index(own[first], dtype=object).get_indexer(pd.Index(codes, dtype=object))
    return np.where(position >= 0, np.append(first, -1)[position], -1).astype(np.int64)


def check_key(delivery: Delivery, table: Table, key: str) -> None:
    """Tell which rows have a code that an earlier row has, or none: no other row can refer to them."""
    codes = table.codes(key)
    again = np.flatnonzero(pd.Series(codes, dtype=object).duplicated().to_numpy() & (codes != "")).astype(np.int64)
    if len(again):
        message = f"{table.file}: {len(again)} rows have a {key} that an earlier row has: "
        delivery.notes.append(
            FileNote(
                "warning",
                code="duplicate-code",
                message=message + list_rows(again, codes[again]),
                done="what refers to the code is joined to its first row",
                advice="give every object its own code",
            )
        )
    empty = np.flatnonzero(codes == "").astype(np.int64)
    if len(empty):
        message = f"{table.file}: {len(empty)} rows have no {key}: {list_rows(empty)}"
        delivery.notes.append(
            FileNote("warning", code="code-missing", message=message, advice="give every object its own code")
        )


def check_reference(delivery: Delivery, table: Table, column: str, other: Table, key: str) -> Rows:
    """Find the row of another table that each row refers to, -1 for none; tell which refer to nothing there."""
    codes = table.codes(column)
    found = find_code(other, key, codes)
    lost = np.flatnonzero((found < 0) & (codes != "")).astype(np.int64)
    if len(lost):
        message = f"{table.file}: {len(lost)} of {len(codes)} rows have a {column} that {other.file} lacks: "
        delivery.notes.append(
            FileNote(
                "warning",
                code="reference-unknown",
                message=message + list_rows(lost, codes[lost]),
                done="joined to nothing",
                advice="correct the code, or deliver the missing object",
            )
        )
    return found


def decode(delivery: Delivery, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[RowNote]]:
    """Add a column ``..._label`` with the words for each column of codes, by the lists of the delivery.

    Returns
    -------
    DataFrame
    list of RowNote
        Codes that are not in their list.
    """
    labels: dict[str, Objects] = {}
    notes: list[RowNote] = []
    for column in frame.columns:
        name = LISTS.get(column) or LISTS_BY_ENDING.get(column[2:])
        words = None if name is None else delivery.rows_if_there(name, ("code", "libelle"))
        if words is None:
            continue
        codes = as_codes(frame[column].to_numpy())
        row = find_code(words, "code", codes)
        labels[f"{column}_label"] = take_or_none(words.codes("libelle"), row)
        unknown = np.flatnonzero((row < 0) & (codes != "")).astype(np.int64)
        if len(unknown):
            messages = tuple(f"{column} = {code!r} is not in {words.file}" for code in codes[unknown])
            advice = "correct the code"
            notes.append(RowNote("warning", code="unknown-code", rows=unknown, messages=messages, advice=advice))
    return frame.assign(**labels), notes


def name_organisations(delivery: Delivery, table: Table) -> Table:
    """Add a column ``..._name`` for each column that names an owner, manager or user by its code."""
    columns = [column for column in table.frame.columns if column[2:] in ORGANISATIONS]
    organisations = delivery.rows_if_there("t_organisme", ("or_code", "or_nom")) if columns else None
    if organisations is None:
        return table
    names = organisations.codes("or_nom")
    added = {
        f"{column}_name": take_or_none(names, check_reference(delivery, table, column, organisations, "or_code"))
        for column in columns
    }
    return replace(table, frame=table.frame.assign(**added))


def take_or_none(values: Objects, row: Rows) -> Objects:
    """(n,) object: the value of each row, None for row -1 and for empty text."""
    padded = np.full(len(values) + 1, None, dtype=object)
    padded[:-1][values != ""] = values[values != ""]
    taken: Objects = padded[row]
    return taken


def join(frame: pd.DataFrame, other: pd.DataFrame, row: Rows) -> pd.DataFrame:
    """Put the columns of the rows of another table beside those of a frame; missing values for row -1."""
    added = [name for name in other.columns if name not in frame.columns]
    beside = other[added].reindex(row)
    beside.index = frame.index
    return pd.concat([frame, beside], axis="columns")
