"""Within a straight distance and seen: no wall between, but the building that holds a demand point never hides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gis_layers import Layer, StudyError
from network_model.arrays import Rows
from network_model.graph import Bools, Floats, Ints, Objects, SpatialGraph
from network_model.pairs import Pairs, pairs_within
from network_model.service import Demand, Places, Reach

#: A sight line is blocked where it goes deeper than this into a wall: a place on a facade, and a line that only
#: touches an edge or a corner, keep their view however coordinates are rounded, m. Thinner walls hide nothing.
SIGHT_TOLERANCE_M = 0.01
SIGHT_LINES_AT_ONCE = 200_000


def find_pairs(graph: SpatialGraph, reach: Reach, places: Places, demand: Demand, layers: Mapping[str, Layer]) -> Pairs:
    """Pair each demand point with the places at most ``reach.within_m`` away that see it.

    A sight line is blocked by every polygon of ``reach.walls`` into which it goes deeper than `SIGHT_TOLERANCE_M`,
    except the polygons that hold the demand point (``demand.inside``).
    """
    near = pairs_within(places.xy, demand.xy, reach.within_m)
    walls = _read_walls(reach, layers, demand)
    chunks = np.array_split(np.arange(len(near.demand)), 1 + len(near.demand) // SIGHT_LINES_AT_ONCE)
    seen = np.concatenate(
        [
            chunk[~_hidden(places.xy[near.place[chunk]], demand.xy[near.demand[chunk]], near.demand[chunk], walls)]
            for chunk in chunks
        ]
    )
    return Pairs(near.demand[seen], near.place[seen], near.distance_m[seen])


@dataclass(frozen=True)
class _Walls:
    """Cores of W walls, and for each demand point the walls that hold it as sorted ``demand * W + wall`` codes."""

    core: Objects
    tree: shapely.STRtree
    held: Ints


def _read_walls(reach: Reach, layers: Mapping[str, Layer], demand: Demand) -> _Walls:
    first: dict[str, int] = {}
    outlines: list[Objects] = []
    for name in reach.walls:
        outline = np.asarray(layers[name].frame.geometry.array, dtype=object)
        if not (shapely.get_dimensions(outline) == 2).any():
            raise StudyError(
                f"walls: layer {name!r} ({layers[name].path}) holds no polygon",
                "name a layer of building outlines, or leave walls out",
            )
        first[name] = sum(map(len, outlines))
        outlines.append(outline)
    core = np.concatenate([np.empty(0, object), *outlines])
    # a point or line beside the outlines has no inside: its core is empty and hides nothing
    core = shapely.buffer(core, -SIGHT_TOLERANCE_M, join_style="mitre")
    shapely.prepare(core)
    held = [
        point * len(core) + first[layer] + row
        for point, holders in enumerate(demand.inside)
        for layer, row in holders
        if layer in first
    ]
    return _Walls(core, shapely.STRtree(core), np.unique(np.asarray(held, dtype=np.int64)))


def _hidden(place_xy: Floats, demand_xy: Floats, demand_row: Rows, walls: _Walls) -> Bools:
    """Tell for each sight line whether a wall blocks it."""
    sight = shapely.linestrings(np.stack([place_xy, demand_xy], axis=1))
    line, wall = walls.tree.query(sight)
    own = np.isin(demand_row.astype(np.int64)[line] * len(walls.core) + wall, walls.held)
    line, wall = line[~own], wall[~own]
    hidden = np.zeros(len(sight), dtype=np.bool_)
    hidden[line[shapely.intersects(walls.core[wall], sight[line])]] = True
    return hidden
