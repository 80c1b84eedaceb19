"""The benchmark of the map: a large town opens fast, small and without the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.map import measure


@pytest.mark.browser
@pytest.mark.parametrize(("kind", "aggregated"), [("existing", False), ("demand", True)])
def test_fifty_thousand_points_and_ten_thousand_lines_open_fast(kind: str, aggregated: bool, tmp_path: Path) -> None:
    found = measure(50_000, 10_000, kind, tmp_path)
    assert found["lines"] >= 10_000
    assert found["bytes"] < 6_000_000
    assert found["seconds_to_draw"] < 3
    assert found["aggregated"] == aggregated
    assert found["requests"] == 0
