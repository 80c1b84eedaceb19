"""sensitivity.html, two tables and sensitivity.json: a plan at other prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cardio.certainty_texts import say_prices
from cardio.exporters.csv_table import write_csv
from cardio.exporters.headline import tell_chances
from cardio.exporters.page import TEMPLATES, Table
from cardio.exporters.spread_pictures import SHOWN_ROWS, draw_histogram, draw_tornado
from cardio.exporters.summary import summary_text
from cardio.exporters.texts import ABSENT, Words, words_of_document
from gis_layers import Progress, silent

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
DRAW_COLUMNS = (
    "draw", "status", "own_cost", "value", "bound", "gap", "low", "high", "share_from_assumed_prices", "best_plan",
    "regret_eur", "regret_at_most_eur", "within_gap",
)  # fmt: skip
SECTION_OF = {"site": "options", "route": "laying"}
WORK_COLUMNS = ("id", "kind", "name", "street", "length_m", "cost_eur", "in_plan", "draws", "stays", "same_way")


def export_sensitivity(
    document: Mapping[str, Any], language: str, folder: Path, progress: Progress = silent
) -> dict[str, Path]:
    """Write ``html``, ``csv``, ``works`` and ``json`` of a sensitivity into an existing folder."""
    progress("export", None, "sensitivity")
    names = {"html": "sensitivity.html", "csv": "sensitivity.csv", "works": "works.csv", "json": "sensitivity.json"}
    paths = {kind: folder / name for kind, name in names.items()}
    paths["html"].write_text(render_sensitivity(document, words_of_document(document, language)), encoding="utf-8")
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
        chart=draw_histogram(document["uncertainty"], words),
        tornado=draw_tornado(document["uncertainty"], words),
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
            words.name(SECTION_OF[str(row["kind"])], str(row["name"])),
            str(row["street"]),
            words.money(row["cost_eur"]),
            words.yes_no(row["in_plan"]),
            ABSENT if row["stays"] is None else words.part(row["stays"]),
        ]
        for row in works
        if not (row["in_plan"] and row["stays"] == 1.0)
    ]
    headers = [words["work"], words["sensitivity.id"], words["sensitivity.by"], words["sensitivity.street"]]
    headers += [words["sensitivity.cost"], words["sensitivity.in_plan"], words["sensitivity.stays"]]
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
