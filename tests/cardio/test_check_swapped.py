"""Repairs of a layer whose file gives y before x lie where the layer lies, in what ``cardio check`` writes."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest

from cardio.survey_check import check_file
from tests.gis_layers.files import write_geojson

LON, LAT = 2.5, 44.5


def street(folder: Path, *, swapped: bool) -> Path:
    """A street with the same point twice, and one as it should be."""
    order = -1 if swapped else 1
    lines = [
        [[LON, LAT], [LON, LAT], [LON + 0.001, LAT]],
        [[LON + 0.001, LAT], [LON + 0.001, LAT + 0.001]],
    ]
    turned = [[xy[::order] for xy in line] for line in lines]
    features = [({"type": "LineString", "coordinates": line}, {"id": f"s{k}"}) for k, line in enumerate(turned)]
    return write_geojson(folder / f"{'swapped' if swapped else 'plain'}.geojson", features, crs=None)


def test_repairs_of_swapped_axes_lie_where_the_layer_does(tmp_path: Path) -> None:
    check = check_file(street(tmp_path, swapped=True), kind="street", crs="EPSG:4326 swapped", out=tmp_path / "swapped")
    assert {"axes-swapped", "doubled-points"} <= {finding.code for finding in check.findings}
    check_file(street(tmp_path, swapped=False), kind="street", crs="EPSG:4326", out=tmp_path / "plain")
    frames = {
        name: pyogrio.read_dataframe(tmp_path / name / "survey.gpkg", layer="repairs") for name in ("swapped", "plain")
    }
    swapped, plain = (frame[frame["code"] == "doubled-points"] for frame in frames.values())
    assert len(swapped) == len(plain) == 1
    assert swapped.total_bounds == pytest.approx(plain.total_bounds, abs=1e-3)
    layer = pyogrio.read_dataframe(tmp_path / "swapped" / "survey.gpkg", layer="swapped")
    assert swapped.total_bounds == pytest.approx(layer[layer["id"] == "s0"].total_bounds, abs=1e-3)
