"""Survey layers: what is there, as delivered, and what is wrong with it."""

from gis_layers.errors import CancelledError, CardioError, StudyError, SurveyError, UnreachableTargetError
from gis_layers.findings import SEVERITIES, Finding, Severity, count_by_severity, rank_findings
from gis_layers.layer import Condition, Layer, LayerSpec
from gis_layers.progress import Progress, silent

__all__ = [
    "SEVERITIES",
    "CancelledError",
    "CardioError",
    "Condition",
    "Finding",
    "Layer",
    "LayerSpec",
    "Progress",
    "Severity",
    "StudyError",
    "SurveyError",
    "UnreachableTargetError",
    "count_by_severity",
    "rank_findings",
    "silent",
]
