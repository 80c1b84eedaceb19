"""A plan at other prices, on a town where every draw can be worked by hand.

Both parking zones need a payment point: a meter (typical 4,000 EUR) or, dearer by 100 EUR, a post. 400 m of route are
laid by trench (15 EUR/m), as at typical prices, or by plough (16 EUR/m); the best plan of a draw is free to change, the
study's own is not. Two closures, two terminations and
50 m of drop do not vary: 1,900 EUR.
"""

from __future__ import annotations

import csv
import dataclasses
import html
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cardio import sensitivity_draws
from cardio.certainty_texts import say_prices, say_prices_plainly
from cardio.cli import app
from cardio.exporters.spread_pictures import draw_histogram, draw_tornado
from cardio.exporters.texts import Words
from cardio.sensitivity import Sensitivity, study_sensitivity
from cardio.sensitivity_texts import say_sensitivity
from gis_layers import StudyError, UnreachableTargetError
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

POINTS = """
meter: {label: Meter, unit: each, typical: 4000, low: 3000, high: 6000, assumed: true, why: test}
post: {label: Post, unit: each, typical: 4100, low: 4000, high: 4500, source: a quote}
trench: {label: Trench, unit: m, typical: 15, low: 10, high: 25, source: a quote}
plough: {label: Plough, unit: m, typical: 16, low: 14, high: 18, assumed: true, why: test}
"""
POST = "  post: {service: parking_payment, sites: [junctions], price: post, backhaul: none}"
TWO_WAYS = (
    STUDY.replace("price: parking_meter", "price: meter")
    .replace("laying:\n", f"{POST}\nlaying:\n")
    .replace("trench: {by: {column: surface, prices: {pave: trench_paved}}, price: trench_soil}",
             "trench: {price: trench}\n  plough: {price: plough}")
)  # fmt: skip
FIXED_EUR, ROUTE_M, ZONES = 1_900, 400, 2


def town(folder: Path, *, study: str = TWO_WAYS) -> Path:
    return write_tiny_town(folder, study=study, prices=PRICES + POINTS)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    folder = tmp_path_factory.mktemp("town")
    return study_sensitivity(town(folder), draws=12, out=folder / "out")


def drawn(result: Sensitivity) -> list[dict[str, float]]:
    """Drawn unit prices of each draw."""
    keys = ("meter", "post", "trench", "plough")
    return [{key: draw.prospects.prices[key].typical_eur for key in keys} for draw in result.comparison.draws]


def own_cost(prices: dict[str, float], way: str = "trench", point: str = "meter") -> float:
    return FIXED_EUR + ROUTE_M * prices[way] + ZONES * prices[point]


def best_cost(prices: dict[str, float]) -> float:
    return min(own_cost(prices, way, point) for way in ("trench", "plough") for point in ("meter", "post"))


def cheapest(prices: dict[str, float]) -> tuple[str, str]:
    return (
        "trench" if prices["trench"] <= prices["plough"] else "plough",
        "meter" if prices["meter"] <= prices["post"] else "post",
    )


def test_the_plan_at_typical_prices(result: Sensitivity) -> None:
    assert result.document["value"] == FIXED_EUR + ROUTE_M * 15 + ZONES * 4_000
    assert (result.document["gap"], result.document["status"], result.exit_code) == (0.0, "optimal", 0)
    # low: trench at 10, meters at 3,000; high: 25 and 6,000
    assert result.document["cost_range"] == {
        "low": 11_900.0,
        "high": 23_900.0,
        "basis": "capex excl. tax",
    }


def test_each_draw_by_hand(result: Sensitivity) -> None:
    for prices, row in zip(drawn(result), result.document["draws"], strict=True):
        own, best = own_cost(prices), best_cost(prices)
        assert row["own_cost"] == pytest.approx(own, abs=0.1)
        assert row["value"] == pytest.approx(best, abs=0.1)
        assert row["bound"] == pytest.approx(best, abs=0.1) and row["bound"] <= row["value"] + 0.005
        assert row["regret_eur"] == pytest.approx(own - best, abs=0.1)
        assert row["regret_at_most_eur"] >= row["regret_eur"] - 0.005
        assert row["within_gap"] == (row["regret_eur"] == 0.0)
    # the same trenches could have been ploughed for less: that choice is regretted too
    assert any(one["trench"] > one["plough"] and one["meter"] <= one["post"] for one in drawn(result))


def test_the_order_of_the_two_flips_in_some_draws_and_not_in_all(result: Sensitivity) -> None:
    prices = drawn(result)
    flipped = [one["meter"] > one["post"] for one in prices]
    assert 0 < sum(flipped) < len(flipped)
    assert 0 < sum(one["trench"] > one["plough"] for one in prices) < len(prices)
    best = [cheapest(one) for one in prices]
    found = list(dict.fromkeys([("trench", "meter"), *best]))  # in the order in which they were found
    rows = result.document["plans"]
    assert [row["best_in"] for row in rows] == [best.count(plan) for plan in found] and len(found) == 4
    assert [row["best_plan"] for row in result.document["draws"]] == [found.index(plan) for plan in best]
    regrets = [own_cost(one) - best_cost(one) for one in prices]
    assert result.document["regret"]["mean_eur"] == pytest.approx(sum(regrets) / len(regrets), abs=0.1)
    assert result.document["regret"]["most_eur"] == pytest.approx(max(regrets), abs=0.1)
    assert result.document["regret"]["most_at_most_eur"] >= result.document["regret"]["most_eur"] - 0.005
    for row, plan in zip(rows, found, strict=True):
        assert row["most_regret_eur"] == pytest.approx(
            max(own_cost(one, *plan) - best_cost(one) for one in prices), abs=0.1
        )


def test_the_steadiest_plan_is_that_of_least_mean_regret(result: Sensitivity) -> None:
    rows = result.document["plans"]
    found = dict.fromkeys([("trench", "meter"), *map(cheapest, drawn(result))])
    assert [row["mean_regret_eur"] for row in rows] == pytest.approx(
        [sum(own_cost(one, *plan) - best_cost(one) for one in drawn(result)) / 12 for plan in found], abs=0.1
    )
    steadiest = min(rows, key=lambda row: row["mean_regret_eur"])["plan"]
    assert result.document["steadiest"] == steadiest
    said = say_sensitivity(result.document, None)
    assert (f"steadiest  other plan {steadiest}: regret mean" in said) == (steadiest > 0)
    told = say_sensitivity({**result.document, "steadiest": 1}, None)
    assert f"regret mean {rows[1]['mean_regret_eur']:,.2f} EUR" in told


def test_works_that_stay(result: Sensitivity) -> None:
    works = result.document["works"]
    kept = sum(one["meter"] <= one["post"] for one in drawn(result))
    for row in works:
        expected = {"meter": kept, "post": 12 - kept}.get(row["name"], 12)
        assert (row["draws"], row["stays"]) == (expected, pytest.approx(expected / 12)), row
        assert row["in_plan"] == (row["name"] != "post")
        trenched = sum(one["trench"] <= one["plough"] for one in drawn(result))
        assert row["same_way"] == (trenched if row["kind"] == "route" else None)
    assert {row["name"] for row in works if row["kind"] == "site"} == {"box", "meter", "post"}


def test_rows_that_decide(result: Sensitivity) -> None:
    """Where another plan is better, what this plan needs more and less of speaks against it."""
    by_hand = dict.fromkeys(("meter", "post", "trench", "plough"), 0.0)
    typical = {"meter": 4_000, "post": 4_100, "trench": 15, "plough": 16}
    draws = dict.fromkeys(by_hand, 0)
    for prices in drawn(result):
        for own, best, units in zip(("trench", "meter"), cheapest(prices), (ROUTE_M, ZONES), strict=True):
            if own != best:
                for key, sign in ((own, 1), (best, -1)):
                    by_hand[key] += sign * units * (prices[key] - typical[key])
                    draws[key] += 1
    rows = {row["price_key"]: row for row in result.document["decide"]}
    assert set(rows) == set(by_hand)
    for key, amount in by_hand.items():
        assert rows[key]["against_plan_eur"] == pytest.approx(amount, abs=0.02)
        assert rows[key]["draws"] == draws[key]
    assert result.document["decide"][0]["price_key"] == max(by_hand, key=lambda key: abs(by_hand[key]))


def test_the_distribution_is_that_of_the_plan(result: Sensitivity) -> None:
    spread = result.document["uncertainty"]
    # mean of a triangle is the mean of its corners
    mean = FIXED_EUR + ROUTE_M * (10 + 15 + 25) / 3 + ZONES * (3_000 + 4_000 + 6_000) / 3
    assert spread["mean"] == pytest.approx(mean, rel=1e-3)
    assert [(row["price_key"], row["swing"]) for row in spread["tornado"]] == [("meter", 6_000), ("trench", 6_000)]
    assert spread["typical"] == result.document["value"]


def test_the_same_seed_gives_the_same_document(result: Sensitivity, tmp_path: Path) -> None:
    again = study_sensitivity(town(tmp_path / "a"), draws=12)
    other = study_sensitivity(town(tmp_path / "b"), draws=12, seed=9)

    def without_times(document: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in document.items() if key not in ("created", "timings_s")}

    assert without_times(again.document) == without_times(result.document)
    assert other.document["draws"][0]["own_cost"] != result.document["draws"][0]["own_cost"]


def test_what_is_printed(result: Sensitivity) -> None:
    said = say_sensitivity(result.document, result.folder)
    best = result.document["plans"][0]["best_in"]
    assert f"this plan is the best found in {best} of 12 draws" in said
    assert say_prices_plainly(result.document, "EUR") in said
    assert "decide     prices that make another plan cheaper" in said
    for row in result.document["draws"]:
        assert f"{row['own_cost']:,.2f}" in said and f"{row['cost_range']['high']:,.2f}" in said
    assert f"written to {result.folder}" in said


def test_every_gap_has_its_prices(result: Sensitivity) -> None:
    assert result.folder is not None
    document = json.loads((result.folder / "sensitivity.json").read_text(encoding="utf-8"))
    for row in [document, *document["draws"]]:
        assert row["gap"] is not None
        assert row["cost_range"]["low"] < row["cost_range"]["high"]
        assert 0 < row["share_from_assumed_prices"] <= 1
    with (result.folder / "sensitivity.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12 and all(row["low"] and row["high"] and row["share_from_assumed_prices"] for row in rows)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page(tmp_path: Path, language: str) -> None:
    study = TWO_WAYS.replace("language: en", f"language: {language}").replace("name: Tinyville", 'name: "<Tiny>"')
    result = study_sensitivity(town(tmp_path, study=study), draws=3, out=tmp_path / "out")
    page = (tmp_path / "out" / "sensitivity.html").read_text(encoding="utf-8")
    assert "<Tiny>" not in page and "&lt;Tiny&gt;" in page
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    words = Words(language)
    text = html.unescape(page)
    facts = say_prices(result.document, language=language, money=words.money, part=words.part)
    assert facts in text
    for row in result.document["draws"]:
        assert words.money(row["own_cost"]) in text and words.money(row["cost_range"]["high"]) in text
    with (tmp_path / "out" / "works.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(result.document["works"])


def test_pictures_in_proportion(result: Sensitivity) -> None:
    words, spread = Words("en"), result.document["uncertainty"]
    bars = draw_histogram(spread, words).bars
    counts = spread["histogram"]["counts"]
    tallest = max(bar.height for bar in bars)
    assert len(bars) == len(counts)
    for bar, count in zip(bars, counts, strict=True):
        assert bar.height == pytest.approx(tallest * count / max(counts), abs=0.1)
    tornado = draw_tornado(spread, words)
    for drawn_row, row in zip(tornado.rows, spread["tornado"], strict=True):
        left, right = spread["typical"] - row["low"], row["high"] - spread["typical"]
        assert drawn_row.low.width / drawn_row.high.width == pytest.approx(left / right, rel=0.01)
        assert drawn_row.low.x + drawn_row.low.width == pytest.approx(tornado.middle, abs=0.2)


def test_without_ranges_every_draw_is_the_plan(tmp_path: Path) -> None:
    study = TWO_WAYS.replace("price: meter", "price: closure").replace("price: post", "price: closure")
    study = study.replace("{price: trench}", "{price: drop}").replace(
        "plough: {price: plough}", "plough: {price: drop}"
    )
    result = study_sensitivity(town(tmp_path, study=study), draws=2, out=tmp_path / "out")
    assert result.document["regret"]["most_eur"] == 0.0 and result.document["decide"] == []
    assert "the price list gives no range" in say_sensitivity(result.document, None)
    assert Words("en")["sensitivity.no_chances"] in (tmp_path / "out" / "sensitivity.html").read_text(encoding="utf-8")


def test_a_budget_that_other_prices_break(tmp_path: Path) -> None:
    """16,000 EUR suffice at typical prices (15,900) and not where prices rise."""
    study = TWO_WAYS.replace("plan: {", "plan: {budget: 16000, ", 1)
    result = study_sensitivity(town(tmp_path, study=study), draws=8)
    for prices, row in zip(drawn(result), result.document["draws"], strict=True):
        own, best = own_cost(prices), best_cost(prices)
        assert (row["own_cost"] is None) == (own > 16_000)
        assert (row["status"] == "infeasible") == (best > 16_000)
        assert (row["regret_eur"] is None) == (own > 16_000)
    own_row = result.document["plans"][0]
    assert 0 < own_row["possible_in"] < 8
    assert f"in {8 - own_row['possible_in']} draws this plan breaks a budget" in say_sensitivity(result.document, None)


def test_stopped_by_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solve, calls = sensitivity_draws.solve_study, []

    def stop_after_two(prospects: Any, **settings: Any) -> Any:
        in_force, answer = solve(prospects, **settings)
        calls.append(prospects)
        if len(calls) <= 2:
            return in_force, answer
        return in_force, dataclasses.replace(answer, solution=dataclasses.replace(answer.solution, status="cancelled"))

    monkeypatch.setattr(sensitivity_draws, "solve_study", stop_after_two)
    result = study_sensitivity(town(tmp_path), draws=5, out=tmp_path / "out")
    assert (result.exit_code, len(result.document["draws"])) == (5, 2)
    assert result.message == "stopped by the user after 2 of 5 draws"
    assert result.document["status"] == "cancelled"
    assert "Stopped on request" in (tmp_path / "out" / "sensitivity.html").read_text(encoding="utf-8")


def test_the_time_is_shared_by_all_solves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []
    solve = sensitivity_draws.solve_study

    def note(prospects: Any, **settings: Any) -> Any:
        limits.append(prospects.town.study.solver.time_limit_s)
        return solve(prospects, **settings)

    monkeypatch.setattr(sensitivity_draws, "solve_study", note)
    study_sensitivity(town(tmp_path), draws=4, time_limit_s=100.0)
    assert len(limits) == 4
    assert all(limit <= 100.0 / (4 - number) for number, limit in enumerate(limits))
    assert limits[0] > 20.0  # what the first did not use is left to the others
    assert limits[-1] > 60.0


def test_from_the_command_line(tmp_path: Path) -> None:
    path = town(tmp_path)
    done = CliRunner().invoke(app, ["sensitivity", str(path), "--draws", "2", "--json", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert (document["schema"], len(document["draws"])) == ("cardio-sensitivity/1", 2)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "sensitivity.csv", "sensitivity.html", "sensitivity.json", "works.csv",
    ]  # fmt: skip
    said = CliRunner().invoke(app, ["sensitivity", str(path), "--draws", "2", "--scenario", "half"])
    assert said.exit_code == 0 and "[half]" in said.stdout


@pytest.mark.parametrize("draws", [0, 201])
def test_draws_out_of_range(tmp_path: Path, draws: int) -> None:
    with pytest.raises(StudyError, match=f"--draws {draws}"):
        study_sensitivity(town(tmp_path), draws=draws)


def test_coverage_as_the_objective_is_refused(tmp_path: Path) -> None:
    study = TWO_WAYS.replace("plan: {", "plan: {objective: most_coverage, budget: 9000, ", 1)
    with pytest.raises(StudyError, match="most_coverage"):
        study_sensitivity(town(tmp_path, study=study))


def test_targets_out_of_reach(tmp_path: Path) -> None:
    with pytest.raises(UnreachableTargetError, match="no plan can meet the targets"):
        study_sensitivity(town(tmp_path), scenario="too_much")


def test_draws_are_compared_in_the_figure_that_is_minimised(tmp_path: Path) -> None:
    """Without lifetimes and running costs the present value is the capex, and is named."""
    study = TWO_WAYS.replace("plan: {", "plan: {minimise: present_value, ", 1)
    study += "finance: {base_year: 2026, horizon_years: 20, discount_rate: 0.04}\n"
    document = study_sensitivity(town(tmp_path, study=study), draws=2).document
    assert document["figure"] == "present_value" and document["basis"].startswith("present value excl. tax")
    assert document["value"] == FIXED_EUR + ROUTE_M * 15 + ZONES * 4_000
