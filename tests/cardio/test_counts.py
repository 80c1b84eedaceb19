"""What is counted is counted the same everywhere: targets not their zones, people as whole numbers."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from cardio.benefits import Benefits
from cardio.exporters.front_options import put_options
from cardio.exporters.money_benefits import reached_part
from cardio.exporters.texts import Words
from cardio.report_options import PLAN, SCENARIO, PlanOption
from cardio.target_counts import count_met_targets
from tests.cardio.deliverables import make_deliverable
from tests.cardio.test_report_front_words import make_report, make_told


def row(target: str, zone: str | None, met: bool) -> dict[str, Any]:
    return {"target": target, "zone": zone, "met": met}


def test_a_target_counts_once_and_is_met_in_all_of_its_zones_or_not() -> None:
    rows = [row("wifi", "A", True), row("wifi", "B", False), row("fibre", "A", True), row("fibre", "B", True)]
    assert count_met_targets([*rows, row("bays", None, True)]) == (2, 3)
    assert count_met_targets([]) == (0, 0)


@pytest.mark.parametrize(
    ("weight", "shown"),
    [
        ("people", ["1,234", "1,573", "338"]),  # never more than there are
        ("", ["1,234", "1,573", "338"]),
        ("hectares_of_field", ["1,234.6", "1,573.5", "338.9"]),  # a measure of the study's own
    ],
)
def test_people_are_whole_and_rounded_down(weight: str, shown: list[str]) -> None:
    reached = {"service": "wifi", "weight": weight, "before": 1234.6, "after": 1573.5, "more": 338.9}
    benefits = Benefits(pd.DataFrame([{**reached, "capex_eur": 1000.0, "eur_per_more": 2.95}]), ())
    deliverable = replace(make_deliverable(), money=SimpleNamespace(benefits=benefits))  # type: ignore[arg-type]
    part = reached_part(deliverable, Words("en"))
    assert part is not None
    assert list(part.tables[0].rows[0][2:5]) == shown


def test_a_hair_below_a_whole_number_is_that_number() -> None:
    reached = {"service": "wifi", "weight": "people", "before": 0.0, "after": 39.9999999, "more": 39.9999999}
    benefits = Benefits(pd.DataFrame([{**reached, "capex_eur": 1000.0, "eur_per_more": 25.0}]), ())
    deliverable = replace(make_deliverable(), money=SimpleNamespace(benefits=benefits))  # type: ignore[arg-type]
    part = reached_part(deliverable, Words("fr"))
    assert part is not None
    assert list(part.tables[0].rows[0][2:5]) == ["0", "40", "40"]


def test_scenarios_are_named_as_they_are_typed() -> None:
    options = [
        PlanOption(kind, name, 100.0, None, None, None, (), {}, gap=0.0)
        for kind, name in ((SCENARIO, "wifi_reach=0.06"), (PLAN, ""))
    ]
    report = make_report(options=tuple(options), without_plan=(("no_trench", ""),))
    told = put_options(report, make_told().summary, Words("fr"))
    assert told.heads[0][0] == "wifi_reach=0.06"
    assert any(note.startswith("no_trench") for note in told.notes)
