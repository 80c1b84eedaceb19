"""Defects put into clean layers of every format are each found; nothing is found that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import StudyError
from tests.gis_layers.clean_town import FORMATS, KINDS, ROWS, make_town, write_town
from tests.gis_layers.files import codes, read
from tests.gis_layers.injected_cells import CELL_DEFECTS
from tests.gis_layers.injected_check import assert_written_back, compare, inject
from tests.gis_layers.injected_files import FILE_DEFECTS
from tests.gis_layers.injection import POINTS, SHAPE_DEFECTS, Defect, Expected

DEFECTS = (*SHAPE_DEFECTS, *CELL_DEFECTS, *FILE_DEFECTS)
NOTES_OF_CLEAN = {"csv-wkt": {"column-alias"}, "csv-xy": {"column-alias"}}
"""True of a clean file: which columns tell the place was taken from their names."""


def fits(kind: str, form: str) -> bool:
    return form != "csv-xy" or kind in POINTS


PAIRS = [
    (defect, form) for defect in DEFECTS for form in defect.formats if any(fits(kind, form) for kind in defect.kinds)
]
WAYS = [(kind, form) for kind in KINDS for form in FORMATS if fits(kind, form)]


@pytest.mark.parametrize(("kind", "form"), WAYS)
def test_a_clean_layer_is_read_whole_and_nothing_is_invented(kind: str, form: str, tmp_path: Path) -> None:
    town = make_town(kind, np.random.default_rng(7))
    path, options = write_town(town, form, tmp_path)
    layer = read(path, kind, **options)
    assert (layer.rows_read, layer.rows_kept) == (ROWS, ROWS)
    assert codes(layer) == NOTES_OF_CLEAN.get(form, set())
    assert {finding.severity for finding in layer.findings} <= {"note"}
    compare(layer, town, Expected(set()))
    assert_written_back(layer, tmp_path / "again.gpkg")
    if form.startswith("csv"):
        with pytest.raises(StudyError, match="has no CRS"):
            read(path, kind)


def test_there_are_forty_kinds_of_defect_and_each_has_its_name() -> None:
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS) >= 40
    assert all(set(defect.formats) <= set(FORMATS) and set(defect.kinds) <= set(KINDS) for defect in DEFECTS)
    assert {form for _, form in PAIRS} == set(FORMATS)


@pytest.mark.parametrize(("defect", "form"), PAIRS, ids=[f"{defect.name}-{form}" for defect, form in PAIRS])
def test_each_defect_is_found_in_each_format(defect: Defect, form: str, tmp_path: Path) -> None:
    kinds = [kind for kind in defect.kinds if fits(kind, form)]
    number = PAIRS.index((defect, form))
    inject(kinds[number % len(kinds)], form, [defect], number, tmp_path)


def together(kind: str, form: str) -> list[Defect]:
    """Defects that such a layer can have."""
    return [defect for defect in DEFECTS if kind in defect.kinds and form in defect.formats and fits(kind, form)]


def are_compatible(defects: Sequence[Defect]) -> bool:
    parts = [part for defect in defects for part in defect.parts]
    return len(parts) == len(set(parts)) and ("alone" not in parts or len(defects) == 1)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(data=st.data(), way=st.sampled_from(WAYS), seed=st.integers(0, 2**32 - 1))
def test_defects_together_are_each_found(data: st.DataObject, way: tuple[str, str], seed: int) -> None:
    kind, form = way
    some = st.lists(st.sampled_from(together(kind, form)), min_size=1, max_size=3, unique=True)
    defects = data.draw(some.filter(are_compatible))
    with TemporaryDirectory() as folder:
        inject(kind, form, defects, seed, Path(folder))
