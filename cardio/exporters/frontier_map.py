"""frontier_map.html: the plans of a curve one after the other, and what stays from some share on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cardio.exporters.frontier_layers import order_colour, order_steps, point_title
from cardio.exporters.plans_map import Choice, PlansMap, render_plans_map
from cardio.exporters.styles import GREY
from cardio.exporters.texts import ABSENT, Words
from cardio.plan_works import PlansOnMap


def render_frontier_map(document: Mapping[str, Any], town: PlansOnMap, words: Words) -> str:
    """Return the page: first the order of no regret, then each point against the one before it."""
    points = document["points"]
    numbers = [int(number) for number in town.plans]
    rows = [points[number] for number in numbers]
    steps = order_steps(document)
    order = Choice(
        words["frontier.order"],
        [words["frontier.always_from"].format(share=words.share(points[step]["share"])) for step in steps]
        + [words["frontier.not_always"]],
        [words["frontier.order_told"]],
    )
    always = {
        (work["kind"], work["id"]): len(steps) if work["always_from"] is None else steps.index(work["always_from"])
        for work in document["works"]
    }
    curve = [place for place, row in enumerate(rows) if row["kind"] != "study"]
    pairs = [*pairwise(curve)]
    pairs += [(_left_of(place, curve, rows), place) for place, row in enumerate(rows) if row["kind"] == "study"]
    about = PlansMap(
        study=document["study"],
        subtitle=words["frontier.title"] + (f" · {document['scenario']}" if document["scenario"] else ""),
        proof=words[f"frontier.{document['status']}"],
        figures=[],
        titles=[point_title(row, words) for row in rows],
        heading=words["frontier.share_axis"].format(what=share_words(document["moved"], words)),
        choices=[
            order,
            *(_step(rows, pair, document, numbers, words) for pair in sorted(pairs, key=lambda one: one[1])),
        ],
        facts=_facts(document, rows, words),
        created=document["created"],
        version=document["cardio_version"],
        order_colours=[*(order_colour(place, len(steps)) for place in range(len(steps))), GREY],
        always=always,
    )
    return render_plans_map(about, town, words)


def share_words(moved: Sequence[str], words: Words) -> str:
    """What the share of a point is of: the target that moves, or the mean of several."""
    return words.name("targets", moved[0]) if len(moved) == 1 else words["frontier.mean_of"]


def _left_of(place: int, curve: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> int:
    """The point of the curve that asks for the next lower share than the study's own targets."""
    lower = [one for one in curve if rows[one]["share"] <= rows[place]["share"]]
    return lower[-1] if lower else curve[0]


def _step(
    rows: Sequence[Mapping[str, Any]],
    pair: tuple[int, int],
    document: Mapping[str, Any],
    numbers: Sequence[int],
    words: Words,
) -> Choice:
    before, row = rows[pair[0]], rows[pair[1]]
    share = words.share(before["share"])
    labels = [
        words["frontier.there"].format(share=share),
        words["frontier.there"].format(share=share),
        words["frontier.goes"].format(share=share),
        words["frontier.comes"],
    ]
    told = [
        words["frontier.point_told"].format(
            share=words.share(row["share"]), cost=words.money(row["value"]), bound=words.money(row["bound"])
        )
    ]
    change = next((one for one in document["changes"] if one["point"] == numbers[pair[1]]), None)
    if change is not None:
        always = change["always"]
        told.append(
            words["frontier.always_told"].format(
                count=words.number(always["count"]),
                built=words.number(change["built"]["count"]),
                capex=words.money(always["capex_eur"]),
            )
        )
    return Choice(point_title(row, words), labels, told, pair)


def _facts(document: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], words: Words) -> list[tuple[str, list[str]]]:
    facts = [
        (words["frontier.plan"], [words.money(row["value"]) for row in rows]),
        (words["frontier.bound"], [ABSENT if row["bound"] is None else words.money(row["bound"]) for row in rows]),
    ]
    for number, target in enumerate(rows[0]["targets"]):
        facts.append(
            (
                words.name("targets", target["target"]),
                [words.share(row["targets"][number]["after"]) for row in rows],
            )
        )
    return facts
