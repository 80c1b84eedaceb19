"""What the pages share: their templates, and a table of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

TEMPLATES = Environment(
    loader=PackageLoader("cardio.exporters"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Table:
    """A table of a page, all cells in words.

    Attributes
    ----------
    headers : sequence of str
    rows : sequence of rows
    figures : frozenset of int
        Columns set flush right.
    total : sequence of str
        Last row; empty for none.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: frozenset[int] = frozenset()
    total: Sequence[str] = ()
