"""Form of the sections of a study that are about money: prices, finance, funding."""

from __future__ import annotations

from pydantic import Field

from cardio.study_section import Section
from cardio.study_values import Text


class PricesSection(Section):
    """``prices:``."""

    file: Text = Field(alias="list")
