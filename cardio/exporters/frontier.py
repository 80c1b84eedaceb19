"""frontier.html, frontier.csv and frontier.json: the curve of cost against coverage, drawn and as data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardio.exporters.cash import say_figure
from cardio.exporters.csv_table import write_csv
from cardio.exporters.frontier_layers import write_frontier_layers
from cardio.exporters.frontier_map import render_frontier_map, share_words
from cardio.exporters.page import TEMPLATES, Table
from cardio.exporters.summary import summary_text
from cardio.exporters.texts import ABSENT, Words, words_of_document
from cardio.plan_works import PlansOnMap
from gis_layers import Progress, silent

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 1080, 520, 120, 30, 24, 62
MOST_TICKS = 8
LEAST_SPAN = 1e-3
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, px, and its words."""

    at: float
    text: str


@dataclass(frozen=True)
class Dot:
    """A plan on the curve with the bound below it, px, and words for it."""

    x: float
    y: float
    bound: float
    asked: bool
    title: str


@dataclass(frozen=True)
class Curve:
    """The drawn frontier.

    Attributes
    ----------
    band : str
        Path of the area in which the least cost is proven to lie.
    line : str
        Path through the plans.
    dots : sequence of Dot
    x_ticks, y_ticks : sequence of Tick
    x_title : str
        What the share of a point is of.
    """

    band: str
    line: str
    dots: Sequence[Dot]
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    x_title: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM


def export_frontier(
    document: Mapping[str, Any], town: PlansOnMap, language: str, folder: Path, progress: Progress = silent
) -> dict[str, Path]:
    """Write ``html``, ``csv``, ``json``, ``gpkg`` and ``map`` of a frontier into an existing folder.

    Parameters
    ----------
    town : PlansOnMap
        Plans by number of their point. Where no plan builds anything there are neither layers nor map.
    """
    progress("export", None, "frontier")
    paths = {kind: folder / f"frontier.{kind}" for kind in ("html", "csv", "json")}
    words = words_of_document(document, language)
    paths["html"].write_text(render_frontier(document, words), encoding="utf-8")
    write_csv(*_csv_table(document), paths["csv"])
    paths["json"].write_text(summary_text(document), encoding="utf-8")
    if document["works"]:
        paths |= {"gpkg": folder / "frontier.gpkg", "map": folder / "frontier_map.html"}
        write_frontier_layers(document, town.plans, words, paths["gpkg"])
        paths["map"].write_text(render_frontier_map(document, town, words), encoding="utf-8")
    return paths


def render_frontier(document: Mapping[str, Any], words: Words) -> str:
    """Return the curve with its table as one page that needs neither network nor script."""
    return TEMPLATES.get_template("frontier.html").render(
        document=document,
        words=words,
        policy=POLICY,
        curve=draw_curve(document, words) if any(row["value"] for row in document["points"]) else None,
        map_file="frontier_map.html" if document["works"] else "",
        changes=_changes_table(document, words),
        figure=say_figure(document["figure"], document["finance"], words),
        moved=", ".join(words.name("targets", name) for name in document["moved"]),
        bend=_bend_text(document, words),
        points=_points_table(document, words),
        reached=_reached_table(document, words),
    )


def draw_curve(document: Mapping[str, Any], words: Words) -> Curve:
    """Place plans, bounds and axes; the least cost never falls with coverage, so the band is a staircase."""
    rows = [row for row in document["points"] if row["value"] is not None]
    shares = [row["share"] for row in document["points"]]
    least = float(min(shares))
    most = float(max(*shares, least + LEAST_SPAN))
    dearest = float(max([row["value"] for row in rows], default=0.0)) or 1.0
    y_step = _tick_step(dearest)
    top_eur = y_step * math.ceil(dearest / y_step)
    floor = HEIGHT - BOTTOM

    def x_of(share: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (share - least) / (most - least), 1)

    def y_of(amount: float | None) -> float:
        return round(floor - (floor - TOP) * (amount or 0.0) / top_eur, 1)

    curve = [row for row in rows if row["kind"] != "study"]
    x_step = _tick_step(100 * (most - least)) / 100
    x_first = math.ceil(least / x_step - 1e-9)
    return Curve(
        band=_staircase([(x_of(row["share"]), y_of(row["bound"]), y_of(row["value"])) for row in curve]),
        line="M" + " ".join(f"{x_of(row['share'])} {y_of(row['value'])}" for row in curve) if curve else "",
        dots=[
            Dot(
                x_of(row["share"]),
                y_of(row["value"]),
                y_of(row["bound"]),
                row["asked_by_study"],
                _dot_title(row, document.get("moved", ()), words),
            )
            for row in rows
        ],
        x_ticks=[
            Tick(x_of(x_step * number), words.part(x_step * number))
            for number in range(x_first, math.floor(most / x_step + 1e-9) + 1)
        ],
        y_ticks=[
            Tick(y_of(y_step * number), words.number(y_step * number)) for number in range(round(top_eur / y_step) + 1)
        ],
        x_title=words["frontier.share_axis"].format(what=share_words(document.get("moved", ()), words)),
    )


def _staircase(points: Sequence[tuple[float, float, float]]) -> str:
    """Outline between the bound of the point to the left and the plan of the point to the right; x, bound, plan."""
    if not points:
        return ""
    upper = [f"M{points[0][0]} {points[0][2]}"]
    upper += [f"V{value}H{x}" for x, _, value in points[1:]]
    lower = [f"V{points[-1][1]}"]
    lower += [f"V{bound}H{x}" for x, bound, _ in points[-2::-1]]
    return "".join([*upper, *lower, "z"])


def _tick_step(span: float) -> float:
    """The least of 1, 2, 5, 10, ... that leaves no more than the most ticks."""
    power = 10.0 ** math.floor(math.log10(span / MOST_TICKS))
    return next(step * power for step in (1, 2, 5, 10) if step * power * MOST_TICKS >= span * (1 - 1e-9))


def _points_table(document: Mapping[str, Any], words: Words) -> Table:
    steps = {step["from"]: step for step in document["steps"]}
    rows = []
    for number, row in enumerate(document["points"]):
        name = words["frontier.study"] if row["asked_by_study"] else words["today"] if row["kind"] == "today" else ""
        gap = ABSENT if row["gap"] is None else words.share_up(row["gap"])
        cells = [words.share(row["share"]), name, words.money(row["value"]), words.money(row["bound"]), gap]
        cells += _prices(row, words)
        if row["value"] is None:  # a dash alone would not tell an impossible target from too little time
            cells[2] = words["frontier.none_possible" if row["status"] == "infeasible" else "frontier.none_found"]
        rows.append([*cells, _interval(steps[number], words) if number in steps else ABSENT])
    headers = [
        words[f"frontier.{key}"]
        for key in ("coverage", "point", "plan", "bound", "gap", "low", "high", "assumed", "next")
    ]
    return Table(headers, rows, figures=frozenset({0, *range(2, 9)}))


def _prices(row: Mapping[str, Any], words: Words) -> list[str]:
    """Cost at low and at high prices, and the share on assumed ones."""
    low, high, share = row["cost_range"]["low"], row["cost_range"]["high"], row["share_from_assumed_prices"]
    return [words.money(low), words.money(high), ABSENT if share is None else words.part(share)]


def _dot_title(row: Mapping[str, Any], moved: Sequence[str], words: Words) -> str:
    """What a point asks of each target that moves, and what its plan costs and reaches, one line each."""
    lines = [words["key_of"].format(label=words.share(row["share"]), value=words.money(row["value"]))]
    lines += [
        words["frontier.asked_reached"].format(
            target=words.name("targets", one["target"]),
            asked=words.share(one["required"]),
            reached=words.share(one["after"]),
        )
        for one in row.get("targets", ())
        if one["target"] in moved
    ]
    return "\n".join(lines)


def _reached_table(document: Mapping[str, Any], words: Words) -> Table:
    """One row a point: what it asks of each target and what its plan reaches; before it today, after it the best."""
    points = document["points"]
    targets = points[0]["targets"]
    headers = [words["frontier.coverage"]]
    for one in targets:
        stays = "" if one["target"] in document["moved"] else f" {words['frontier.stays']}"
        headers.append(words.name("targets", one["target"]) + stays)
    rows = [[words["today"], *(words.share(one["before"]) for one in targets)]]
    for row in points:
        pairs = [(words.share(one["required"]), words.share(one["after"])) for one in row["targets"]]
        rows.append([_point_name(row, words), *(f"{asked} → {reached}" for asked, reached in pairs)])
    rows.append([words["frontier.at_best"], *(words.share(one["reachable"]) for one in targets)])
    return Table(headers, rows, figures=frozenset(range(1, len(targets) + 1)))


def _point_name(row: Mapping[str, Any], words: Words) -> str:
    return words.share(row["share"]) + (f" – {words['frontier.study']}" if row["asked_by_study"] else "")


def _changes_table(document: Mapping[str, Any], words: Words) -> Table:
    """One row a point of the curve: its works, those that come and go, and those that stay in all further plans."""
    kinds = ("built", "comes", "goes", "always")
    rows = [
        [
            words.share(document["points"][change["point"]]["share"]),
            *(_works_text(change[kind], words) for kind in kinds),
        ]
        for change in document["changes"]
    ]
    headers = [words["frontier.coverage"], *(words[f"frontier.works_{kind}"] for kind in kinds)]
    return Table(headers, rows, figures=frozenset(range(len(headers))))


def _works_text(row: Mapping[str, Any], words: Words) -> str:
    if not row["count"]:
        return ABSENT
    return " · ".join((words.number(row["count"]), words.length(row["routes_m"]), words.money(row["capex_eur"])))


def _interval(step: Mapping[str, Any], words: Words) -> str:
    low, high = step["at_least_eur_per_percent"], step["at_most_eur_per_percent"]
    if high is None:
        return words["frontier.at_least"].format(amount=words.money(low))
    return words["range_of"].format(low=words.money(low), high=words.money(high))


def _bend_text(document: Mapping[str, Any], words: Words) -> str:
    bend = document["bend"]
    if bend is None:
        return words["frontier.no_bend"]
    return words["frontier.bend"].format(
        share=words.share(bend["share"]),
        before=_interval(bend["before"], words),
        after=_interval(bend["after"], words),
    )


def _csv_table(document: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    """One row a point, target and zone; amounts are those of the point."""
    head = [
        "point",
        "kind",
        "asked_by_study",
        "share",
        "status",
        "cost_eur",
        "bound_eur",
        "gap",
        "capex_low_eur",
        "capex_high_eur",
        "share_from_assumed_prices",
        "figure",
        "basis",
        "currency",
        "figure_low_eur",
        "figure_high_eur",
    ]
    own = ["target", "zone", "required", "before", "after", "reachable"]
    step_keys = ["at_least_eur_per_percent", "at_most_eur_per_percent"]
    steps = {step["from"]: step for step in document["steps"]}
    rows = []
    for number, point in enumerate(document["points"]):
        first = [number, point["kind"], point["asked_by_study"], point["share"], point["status"]]
        first += [point["value"], point["bound"], point["gap"]]
        first += [point["cost_range"]["low"], point["cost_range"]["high"], point["share_from_assumed_prices"]]
        own_range = point["figure_range"] or point["cost_range"]  # of capex, the two are one
        first += [document["figure"], document["basis"], document["unit"], own_range["low"], own_range["high"]]
        proven = [steps[number][key] if number in steps else None for key in step_keys]
        rows += [[*first, *proven, *(row[key] for key in own)] for row in point["coverage"]]
    return [*head, *(f"next_percent_{key.removesuffix('_per_percent')}" for key in step_keys), *own], rows
