"""Defects put into clean layers of every format are each found; nothing is found that is not there."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import StudyError, compare_extents
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


def test_lambert_93_called_web_mercator_lies_in_its_area_and_is_told_beside_other_layers(tmp_path: Path) -> None:
    """These numbers lie in France under both: only the layers of the town can tell."""
    street, lights = (make_town(kind, np.random.default_rng(3)) for kind in ("street", "street_light"))
    street.stated_crs = "EPSG:3857"
    layers = [read(write_town(town, "gpkg", tmp_path / town.kind)[0], town.kind) for town in (street, lights)]
    assert [layer.rows_kept for layer in layers] == [ROWS, ROWS]
    (told,) = compare_extents(layers)
    assert told.code == "layer-elsewhere"
    assert 'crs: "EPSG:2154"' in told.advice


def test_an_archive_of_several_layers_asks_which(tmp_path: Path) -> None:
    path, _ = write_town(make_town("street", np.random.default_rng(3)), "zip", tmp_path / "a")
    other, _ = write_town(make_town("street", np.random.default_rng(4)), "csv-wkt", tmp_path / "b")
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(other, "livraison/voies.csv")
    with pytest.raises(StudyError, match=r"several layers: livraison/survey\.shp, livraison/voies\.csv"):
        read(path, "street")
    assert read(path, "street", layer="survey.shp").rows_kept == ROWS


def test_there_are_forty_kinds_of_defect_and_each_has_its_name() -> None:
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS) >= 40
    assert all(set(defect.formats) <= set(FORMATS) and set(defect.kinds) <= set(KINDS) for defect in DEFECTS)
    assert {form for _, form in PAIRS} == set(FORMATS)


@pytest.mark.parametrize(("defect", "form"), PAIRS, ids=[f"{defect.name}-{form}" for defect, form in PAIRS])
def test_each_defect_is_found_in_each_format(defect: Defect, form: str, tmp_path: Path) -> None:
    kinds = [kind for kind in defect.kinds if fits(kind, form)]
    number = PAIRS.index((defect, form))
    layer = inject(kinds[number % len(kinds)], form, [defect], number, tmp_path)
    assert layer.rows_read == layer.rows_kept + sum(layer.set_aside.values())


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
        layer = inject(kind, form, defects, seed, Path(folder))
    assert layer.rows_read == layer.rows_kept + sum(layer.set_aside.values())


OF_ROWS = [*SHAPE_DEFECTS, *CELL_DEFECTS]
TOO_MANY_STYLES = ("spaced thousands", "grouped thousands", "number of two readings")
"""A column that writes numbers in several ways may be read in none: that has tests of its own."""


@pytest.mark.parametrize(("kind", "form"), [("building", "geojson"), ("street", "gpkg"), ("population_cell", "csv-xy")])
def test_three_rows_in_ten_are_defective(kind: str, form: str, tmp_path: Path) -> None:
    known = [one for one in OF_ROWS if one in together(kind, form) and one.name not in TOO_MANY_STYLES]
    random = np.random.default_rng(11)
    chosen = [known[n] for n in random.integers(0, len(known), 600)]
    layer = inject(kind, form, chosen, 11, tmp_path, rows=2000)
    assert layer.rows_read == 2000
    assert 1400 < layer.rows_kept == 2000 - sum(layer.set_aside.values()) < 2000
