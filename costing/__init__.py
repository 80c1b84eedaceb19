"""What things cost: prices with sources, quantities, bill of quantities."""

from costing.bill import bill_of_quantities, share_assumed, total_cents
from costing.budget import BudgetLine, BudgetRules, Investigation, OperationBudget, make_budget
from costing.equipment import CandidateQuotes, ConnectionQuotes, price_candidates, price_connections
from costing.figure import Capex, Figure, FigureName, to_unit_value, value_cents
from costing.finance import Finance
from costing.funding import Fctva, Funding, Grant, Loan
from costing.price_draws import Uncertainty, draw_price_lists
from costing.price_file import with_study_prices
from costing.prices import Bracket, Price, PriceList, Unit, VatRegime, price_of, sourced_prices
from costing.routes import RouteQuotes, price_routes
from costing.takeoff import Line, Rate, WorkKind, make_line
from costing.uncertainty import PriceSpread, Swing, price_range_cents, spread_prices

__all__ = [
    "Bracket",
    "BudgetLine",
    "BudgetRules",
    "CandidateQuotes",
    "Capex",
    "ConnectionQuotes",
    "Fctva",
    "Figure",
    "FigureName",
    "Finance",
    "Funding",
    "Grant",
    "Investigation",
    "Line",
    "Loan",
    "OperationBudget",
    "Price",
    "PriceList",
    "PriceSpread",
    "Rate",
    "RouteQuotes",
    "Swing",
    "Uncertainty",
    "Unit",
    "VatRegime",
    "WorkKind",
    "bill_of_quantities",
    "draw_price_lists",
    "make_budget",
    "make_line",
    "price_candidates",
    "price_connections",
    "price_of",
    "price_range_cents",
    "price_routes",
    "share_assumed",
    "sourced_prices",
    "spread_prices",
    "to_unit_value",
    "total_cents",
    "value_cents",
    "with_study_prices",
]
