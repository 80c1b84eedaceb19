"""From a survey file to a validated layer: every row is kept, or set aside for one stated reason."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pyproj

from gis_layers.column_checks import check_columns
from gis_layers.columns import Values, as_names, delivered_columns, map_columns
from gis_layers.crs import crs_text, require_metric_crs
from gis_layers.errors import StudyError
from gis_layers.filters import apply_filters
from gis_layers.geometry_checks import check_shapes
from gis_layers.id_formats import as_ids
from gis_layers.identity import drop_duplicates, make_ids
from gis_layers.kinds import KINDS, Kind
from gis_layers.layer import Layer, LayerSpec
from gis_layers.ledger import Ledger
from gis_layers.numbers import read_numbers
from gis_layers.parsing import parse_geometries
from gis_layers.placing import Geometries, place_geometries, place_writer
from gis_layers.progress import Progress, silent
from gis_layers.readers import read_table
from gis_layers.repair import split_and_repair
from gis_layers.source_crs import choose_crs
from gis_layers.spreadsheet_damage import check_spreadsheet_damage
from gis_layers.text_checks import check_texts


def read_layer(spec: LayerSpec, *, crs: str, progress: Progress = silent) -> Layer:
    """Read, check, repair and reproject a survey layer.

    Parameters
    ----------
    spec : LayerSpec
        What the study asks for.
    crs : str
        Metric CRS of the study.
    progress : Progress
        Called before and after the file is read, with the layer's name as note.

    Returns
    -------
    Layer
        ``rows_read == rows_kept + sum(set_aside.values())`` always holds.

    Raises
    ------
    StudyError
        When the kind, file, CRS, layer or a column that the study names does not exist, or one is missing.
    SurveyError
        When the file is there but cannot be used.
    """
    target = pyproj.CRS.from_user_input(require_metric_crs(crs, where="study: crs"))
    kind = _require_kind(spec)
    progress("read", None, spec.name)
    table = read_table(spec)
    ledger = Ledger(spec.name, spec.shown_path or spec.path.name, len(table.wkb))
    ledger.take_notes(table.notes, table.row_notes)
    ledger.show_place = place_writer(target)
    check_texts(table.columns, ledger)
    mapping = map_columns(spec, kind, table.columns, ledger)
    source = choose_crs(spec, table, ledger, target)
    apply_filters(spec, kind, table.columns, ledger)
    check_columns(table.columns, ledger)
    check_spreadsheet_damage(table.columns, [mapping[name] for name in ("id", "name") if name in mapping], ledger)
    geometries = parse_geometries(table.wkb, ledger)
    geometries = place_geometries(geometries, source, target, ledger, spec=spec)
    canonical = _read_canonical(kind, mapping, table.columns, ledger)
    own = [column for name, column in mapping.items() if name != "id"]
    drop_duplicates(table.wkb, geometries, table.columns, own, ledger)
    progress("read", None, spec.name)
    frame = _build_frame(geometries, canonical, mapping, table.columns, kind, ledger, target)
    if frame.empty:
        advice = "check the file and where: of this layer"
        ledger.tell("warning", code="empty-layer", message=f"none of {len(table.wkb)} rows can be used", advice=advice)
    return Layer(
        name=spec.name,
        kind=kind.name,
        path=ledger.file,
        sha256=table.sha256,
        frame=frame,
        rows_read=len(table.wkb),
        rows_kept=int(ledger.alive.sum()),
        set_aside=dict(sorted(ledger.reasons.items())),
        findings=ledger.findings(),
        delivered=table,
        delivered_crs=str(source),
        changed={code: np.unique(np.concatenate(rows)) for code, rows in sorted(ledger.changed.items())},
    )


def _require_kind(spec: LayerSpec) -> Kind:
    if spec.kind not in KINDS:
        near = difflib.get_close_matches(spec.kind, KINDS, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise StudyError(f"layer {spec.name}: unknown kind {spec.kind}", f"{hint}kinds: {', '.join(KINDS)}")
    return KINDS[spec.kind]


def _read_canonical(
    kind: Kind, mapping: Mapping[str, str], columns: Mapping[str, Values], ledger: Ledger
) -> dict[str, Values]:
    """Canonical columns of all rows, the id excepted, in the order of the kind."""
    canonical: dict[str, Values] = {}
    for column in kind.columns:
        if column.name == "id" or column.name not in mapping:
            continue
        source = mapping[column.name]
        values = columns[source]
        canonical[column.name] = (
            as_names(values) if column.dtype == "text" else read_numbers(column, source, values, ledger)
        )
    return canonical if kind.derive is None else canonical | dict(kind.derive(canonical, ledger))


def _build_frame(
    geometries: Geometries,
    canonical: Mapping[str, Values],
    mapping: Mapping[str, str],
    columns: Mapping[str, Values],
    kind: Kind,
    ledger: Ledger,
    target: pyproj.CRS,
) -> gpd.GeoDataFrame:
    """One row a single part: source_row, id, canonical columns, delivered columns, geometry."""
    parts, row = split_and_repair(geometries, kind, ledger)
    check_shapes(parts, row, ledger)
    id_source = mapping.get("id")
    ids = make_ids(None if id_source is None else as_ids(id_source, columns[id_source], ledger), ledger)
    taken = ["source_row", "id", *canonical]
    data: dict[str, Values] = {"source_row": row, "id": ids[row]}
    data |= {name: values[row] for name, values in canonical.items()}
    data |= {name: values[row] for name, values in delivered_columns(columns, [*taken, "geometry"]).items()}
    return gpd.GeoDataFrame(data, geometry=parts, crs=crs_text(target))
