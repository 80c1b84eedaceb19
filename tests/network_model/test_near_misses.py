"""Lines that are nearly joined are pointed out, and only those."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import Finding
from network_model import Crossings, build_graph
from network_model.near_misses import SHOWN
from tests.network_model.layers import layer

Path = Sequence[tuple[float, float]]
STREET: Path = [(0, 0), (100, 0)]


def found(*paths: Path, close_gaps_m: float = 0.5, **columns: Sequence[object]) -> list[Finding]:
    roads = layer("streets", "street", [shapely.LineString(path) for path in paths], **columns)
    crossings = Crossings(level="level") if "level" in columns else Crossings()
    findings = build_graph([roads], close_gaps_m=close_gaps_m, crossings=crossings)[1]
    return [finding for finding in findings if finding.code in ("near-miss", "short-dangle")]


def test_an_end_short_of_a_line_is_told_with_its_row_place_and_gap() -> None:
    (miss,) = found(STREET, [(50, 60), (50, 1.25)])
    assert (miss.severity, miss.code, miss.layer, miss.feature) == ("warning", "near-miss", "streets", "1")
    assert (miss.x, miss.y) == (50.0, 1.25)
    assert "ends 1.25 m short of row 0 of streets" in miss.message


@pytest.mark.parametrize("gap_m", [0.0, 0.4, 3.01, 12.0])
def test_ends_joined_closed_or_clearly_apart_are_fine(gap_m: float) -> None:
    assert found(STREET, [(50, 60), (50, gap_m)]) == []


def test_a_wider_gap_is_closed_where_the_study_says_so() -> None:
    assert found(STREET, [(50, 60), (50, 1.25)], close_gaps_m=1.5) == []


def test_an_end_joined_nearby_misses_nothing() -> None:
    lane = [(50, 0), (50, 1.5), (58, 1.5)]
    assert found(STREET, lane) == []
    assert [f.code for f in found(STREET, [(10, 0), (10, 40), (58, 40), (58, 1.5)])] == ["near-miss"]


def test_an_end_under_a_bridge_misses_nothing() -> None:
    assert found(STREET, [(50, 60), (50, 1.25)], level=[1, 0]) == []
    assert len(found(STREET, [(50, 60), (50, 1.25)], level=[1, 1])) == 1


def test_ends_of_lines_side_by_side_miss_nothing() -> None:
    assert found(STREET, [(0, 2), (100, 2)], [(-30, 1.5), (-2, 1)]) != []
    assert found(STREET, [(0, 2), (100, 2)]) == []


def test_two_ends_that_face_each_other_are_told_once() -> None:
    assert [f.feature for f in found([(0, 0), (50, 0)], [(52, 0), (100, 0)])] == ["0"]
    assert [f.feature for f in found([(0, 0), (50, 0)], [(52, 0.5), (100, 0)])] == ["0"]


def test_two_gaps_between_the_same_lines_are_both_told() -> None:
    bow = [(52, 0), (100, 50), (50, 100), (-50, 50), (-2, 0)]
    assert sorted(f.x for f in found([(0, 0), (50, 0)], bow)) in ([-2.0, 50.0], [0.0, 50.0], [0.0, 52.0], [-2.0, 52.0])


def test_an_overshoot_is_a_note_at_its_end() -> None:
    (dangle,) = found(STREET, [(50, 60), (50, -1.2)])
    assert (dangle.severity, dangle.code, dangle.feature) == ("note", "short-dangle", "1")
    assert (dangle.x, dangle.y) == (50.0, -1.2)
    assert "runs 1.20 m past its junction" in dangle.message


@pytest.mark.parametrize("branch", [[(50, 0), (50, 1.2)], [(50, 60), (50, -2.5)], [(50, 2), (50, -1)]])
def test_short_branches_and_real_crossings_are_no_overshoots(branch: Path) -> None:
    assert found(STREET, branch) == []


def test_past_a_hundred_their_number_is_told() -> None:
    teeth = [[(20.0 * n, 60.0), (20.0 * n, 1.0)] for n in range(1, SHOWN + 30)]
    findings = found([(0, 0), (20.0 * (SHOWN + 30), 0)], *teeth)
    assert len(findings) == SHOWN + 1
    assert findings[-1].message.startswith(f"{SHOWN + 29} line ends")


@settings(derandomize=True, deadline=None, max_examples=30)
@given(
    tooth=st.integers(0, 8), gap_m=st.floats(0.6, 2.9), short=st.booleans(), turn=st.floats(0.0, 6.28), data=st.data()
)
def test_one_end_moved_in_a_clean_comb_is_found_and_nothing_else(
    tooth: int, gap_m: float, short: bool, turn: float, data: st.DataObject
) -> None:
    paths: list[Path] = [[(0, 0), (200, 0)], *([(20.0 + 20.0 * n, 90.0), (20.0 + 20.0 * n, 0.0)] for n in range(9))]
    assert found(*paths) == []
    past = min(gap_m, 1.9)
    paths[tooth + 1] = [paths[tooth + 1][0], (20.0 + 20.0 * tooth, gap_m if short else -past)]
    order = data.draw(st.permutations(range(len(paths))))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    turned = [[tuple(point) for point in (np.array(paths[n]) @ rotation).tolist()] for n in order]
    (finding,) = found(*turned, close_gaps_m=0.5)
    assert finding.code == ("near-miss" if short else "short-dangle")
    assert finding.feature == str(order.index(tooth + 1))
    assert f"{gap_m if short else past:.2f} m" in finding.message
