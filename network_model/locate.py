"""Where a line comes from, for findings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gis_layers import Layer
from network_model.lines import RouteLines


def locate(layers: Sequence[Layer], lines: RouteLines, line: int) -> tuple[Layer, str]:
    """Return the layer of a line and its row in the file."""
    number = int(lines.layer[line])
    first = int(np.searchsorted(lines.layer, number))
    layer = layers[number]
    return layer, str(layer.frame["source_row"].iloc[line - first])
