"""GraceTHD: the French standard for the delivery of fibre networks, a folder of tables joined by codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gis_layers.errors import StudyError
from gis_layers.layer import PLACE_COLUMNS, LayerSpec
from gis_layers.readers import gracethd_network as network
from gis_layers.readers import gracethd_points as points
from gis_layers.readers.gracethd_draft import Draft
from gis_layers.readers.gracethd_tables import Delivery
from gis_layers.readers.vector import describe
from gis_layers.table import RawTable

FOLDER = "t_noeud.shp"

_KINDS: Mapping[str, tuple[Callable[[Delivery], Draft], tuple[str, ...]]] = {
    "route_segment": (network.route_segments, ("t_cheminement",)),
    "duct": (network.ducts, ("t_cond_chem",)),
    "fibre_cable": (network.cables, ("t_cableline",)),
    "fibre_node": (points.nodes, points.NODE_LAYERS),
    "street_cabinet": (points.cabinets, ("t_sitetech",)),
    "wifi_hotspot": (points.wifi_hotspots, ("t_siteemission",)),
    "zone": (points.zones, points.ZONE_LAYERS),
    "address": (points.addresses, ("t_adresse",)),
}
"""Kind -> what reads it, and the tables that ``layer:`` may name."""


KINDS_INSIDE = tuple(_KINDS)


def read(spec: LayerSpec) -> RawTable:
    """Read the layer of a kind from a GraceTHD delivery.

    Rows are those of one table; what other tables say of them is joined by code, and the words of codes are added in
    columns ``..._label``, the names of organisations in ``..._name``. Column names are in lower case.

    Raises
    ------
    StudyError
        When such a delivery holds no layer of the kind, or not the table that is needed or named.
    SurveyError
        When a table cannot be read, or lacks a column that joins it.
    """
    make = _choose(spec)
    delivery = Delivery(spec)
    draft = make(delivery)
    delivery.tell_missing()
    return RawTable(
        wkb=draft.wkb,
        columns={str(name): draft.frame[name].to_numpy() for name in draft.frame},
        crs=draft.crs,
        sha256=delivery.sha256(),
        notes=tuple(dict.fromkeys(delivery.notes)),
        row_notes=tuple(note for note in draft.row_notes if len(note.rows)),
        delivered_wkb=draft.delivered_wkb,
        encoding=spec.encoding or "utf-8",
    )


def _choose(spec: LayerSpec) -> Callable[[Delivery], Draft]:
    if spec.kind not in _KINDS:
        raise StudyError(
            f"{describe(spec)}: a GraceTHD delivery has no layer of kind {spec.kind}",
            f"kinds in it: {', '.join(sorted(_KINDS))}",
        )
    make, layers = _KINDS[spec.kind]
    if spec.layer is not None and spec.layer not in layers:
        raise StudyError(
            f"{describe(spec)}: layer: {spec.layer} is no table of kind {spec.kind}", f"tables: {', '.join(layers)}"
        )
    stated = [name for name in PLACE_COLUMNS if name in spec.columns]
    if stated:
        raise StudyError(
            f"{describe(spec)}: columns: {', '.join(stated)} is stated, but such a delivery has geometry", "remove it"
        )
    return make
