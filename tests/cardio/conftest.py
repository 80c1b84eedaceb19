"""What several tests of cardio start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardio.run import run_study
from tests.cardio.tiny_town import write_tiny_town


@pytest.fixture(scope="module")
def tiny_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Output folder of the tiny town's plan: an exchange, two closures, 400 m of trench, two meters without fibre."""
    folder = tmp_path_factory.mktemp("tiny")
    run_study(write_tiny_town(folder / "town"), out=folder / "plan")
    return folder / "plan"
