"""A small GraceTHD delivery for tests: three nodes in a row, two route segments, ducts and a cable, all in service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from gis_layers import write_shapefile
from tests.gis_layers.files import CRS, at

Rows = Sequence[Mapping[str, Any]]

NODES: Rows = [
    {"nd_code": "ND1", "nd_type": "ST", "xy": (0, 0)},
    {"nd_code": "ND2", "nd_type": "PT", "xy": (100, 0)},
    {"nd_code": "ND3", "nd_type": "PT", "xy": (200, 0)},
]
SEGMENTS: Rows = [
    {"cm_code": "CM1", "cm_ndcode1": "ND1", "cm_ndcode2": "ND2", "cm_typ_imp": "7", "line": [(0, 0), (100, 0)]},
    {"cm_code": "CM2", "cm_ndcode1": "ND2", "cm_ndcode2": "ND3", "cm_typ_imp": "4", "line": [(100, 0), (200, 0)]},
]
DUCTS: Rows = [
    {"cd_code": "CD1", "cd_cd_code": "", "cd_dia_int": 42, "cd_occup": 20, "cd_nbcable": 1, "cd_proptyp": "CST"},
    {"cd_code": "CD2", "cd_cd_code": "", "cd_dia_int": 42, "cd_occup": 0, "cd_nbcable": 0, "cd_proptyp": "CST"},
]
LINKS: Rows = [
    {"dm_cd_code": "CD1", "dm_cm_code": "CM1"},
    {"dm_cd_code": "CD1", "dm_cm_code": "CM2"},
    {"dm_cd_code": "CD2", "dm_cm_code": "CM1"},
]
CABLES: Rows = [
    {"cb_code": "CB1", "cb_capafo": 48, "cb_fo_disp": 12, "cb_fo_util": 36, "cb_typephy": "C"},
    {"cb_code": "CB2", "cb_capafo": 1, "cb_fo_disp": "", "cb_fo_util": "", "cb_typephy": "J"},
]
CABLES_IN_DUCTS: Rows = [{"cc_cb_code": "CB1", "cc_cd_code": "CD1"}]
CABLE_LINES: Rows = [{"cl_code": "CL1", "cl_cb_code": "CB1", "line": [(0, 0), (200, 0)]}]
POINTS: Rows = [{"pt_code": "PT1", "pt_nd_code": "ND2", "pt_typephy": "C"}]
SITES: Rows = [
    {"st_code": "ST1", "st_nd_code": "ND1", "st_typephy": "SHE", "st_typelog": "NRO", "st_nom": "Central"},
    {"st_code": "ST2", "st_nd_code": "ND3", "st_typephy": "ADR", "st_typelog": "SRO", "st_nom": "PM7"},
]

CODE_LISTS: Mapping[str, Mapping[str, str]] = {
    "l_statut": {"REC": "RECOLEMENT", "MCO": "EXPLOITATION", "AVP": "AVANT-PROJET"},
    "l_etat_type": {"HS": "A CHANGER", "OK": "BON ETAT"},
    "l_implantation_type": {"4": "PLEINE TERRE", "7": "CONDUITE"},
    "l_propriete_type": {"CST": "CONSTRUCTION", "LOC": "LOCATION"},
    "l_cable_type": {"C": "CABLE", "J": "JARRETIERE"},
}


def with_status(rows: Rows, prefix: str, status: str = "REC") -> list[dict[str, Any]]:
    """Rows with a ``statut``, an empty ``etat`` and no ``abddate``, where they state none themselves."""
    always = {f"{prefix}_statut": status, f"{prefix}_etat": "", f"{prefix}_abddate": ""}
    return [{**always, **row} for row in rows]


def write_csv(folder: Path, name: str, rows: Rows) -> Path:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    path = folder / f"{name}.csv"
    path.write_text("".join(";".join(line) + "\n" for line in lines), encoding="utf-8")
    return path


def write_shapes(folder: Path, name: str, rows: Rows, *, crs: str = CRS) -> Path:
    """Write a table with geometry: ``xy`` of a point, ``line`` or ``area`` near (0, 0), or any shape as ``shape``."""
    makers = {"xy": shapely.Point, "line": shapely.LineString, "area": shapely.Polygon, "shape": lambda shape: shape}
    shapes = [makers[key](row[key]) for row in rows for key in makers if key in row]
    columns = dict.fromkeys(column for row in rows for column in row if column not in makers)
    data = {column: [row.get(column) for row in rows] for column in columns}
    path = folder / f"{name}.shp"
    frame = gpd.GeoDataFrame(data, geometry=[at(shape) for shape in shapes], crs=crs)
    write_shapefile(path, frame, encoding="utf-8", columns={name: name for name in columns})
    return path


def deliver(folder: Path, **tables: Rows) -> Path:
    """Write a delivery; `tables` replace those of the small one, an empty sequence leaves a table out."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {
        "t_noeud": NODES,
        "t_cheminement": with_status(SEGMENTS, "cm"),
        "t_cableline": CABLE_LINES,
    }
    plain = {
        "t_conduite": with_status(DUCTS, "cd"),
        "t_cond_chem": LINKS,
        "t_cable": with_status(CABLES, "cb"),
        "t_cab_cond": CABLES_IN_DUCTS,
        "t_ptech": with_status(POINTS, "pt"),
        "t_sitetech": with_status(SITES, "st"),
        **{name: [{"code": c, "libelle": w} for c, w in words.items()] for name, words in CODE_LISTS.items()},
    }
    for name, rows in (shapes | plain | tables).items():
        if rows and (name in shapes or any({"xy", "line", "area", "shape"} & set(row) for row in rows)):
            write_shapes(folder, name, rows)
        elif rows:
            write_csv(folder, name, rows)
    return folder
