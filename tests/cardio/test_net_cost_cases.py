"""Net cost by cases of eligible spending: known cases by hand, and enumeration of every plan of a small town."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from cardio.net_cost import solve_net_cost
from cardio.net_cost_cases import Case, every_plan, full_cents, split_case, worst_weights
from cardio.prospects import Prospects, price_prospects
from cardio.solving import Answer
from costing import Capex, Funding, Grant, Line, NetCityCost, NetCost, Price, grants_as_weighed, net_city_cost
from optimise import verify_variant
from tests.cardio.loop_town import every_design, survey_loop_town

ACCOUNTS = {"closure": "2158", "termination": "2158", "overhead": "2152", "soil": "2153", "paved": "2153"}
ROUNDING_EUR = 1.0
Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prospects:
    return survey_loop_town(tmp_path_factory.mktemp("loop"))


# Cases


def spending(price: Price, eligible_eur: float, other_eur: float, funding: Funding) -> NetCityCost:
    """Net cost of a plan that spends so much on trenches, account 2153, and on the rest."""
    rows = (replace(price, account=account) for account in ("2153", "2158"))
    amounts = (round(100 * eligible_eur), round(100 * other_eur))
    lines = [Line("work", "route", row, 100, cents) for row, cents in zip(rows, amounts, strict=True)]
    return net_city_cost(lines, [2026, 2026], funding)


def test_a_case_is_split_at_the_spending_from_which_the_cap_binds(small: Prospects) -> None:
    funding = Funding(grants=(Grant("trenches", 0.6, 1000.0, accounts=("2153",)),))
    assert full_cents(funding, 0) == 166_666  # 60 % of 1,666.66 EUR are 999.996 EUR
    price = small.prices["soil"]
    plans = [spending(price, 3000, 0, funding), spending(price, 0, 1900, funding)]
    assert [plan.total for plan in plans] == [200_000, 190_000]
    rows = [replace(price, account="2153"), replace(price, account="2158")]
    weights, reach = worst_weights(funding, rows, 2026, every_plan(funding), plans)
    # 3,000 - 1,800 w - 1,000 (1 - w) = 1,900 - 1,000 (1 - w) at w = 1,100/1,800
    assert weights.uncapped[0] == pytest.approx(11 / 18)
    assert reach == pytest.approx(900 + 1000 * 11 / 18)
    parts = split_case(funding, every_plan(funding), weights, plans)
    assert parts == (Case((0,), (166_666,)), Case((166_667,), (None,)))
    below, above = parts
    assert (below.holds(plans[0]), below.holds(plans[1])) == (False, True)
    assert (above.holds(plans[0]), above.holds(plans[1]), above.keeps(plans[1])) == (True, False, True)
    assert worst_weights(funding, rows, 2026, below, plans)[0].uncapped == (1.0,)
    assert worst_weights(funding, rows, 2026, above, plans)[0].uncapped == (0.0,)


@pytest.mark.parametrize("least", [0, 100_000, 250_000])
def test_a_figure_never_exceeds_the_net_cost_of_a_plan_of_its_case(least: int, small: Prospects) -> None:
    funding = Funding(grants=(Grant("trenches", 0.6, 1000.0, accounts=("2153",)), Grant("all", 0.1)))
    price, rng = small.prices["soil"], np.random.default_rng(least)
    plans = [spending(price, *rng.uniform(0, 5000, 2).round(2), funding) for _ in range(30)]
    case = Case((least, 0), (None, None))
    rows = [replace(price, account="2153"), replace(price, account="2158")]
    for count in range(1, 30):
        weights, reach = worst_weights(funding, rows, 2026, case, plans[:count])
        for plan in plans:
            looks = float(plan.before_grants - grants_as_weighed(plan, funding, weights))
            assert looks <= plan.total + 2 or not case.holds(plan)
        own = min(float(plan.before_grants - grants_as_weighed(plan, funding, weights)) for plan in plans[:count])
        assert own / 100 == pytest.approx(reach, abs=0.02)
        figure = NetCost(funding, weights, 2026)
        assert all(figure.unit_value(row) >= 0 for row in rows)


# Enumeration


def draw_study(small: Prospects, seed: int, *, budget: bool) -> Prospects:
    """The small town at other prices, with grants whose caps lie amid what plans spend.

    With a budget, that pays for a part of the plans, there is one way of laying: the two do not go together.
    """
    rng = np.random.default_rng(seed)
    prices = {
        key: replace(
            small.prices[key],
            typical_eur=float(rng.integers(300, 3000) if key in ("closure", "termination") else rng.integers(4, 40)),
            account=account,
        )
        for key, account in ACCOUNTS.items()
    }
    trenches = Grant("trenches", float(rng.choice([0.4, 0.6, 0.8])), float(rng.integers(500, 4000)), accounts=("2153",))
    sites = Grant("sites", 0.5, float(rng.integers(300, 2500)), accounts=("2158",))
    everything = Grant("all", 0.15, float(rng.integers(200, 2000)))
    grants = [(trenches,), (trenches, sites), (trenches, everything), (replace(trenches, cap_eur=None), sites)]
    funding = Funding(vat_rate=0.2, vat_regime="fctva", grants=grants[seed % 4])
    solver = replace(small.town.study.solver, gap=0.001)
    study = replace(small.town.study, funding=funding, minimise="net_city_cost", solver=solver, spending_year=2026)
    if budget:
        study = replace(study, laying=tuple(way for way in study.laying if way.name == "trench"))
    prospects = price_prospects(replace(small.town, study=study), small.opportunities, prices, Capex())
    if not budget:
        return prospects
    most = float(np.round(np.quantile(every_cost(prospects).sum(axis=1), 0.1)))
    study = replace(study, budget_eur=most)
    return price_prospects(replace(small.town, study=study), small.opportunities, prices, Capex())


def every_cost(prospects: Prospects) -> Floats:
    """(n, 3) spending on 2152, 2153 and 2158 of every plan, EUR excl. tax: each street overhead or in a trench."""
    problem, opportunities = prospects.statement.problem, prospects.opportunities
    metres = opportunities.routes.length_m[prospects.statement.segments]
    surface = opportunities.routes.attributes["surface"].to_numpy()[prospects.statement.segments]
    unit = {key: prospects.prices[key].typical_eur for key in ACCOUNTS}
    trench = metres * np.where(surface == "pave", unit["paved"], unit["soil"])
    overhead = metres * unit["overhead"]
    rows = []
    ends = list(zip(problem.edge_u.tolist(), problem.edge_v.tolist(), strict=True))
    for edges, sites in every_design(prospects, ends):
        chosen = np.array(edges, dtype=np.int64)
        every_way = [False, True] if len(prospects.town.study.laying) > 1 else [True]
        ways = np.array(list(product(every_way, repeat=len(edges))), dtype=np.bool_)
        in_trench = (ways * trench[chosen]).sum(axis=1)
        in_air = (~ways * overhead[chosen]).sum(axis=1)
        equipment = np.full(len(ways), sites * (unit["closure"] + unit["termination"]))
        rows.append(np.column_stack([in_air, in_trench, equipment]))
    return np.concatenate(rows)


def least_net_cost(prospects: Prospects) -> float:
    study, spent = prospects.town.study, every_cost(prospects)
    funding = study.funding
    assert funding is not None
    if study.budget_eur is not None:
        spent = spent[spent.sum(axis=1) <= study.budget_eur + 1e-6]
    aid = np.zeros(len(spent))
    for grant in funding.grants:
        columns = [number for number, account in enumerate(("2152", "2153", "2158")) if account in grant.accounts]
        eligible = spent[:, columns].sum(axis=1) if grant.accounts else spent.sum(axis=1)
        aid += np.minimum(grant.rate * eligible, np.inf if grant.cap_eur is None else grant.cap_eur)
    return float((1.2 * spent.sum(axis=1) - np.minimum(aid, spent.sum(axis=1))).min())


def solve(prospects: Prospects) -> Answer:
    priced, answer = solve_net_cost(prospects)
    assert answer.solution.plan is not None
    assert verify_variant(priced.variant, answer.solution.plan).ok
    return answer


@pytest.mark.parametrize("budget", [False, True])
def test_enumeration_lies_between_bound_and_value(budget: bool, small: Prospects) -> None:
    closed = best = 0
    for seed in range(18):
        prospects = draw_study(small, seed, budget=budget)
        least = least_net_cost(prospects)
        answer = solve(prospects)
        proven = answer.proven
        assert proven is not None
        assert proven.bound <= least + 0.01, seed
        assert least <= proven.value + ROUNDING_EUR, seed
        closed += answer.solution.status in ("optimal", "within_gap")
        best += proven.value <= least * 1.001 + ROUNDING_EUR
        assert (proven.gap or 0.0) < 0.02, seed
    # where ways of laying differ in what is eligible, the rows of the program are weaker
    assert closed >= (18 if budget else 12) and best >= 18
