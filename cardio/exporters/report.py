"""report.html: the study on paper, one self-contained file with the map inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cardio.deliverable import Deliverable
from cardio.exporters.cash import name_figure
from cardio.exporters.equity import equity_figures
from cardio.exporters.front import make_front
from cardio.exporters.headline import Headline, make_headline
from cardio.exporters.map import POLICY
from cardio.exporters.page import TEMPLATES, Table
from cardio.exporters.picture import draw_picture
from cardio.exporters.quantities import route_quantities
from cardio.exporters.report_money import tell_money
from cardio.exporters.texts import Words, join_text, words_of
from cardio.exporters.totals import bill_by_phase, bill_by_price, to_cents
from gis_layers import Finding, rank_findings

WORST = 20


def render_report(deliverable: Deliverable, map_html: str) -> str:
    """Return the report of a plan as one page.

    Parameters
    ----------
    map_html : str
        The page of `render_map`; it runs in a sandbox without access to the report.
    """
    words = words_of(deliverable)
    summary = deliverable.summary
    page = TEMPLATES.get_template("report.html").render(
        words=words,
        policy=POLICY,
        headline=make_headline(summary, words),
        front=make_front(deliverable),
        facts=_facts(deliverable, words),
        targets=[_target(row, words) for row in summary["coverage"]],
        equity=_equity(summary["equity"], words),
        picture=draw_picture(deliverable, words),
        picture_title=words["picture"],
        map_html=map_html,
        built=[_sites(deliverable, words), _routes(deliverable, words)],
        connections=_connections(deliverable, words),
        bill=_bill(deliverable, words),
        quantities=_quantities(deliverable, words),
        money=tell_money(deliverable, words),
        phases=_phases(deliverable, words),
        phase_coverage=_phase_coverage(summary["phases"], words),
        findings=_findings(deliverable.findings, words),
        assumptions=_pairs(deliverable.assumptions, words),
        layers=_layers(summary["layers"], words),
        made_by=words["made_by"].format(
            version=summary["cardio_version"], seed=summary["seed"], created=words.moment(summary["created"])
        ),
    )
    return str(page)


def _facts(deliverable: Deliverable, words: Words) -> list[tuple[str, str]]:
    """Label and value of the first lines under the headline."""
    summary = deliverable.summary
    headline: Headline = make_headline(summary, words)
    cost, greedy = summary["cost"], summary["baseline"]["greedy_cost"]
    built = words["built_in_words"].format(
        sites=words.number(len(deliverable.sites)), length=words.length(float(deliverable.routes["length_m"].sum()))
    )
    budget = summary["objective"]["budget"]
    facts = [
        *([] if budget is None else [(words["budget"], _budget(budget, cost["capex"], words))]),
        (words["money.title"], headline.money),
        (words["proof"], headline.proof),
        (words["built"], built),
        (words["verification"], words["verified" if summary["verified"] else "unverified"]),
    ]
    if greedy is None:
        return facts
    shown = words.money(greedy)
    if summary["objective"]["minimise"] != "capex":
        shown = words["figure.of"].format(amount=shown, figure=name_figure(summary, words))
    return [*facts, (words["comparison"], words["greedy"].format(cost=shown))]


def _budget(budget: float, capex: float, words: Words) -> str:
    left = round(max(0.0, budget - capex), 2)
    return words["budget_of"].format(budget=words.money(budget), left=words.money(left))


def _target(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """One line of the target table; shares also as percentages for the bar."""
    names = ("required", "before", "after", "reachable")
    zone = row.get("zone_name") or row["zone"]
    return {
        "cells": [
            words.name("targets", str(row["target"])),
            words.name("services", str(row["service"])),
            words["whole_town"] if zone is None else str(zone),
        ],
        "shares": [words.share(row[name]) for name in names],
        "percent": {name: round(100 * min(1.0, row[name] or 0.0), 2) for name in names},
        "met": words.yes_no(row["met"]),
        "is_met": row["met"],
    }


def _equity(rows: Sequence[Mapping[str, Any]], words: Words) -> Table:
    """Worst zone, worst tenth of the demand and Gini coefficient of each target that has zones."""

    def show(figure: str, value: float | None) -> str:
        return words.number(value, 3) if figure == "gini" else words.share(value)

    cells = [
        [words.name("targets", row.target), row.label, show(row.figure, row.before), show(row.figure, row.after)]
        for row in equity_figures(rows, words)
    ]
    headers = [words["target"], words["equity.figure"], words["before"], words["after"]]
    return Table(headers, cells, frozenset({2, 3}))


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


def _findings(findings: Sequence[Finding], words: Words) -> dict[str, Any]:
    """Counts by severity and code, and the worst few in full."""
    counts = Counter((finding.severity, finding.code) for finding in rank_findings(findings))
    worst = rank_findings(findings)[:WORST]
    headers = ("severity", "code", "layer", "feature", "message", "done", "advice")
    return {
        "counts": Table(
            [words["severity"], words["code"], words["count"]],
            [[words[f"severity.{severity}"], code, words.number(count)] for (severity, code), count in counts.items()],
            frozenset({2}),
        ),
        "worst": Table(
            [words[name] for name in headers],
            [[words[f"severity.{f.severity}"], f.code, f.layer, f.feature, f.message, f.done, f.advice] for f in worst],
        ),
        "shown": words["all_findings"].format(shown=words.number(len(worst)), total=words.number(len(findings))),
    }


def _pairs(pairs: Mapping[str, str], words: Words) -> Table:
    return Table([words["entry"], words["value"]], [[key, join_text(value)] for key, value in pairs.items()])


def _layers(layers: Iterable[Mapping[str, Any]], words: Words) -> Table:
    headers = [words[name] for name in ("layer", "kind", "path", "rows_read", "rows_kept")]
    rows = [
        [
            str(layer["name"]),
            words.kind(layer["kind"]),
            str(layer["path"]),
            words.number(layer["rows_read"]),
            words.number(layer["rows_kept"]),
            str(layer["sha256"]),
        ]
        for layer in layers
    ]
    return Table([*headers, "SHA-256"], rows, frozenset({3, 4}))
