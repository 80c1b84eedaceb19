"""Layers against each other: one that lies elsewhere is told, with the CRS that would bring it back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from gis_layers import Layer, LayerSpec, compare_extents, read_layer, write_layers
from tests.gis_layers.files import CRS, X, Y
from tests.real_data import real_data

TOWN_M = 3000.0


def town(seed: int = 0, rows: int = 40) -> np.ndarray[Any, Any]:
    xy: np.ndarray[Any, Any] = np.random.default_rng(seed).uniform(0.0, TOWN_M, (rows, 2)) + np.array([X, Y])
    return xy


def deliver(folder: Path, name: str, xy: Any, *, true_crs: str = CRS, stated_crs: str | None = None) -> Layer:
    """Write points of the study CRS in `true_crs`, labelled as `stated_crs`, and read them."""
    moved = gpd.GeoSeries(shapely.points(xy), crs=CRS).to_crs(true_crs)
    frame = gpd.GeoDataFrame(
        {"id": range(len(moved))}, geometry=moved.set_crs(stated_crs or true_crs, allow_override=True)
    )
    write_layers(folder / f"{name}.gpkg", {name: frame})
    return read_layer(LayerSpec(name, "street_light", folder / f"{name}.gpkg"), crs=CRS)


def test_layers_of_one_town_are_not_told(tmp_path: Path) -> None:
    layers = [deliver(tmp_path, f"l{seed}", town(seed), true_crs=crs) for seed, crs in enumerate([CRS, "EPSG:27572"])]
    assert compare_extents(layers) == ()
    assert compare_extents(layers[:1]) == ()
    assert compare_extents([]) == ()


def test_layer_under_a_wrong_crs_is_told_with_the_true_one(tmp_path: Path) -> None:
    good = [deliver(tmp_path, f"good{seed}", town(seed)) for seed in range(3)]
    # zone 31 read as zone 30: 6 degrees to the west, still in the area of Lambert-93
    bad = deliver(tmp_path, "bad", town(9), true_crs="EPSG:25831", stated_crs="EPSG:25830")
    (finding,) = compare_extents([good[0], bad, *good[1:]])
    assert (finding.severity, finding.code, finding.layer) == ("warning", "layer-elsewhere", "bad")
    away_m = (X - bad.frame.get_coordinates()["x"].median()) - TOWN_M / 2.0  # from its middle to the edge of the others
    message = re.fullmatch(r"the layer lies (\d+) km to the west of good0, good1, good2", finding.message)
    assert message and abs(float(message[1]) * 1000 - away_m) < TOWN_M
    first = finding.advice.splitlines()[1]
    assert 'crs: "EPSG:25831"' in first
    assert "among the other layers" in first
    spec = LayerSpec("bad", "street_light", tmp_path / "bad.gpkg", crs="EPSG:25831")
    assert compare_extents([*good, read_layer(spec, crs=CRS)]) == ()


def test_two_layers_are_apart_without_blame(tmp_path: Path) -> None:
    good = deliver(tmp_path, "good", town())
    bad = deliver(tmp_path, "bad", town(9), true_crs="EPSG:25831", stated_crs="EPSG:25830")
    (finding,) = compare_extents([bad, good])
    assert (finding.code, finding.layer) == ("layer-elsewhere", "")
    assert "bad" in finding.message and "good" in finding.message
    assert "EPSG:25831" in finding.advice


def test_layer_of_another_town_has_no_candidate(tmp_path: Path) -> None:
    good = [deliver(tmp_path, f"good{seed}", town(seed)) for seed in range(2)]
    other = deliver(tmp_path, "other", town() + np.array([0.0, 200_000.0]))
    (finding,) = compare_extents([*good, other])
    assert "197 km to the north of good0, good1" in finding.message
    assert "no other CRS" in finding.advice


def test_a_few_rows_astray_and_wide_layers_do_not_count(tmp_path: Path) -> None:
    astray = town(1)
    astray[0] += (300_000.0, 0.0)
    country = np.random.default_rng(2).uniform(-150_000.0, 150_000.0, (60, 2)) + np.array([X, Y])
    layers = [deliver(tmp_path, name, xy) for name, xy in [("a", town()), ("astray", astray), ("country", country)]]
    assert compare_extents(layers) == ()


def test_layer_crammed_into_a_spot_is_told(tmp_path: Path) -> None:
    spot = (town() - (X, Y)) / 1e5 + np.array([X, Y])  # 3 cm wide
    (finding,) = compare_extents([deliver(tmp_path, "a", town()), deliver(tmp_path, "spot", spot)])
    assert (finding.code, finding.layer) == ("layer-tiny", "spot")
    assert compare_extents([deliver(tmp_path, "few", spot[:9])]) == ()


@pytest.mark.parametrize(
    ("folder", "layers", "study_crs"),
    [
        ("geneva", ("addresses", "parking_meters", "wifi_hotspots", "street_cabinets", "parkings"), "EPSG:2056"),
        ("krems", ("addresses", "parking_meters", "parkings"), "EPSG:31256"),
        ("redon", ("addresses", "wifi_hotspots", "parkings"), "EPSG:2154"),
    ],
)
@pytest.mark.real_data
def test_layers_of_real_towns_lie_together(folder: str, layers: tuple[str, ...], study_crs: str) -> None:
    path = real_data(folder, f"{folder}_layers.gpkg")
    kinds = {"addresses": "address", "parkings": "parking_bay"}
    read = [
        read_layer(LayerSpec(name, kinds.get(name, name.rstrip("s")), path, layer=name), crs=study_crs)
        for name in layers
    ]
    assert all(len(layer.frame) for layer in read)
    assert compare_extents(read) == ()


def test_grid_of_several_countries_is_named_by_its_common_datum(tmp_path: Path) -> None:
    # zone 32 labelled as zone 31
    lonlat = np.random.default_rng(3).uniform((6.10, 46.15), (6.13, 46.17), (30, 2))
    xy = np.column_stack(pyproj.Transformer.from_crs(4326, 2154, always_xy=True).transform(*lonlat.T))
    good = [deliver(tmp_path, f"good{i}", xy) for i in range(2)]
    bad = deliver(tmp_path, "bad", xy, true_crs="EPSG:32632", stated_crs="EPSG:32631")
    (finding,) = compare_extents([*good, bad])
    assert 'crs: "EPSG:25832"' in finding.advice  # within a metre the same as EPSG:32632
