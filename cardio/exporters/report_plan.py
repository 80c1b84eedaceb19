"""The section of the report about the plan: what is built, for how much, when, and what the study decided itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardio.deliverable import Deliverable
from cardio.exporters.coverage_picture import draw_years
from cardio.exporters.page import Table
from cardio.exporters.picture import Picture
from cardio.exporters.quantities import route_quantities
from cardio.exporters.texts import Words
from cardio.exporters.totals import bill_by_phase, bill_by_price, to_cents


@dataclass(frozen=True)
class PlanSection:
    """What the report says about the works.

    Attributes
    ----------
    built : sequence of Table
        Equipment by option and routes by laying method.
    connections : str
        How many users are connected, for how much.
    bill, quantities : Table
        Bill of quantities by price row; metres and pieces of the routes by method and surface.
    fixed : Table
        Works that the study keeps or forbids; without rows where there are none.
    years : Picture or None
        The works by year; None where everything is done at once.
    phases, phase_coverage : Table
        Capex by year and kind of work, shares by year; without rows where everything is done at once.
    """

    built: Sequence[Table]
    connections: str
    bill: Table
    quantities: Table
    fixed: Table
    years: Picture | None
    phases: Table
    phase_coverage: Table


def tell_plan(deliverable: Deliverable, words: Words) -> PlanSection:
    """Word what is built."""
    return PlanSection(
        built=[_sites(deliverable, words), _routes(deliverable, words)],
        connections=_connections(deliverable, words),
        bill=_bill(deliverable, words),
        quantities=_quantities(deliverable, words),
        fixed=_fixed(deliverable.summary["works"], words),
        years=draw_years(deliverable, words),
        phases=_phases(deliverable, words),
        phase_coverage=_phase_coverage(deliverable.summary["phases"], words),
    )


def _fixed(works: Mapping[str, Sequence[str]], words: Words) -> Table:
    """Works that the study decides: those kept before those forbidden."""
    rows = [[words[f"plan.{name}"], str(work)] for name in ("kept", "forbidden") for work in works[name]]
    return Table([words["plan.decision"], words["plan.work"]], rows)


def _sites(deliverable: Deliverable, words: Words) -> Table:
    rows = [
        [
            words.name("options", str(option)),
            words.number(len(part)),
            words.money(int(to_cents(part["cost_eur"]).sum()) / 100),
        ]
        for option, part in deliverable.sites.groupby("option", sort=True)
    ]
    return Table([words["option"], words["count"], words["cost"]], rows, frozenset({1, 2}))


def _routes(deliverable: Deliverable, words: Words) -> Table:
    rows = [
        [
            words.name("laying", str(method)),
            words.length(float(part["length_m"].sum())),
            words.money(int(to_cents(part["cost_eur"]).sum()) / 100),
        ]
        for method, part in deliverable.routes.groupby("method", sort=True)
    ]
    return Table([words["method"], words["length"], words["cost"]], rows, frozenset({1, 2}))


def _connections(deliverable: Deliverable, words: Words) -> str:
    lines = deliverable.bill[deliverable.bill["kind"] == "connection"]
    count = words.number(lines["work_id"].nunique())
    cost = words.money(int(to_cents(lines["amount_eur"]).sum()) / 100)
    return words["key_of"].format(label=words["connections"], value=f"{count} – {cost}")


def _bill(deliverable: Deliverable, words: Words) -> Table:
    bill = bill_by_price(deliverable.bill, deliverable.prices)
    headers = ("price_key", "label", "unit", "quantity", "unit_price", "amount", "assumed")
    rows = [
        [
            row.price_key,
            row.label,
            words[f"unit.{row.unit}"],
            words.number(row.quantity, 2),
            words.price(row.unit_price_eur),
            words.money(row.amount_cents / 100),
            words.yes_no(row.assumed),
        ]
        for row in bill
    ]
    total = ["", words["total"], "", "", "", words.money(sum(row.amount_cents for row in bill) / 100), ""]
    return Table([words[name] for name in headers], rows, frozenset({3, 4, 5}), total)


def _quantities(deliverable: Deliverable, words: Words) -> Table:
    """Metres and pieces of the routes by laying method and surface."""
    heads = [words[name] for name in ("method", "surface", "label", "quantity", "unit", "amount")]
    frame = route_quantities(deliverable.bill)
    rows = [
        [
            words.name("laying", str(row.method)),
            str(row.surface),
            str(row.label),
            words.number(row.quantity, 2),
            words[f"unit.{row.unit}"],
            words.money(row.amount_eur),
        ]
        for row in frame.itertuples(index=False)
    ]
    total = words.money(int(to_cents(frame["amount_eur"]).sum()) / 100)
    return Table(heads, rows, frozenset({3, 5}), [words["total"], "", "", "", "", total])


def _phases(deliverable: Deliverable, words: Words) -> Table:
    """Capex by year and kind of work."""
    phases = bill_by_phase(deliverable)
    heads = ("year", "budget_cost", "sites_cost", "routes_cost", "connections_cost", "total_cost")
    parts = [(each.sites_cents, each.routes_cents, each.connections_cents, each.total_cents) for each in phases]
    rows = [
        [str(phase.year), words.money(phase.budget_eur), *(words.money(cents / 100) for cents in part)]
        for phase, part in zip(phases, parts, strict=True)
    ]
    sums = [words.money(sum(column) / 100) for column in zip(*parts, strict=True)]
    return Table([words[name] for name in heads], rows, frozenset(range(1, 6)), [words["total"], "", *sums])


def _phase_coverage(phases: Sequence[Mapping[str, Any]], words: Words) -> Table:
    """One row a target, one column a year: the share reached by its end, and what the year asks."""
    headers = [words["target"], words["zone"], *(str(phase["year"]) for phase in phases)]
    rows = [
        [
            words.name("targets", str(same[0]["target"])),
            words["whole_town"] if same[0]["zone"] is None else str(same[0]["zone_name"] or same[0]["zone"]),
            *(_share_of_year(row, words) for row in same),
        ]
        for same in zip(*(phase["coverage"] for phase in phases), strict=True)
    ]
    return Table(headers, rows, frozenset(range(2, 2 + len(phases))))


def _share_of_year(row: Mapping[str, Any], words: Words) -> str:
    share = words.share(row["after"])
    return share if row["required"] is None else f"{share} / {words.part(row['required'])}"
