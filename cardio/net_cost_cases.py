"""Cases by the eligible spending of each grant, the weights at which plans look worst in one, and where to split it.

Within a case the spending E that a grant takes lies between two amounts. Where the cap does not bind up to the greater
one, or always binds from the lesser one on, the grant is linear, and the greater amount is a row of the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from costing import Funding, NetCityCost, Price, Weights, as_decimal, before_grants, grants_as_weighed
from gis_layers import StudyError

WEIGHT_STEP = 1e-9
# what a row costs the town stays above nothing by more than weights are rounded and the linear program tolerates
LEAST_FACTOR = 1e-6
MOST_BEYOND = 10.0
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """Plans by their eligible spending.

    Attributes
    ----------
    least : tuple of int
        By grant, cents excl. tax.
    most : tuple of int or None
        By grant; None for no limit.
    bound : float
        No plan of the case has a lesser net cost, EUR.
    """

    least: tuple[int, ...]
    most: tuple[int | None, ...]
    bound: float = -np.inf

    def keeps(self, cost: NetCityCost) -> bool:
        """Whether a plan keeps to the rows of the case: the greater amounts."""
        return all(most is None or spent <= most for spent, most in zip(eligible(cost), self.most, strict=True))

    def holds(self, cost: NetCityCost) -> bool:
        """Whether a plan is of the case."""
        return self.keeps(cost) and all(spent >= least for spent, least in zip(eligible(cost), self.least, strict=True))

    def split(self, number: int, cents: int) -> tuple[Case, Case]:
        """Plans whose spending for a grant is at most so much, and the others."""
        most, least = list(self.most), list(self.least)
        most[number], least[number] = cents, cents + 1
        return replace(self, most=tuple(most)), replace(self, least=tuple(least))


def every_plan(funding: Funding) -> Case:
    """Return the case of all plans."""
    count = len(funding.grants)
    return Case((0,) * count, (None,) * count)


def eligible(cost: NetCityCost) -> list[int]:
    """Eligible spending of a plan by grant, cents."""
    return [sum(row.eligible.values()) for row in cost.grants]


def full_cents(funding: Funding, number: int) -> int | None:
    """Greatest eligible spending, cents, at which the cap of a grant does not bind; None where it has none."""
    grant = funding.grants[number]
    if grant.cap_eur is None or grant.rate == 0:
        return None
    return int((as_decimal(grant.cap_eur) * 100 / as_decimal(grant.rate)).to_integral_value(ROUND_FLOOR))


def worst_weights(
    funding: Funding, rows: Sequence[Price], year: int, case: Case, costs: Sequence[NetCityCost]
) -> tuple[Weights, float]:
    """Weights at which the plans found so far look worst, and how little the best of them costs there, EUR.

    A small linear program over t, w, v of `costing.NetCost`: no weights can raise the bound of the case above its
    value. Only plans that keep to the rows of the case count; without any, as few limits as can be are taken.
    """
    known = [cost for cost in costs if case.keeps(cost)]
    count = len(funding.grants)
    upper, right = _of_plans(funding, case, known)
    more, its = _of_rows(funding, rows, year)
    upper, right = upper + more, right + its
    sides = [_side(funding, case, number) for number in range(count)]
    for number, side in enumerate(sides):
        below = np.zeros(2 * count + 2)
        below[0], below[1 + number] = -1.0, 1.0
        upper += [below.tolist()] if side != "free" else [below.tolist(), (-below).tolist()]
        right += [0.0] if side != "free" else [0.0, 0.0]
    bounds: list[tuple[float | None, float | None]] = [(0.0, 1.0)]
    bounds += [(0.0, 0.0 if side == "capped" else 1.0) for side in sides]
    bounds += [(0.0, MOST_BEYOND if least and known else 0.0) for least in case.least]
    bounds += [(None, None) if known else (0.0, 0.0)]
    # a touch of as few limits as can be settles ties
    aim = np.full(2 * count + 2, -WEIGHT_STEP if known else -1.0)
    aim[1 + count :] = [WEIGHT_STEP] * count + [-1.0]
    found = linprog(aim, A_ub=np.array(upper), b_ub=np.array(right), bounds=bounds, method="highs")
    if not found.success:
        raise StudyError(
            "plan.minimise: net_city_cost: grants pay for all that some price row costs, so any amount of it is free",
            "state funding.own_share_at_least, or minimise capex",
        )
    return _rounded(found.x[:-1], sides, case), float(found.x[-1]) if known else np.inf


def _side(funding: Funding, case: Case, number: int) -> str:
    """Whether the cap of a grant binds for no plan of the case, for every one, or for some."""
    full, most = full_cents(funding, number), case.most[number]
    if full is None or (most is not None and most <= full):
        return "free"
    return "capped" if case.least[number] > full else "open"


def _of_plans(funding: Funding, case: Case, costs: Sequence[NetCityCost]) -> tuple[list[list[float]], list[float]]:
    """What the value of the linear program may be at most: each plan at the weights."""
    ceiling, rates = float(funding.ceiling), np.array([grant.rate for grant in funding.grants])
    caps = np.array([grant.cap_eur or 0.0 for grant in funding.grants])
    upper, right = [], []
    for cost in costs:
        spent, asked = cost.excl_tax / 100, rates * np.array(eligible(cost)) / 100
        beyond = asked - rates * np.array(case.least) / 100
        upper.append([-(ceiling * spent - caps.sum()), *-(caps - asked), *beyond, 1.0])
        right.append(cost.before_grants / 100 - ceiling * spent)
    return upper, right


def _of_rows(funding: Funding, rows: Sequence[Price], year: int) -> tuple[list[list[float]], list[float]]:
    """No price row may pay the town for being bought."""
    upper, right = [], []
    for row in {(row.vat_rate, row.vat_regime, row.account): row for row in rows}.values():
        takes = [grant.rate if grant.takes(row, year) else 0.0 for grant in funding.grants]
        upper.append([-float(funding.ceiling), *takes, *takes, 0.0])
        right.append(float(before_grants(funding, row, year)) - float(funding.ceiling) - LEAST_FACTOR)
    return upper, right


def _rounded(found: Floats, sides: Sequence[str], case: Case) -> Weights:
    """Weights as short decimals, so that figures are exact."""
    count = len(sides)
    below, *uncapped = (min(max(round(float(weight), 9), 0.0), 1.0) for weight in found[: count + 1])
    weights = tuple(
        below if side == "free" else min(weight, below) for side, weight in zip(sides, uncapped, strict=True)
    )
    beyond = tuple(max(round(float(weight), 9), 0.0) for weight in found[count + 1 :])
    return Weights(below, weights, beyond, case.least) if any(beyond) else Weights(below, weights)


def split_case(
    funding: Funding, case: Case, weights: Weights, costs: Sequence[NetCityCost]
) -> tuple[Case, Case] | None:
    """Split a case where its weights misjudge the grants of the plans that look cheapest; None where they do not.

    First at the spending from which the cap binds; then halfway between the plans of the case and its lower end.
    """
    known = [cost for cost in costs if case.keeps(cost)]
    if not known:
        return None
    looks = [float(cost.before_grants - grants_as_weighed(cost, funding, weights)) for cost in known]
    cheapest = [cost for cost, look in zip(known, looks, strict=True) if look <= min(looks) + 100.0]
    splits = [(*_misjudged(funding, case, weights, cheapest, number), number) for number in range(len(funding.grants))]
    cents, at, number = max(splits, default=(0.0, None, 0), key=lambda split: split[0])
    return None if at is None or cents <= 1.0 else case.split(number, at)


def _misjudged(
    funding: Funding, case: Case, weights: Weights, costs: Sequence[NetCityCost], number: int
) -> tuple[float, int | None]:
    """Most cents by which weights misjudge a grant of some plans, and where to split; 0, None where they cannot."""
    grant, full = funding.grants[number], full_cents(funding, number)
    weight, below = weights.uncapped[number], weights.below_ceiling
    spent = [eligible(cost)[number] for cost in costs]
    if full is not None and _side(funding, case, number) == "open":
        cap = (grant.cap_eur or 0.0) * 100
        off = [
            weight * grant.rate * cents + (below - weight) * cap - below * min(grant.rate * cents, cap)
            for cents in spent
        ]
        return max(off), full
    short = [case.least[number] - cents for cents in spent if cents < case.least[number]]
    inside = [cents for cents in spent if cents > case.least[number]]
    if not short or not inside:
        return 0.0, None
    return grant.rate * max(short), (case.least[number] + min(inside)) // 2
