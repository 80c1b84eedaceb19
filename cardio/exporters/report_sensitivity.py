"""The section of the report about sensitivity: what is known of price ranges, and what they do to the cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardio.deliverable import Deliverable
from cardio.exporters.cash import name_prices
from cardio.exporters.headline import tell_chances
from cardio.exporters.page import Part, Table
from cardio.exporters.spread_pictures import SHOWN_ROWS, Histogram, Tornado, draw_histogram, draw_tornado
from cardio.exporters.texts import Words

PERCENTILES = ("mean", "p10", "p50", "p80", "p90")


@dataclass(frozen=True)
class SensitivitySection:
    """What the report says about other prices.

    Attributes
    ----------
    sentences : sequence of str
        Cost at low and at high prices, and the share that rests on assumed ones.
    chances : Part or None
        Figures of the pictures as text; None where nothing can be said.
    chart : Histogram or None
        None where no price of the plan has a range.
    tornado : Tornado or None
    replan : str
        What is not computed here, and the command that does.
    """

    sentences: Sequence[str]
    chances: Part | None
    chart: Histogram | None
    tornado: Tornado | None
    replan: str


def tell_sensitivity(deliverable: Deliverable, words: Words) -> SensitivitySection:
    """Word what other prices would do to the cost of the plan."""
    summary = deliverable.summary
    cost, spread = summary["cost"], summary["uncertainty"]
    drawn = spread if spread is not None and spread["tornado"] else None
    amounts = {name: words.money(cost["range"][name]) for name in ("low", "high")}
    share = words.part(cost["share_from_assumed_prices"])
    return SensitivitySection(
        sentences=[
            words["sensitivity.range_is"].format(**amounts),
            words["sensitivity.assumed_is"].format(share=share),
        ],
        chances=None if spread is None else _chances(deliverable, spread, words),
        chart=None if drawn is None else draw_histogram(drawn, words),
        tornado=None if drawn is None else draw_tornado(drawn, words),
        replan=words["sensitivity.replan"].format(study=summary["run"]["study_file"]),
    )


def _chances(deliverable: Deliverable, spread: Mapping[str, Any], words: Words) -> Part | None:
    """Percentiles and the rows that matter as text, and prices that are old; None where nothing can be said."""
    old = deliverable.prices.loc[deliverable.prices["obsolete"].astype(bool), "key"].astype(str)
    said = [sentence for _, sentence in tell_chances(deliverable.summary, words)]
    said += [words["money.obsolete"].format(rows=name_prices(deliverable, old, words))] if len(old) else []
    if not spread["tornado"]:
        return Part(words["money.sure"], said) if said else None
    heads = ["", words["money.mean"], *(name.upper() for name in PERCENTILES[1:])]
    drawn = Table(
        heads, [[words["capex_total"], *(words.money(spread[name]) for name in PERCENTILES)]], frozenset(range(1, 6))
    )
    rows = [
        [
            str(row["label"]),
            *(words.money(row[name]) for name in ("low", "high", "swing")),
            words.yes_no(row["assumed"]),
        ]
        for row in spread["tornado"][:SHOWN_ROWS]
    ]
    names = ("money.row", "money.low_total", "money.high_total", "money.swing", "assumed")
    swings = Table([words[name] for name in names], rows, frozenset({1, 2, 3}))
    note = words["money.draws_note"].format(
        draws=words.number(spread["draws"]), correlation=words.number(spread["correlation"], 2)
    )
    return Part(words["money.sure"], said, [drawn, swings], note=note)
