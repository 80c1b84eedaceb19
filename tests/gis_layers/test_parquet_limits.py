"""GeoParquet files that unpack to more than any town are refused by what they state, before memory is spent."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
import shapely

from gis_layers import SurveyError
from tests.gis_layers.files import read

GEO = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
POINT = shapely.to_wkb(shapely.Point(2.5, 44.5))


def write(path: Path, columns: dict[str, object], geo: bytes | None = None) -> Path:
    metadata = {b"geo": json.dumps(GEO).encode() if geo is None else geo}
    pyarrow.parquet.write_table(pyarrow.table(columns).replace_schema_metadata(metadata), path, compression="zstd")
    return path


def test_a_cell_of_zeros_that_packs_to_nothing_is_refused_by_its_stated_size(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"geometry": [POINT], "blob": [bytes(600_000_000)]})
    assert path.stat().st_size < 100_000
    with pytest.raises(SurveyError, match=r"unpacks to more than 537 MB"):
        read(path, kind="street_light")


def test_one_long_text_used_by_every_row_is_refused_while_it_unpacks(tmp_path: Path) -> None:
    text = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 60_000, "int32"), pyarrow.array(["x" * 20_000]))
    path = write(tmp_path / "a.parquet", {"geometry": [POINT] * 60_000, "text": text.cast(pyarrow.string())})
    assert path.stat().st_size < 1_000_000
    with pytest.raises(SurveyError, match=r"unpacks to more than 537 MB"):
        read(path, kind="street_light")


def test_metadata_nested_without_end_is_no_geometry(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"geometry": [POINT]}, geo=b"[" * 1_000_000)
    with pytest.raises(SurveyError, match=r"without geometry"):
        read(path, kind="street_light")
