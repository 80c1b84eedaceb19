"""``cardio export PLAN postgresql://...``: the layers of a plan as tables of a PostGIS database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cardio.plan_folder import GEOPACKAGE, read_plan_folder
from gis_layers import check_connection, copy_to_postgis, shown_connection

DEFAULT_SCHEMA = "cardio"


def export_to_database(folder: Path, target: str, *, schema: str = DEFAULT_SCHEMA) -> dict[str, Any]:
    """Write every layer of plan.gpkg to a table of its name, all of them or none.

    Parameters
    ----------
    folder : Path
        Output folder of ``cardio plan``.
    target : str
        Address of the database, without a password.
    schema : str
        Schema of the tables, made where it is missing; only tables that an export wrote are replaced.

    Returns
    -------
    dict
        Document of schema ``cardio-export/1``.

    Raises
    ------
    StudyError
        The folder holds no plan, the database cannot be reached or written, or a table there is not ours.
    SurveyError
        The plan cannot be read, or the server failed on the way.
    """
    check_connection(target)
    plan = read_plan_folder(folder)
    written = copy_to_postgis(plan.path / GEOPACKAGE, target, schema=schema)
    shown = shown_connection(target)
    return {
        "schema": "cardio-export/1",
        "format": f"PostGIS ({shown})",
        "written": written,
        "files": [f"{shown} {schema}.{name}" for name in written],
        "left_out": {},
        "notes": [],
    }
