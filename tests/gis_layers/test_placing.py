"""Where rows lie: a wrong CRS is refused with those that fit, a stray row costs only itself."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import CardioError, Layer, StudyError, SurveyError, advise_among, compare_extents, locate
from gis_layers.crs import transform_xy
from gis_layers.crs_candidates import suggest_crs
from tests.gis_layers.files import X, Y, codes, found, point, read, write_geojson
from tests.real_data import real_data

LON, LAT = 2.5736, 44.3292
RIVER = ("nasty", "prj_missing_wrong_or_unnamed")


def points(path: Path, places: Sequence[tuple[float, float]], *, crs: str | None = None) -> Path:
    """Write points, numbers as they are; without `crs` they are longitude and latitude by the standard."""
    features = [({"type": "Point", "coordinates": list(place)}, {"id": str(i)}) for i, place in enumerate(places)]
    return write_geojson(path, features, crs=crs)


def there(crs: str, count: int = 5) -> list[tuple[float, float]]:
    """Places near (LON, LAT) in a CRS, x before y."""
    to = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return [to.transform(LON + i / 1000.0, LAT + i / 2000.0) for i in range(count)]


def refusal(path: Path, **options: Any) -> SurveyError:
    with pytest.raises(SurveyError) as caught:
        read(path, "street_light", **options)
    return caught.value


@pytest.mark.parametrize(
    ("true_crs", "first"),
    [
        ("EPSG:2154", "EPSG:2154"),
        ("EPSG:27572", "EPSG:27572"),
        ("EPSG:3857", "EPSG:3857"),
        ("EPSG:3944", "EPSG:3944"),
        ("EPSG:27573", "EPSG:27573"),
    ],
)
def test_projected_numbers_in_geojson_are_refused_with_their_crs(tmp_path: Path, true_crs: str, first: str) -> None:
    path = points(tmp_path / "a.geojson", there(true_crs))
    error = refusal(path)
    assert "5 of 5 rows, read as WGS 84, lie outside" in error.message
    assert "no place on earth" in error.message
    assert "41.15° to 51.56° N" in error.message
    assert f'crs: "{first}"' in error.hint.splitlines()[1]
    layer = read(path, "street_light", crs=first)
    assert shapely.distance(layer.frame.geometry.iloc[0], shapely.Point(there("EPSG:2154")[0])) < 1.0
    old_datum = {"datum-shift-approximate"} if first.startswith("EPSG:2757") else set()
    assert codes(layer) == {"crs-conflict"} | old_datum


def test_utm_numbers_in_geojson_are_refused_with_the_zones_that_fit(tmp_path: Path) -> None:
    error = refusal(points(tmp_path / "a.geojson", there("EPSG:32631")))
    assert '"EPSG:25831"' in error.hint  # the same as 32631 within a metre


def test_swapped_degrees_are_refused_and_can_be_accepted(tmp_path: Path) -> None:
    path = points(tmp_path / "a.geojson", [(lat, lon) for lon, lat in there("EPSG:4326")])
    assert 'crs: "EPSG:4326 swapped"' in refusal(path).hint.splitlines()[1]
    layer = read(path, "street_light", crs="EPSG:4326 swapped")
    assert found(layer, "axes-swapped")[0].severity == "repaired"
    expected = there("EPSG:2154")
    assert layer.frame.get_coordinates().to_numpy() == pytest.approx(np.array(expected), abs=0.01)


def test_swapped_metres_are_refused_and_can_be_accepted(tmp_path: Path) -> None:
    path = points(tmp_path / "a.geojson", [(y, x) for x, y in there("EPSG:2154")], crs="EPSG:2154")
    assert 'crs: "EPSG:2154 swapped"' in refusal(path).hint.splitlines()[1]
    layer = read(path, "street_light", crs="EPSG:2154 swapped")
    assert layer.frame.get_coordinates().to_numpy() == pytest.approx(np.array(there("EPSG:2154")), abs=1e-6)
    assert codes(layer) == {"axes-swapped"}


def test_feet_under_a_metre_crs_are_refused_with_the_feet_one(tmp_path: Path) -> None:
    to = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:2229", always_xy=True)
    path = points(tmp_path / "a.geojson", [to.transform(-118.19, 33.77 + i / 1000) for i in range(4)], crs="EPSG:26945")
    error = refusal(path, study_crs="EPSG:26945")
    assert 'crs: "EPSG:2229"' in error.hint.splitlines()[1]
    layer = read(path, "street_light", study_crs="EPSG:26945", crs="EPSG:2229")
    first, last = layer.frame.geometry.iloc[[0, 3]]
    assert first.distance(last) == pytest.approx(3 * 110.9, rel=0.01)  # metres: a thousandth of a degree of latitude


def test_degrees_under_a_projected_crs_are_refused(tmp_path: Path) -> None:
    error = refusal(points(tmp_path / "a.geojson", there("EPSG:4326"), crs="EPSG:2154"))
    assert error.hint.splitlines()[1].split("#")[0].strip() == 'crs: "EPSG:4326"'


def test_latitude_100_costs_its_row_or_the_file(tmp_path: Path) -> None:
    good = there("EPSG:4326")
    layer = read(points(tmp_path / "a.geojson", [*good, (LON, 100.0)]), "street_light")
    assert layer.set_aside == {"outside-area": 1}
    assert found(layer, "outside-area")[0].feature == "5"
    error = refusal(points(tmp_path / "b.geojson", [(LON, 100.0)] * 3))
    assert "no place on earth" in error.message
    assert "none in use there fits" in error.hint


def test_null_island_costs_its_row_and_is_named(tmp_path: Path) -> None:
    for crs in (None, "EPSG:2154"):
        good = there(crs or "EPSG:4326")
        layer = read(points(tmp_path / f"{crs}.geojson", [good[0], (0.0, 0.0), good[1]], crs=crs), "street_light")
        (finding,) = found(layer, "outside-area")
        assert finding.feature == "1"
        assert "(0, 0), where features without coordinates end up" in finding.message


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["sridtable1", "sridtable2", "waternetwork", "waternetwork_without_epsg"])
def test_old_lambert_river_is_refused_with_its_crs_first(name: str) -> None:
    path = real_data(*RIVER, f"{name}.shp")
    with pytest.raises(CardioError) as caught:
        read(path, "street")
    assert isinstance(caught.value, StudyError) == (name == "waternetwork")  # the one without a .prj
    assert 'crs: "EPSG:27572"' in caught.value.hint.splitlines()[1]
    assert read(path, "street", crs="EPSG:27572").rows_kept == 382


@pytest.mark.parametrize("crs", ["EPSG:2193", "EPSG:3035", "EPSG:31467", "EPSG:31256", "EPSG:3044", "EPSG:4979"])
def test_files_give_x_first_whatever_the_authority_says(tmp_path: Path, crs: str) -> None:
    area = pyproj.CRS(crs).area_of_use
    assert area is not None
    lon, lat = (172.6, -43.5) if crs == "EPSG:2193" else (9.5, 48.0) if crs != "EPSG:31256" else (16.3, 48.2)
    place = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    study_crs = {"EPSG:2193": "EPSG:32759", "EPSG:31256": "EPSG:32633"}.get(crs, "EPSG:32632")
    layer = read(points(tmp_path / "a.geojson", [place], crs=crs), "street_light", study_crs=study_crs)
    back = gpd.GeoSeries(layer.frame.geometry).to_crs(4326).iloc[0]
    assert (back.x, back.y) == pytest.approx((lon, lat), abs=2e-5)


@pytest.mark.parametrize("crs", ["EPSG:5698", "EPSG:4979"])
def test_heights_of_a_crs_are_dropped_with_a_note(tmp_path: Path, crs: str) -> None:
    flat = "EPSG:2154" if crs == "EPSG:5698" else "EPSG:4326"
    layer = read(points(tmp_path / "a.geojson", there(flat)), "street_light", crs=crs)
    assert "vertical-crs-dropped" in codes(layer)
    assert layer.frame.get_coordinates().to_numpy() == pytest.approx(np.array(there("EPSG:2154")), abs=0.01)


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:4978",
        "EPSG:5720",
        "ESRI:104905",  # Mars
        "ESRI:103885",
        'ENGCRS["site",EDATUM["gate"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]',
    ],
)
def test_crs_that_is_no_place_on_earth_is_refused(tmp_path: Path, crs: str) -> None:
    with pytest.raises(StudyError, match="does not tell where on earth"):
        read(points(tmp_path / "a.geojson", [(0.0, 0.0)]), "street_light", crs=crs)


def test_rows_across_the_antimeridian_and_at_the_pole_are_read(tmp_path: Path) -> None:
    layer = read(
        points(tmp_path / "a.geojson", [(179.99, -18.0), (-179.99, -18.0)]), "street_light", study_crs="EPSG:3460"
    )
    first, second = layer.frame.geometry
    assert first.distance(second) == pytest.approx(0.02 * 105_900, rel=0.01)
    pole = read(points(tmp_path / "b.geojson", [(0.0, 90.0), (90.0, 89.9)]), "street_light", study_crs="EPSG:3413")
    assert pole.rows_kept == 2


FEET = [
    ("EPSG:2229", "EPSG:26945", -118.19, 33.77),
    ("EPSG:2227", "EPSG:26943", -122.4, 37.77),
    ("EPSG:2263", "EPSG:32118", -73.98, 40.75),
]
"""Grids of feet, the same in metres, and a town there."""

GRIDS = [
    *("EPSG:2154", "EPSG:27572", "EPSG:27573", "EPSG:3944", "EPSG:3945", "EPSG:25831"),
    *("EPSG:32631", "EPSG:3857", "EPSG:4326", "EPSG:23031", "EPSG:3035"),
]


@settings(derandomize=True, deadline=None, max_examples=20)
@given(
    true=st.sampled_from(GRIDS),
    stated=st.sampled_from([*GRIDS, "EPSG:25830"]),
    lon=st.floats(1.2, 3.4),
    lat=st.floats(43.6, 44.7),
)
def test_wrong_crs_is_found_with_the_true_one_or_does_not_matter(
    true: str, stated: str, lon: float, lat: float
) -> None:
    """Under a wrong CRS a town lies outside, elsewhere (the candidates near the others name the true one), or there."""
    study, world = pyproj.CRS("EPSG:2154"), pyproj.CRS("EPSG:4326")
    lonlat = np.array([(lon, lat), (lon + 0.02, lat + 0.01), (lon + 0.01, lat + 0.02)])
    truth = transform_xy(lonlat, world, study)
    numbers = transform_xy(lonlat, world, pyproj.CRS(true))
    with np.errstate(invalid="ignore"):  # no place on earth is inf
        off_m = np.hypot(*(transform_xy(numbers, pyproj.CRS(stated), study) - truth).T).max()
    if off_m < 250.0:  # one datum for another
        return
    near = (*truth.min(axis=0).tolist(), *truth.max(axis=0).tolist())
    candidates = suggest_crs(numbers, study, near=near)
    best = transform_xy(numbers, pyproj.CRS(candidates[0].crs), study)
    among = [transform_xy(numbers, pyproj.CRS(candidate.crs), study) for candidate in candidates]
    assert min(float(np.abs(placed - truth).max()) for placed in among) < 3.0
    assert np.hypot(*(best - truth).T).max() < 250.0
    if true != "EPSG:32631":  # EPSG:25831 stands for it
        assert true in [candidate.crs for candidate in candidates]


@settings(derandomize=True, deadline=None, max_examples=25)
@given(true=st.sampled_from(GRIDS), stated=st.sampled_from([*GRIDS, "EPSG:2056", "EPSG:32618"]))
def test_a_file_that_states_a_wrong_crs_is_refused_or_told_with_the_true_one(true: str, stated: str) -> None:
    """Files are read with a layer that lies right: what is off by more than a datum is never silent."""
    with tempfile.TemporaryDirectory() as folder:
        right = read(points(Path(folder) / "right.geojson", there("EPSG:2154", 12), crs="EPSG:2154"), "street_light")
        path = points(Path(folder) / "wrong.geojson", there(true, 12), crs=stated)
        try:
            layer = read(path, "street_light")
        except SurveyError as error:
            offered = error.hint
        else:
            off_m = layer.frame.geometry.distance(right.frame.geometry).max()
            told = compare_extents([right, right, layer])
            if off_m < 250.0:  # one datum for another
                assert told == ()
                return
            (finding,) = told
            assert finding.code == "layer-elsewhere"
            offered = finding.advice
        # EPSG:25831 stands for EPSG:32631; of grids on old datums the list of a refusal may leave one out
        crs = {"EPSG:32631": "EPSG:25831"}.get(true, true)
        near = crs if f'"{crs}"' in offered else "EPSG:25831"
        assert near == crs or true == "EPSG:23031"
        assert f'"{near}"' in offered
        repaired = read(path, "street_light", crs=near)
        assert repaired.frame.geometry.distance(right.frame.geometry).max() < (3.0 if near == crs else 250.0)
        assert compare_extents([right, right, repaired]) == ()


def neighbours(tmp_path: Path, *, crs: str = "EPSG:2154") -> list[Layer]:
    return [read(points(tmp_path / "right.geojson", there(crs, 12), crs=crs), "street_light", study_crs=crs)]


@pytest.mark.parametrize("swapped", [False, True])
def test_numbers_of_the_next_zone_get_their_crs_where_other_layers_are_known(tmp_path: Path, swapped: bool) -> None:
    places = [place[::-1] if swapped else place for place in there("EPSG:3044")]
    path = points(tmp_path / "a.geojson", places, crs="EPSG:2154")
    hint = advise_among(refusal(path), "survey", neighbours(tmp_path))
    crs = "EPSG:25832 swapped" if swapped else "EPSG:25832"  # numbers of both mean the same
    assert f'crs: "{crs}"' in hint.splitlines()[1]
    assert all("among the other layers" in line for line in hint.splitlines()[1:])
    layer = read(path, "street_light", crs=crs)
    assert layer.frame.get_coordinates().to_numpy() == pytest.approx(np.array(there("EPSG:2154")), abs=0.1)
    assert compare_extents([*neighbours(tmp_path), layer]) == ()


@pytest.mark.parametrize("factor", [1 / 0.3048006096, 0.1, 1000.0])
def test_where_no_crs_puts_a_layer_among_the_others_none_is_listed(tmp_path: Path, factor: float) -> None:
    path = points(tmp_path / "a.geojson", [(x * factor, y * factor) for x, y in there("EPSG:2154")], crs="EPSG:2154")
    error = refusal(path)
    hint = advise_among(error, "survey", neighbours(tmp_path))
    assert "no CRS in use there puts it among the other layers (survey)" in hint
    assert "EPSG" not in hint
    assert advise_among(error, "survey", []) == error.hint, "without other layers all that fit are listed"


@pytest.mark.parametrize(("feet", "metres", "lon", "lat"), FEET)
def test_feet_under_a_metre_crs_get_the_feet_one_among_the_others(
    tmp_path: Path, feet: str, metres: str, lon: float, lat: float
) -> None:
    def lights(name: str, true: str) -> Path:
        to = pyproj.Transformer.from_crs("EPSG:4326", true, always_xy=True)
        return points(tmp_path / name, [to.transform(lon, lat + i / 1000) for i in range(5)], crs=metres)

    right = read(lights("right.geojson", metres), "street_light", study_crs=metres)
    path = lights("feet.geojson", feet)
    try:
        layer = read(path, "street_light", study_crs=metres)
    except SurveyError as error:
        hint = advise_among(error, "survey", [right])
    else:
        (finding,) = compare_extents([right, right, layer])
        hint = finding.advice
    assert f'crs: "{feet}"' in hint
    layer = read(path, "street_light", study_crs=metres, crs=feet)
    assert layer.frame.geometry.distance(right.frame.geometry).max() < 0.01


def test_a_layer_is_located_in_degrees(tmp_path: Path) -> None:
    layer = read(points(tmp_path / "a.geojson", there("EPSG:4326", 3)), "street_light")
    assert str(locate(layer)) == "lies at 44.330° N, 2.575° E (EPSG:4326)"
    path = points(tmp_path / "b.geojson", [(lat, lon) for lon, lat in there("EPSG:4326", 3)])
    assert str(locate(read(path, "street_light", crs="EPSG:4326 swapped"))).endswith("2.575° E (EPSG:4326 swapped)")
    own = "+proj=lcc +lat_1=44 +lat_2=45 +lat_0=44.3 +lon_0=2.6 +ellps=GRS80 +units=m"
    at = locate(read(points(tmp_path / "c.geojson", [(0.0, 0.0)]), "street_light", crs=own))
    assert str(at) == "lies at 44.300° N, 2.600° E (a CRS without a name)"
    none = read(write_geojson(tmp_path / "d.geojson", [(None, {})]), "street_light")
    assert locate(none) is None


def test_one_stray_point_of_the_town_does_not_hide_it(tmp_path: Path) -> None:
    layer = read(
        write_geojson(tmp_path / "a.geojson", [(point(), {}), (point(3), {}), (point(1e7), {})]), "street_light"
    )
    assert layer.set_aside == {"outside-area": 1}
    assert layer.frame.get_coordinates().to_numpy().tolist() == [[X, Y], [X + 3, Y]]
