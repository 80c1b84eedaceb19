"""Whether the rules of who pays fit the prices that the study asks for: rates of VAT, and aid above what is paid."""

from __future__ import annotations

from decimal import Decimal

from cardio.figures import funding_and_years
from cardio.old_prices import asked_prices
from cardio.statement import Statement
from cardio.study import Study
from costing import Funding, Price, before_grants
from gis_layers import Finding, StudyError


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


def least_net(funding: Funding, price: Price, year: int) -> Decimal:
    """Net cost of a unit of money excl. tax of a row in a year, as long as no cap binds."""
    rates = (Decimal(str(grant.rate)) for grant in funding.grants if grant.takes(price, year))
    return before_grants(funding, price, year) - min(sum(rates, Decimal(0)), funding.ceiling)
