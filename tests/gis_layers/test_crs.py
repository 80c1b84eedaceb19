"""CRS: metric ones pass, others are refused; areas of use; reprojection."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from gis_layers import StudyError, require_metric_crs
from gis_layers.crs import inside_area, same_crs
from gis_layers.operations import reproject_geometries


@pytest.mark.parametrize("text", ["EPSG:2154", "EPSG:2056", "EPSG:32631", "EPSG:27572", "EPSG:3949", "EPSG:3035"])
def test_projected_metric_crs_passes_under_its_code(text: str) -> None:
    assert require_metric_crs(text, where="study: crs") == text


def test_case_and_bare_codes_are_normalised() -> None:
    assert require_metric_crs("epsg:2154", where="x") == "EPSG:2154"
    assert require_metric_crs("2154", where="x") == "EPSG:2154"


def test_crs_without_a_code_comes_back_as_wkt() -> None:
    own = "+proj=lcc +lat_1=44.1 +lat_2=44.9 +lat_0=44.3 +lon_0=2.6 +x_0=1000 +y_0=2000 +ellps=GRS80 +units=m"
    text = require_metric_crs(own, where="x")
    assert pyproj.CRS.from_wkt(text).equals(pyproj.CRS.from_user_input(own))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("EPSG:4326", "not a projected"),
        ("EPSG:4978", "not a projected"),  # geocentric, in metres
        ("EPSG:2229", "US survey foot"),
        ("EPSG:2230", "US survey foot"),
        ("EPSG:3857", "Web Mercator"),
        ("EPSG:999999", "unknown CRS"),
        ("ESRI:103885", "not on earth"),  # Mars
        ("klingon", "unknown CRS"),
        ("", "unknown CRS"),
    ],
)
def test_other_crs_are_refused_with_the_key(text: str, why: str) -> None:
    with pytest.raises(StudyError, match=why) as caught:
        require_metric_crs(text, where="study: crs")
    assert "study: crs" in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 2


def test_dialects_of_one_crs_are_the_same() -> None:
    lambert = pyproj.CRS("EPSG:2154")
    assert same_crs(lambert, pyproj.CRS.from_wkt(lambert.to_wkt("WKT1_ESRI")))
    assert same_crs(pyproj.CRS("EPSG:4326"), pyproj.CRS("OGC:CRS84"))
    assert not same_crs(lambert, pyproj.CRS("EPSG:27572"))


def test_reprojection_takes_longitude_first() -> None:
    # the false origin of Lambert-93: 3 degrees east, 46.5 degrees north is (700000, 6600000)
    moved = reproject_geometries(
        np.array([shapely.Point(3.0, 46.5)]), pyproj.CRS("EPSG:4326"), pyproj.CRS("EPSG:2154"), place=(3.0, 46.5)
    )
    assert shapely.get_coordinates(moved)[0] == pytest.approx([700000.0, 6600000.0], abs=0.001)


def test_reprojection_to_the_same_crs_leaves_every_bit() -> None:
    points = np.array([shapely.Point(1 / 3, 2 / 3)])
    assert reproject_geometries(points, pyproj.CRS("EPSG:2154"), pyproj.CRS("EPSG:2154"), place=None) is points


def box(x: float, y: float) -> list[float]:
    return [x, y, x, y]


def test_area_of_use() -> None:
    world, france = pyproj.CRS("EPSG:4326"), pyproj.CRS("EPSG:2154")
    boxes = np.array([box(2.57, 44.35), box(44.35, 2.57), box(2.57, 100.0), box(-170.0, 45.0), box(np.inf, np.inf)])
    assert inside_area(boxes, world, france).tolist() == [True, False, False, False, False]


def test_area_of_use_across_the_antimeridian() -> None:
    world, fiji = pyproj.CRS("EPSG:4326"), pyproj.CRS("EPSG:3460")
    assert fiji.area_of_use is not None and fiji.area_of_use.west > fiji.area_of_use.east
    boxes = np.array([box(178.0, -18.0), box(-179.5, -18.0), box(0.0, -18.0)])
    assert inside_area(boxes, world, fiji).tolist() == [True, True, False]


def test_crs_without_area_accepts_any_place_on_earth() -> None:
    own = pyproj.CRS("+proj=lcc +lat_1=44 +lat_2=45 +lat_0=44.3 +lon_0=2.6 +ellps=GRS80 +units=m")
    assert inside_area(np.array([box(0.0, 0.0), box(1e30, 1e30)]), own, own).tolist() == [True, False]
