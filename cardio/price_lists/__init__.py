"""Price lists as a town has them: one module per format, told apart by extension."""

from __future__ import annotations

from pathlib import Path

from cardio.price_lists.rows import NO_ROWS, PriceRows
from cardio.price_lists.yaml_rows import read_yaml_rows

__all__ = ["NO_ROWS", "PriceRows", "read_price_list"]


def read_price_list(file: Path) -> PriceRows:
    """Read a price list.

    Raises
    ------
    StudyError
        The file cannot be read as a price list at all; wrong rows are told by `PriceRows.require_valid`.
    """
    return read_yaml_rows(file)
