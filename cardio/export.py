"""``cardio export``: a finished plan, read back from its output folder and written in a form that others read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cardio.export_database import DEFAULT_SCHEMA, export_to_database
from cardio.export_pdf import PDF, export_pdf
from cardio.export_policy import read_policy
from cardio.exporters.layer_files import FileFormat, export_layers
from cardio.exporters.ofds import export_ofds
from cardio.exporters.open_data import export_open_data
from cardio.plan_folder import read_plan_folder
from gis_layers import StudyError

DATABASES = ("postgresql:", "postgres:", "postgresql+psycopg:")
FILES = (".json", ".geojson")


def export_plan(
    folder: Path,
    target: str,
    *,
    policy: Path | None = None,
    file_format: FileFormat | None = None,
    force: bool = False,
    schema: str = DEFAULT_SCHEMA,
) -> dict[str, Any]:
    """Write the plan of an output folder to a target.

    Parameters
    ----------
    folder : Path
        Output folder of ``cardio plan`` or ``cardio demo``.
    target : str
        A path ending in ``.json`` (Open Fibre Data Standard, network package) or ``.geojson`` (the same as GeoJSON, one
        file for nodes and one for spans), or in ``.pdf`` (the report on A4); a folder (open data, with a policy), or
        the address of a PostGIS database.
    policy : Path, optional
        What may be published, and under which licence.
    file_format : str, optional
        ``geojson`` or ``csv``: every layer as a file of a folder, for use inside the town; goes without a policy.
    force : bool
        Replace files that exist.
    schema : str
        Schema of the tables in a database; those that an export wrote are replaced, others never.

    Returns
    -------
    dict
        Document of schema ``cardio-export/1``: what was written and what was left out.

    Raises
    ------
    StudyError
        The folder holds no plan, the target is of no known form, or it exists and `force` is off; the policy is wrong.
    SurveyError
        The plan in the folder cannot be read.
    """
    rules = None if policy is None else read_policy(policy)
    if target.startswith(DATABASES) and rules is None and file_format is None:
        return export_to_database(folder, target, schema=schema)
    if target.lower().endswith(FILES) and file_format is None:
        stated = {} if rules is None else {"publisher": rules.publisher, "licence_url": rules.full_licence.url}
        return export_ofds(read_plan_folder(folder), Path(target), force=force, **stated)
    if target.lower().endswith(PDF) and rules is None and file_format is None:
        return export_pdf(folder, Path(target), force=force)
    is_folder = not Path(target).suffix and "://" not in target
    if is_folder and rules is not None and file_format is None:
        return export_open_data(read_plan_folder(folder), rules, Path(target), force=force)
    if is_folder and rules is None and file_format is not None:
        return export_layers(read_plan_folder(folder), Path(target), file_format, force=force)
    raise StudyError(
        f"{target} is not a target that can be written{' so' if rules or file_format else ''}",
        "name a file ending in .json or .geojson (these may have --policy) or .pdf, postgresql://..., or a folder with"
        " either --policy FILE (open data) or --format geojson or csv (for use inside)",
    )
