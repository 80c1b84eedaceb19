"""What a plan means in money beyond its bill: time, who pays, how sure, for whom. One field a question."""

from __future__ import annotations

from dataclasses import dataclass

from costing import PriceSpread


@dataclass(frozen=True)
class Money:
    """What the exporters tell about the money of a plan; a field is None where the study does not ask.

    Attributes
    ----------
    spread : PriceSpread or None
        How sure the capex is; every plan of a run has it.
    """

    spread: PriceSpread | None = None
