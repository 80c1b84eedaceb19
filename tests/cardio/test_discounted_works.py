"""Amounts of works are discounted where the plans are: they add up to what the plans differ by."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardio.alternatives import find_alternatives
from cardio.explain import explain_study
from tests.cardio.tiny_town import STUDY, write_tiny_town

LATE = STUDY.replace(
    "plan: {", "plan: {minimise: present_value, phases: {2026: {targets: {fibre: 0.5}}, 2028: {}}, ", 1
)
LATE += "finance: {base_year: 2026, horizon_years: 20, discount_rate: 0.037}\n"


def test_works_of_plans_with_years(tmp_path: Path) -> None:
    path = write_tiny_town(tmp_path, study=LATE)
    result = find_alternatives(path, within=0.5, count=2)
    near = result.near
    for number, alternative in enumerate(near.alternatives, start=1):
        more = sum(row["more_eur"] for row in result.works.differences(number))
        assert more <= alternative.plan.cost + 0.01
    first = result.document["plans"][1]
    # nothing is connected anew by the alternative but what its new sites and routes serve
    assert sum(row["more_eur"] for row in first["differs"]) <= first["new_eur"] + 0.05
    assert sum(row["cost_eur"] for row in result.document["no_regret"]) == pytest.approx(
        result.document["no_regret_eur"], abs=0.05
    )
    site = result.works.sites.iloc[0]
    subject = explain_study(path, site["id"]).document["subject"]
    assert subject["cost_eur"] > 0
