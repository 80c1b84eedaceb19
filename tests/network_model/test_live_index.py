from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from network_model import LiveIndex

place = st.tuples(st.integers(0, 12), st.integers(0, 12))
shape = st.one_of(
    place.map(shapely.Point), st.lists(place, min_size=2, max_size=2, unique=True).map(shapely.LineString)
)
edit = st.one_of(
    st.tuples(st.just("insert"), st.integers(0, 9), shape), st.tuples(st.just("delete"), st.integers(0, 9))
)


@settings(max_examples=80)
@given(edits=st.lists(edit, max_size=25), at=place)
def test_nearest_equals_brute_force_after_any_edits(edits: list[tuple[object, ...]], at: tuple[int, int]) -> None:
    index, assets = LiveIndex(), {}
    for action, key, *geometry in edits:
        if action == "insert" and key not in assets:
            assets[key] = geometry[0]
            index.insert(key, geometry[0])
        elif action == "delete" and key in assets:
            del assets[key]
            index.delete(key)
    point = shapely.Point(at)
    expected = min(((point.distance(g), key) for key, g in assets.items()), default=None)
    assert index.nearest(*at) == (expected and (expected[1], expected[0]))
    assert len(index) == len(assets)


def test_the_nearest_box_is_not_the_nearest_asset() -> None:
    index = LiveIndex()
    index.insert(1, shapely.LineString([(0, 0), (10, 10)]))
    index.insert(2, shapely.Point(9, -1))
    assert index.nearest(9, 0) == (2, 1.0)


def test_wrong_edits_are_refused() -> None:
    index = LiveIndex()
    index.insert(1, shapely.Point(0, 0))
    with pytest.raises(ValueError, match="asset 1 is already"):
        index.insert(1, shapely.Point(5, 5))
    with pytest.raises(ValueError, match="asset 2 has no geometry"):
        index.insert(2, shapely.Point())
    with pytest.raises(KeyError):
        index.delete(3)
    assert index.nearest(9, 9) == (1, shapely.Point(0, 0).distance(shapely.Point(9, 9)))
