"""What things cost: prices with sources, quantities, bill of quantities."""

from costing.bill import bill_of_quantities, share_assumed, total_cents
from costing.equipment import CandidateQuotes, ConnectionQuotes, price_candidates, price_connections
from costing.figure import Capex, Figure, FigureName, to_unit_value, value_cents
from costing.finance import Finance
from costing.funding import Fctva, Funding, Grant, Loan
from costing.price_file import with_study_prices
from costing.prices import Bracket, Price, PriceList, Unit, VatRegime, price_of, sourced_prices
from costing.routes import RouteQuotes, price_routes
from costing.takeoff import Line, Rate, WorkKind, make_line

__all__ = [
    "Bracket",
    "CandidateQuotes",
    "Capex",
    "ConnectionQuotes",
    "Fctva",
    "Figure",
    "FigureName",
    "Finance",
    "Funding",
    "Grant",
    "Line",
    "Loan",
    "Price",
    "PriceList",
    "Rate",
    "RouteQuotes",
    "Unit",
    "VatRegime",
    "WorkKind",
    "bill_of_quantities",
    "make_line",
    "price_candidates",
    "price_connections",
    "price_of",
    "price_routes",
    "share_assumed",
    "sourced_prices",
    "to_unit_value",
    "total_cents",
    "value_cents",
    "with_study_prices",
]
