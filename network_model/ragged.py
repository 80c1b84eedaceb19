"""Lines as flat arrays: coordinates of many lines behind one another, without a Python loop."""

from __future__ import annotations

from typing import cast

import numpy as np
import shapely

from network_model.arrays import Floats, Ints, Objects


def concatenated_ranges(start: Ints, count: Ints) -> Ints:
    """Return ``start[0], start[0]+1, ...`` (``count[0]`` of them), then those of ``start[1]``, and so on."""
    before = np.cumsum(count) - count
    ranges: Ints = np.arange(int(count.sum()), dtype=np.int64) + np.repeat(start - before, count)
    return ranges


def flatten_lines(lines: Objects) -> tuple[Floats, Ints]:
    """Return the plan coordinates of lines, (C, 2) float, and where each begins, (L + 1,) int, the last one being C."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    begin = np.zeros(len(lines) + 1, dtype=np.int64)
    np.cumsum(np.bincount(line, minlength=len(lines)), out=begin[1:])
    return cast(Floats, xy), begin


def build_lines(xy: Floats, begin: Ints) -> Objects:
    """Return (L,) LineStrings from flat coordinates and where each line begins (see ``flatten_lines``)."""
    return cast(Objects, shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (begin,)))
