"""Survey layers: what is there, as delivered, and what is wrong with it."""

from gis_layers.columns import as_text
from gis_layers.crs import require_metric_crs
from gis_layers.emptiness import nothing_usable
from gis_layers.errors import CancelledError, CardioError, StudyError, SurveyError, UnreachableTargetError
from gis_layers.findings import SEVERITIES, Finding, Severity, count_by_severity, rank_findings
from gis_layers.kinds import KINDS, Column, Kind
from gis_layers.layer import PLACE_COLUMNS, Condition, Layer, LayerSpec
from gis_layers.progress import Progress, silent
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
    "LayerSpec",
    "Progress",
    "Severity",
    "StudyError",
    "SurveyError",
    "UnreachableTargetError",
    "as_text",
    "check_output_folder",
    "count_by_severity",
    "nothing_usable",
    "rank_findings",
    "read_layer",
    "replace_folder",
    "require_metric_crs",
    "silent",
    "write_layers",
    "write_shapefile",
]
