"""``cardio demo``: the sample town, surveyed and planned in one go."""

from __future__ import annotations

from pathlib import Path

from cardio.run import RunResult, run_study
from cardio.sample_town import write_sample_town
from gis_layers import Progress, silent


def run_demo(folder: Path, *, seed: int = 62000, progress: Progress = silent) -> RunResult:
    """Write the sample town's survey to ``folder/survey`` and its plan to ``folder/plan``."""
    study = write_sample_town(folder / "survey", seed=seed)
    return run_study(study, out=folder / "plan", progress=progress)
