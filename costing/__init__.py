"""What things cost: prices with sources, quantities, bill of quantities."""

from costing.prices import Price, PriceList, Unit
from costing.takeoff import Line, WorkKind

__all__ = ["Line", "Price", "PriceList", "Unit", "WorkKind"]
