"""How exactly a layer gets to the CRS of the study, and CRS without a code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from gis_layers import Finding, SurveyError, metric_crs_of, repairs
from gis_layers.crs import transform_xy
from gis_layers.crs_candidates import equal_crs
from gis_layers.operations import find_operation, place_of, reproject_geometries
from tests.gis_layers.files import codes, found, read, spec_of
from tests.gis_layers.test_placing import points
from tests.real_data import real_data

WORLD = pyproj.CRS("EPSG:4326")
OLD_OWN = "+proj=utm +zone=31 +ellps=intl"
GRS80_OWN = "+proj=utm +zone=31 +ellps=GRS80"


def in_town(crs: str, lon: float, lat: float) -> list[tuple[float, float]]:
    lonlat = np.array([(lon + i / 1000.0, lat + i / 2000.0) for i in range(5)])
    return [(x, y) for x, y in transform_xy(lonlat, WORLD, pyproj.CRS(crs)).tolist()]


def shift_of(path: Path, crs: str, study_crs: str, lon: float, lat: float) -> Finding | None:
    layer = read(points(path, in_town(crs, lon, lat), crs="EPSG:4326"), "street_light", crs=crs, study_crs=study_crs)
    shifts = found(layer, "datum-shift-approximate")
    assert len(shifts) <= 1
    return shifts[0] if shifts else None


@pytest.mark.parametrize(
    ("crs", "study_crs", "lon", "lat", "within", "grid"),
    [
        ("EPSG:27572", "EPSG:2154", 2.5, 44.4, "3 m", "fr_ign_gr3df97a.tif"),
        ("EPSG:21781", "EPSG:2056", 6.14, 46.2, "1.6 m", "ch_swisstopo_CHENyx06a.tif"),
        ("EPSG:31256", "EPSG:25833", 15.6, 48.4, "1.5 m", "at_bev_AT_GIS_GRID_2021_09_28.tif"),
        ("EPSG:4267", "EPSG:26918", -74.0, 40.7, "14 m", "us_noaa_conus.tif"),
        ("EPSG:23031", "EPSG:2154", 2.5, 44.0, "2.1 m", ""),
    ],
)
def test_a_way_exact_within_metres_is_told_with_the_grid_that_would_do_better(
    tmp_path: Path, crs: str, study_crs: str, lon: float, lat: float, within: str, grid: str
) -> None:
    finding = shift_of(tmp_path / "a.geojson", crs, study_crs, lon, lat)
    assert finding is not None
    assert finding.severity == "note"
    assert f"within {within}" in finding.message
    assert grid in finding.message
    assert ("pyproj sync" in finding.advice) == bool(grid)


@pytest.mark.parametrize(
    ("crs", "study_crs", "lon", "lat"),
    [
        ("EPSG:4326", "EPSG:2154", 2.5, 44.4),
        ("EPSG:4326", "EPSG:2056", 6.14, 46.2),
        ("EPSG:4326", "EPSG:31256", 15.6, 48.4),
        ("EPSG:4326", "EPSG:26918", -74.0, 40.7),
        ("EPSG:4326", "EPSG:27700", -1.5, 52.0),
        ("EPSG:3857", "EPSG:25832", 8.9, 47.7),
        ("EPSG:2263", "EPSG:26918", -74.0, 40.7),
        ("EPSG:4258", "EPSG:2154", 2.5, 44.4),
        ("EPSG:32631", "EPSG:2154", 2.5, 44.4),
        ("EPSG:3945", "EPSG:2154", 2.5, 44.4),
        ("EPSG:31467", "EPSG:25832", 8.9, 47.7),
        ("EPSG:28992", "EPSG:25832", 6.0, 52.0),
        ("EPSG:2154", "EPSG:2154", 2.5, 44.4),
    ],
)
def test_an_exact_way_is_not_told(tmp_path: Path, crs: str, study_crs: str, lon: float, lat: float) -> None:
    assert shift_of(tmp_path / "a.geojson", crs, study_crs, lon, lat) is None


@pytest.mark.parametrize(
    ("crs", "study_crs", "severity", "says"),
    [
        (OLD_OWN, "EPSG:2154", "warning", "if it is that of ED79, the layer lies 147 m off here"),
        ("+proj=longlat +ellps=clrk80ign", "EPSG:2154", "warning", "if it is that of NTF, the layer lies 53 m off"),
        ("+proj=utm +zone=31 +ellps=krass", "EPSG:2154", "warning", "may lie some 100 m off"),
        (GRS80_OWN, "EPSG:2154", "note", "within some 2 m"),
        (GRS80_OWN, "EPSG:27572", "warning", "if it is that of WGS 84"),
        (f"{OLD_OWN} +towgs84=-87,-98,-121", "EPSG:2154", "note", "is not stated"),
    ],
)
def test_a_datum_without_a_name_is_told_with_how_far_off_it_may_be(
    tmp_path: Path, crs: str, study_crs: str, severity: str, says: str
) -> None:
    finding = shift_of(tmp_path / "a.geojson", crs, study_crs, 2.5, 44.4)
    assert finding is not None
    assert finding.severity == severity
    assert says in finding.message
    assert "unknown" not in finding.message.split(":")[0]


def test_a_town_across_the_border_of_two_transformations_is_not_torn() -> None:
    """PROJ alone changes from one to the other at 43.82 degrees north, 2 m apart: a box around Spain ends there."""
    source, target = pyproj.CRS("EPSG:23031"), pyproj.CRS("EPSG:2154")
    lat = np.linspace(43.7, 44.1, 401)
    given = transform_xy(np.column_stack([np.full(401, 2.5), lat]), pyproj.CRS("EPSG:4230"), source)
    bounds = np.column_stack([given, given])
    moved = reproject_geometries(shapely.points(given), source, target, place=place_of(bounds, source))
    steps = np.diff(shapely.get_coordinates(moved)[:, 1])
    assert np.ptp(steps) < 0.1
    alone = np.diff(transform_xy(given, source, target)[:, 1])
    assert np.ptp(alone) > 1.0  # what this is about; once PROJ does it itself, it need not be done here


def test_an_operation_states_how_exact_it_is_and_gives_inf_where_it_fails() -> None:
    operation = find_operation(WORLD, pyproj.CRS("EPSG:2056"), (6.1, 46.2))
    assert operation.transform(np.array([6.14, np.inf]), np.array([46.2, 46.2]))[0] == pytest.approx(
        [2499760.952, np.inf], abs=0.001
    )
    assert (operation.accuracy_m, operation.ballpark) == (1.0, False)


def test_layers_nowhere_have_no_place() -> None:
    assert place_of(np.full((2, 4), np.nan), WORLD) is None
    assert place_of(np.zeros((0, 4)), WORLD) is None
    assert place_of(np.full((1, 4), 1e30), WORLD) is None
    assert place_of(np.array([[2.54, 44.31, 2.56, 44.33]]), WORLD) == (2.5, 44.3)


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["cpg_latin1", "cpg_missing_8bit"])
def test_a_prj_without_a_code_is_read_as_stated_and_the_code_that_equals_it_is_named(folder: str) -> None:
    path = real_data("nasty", folder, "PRESCRIPTION_PCT.shp")
    layer = read(path, "street_light")
    (finding,) = found(layer, "crs-without-code")
    assert finding.severity == "note"
    assert "EPSG:2154 (RGF93 v1 / Lambert-93), to 1 mm" in finding.message
    assert 'crs: "EPSG:2154"' in finding.advice
    assert "datum-shift-approximate" not in codes(layer)  # as Lambert-93 it would lie at the same spot
    as_lambert = read(path, "street_light", crs="EPSG:2154")
    assert "crs-without-code" not in codes(as_lambert)
    off_m = layer.frame.get_coordinates().to_numpy() - as_lambert.frame.get_coordinates().to_numpy()
    assert np.abs(off_m).max() < 0.001
    elsewhere = read(path, "street_light", study_crs="EPSG:27572")
    (shift,) = found(elsewhere, "datum-shift-approximate")
    assert shift.severity == "warning"
    assert 'crs: "EPSG:2154"' in shift.advice


def test_a_crs_like_no_other_has_no_equal() -> None:
    own = "+proj=lcc +lat_1=44.1 +lat_2=44.9 +lat_0=44.3 +lon_0=2.6 +x_0=1000 +y_0=2000 +ellps=GRS80 +units=m"
    xy = np.array(in_town(own, 2.6, 44.4))
    assert equal_crs(xy, pyproj.CRS(own)) is None
    assert equal_crs(xy * np.nan, pyproj.CRS(own)) is None
    assert equal_crs(np.array([[2.5, 44.4]]), pyproj.CRS("+proj=longlat +ellps=GRS80")) is None
    near = equal_crs(np.array(in_town(GRS80_OWN, 2.6, 44.4)), pyproj.CRS(GRS80_OWN))
    assert near is not None
    assert near[0].to_epsg() == 25831


@pytest.mark.real_data
def test_repairs_of_an_old_datum_lie_on_what_is_used() -> None:
    layer = read(real_data("nasty", "prj_missing_wrong_or_unnamed", "waternetwork.shp"), "street", crs="EPSG:27572")
    changed = repairs(layer)
    same = changed[changed["code"] == "z-dropped"] if "z-dropped" in set(changed["code"]) else changed
    off_m = [row.before.hausdorff_distance(row.after) for row in same.itertuples() if row.after is not None]
    assert max(off_m, default=0.0) < 1e-6


def test_one_file_of_another_planet_is_refused(tmp_path: Path) -> None:
    path = points(tmp_path / "a.geojson", [(2.5, 44.3)])
    with pytest.raises(SurveyError, match="nowhere on earth"):
        metric_crs_of(spec_of(path, "street_light", crs="ESRI:104905"))


def test_one_file_can_be_checked_with_its_axes_swapped(tmp_path: Path) -> None:
    path = points(tmp_path / "a.geojson", [(y, x) for x, y in in_town("EPSG:4326", 2.57, 44.33)])
    spec = spec_of(path, "street_light", crs="EPSG:4326 swapped")
    middle = transform_xy(np.array([[2.57, 44.33]]), WORLD, pyproj.CRS(metric_crs_of(spec)))
    assert np.hypot(*middle[0]) < 1000.0
