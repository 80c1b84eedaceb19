"""Findings on the map: one layer a severity, the worst on top."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from cardio.deliverable import Deliverable
from cardio.exporters.findings_cells import finding_cells, finding_heads
from cardio.exporters.geometry import Frame, encode_features
from cardio.exporters.styles import finding_style
from cardio.exporters.texts import Words
from gis_layers import SEVERITIES


def finding_entries(deliverable: Deliverable, frame: Frame, words: Words, *, shown: bool) -> list[dict[str, Any]]:
    """Return one map layer a severity that has findings with a place, notes first, so that errors lie on top."""
    entries = []
    for severity in reversed(SEVERITIES):
        found = [finding for finding in deliverable.findings if finding.severity == severity]
        placed = [finding for finding in found if finding.x is not None and finding.y is not None]
        if placed:
            points = shapely.points([[finding.x, finding.y] for finding in placed])
            entries.append(
                {
                    "type": "features",
                    "group": "findings",
                    "title": f"{words[f'finding.{severity}']} ({words.number(len(placed))})",
                    "shown": shown and severity != "note",
                    "plan_only": False,
                    "note": _unplaced(len(found) - len(placed), words),
                    **encode_features(gpd.GeoSeries(points, crs=deliverable.existing.crs), frame),
                    **finding_style(severity),
                    "labels": [*finding_heads(words), words["code"]],
                    "rows": [[*finding_cells(finding, words), finding.code] for finding in placed],
                }
            )
    return entries


def _unplaced(count: int, words: Words) -> str:
    return words["finding.unplaced"].format(count=words.number(count)) if count else ""
