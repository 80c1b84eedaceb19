"""What the report's first screen tells, before any words: money, options, who stays without, doubts, risks, asks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest

from cardio.deliverable import Deliverable
from cardio.exporters.front_options import put_options
from cardio.exporters.texts import Words
from cardio.prospects import survey_prospects
from cardio.report import Report
from cardio.report_chain import Amounts
from cardio.report_coverage import share_targets
from cardio.report_doubts import find_doubtful_routes
from cardio.report_options import HALF, NOTHING, PLAN, SCENARIO
from cardio.report_solves import WAY_GAP
from cardio.run import run_study
from cardio.solving import solve_study
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from cardio.takeoff import take_off
from gis_layers import Finding, StudyError
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

RANGES = """
closure: {label: Splice closure, unit: each, low: 700, typical: 800, high: 1000, assumed: true, why: no source}
termination: {label: Termination, unit: each, low: 90, typical: 100, high: 130, assumed: true, why: no source}
drop: {label: Drop cable, unit: m, low: 1.5, typical: 2, high: 3, assumed: true, why: no source}
trench_soil: {label: Trench, unit: m, low: 10.01, typical: 15, high: 40, source: a quote of 2026}
trench_paved: {label: Paved, unit: m, typical: 250, source: a quote of 2026}
parking_meter: {label: Meter, unit: each, low: 4000, typical: 4700, high: 6000, source: a quote of 2026}
"""
FUNDED = STUDY + (
    "finance: {vat: 0.2, base_year: 2026}\nfunding: {fctva: true, grants: {dsil: {rate: 0.4, cap: 6000}}}\n"
)
HALF_EUR, WHOLE_EUR = 13_360.0, 17_300.0


@cache
def planned(study: str = STUDY, prices: str = PRICES, scenario: str | None = None) -> Deliverable:
    """Plan a tiny town as where its documents are written, without writing them."""
    with TemporaryDirectory() as folder, patch("cardio.run.export_all"):
        path = write_tiny_town(Path(folder) / "town", study=study, prices=prices)
        result = run_study(path, out=Path(folder) / "out", scenario=scenario)
    assert result.deliverable is not None
    return result.deliverable


def report_of(study: str = STUDY, prices: str = PRICES, scenario: str | None = None) -> Report:
    report = planned(study, prices, scenario).report
    assert report is not None
    return report


def stating(settings: str, study: str = STUDY) -> str:
    return f"{study}report: {settings}\n"


def at_prices(column: str) -> str:
    """The price list with one of its columns as the typical price, and no range."""
    lines = []
    for line in RANGES.strip().splitlines():
        cells = dict(cell.split(": ", 1) for cell in line[line.index("{") + 1 : -1].split(", "))
        cells["typical"] = cells.pop(column, cells["typical"])
        cells = {name: cell for name, cell in cells.items() if name not in ("low", "high")}
        lines.append(line[: line.index("{")] + "{" + ", ".join(f"{name}: {cell}" for name, cell in cells.items()) + "}")
    return "\n".join(lines)


# money


def test_the_chain_adds_up_to_the_cent_at_every_price():
    chain = report_of(FUNDED, RANGES).chain
    steps = (chain.vat, chain.vat_back, chain.fctva, chain.grants, chain.net, chain.incl_tax)
    assert all(step is not None for step in steps)
    vat, back, fctva, grants, net, incl = steps
    for column in ("low", "typical", "high"):
        cents = [getattr(step, column) for step in (chain.excl_tax, vat, back, fctva, grants)]
        assert cents[0] + cents[1] - cents[2] - cents[3] - cents[4] == getattr(net, column)
        assert cents[0] + cents[1] == getattr(incl, column)


def test_low_and_high_of_the_net_are_those_of_the_funding_rules_at_these_prices():
    chain = report_of(FUNDED, RANGES).chain
    for column in ("low", "high"):
        own = planned(FUNDED, at_prices(column)).summary
        assert getattr(chain.excl_tax, column) == round(own["cost"]["capex"] * 100)
        assert getattr(chain.net, column) == round(own["cost"]["net_city_cost"] * 100)
        assert getattr(chain.grants, column) == round(own["funding"]["totals"]["grants_eur"] * 100)
    assert chain.grants.high == chain.grants.typical == 600_000  # at its cap: no share of what is dearer


def test_capex_of_the_chain_has_the_range_of_the_summary():
    deliverable = planned()
    cost = deliverable.summary["cost"]
    low, high = round(cost["range"]["low"] * 100), round(cost["range"]["high"] * 100)
    assert deliverable.report.chain.excl_tax == Amounts(low, round(WHOLE_EUR * 100), high)
    assert deliverable.report.chain.net is None
    assert deliverable.report.chain.last == deliverable.report.chain.excl_tax


# options


def test_half_of_the_way_is_the_plan_known_by_hand():
    nothing, half, whole = report_of().options
    assert [option.kind for option in (nothing, half, whole)] == [NOTHING, HALF, PLAN]
    # one school (200 m of trench, a closure, a termination, 30 m of drop) and a meter for the one bay of each zone
    assert half.capex_eur == 200 * 15 + 800 + 100 + 30 * 2 + 2 * 4700 == HALF_EUR
    assert (nothing.capex_eur, whole.capex_eur) == (0.0, WHOLE_EUR)
    assert nothing.unserved == {"fibre_access": 2.0, "parking_payment": 40.0}
    assert half.unserved == {"fibre_access": 1.0, "parking_payment": 0.0}
    assert [row.met for row in half.targets] == [False, True]
    assert 0.0 <= half.gap <= WAY_GAP  # wider than the study asks, and told as proven


def test_the_frontier_of_the_report_leads_from_today_to_the_plan():
    points = report_of().frontier["points"]
    assert [point["value"] for point in points] == [0.0, HALF_EUR, WHOLE_EUR]
    assert [point["asked_by_study"] for point in points] == [False, False, True]
    assert [point["share"] for point in points] == pytest.approx(
        [0.0, 0.375, 0.75]
    )  # means of 0, 0.5, 1 and 0, 0.25, 0.5
    assert all((1.0 - WAY_GAP) * point["value"] <= point["bound"] <= point["value"] for point in points)
    assert points[-1]["bound"] == WHOLE_EUR


def test_more_points_come_with_the_same_half():
    report = report_of(stating("{frontier_points: 4}"))
    assert [point["share"] for point in report.frontier["points"]] == pytest.approx([0.0, 0.25, 0.375, 0.5, 0.75])
    assert report.options[1].capex_eur == HALF_EUR


def test_without_points_there_is_no_curve_but_still_an_option():
    report = report_of(stating("{frontier_points: 0}"))
    assert report.frontier is None
    assert report.options[1].kind == HALF


def test_scenarios_named_by_the_study_are_the_options():
    report = report_of(stating("{options: [half], frontier_points: 2}"))
    assert [(option.kind, option.name) for option in report.options] == [(NOTHING, ""), (SCENARIO, "half"), (PLAN, "")]
    assert report.options[1].capex_eur == HALF_EUR
    assert all(row.met for row in report.options[1].targets)  # of what that scenario asks
    assert [point["value"] for point in report.frontier["points"]] == [0.0, WHOLE_EUR]


def test_a_scenario_without_a_plan_is_told_and_loses_nothing():
    report = report_of(stating("{options: [too_much]}"))
    assert report.without_plan == (("too_much", ""),)
    assert (len(report.options), report.why_two) == (2, "no_scenario")


@pytest.mark.parametrize(
    ("study", "why"),
    [
        (stating("{time_share: 0}"), "not_asked"),
        (FUNDED.replace("plan: {", "plan: {minimise: net_city_cost, "), "net_cost"),
        (STUDY.replace("plan: {", "plan: {objective: most_coverage, budget: 12000, "), "coverage"),
    ],
)
def test_where_no_plan_goes_half_of_the_way_the_report_says_why(study, why):
    report = report_of(study)
    assert [option.kind for option in report.options] == [NOTHING, PLAN]
    assert (report.why_two, report.frontier) == (why, None)


def test_targets_that_are_met_today_leave_nothing_to_do():
    study = STUDY.replace("at_least: 1.0", "at_least: 0").replace("at_least: 0.5, in", "at_least: 0, in")
    assert report_of(study).why_two == "nothing_to_do"


def test_other_plans_are_solved_only_where_a_report_is_written(tmp_path: Path):
    result = run_study(write_tiny_town(tmp_path))
    report = result.deliverable.report
    assert (len(report.options), report.why_two, report.frontier) == (2, "not_written", None)


def test_an_option_of_the_report_is_a_scenario_of_the_study(tmp_path: Path):
    with pytest.raises(StudyError, match=r"report\.options\[1\]: no scenario hal; did you mean half"):
        load_study(write_tiny_town(tmp_path, study=stating("{options: [hal]}")))


def test_one_point_is_no_curve(tmp_path: Path):
    with pytest.raises(StudyError, match="a curve needs 2 points or more"):
        load_study(write_tiny_town(tmp_path, study=stating("{frontier_points: 1}")))


def test_doing_nothing_costs_what_exists():
    study = STUDY.replace("provided_by: []", "provided_by: [bays]").replace("parking: {", "parking: {providers: 2, ")
    study = study.replace("at_least: 0.5, in_each: zones", "at_least: 0, in_each: zones")
    study += "finance: {base_year: 2026, horizon_years: 10, discount_rate: 0.03, "
    study += "existing: {bays: {price: old, built: 2026}}}\n"
    old = "old: {label: Old meter, unit: each, typical: 900, assumed: true, why: no source, opex: [care]}\n"
    care = "care: {label: Care, unit: each/year, typical: 50, assumed: true, why: no source}\n"
    deliverable = planned(study, PRICES + old + care)
    nothing, *_, whole = deliverable.report.options
    assert nothing.opex_per_year_eur == 100.0 and deliverable.report.existing == ("bays",)
    assert any(
        note.endswith(": Bays.") for note in put_options(deliverable.report, deliverable.summary, Words("fr")).notes
    )
    assert whole.opex_per_year_eur == deliverable.summary["cost"]["opex_per_year"] + 100.0
    assert nothing.present_value_eur == deliverable.summary["cost"]["do_nothing"]["present_value"]


# who stays without


def test_who_stays_without_is_told_by_zone():
    fibre, parking = report_of(scenario="half").unserved
    assert (fibre.total, fibre.before, fibre.after, fibre.left) == (2.0, 0.0, 1.0, 1.0)
    assert (fibre.places_are, [(place.name, place.weight) for place in fibre.places]) == ("zone", [("East", 1.0)])
    assert (parking.left, parking.places) == (0.0, ())


def test_without_zones_places_are_told_by_their_names():
    study = STUDY.replace("at_least: 0.5, in_each: zones", "at_least: 0.5")
    study = study.replace("path: town.gpkg, layer: schools}", "path: town.gpkg, layer: schools, columns: {name: id}}")
    fibre = report_of(study, scenario="half").unserved[0]
    assert (fibre.places_are, [place.name for place in fibre.places]) == ("feature", ["north"])


def test_what_nothing_can_reach_is_counted_apart():
    study = STUDY.replace("at_least: 1.0", "at_least: 0.5").replace(
        "within_m: 60}\n    connection", "within_m: 25}\n    connection"
    )
    fibre = report_of(study).unserved[0]
    assert (fibre.left, fibre.out_of_reach) == (1.0, 1.0)  # the south school is 30 m from its junction


def test_a_target_in_each_zone_is_told_by_its_worst_zone():
    def row(target, zone, before, after, weight=10.0):
        shares = {"required": 0.5, "before": before, "after": after, "met": after >= 0.5}
        return {
            "target": target,
            "service": "s",
            "zone": zone,
            "zone_name": None,
            "weight": weight,
            "providers": 1,
            **shares,
        }

    rows = [
        row("each", "A", 0.3, 0.9),
        row("each", "B", 0.2, 0.6),
        row("each", "C", 0.0, 0.0, 0.0),
        row("town", None, 0.1, 0.7),
    ]
    town, each = share_targets(rows)
    assert (town.target, town.scope, town.more) == ("town", "town", pytest.approx(6.0))
    assert (each.scope, each.before, each.after, each.more) == ("each", 0.2, 0.6, pytest.approx(10.0))
    assert not each.met  # zone C, although nobody is there, is one that the summary calls missed


# doubts, risks, decisions


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    study = load_study(write_tiny_town(tmp_path_factory.mktemp("town")))
    prospects, answer = solve_study(survey_prospects(study, stopwatch=Stopwatch()))
    plan = answer.solution.plan
    assert plan is not None
    return prospects, plan, take_off(prospects.town, prospects.statement, plan)


def doubts_with(solved, *findings: Finding, salvage: bool = False):
    prospects, plan, lines = solved
    layers = {name: replace(spec, salvage=salvage) for name, spec in prospects.town.study.layers.items()}
    town = replace(prospects.town, findings=findings, study=replace(prospects.town.study, layers=layers))
    return find_doubtful_routes(replace(prospects, town=town), plan, lines)


def test_a_clean_survey_leaves_no_metre_in_doubt(solved):
    doubts = doubts_with(solved)
    assert (doubts.total_m, doubts.doubtful_m, doubts.doubtful_cents, doubts.layers) == (400.0, 0.0, 0, ())


def test_metres_of_a_line_with_a_finding_count_once(solved):
    # row 0 is the southern street from the exchange, which the plan follows; row 4 is paved, which it avoids
    found = [Finding("warning", "x", "streets", feature="0"), Finding("repaired", "y", "streets", feature="0")]
    doubts = doubts_with(solved, *found, Finding("error", "x", "streets", feature="4"))
    assert (doubts.doubtful_m, doubts.doubtful_cents, doubts.reasons_m) == (100.0, 150_000, {"repaired": 100.0})
    assert doubts.layers == ("streets",)


def test_notes_and_other_layers_cast_no_doubt(solved):
    found = [Finding("note", "x", "streets", feature="0"), Finding("error", "x", "bays", feature="0")]
    assert doubts_with(solved, *found).doubtful_m == 0.0


def test_a_salvaged_file_casts_doubt_on_all_its_lines(solved):
    assert doubts_with(solved, salvage=True).reasons_m == {"salvaged": 400.0}


def test_a_duct_is_in_doubt_where_its_room_is_unknown_not_where_others_were_set_aside(solved):
    prospects, plan, lines = solved
    laying = tuple(replace(each, along="bays") for each in prospects.town.study.laying)
    along = replace(prospects, town=replace(prospects.town, study=replace(prospects.town.study, laying=laying)))
    planned = Finding("warning", "not-existing", "bays")
    assert doubts_with((along, plan, lines), planned).doubtful_m == 0.0
    room = Finding("note", "duct-room-unknown", "bays")
    assert doubts_with((along, plan, lines), planned, room).reasons_m == {"along": 400.0}


def test_unverified_survey_classes_are_those_of_the_budget():
    study = STUDY + "finance: {investigation: {column: surface, unverified: [terre], price: trench_soil}}\n"
    deliverable = planned(study)
    assert (
        deliverable.report.doubts.reasons_m
        == {"class": deliverable.summary["budget"]["unverified_m"]}
        == {"class": 400.0}
    )


def test_risks_are_ranked_by_euros_at_stake():
    deliverable = planned(FUNDED, RANGES)
    risks, summary = deliverable.report.risks, deliverable.summary
    stakes = {risk.kind: risk.stake_eur for risk in risks}
    assert len(risks) == 3
    assert list(stakes.values()) == sorted(stakes.values(), reverse=True)
    assert stakes["price"] == summary["uncertainty"]["tornado"][0]["swing"] == 400 * (40 - 10.01)
    assert stakes["grants"] == 6000.0
    assert stakes["assumed"] == 1600 + 200 + 100


def test_decisions_follow_from_the_figures():
    deliverable = planned(stating("{decisions: {vote: Vote it.}}", FUNDED), RANGES)
    report = deliverable.report
    assert report.decisions == ("Vote it.",)
    assert [proposal.kind for proposal in report.proposals] == ["works", "grant", "equipment", "running"]
    works, grant, equipment, running = (proposal.facts for proposal in report.proposals)
    assert works == {"amount": WHOLE_EUR}
    assert grant == {"name": "dsil", "rate": 0.4, "amount": 6000.0}
    assert equipment == {"built": (("box", 2), ("meter", 2))}
    assert running == {"amount": deliverable.summary["cost"]["opex_per_year"]}


def test_the_budget_of_the_operation_is_asked_for_where_it_is_more_than_the_works():
    def operations(study: str) -> list[float]:
        return [row.facts["amount"] for row in report_of(study).proposals if row.kind == "operation"]

    assert operations(STUDY + "finance: {fees: {design: {rate: 0.10}}}\n") == [pytest.approx(1.1 * WHOLE_EUR)]
    assert operations(STUDY) == operations(STUDY + "finance: {fees: {design: {rate: 0}}}\n") == []


def test_years_are_voted_one_by_one():
    study = STUDY.replace("plan: {", "plan: {phases: {2027: {budget: 14000}, 2028: {}}, ")
    asked = [proposal for proposal in report_of(study).proposals if proposal.kind in ("year", "works")]
    assert [proposal.facts["year"] for proposal in asked] == [2027, 2028]
    assert sum(proposal.facts["amount"] for proposal in asked) == WHOLE_EUR
