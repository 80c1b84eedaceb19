"""Put defects into a clean layer, write it, read it, and compare what is read with what has to be."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from gis_layers import CardioError, Layer, as_text, write_delivered
from gis_layers.readers import read_table
from tests.gis_layers.clean_town import ROWS, Town, make_town, wkb, write_town
from tests.gis_layers.files import read, spec_of
from tests.gis_layers.injection import ANYTHING, Defect, Expected

LAST_ROWS = 6
"""Left to defects of files: what a file loses at its end is no row with a defect of its own."""


def inject(kind: str, form: str, defects: Sequence[Defect], seed: int, folder: Path, *, rows: int = ROWS) -> Layer:
    """Check one file with defects, each in rows of its own."""
    random = np.random.default_rng(seed)
    clean = make_town(kind, random, rows)
    town = copy.deepcopy(clean)
    free = iter(random.permutation(rows - LAST_ROWS).tolist())
    wanted = [defect.apply(town, sorted(next(free) for _ in range(defect.rows)), random) for defect in defects]
    path, options = write_town(town, form, folder)
    for expected in wanted:
        if expected.error:
            with pytest.raises(CardioError) as caught:
                read(path, kind, **{**options, **without(wanted, expected)})
            said = f"{caught.value.message}; {caught.value.hint}"
            assert re.search(expected.error, said), f"{expected.error!r} not in {said!r}"
    for expected in wanted:
        options |= expected.options
    layer = read(path, kind, **options)
    compare(layer, clean, together(wanted))
    assert_written_back(layer, folder / "again.gpkg")
    return layer


def without(wanted: Sequence[Expected], one: Expected) -> dict[str, object]:
    """Keys of the study that all defects but one need."""
    return {key: value for other in wanted if other is not one for key, value in other.options.items()}


def together(wanted: Sequence[Expected]) -> Expected:
    everything = Expected(set())
    for expected in wanted:
        everything.found |= expected.found
        everything.set_aside |= expected.set_aside
        everything.redrawn |= expected.redrawn
        everything.cells |= expected.cells
    return everything


def told(layer: Layer) -> set[tuple[str, int | None]]:
    return {(one.code, int(one.feature) if one.feature else None) for one in layer.findings}


def compare(layer: Layer, clean: Town, expected: Expected) -> None:
    """Check findings, rows and cells against the layer without defects."""
    said = told(layer)
    assert expected.found <= said, f"not found: {expected.found - said}; told: {said}"
    notes = {one.code for one in layer.findings if one.severity == "note"}
    surplus = {(code, row) for code, row in said - expected.found if code not in notes or row is not None}
    assert not surplus, [one for one in layer.findings if one.code in dict(surplus)]
    codes = list(expected.set_aside.values())
    assert dict(layer.set_aside) == {code: codes.count(code) for code in set(codes)}
    kept = [row for row in range(len(clean.shapes)) if row not in expected.set_aside]
    assert list(dict.fromkeys(layer.frame["source_row"].tolist())) == kept
    compare_shapes(layer, clean, [row for row in kept if row not in expected.redrawn])
    compare_cells(layer, clean, expected)


def compare_shapes(layer: Layer, clean: Town, rows: Sequence[int]) -> None:
    frame = layer.frame[layer.frame["source_row"].isin(rows)]
    assert frame["source_row"].tolist() == list(rows)
    drawn = shapely.from_wkb([wkb(shape) for row in rows if (shape := clean.shapes[row]) is not None])
    same = shapely.equals_exact(shapely.normalize(drawn), shapely.normalize(frame.geometry.values), 0.001)
    assert same.all(), [rows[at] for at in np.flatnonzero(~same).tolist()]


def compare_cells(layer: Layer, clean: Town, expected: Expected) -> None:
    first = layer.frame.drop_duplicates("source_row").set_index("source_row")
    for name, values in clean.columns.items():
        if name not in first:
            assert all((row, name) in expected.cells for row in first.index), name
            continue
        wanted = pd.Series(values, dtype=object).loc[first.index]
        for (row, column), value in expected.cells.items():
            if column == name and row in wanted.index:
                wanted[row] = first[name][row] if value is ANYTHING else value
        assert as_text(first[name].to_numpy()).tolist() == as_text(wanted.to_numpy()).tolist()


def assert_written_back(layer: Layer, path: Path) -> None:
    """Check that the rows as delivered can be written and read again, each cell and each byte."""
    write_delivered(layer, path)
    again, first = read_table(spec_of(path, layer.kind)), layer.delivered
    assert first is not None
    given = first.wkb if first.delivered_wkb is None else first.delivered_wkb
    for one, other in zip(again.wkb.tolist(), given.tolist(), strict=True):
        assert one == other or plain(one) == plain(other)
    assert list(again.columns) == list(first.columns)
    for name, values in first.columns.items():
        assert as_text(again.columns[name]).tolist() == as_text(values).tolist()


def plain(geometry: bytes | None) -> bytes | None:
    """The same bytes for dialects of WKB; without measures, which pyogrio writes and does not read."""
    if geometry is None:
        return None
    shape = shapely.from_wkb(geometry, on_invalid="ignore")
    wanted: bytes = shapely.to_wkb(shapely.force_2d(shape) if shapely.has_m(shape) else shape, flavor="iso")
    return wanted
