"""Which error a layer of which nothing can be used is, and what it says."""

from __future__ import annotations

import geopandas as gpd
import pytest

from gis_layers import CardioError, Finding, Layer, StudyError, SurveyError, nothing_usable

NULL = Finding("error", "null-geometry", "lights", "lights.shp", "3", "the geometry is missing")
LATER = Finding("error", "null-geometry", "lights", "lights.shp", "5", "the geometry is missing")


def lights(rows: int, set_aside: dict[str, int], findings: tuple[Finding, ...] = ()) -> Layer:
    return Layer("lights", "street_light", "lights.shp", "", gpd.GeoDataFrame(), rows, 0, set_aside, findings)


@pytest.mark.parametrize(
    ("layer", "family", "said"),
    [
        (lights(0, {}), SurveyError, "no light: lights: the file has no row"),
        (lights(4, {}), StudyError, "no light: lights: 4 rows read, none set aside"),
        (
            lights(4, {"filtered": 3, "not-existing": 1}),
            StudyError,
            "no light: lights: 4 rows read, 4 set aside (3 filtered by where:; 1 not-existing by exists:)",
        ),
        (
            lights(4, {"filtered": 1, "null-geometry": 2, "duplicate": 1}, (NULL, LATER)),
            SurveyError,
            "no light: lights: 4 rows read, 4 set aside "
            "(2 null-geometry, first row 3: the geometry is missing; 1 filtered by where:; 1 duplicate)",
        ),
    ],
)
def test_the_error_says_how_many_rows_were_set_aside_and_why(
    layer: Layer, family: type[CardioError], said: str
) -> None:
    error = nothing_usable("no light", [layer], "draw one")
    assert type(error) is family
    assert str(error) == f"{said}\n  -> draw one"


def test_rows_lost_after_reading_count_too_but_not_those_of_other_layers() -> None:
    bad = Finding("error", "demand-weight-unusable", "lights", "lights.shp", "0", "w is -1")
    others = [Finding("error", "null-geometry", "roads", feature="7"), Finding("note", "multipart", "lights")]
    error = nothing_usable("none", [lights(1, {})], "", found=[bad, *others])
    assert isinstance(error, SurveyError)
    assert str(error) == "none: lights: 1 rows read, 1 set aside (1 demand-weight-unusable, first row 0: w is -1)"
    assert isinstance(nothing_usable("no layer named", [], ""), StudyError)
