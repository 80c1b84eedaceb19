"""What each amount in the entry ``cost`` of summary.json is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costing import Capex, Finance, NetCost, PresentValue

EXCL_TAX = Capex().basis


def cost_bases(cost: Mapping[str, Any], finance: Finance | None) -> dict[str, str]:
    """Return the basis of every amount of ``cost`` that is there, by its name; empty without a plan.

    Parameters
    ----------
    cost : mapping of str to object
        The entry; amounts that the study does not ask for are None.
    finance : Finance or None
        Of the study.
    """
    if cost["capex"] is None:
        return {}
    bases = {
        "capex": EXCL_TAX,
        "range": f"{EXCL_TAX}, all low prices and all high prices",
        "by_service": EXCL_TAX,
        "opex_per_year": "running costs excl. tax of a year, all works in service",
        "incl_tax": "capex incl. all VAT, that which is got back too; undiscounted",
        "net_city_cost": f"{NetCost.basis}; undiscounted",
    }
    if finance is not None:
        present = PresentValue(finance).basis
        bases |= {
            "present_value": present,
            "equivalent_annual_cost": f"constant amount a year of that {present}",
            "do_nothing": f"of what exists: {present}",
            "with_existing": f"of the plan and what exists: {present}",
        }
    return {name: words for name, words in bases.items() if cost.get(name) not in (None, [])}
