"""Commands that compare plans: which figures they take, and that nothing is told beyond what is proven of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cardio.alternatives import find_alternatives
from cardio.explain import explain_study
from cardio.frontier import trace_frontier
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
    assert "plan.minimise: capex or present_value" in str(caught.value.hint)
