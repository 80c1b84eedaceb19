"""What things cost: prices with sources, quantities, bill of quantities."""

from costing.bill import LOT_OF_KIND, bill_of_quantities, share_assumed, total_cents
from costing.budget import BudgetLine, BudgetRules, Investigation, OperationBudget, make_budget
from costing.cash_flows import CashFlows, cash_flows, opex_cents, opex_not_stated, opex_of_lines
from costing.equipment import CandidateQuotes, ConnectionQuotes, price_candidates, price_connections
from costing.figure import Capex, Figure, FigureName, figure_cents, to_unit_value, value_cents
from costing.finance import Finance
from costing.funding import FCTVA_LAG_YEARS, Fctva, Funding, Grant, Loan, as_decimal
from costing.loan import LoanYear, amortise
from costing.measure import EligibleSpending, Quantity
from costing.net_cost import Granted, NetCityCost, TaxedSpending, is_got_back, net_city_cost, round_cents
from costing.net_cost_figure import (
    NetCost,
    Weights,
    before_grants,
    grants_as_weighed,
    never_limited,
    refuse_changing_years,
    rounding_cents,
    uncapped,
)
from costing.present_value import PresentValue
from costing.price_dates import read_date
from costing.price_draws import Uncertainty, draw_price_lists
from costing.price_file import resolve_prices
from costing.price_index import PriceSettings
from costing.prices import (
    GRADES,
    Bracket,
    Price,
    PriceList,
    StudyPrices,
    Unit,
    Unpriced,
    VatRegime,
    price_of,
    sourced_prices,
)
from costing.routes import RouteQuotes, price_routes
from costing.stock import Stock, do_nothing
from costing.takeoff import Line, Rate, WorkKind, make_line
from costing.uncertainty import PriceSpread, Swing, price_range_cents, spread_prices

__all__ = [
    "FCTVA_LAG_YEARS",
    "GRADES",
    "LOT_OF_KIND",
    "Bracket",
    "BudgetLine",
    "BudgetRules",
    "CandidateQuotes",
    "Capex",
    "CashFlows",
    "ConnectionQuotes",
    "EligibleSpending",
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
    "PresentValue",
    "Price",
    "PriceList",
    "PriceSettings",
    "PriceSpread",
    "Quantity",
    "Rate",
    "RouteQuotes",
    "Stock",
    "StudyPrices",
    "Swing",
    "TaxedSpending",
    "Uncertainty",
    "Unit",
    "Unpriced",
    "VatRegime",
    "Weights",
    "WorkKind",
    "amortise",
    "as_decimal",
    "before_grants",
    "bill_of_quantities",
    "cash_flows",
    "do_nothing",
    "draw_price_lists",
    "figure_cents",
    "grants_as_weighed",
    "is_got_back",
    "make_budget",
    "make_line",
    "net_city_cost",
    "never_limited",
    "opex_cents",
    "opex_not_stated",
    "opex_of_lines",
    "price_candidates",
    "price_connections",
    "price_of",
    "price_range_cents",
    "price_routes",
    "read_date",
    "refuse_changing_years",
    "resolve_prices",
    "round_cents",
    "rounding_cents",
    "share_assumed",
    "sourced_prices",
    "spread_prices",
    "to_unit_value",
    "total_cents",
    "uncapped",
    "value_cents",
]
