"""What a comparison leaves behind: page, tables, workbook, layers and document of scenarios side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cardio.compare_table import Measure, leave_out_alike, list_measures
from cardio.deliverable import Deliverable
from cardio.exporters.compare_book import write_comparison_book
from cardio.exporters.compare_layers import write_comparison_layers
from cardio.exporters.compare_map import list_facts, render_comparison_map
from cardio.exporters.compare_picture import draw_both
from cardio.exporters.compare_told import tell_difference
from cardio.exporters.compare_worded import word_document
from cardio.exporters.csv_table import write_csv
from cardio.exporters.map import POLICY
from cardio.exporters.page import TEMPLATES, Part, Table
from cardio.exporters.summary import summary_text
from cardio.exporters.texts import ABSENT, Words, words_of_document
from cardio.plan_works import works_of_deliverable
from gis_layers import Progress, silent

SECTION_OF = {"routes": "laying", "sites": "options"}
UNITS = {"share": "share", "worth_bound": "share", "gap": "share", "part": "share", "length": "m", "count": "each"}


def export_comparison(
    document: Mapping[str, Any],
    plans: Mapping[str, Deliverable],
    language: str,
    folder: Path,
    progress: Progress = silent,
) -> dict[str, Path]:
    """Write ``page``, ``table``, ``works``, ``document``, ``workbook``, ``layers``, ``map`` into a folder.

    Without any plan there are neither layers nor map.

    Parameters
    ----------
    plans : mapping of str to Deliverable
        Of the scenarios that have a plan.
    """
    progress("export", None, "compare")
    names = {"page": "compare.html", "table": "compare.csv", "works": "works.csv", "document": "compare.json",
             "workbook": "compare.xlsx"}  # fmt: skip
    paths = {kind: folder / name for kind, name in names.items()}
    words = words_of_document(document, language)
    _write_measures(document, paths["table"])
    _write_works(document, paths["works"])
    paths["document"].write_text(summary_text(document), encoding="utf-8")
    write_comparison_book(
        word_document(document, words),
        words,
        paths["workbook"],
        name_of=lambda measure: _name(measure, words),
        text_of=lambda measure, value: _cell(measure, value, words),
    )
    map_html = ""
    if plans:
        paths |= {"layers": folder / "compare.gpkg", "map": folder / "compare_map.html"}
        works = {name: works_of_deliverable(deliverable) for name, deliverable in plans.items()}
        write_comparison_layers(works, words, paths["layers"])
        map_html = render_comparison_map(document, plans, works, words)
        paths["map"].write_text(map_html, encoding="utf-8")
    paths["page"].write_text(render_comparison(document, plans, words, map_html), encoding="utf-8")
    return paths


def render_comparison(
    document: Mapping[str, Any], plans: Mapping[str, Deliverable], words: Words, map_html: str = ""
) -> str:
    """Return the table, the plans of the first two scenarios that have one drawn in one picture, and what differs."""
    first, *others = document["scenarios"]
    drawn = list(plans)[:2]
    both = len(drawn) == 2
    return TEMPLATES.get_template("compare.html").render(
        document=document,
        words=words,
        policy=POLICY,
        map_html=map_html,
        map_file="compare_map.html",
        first_sentences=[told for row in others if (told := tell_difference(first, row, words))],
        facts=_facts_table(document, words),
        measures=_measures_table(document, words),
        left_out=[
            words["compare.left_out"].format(target=words.name("targets", target), count=words.number(count))
            for target, count in leave_out_alike(list_measures(document))[1].items()
        ],
        told=_sentences(document, words),
        picture=draw_both({name: plans[name] for name in drawn}, words) if both else None,
        picture_title=words["compare.plans"].format(first=drawn[0], other=drawn[1]) if both else "",
        headline={"study": document["study"]},
        pairs=[_pair_part(pair, words) for pair in document["pairs"]],
    )


def _facts_table(document: Mapping[str, Any], words: Words) -> Table:
    """What a reader asks first of each scenario: what it costs, and what it reaches."""
    rows = document["scenarios"]
    told = [[label, *values] for label, values in list_facts(rows, words)]
    return Table(["", *(row["name"] for row in rows)], told, figures=frozenset(range(1, len(rows) + 1)))


def _measures_table(document: Mapping[str, Any], words: Words) -> Table:
    names = [row["name"] for row in document["scenarios"]]
    rows = [
        [_name(measure, words), *(_cell(measure, value, words) for value in measure.cells)]
        for measure in leave_out_alike(list_measures(document))[0]
        if not measure.is_long
    ]
    return Table([words["compare.measure"], *names], rows, figures=frozenset(range(1, len(names) + 1)))


def _sentences(document: Mapping[str, Any], words: Words) -> list[tuple[str, list[str]]]:
    """Name and lines of each text that is too long for the table."""
    names = [row["name"] for row in document["scenarios"]]
    return [
        (_name(measure, words) + (f" – {scenario}" if scenario else ""), text.splitlines())
        for measure in list_measures(word_document(document, words))
        if measure.is_long
        for scenario, text in measure.sentences(names)
    ]


def _name(measure: Measure, words: Words) -> str:
    item = words.name(SECTION_OF.get(measure.key, "targets"), measure.item) + (
        f" – {measure.zone}" if measure.zone else ""
    )
    if measure.form in ("length", "count"):
        return item
    return f"{item} – {words[measure.key].lower()}" if item else words[f"compare.{measure.key}"]


def _cell(measure: Measure, value: Any, words: Words) -> str:
    if value is None:
        return ABSENT
    if measure.key == "figure":
        return words[f"figure.{value}"]
    if measure.key == "status":
        return words[f"compare.status.{value}"]
    write: dict[str, Callable[[Any], str]] = {
        "text": str,
        "money": words.money,
        "share": words.share,
        "gap": words.share_up,
        "worth_bound": words.share_up,
        "part": words.part,
        "length": words.length,
        "count": words.number,
    }
    return write[measure.form](value)


def _pair_part(pair: Mapping[str, Any], words: Words) -> Part:
    first, other, shared = pair["first"], pair["other"], pair["shared"]
    rows = [
        _works_row(words["compare.only"].format(name=first), pair["only_first"], words),
        _works_row(words["compare.only"].format(name=other), pair["only_other"], words),
        _works_row(words["compare.both"].format(name=first), shared["first"], words),
        _works_row(words["compare.both"].format(name=other), shared["other"], words),
    ]
    headers = ["", words["compare.count"], words["compare.metres"], words["compare.capex"]]
    otherwise = words["compare.otherwise"].format(count=shared["built_otherwise"]) if shared["built_otherwise"] else ""
    return Part(
        words["compare.plans"].format(first=first, other=other),
        sentences=[
            words["compare.more" if amount > 0 else "compare.less"].format(
                first=words.quoted(first),
                other=words.quoted(other),
                amount=words.money(abs(amount)),
                what=words[f"compare.{key[:-4]}"].lower(),
            )
            for key, amount in pair["other_costs_more"].items()
            if amount
        ],
        tables=[Table(headers, rows, figures=frozenset({1, 2, 3}))],
        note=otherwise,
    )


def _works_row(label: str, row: Mapping[str, Any], words: Words) -> list[str]:
    return [label, words.number(row["count"]), words.length(row["routes_m"]), words.money(row["capex_eur"])]


def _write_measures(document: Mapping[str, Any], path: Path) -> None:
    """One row a measure, one column a scenario; shares are parts of 1."""
    rows = [
        [row.key, row.item, row.zone, document["unit"] if row.form == "money" else UNITS.get(row.form, ""), *row.cells]
        for row in list_measures(document)
    ]
    write_csv(["measure", "item", "zone", "unit", *(row["name"] for row in document["scenarios"])], rows, path)


def _write_works(document: Mapping[str, Any], path: Path) -> None:
    """One row a work; of each scenario whether it has it (1 or 0), how, how long and for how much."""
    names = list(document["works"][0]["scenarios"]) if document["works"] else []
    keys = ("name", "length_m", "cost_eur")
    rows = []
    for work in document["works"]:
        cells: list[Any] = []
        for built in work["scenarios"].values():
            cells += [int(built is not None), *((None if built is None else built[key]) for key in keys)]
        rows.append([work["id"], work["kind"], work["street"], *cells])
    columns = [f"{name} {what}" for name in names for what in ("has", *keys)]
    write_csv(["work_id", "kind", "street", *columns], rows, path)
