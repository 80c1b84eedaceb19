"""Sheets of plan.xlsx for a plan of several years: capex by year and kind of work, coverage by year."""

from __future__ import annotations

from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, SHARE, Cell, Column, Formula, cell_range
from cardio.exporters.texts import Words
from cardio.exporters.totals import WORK_KINDS, bill_by_phase
from cardio.exporters.workbook_works import AMOUNTS, KIND, YEARS


def phase_sheet(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    """Sums over the Works sheet by year and kind of work; under them the totals, which are those of the Bill sheet."""
    lines = len(deliverable.bill)
    kinds, amounts, years = (cell_range("Works", column, lines) for column in (KIND, AMOUNTS, YEARS))
    phases = bill_by_phase(deliverable)
    rows: list[list[Cell]] = []
    for number, phase in enumerate(phases, start=2):
        parts = (phase.sites_cents, phase.routes_cents, phase.connections_cents)
        sums = [
            Formula(f'=SUMIFS({amounts},{years},$A{number},{kinds},"{words[f"work.{kind}"]}")', cents / 100)
            for kind, cents in zip(WORK_KINDS, parts, strict=True)
        ]
        total = Formula(f"=SUM(C{number}:E{number})", phase.total_cents / 100)
        rows.append([phase.year, phase.budget_eur, *sums, total])
    last = len(phases) + 1
    columns = {
        "C": sum(phase.sites_cents for phase in phases),
        "D": sum(phase.routes_cents for phase in phases),
        "E": sum(phase.connections_cents for phase in phases),
        "F": sum(phase.total_cents for phase in phases),
    }
    rows.append(
        [
            words["total"],
            None,
            *(Formula(f"=SUM({name}2:{name}{last})", cents / 100) for name, cents in columns.items()),
        ]
    )
    heads = ("budget_cost", "sites_cost", "routes_cost", "connections_cost", "total_cost")
    return [Column(words["year"], 10, "0"), *(Column(words[name], 20, MONEY) for name in heads)], rows


def phase_coverage_sheet(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    """One row a target and year; what a year does not ask stays empty."""
    rows: list[list[Cell]] = [
        [
            words.name("targets", str(row["target"])),
            words.name("services", str(row["service"])),
            words["whole_town"] if row["zone"] is None else str(row["zone_name"] or row["zone"]),
            phase["year"],
            row["required"],
            row["after"],
            words.yes_no(row["met"]),
        ]
        for phase in deliverable.summary["phases"]
        for row in phase["coverage"]
    ]
    columns = [
        *(Column(words[name], 26) for name in ("target", "service", "zone")),
        Column(words["year"], 10, "0"),
        Column(words["required"], 12, SHARE),
        Column(words["share_by_end"], 22, SHARE),
        Column(words["met_in_full"], 22),
    ]
    return columns, rows
