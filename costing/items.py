"""What goes along with a metre of route or a piece of equipment, at its own price row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from costing.prices import PriceList, Unit, price_of
from costing.takeoff import Rate
from network_model import Item

# what to do where a row has another unit than the keys beside it count in
ROUTE_HINTS: dict[Unit, str] = {
    "m": "a row in each needs every_m, the metres of route for each piece; else name a row with unit: m",
    "each": "every_m counts pieces: leave it out for a row in m, else name a row with unit: each",
}
PIECE_HINTS: dict[Unit, str] = {
    "m": "length_m counts metres: leave it out for a row in each, else name a row with unit: m",
    "each": "a row in m needs length_m, the metres for each piece; else name a row with unit: each",
}


def item_rates(
    items: Iterable[Item], prices: PriceList, *, asked_by: str, hints: Mapping[Unit, str]
) -> tuple[Rate, ...]:
    """Look up the price rows of items.

    Parameters
    ----------
    asked_by : str
        Study key that holds the items (``laying.trench.items``).
    hints : mapping
        Unit in which an item is counted -> what to do where its row has another one.

    Raises
    ------
    StudyError
        A price row that is missing or in another unit than the item is counted in.
    """
    return tuple(
        Rate(
            price_of(
                prices,
                item.price,
                asked_by=f"{asked_by}.{item.name}.price",
                unit=item.unit,
                hint=hints[item.unit],
            ),
            item.quantity,
        )
        for item in items
    )
