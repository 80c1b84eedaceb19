"""Money over time in a whole run: what is minimised decides the plan, and every output names it."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from cardio.alternatives import find_alternatives
from cardio.explain import explain_study
from cardio.frontier import trace_frontier
from cardio.run import RunResult, run_study
from cardio.study import load_study
from cardio.texts import say_result
from gis_layers import StudyError
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

# 15 years at 3.2 %: (1 - 1.032^-15) / 0.032 = 11.7669...
ANNUITY = (1 - 1.032**-15) / 0.032
FINANCE = "finance: {base_year: 2026, horizon_years: 15, discount_rate: 0.032}\nplan: {"
LEASED = STUDY.replace("price: trench_soil}", "price: trench_soil}\n  lease: {price: leased_duct}").replace(
    "price: parking_meter", "price: cheap_meter"
)
LEASE_PRICES = (
    PRICES
    + """
leased_duct: {label: Cable in a leased duct, unit: m, typical: 5, assumed: true, why: test, opex: [rent]}
rent: {label: Rent of a duct, unit: m/year, typical: 2, assumed: true, why: test}
cheap_meter: {label: Meter, unit: each, typical: 1000, assumed: true, why: test, opex: [care], lifetime_years: 10}
care: {label: Care of a meter, unit: each/year, typical: 100, assumed: true, why: test}
"""
)
TIME = LEASED.replace("plan: {", FINANCE)
PRESENT = TIME.replace("plan: {", "plan: {minimise: present_value, ")


def plan(folder: Path, study: str, **options: object) -> RunResult:
    return run_study(write_tiny_town(folder, study=study, prices=LEASE_PRICES), **options)  # type: ignore[arg-type]


def built(result: RunResult) -> dict[str, float]:
    metres: dict[str, float] = result.summary["build"]["routes_m"]
    return metres


def meters_over_time() -> float:
    """Two meters: bought, renewed after 10 years, half of that left after 15, run for 100 a year each."""
    return 2 * (1000 + 1000 / 1.032**10 - 500 / 1.032**15 + 100 * ANNUITY)


def test_capex_leases_and_present_value_digs(tmp_path: Path):
    """A leased duct costs 5 EUR/m and 2 a year, 28.53 over 15 years; a trench in soil costs 15 once."""
    cheap, lasting = plan(tmp_path / "a", TIME), plan(tmp_path / "b", PRESENT)
    assert built(cheap) == {"trench": 0.0, "lease": 400.0}
    assert built(lasting) == {"trench": 400.0, "lease": 0.0}
    fibre = 2 * 800 + 2 * 100 + 50 * 2  # closures, terminations, drops
    assert cheap.summary["cost"]["capex"] == fibre + 400 * 5 + 2000
    assert lasting.summary["cost"]["capex"] == fibre + 400 * 15 + 2000
    assert cheap.summary["objective"]["value"] == cheap.summary["cost"]["capex"]
    assert lasting.summary["objective"]["value"] == pytest.approx(fibre + 6000 + meters_over_time(), abs=0.02)
    leased = fibre + 400 * (5 + 2 * ANNUITY) + meters_over_time()
    assert cheap.summary["cost"]["present_value"] == pytest.approx(leased, abs=0.02)


def test_value_bound_and_gap_are_of_the_figure_and_name_it(tmp_path: Path):
    result = plan(tmp_path, PRESENT)
    objective, cost, baseline = (result.summary[name] for name in ("objective", "cost", "baseline"))
    assert (objective["name"], objective["minimise"], objective["gap"]) == ("least_cost", "present_value", 0.0)
    assert objective["basis"].startswith("present value excl. tax")
    assert "15 years in service, 3.2 % a year, real terms, at the beginning of 2026" in objective["basis"]
    assert objective["value"] == cost["present_value"]
    assert objective["value"] - 0.01 <= objective["bound"] <= objective["value"]
    assert baseline["basis"] == objective["basis"]
    assert baseline["greedy_cost"] >= objective["value"] - 0.01
    assert json.loads(json.dumps(result.summary)) == result.summary


def test_running_costs_are_told_without_finance_and_unknown_ones_named(tmp_path: Path):
    cost = plan(tmp_path, LEASED).summary["cost"]
    assert cost["opex_per_year"] == 400 * 2 + 2 * 100
    assert cost["opex_not_stated"] == ["closure", "drop", "termination"]
    assert (cost["present_value"], cost["equivalent_annual_cost"], cost["finance"]) == (None, None, None)
    assert (cost["do_nothing"], cost["with_existing"]) == (None, None)


def test_cash_flows_add_up_to_the_summary(tmp_path: Path):
    result = plan(tmp_path, TIME)
    assert result.deliverable is not None and result.deliverable.money is not None
    cash, cost = result.deliverable.money.cash, result.summary["cost"]
    assert cash is not None and cash.plan is not None
    frame = cash.plan.frame
    sums = frame.groupby("item")["amount_eur"].sum()
    assert sums["capex"] == cost["capex"]
    assert sums["opex"] == 15 * cost["opex_per_year"]
    assert round(frame["present_eur"].sum(), 2) == cost["present_value"]
    assert cost["equivalent_annual_cost"] == pytest.approx(cost["present_value"] / ANNUITY, abs=0.01)
    assert set(frame["year"]) == set(range(2026, 2041))


# only trenches: what is least in one figure is least in the other
DUG = PRESENT.replace("  lease: {price: leased_duct}\n", "")
PHASED = DUG.replace("minimise: present_value, ", "minimise: present_value, phases: {2026: {budget: 6000}, 2028: {}}, ")


def test_budgets_of_years_stay_on_capex_and_later_works_count_less(tmp_path: Path):
    result = plan(tmp_path, PHASED)
    first, second = result.summary["phases"]
    assert 0 < first["capex"] + second["capex"] == result.summary["cost"]["capex"]
    assert first["capex"] == 0  # nothing is due before the end of 2028, and later is cheaper
    in_one_year = plan(tmp_path / "one", DUG).summary["objective"]["value"]
    assert result.summary["objective"]["value"] == pytest.approx(in_one_year / 1.032**2, abs=0.02)
    assert result.summary["cost"]["present_value"] == result.summary["objective"]["value"]


def test_waiting_for_the_last_year_is_told_and_no_saving(tmp_path: Path):
    result = plan(tmp_path, PHASED)
    in_one_year = plan(tmp_path / "one", DUG).summary["objective"]["value"]
    assert result.summary["postponed"] == {
        "year": 2028,
        "first_year": 2026,
        "value": result.summary["objective"]["value"],
        "value_in_first_year": in_one_year,
    }
    (found,) = [finding for finding in result.findings if finding.code == "postponed-by-discounting"]
    assert found.severity == "note" and f"{in_one_year:,.2f} EUR" in found.message
    assert result.deliverable is not None and found in result.deliverable.findings
    assert f"built in 2026 they come to {in_one_year:,.2f} EUR; the difference is discount" in say_result(result)
    assert result.summary["findings"]["note"] == sum(each.severity == "note" for each in result.findings)


@pytest.mark.parametrize(
    "change",
    [
        ("2026: {budget: 6000}, 2028: {}", "2026: {targets: {fibre: 0.5}}, 2028: {}"),  # some works are due
        ("2026: {budget: 6000}, 2028: {}", "2028: {}"),  # no year to wait for
        ("discount_rate: 0.032", "discount_rate: 0.0"),  # nothing is won by waiting
        ("minimise: present_value, ", ""),
    ],
)
def test_nothing_is_told_where_works_are_due_or_nothing_is_discounted(change: tuple[str, str], tmp_path: Path):
    assert change[0] in PHASED
    result = plan(tmp_path, PHASED.replace(*change))
    assert result.summary["postponed"] is None and "waits " not in say_result(result)
    assert not [finding for finding in result.findings if finding.code == "postponed-by-discounting"]


def test_most_coverage_then_least_present_value_within_a_budget_of_capex(tmp_path: Path):
    study = DUG.replace("minimise:", "objective: most_coverage, budget: 100000, minimise:")
    objective = plan(tmp_path, study).summary["objective"]
    assert (objective["unit"], objective["value"]) == ("share", 1.0)
    assert objective["then"]["minimise"] == "present_value"
    assert objective["then"]["basis"].startswith("present value")


def test_the_budget_limits_capex_whatever_is_minimised(tmp_path: Path):
    """Digging costs 9,900 EUR; its present value is above the budget, and does not count against it."""
    result = plan(tmp_path, DUG.replace("minimise:", "budget: 10000, minimise:"))
    assert result.summary["cost"]["capex"] == 9900 < 10_000 < result.summary["objective"]["value"]
    assert "of a budget of 10,000.00 EUR" in say_result(result)


@pytest.mark.parametrize("limit", ["budget: 6000", "phases: {2026: {}, 2027: {budget: 6000}}"])
def test_budgets_that_would_have_to_choose_the_way_of_laying_are_refused(limit: str, tmp_path: Path):
    """Leased ducts fit 6,000 EUR, trenches do not: the program, which only knows trenches, must not say none fits."""
    with pytest.raises(StudyError, match=r"present_value with budgets: on \d+ route segments") as caught:
        plan(tmp_path, PRESENT.replace("minimise:", f"{limit}, minimise:"))
    assert "scenario" in caught.value.hint


EXISTING = "existing: {bays: {price: cheap_meter, built: %s}}"


def with_years(folder: Path, years: list[object], built: str = "{column: ANNEE}") -> RunResult:
    study = TIME.replace("0.032}", f"0.032, {EXISTING % built}}}")
    path = write_tiny_town(folder, study=study, prices=LEASE_PRICES)
    bays = gpd.read_file(folder / "town.gpkg", layer="bays").assign(ANNEE=years)
    bays.to_file(folder / "town.gpkg", layer="bays", driver="GPKG")
    return run_study(path)


def test_doing_nothing_is_told_beside_the_plan(tmp_path: Path):
    """Two places count as meters of 2019 and 2012: renewed in 2029 and 2039, and in 2026 (overdue) and 2036."""
    result = with_years(tmp_path, [2019, 2012])
    cost = result.summary["cost"]
    renewals = sum(1000 / 1.032**year for year in (3, 13, 0, 10)) - (800 + 500) / 1.032**15
    nothing = 200 * ANNUITY + renewals
    assert cost["do_nothing"]["present_value"] == pytest.approx(nothing, abs=0.15)
    assert cost["do_nothing"]["opex_per_year"] == 200
    assert cost["with_existing"]["present_value"] == pytest.approx(
        cost["do_nothing"]["present_value"] + cost["present_value"], abs=0.001
    )
    assert not [finding for finding in result.findings if finding.code == "built-year-unusable"]


@pytest.mark.parametrize("year", ["deux mille", "", None, "2206", "12", "2019bis"])
def test_bad_years_are_findings_and_never_renewed(year: object, tmp_path: Path):
    result = with_years(tmp_path, ["2012", year])
    found = [finding for finding in result.findings if finding.code == "built-year-unusable"]
    assert [(finding.severity, finding.layer) for finding in found] == [("warning", "bays")]
    assert found[0].message.startswith("ANNEE: " + (str(year) if year else "no year"))
    cost = result.summary["cost"]
    assert cost["do_nothing"]["opex_per_year"] == 200
    renewals = 1000 + 1000 / 1.032**10 - 500 / 1.032**15
    assert cost["do_nothing"]["present_value"] == pytest.approx(200 * ANNUITY + renewals, abs=0.15)


def test_a_date_tells_its_year_and_one_year_may_stand_for_all(tmp_path: Path):
    dated = with_years(tmp_path / "a", ["2012-05-31", "2012"]).summary["cost"]["do_nothing"]
    stated = with_years(tmp_path / "b", ["x", "y"], built="2012").summary["cost"]["do_nothing"]
    assert dated == stated


@pytest.mark.parametrize(
    ("existing", "words"),
    [
        ("{bays: {price: cheap_meter, built: {column: AN}}}", "layer 'bays' (town.gpkg) has no column 'AN'"),
        ("{bays: {price: metre, built: 2012}}", "price 'metre', asked by finance.existing.bays.price"),
        ("{bays: {price: leased_duct, built: 2012}}", "is in EUR/m, but layer bays does not have only lines"),
        (
            "{bais: {price: cheap_meter, built: 2012}}",
            "finance.existing.bais: no layer is named bais; did you mean bays?",
        ),
        ("{bays: {price: cheap_meter, built: soon}}", "finance.existing.bays.built: "),
        ("{bays: {price: cheap_meter}}", "finance.existing.bays.built: missing"),
        (
            "{bays: {price: cheap_meter, built: 2040}}",
            "finance.existing.bays.built: 2040 is after 2026, the base year: what exists was built by then",
        ),
    ],
)
def test_what_exists_must_be_known(existing: str, words: str, tmp_path: Path):
    study = TIME.replace("0.032}", f"0.032, existing: {existing}}}")
    with pytest.raises(StudyError) as caught:
        plan(tmp_path, study)
    assert words in caught.value.message


def test_lines_that_exist_count_their_metres(tmp_path: Path):
    """1,200 m of streets and three spurs of 20 m are run at 2 EUR/m a year."""
    study = TIME.replace("0.032}", "0.032, existing: {streets: {price: leased_duct, built: 1990}}}")
    assert plan(tmp_path, study).summary["cost"]["do_nothing"]["opex_per_year"] == 1260 * 2


@pytest.mark.parametrize(
    ("finance", "words"),
    [
        ("horizon_years: 15", "horizon_years and discount_rate go together"),
        ("horizon_years: 0, discount_rate: 0.03, base_year: 2026", "finance.horizon_years: "),
        ("horizon_years: 15, discount_rate: 3.2, base_year: 2026", "finance.discount_rate: "),
        ("horizon_years: 15, discount_rate: -0.01, base_year: 2026", "finance.discount_rate: "),
        ("horizon_years: 15, discount_rate: 0.03, base_year: 26", "finance.base_year: "),
        ("horizon_years: 15, discount_rate: 0.03", "finance: base_year: missing; give it, prices.date or plan.phases"),
        (
            "horizon_years: 15, discount_rate: 0.03, base_year: 2026, inflation: 0.02",
            "inflation goes with terms: nominal",
        ),
        ("horizon_years: 15, discount_rate: 0.03, base_year: 2026, terms: nominal", "those terms need it"),
        (
            "horizon_years: 15, discount_rate: 0.01, base_year: 2026, terms: nominal, inflation: 0.02",
            "a nominal discount_rate includes inflation",
        ),
        ("base_year: 2026, terms: real", "base_year, terms need horizon_years and discount_rate"),
    ],
)
def test_settings_that_do_not_fit_are_refused(finance: str, words: str, tmp_path: Path):
    path = write_tiny_town(tmp_path, study=LEASED.replace("plan: {", f"finance: {{{finance}}}\nplan: {{"))
    with pytest.raises(StudyError) as caught:
        load_study(path)
    assert words in caught.value.message


def test_present_value_needs_a_horizon(tmp_path: Path):
    path = write_tiny_town(tmp_path, study=STUDY.replace("plan: {", "plan: {minimise: present_value, "))
    with pytest.raises(StudyError, match=r"plan.minimise: present_value needs finance.horizon_years"):
        load_study(path)


@pytest.mark.parametrize(
    ("change", "year"),
    [("", 2026), ("prices.date", 2025), ("plan.phases", 2029)],
)
def test_the_base_year_follows_prices_then_phases(change: str, year: int, tmp_path: Path):
    study = TIME
    if change:
        study = study.replace("base_year: 2026, ", "")
    if change == "prices.date":
        study = study.replace("list: prices.yaml", "list: prices.yaml, date: 2025-06-30")
    if change == "plan.phases":
        study = study.replace("plan: {", "plan: {phases: {2029: {}, 2031: {}}, ")
    finance = load_study(write_tiny_town(tmp_path, study=study, prices=LEASE_PRICES)).finance
    assert finance is not None and finance.base_year == year


def test_report_workbook_and_terminal_name_the_figure(tmp_path: Path):
    result = plan(tmp_path, PRESENT, out=tmp_path / "out")
    value = f"{result.summary['objective']['value']:,.2f}"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Judged by present value excl. tax of investment, renewals and running costs less residual, 15 years" in page
    assert value in page and "Cash flows" in page
    assert "Judged by present value" in (tmp_path / "out" / "map.html").read_text(encoding="utf-8")
    said = say_result(result)
    assert f"cost       {value} EUR (present value excl. tax" in said
    assert f"capex      {result.summary['cost']['capex']:,.2f} EUR (excl. tax)" in said
    book = openpyxl.load_workbook(tmp_path / "out" / "plan.xlsx")
    stored = openpyxl.load_workbook(tmp_path / "out" / "plan.xlsx", data_only=True)["Cash flows"]
    assert stored["B12"].value == result.summary["cost"]["present_value"]
    assert book["Cash flows"]["B12"].value == "=SUM(B9:B11)"


def test_other_commands_tell_the_basis_and_their_amounts_are_of_it(tmp_path: Path):
    path = write_tiny_town(tmp_path, study=PRESENT, prices=LEASE_PRICES)
    value = run_study(path).summary["objective"]["value"]
    explained = explain_study(path, "fibre").document
    curve = trace_frontier(path, points=2).document
    others = find_alternatives(path, within=0.05, count=1).document
    for document in (explained, curve, others):
        assert document["basis"].startswith("present value excl. tax")
    assert others["plans"][0]["value"] == value
    assert curve["points"][-1]["value"] == pytest.approx(value, abs=0.01)
