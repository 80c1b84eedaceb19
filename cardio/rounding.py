"""Rounding of what is claimed: a claim is never made to look better than it is."""

from __future__ import annotations

import math

# binary fractions: 0.07 is a hair more than seven hundredths, and is still shown as 7 %
NOISE = 1e-6
HALF_A_CENT_EUR = 0.00501


def round_up_share(share: float) -> float:
    """Round a share up to the hundredth of a percent: for a gap, which must not be understated."""
    return math.ceil(share * 10_000 - NOISE) / 10_000


def round_down_share(share: float) -> float:
    """Round a share down to the tenth of a percent: for coverage, so that a missed target never looks met."""
    return math.floor(share * 1_000 + NOISE) / 1_000


def not_above(bound: float | None, value: float | None) -> float | None:
    """Bound of an amount that is told in whole cents: one above it by less than a cent is told as that value."""
    return bound if bound is None or value is None or bound - value > HALF_A_CENT_EUR else min(bound, value)
