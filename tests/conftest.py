"""Settings for every test: one deterministic Hypothesis profile, and nothing kept from one test for another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

settings.register_profile("cardio", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("cardio")


@pytest.fixture(scope="session", autouse=True)
def kept_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Results are kept below a temporary folder, not in the user's own cache."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARDIO_CACHE", str(folder / "fixtures"))
        yield folder


@pytest.fixture(autouse=True)
def kept_folder(kept_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of what this test keeps; it does not exist yet."""
    folder = kept_folders / uuid4().hex
    monkeypatch.setenv("CARDIO_CACHE", str(folder))
    return folder
