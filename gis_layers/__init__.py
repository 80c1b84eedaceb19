"""Survey layers: what is there, as delivered, and what is wrong with it."""

from gis_layers.columns import as_text
from gis_layers.crs import require_metric_crs
from gis_layers.delivered import repairs, write_delivered
from gis_layers.emptiness import nothing_usable
from gis_layers.errors import CancelledError, CardioError, StudyError, SurveyError, UnreachableTargetError
from gis_layers.extents import Location, advise_among, compare_extents, locate
from gis_layers.findings import SEVERITIES, Finding, Severity, count_by_severity, rank_findings
from gis_layers.inspection import (
    LayerLook,
    fitting_crs,
    is_delivery_folder,
    kinds_inside,
    list_inside,
    look_at,
    utm_crs,
)
from gis_layers.kinds import KINDS, Column, Kind
from gis_layers.layer import PLACE_COLUMNS, Condition, Layer, LayerSpec, PostgisTable
from gis_layers.metric_crs import metric_crs_of
from gis_layers.postgis import check_connection, hide_passwords, shown_connection
from gis_layers.postgis_writing import copy_to_postgis
from gis_layers.progress import Progress, silent
from gis_layers.read_back import read_back
from gis_layers.readers import known_formats
from gis_layers.reading import read_layer
from gis_layers.writing import check_output_folder, replace_folder, write_layers, write_shapefile

__all__ = [
    "KINDS",
    "PLACE_COLUMNS",
    "SEVERITIES",
    "CancelledError",
    "CardioError",
    "Column",
    "Condition",
    "Finding",
    "Kind",
    "Layer",
    "LayerLook",
    "LayerSpec",
    "Location",
    "PostgisTable",
    "Progress",
    "Severity",
    "StudyError",
    "SurveyError",
    "UnreachableTargetError",
    "advise_among",
    "as_text",
    "check_connection",
    "check_output_folder",
    "compare_extents",
    "copy_to_postgis",
    "count_by_severity",
    "fitting_crs",
    "hide_passwords",
    "is_delivery_folder",
    "kinds_inside",
    "known_formats",
    "list_inside",
    "locate",
    "look_at",
    "metric_crs_of",
    "nothing_usable",
    "rank_findings",
    "read_back",
    "read_layer",
    "repairs",
    "replace_folder",
    "require_metric_crs",
    "shown_connection",
    "silent",
    "utm_crs",
    "write_delivered",
    "write_layers",
    "write_shapefile",
]
