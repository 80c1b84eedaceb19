"""The compiled searches against every pair, with pieces of all lengths lying unevenly."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import shapely

from network_model.graph import Floats, Ints, Objects
from network_model.piece_tree import FANOUT, find_meeting, find_missed, plant_tree

TOUCH_M, SLACK_M = 2e-6, 2e-4


def scatter(seed: int, count: int) -> tuple[Floats, Ints, Ints]:
    """Return vertices on a lattice, crowded in a corner, and distinct pieces: a few long ones among short ones."""
    rng = np.random.default_rng(seed)
    corner = np.array([650000.25, 6e6])
    xy = corner + np.unique(np.rint(rng.random((count, 2)) ** 3 * 40), axis=0)
    near = rng.integers(-4, 5, count)
    low = rng.integers(0, len(xy), count)
    high = np.where(rng.random(count) < 0.1, rng.integers(0, len(xy), count), np.clip(low + near, 0, len(xy) - 1))
    ends = np.unique(np.sort(np.stack([low, high], axis=1), axis=1), axis=0)
    ends = ends[ends[:, 0] != ends[:, 1]]
    return xy, np.ascontiguousarray(ends[:, 0]), np.ascontiguousarray(ends[:, 1])


def draw(xy: Floats, low: Ints, high: Ints) -> Objects:
    lines: Objects = shapely.linestrings(np.stack([xy[low], xy[high]], axis=1))
    return lines


@pytest.mark.parametrize("count", [1, FANOUT, FANOUT + 1, 300])
def test_boxes_of_the_tree_hold_those_below_them(count: int) -> None:
    xy, low, high = scatter(count, 2 * count + 2)
    tree = plant_tree(xy, low, high)
    assert sorted(tree.piece.tolist()) == list(range(len(low)))
    np.testing.assert_array_equal(tree.box[: len(low)], shapely.bounds(draw(xy, low, high))[tree.piece])
    np.testing.assert_array_equal(tree.box[-1], shapely.total_bounds(draw(xy, low, high)))
    assert tree.level[-1] == len(tree.box)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share_fresh", [0.0, 0.1, 1.0])
def test_every_pair_that_meets_beyond_its_common_vertex_is_found_once(seed: int, share_fresh: float) -> None:
    xy, low, high = scatter(seed, 150)
    fresh = np.random.default_rng(seed).random(len(low)) < share_fresh
    first, second = find_meeting(xy, low, high, fresh, plant_tree(xy, low, high), TOUCH_M)
    found = list(zip(first.tolist(), second.tolist(), strict=True))
    assert len(set(found)) == len(found)
    assert all(a < b and (fresh[a] or fresh[b]) for a, b in found)
    a, b = np.triu_indices(len(low), 1)
    line = draw(xy, low, high)
    meets = shapely.intersects(line[a], line[b]) & (fresh[a] | fresh[b])
    ends = np.stack([low[a], high[a], low[b], high[b]])
    shares = (ends[:2, None] == ends[None, 2:]).any(axis=(0, 1))
    overlaps = shapely.length(shapely.intersection(line[a], line[b])) > 0
    wanted = meets & (~shares | overlaps)
    assert set(zip(a[wanted].tolist(), b[wanted].tolist(), strict=True)) <= set(found)
    assert (shapely.distance(line[first], line[second]) < 1e-3).all()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("within_m", "most"), [(0.31, 1000), (1.61, 1000), (12.34, 1000), (12.34, 20)])
def test_pieces_not_joined_within_reach_are_found(seed: int, within_m: float, most: int) -> None:
    xy, low, high = scatter(seed, 120)
    degree = np.bincount(np.concatenate([low, high]), minlength=len(xy))
    end = np.flatnonzero(degree == 1)
    tree = plant_tree(xy, low, high)
    position, piece, reach_m = find_missed(xy, low, high, tree, end, within_m, SLACK_M, most, False)
    found = set(zip(end[position].tolist(), piece.tolist(), strict=True))
    line = draw(xy, low, high)
    wanted = set()
    for vertex, reached_m in zip(end.tolist(), reach_m.tolist(), strict=True):
        distance_m = shapely.distance(line, shapely.Point(xy[vertex]))
        reaches_m = [within_m / 2**halvings for halvings in range(12)]
        assert reached_m == next(reach for reach in reaches_m if (distance_m <= reach).sum() <= most)
        inside = np.hypot(*(xy - xy[vertex]).T) <= reached_m + SLACK_M
        local = nx.Graph([(int(low[n]), int(high[n])) for n in np.flatnonzero(inside[low] & inside[high])])
        joined = nx.node_connected_component(local, vertex) if vertex in local else {vertex}
        near = np.flatnonzero(distance_m <= reached_m)
        wanted |= {(vertex, int(n)) for n in near if int(low[n]) not in joined and int(high[n]) not in joined}
    assert found == wanted
    nearest = find_missed(xy, low, high, tree, end, within_m, SLACK_M, most, True)
    assert set(zip(end[nearest[0]].tolist(), nearest[1].tolist(), strict=True)) <= found
    assert set(nearest[0].tolist()) == set(position.tolist())
