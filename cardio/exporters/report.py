"""report.html: the study on paper, one self-contained file with the map inside."""

from __future__ import annotations

from typing import Any

from cardio.deliverable import Deliverable
from cardio.exporters.cash import name_figure
from cardio.exporters.findings_cells import findings_tables
from cardio.exporters.front import make_front
from cardio.exporters.headline import Headline, make_headline
from cardio.exporters.map import POLICY
from cardio.exporters.page import TEMPLATES
from cardio.exporters.picture import draw_picture
from cardio.exporters.report_diagnosis import tell_diagnosis
from cardio.exporters.report_method import tell_method
from cardio.exporters.report_money import tell_money
from cardio.exporters.report_plan import tell_plan
from cardio.exporters.report_proof import tell_again, tell_proof
from cardio.exporters.report_sensitivity import tell_sensitivity
from cardio.exporters.report_sources import tell_sources
from cardio.exporters.report_template import embed_picture, render_template
from cardio.exporters.texts import Words, words_of

# anchor and title of each section after the first screen, in order; those without content are left out of the list
SECTIONS = {
    "map": "map",
    "diagnosis": "section.diagnosis",
    "plan": "section.plan",
    "money": "money.title",
    "frontier": "front.curve",
    "sensitivity": "section.sensitivity",
    "findings": "findings",
    "method": "section.method",
    "sources": "section.sources",
    "proof": "section.proof",
    "again": "section.again",
}


def render_report(deliverable: Deliverable, map_html: str) -> str:
    """Return the report of a plan as one page; docs/report.md describes what its template is given.

    Parameters
    ----------
    map_html : str
        The page of `render_map`; it runs in a sandbox without access to the report.
    """
    context = report_context(deliverable, map_html)
    if deliverable.template is not None:
        return render_template(deliverable.template, context)
    return str(TEMPLATES.get_template("report.html").render(context))


def report_context(deliverable: Deliverable, map_html: str) -> dict[str, Any]:
    """Return all that the template of the report is given, by name."""
    words = words_of(deliverable)
    summary, front = deliverable.summary, make_front(deliverable)
    absent = {"frontier"} if front is None or front.curve is None else set()
    return {
        "words": words,
        "policy": POLICY,
        "pictures": {name: embed_picture(path) for name, path in deliverable.pictures.items()},
        "created": summary["created"],
        "headline": make_headline(summary, words),
        "front": front,
        "facts": _facts(deliverable, words),
        "contents": [(anchor, words[title]) for anchor, title in SECTIONS.items() if anchor not in absent],
        "picture": draw_picture(deliverable, words),
        "picture_title": words["picture"],
        "map_html": map_html,
        "diagnosis": tell_diagnosis(deliverable, words),
        "plan": tell_plan(deliverable, words),
        "money": tell_money(deliverable, words),
        "sensitivity": tell_sensitivity(deliverable, words),
        "findings": findings_tables(deliverable.findings, words),
        "method": tell_method(summary, words),
        "sources": tell_sources(deliverable, words),
        "proof": tell_proof(summary, words),
        "again": tell_again(summary, words),
        "made_on": words.day(summary["created"][:10]),
        "made_by": words["made_by"].format(
            version=summary["cardio_version"], seed=summary["seed"], created=words.moment(summary["created"])
        ),
    }


def _facts(deliverable: Deliverable, words: Words) -> list[tuple[str, str]]:
    """Label and value of the first lines under the headline."""
    summary = deliverable.summary
    headline: Headline = make_headline(summary, words)
    cost, greedy = summary["cost"], summary["baseline"]["greedy_cost"]
    length = words.length(float(deliverable.routes["length_m"].sum()))
    built = words.counted("built_in_words", len(deliverable.sites), length=length)
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
