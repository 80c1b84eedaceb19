"""The output folder of ``cardio plan``, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from cardio.exporters.geopackage import SCHEMAS
from gis_layers import StudyError, SurveyError, read_back

SUMMARY, GEOPACKAGE = "summary.json", "plan.gpkg"
LAYERS = ("sites", "routes", "existing")


@dataclass(frozen=True)
class PlanFolder:
    """What an output folder of ``cardio plan`` holds.

    Attributes
    ----------
    path : Path
    summary : mapping
        Content of summary.json.
    sites, routes, existing : GeoDataFrame
        Layers of plan.gpkg, in the study CRS; columns as in `cardio.exporters.geopackage.SCHEMAS`.
    """

    path: Path
    summary: Mapping[str, Any]
    sites: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    existing: gpd.GeoDataFrame


def read_plan_folder(folder: Path) -> PlanFolder:
    """Read back what ``cardio plan`` wrote.

    Raises
    ------
    StudyError
        The folder does not exist, is not one of ours or holds no plan.
    SurveyError
        A file in it cannot be read.
    """
    summary = read_plan_summary(folder)
    path = folder / GEOPACKAGE
    if not path.is_file():
        status = summary.get("status", "unknown")
        raise StudyError(f"{folder} holds no plan (status: {status})", "export the folder of a plan that was found")
    return PlanFolder(folder, summary, **{name: _read_layer(path, name) for name in LAYERS})


def read_layer_of_plan(plan: PlanFolder, name: str) -> gpd.GeoDataFrame:
    """Read another layer of plan.gpkg: ``demand``, ``zones`` or ``findings``; errors as of `read_plan_folder`."""
    return _read_layer(plan.path / GEOPACKAGE, name)


def _read_layer(path: Path, name: str) -> gpd.GeoDataFrame:
    frame = read_back(path, name)
    lacking = [f"{name}.{key}" for key in SCHEMAS[name] if key not in frame.columns]
    if lacking:
        raise StudyError(f"{path} has no {', '.join(lacking)}: another version of Cardio wrote it", "plan again")
    return frame


def read_plan_summary(folder: Path) -> dict[str, Any]:
    """Read the summary of a plan; errors as of `read_plan_folder`."""
    path = folder / SUMMARY
    inner = folder / "plan"
    advice = f"name {inner}" if (inner / SUMMARY).is_file() else "name the output folder of cardio plan"
    if not path.is_file():
        raise StudyError(f"{folder} holds no {SUMMARY}: it is not the folder of a plan", advice)
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise SurveyError(f"{path} cannot be read: {error}", "plan again") from error
    if not isinstance(summary, dict) or not str(summary.get("schema", "")).startswith("cardio-summary/"):
        raise StudyError(f"{path} is not the summary of a plan", advice)
    return summary
