"""compare.xlsx: the side-by-side table and the works of every scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cardio.compare_table import Form, Measure, list_measures
from cardio.exporters.cells import MONEY, QUANTITY, SHARE, Cell, Column, Number, Sheet
from cardio.exporters.sheet_writer import write_book
from cardio.exporters.texts import ABSENT, Words

FORMATS: Mapping[Form, str] = {
    "money": MONEY, "share": SHARE, "worth_bound": "0.00%", "gap": "0.00%", "part": SHARE, "length": QUANTITY,
    "count": "#,##0",
}  # fmt: skip
NameOf = Callable[[Measure], str]
CellOf = Callable[[Measure, Any], str]


def write_comparison_book(
    document: Mapping[str, Any], words: Words, path: Path, *, name_of: NameOf, text_of: CellOf
) -> None:
    """Write the workbook.

    Parameters
    ----------
    name_of, text_of : callable
        Words of a measure and of one of its cells, as the page shows them.
    """
    names = [row["name"] for row in document["scenarios"]]
    measures = Sheet(
        [Column(words["compare.measure"], 52), *(Column(name, 22) for name in names)],
        [
            [name_of(measure), *(_cell(measure, value, text_of) for value in measure.cells)]
            for measure in list_measures(document)
        ],
    )
    write_book({words["compare.sheet"]: measures, words["compare.works_sheet"]: _works(document, words)}, path)


def _cell(measure: Measure, value: Any, text_of: CellOf) -> Cell:
    if value is None:
        return ABSENT
    return text_of(measure, value) if measure.form == "text" else Number(float(value), FORMATS[measure.form])


def _works(document: Mapping[str, Any], words: Words) -> Sheet:
    """One row a work; of each scenario how it is built, how long and for how much: empty where it is not."""
    names: Sequence[str] = list(document["works"][0]["scenarios"]) if document["works"] else []
    columns = [Column(words["id"], 40), Column(words["kind"], 16), Column(words["street"], 28)]
    columns.append(Column(words["compare.built_by"], 12, "0"))
    for name in names:
        columns += [
            Column(f"{name} – {words['works_method']}", 22),
            Column(f"{name} – {words['route_m']}", 14, QUANTITY),
            Column(f"{name} – {words['cost']}", 16, MONEY),
        ]
    rows: list[list[Cell]] = []
    for work in document["works"]:
        cells: list[Cell] = [work["id"], words[f"work.{work['kind']}"], work["street"]]
        cells.append(sum(built is not None for built in work["scenarios"].values()))
        for built in work["scenarios"].values():
            if built is None:
                cells += [None, None, None]
            else:
                cells += [words.work_name(work["kind"], built["name"]), built["length_m"], built["cost_eur"]]
        rows.append(cells)
    return Sheet(columns, rows)
