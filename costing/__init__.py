"""What things cost: prices with sources, quantities, bill of quantities."""

from costing.bill import bill_of_quantities, share_assumed, total_cents
from costing.budget import BudgetLine, BudgetRules, Investigation, OperationBudget, make_budget
from costing.equipment import CandidateQuotes, ConnectionQuotes, price_candidates, price_connections
from costing.figure import Capex, Figure, FigureName, to_unit_value, value_cents
from costing.finance import Finance
from costing.funding import Fctva, Funding, Grant, Loan
from costing.loan import LoanYear, amortise
from costing.net_cost import Granted, NetCityCost, TaxedSpending, is_got_back, net_city_cost
from costing.net_cost_figure import NetCost, Weights, before_grants, grants_as_weighed, refuse_changing_years
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
    "Granted",
    "Investigation",
    "Line",
    "Loan",
    "LoanYear",
    "NetCityCost",
    "NetCost",
    "OperationBudget",
    "Price",
    "PriceList",
    "PriceSpread",
    "Rate",
    "RouteQuotes",
    "Swing",
    "TaxedSpending",
    "Uncertainty",
    "Unit",
    "VatRegime",
    "Weights",
    "WorkKind",
    "amortise",
    "before_grants",
    "bill_of_quantities",
    "draw_price_lists",
    "grants_as_weighed",
    "is_got_back",
    "make_budget",
    "make_line",
    "net_city_cost",
    "price_candidates",
    "price_connections",
    "price_of",
    "price_range_cents",
    "price_routes",
    "refuse_changing_years",
    "share_assumed",
    "sourced_prices",
    "spread_prices",
    "to_unit_value",
    "total_cents",
    "value_cents",
    "with_study_prices",
]
