"""The money of report.html: every amount is that of summary.json, in both languages; what is not asked is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from cardio.benefits import Payback
from cardio.deliverable import Deliverable
from cardio.exporters import render_map, render_report
from cardio.exporters.headline import make_headline
from cardio.exporters.money_benefits import say_payback
from cardio.exporters.page import Part
from cardio.exporters.report_money import tell_money
from cardio.exporters.report_sensitivity import tell_sensitivity
from cardio.exporters.spread_pictures import FLOOR, TOP, draw_histogram
from cardio.exporters.texts import WORDS, Words
from cardio.exporters.workbook_summary import summary_sheet
from cardio.money_texts import money_lines
from cardio.run import RunResult, run_study
from cardio.texts import say_result
from tests.cardio.deliverables import HOSTILE, empty_deliverable, make_deliverable
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

MONEY = """prices: {list: prices.yaml, date: 2026-01-01}
finance:
  base_year: 2026
  horizon_years: 15
  discount_rate: 0.032
  vat: 0.20
  fees: {design: 0.10}
  stage: PRO
  contingency: {AVP: 0.12, PRO: 0.08}
  revision: 0.02
  investigation: {column: surface, unverified: [terre], price: trial_pit}
  existing: {bays: {price: bay_sensor, built: 2015}}
funding:
  fctva: true
  grants:
    dsil: {rate: 0.4, cap: 5000}
    detr: {rate: 0.6, lag_years: 1}
  own_share_at_least: 0.20
  loan: {share: 0.5, rate: 0.03, years: 4}"""
MORE_PRICES = PRICES + (
    "trial_pit: {label: Trial pit, unit: m, typical: 2, assumed: true, why: no source}\n"
    "bay_sensor: {label: Bay sensor, unit: each, typical: 300, assumed: true, why: no source, opex: sensor_upkeep, "
    "lifetime_years: 10}\n"
    "sensor_upkeep: {label: Upkeep, unit: each/year, typical: 20, assumed: true, why: no source}\n"
    "closure: {label: Splice closure, unit: each, typical: 800, low: 700, high: 1000, assumed: true, why: no source}\n"
)
RICH_PRICES = MORE_PRICES.replace(PRICES.splitlines()[1] + "\n", "", 1)
PAYBACK = Payback("laying", "trench", "leased_duct", 3, 400.0, 600_000, 200_000, 0, 80_000)


def plan_rich_town(folder: Path, language: str) -> RunResult:
    study = STUDY.replace("language: en", f"language: {language}").replace("prices: {list: prices.yaml}", MONEY)
    return run_study(write_tiny_town(folder, study=study, prices=RICH_PRICES))


@pytest.fixture(scope="module", params=["fr", "en"])
def rich(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return plan_rich_town(tmp_path_factory.mktemp("rich"), request.param)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run_study(write_tiny_town(tmp_path_factory.mktemp("plain")))


def told(result: RunResult) -> tuple[Deliverable, Words]:
    assert result.deliverable is not None
    return result.deliverable, Words(result.deliverable.language, result.deliverable.currency)


def parts_of(deliverable: Deliverable, words: Words) -> dict[str, Part]:
    chances = tell_sensitivity(deliverable, words).chances
    return {part.title: part for part in (*tell_money(deliverable, words), *([] if chances is None else [chances]))}


def money_html(page: str, words: Words) -> str:
    start = page.index(f"<h2>{words['money.title']}</h2>")
    return page[start : page.index(f"<h2>{words['findings']}</h2>", start)]


def amounts(summary: dict) -> Iterator[float]:
    """Every amount that the section has to show, from summary.json alone."""
    cost, funding, spread = summary["cost"], summary["funding"], summary["uncertainty"]
    yield from (line["amount"] for line in summary["budget"]["lines"])
    yield summary["budget"]["total"]
    for row in funding["by_year"]:
        yield from (value for name, value in row.items() if name.endswith("_eur") and value)
    yield from (value for name, value in funding["totals"].items() if value and name != "ceiling_eur")
    for row in funding["grants"]:
        yield from (row[name] for name in ("eligible_eur", "asked_eur", "awarded_eur"))
    for row in funding["loan"]:
        yield from (value for name, value in row.items() if name.endswith("_eur") and value)
    for entry in (cost, cost["do_nothing"], cost["with_existing"]):
        yield from (entry[name] for name in ("present_value", "equivalent_annual_cost", "opex_per_year"))
    yield from (spread[name] for name in ("mean", "p10", "p50", "p80", "p90"))
    for row in spread["tornado"]:
        yield from (row["low"], row["high"], row["swing"])
    yield from (row["capex"] for row in summary["benefits"]["reached"])
    yield from (row["capex_per_newly_served"] for row in summary["benefits"]["reached"])


def test_every_amount_of_the_summary_stands_in_the_section_to_the_cent(rich: RunResult) -> None:
    deliverable, words = told(rich)
    shown = unescape(money_html(render_report(deliverable, "<p>map</p>"), words))
    wanted = list(amounts(rich.summary))
    assert len(wanted) > 60
    for amount in wanted:
        assert words.money(amount) in shown, amount


def test_the_first_screen_says_in_a_sentence_what_the_town_pays(rich: RunResult) -> None:
    deliverable, words = told(rich)
    cost, totals = rich.summary["cost"], rich.summary["funding"]["totals"]
    page = unescape(render_report(deliverable, ""))
    first = page[: page.index(f"<h2>{words['map']}</h2>")]
    sentence = make_headline(rich.summary, words).money
    assert sentence in first
    for amount in (cost["capex"], cost["incl_tax"], totals["fctva_eur"], totals["grants_eur"], cost["net_city_cost"]):
        assert words.money(amount) in sentence
    assert WORDS["figure.capex"][0 if words.language == "fr" else 1] in make_headline(rich.summary, words).proof
    alone = "travaux seuls" if words.language == "fr" else "works alone"  # neither fees nor contingency are in it
    assert alone in sentence and alone in words["money.net"]
    beside = "honoraires et aléas" if words.language == "fr" else "fees and contingency"
    assert beside in sentence[sentence.index(alone) :]
    assert words.whole_money(rich.summary["budget"]["total"]) in first
    for name in ("low", "high"):
        assert words.money(cost["range"][name]) in first
    assert words.part(cost["share_from_assumed_prices"]) in first
    assert words.money(cost["net_city_cost"]) in first


def test_the_map_shows_capex_and_what_the_town_pays(rich: RunResult) -> None:
    deliverable, words = told(rich)
    title = unescape(re.search(r'<header id="cardio-title">.*?</header>', render_map(deliverable), re.S)[0])  # type: ignore[index]
    for amount in (rich.summary["cost"]["capex"], rich.summary["cost"]["net_city_cost"]):
        assert words.money(amount) in title
    assert words["capex_excl_tax"] in title and words["money.net"] in title
    assert words.money(rich.summary["budget"]["total"]) in title and words["money.operation"] in title
    assert words.money(rich.summary["cost"]["range"]["high"]) in title


def test_what_was_cut_from_a_grant_and_why(rich: RunResult) -> None:
    """40 % of 17,300 is 6,920, capped at 5,000; 60 % is 10,380, and both together are at most 13,840."""
    deliverable, words = told(rich)
    rows = parts_of(deliverable, words)[words["funding.grants"]].tables[0].rows
    assert rows[0][2:5] == [words.money(17_300), words.money(6_920), words.money(5_000)]
    assert rows[0][5] == words["money.over_cap"].format(amount=words.money(1_920), cap=words.money(5_000))
    assert rows[1][3:] == [
        words.money(10_380),
        words.money(8_840),
        words["money.over_ceiling"].format(amount=words.money(1_540)),
    ]


def test_the_budget_names_stage_fees_and_unverified_metres(rich: RunResult) -> None:
    deliverable, words = told(rich)
    part = parts_of(deliverable, words)[words["money.budget"]]
    assert part.sentences == [words["money.unverified"].format(length=words.length(400))]
    rows = {(row[0], row[1]): row[3] for row in part.tables[0].rows}
    assert rows[(words["budget.investigation"], "Trial pit")] == words.money(800)
    assert rows[(words["budget.fees"], "Design")] == words.money(1_730)
    assert rows[(words["budget.contingency"], "PRO")] == words.money(1_384)
    assert part.tables[0].total[3] == words.money(17_300 + 800 + 1_730 + 1_384 + 346)


def test_investment_operation_and_rounding_add_up_to_the_present_value(rich: RunResult) -> None:
    deliverable, words = told(rich)
    table = parts_of(deliverable, words)[words["money.time"]].tables[0]
    assert [row[0] for row in table.rows[:4]] == [
        words[f"flows.{name}"] for name in ("investment", "operation", "rounding", "present")
    ]
    assert len(table.headers) == 4  # plan, doing nothing, both
    cents = [[as_cents(cell) for cell in row[1:]] for row in table.rows]
    for investment, operation, rounding, present in zip(*cents[:4], strict=True):
        assert investment + operation + rounding == present
    assert [row[0] + row[1] for row in cents] == [row[2] for row in cents]


def test_what_rounding_leaves_stands_apart_as_in_the_workbook(rich: RunResult) -> None:
    """Lines rounded for all years at once are 92 cents less than the flows: no year and no section hides them."""
    deliverable, words = told(rich)
    assert deliverable.money is not None and deliverable.money.cash is not None
    assert deliverable.money.cash.plan is not None
    flows = deliverable.money.cash.plan.frame
    flows = flows[flows["section"] != "rounding"]
    left = flows.iloc[:1].assign(section="rounding", item="rounding", amount_eur=0.0, present_eur=-0.92, base_eur=0.0)
    plan = replace(deliverable.money.cash.plan, frame=pd.concat([flows, left], ignore_index=True))
    cash = replace(deliverable.money.cash, plan=plan)
    exact = parts_of(deliverable, words)
    rounded = parts_of(replace(deliverable, money=replace(deliverable.money, cash=cash)), words)
    assert [row[:2] for row in rounded[words["money.time"]].tables[0].rows[:3]] == [
        *(row[:2] for row in exact[words["money.time"]].tables[0].rows[:2]),
        [words["flows.rounding"], words.money(-0.92)],
    ]
    table, without = (parts[words["time.flows"]].tables[0] for parts in (rounded, exact))
    years = [row for row in without.rows if row[0].isdigit()]
    assert table.rows == [*years, [words["time.rounding"], *[words.money(None)] * 6, words.money(-0.92)]]
    assert as_cents(table.total[-1]) == sum(as_cents(row[-1]) for row in table.rows)


def as_factor(cell: str) -> Decimal:
    return Decimal(cell.replace(",", "."))


def test_discounted_amounts_of_a_year_are_checked_by_hand(rich: RunResult) -> None:
    """At 3.2 % from 2026: 1 at the beginning of that year and 1 / 1.032 = 0.968992 at its end, and so on."""
    deliverable, words = told(rich)
    part = parts_of(deliverable, words)[words["time.flows"]]
    table = part.tables[0]
    assert table.headers[3] == words["time.factor_beginning"] and table.headers[6] == words["time.factor_end"]
    years = [row for row in table.rows if row[0].isdigit()]
    assert [as_factor(row[3]) for row in years[:2]] == [1, Decimal("0.968992")]
    assert [as_factor(row[6]) for row in years[:2]] == [Decimal("0.968992"), Decimal("0.938946")]
    for row in years:
        works, renewal, running, residual, present = (as_cents(row[column]) for column in (1, 2, 4, 5, 7))
        by_hand = (works + renewal) * as_factor(row[3]) + (running + residual) * as_factor(row[6])
        assert abs(by_hand - present) <= 4  # a cent is rounded four times, factors have six decimals
    assert table.total[3] == table.total[6] == "" and "Cash flows" in part.note and "3" in part.note
    assert as_cents(table.total[7]) == round(100 * rich.summary["cost"]["present_value"])


def as_cents(cell: str) -> int:
    digits = re.sub(r"[^\d-]", "", cell)
    return int(digits) if digits else 0


def test_shares_of_services_lots_and_zones_add_up(rich: RunResult) -> None:
    deliverable, words = told(rich)
    parts = parts_of(deliverable, words)
    tables = [parts[words["by_service"]].tables[0], *parts[words["money.by_part"]].tables]
    for table, column in zip(tables, (4, 1, 1), strict=True):
        assert table.total[column] == words.money(17_300)
        assert sum(as_cents(row[column]) for row in table.rows) == 1_730_000


def test_bars_of_the_histogram_add_up_to_the_draws(rich: RunResult) -> None:
    _, words = told(rich)
    spread = rich.summary["uncertainty"]
    chart = draw_histogram(spread, words)
    counts = spread["histogram"]["counts"]
    assert len(chart.bars) == len(counts) and sum(counts) == spread["draws"]
    a_draw = (FLOOR - TOP) / max(counts)
    assert sum(round(bar.height / a_draw) for bar in chart.bars) == spread["draws"]
    assert [mark.label.split()[0] for mark in chart.marks][1:] == ["P10", "P50", "P80", "P90"]


def test_pictures_stand_in_the_report_without_scripts(rich: RunResult) -> None:
    deliverable, words = told(rich)
    section = money_html(render_report(deliverable, ""), words)
    assert section.count('role="img"') == 2 and "<script" not in section
    for name in ("P10", "P50", "P80", "P90"):
        assert f">{name} " in section and f">{name}</th>" in section


def test_rules_of_who_pays_stand_word_by_word(rich: RunResult) -> None:
    deliverable, words = told(rich)
    assert parts_of(deliverable, words)[words["money.rules"]].items == rich.summary["funding"]["rules"]


def test_what_a_study_does_not_ask_is_absent(plain: RunResult) -> None:
    deliverable, words = told(plain)
    titles = set(parts_of(deliverable, words))
    asked = ("money.budget", "money.funding", "funding.grants", "money.rules", "money.loan", "time.flows")
    assert titles.isdisjoint(words[name] for name in asked)
    assert titles >= {words[name] for name in ("by_service", "money.time", "money.sure", "money.buys")}
    assert "neither VAT nor who pays" in render_report(deliverable, "")
    assert words["money.net"] not in render_map(deliverable)
    assert words["money.operation"] not in render_map(deliverable)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_town_without_vat_or_grants_reads_no_zeros(rich: RunResult, language: str) -> None:
    words, nothing = Words(language), {"vat_back_eur": 0.0, "fctva_eur": 0.0, "grants_eur": 0.0}
    cost = {**rich.summary["cost"], "capex": 1000.0, "incl_tax": 1000.0, "net_city_cost": 1000.0}
    funding = {**rich.summary["funding"], "totals": {**rich.summary["funding"]["totals"], **nothing}}
    summary = {**rich.summary, "cost": cost, "funding": funding}
    headline = make_headline(summary, words)
    assert headline.net == "" and headline.money.count(words.money(1000)) == 2
    absent = ("money.with_tax", "money.less_vat_back", "money.less_fctva", "money.less_grants")
    assert not [name for name in absent if words[name].split("}")[-1] in headline.money]
    assert not [line for line in money_lines(summary) if line.startswith("town pays")]


def test_without_vat_the_terminal_and_the_sentence_take_off_what_others_pay_only(rich: RunResult) -> None:
    totals = {**rich.summary["funding"]["totals"], "vat_back_eur": 0.0, "fctva_eur": 0.0, "grants_eur": 400.0}
    cost = {**rich.summary["cost"], "capex": 1000.0, "incl_tax": 1000.0, "net_city_cost": 600.0}
    summary = {**rich.summary, "cost": cost, "funding": {**rich.summary["funding"], "totals": totals, "by_year": []}}
    headline = make_headline(summary, Words("en"))
    assert headline.net == "€600.00"
    assert headline.money.startswith(
        "€1,000.00 of capital cost excl. tax, less €400.00 of grants: the town pays €600.00 "
    )
    wanted = "town pays  600.00 EUR in the end, undiscounted: 1,000.00 EUR without VAT, less 400.00 grants"
    assert wanted in money_lines(summary)


def test_nothing_is_told_without_a_plan() -> None:
    assert tell_money(empty_deliverable(), Words("en")) == []


def test_obsolete_prices_are_named(rich: RunResult) -> None:
    deliverable, words = told(rich)
    old = deliverable.prices.assign(obsolete=deliverable.prices["key"] == "closure")
    part = parts_of(replace(deliverable, prices=old), words)[words["money.sure"]]
    label = dict(zip(old["key"], old["label"], strict=True))["closure"]
    assert words["money.obsolete"].format(rows=label) in part.sentences
    assert not [text for text in parts_of(deliverable, words)[words["money.sure"]].sentences if label in text]


def test_rows_without_running_costs_or_lifetime_are_told_by_their_labels(rich: RunResult) -> None:
    deliverable, words = told(rich)
    labels = dict(zip(deliverable.prices["key"], deliverable.prices["label"], strict=True))
    note = parts_of(deliverable, words)[words["money.time"]].note
    for word, entry in (("money.opex_unknown", "opex_not_stated"), ("money.life_unknown", "lifetime_not_stated")):
        keys = rich.summary["cost"][entry]
        assert keys and words[word].format(rows=words.listed(labels[key] for key in keys)) in note


def test_the_summary_sheet_names_rows_without_running_costs_by_their_labels(rich: RunResult) -> None:
    deliverable, words = told(rich)
    labels = dict(zip(deliverable.prices["key"], deliverable.prices["label"], strict=True))
    rows = {row[0]: row[1] for row in summary_sheet(deliverable, words).rows}
    named = words.listed(labels[key] for key in rich.summary["cost"]["opex_not_stated"])
    assert str(rows[words["time.opex"]]).endswith(f": {named}")


def test_paybacks_in_words() -> None:
    """4,000 EUR more for 800 EUR a year less: five years."""
    said = say_payback(PAYBACK, Words("en"))
    assert said == (
        "Along 400 m of routes, “Trench” costs €4,000.00 more than “Leased duct” and saves €800.00 a year: repaid "
        "after 5 years. The plan has “Trench”."
    )
    kept = replace(PAYBACK, chosen="leased_duct", other="trench", chosen_capex_cents=200_000, other_capex_cents=600_000)
    french = say_payback(replace(kept, chosen_opex_cents=80_000, other_opex_cents=0), Words("fr"))
    assert "« Trench »".replace(" ", "\u00a0") in french and "amorti en 5 ans" in french
    assert french.endswith("Le plan a «\u00a0Leased duct\u00a0».")


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        (
            {"opex_not_stated": {"duct": "Leased duct, a metre", "trench": "Trench in soil"}},
            "running costs are not stated for Leased duct, a metre; Trench in soil, so no payback is given.",
        ),
        ({"other_opex_cents": 0}, "saves nothing a year: never repaid."),
        ({"chosen_opex_cents": 90_000}, "saves nothing a year: never repaid."),
        ({"other_capex_cents": 600_000}, "cost the same to build."),
    ],
)
def test_no_years_where_nothing_is_repaid(changes: dict, end: str) -> None:
    said = say_payback(replace(PAYBACK, **changes), Words("en"))
    assert said.endswith(f"{end} The plan has “Trench”.") and "repaid after" not in said


def test_hostile_names_stay_text() -> None:
    hostile = replace(PAYBACK, chosen=HOSTILE, other=f"x{HOSTILE}")
    assert HOSTILE[1:] in say_payback(hostile, Words("en"))
    page = render_report(make_deliverable(text=HOSTILE), "")
    assert "<script" not in page and "<img" not in page


def test_the_terminal_tells_the_same_money(rich: RunResult) -> None:
    said, summary = say_result(rich), rich.summary
    for amount in (
        summary["cost"]["net_city_cost"],
        summary["cost"]["present_value"],
        summary["cost"]["do_nothing"]["present_value"],
        summary["budget"]["total"],
        summary["uncertainty"]["p90"],
    ):
        assert f"{amount:,.2f} EUR" in said
    assert "contingency (PRO) 1,384.00" in said and "400 m of unverified survey class" in said
