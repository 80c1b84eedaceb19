"""What the report says of the proof of the options beside the plan."""

from __future__ import annotations

import re
from dataclasses import replace

from cardio.exporters.front_options import put_options
from cardio.exporters.texts import Words
from cardio.report_options import HALF, SCENARIO, PlanOption
from tests.cardio.deliverables import make_deliverable
from tests.cardio.test_report_front import report_of, stating
from tests.cardio.test_report_front_words import make_report
from tests.cardio.tiny_town import STUDY

COVERAGE = "plan.objective: most_coverage, plan.budget: 9000"


def test_an_option_says_how_far_its_plan_may_be_from_the_best() -> None:
    """Scenarios share a part of the time: without a word on its gap one would look dearer than it need be."""
    scenario = PlanOption(SCENARIO, "dense", 90.0, None, None, None, (), {}, 0.6)
    proven, covering = replace(scenario, gap=0.0), replace(scenario, gap=0.02, objective="most_coverage")
    half = replace(scenario, kind=HALF, name="", gap=0.034)
    nothing, plan = make_report().options
    report = make_report(options=(nothing, scenario, proven, covering, half, plan))
    table = put_options(report, make_deliverable(language="en").summary, Words("en"))
    assert [re.sub(r"\s", " ", proof) for _, proof in table.heads] == [
        "",
        "proven within 60% of the least cost",
        "",
        "2% at most to be gained in coverage within this budget",
        "proven within 3.4% of the least cost",
        "",
    ]


def test_the_option_of_a_scenario_knows_what_its_gap_is_of() -> None:
    study = STUDY.replace("scenarios:", f"scenarios:\n  cover: {{{COVERAGE}}}")
    options = report_of(stating("{options: [half, cover]}", study)).options
    assert [option.objective for option in options[1:3]] == ["least_cost", "most_coverage"]
