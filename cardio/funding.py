"""Who pays for a plan: the rules of the study worked out on its lines, as frames, totals and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from cardio.funding_texts import say_rules
from cardio.study import Study
from costing import Funding, Line, LoanYear, NetCityCost, amortise, is_got_back, net_city_cost


@dataclass(frozen=True)
class FundingResult:
    """Who pays for a plan. Amounts are of the works, without contingency and fees, undiscounted.

    Attributes
    ----------
    funding : Funding
        The rules.
    cost : NetCityCost
        To the cent.
    by_year : DataFrame
        year, excl_tax_eur, vat_eur, incl_tax_eur, vat_back_eur, fctva_eur, grants_eur, net_city_cost_eur.
    vat : DataFrame
        year, regime, rate, compensated, excl_tax_eur, vat_eur, incl_tax_eur: one row for each rule of VAT and year.
    grants : DataFrame
        name, rate, eligible_eur, asked_eur, cap_eur, capped_eur, awarded_eur, cut_eur: in the order of the study; the
        ceiling of all grants together took what is cut.
    paid : DataFrame
        name, year, paid_eur: payments of the grants.
    loan : DataFrame
        year, drawn_eur, interest_eur, repayment_eur, annuity_eur, owed_eur; empty without a loan.
    totals : mapping of str to float
        The columns of `by_year` summed, and ceiling_eur.
    by_row : DataFrame
        year, price_key, account, regime, rate, compensated, excl_tax_eur, eligible (tuple of bool, one a grant): one
        row for each year of spending and price row, in order of first use.
    rules : tuple of str
        Every rule in words with its figures, in the language of the study.
    """

    funding: Funding
    cost: NetCityCost
    by_year: pd.DataFrame
    vat: pd.DataFrame
    grants: pd.DataFrame
    paid: pd.DataFrame
    loan: pd.DataFrame
    totals: Mapping[str, float]
    by_row: pd.DataFrame
    rules: tuple[str, ...]


def fund_plan(study: Study, lines: Sequence[Line], years: Sequence[int]) -> FundingResult | None:
    """Work out who pays for the lines of a plan; None where the study states neither VAT nor funding.

    Parameters
    ----------
    years : sequence of int
        Calendar year of each line.

    Raises
    ------
    StudyError
        A year without FCTVA rate, or a price row without VAT rate.
    """
    if study.funding is None:
        return None
    cost = net_city_cost(lines, years, study.funding)
    by_year = _by_year(cost)
    totals = {name: round(float(by_year[name].sum()), 2) for name in by_year.columns if name != "year"}
    return FundingResult(
        funding=study.funding,
        cost=cost,
        by_year=by_year,
        vat=_vat(cost),
        grants=_grants(cost),
        paid=_paid(cost),
        loan=_loan(study.funding, cost),
        totals={**totals, "ceiling_eur": cost.ceiling / 100},
        by_row=_by_row(study.funding, cost, lines, years),
        rules=say_rules(cost, study.funding, study.language, study.currency, study.labels),
    )


def funding_entry(result: FundingResult | None) -> dict[str, Any] | None:
    """Return the entry ``funding`` of summary.json; null where the study does not ask."""
    if result is None:
        return None
    frames = {"by_year": result.by_year, "vat": result.vat, "grants": result.grants, "loan": result.loan}
    rows = {name: frame.astype(object).where(frame.notna(), None).to_dict("records") for name, frame in frames.items()}
    return {**rows, "totals": dict(result.totals), "rules": list(result.rules)}


BY_YEAR = ("excl_tax", "vat", "incl_tax", "vat_back", "fctva", "grants", "net_city_cost")


def _by_year(cost: NetCityCost) -> pd.DataFrame:
    rows = []
    for year in cost.years:
        taxed = [row for row in cost.taxed if row.year == year]
        excl_tax, vat = sum(row.excl_tax for row in taxed), sum(row.vat for row in taxed)
        back = sum(row.vat for row in taxed if is_got_back(row))
        fctva, grants = cost.fctva.get(year, 0), sum(row.paid.get(year, 0) for row in cost.grants)
        net = excl_tax + vat - back - fctva - grants
        rows.append((year, *_eur(excl_tax, vat, excl_tax + vat, back, fctva, grants, net)))
    return pd.DataFrame(rows, columns=["year", *(f"{name}_eur" for name in BY_YEAR)])


def _eur(*cents: int) -> tuple[float, ...]:
    return tuple(amount / 100 for amount in cents)


def _vat(cost: NetCityCost) -> pd.DataFrame:
    rows = [
        (row.year, row.regime, float(row.rate), row.compensated, *_eur(row.excl_tax, row.vat, row.excl_tax + row.vat))
        for row in cost.taxed
    ]
    return pd.DataFrame(
        rows, columns=["year", "regime", "rate", "compensated", "excl_tax_eur", "vat_eur", "incl_tax_eur"]
    )


def _by_row(funding: Funding, cost: NetCityCost, lines: Sequence[Line], years: Sequence[int]) -> pd.DataFrame:
    cents: dict[tuple[int, str], int] = {}
    for line, year in zip(lines, years, strict=True):
        cents[year, line.price.key] = cents.get((year, line.price.key), 0) + line.amount_cents
    prices = {line.price.key: line.price for line in lines}
    rows = [
        {
            "year": year,
            "price_key": key,
            "account": price.account,
            "regime": funding.regime(price),
            "rate": float(funding.vat(price)),
            "compensated": funding.has_fctva(price),
            "excl_tax_eur": cents.get((year, key), 0) / 100,
            "eligible": tuple(grant.takes(price, year) for grant in funding.grants),
        }
        for year in sorted({row.year for row in cost.taxed})
        for key, price in prices.items()
    ]
    columns = ["year", "price_key", "account", "regime", "rate", "compensated", "excl_tax_eur", "eligible"]
    return pd.DataFrame(rows, columns=columns)


def _grants(cost: NetCityCost) -> pd.DataFrame:
    rows = [
        {
            "name": row.grant.name,
            "rate": row.grant.rate,
            "eligible_eur": sum(row.eligible.values()) / 100,
            "asked_eur": row.asked / 100,
            "cap_eur": row.grant.cap_eur,
            "capped_eur": row.capped / 100,
            "awarded_eur": row.awarded / 100,
            "cut_eur": (row.capped - row.awarded) / 100,
        }
        for row in cost.grants
    ]
    columns = ["name", "rate", "eligible_eur", "asked_eur", "cap_eur", "capped_eur", "awarded_eur", "cut_eur"]
    return pd.DataFrame(rows, columns=columns)


def _paid(cost: NetCityCost) -> pd.DataFrame:
    rows = [(row.grant.name, year, cents / 100) for row in cost.grants for year, cents in row.paid.items()]
    return pd.DataFrame(rows, columns=["name", "year", "paid_eur"])


def _loan(funding: Funding, cost: NetCityCost) -> pd.DataFrame:
    table: tuple[LoanYear, ...] = ()
    if funding.loan is not None and cost.years:
        table = amortise(funding.loan, cost.total, cost.years[0])
    rows = [{**asdict(row), "annuity": row.interest + row.repayment} for row in table]
    cents = pd.DataFrame(rows, columns=["year", "drawn", "interest", "repayment", "annuity", "owed"])
    amounts = cents.drop(columns="year").astype(float).div(100).add_suffix("_eur")
    return pd.concat([cents[["year"]], amounts], axis=1)
