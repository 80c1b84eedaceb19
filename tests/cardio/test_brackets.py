"""Prices by the quantity of the whole plan: what they change on a town known by hand, and enumeration on a smaller one.

In the tiny town 400 m are dug; all else costs 1,600 + 200 + 100 + 9,400 = 11,300 EUR.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from cardio.alternatives import find_alternatives
from cardio.bracket_rows import find_bracket_rows, refuse_brackets
from cardio.brackets import solve_brackets
from cardio.explain import explain_study
from cardio.exporters.headline import make_headline
from cardio.exporters.texts import Words
from cardio.frontier import trace_frontier
from cardio.prospects import Prospects, find_prospects, price_prospects, study_prices
from cardio.run import RunResult, run_study
from cardio.sensitivity import study_sensitivity
from cardio.solving import solve_as_asked
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from cardio.takeoff import take_off
from cardio.texts import say_result
from costing import Bracket, Capex, Price, PriceList, total_cents
from gis_layers import StudyError
from optimise import Solution, verify_variant
from tests.cardio.loop_town import every_design, survey_loop_town
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

REST = 11_300
OVERHEAD = STUDY.replace("laying:\n", "laying:\n  overhead: {price: overhead}\n").replace(
    "{by: {column: surface, prices: {pave: trench_paved}}, price: trench_soil}", "{price: dig}"
)


def bracketed(*steps: tuple[float, float]) -> str:
    listed = ", ".join(f"{{from: {start}, typical: {price}}}" for start, price in steps)
    return (
        PRICES
        + "overhead: {label: Overhead, unit: m, typical: 20, assumed: true, why: no source}\n"
        + f"dig: {{label: Dig, unit: m, brackets: [{listed}], assumed: true, why: no source}}\n"
    )


def plan(folder: Path, prices: str, *, study: str = OVERHEAD, out: bool = False) -> RunResult:
    return run_study(write_tiny_town(folder / "town", study=study, prices=prices), out=folder / "plan" if out else None)


@pytest.fixture(scope="module")
def discounted(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Overhead costs 20 EUR/m; digging 25, but 15 from 300 m on: a plan at the first price would hang its 400 m."""
    return plan(tmp_path_factory.mktemp("brackets"), bracketed((0, 25), (300, 15)), out=True)


def test_the_discount_changes_the_plan(discounted: RunResult) -> None:
    objective = discounted.summary["objective"]
    assert (objective["value"], objective["bound"], objective["gap"]) == (400 * 15 + REST, 400 * 15 + REST, 0.0)
    assert discounted.summary["status"] == "optimal" and discounted.summary["verified"]
    assert discounted.summary["build"]["routes_m"] == {"overhead": 0.0, "trench": 400.0}


def test_the_bill_has_the_price_of_the_bracket_in_force(discounted: RunResult) -> None:
    assert discounted.deliverable is not None
    bill = discounted.deliverable.bill
    dug = bill[bill["price_key"] == "dig"]
    assert set(dug["unit_price_eur"]) == {15.0}
    assert dug["quantity"].sum() == pytest.approx(400)
    assert round(bill["amount_eur"].sum(), 2) == discounted.summary["cost"]["capex"] == 400 * 15 + REST


def test_a_discount_that_is_out_of_reach_changes_nothing(tmp_path: Path) -> None:
    """No plan digs 100 km; what remains is one price, 25 EUR, dearer than overhead."""
    result = plan(tmp_path, bracketed((0, 25), (100_000, 15)))
    assert (result.summary["status"], result.summary["objective"]["value"]) == ("optimal", 400 * 20 + REST)
    assert result.summary["build"]["routes_m"] == {"overhead": 400.0, "trench": 0.0}


def test_a_discount_that_pays_nothing_is_refuted_by_its_quantity(tmp_path: Path) -> None:
    """From 1,500 m on 19 EUR: no plan of 400 m has it, and one that takes 1,500 m costs 28,500 EUR at least."""
    result = plan(tmp_path, bracketed((0, 25), (1_500, 19)))
    assert result.summary["objective"]["value"] == 400 * 20 + REST
    assert result.summary["status"] == "optimal"


def test_a_little_more_is_dug_where_that_makes_everything_cheaper(tmp_path: Path) -> None:
    """From 410 m on 15 EUR: a spur of 20 m makes 420 m, 6,300 EUR instead of 8,000 overhead.

    Whatever is dug without need: at 0 EUR/m all else costs 11,300 EUR, and 410 m at 15 EUR cost 6,150 EUR.
    """
    result = plan(tmp_path, bracketed((0, 25), (410, 15)))
    objective = result.summary["objective"]
    assert objective["value"] == 420 * 15 + REST
    assert 410 * 15 + REST - 1.0 <= objective["bound"] <= 410 * 15 + REST
    assert 0.0 < objective["gap"] < 0.01
    assert (result.exit_code, result.summary["status"], objective["why_open"]) == (5, "limit", "no_cases_left")
    assert "no limit stopped it: every case is solved" in say_result(result)
    proof = make_headline(result.summary, Words("en")).proof
    assert "every case is solved, and more time would not narrow it" in proof and "Stopped" not in proof
    assert result.deliverable is not None
    spur = result.deliverable.routes["length_m"] == 20.0
    assert result.deliverable.routes.loc[spur, "why"].tolist() == [
        "carries nothing: closes a loop, or reaches the price of a larger quantity"
    ]


def test_a_gap_no_wider_than_asked_is_no_open_one(tmp_path: Path) -> None:
    wide = plan(tmp_path, bracketed((0, 25), (410, 15)), study=OVERHEAD.replace("gap: 0.0", "gap: 0.01")).summary
    assert (wide["status"], wide["objective"]["why_open"]) == ("within_gap", None)
    assert wide["objective"]["bound"] < wide["objective"]["value"]


def test_the_year_of_each_work_changes_nothing_of_the_discount(tmp_path: Path) -> None:
    study = OVERHEAD.replace("plan: {", "plan: {phases: {2027: {budget: 9000}, 2028: {budget: 9000}}, ")
    result = plan(tmp_path, bracketed((0, 25), (300, 15)), study=study)
    assert result.summary["objective"]["value"] == 400 * 15 + REST
    assert sum(row["capex"] for row in result.summary["phases"]) == 400 * 15 + REST


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ("objective: most_coverage, budget: 9000", "'dig' do not go together with plan.objective: most_coverage"),
    ],
)
def test_what_brackets_do_not_go_together_with_is_refused(keys: str, complaint: str, tmp_path: Path) -> None:
    study = OVERHEAD.replace("plan: {", f"plan: {{{keys}, ")
    with pytest.raises(StudyError, match=complaint):
        plan(tmp_path, bracketed((0, 25), (300, 15)), study=study)


def test_too_many_combinations_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="the brackets of 'dig' make 13 combinations, at most 12"):
        plan(tmp_path, bracketed(*((10 * number, 25 - number) for number in range(13))))


def test_without_any_plan_everything_is_written(tmp_path: Path) -> None:
    study = OVERHEAD.replace("rule: along_network, within_m: 60", "rule: along_network, within_m: 10")
    result = plan(tmp_path, bracketed((0, 25), (300, 15)), study=study, out=True)
    assert (result.exit_code, result.summary["status"], result.deliverable) == (4, "infeasible", None)
    assert result.folder is not None
    assert {file.name for file in result.folder.iterdir()} == {"summary.json", "findings.csv"}
    assert [row["target"] for row in result.summary["relaxation"]] == ["fibre"]
    assert "the plan then costs at least 9,400.00 EUR (at the lowest prices of 'dig')" in result.message


def test_a_budget_is_kept_at_the_prices_of_the_plan(tmp_path: Path) -> None:
    study = OVERHEAD.replace("plan: {", "plan: {budget: 17300, ")
    assert plan(tmp_path, bracketed((0, 25), (300, 15)), study=study).exit_code == 0
    less = plan(tmp_path / "less", bracketed((0, 25), (300, 15)), study=study.replace("17300", "17299"))
    assert less.exit_code == 4
    assert less.summary["relaxed_budgets"] == [
        {"key": "plan.budget", "budget": 17299.0, "at_least": 17300.0, "at_most": None}
    ]
    assert less.summary["relaxed_cost"]["value"] is None  # it is known at the lowest prices only


def test_commands_that_compare_plans_refuse_brackets(tmp_path: Path) -> None:
    path = write_tiny_town(tmp_path / "town", study=OVERHEAD, prices=bracketed((0, 25), (300, 15)))
    for ask, name in (
        (lambda: trace_frontier(path, points=3), "cardio frontier"),
        (lambda: find_alternatives(path), "cardio alternatives"),
        (lambda: explain_study(path, "fibre"), "cardio explain"),
        (lambda: study_sensitivity(path), "cardio sensitivity"),
        (lambda: run_study(path, problem_path=tmp_path / "problem.json"), "one problem file"),
    ):
        with pytest.raises(StudyError, match=f"price 'dig' has brackets by quantity, with which {name} is not"):
            ask()


def test_rows_with_brackets_are_named_and_running_costs_have_none(tmp_path: Path) -> None:
    path = write_tiny_town(tmp_path / "town", study=OVERHEAD, prices=bracketed((0, 25), (300, 15)))
    study = load_study(path)
    town, opportunities = find_prospects(study, stopwatch=Stopwatch())
    prices = study_prices(study)
    prospects = price_prospects(town, opportunities, prices, Capex())
    with pytest.raises(StudyError, match="price 'dig' has brackets by quantity, with which cardio frontier is not"):
        refuse_brackets(prospects, "cardio frontier")
    one_price = price_prospects(town, opportunities, {**prices, "dig": replace(prices["dig"], brackets=())}, Capex())
    refuse_brackets(one_price, "cardio frontier")
    running = replace(prices["dig"], key="upkeep", unit="m/year")
    costly = replace(prices["dig"], opex=(running,))
    with pytest.raises(StudyError, match="price 'upkeep', running cost of 'dig', has brackets"):
        refuse_brackets(price_prospects(town, opportunities, {**prices, "dig": costly}, Capex()), "cardio frontier")


# Enumeration


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prospects:
    return survey_loop_town(tmp_path_factory.mktemp("loop"))


def random_prices(prices: PriceList, seed: int) -> PriceList:
    """Up to three rows with brackets, whose unit prices fall."""
    rng = np.random.default_rng(seed)
    drawn: dict[str, Price] = dict(prices)
    for key in ("closure", "termination", "overhead", "soil", "paved"):
        unit_prices = np.sort(rng.integers(1, 40, 3))[::-1].astype(float)
        largest = 4 if prices[key].unit == "each" else 500
        starts = [0.0, *np.sort(rng.choice(np.arange(1, largest), 2, replace=False)).astype(float)]
        count = int(rng.choice([1, 2, 3])) if key in ("soil", "overhead", "closure") else 1
        brackets = tuple(
            Bracket(start, price, price, price)
            for start, price in zip(starts[:count], unit_prices[:count], strict=True)
        )
        first = unit_prices[0]
        drawn[key] = replace(prices[key], typical_eur=first, brackets=brackets if count > 1 else ())
    return drawn


def least_true_cost(prospects: Prospects, prices: PriceList) -> float:
    """Over every set of sites and streets that is a plan: the least cost at unit prices that its quantities have.

    On each street the cheaper of overhead and trench at these unit prices, overhead on a tie.
    """
    steps = {key: prices[key].brackets or (Bracket(0.0, 0.0, prices[key].typical_eur, 0.0),) for key in ROWS}
    problem = prospects.statement.problem
    metres = prospects.opportunities.routes.length_m[prospects.statement.segments]
    surface = prospects.opportunities.routes.attributes["surface"].to_numpy()[prospects.statement.segments]
    ends = list(zip(problem.edge_u.tolist(), problem.edge_v.tolist(), strict=True))
    designs = list(every_design(prospects, ends))
    best = np.inf
    for chosen in product(*(range(len(steps[key])) for key in ROWS)):
        unit = {key: steps[key][number].typical_eur for key, number in zip(ROWS, chosen, strict=True)}
        for edges, sites in designs:
            quantity = dict.fromkeys(ROWS, 0.0)
            quantity["closure"] = quantity["termination"] = sites
            for edge in edges:
                trench = "paved" if surface[edge] == "pave" else "soil"
                quantity["overhead" if unit["overhead"] <= unit[trench] else trench] += float(metres[edge])
            in_force = tuple(
                sum(bracket.from_quantity <= quantity[key] + 1e-9 for bracket in steps[key]) - 1 for key in ROWS
            )
            if in_force == chosen:
                best = min(best, sum(unit[key] * amount for key, amount in quantity.items()))
    return best


ROWS = ("closure", "termination", "overhead", "soil", "paved")


def solve(priced: Prospects, seconds: float) -> Solution:
    return solve_as_asked(priced.variant, priced.town.study.solver).solution


def test_enumeration_lies_between_bound_and_value(small: Prospects) -> None:
    exact = discounts = best_found = 0
    for seed in range(14):
        prices = random_prices(small.prices, seed)
        prospects = price_prospects(small.town, small.opportunities, prices, Capex())
        rows = find_bracket_rows(prospects)
        if not rows or np.prod([len(row.brackets) for row in rows]) > 12:
            continue
        best = least_true_cost(small, prices)
        priced, solution, _ = solve_brackets(prospects, rows, solve, gap=0.0, time_limit_s=600)
        assert solution.plan is not None and solution.bound is not None
        assert solution.bound <= best + 0.01, seed
        assert best <= solution.plan.cost + 0.01, seed
        exact += solution.status == "optimal"
        best_found += solution.plan.cost <= best + 0.01
        lines = take_off(priced.town, priced.statement, solution.plan)
        assert total_cents(lines) == round(solution.plan.cost * 100), seed
        assert verify_variant(priced.variant, solution.plan).ok
        for row in rows:
            taken = sum(line.quantity_hundredths for line in lines if line.price.key == row.price.key) / 100
            typical = {line.price.typical_eur for line in lines if line.price.key == row.price.key}
            right = row.price.brackets[row.in_force(taken)].typical_eur
            assert typical <= {right}, seed
            discounts += right < row.price.typical_eur and taken > 0
    assert exact >= 4 and discounts >= 3 and best_found >= 9
