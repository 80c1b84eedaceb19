"""Real survey data laid beside the project: never copied into it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def real_data(*parts: str) -> Path:
    """Return a path under the data folder; skip where it is absent, fail in CI."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        reason = f"real survey data not found: {Path(*parts)} (expected in ../shared/data)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path
