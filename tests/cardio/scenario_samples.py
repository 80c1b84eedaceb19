"""Studies with scenarios of one's own."""

from __future__ import annotations

from typing import Any

from tests.cardio.study_samples import EVERY_KEY, changed

# without the sections that name the scenarios of the study that states every key
_PLAIN = {key: section for key, section in EVERY_KEY.items() if key != "report"}


def with_scenarios(scenarios: Any) -> dict[str, Any]:
    """Return a study whose ``scenarios`` are these."""
    return changed("scenarios", scenarios, _PLAIN)
