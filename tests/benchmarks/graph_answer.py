"""What one measurement of the graph benchmark answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.benchmarks.graph_inputs import Inputs, Ints


@dataclass(frozen=True)
class Answer:
    """Figures to show and, where covers are compared, the (demand, asset) pairs within reach."""

    figures: Mapping[str, float]
    pairs: Ints | None = None


Prepare = Callable[[Inputs], Callable[[], Answer]]
"""Prepares its input, untimed, and returns the call that is timed."""
