"""Whole layers: every row is kept or set aside, whatever is delivered."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import KINDS, CancelledError, Condition, StudyError, read_layer
from tests.gis_layers.files import CRS, X, Y, codes, point, read, spec_of, write_geojson, write_gpkg

COORDINATE = st.one_of(st.integers(-5, 5).map(float), st.sampled_from([1e7, 1e300]))
POSITION = st.tuples(COORDINATE, COORDINATE).map(lambda xy: [X + xy[0], Y + xy[1]])
RING = st.lists(POSITION, min_size=0, max_size=6)
GEOMETRY = st.one_of(
    st.none(),
    POSITION.map(lambda c: {"type": "Point", "coordinates": c}),
    st.lists(POSITION, max_size=4).map(lambda c: {"type": "MultiPoint", "coordinates": c}),
    st.lists(POSITION, min_size=2, max_size=4).map(lambda c: {"type": "LineString", "coordinates": c}),
    RING.map(lambda c: {"type": "Polygon", "coordinates": [[*c, *c[:1]]]}),
    RING.map(lambda c: {"type": "Polygon", "coordinates": [c]}),
    st.lists(RING, max_size=3).map(
        lambda rings: {"type": "MultiPolygon", "coordinates": [[[*c, *c[:1]]] for c in rings]}
    ),
)
NEAR = {"type": "Point", "coordinates": [X, Y]}
PROPERTIES = st.fixed_dictionaries(
    {
        "id": st.one_of(st.none(), st.sampled_from(["a", "b", "a#2"])),
        "people": st.one_of(st.none(), st.integers(-2, 3), st.sampled_from(["3,5", "x", "inf"])),
        "état": st.sampled_from(["REC", "AVP", None]),
    }
)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(GEOMETRY, PROPERTIES), max_size=8),
    st.sampled_from(sorted(KINDS)),
    st.booleans(),
)
def test_rows_read_are_kept_or_set_aside(features: list[Any], kind: str, filtered: bool) -> None:
    near = [(NEAR, {"id": f"near{i}", "people": 1, "état": "REC"}) for i in range(10)]
    options: dict[str, Any] = {"where": {"état": Condition(("REC",))}} if filtered else {}
    with tempfile.TemporaryDirectory() as folder:
        layer = read(write_geojson(Path(folder) / "a.geojson", [*near, *features]), kind, **options)
    frame = layer.frame
    assert layer.rows_read == 10 + len(features)
    assert frame["source_row"].is_monotonic_increasing
    assert frame.groupby("source_row")["id"].nunique().le(1).all()
    assert frame.drop_duplicates("source_row")["id"].is_unique
    assert frame.is_valid.all() and not frame.is_empty.any()
    families = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
    assert {families[name] for name in frame.geom_type} <= KINDS[kind].families
    assert set(layer.set_aside) <= {finding.code for finding in layer.findings}
    if kind == "population_cell" and not frame.empty:
        assert (frame["people"] >= 0).all()


def test_layer_fields(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)], {"id": ["m1"], "nom": ["Gare"], "zone": [3]})
    layer = read(path, "parking_meter")
    assert (layer.name, layer.kind, layer.path) == ("survey", "parking_meter", "a.gpkg")
    assert list(layer.frame.columns) == ["source_row", "id", "name", "src_id", "nom", "zone", "geometry"]
    assert layer.frame.loc[0, ["id", "name", "zone"]].tolist() == ["m1", "Gare", 3]
    assert layer.frame.geometry.iloc[0] == shapely.Point(X, Y)
    assert layer.frame.crs == CRS
    assert (layer.rows_read, layer.rows_kept, layer.set_aside) == (1, 1, {})
    assert codes(layer) == {"column-alias"}


def test_layers_are_reprojected_to_the_study(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.LineString([(0, 0), (100, 0)])], {"id": ["s"]})
    layer = read(path, "street", study_crs="EPSG:32631")
    assert layer.frame.crs == "EPSG:32631"
    assert layer.frame.length.iloc[0] == pytest.approx(100.0, rel=2e-3)
    assert layer.frame.geometry.iloc[0].coords[0][0] != X


def test_unknown_kind_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="unknown kind streets") as caught:
        read(tmp_path / "a.gpkg", "streets")
    assert "did you mean street?" in caught.value.hint
    assert "parking_meter" in caught.value.hint


def test_study_crs_must_be_metric(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)])
    with pytest.raises(StudyError, match="not a projected CRS"):
        read(path, "parking_meter", study_crs="EPSG:4326")


def test_unknown_layer_crs_names_the_key(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)])
    with pytest.raises(StudyError, match="layer survey: crs: unknown CRS"):
        read(path, "parking_meter", crs="EPSG:0")


def test_stated_crs_that_agrees_says_nothing(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)], {"id": ["a"]})
    assert codes(read(path, "parking_meter", crs="epsg:2154")) == set()


def test_progress_may_cancel(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)])
    told: list[tuple[str, str]] = []

    def stop(stage: str, share: float | None = None, note: str = "") -> None:
        told.append((stage, note))
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        read_layer(spec_of(path, "parking_meter"), crs=CRS, progress=stop)
    assert told == [("read", "survey")]


def test_an_empty_file_is_an_empty_layer(tmp_path: Path) -> None:
    layer = read(write_geojson(tmp_path / "a.geojson", []), "street")
    assert (layer.rows_read, layer.rows_kept) == (0, 0)
    assert codes(layer) == {"empty-layer"}
    assert list(layer.frame.columns) == ["source_row", "id", "geometry"]


def test_hostile_text_passes_through_unchanged(tmp_path: Path) -> None:
    text = "<script>alert(`${1}`)</script>\u202e'; DROP TABLE x; --=cmd()"
    layer = read(write_geojson(tmp_path / "a.geojson", [(point(), {"id": text, "name": text})]), "parking_meter")
    assert layer.frame.loc[0, ["id", "name"]].tolist() == [text, text]


def test_row_order_changes_no_finding_but_its_row(tmp_path: Path) -> None:
    features = [(point(i), {"id": f"p{i}", "ind": value}) for i, value in enumerate([1, "x", 2, None, -1, "3,5"])]
    forward = read(write_geojson(tmp_path / "a.geojson", features), "population_cell")
    backward = read(write_geojson(tmp_path / "b.geojson", features[::-1]), "population_cell")
    assert forward.set_aside == backward.set_aside
    assert sorted(forward.frame["id"]) == sorted(backward.frame["id"])
    messages = [
        sorted((f.code, re.sub(r"\brow \d+", "row", f.message)) for f in layer.findings)
        for layer in (forward, backward)
    ]
    assert messages[0] == messages[1]
