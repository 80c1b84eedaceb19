"""``cardio export PLAN FOLDER --format geojson``: every layer of a plan as a file, for use inside the town."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from cardio.exporters.layer_fields import LAYER_FIELDS
from cardio.exporters.open_files import in_degrees, write_flat, write_geojson
from cardio.plan_folder import PlanFolder, read_layer_of_plan
from gis_layers import StudyError, replace_folder

FileFormat = Literal["geojson", "csv"]
WRITERS = {"geojson": write_geojson, "csv": write_flat}


def export_layers(plan: PlanFolder, target: Path, file_format: FileFormat, *, force: bool) -> dict[str, Any]:
    """Write each layer of plan.gpkg to a file of its name, in longitude and latitude; the folder is swapped in whole.

    Returns
    -------
    dict
        Document of schema ``cardio-export/1``.

    Raises
    ------
    StudyError
        The folder exists and `force` is off, or is not one of ours.
    """
    if target.exists() and not force:
        raise StudyError(f"{target} exists: it is not replaced", "choose another folder, or add --force")
    written = {}
    with replace_folder(target) as folder:
        for name in LAYER_FIELDS:
            frame = in_degrees(read_layer_of_plan(plan, name))
            WRITERS[file_format](frame, folder / f"{name}.{file_format}")
            written[name] = len(frame)
        package = {
            "name": "layers",
            "created": plan.summary["created"],
            "resources": [{"name": name, "path": f"{name}.{file_format}", "format": file_format} for name in written],
            "cardio": {
                "schema": "cardio-layers/1",
                "study": plan.summary["study"],
                "scenario": plan.summary["scenario"],
            },
        }
        text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
        (folder / "datapackage.json").write_text(text, encoding="utf-8")
    return {
        "schema": "cardio-export/1",
        "format": file_format,
        "study": plan.summary["study"],
        "scenario": plan.summary["scenario"],
        "files": [str(target / f"{name}.{file_format}") for name in written],
        "written": written,
        "left_out": {},
        "notes": ["for use inside the town: points of demand and who serves them are in it (--policy makes open data)"],
    }
