"""Geometry of the map: coordinates survive encoding, hexagons lose no weight."""

from __future__ import annotations

from itertools import accumulate

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.exporters.geometry import Frame, encode_features, encode_points, frame_of
from cardio.exporters.hexagons import edge_for, sum_in_hexagons
from gis_layers import CardioError

CRS = "EPSG:2154"
CORNER = np.array([683_000.0, 7_020_000.0])


def at(offset_m: list[list[float]]) -> np.ndarray:
    return CORNER + np.array(offset_m)


def decode(steps: list[int], frame: Frame) -> np.ndarray:
    pairs = np.array(steps).reshape(-1, 2)
    return (np.column_stack([list(accumulate(pairs[:, 0])), list(accumulate(pairs[:, 1]))]) + frame.origin) / 1e6


def degrees(shapes: list[shapely.Geometry]) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs=CRS).to_crs("EPSG:4326")


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(-5e4, 5e4), st.floats(-5e4, 5e4)), min_size=2, max_size=9, unique=True))
def test_a_line_decodes_to_its_degrees_at_six_decimals(offsets):
    line = shapely.LineString(CORNER + np.array(offsets))
    frame = frame_of([gpd.GeoDataFrame(geometry=[line], crs=CRS)])
    encoded = encode_features(gpd.GeoSeries([line], crs=CRS), frame)
    assert set(encoded) == {"lines"}
    expected = shapely.get_coordinates(degrees([line]).to_numpy()).round(6)
    assert np.allclose(decode(encoded["lines"][0][0], frame), expected, atol=1e-9)


def test_mixed_geometries_keep_their_rows_parts_and_holes():
    hole = shapely.box(*CORNER, *(CORNER + 90)).difference(shapely.box(*(CORNER + 30), *(CORNER + 60)))
    lines = shapely.MultiLineString([at([[0, 0], [9, 9]]), at([[50, 0], [9, 70]])])
    shapes = [shapely.Point(CORNER), hole, None, lines]
    series = gpd.GeoSeries(shapes, crs=CRS)
    frame = Frame((0, 0), None)
    encoded = encode_features(series, frame)
    assert [len(parts) for parts in encoded["points"]] == [1, 0, 0, 0]
    assert [len(parts) for parts in encoded["lines"]] == [0, 0, 0, 2]
    (rings,) = encoded["areas"][1]
    rebuilt = shapely.Polygon(decode(rings[0], frame), [decode(rings[1], frame)])
    assert rebuilt.symmetric_difference(degrees([hole]).iloc[0]).area < 1e-3 * rebuilt.area


def test_points_follow_each_other_in_one_chain():
    places = gpd.GeoSeries(shapely.points(at([[0, 0], [500, 20], [-300, 7]])), crs=CRS)
    frame = frame_of([gpd.GeoDataFrame(geometry=places)])
    assert np.allclose(
        decode(encode_points(places, frame), frame),
        shapely.get_coordinates(places.to_crs("EPSG:4326")).round(6),
        atol=1e-9,
    )
    assert encode_points(places.iloc[:0], frame) == []


def test_simplifying_moves_a_line_less_than_the_tolerance():
    wiggle = CORNER + np.column_stack([np.arange(0, 400, 2.0), 0.8 * np.sin(np.arange(200))])
    line = gpd.GeoSeries([shapely.LineString(wiggle)], crs=CRS)
    frame = Frame((0, 0), None)
    full, simple = (encode_features(line, frame, simplify_m=tolerance)["lines"][0][0] for tolerance in (0.0, 2.0))
    assert len(simple) < len(full) / 4
    drawn = gpd.GeoSeries([shapely.LineString(decode(simple, frame))], crs="EPSG:4326").to_crs(CRS).iloc[0]
    assert shapely.hausdorff_distance(drawn, line.iloc[0]) < 2.2


def test_the_extent_of_nothing_is_nothing():
    empty = gpd.GeoDataFrame({"id": []}, geometry=[], crs=CRS)
    assert frame_of([empty, empty]) == Frame((0, 0), None)


def test_coordinates_without_a_place_on_earth_are_refused():
    nowhere = gpd.GeoSeries([shapely.Point(np.inf, 0.0)], crs=CRS)
    with pytest.raises(CardioError, match="no place on the earth"):
        encode_points(nowhere, Frame((0, 0), None))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([10.0, 50.0, 130.0]))
def test_hexagons_keep_every_weight_and_hold_their_points(seed, edge_m):
    rng = np.random.default_rng(seed)
    xy = CORNER + rng.uniform(-400, 400, (60, 2))
    classes, weight = rng.integers(0, 4, 60), rng.uniform(0, 5, 60)
    points = gpd.GeoSeries(shapely.points(xy), crs=CRS)
    hexagons = sum_in_hexagons(points, classes, weight, edge_m)
    assert hexagons.counts.sum() == 60
    assert np.allclose(hexagons.weights.sum(axis=0), np.bincount(classes, weights=weight, minlength=4))
    shapes = hexagons.geometry.to_numpy()
    assert np.allclose(shapely.area(shapes), 1.5 * np.sqrt(3) * edge_m**2)
    near = shapely.intersects(shapely.buffer(shapes, 1e-6)[:, None], points.to_numpy()[None, :])
    assert near.any(axis=0).all()
    assert (near.sum(axis=1) >= hexagons.counts).all()
    assert shapely.union_all(shapes).area == pytest.approx(shapely.area(shapes).sum(), rel=1e-6)


def test_a_town_has_about_three_thousand_hexagons():
    square = gpd.GeoSeries(shapely.points(at([[0, 0], [6_000, 6_000]])), crs=CRS)
    edge_m = edge_for(square)
    assert edge_m % 10 == 0
    assert 2_000 < 6_000**2 / (1.5 * np.sqrt(3) * edge_m**2) <= 3_000
    assert edge_for(square.iloc[:1]) == 10.0
