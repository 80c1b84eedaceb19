"""What the pages share: their templates, and a table of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jinja2 import Environment, PackageLoader, StrictUndefined

from cardio.exporters.texts import Words

MOST_ROWS = 100
"""Rows of a table of a page: longer ones are for a workbook, and take long to lay out on paper."""

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
    more : str
        Where to find the rows that are left out; empty where none are.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: frozenset[int] = frozenset()
    total: Sequence[str] = ()
    more: str = ""


def shorten(table: Table, words: Words) -> Table:
    """Return the first rows of a long table, with a word on where the others are; its total stays that of all."""
    left_out = len(table.rows) - MOST_ROWS
    if left_out <= 0:
        return table
    more = words.counted("more_in_workbook", left_out)
    return replace(table, rows=table.rows[:MOST_ROWS], more=more)


@dataclass(frozen=True)
class Part:
    """A part of a section under a title of its own: sentences, tables, a list, a note, each where there is any.

    Attributes
    ----------
    beside : bool
        The tables stand side by side where the page is wide enough.
    """

    title: str
    sentences: Sequence[str] = ()
    tables: Sequence[Table] = ()
    items: Sequence[str] = ()
    note: str = ""
    beside: bool = False
