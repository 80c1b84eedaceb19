"""What a plan means in money beyond its bill: time, who pays, how sure, for whom. One field a question."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cardio.benefits import Benefits
from cardio.cash import Cash
from cardio.funding import FundingResult
from costing import OperationBudget, PriceSpread


@dataclass(frozen=True)
class Money:
    """What the exporters tell about the money of a plan; a field is None where the study does not ask.

    Attributes
    ----------
    spread : PriceSpread or None
        How sure the capex is; every plan of a run has it.
    budget : OperationBudget or None
        What the operation pays beside its works; None where the study states nothing.
    cash : Cash or None
        Running costs, and cash flows where the study gives a horizon; every plan of a run has it.
    funding : FundingResult or None
        Who pays; None where the study states neither VAT nor funding.
    benefits : Benefits or None
        What the capex buys; every plan of a run has it.
    shares : DataFrame or None
        Capex by service, see `cardio.sharing.Sharing.by_service`; every plan of a run has it.
    """

    spread: PriceSpread | None = None
    budget: OperationBudget | None = None
    cash: Cash | None = None
    benefits: Benefits | None = None
    funding: FundingResult | None = None
    shares: pd.DataFrame | None = None
