"""Commands that compare plans: which figures they take, and that nothing is told beyond what is proven of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cardio.alternatives import find_alternatives
from cardio.explain import explain_study
from cardio.frontier import trace_frontier
from cardio.rounding import not_above
from cardio.sensitivity import study_sensitivity
from gis_layers import StudyError
from tests.cardio.tiny_town import STUDY, write_tiny_town

Documents = Callable[[Path], dict[str, Any]]
COMMANDS: dict[str, Documents] = {
    "explain": lambda path: explain_study(path, "fibre").document,
    "alternatives": lambda path: find_alternatives(path, within=0.5, count=2).document,
    "frontier": lambda path: trace_frontier(path, points=2).document,
    "sensitivity": lambda path: study_sensitivity(path, draws=2).document,
}


@pytest.mark.parametrize("grant", ["{rate: 0.4}", "{rate: 0.4, cap: 2000}"])
@pytest.mark.parametrize("command", COMMANDS)
def test_the_net_cost_is_refused(tmp_path: Path, command: str, grant: str) -> None:
    """Sums of works bound the net cost only but for rounding: 5,971.22 was once told where a plan costs 5,971.20."""
    study = STUDY.replace("plan: {", "plan: {minimise: net_city_cost, ", 1)
    study += f"finance: {{base_year: 2026, vat: 0.2, vat_regime: fctva}}\nfunding: {{grants: {{dsil: {grant}}}}}\n"
    with pytest.raises(StudyError, match="only cardio plan proves a bound of the net cost") as caught:
        COMMANDS[command](write_tiny_town(tmp_path, study=study))
    assert f"net_city_cost: cardio {command} tells " in caught.value.message
    assert ("no work has a net cost of its own" in caught.value.message) == (command == "explain")
    hint = "run this scenario with cardio plan, or ask of one with plan.minimise: capex or present_value"
    assert caught.value.hint == hint


def bounds_of(node: Any) -> list[tuple[float, float]]:
    """Every value in a document with the bound that stands beside it."""
    if isinstance(node, list):
        return [pair for one in node for pair in bounds_of(one)]
    if not isinstance(node, dict):
        return []
    own = [(node["value"], node["bound"])] if node.get("value") is not None and node.get("bound") is not None else []
    return own + bounds_of(list(node.values()))


DISCOUNTED = STUDY.replace("plan: {", "plan: {minimise: present_value, phases: {2026: {budget: 12000}, 2028: {}}, ", 1)
DISCOUNTED += "finance: {base_year: 2026, horizon_years: 20, discount_rate: 0.037}\n"


@pytest.mark.parametrize("command", ["explain", "frontier", "sensitivity"])
def test_no_bound_stands_above_the_value_beside_it(tmp_path: Path, command: str) -> None:
    """Discounted sums are no whole cents: 12,532.1636 was once told beside a plan of 12,532.16."""
    pairs = bounds_of(COMMANDS[command](write_tiny_town(tmp_path, study=DISCOUNTED)))
    assert pairs and all(bound <= value for value, bound in pairs)


@pytest.mark.parametrize(
    ("bound", "value", "told"),
    [(12532.1636, 12532.16, 12532.16), (12.0, 13.0, 12.0), (14.0, 13.0, 14.0), (None, 1.0, None), (1.0, None, 1.0)],
)
def test_less_than_a_cent_is_clipped_and_more_is_not_hidden(
    bound: float | None, value: float | None, told: float | None
) -> None:
    assert not_above(bound, value) == told
