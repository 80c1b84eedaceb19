"""The library's front door: what ``import cardio`` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import cardio
from gis_layers import CardioError
from tests.cardio.tiny_town import write_tiny_town


def test_everything_that_is_named_can_be_had() -> None:
    assert sorted(cardio.__all__) == list(cardio.__all__)
    assert set(cardio._HOME) == set(cardio.__all__)
    for name in cardio.__all__:
        assert getattr(cardio, name) is getattr(import_module(cardio._HOME[name]), name)
        assert getattr(cardio, name).__doc__
        assert name in dir(cardio)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'plan_everything'"):
        cardio.plan_everything  # noqa: B018 - asking is the test


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, cardio; print([n for n in ('pandas', 'geopandas', 'folium', 'pulp', 'numba') if n in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_result_and_its_frames_give_the_same_map(tmp_path: Path) -> None:
    result = cardio.run_study(write_tiny_town(tmp_path))
    page = cardio.folium_map(result).get_root().render()
    assert page == cardio.folium_map(result.deliverable).get_root().render()
    assert "Tinyville" in page
    assert "Content-Security-Policy" in page
    assert "Content-Security-Policy" not in cardio.folium_map(result, offline=False).get_root().render()


def test_a_run_without_a_plan_has_no_map_and_says_why(tmp_path: Path) -> None:
    result = cardio.run_study(write_tiny_town(tmp_path), scenario="too_much")
    with pytest.raises(CardioError, match="no plan to draw: ") as caught:
        cardio.folium_map(result)
    assert result.message in caught.value.message
    assert "diagnose_study" in caught.value.hint
