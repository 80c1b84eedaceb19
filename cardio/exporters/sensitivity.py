"""sensitivity.html, two tables and sensitivity.json: a plan at other prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardio.certainty_texts import say_prices
from cardio.exporters.csv_table import write_csv
from cardio.exporters.headline import tell_chances
from cardio.exporters.report import TEMPLATES, Table
from cardio.exporters.summary import summary_text
from cardio.exporters.texts import ABSENT, Words, readable
from gis_layers import Progress, silent

WIDTH, LEFT, RIGHT, TOP, HEIGHT, FLOOR = 1080, 40, 40, 66, 320, 272
BAR, NAMES, FIGURES = 30, 330, 150
SHOWN_ROWS = 12
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
DRAW_COLUMNS = (
    "draw", "status", "own_cost", "value", "bound", "gap", "low", "high", "share_from_assumed_prices", "best_plan",
    "regret_eur", "regret_at_most_eur", "within_gap",
)  # fmt: skip
WORK_COLUMNS = ("id", "kind", "name", "street", "length_m", "cost_eur", "in_plan", "draws", "stays")


@dataclass(frozen=True)
class Bar:
    """A bar of a picture, px, with words for it."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Mark:
    """A line across a picture at an amount, px."""

    x: float
    label: str
    strong: bool
    row: int


@dataclass(frozen=True)
class Swinging:
    """A row of the tornado: its bar to the left and to the right of the typical total, px, and its words."""

    y: float
    low: Bar
    high: Bar
    name: str
    figures: str
    assumed: bool


@dataclass(frozen=True)
class Tornado:
    """The rows that move the total most."""

    rows: Sequence[Swinging]
    middle: float
    height: float
    width: int = WIDTH


def export_sensitivity(
    document: Mapping[str, Any], language: str, folder: Path, progress: Progress = silent
) -> dict[str, Path]:
    """Write ``html``, ``csv``, ``works`` and ``json`` of a sensitivity into an existing folder."""
    progress("export", None, "sensitivity")
    names = {"html": "sensitivity.html", "csv": "sensitivity.csv", "works": "works.csv", "json": "sensitivity.json"}
    paths = {kind: folder / name for kind, name in names.items()}
    paths["html"].write_text(render_sensitivity(document, Words(language, document["unit"])), encoding="utf-8")
    write_csv(list(DRAW_COLUMNS), [_draw_cells(row) for row in document["draws"]], paths["csv"])
    works = [[_flag(row[name]) for name in WORK_COLUMNS] for row in document["works"]]
    write_csv(list(WORK_COLUMNS), works, paths["works"])
    paths["json"].write_text(summary_text(document), encoding="utf-8")
    return paths


def render_sensitivity(document: Mapping[str, Any], words: Words) -> str:
    """Return the pictures and tables as one page that needs neither network nor script."""
    stay = [row for row in document["works"] if row["in_plan"]]
    always = sum(row["stays"] == 1.0 for row in stay)
    return TEMPLATES.get_template("sensitivity.html").render(
        document=document,
        words=words,
        policy=POLICY,
        facts=_facts(document, words),
        bars=draw_histogram(document["uncertainty"], words),
        marks=_marks(document, words),
        width=WIDTH,
        height=HEIGHT,
        floor=FLOOR,
        tornado=draw_tornado(document, words),
        draws=_draws_table(document, words),
        plans=_plans_table(document, words),
        works=_works_table(document["works"], words),
        works_stay=words["sensitivity.works_stay"].format(count=words.number(always), total=words.number(len(stay))),
        decide=_decide_table(document, words),
    )


def _facts(document: Mapping[str, Any], words: Words) -> list[str]:
    """Sentences under the headline."""
    regret, draws = document["regret"], len(document["draws"])
    gap = ABSENT if document["gap"] is None else words.share_up(document["gap"])
    first = words["sensitivity.plan"].format(
        value=words.money(document["value"]), figure=words[f"figure.{document['figure']}"], gap=gap
    )
    prices = say_prices(document, language=words.language, money=words.money, part=words.part)
    own = document["plans"][0]
    often = words["sensitivity.often"].format(
        best=own["best_in"], near=own["within_gap_in"], draws=draws, gap=words.share_up(document["gap_asked"])
    )
    regrets = words["sensitivity.regret_of"].format(
        mean=words.money(regret["mean_eur"]),
        most=words.money(regret["most_eur"]),
        proven=words.money(regret["most_at_most_eur"]),
    )
    facts = [f"{first} {prices}", *(text for _, text in tell_chances(document, words)), f"{often} {regrets}"]
    steady = document["steadiest"]
    if steady:  # another than this plan
        regret = document["plans"][steady]
        amounts = {name: words.money(regret[f"{name}_regret_eur"]) for name in ("mean", "most")}
        facts.append(words["sensitivity.steadiest"].format(plan=_plan_name(steady, words), **amounts))
    return facts


def draw_histogram(spread: Mapping[str, Any], words: Words) -> list[Bar]:
    """Bars of the distribution of the total; they stand on the floor of the picture."""
    edges, counts = spread["histogram"]["edges"], spread["histogram"]["counts"]
    most = max(counts)
    bars = []
    for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
        left, right = _x_of(low, edges), _x_of(high, edges)
        height = round((FLOOR - TOP) * count / most, 1)
        span = words["range_of"].format(low=words.money(low), high=words.money(high))
        title = words["key_of"].format(label=span, value=words.part(count / spread["draws"]))
        bars.append(Bar(left, round(FLOOR - height, 1), round(max(right - left - 1, 2), 1), height, title))
    return bars


def _marks(document: Mapping[str, Any], words: Words) -> list[Mark]:
    """Typical total and percentiles, their words on alternating rows."""
    spread = document["uncertainty"]
    edges = spread["histogram"]["edges"]
    named = [(spread["typical"], words["sensitivity.typical"])]
    named += [(spread[name], name.upper()) for name in ("p10", "p50", "p80", "p90")]
    return [
        Mark(_x_of(amount, edges), f"{name} {words.money(amount)}", number == 0, number % 3)
        for number, (amount, name) in enumerate(named)
    ]


def _x_of(amount: float, edges: Sequence[float]) -> float:
    span = edges[-1] - edges[0]
    part = (amount - edges[0]) / span if span > 0 else 0.5
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(part, 0.0), 1.0), 1)


def draw_tornado(document: Mapping[str, Any], words: Words) -> Tornado:
    """Bars of the rows that swing the total most, around the total at typical prices."""
    rows = document["uncertainty"]["tornado"][:SHOWN_ROWS]
    low = min((row["low"] for row in rows), default=0.0)
    high = max((row["high"] for row in rows), default=1.0)
    left, right = float(NAMES), float(WIDTH - FIGURES)

    def x_of(amount: float) -> float:
        return round(left + (right - left) * (amount - low) / ((high - low) or 1.0), 1)

    middle = x_of(document["uncertainty"]["typical"])
    swinging = []
    for number, row in enumerate(rows):
        y = 8.0 + BAR * number
        title = words["range_of"].format(low=words.money(row["low"]), high=words.money(row["high"]))
        less = Bar(x_of(row["low"]), y, round(middle - x_of(row["low"]), 1), BAR - 10.0, title)
        more = Bar(middle, y, round(x_of(row["high"]) - middle, 1), BAR - 10.0, title)
        swinging.append(Swinging(y, less, more, str(row["label"]), words.money(row["swing"]), row["assumed"]))
    return Tornado(swinging, middle, 16.0 + BAR * len(rows))


def _draws_table(document: Mapping[str, Any], words: Words) -> Table:
    rows = [
        [
            str(row["draw"]),
            words.money(row["own_cost"]),
            words.money(row["value"]),
            ABSENT if row["best_plan"] is None else _plan_name(row["best_plan"], words),
            words.money(row["bound"]),
            ABSENT if row["gap"] is None else words.share_up(row["gap"]),
            words.money(row["regret_eur"]),
            words.money(row["regret_at_most_eur"]),
            words["range_of"].format(
                low=words.money(row["cost_range"]["low"]), high=words.money(row["cost_range"]["high"])
            ),
            ABSENT if row["share_from_assumed_prices"] is None else words.part(row["share_from_assumed_prices"]),
        ]
        for row in document["draws"]
    ]
    names = ("draw", "own", "best", "which", "bound", "gap", "regret", "at_most", "range", "assumed")
    return Table([words[f"sensitivity.{name}"] for name in names], rows, frozenset({0, 1, 2, 4, 5, 6, 7, 8, 9}))


def _plans_table(document: Mapping[str, Any], words: Words) -> Table:
    rows = [
        [
            _plan_name(row["plan"], words),
            words.number(row["best_in"]),
            words.number(row["within_gap_in"]),
            words.money(row["mean_regret_eur"]),
            words.money(row["most_regret_eur"]),
        ]
        for row in document["plans"]
    ]
    names = ("which", "best_in", "near_in", "mean_regret", "most_regret")
    return Table([words[f"sensitivity.{name}"] for name in names], rows, frozenset({1, 2, 3, 4}))


def _plan_name(number: int, words: Words) -> str:
    return words["sensitivity.own_plan"] if number == 0 else words["sensitivity.other_plan"].format(number=number)


def _works_table(works: Sequence[Mapping[str, Any]], words: Words) -> Table:
    """Works that do not stay in every draw: those of the plan, then those that come in."""
    rows = [
        [
            words[f"work.{row['kind']}"],
            str(row["id"]),
            readable(str(row["name"])),
            str(row["street"]),
            words.money(row["cost_eur"]),
            words.yes_no(row["in_plan"]),
            ABSENT if row["stays"] is None else words.part(row["stays"]),
        ]
        for row in works
        if not (row["in_plan"] and row["stays"] == 1.0)
    ]
    headers = [words["work"], words["sensitivity.id"], words["sensitivity.by"], words["sensitivity.street"]]
    headers += [words["cost"], words["sensitivity.in_plan"], words["sensitivity.stays"]]
    return Table(headers, rows, frozenset({4, 6}))


def _decide_table(document: Mapping[str, Any], words: Words) -> Table:
    rows = [
        [str(row["label"]), words.number(row["draws"]), words.money(row["against_plan_eur"])]
        for row in document["decide"][:SHOWN_ROWS]
    ]
    headers = [words["label"], words["sensitivity.in_draws"], words["sensitivity.against"]]
    return Table(headers, rows, frozenset({1, 2}))


def _draw_cells(row: Mapping[str, Any]) -> list[Any]:
    flat = {**row, "low": row["cost_range"]["low"], "high": row["cost_range"]["high"]}
    return [_flag(flat[name]) for name in DRAW_COLUMNS]


def _flag(value: Any) -> Any:
    """A truth value as 1 or 0, as the tables of alternatives have them."""
    return int(value) if isinstance(value, bool) else value
