"""``restore``: a layer as it was delivered, so that every repair can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cardio.study import load_study
from cardio.study_keys import suggest
from gis_layers import Progress, StudyError, read_layer, repairs, silent, write_delivered

SCHEMA = "cardio-restored/1"


def restore_layer(
    study_path: Path, name: str, target: Path, *, data: Sequence[Path] = (), progress: Progress = silent
) -> dict[str, Any]:
    """Write all rows of a layer as delivered: geometry byte for byte, columns and CRS.

    Parameters
    ----------
    study_path : Path
    name : str
        Layer of the study.
    target : Path
        GeoPackage to write; a file that exists is refused.
    data : sequence of Path
        Folders searched for survey files after the study's own.

    Returns
    -------
    dict
        ``layer``, ``file``, ``rows``, and ``repairs``: finding code -> rows changed when the layer is used.

    Raises
    ------
    StudyError, SurveyError
        The layer is not in the study or cannot be read, or the target cannot be written.
    """
    study = load_study(study_path, data=data)
    if name not in study.layers:
        raise StudyError(f"{study_path}: no layer {name!r}", suggest(name, study.layers))
    if target.suffix.lower() != ".gpkg":
        raise StudyError(f"{target.name} is no GeoPackage", "name a file that ends in .gpkg")
    if target.exists():
        raise StudyError(f"{target} exists already: it is not replaced", "name another file")
    layer = read_layer(study.layers[name], crs=study.crs, progress=progress)
    write_delivered(layer, target)
    counts = repairs(layer)["code"].value_counts().sort_index()
    return {
        "schema": SCHEMA,
        "layer": name,
        "file": str(target),
        "rows": layer.rows_read,
        "repairs": {str(code): int(count) for code, count in counts.items()},
    }
