"""Small counts: what is published is a partition whose groups are empty or large enough, worked by hand and drawn."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.exporters.open_data_counts import Joined, is_small, join_small, join_squares

LEAST = 11


def joined(*rows: tuple[float, ...], least: float = LEAST) -> Joined:
    return join_small(np.array(rows, dtype=np.float64), least)


def test_a_small_group_is_joined_with_the_smallest_other_area() -> None:
    # North: 5 newly served people, too few. The rest must not be North alone: South (40 people) is smaller than East
    # (90). North and South together have 20, 25 and 25: all of 11 or more.
    found = joined((8, 5, 17), (30, 30, 30), (12, 20, 8))
    assert found.area.tolist() == [-1, 0, -1]
    assert found.small.tolist() == [True, False, True]  # South itself has 8 unserved
    assert found.counts.tolist() == [[30, 30, 30]]
    assert found.rest.tolist() == [20, 25, 25]


def test_an_area_is_joined_only_to_protect_another() -> None:
    # The first has 5 unserved, nobody else is below 11. Alone, the rest would show 5: 33 join, 99 stay.
    found = joined((20, 20, 5), (33, 33, 33), (11, 11, 11))
    assert found.area.tolist() == [-1, 0, -1]
    assert found.small.tolist() == [True, False, False]
    assert found.rest.tolist() == [31, 31, 16]


def test_empty_groups_and_empty_areas_are_shown_as_such() -> None:
    found = joined((0, 0, 0), (0, 11, 0), (0, 0, 200))
    assert found.area.tolist() == [0, 1, 2] and not found.rest.any()


def test_an_empty_area_protects_nobody() -> None:
    found = joined((0, 0, 0), (5, 0, 20), (30, 0, 20))
    assert found.area.tolist() == [0, -1, -1] and found.rest.tolist() == [35, 0, 40]


def test_sums_of_parts_of_people_count_as_whole() -> None:
    assert not is_small(np.array([0.1] * 110).sum(keepdims=True)[None], LEAST).any()  # 10.999999999999986
    assert is_small(np.array([[10.999]]), LEAST).all()


def test_what_is_small_as_a_whole_cannot_be_shown() -> None:
    with pytest.raises(ValueError, match="all areas together"):
        joined((3, 40, 40), (4, 40, 40))


COUNTS = st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=1, max_size=7)


@given(COUNTS, st.integers(2, 15))
def test_no_count_below_the_least_follows_from_published_ones(rows: list[tuple[int, ...]], least: int) -> None:
    counts = np.array(rows, dtype=np.float64)
    if is_small(counts.sum(axis=0), least):
        return
    found = join_small(counts, least)
    published = np.vstack([found.counts, found.rest])
    assert (published.sum(axis=0) == counts.sum(axis=0)).all(), "totals are kept"
    # any set of people that a reader can isolate: a total (or one area) less any published areas, in any groups
    for chosen in product([False, True], repeat=len(published)):
        part = published.sum(axis=0) - published[np.array(chosen)].sum(axis=0)
        for groups in product([False, True], repeat=3):
            derived = part[np.array(groups)].sum()
            assert derived == 0 or derived >= least
    # and nothing but what is published can be told of an area inside the rest
    inside = counts[found.area == -1]
    assert len(inside) != 1 or not is_small(inside, least).any()


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20, unique=True),
    st.integers(0, 1000),
)
def test_squares_are_joined_with_neighbours_and_never_cut(cells: list[tuple[int, int]], seed: int) -> None:
    column, row = np.array(cells).T
    counts = np.random.default_rng(seed).integers(0, 25, (len(cells), 3)).astype(np.float64)
    area = join_squares(column, row, counts, LEAST)
    for number in np.unique(area):
        own = area == number
        if own.sum() > 1:
            assert len(set(column[own] >> 3)) == len(set(row[own] >> 3)) == 1, "within one square of 8 by 8"
            assert is_small(counts[own], LEAST).any() or own.sum() > 1
    assert is_small(counts, LEAST)[np.isin(area, np.flatnonzero(np.bincount(area) > 1))].any() or len(
        np.unique(area)
    ) == len(cells)


def test_squares_grow_only_where_they_must() -> None:
    column, row = np.array([0, 1, 0, 1, 4, 5]), np.array([0, 0, 1, 1, 0, 0])
    counts = np.array([[3.0], [20], [20], [20], [20], [20]])
    assert join_squares(column, row, counts, LEAST).tolist() == [2, 2, 2, 2, 0, 1]
