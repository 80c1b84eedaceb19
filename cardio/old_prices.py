"""Prices that a study asks for and that are old at its date: used, and told."""

from __future__ import annotations

from cardio.statement import Statement
from cardio.study import Study
from costing import Price
from gis_layers import Finding


def obsolete_prices(study: Study, statement: Statement) -> tuple[Finding, ...]:
    """Tell of every obsolete price that any work, or its running costs, would pay; one finding a row."""
    rows = {price.key: price for price in asked_prices(statement)}
    rows |= {running.key: running for price in tuple(rows.values()) for running in price.opex}
    settings = study.price_settings
    file = "" if study.price_file is None else study.price_file.name
    return tuple(
        Finding(
            "warning",
            "obsolete-price",
            "",
            file if key in study.price_entries else "",
            key,
            message=(
                f"price {key} is of {price.dated}, more than {settings.obsolete_after_years} years before "
                f"prices.date {settings.date}: {price.typical_eur:g} {study.currency}/{price.unit}"
            ),
            done="used as it is, graded obsolete",
            advice="give a newer price, or an index (prices.indices) with a newer value that revises it",
        )
        for key, price in sorted(rows.items())
        if price.obsolete
    )


def asked_prices(statement: Statement) -> tuple[Price, ...]:
    """Every price row that something to build would pay."""
    rates = (rate for group in (*statement.routes.tariffs, *statement.candidates.rates) for rate in group)
    connections = (price for quotes in statement.connections.values() for price in (quotes.each, quotes.per_m))
    return (*(rate.price for rate in rates), *(price for price in connections if price is not None))
