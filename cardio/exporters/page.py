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
