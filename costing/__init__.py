"""What things cost: prices with sources, quantities, bill of quantities."""

from costing.bill import bill_of_quantities, share_assumed, total_cents
from costing.equipment import CandidateQuotes, ConnectionQuotes, price_candidates, price_connections
from costing.price_file import with_study_prices
from costing.prices import Price, PriceList, Unit, price_of, sourced_prices
from costing.routes import RouteQuotes, price_routes
from costing.takeoff import Line, WorkKind, make_line

__all__ = [
    "CandidateQuotes",
    "ConnectionQuotes",
    "Line",
    "Price",
    "PriceList",
    "RouteQuotes",
    "Unit",
    "WorkKind",
    "bill_of_quantities",
    "make_line",
    "price_candidates",
    "price_connections",
    "price_of",
    "price_routes",
    "share_assumed",
    "sourced_prices",
    "total_cents",
    "with_study_prices",
]
