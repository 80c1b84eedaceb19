"""Limits: what a town has is read, more is refused with the figure and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_layers import SurveyError
from gis_layers.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, require_counts, require_size


def test_a_large_city_is_within_the_limits() -> None:
    rows, columns = 1_000_000, 15
    assert rows <= MAX_ROWS and columns <= MAX_COLUMNS and rows * columns <= MAX_CELLS
    require_counts(rows, columns, where="test")
    require_counts(-1, 3, where="a count that is not known")


@pytest.mark.parametrize(
    ("rows", "columns", "what"),
    [(MAX_ROWS + 1, 1, "rows"), (1, MAX_COLUMNS + 1, "columns"), (MAX_CELLS // 100, 101, "cells")],
)
def test_counts_beyond_are_refused_with_the_figure(rows: int, columns: int, what: str) -> None:
    with pytest.raises(SurveyError, match=rf"a\.shp states [0-9,]+ {what}; at most [0-9,]+ are read") as caught:
        require_counts(rows, columns, where="a.shp")
    assert "cut out the town" in caught.value.hint


def test_a_file_with_holes_counts_with_its_full_size(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(3_000_000)
    require_size(path, 3_000_000, where="a.csv")
    with pytest.raises(SurveyError, match=r"a\.csv has 3 MB; at most 2 MB"):
        require_size(path, 2_000_000, where="a.csv")
