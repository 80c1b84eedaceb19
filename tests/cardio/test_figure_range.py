"""The range beside a gap names what it is of; where another figure is minimised, the range of that stands there too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cardio.test_compared_figures import COMMANDS
from tests.cardio.tiny_town import STUDY, write_tiny_town

RANGED = """
closure: {label: Splice closure, unit: each, typical: 800, low: 700, high: 1000, assumed: true, why: x, opex: [care]}
care: {label: Care, unit: each/year, typical: 10, low: 5, high: 40, source: a contract}
termination: {label: Termination, unit: each, typical: 100, low: 90, high: 120, assumed: true, why: x}
drop: {label: Drop cable, unit: m, typical: 2, low: 1, high: 4, assumed: true, why: x}
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_value_lies_within_the_range_of_its_own_figure(tmp_path: Path, command: str) -> None:
    study = STUDY.replace("plan: {", "plan: {minimise: present_value, ", 1)
    study += "finance: {base_year: 2026, horizon_years: 20, discount_rate: 0.037}\n"
    document = COMMANDS[command](write_tiny_town(tmp_path, study=study, prices=RANGED))
    rows = {"explain": "solves", "alternatives": "plans", "frontier": "points", "sensitivity": "draws"}[command]
    for row in document[rows]:
        own = row["figure_range"]
        assert own["low"] <= row["value"] <= own["high"]
        assert own["basis"] == document["basis"] and row["cost_range"]["basis"] == "capex excl. tax"
        assert 0 <= own["share_from_assumed_prices"] <= 1
