"""Prices and rules of who pays are held against each other before anything is solved; errors tell file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardio.prospects import survey_prospects
from cardio.run import run_study
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from gis_layers import Finding, StudyError
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

AT = "prices: {list: prices.yaml, date: 2026-01-01}"


def write(folder: Path, *changes: tuple[str, str], funding: str = "", prices: str = PRICES) -> Path:
    """The tiny town at a date, with changes of its study."""
    study = STUDY.replace("prices: {list: prices.yaml}", AT)
    for before, after in changes:
        assert before in study
        study = study.replace(before, after)
    return write_tiny_town(folder, study=study.replace("plan: {", f"{funding}\nplan: {{"), prices=prices)


def refusal(path: Path, scenario: str | None = None) -> StudyError:
    with pytest.raises(StudyError) as caught:
        survey_prospects(load_study(path, scenario=scenario), stopwatch=Stopwatch())
    return caught.value


def warnings(path: Path) -> list[Finding]:
    town = survey_prospects(load_study(path), stopwatch=Stopwatch()).town
    return [finding for finding in town.findings if finding.code == "net-cost-negative"]


def line_of(path: Path, words: str) -> int:
    return next(number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if words in line)


GRANT = "funding: {grants: {state: {rate: 0.3}}}"


@pytest.mark.parametrize("minimise", ["capex", "net_city_cost"])
def test_a_row_of_which_nobody_knows_the_vat_is_refused_before_the_solve(minimise: str, tmp_path: Path):
    prices = PRICES.replace("typical: 800", "typical: 800, vat_regime: fctva")
    path = write(tmp_path, ("plan: {", f"plan: {{minimise: {minimise}, "), funding=GRANT, prices=prices)
    error = refusal(path)
    assert error.message.endswith("price 'closure' is in VAT regime fctva, but nothing states its rate")
    assert error.hint == "give the row a VAT rate, or state finance.vat"
    at = f"{tmp_path / 'prices.yaml'}:2" if minimise == "capex" else f"{path}:{line_of(path, AT)}"
    assert error.message.startswith(f"{at}: price 'closure'")


def test_every_row_without_vat_rate_is_told_with_its_line(tmp_path: Path):
    prices = PRICES.replace("assumed: true", "vat_regime: deductible, assumed: true")
    lines = refusal(write(tmp_path, funding=GRANT, prices=prices)).message.splitlines()
    assert [line.partition(":")[2].partition(":")[0] for line in lines] == ["2", "3", "4"]
    assert [line.split("'")[1] for line in lines] == ["closure", "termination", "drop"]


def test_a_row_that_nothing_asks_for_may_lack_its_vat(tmp_path: Path):
    spare = PRICES + "spare: {label: Spare, unit: m, typical: 2, vat_regime: fctva, assumed: true, why: no source}\n"
    assert warnings(write(tmp_path, funding=GRANT, prices=spare)) == []


VAT = "finance: {vat: 0.055}"


def test_aid_above_what_is_paid_is_a_warning(tmp_path: Path):
    """A euro excl. tax: 1.055 x (1 - 0.16404) = 0.8819378 before grants, 0.95 of grants."""
    path = write(tmp_path, funding=f"{VAT}\nfunding: {{fctva: true, grants: {{state: {{rate: 0.95}}}}}}")
    (found,) = warnings(path)
    assert (found.severity, found.feature) == ("warning", "closure")
    assert "of each EUR excl. tax the town is left with -0.0680622, unless a cap binds" in found.message
    result = run_study(path)
    assert result.summary["cost"]["net_city_cost"] == pytest.approx(17_300 * -0.0680622, abs=0.02)
    assert found in result.findings


@pytest.mark.parametrize(
    "funding",
    [
        "{fctva: true, grants: {state: {rate: 0.88}}}",
        "{fctva: true, grants: {s: {rate: 0.95}}, own_share_at_least: 0.2}",
    ],
)
def test_aid_that_leaves_something_to_the_town_is_no_matter(funding: str, tmp_path: Path):
    assert warnings(write(tmp_path, funding=f"{VAT}\nfunding: {funding}")) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("price: closure", "price: closures", "price 'closures', asked by options.box.price, is in no price list"),
        (
            "each: termination",
            "each: drop",
            "price 'drop', asked by services.fibre_access.connection.each, is in EUR/m",
        ),
        ("pave: trench_paved", "pave: stone", "price 'stone', asked by laying.trench.by.prices.pave, is in no price"),
        ("column: surface", "column: nature", "laying.trench.by.column: the routes have no column 'nature'"),
        ("plan: {", "plan: {keep: [nowhere], ", "plan.keep: no site or route that could be of use is called nowhere"),
        (
            "plan: {",
            "finance: {investigation: {column: classe, unverified: [C], price: drop}}\nplan: {",
            "finance.investigation.column: the routes have no column 'classe'",
        ),
    ],
)
def test_what_the_town_shows_to_be_wrong_is_told_with_the_line_of_its_key(
    before: str, after: str, words: str, tmp_path: Path
):
    path = write(tmp_path, (before, after))
    line = line_of(path, after.splitlines()[0])
    assert refusal(path).message.startswith(f"{path}:{line}: {words}")


def test_a_year_without_fctva_rate_is_told_with_its_line(tmp_path: Path):
    path = write(tmp_path, (AT, AT.replace("2026", "2010")), funding=f"{VAT}\nfunding: {{fctva: true}}")
    message = refusal(path).message
    assert message.startswith(f"{path}:{line_of(path, 'fctva: true')}: no FCTVA rate is known for spending of 2010")


def test_an_error_of_a_scenario_stands_at_the_line_of_the_scenario(tmp_path: Path):
    path = write(tmp_path, ("  half:", "  wrong: {options.box.price: closures}\n  half:"))
    assert refusal(path, "wrong").message.startswith(f"{path}:{line_of(path, '  wrong:')}: price 'closures', asked by")


def accountless(path: Path) -> list[Finding]:
    town = survey_prospects(load_study(path), stopwatch=Stopwatch()).town
    return [finding for finding in town.findings if finding.code == "price-without-account"]


LIMITED = (
    "finance: {vat: 0.055, vat_regime: fctva}\n"
    "funding: {fctva: {accounts: [21]}, grants: {dsil: {rate: 0.4, accounts: [2153]}}}"
)


def test_prices_without_account_under_a_limit_of_accounts_are_told(tmp_path: Path):
    prices = PRICES.replace("typical: 800", "typical: 800, account: 2188")
    prices = prices.replace("typical: 100", "typical: 100, vat_regime: none")
    path = write(tmp_path, funding=LIMITED, prices=prices)
    fctva, dsil = accountless(path)
    assert (fctva.severity, fctva.file, fctva.feature) == ("warning", "study.yaml", "funding.fctva")
    assert "funding.fctva is limited to accounts 21, but " in fctva.message
    assert "termination" not in fctva.message, "nobody compensates a VAT that is not paid"
    assert "funding.grants.dsil is limited to accounts 2153, but " in dsil.message
    assert "termination" in dsil.message and "closure" not in dsil.message
    rules = run_study(path).summary["funding"]["rules"]
    # 17,300 in all, of which two closures at 800 have another account
    assert any(rule.startswith("FCTVA: eligible accounts 21, and €") for rule in rules)
    assert any("accounts 2153 (of which €15,700.00 excl. tax on prices without an account)" in rule for rule in rules)


def test_without_a_limit_or_with_all_accounts_nothing_is_told(tmp_path: Path):
    assert (
        accountless(write(tmp_path, funding=f"{VAT}\nfunding: {{fctva: true, grants: {{dsil: {{rate: 0.4}}}}}}")) == []
    )
