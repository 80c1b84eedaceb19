"""A claim never looks better than it is: in the terminal as in the report."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.exporters.texts import Words
from cardio.rounding import round_down_share, round_up_share
from cardio.run import RunResult
from cardio.texts import say_result
from tests.cardio.deliverables import make_deliverable, with_summary

SHARES = st.floats(0, 1)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(SHARES)
def test_a_gap_never_looks_smaller_and_a_coverage_never_greater(share: float) -> None:
    assert share - 1e-9 <= round_up_share(share) < share + 1e-4
    assert share - 1e-3 < round_down_share(share) <= share + 1e-9


def test_what_is_round_stays_as_it_is() -> None:
    shares = [hundredths / 10_000 for hundredths in range(10_001)]
    assert [round_up_share(share) for share in shares] == shares
    assert [round_down_share(share) for share in shares[::10]] == shares[::10]


def test_the_terminal_says_the_same_gap_and_shares_as_the_report() -> None:
    plan = make_deliverable(language="en")
    objective = {**plan.summary["objective"], "gap": 0.000_828}
    coverage = [{**row, "zone_name": None} for row in plan.summary["coverage"]]
    coverage[0].update(required=0.9, after=0.8999, met=False)
    counts = {"error": 0, "warning": 0, "repaired": 0, "note": 0}
    summary = with_summary(plan, objective=objective, coverage=coverage, findings=counts).summary
    build = {**summary["build"], "sites": []}
    said = say_result(RunResult({**summary, "build": build}, plan, (), None, 5))
    words = Words("en")
    assert words.share_up(0.000_828) == "0.09%" and "gap        0.09%" in said
    assert words.share(0.8999) == "89.9%" and "89.9%" in said and "90.0%    18.5%    89.9%" in said
