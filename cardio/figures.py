"""Which figure a study minimises."""

from __future__ import annotations

from cardio.study import Study
from costing import Capex, Figure, PresentValue


def choose_figure(study: Study) -> Figure:
    """Return what ``plan.minimise`` names."""
    if study.minimise == "present_value":
        if study.finance is None:
            raise ValueError("a study without finance is refused when it is checked")
        return PresentValue(study.finance)
    return Capex()
