"""How the terminal writes an amount, always with its currency."""

from __future__ import annotations


def say_amount(amount: float | None, currency: str, *, signed: bool = False) -> str:
    """Write an amount to the cent with the ISO code of its currency; ``none`` where there is none.

    Parameters
    ----------
    signed : bool
        Write a plus before what is not negative: for differences.
    """
    if amount is None:
        return "none"
    return f"{amount:{'+' if signed else ''},.2f} {currency}"
