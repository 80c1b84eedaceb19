"""Wall time and peak memory by stage."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

STAGES = ("read", "graph", "coverage", "opportunities", "costing", "solve", "report", "export")


class Stopwatch:
    """Adds up the seconds of each stage.

    Attributes
    ----------
    seconds : dict of str to float
        Wall time by stage, s.
    peak_mb : dict of str to float
        Highest resident memory of the process by the end of each stage, MB.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        self.peak_mb: dict[str, float] = {}

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Count the time inside the block for a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - start
            self.peak_mb[stage] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def rounded(self) -> dict[str, float]:
        """Seconds by stage, to the millisecond."""
        return {stage: round(seconds, 3) for stage, seconds in self.seconds.items()}
