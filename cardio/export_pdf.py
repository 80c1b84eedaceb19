"""``cardio export FOLDER report.pdf`` and ``cardio plan --pdf``: the report of a plan on A4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cardio.exporters.files import write_files
from cardio.exporters.pdf import make_pdf, require_weasyprint
from cardio.plan_folder import read_plan_summary
from gis_layers import StudyError, SurveyError

PDF = ".pdf"
REPORT = "report.html"


def export_pdf(folder: Path, target: Path, *, force: bool) -> dict[str, Any]:
    """Write the report of an output folder of ``cardio plan`` as PDF.

    Parameters
    ----------
    force : bool
        Replace a file that exists.

    Returns
    -------
    dict
        Document of schema ``cardio-export/1``.

    Raises
    ------
    StudyError
        WeasyPrint is missing; the folder holds no report, or its report asks for a file or an address; the target
        exists and `force` is off.
    SurveyError
        The report cannot be read.
    """
    require_weasyprint()
    summary = read_plan_summary(folder)
    path = folder / REPORT
    if not path.is_file():
        status = summary.get("status", "unknown")
        raise StudyError(f"{folder} holds no {REPORT} (status: {status})", "export the folder of a plan that was found")
    try:
        page = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SurveyError(f"{path} cannot be read: {error}", "plan again") from error
    content, pages = make_pdf(page)
    write_files({target: content}, force=force)
    return {
        "schema": "cardio-export/1",
        "format": "PDF/UA-1",
        "study": summary["study"],
        "scenario": summary["scenario"],
        "files": [str(target)],
        "written": {"pages": pages},
        "left_out": {},
        "notes": [],
    }
