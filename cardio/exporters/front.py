"""The first screen of the report: what it costs the town, what that buys, what else could be done, what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardio.deliverable import Deliverable
from cardio.exporters.cash import name_figure
from cardio.exporters.front_asks import say_asks, say_risks
from cardio.exporters.front_options import OptionTable, put_options
from cardio.exporters.front_sentence import MANY, name_unit, say_opening
from cardio.exporters.frontier import Curve, draw_curve
from cardio.exporters.page import Table
from cardio.exporters.texts import ABSENT, Words, words_of
from cardio.report import Report
from cardio.report_chain import Amounts, Chain
from cardio.report_coverage import TargetShares, Unserved

MOST_TARGETS = 6
HALF_WAY = 0.5


@dataclass(frozen=True)
class Step:
    """A step of the way from the price of the works to the net cost, in words.

    Attributes
    ----------
    sign : str
        ``+``, ``−``, ``=`` or nothing: what is done with the amount.
    strong : bool
        Whether it is a sum rather than what is added or taken away.
    """

    sign: str
    label: str
    amount: str
    low: str
    high: str
    strong: bool


@dataclass(frozen=True)
class TargetBar:
    """A target before and after, in words and as percentages of a bar."""

    name: str
    where: str
    before: str
    after: str
    required: str
    percent: Mapping[str, float]
    met: bool


@dataclass(frozen=True)
class Front:
    """The first screen in words.

    Attributes
    ----------
    start, clauses
        The sentence that opens the report.
    steps : sequence of Step
    notes : sequence of str
        Under the steps.
    targets : sequence of TargetBar
    more_targets : str
        Empty where all targets are shown.
    unserved : sequence of (str, sequence of str)
        Service, and what is said of it.
    options : OptionTable
    asks : sequence of str
    risks : sequence of (str, str)
        Euros at stake, and the sentence.
    trust : sequence of (str, str)
        A figure, and what it is.
    curve, curve_points, curve_basis
        Cost against coverage, drawn and as a table, and what its costs are; None and empty where the study asks for
        none or none can be had.
    """

    start: str
    clauses: Sequence[str]
    steps: Sequence[Step]
    notes: Sequence[str]
    targets: Sequence[TargetBar]
    more_targets: str
    unserved: Sequence[tuple[str, Sequence[str]]]
    options: OptionTable
    asks: Sequence[str]
    risks: Sequence[tuple[str, str]]
    trust: Sequence[tuple[str, str]]
    curve: Curve | None
    curve_points: Table | None
    curve_basis: str

    @property
    def sentence(self) -> str:
        """The opening as one sentence."""
        return " ".join([self.start, " ; ".join(self.clauses)]).strip()


def make_front(deliverable: Deliverable) -> Front | None:
    """Word the first screen of a plan; None for a deliverable without what `cardio.report.make_report` computes."""
    report, words, summary = deliverable.report, words_of(deliverable), deliverable.summary
    if report is None:
        return None
    counted = {row.service: row for row in report.unserved}
    start, clauses = say_opening(summary, report.chain, report.targets, counted, words)
    shown = report.targets[:MOST_TARGETS]
    more = len(report.targets) - len(shown)
    return Front(
        start=start,
        clauses=clauses,
        steps=climb(report.chain, words),
        notes=_notes(summary, report.chain, words),
        targets=[_bar(row, words) for row in shown],
        more_targets=words["front.more_targets"].format(count=more) if more else "",
        unserved=[_say_unserved(row, words) for row in report.unserved],
        options=put_options(report, summary, words),
        asks=say_asks(report, words),
        risks=say_risks(report.risks, words),
        trust=_trust(report, summary, words),
        curve=None if report.frontier is None else draw_curve(report.frontier, words),
        curve_points=None if report.frontier is None else _points(report.frontier, words),
        curve_basis=words["front.curve_basis"].format(figure=name_figure(summary, words)) if report.frontier else "",
    )


def climb(chain: Chain, words: Words) -> list[Step]:
    """Return the steps that change anything, with the sums between them; to the cent."""
    steps = [_step("", "excl_tax", chain.excl_tax, words, strong=True)]
    if chain.net is None:
        return steps
    if chain.vat is not None and chain.incl_tax is not None and chain.vat.typical:
        steps += [_step("+", "vat", chain.vat, words), _step("=", "incl_tax", chain.incl_tax, words, strong=True)]
    less = {"vat_back": chain.vat_back, "fctva": chain.fctva, "grants": chain.grants}
    given = [
        _step("−", name, amounts, words) for name, amounts in less.items() if amounts is not None and amounts.typical
    ]
    return [*steps, *given, _step("=", "net", chain.net, words, strong=True)] if given else steps


def _step(sign: str, name: str, amounts: Amounts, words: Words, *, strong: bool = False) -> Step:
    low, typical, high = (words.money(cents / 100) for cents in (amounts.low, amounts.typical, amounts.high))
    return Step(sign, words[f"front.step.{name}"], typical, low, high, strong)


def _notes(summary: Mapping[str, Any], chain: Chain, words: Words) -> list[str]:
    budget = summary.get("budget")
    notes = [words["front.low_high"]]
    if chain.net is None:
        notes.append(words["front.nobody_pays"])
    if budget:
        notes.append(words["front.works_alone"].format(amount=words.whole_money(budget["total"])))
    return notes


def _bar(row: TargetShares, words: Words) -> TargetBar:
    parts = [row.zone] if row.scope == "zone" else [words["front.each_zone"]] if row.scope == "each" else []
    if row.providers > 1:
        parts.append(words["front.two_providers"].format(count=row.providers))
    shares = {"required": row.required, "before": row.before, "after": row.after}
    return TargetBar(
        name=words.name("targets", row.target),
        where=", ".join(parts),
        before=words.share(row.before),
        after=words.share(row.after),
        required=words["front.asked"].format(share=words.part(row.required)),
        percent={name: round(100 * min(1.0, share), 2) for name, share in shares.items()},
        met=row.met,
    )


def _say_unserved(row: Unserved, words: Words) -> tuple[str, list[str]]:
    name = words.name("services", row.service)
    if round(row.left) == 0:
        return name, [words["front.all_served"]]
    unit = name_unit(MANY, row.weight, row.kind, words)
    said = [words["front.left"].format(left=words.number(row.left), total=f"{words.number(row.total)} {unit}")]
    if round(row.out_of_reach):
        said.append(words["front.out_of_reach"].format(count=words.number(row.out_of_reach)))
    told = [", ".join(said) + "."]
    if row.places:
        counts = row.places_are == "zone" or any(place.weight != 1 for place in row.places)
        places = [f"{place.name} ({words.number(place.weight)})" if counts else place.name for place in row.places]
        told.append(words["front.most_in"].format(places=", ".join(places)))
    return name, told


def _trust(report: Report, summary: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """Share of euros assumed, metres on unverified data, and what is proven."""
    share, doubts = summary["cost"]["share_from_assumed_prices"] or 0.0, report.doubts
    told = [(words.part(share), words["front.trust.assumed"])]
    if doubts.total_m:
        total = words.length(doubts.total_m)
        layers = ", ".join(words.name("layers", name) for name in doubts.layers)
        ground = words["front.trust.ground"].format(total=total, layers=f" ({layers})" if layers else "")
        told.append((words.length(doubts.doubtful_m), ground))
    objective = summary["objective"]
    if summary["status"] == "optimal" and objective["name"] == "least_cost":
        told.append((words.share_up(0.0), words["front.trust.optimal"]))
    elif objective["gap"] is not None:
        name = "gap" if objective["name"] == "least_cost" else "coverage"
        told.append((words.share_up(objective["gap"]), words[f"front.trust.{name}"]))
    return told


def _points(frontier: Mapping[str, Any], words: Words) -> Table:
    """Share asked, plan found, bound and gap of each point."""
    rows = []
    for row in frontier["points"]:
        name = _name_point(row, words)
        gap = ABSENT if row["gap"] is None else words.share_up(row["gap"])
        rows.append([name, words.share(row["share"]), words.money(row["value"]), words.money(row["bound"]), gap])
    heads = [words[f"frontier.{name}"] for name in ("point", "coverage", "plan", "bound", "gap")]
    return Table(heads, rows, frozenset({1, 2, 3, 4}))


def _name_point(row: Mapping[str, Any], words: Words) -> str:
    if row["asked_by_study"]:
        return words["front.option.plan"]
    if row["kind"] == "today":
        return words["today"]
    return words["front.option.half"] if row["level"] == HALF_WAY else ""
