"""What a study says of its report: ``report:``, its form and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from cardio.study_files import find_file
from cardio.study_section import Section
from cardio.study_values import MaybeTexts, Name, Share, Text

MOST_POINTS = 9


def check_points(points: int) -> int:
    """Refuse a curve of one point."""
    if points == 1:
        raise ValueError("a curve needs 2 points or more (today, and the plan); 0 for none")
    return points


class ReportSection(Section):
    """``report:``."""

    options: MaybeTexts = ()
    decisions: dict[Name, Text] = Field(default_factory=dict)
    frontier_points: Annotated[int, Field(ge=0, le=MOST_POINTS), AfterValidator(check_points)] = 3
    time_share: Share = 0.25
    template: Text | None = None
    pictures: dict[Name, Text] = Field(default_factory=dict)


@dataclass(frozen=True)
class ReportSettings:
    """What the report shows beside the plan.

    Attributes
    ----------
    options : tuple of str
        Scenarios shown as options beside doing nothing and the plan; without any, the plan half of the way.
    decisions : mapping of str to str
        What is asked of those who decide, by name, in the words of the study.
    frontier_points : int
        Points of the curve of cost against coverage, today and the plan included; 0 for no curve.
    time_share : float
        Part of the solver's time limit that all solves for the report together may take on top of it; 0 for none.
    template : Path or None
        Template that replaces ours or parts of it.
    pictures : mapping of str to Path
        Files that the template shows, by name.
    """

    options: tuple[str, ...] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)
    frontier_points: int = 3
    time_share: float = 0.25
    template: Path | None = None
    pictures: Mapping[str, Path] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """Files that the report is made from, beside the survey."""
        return (*([] if self.template is None else [self.template]), *self.pictures.values())


def report_settings(form: ReportSection, folders: Sequence[Path]) -> ReportSettings:
    """Return the settings of the report; its files lie in one of the folders."""
    return ReportSettings(
        form.options,
        form.decisions,
        form.frontier_points,
        form.time_share,
        template=find_file(form.template, folders) if form.template else None,
        pictures={name: find_file(file, folders) for name, file in form.pictures.items()},
    )
