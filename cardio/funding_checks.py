"""Whether the rules of who pays fit the prices that the study asks for: rates of VAT, accounts, aid above the cost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cardio.figures import funding_and_years
from cardio.old_prices import asked_prices
from cardio.statement import Statement
from cardio.study import Study
from costing import Funding, Price, before_grants
from gis_layers import Finding, StudyError

MOST_LISTED = 10


def require_vat_rates(study: Study, statement: Statement) -> None:
    """Refuse price rows that any work would pay and of which nobody knows the VAT, before anything is solved.

    Raises
    ------
    StudyError
        Lists them all, each with the place of its row.
    """
    if study.funding is None:
        return
    complaints: dict[str, str] = {}
    hint = ""
    for price in asked_prices(statement):
        try:
            study.funding.vat(price)
        except StudyError as error:
            place = study.price_places.get((price.key,), study.place_of("prices.list"))
            complaints[price.key], hint = f"{place}: {error.message}", error.hint
    if complaints:
        raise StudyError("\n".join(complaints.values()), hint)


def overfunded_prices(study: Study, statement: Statement) -> tuple[Finding, ...]:
    """Tell of rules by which the town is paid more than it pays; the row of which it keeps most stands for all.

    That is a warning and no refusal: the rules are those that the study states, caps or other rows may still leave the
    plan a cost, and capex is minimised all the same. Where the net cost is minimised, `costing.NetCost` refuses.
    """
    if study.funding is None:
        return ()
    funding, years = funding_and_years(study)
    rows = {price.key: price for price in asked_prices(statement)}
    nets = ((least_net(funding, price, year), key, year) for key, price in sorted(rows.items()) for year in years)
    net, key, year = min(nets, default=(Decimal(0), "", 0))
    if net >= 0:
        return ()
    return (
        Finding(
            "warning",
            "net-cost-negative",
            "",
            study.path.name,
            key,
            message=(
                f"funding: grants and FCTVA pay for more than price {key} costs in {year}: of each {study.currency} "
                f"excl. tax the town is left with {net.normalize():f}, unless a cap binds"
            ),
            done="worked out as stated: the net city cost may be below 0, and a loan is then of nothing",
            advice="check the rates, or state funding.own_share_at_least or funding.public_aid_at_most",
        ),
    )


def accountless_prices(study: Study, statement: Statement) -> tuple[Finding, ...]:
    """Tell of prices that count for a grant or FCTVA limited to accounts only because they state none."""
    funding = study.funding
    if funding is None:
        return ()
    missing = {price.key: price for price in asked_prices(statement) if not price.account}
    found = [
        _accountless(study, f"funding.grants.{grant.name}", grant.accounts, sorted(missing))
        for grant in funding.grants
        if grant.accounts and missing
    ]
    compensated = sorted(key for key, price in missing.items() if funding.has_fctva(price))
    if funding.fctva is not None and funding.fctva.accounts and compensated:
        found.insert(0, _accountless(study, "funding.fctva", funding.fctva.accounts, compensated))
    return tuple(found)


def _accountless(study: Study, rule: str, accounts: Sequence[str], keys: Sequence[str]) -> Finding:
    listed = ", ".join(keys[:MOST_LISTED]) + (", ..." if len(keys) > MOST_LISTED else "")
    prices = "a price that the study asks for states" if len(keys) == 1 else f"{len(keys)} prices asked for state"
    return Finding(
        "warning",
        "price-without-account",
        "",
        study.path.name,
        rule,
        message=f"{rule} is limited to accounts {', '.join(accounts)}, but {prices} no account: {listed}",
        done="counted as eligible, which may make the aid too high",
        advice="state the account of these rows in the price list (account), or remove the limit",
    )


def least_net(funding: Funding, price: Price, year: int) -> Decimal:
    """Net cost of a unit of money excl. tax of a row in a year, as long as no cap binds."""
    rates = (Decimal(str(grant.rate)) for grant in funding.grants if grant.takes(price, year))
    return before_grants(funding, price, year) - min(sum(rates, Decimal(0)), funding.ceiling)
