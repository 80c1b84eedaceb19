"""The library's front door: what ``import cardio`` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import cardio


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
