"""The report's first screen in words: one sentence, steps of money, options; French and English; hostile text."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from cardio.deliverable import Deliverable
from cardio.exporters import render_report
from cardio.exporters.front import climb, make_front
from cardio.exporters.front_asks import say_proposal, say_risk
from cardio.exporters.front_sentence import say_count, say_opening
from cardio.exporters.front_words import FRONT_WORDS
from cardio.exporters.texts import Words
from cardio.report import WHY_NONE, Report
from cardio.report_chain import Amounts, Chain
from cardio.report_coverage import Place, TargetShares, Unserved
from cardio.report_decisions import Proposal
from cardio.report_doubts import DoubtfulRoutes
from cardio.report_options import NOTHING, PLAN, PlanOption
from cardio.report_risks import Risk
from tests.cardio.deliverables import HOSTILE, make_deliverable, with_summary

FRENCH, ENGLISH = Words("fr"), Words("en")
NET = Chain(
    Amounts(80_00, 100_00, 130_00),
    Amounts(16_00, 20_00, 26_00),
    Amounts(0, 0, 0),
    Amounts(13_12, 16_40, 21_32),
    Amounts(30_00, 40_00, 40_00),
    Amounts(52_88, 63_60, 94_68),
)
UNTAXED = Chain(Amounts(80_00, 100_00, 130_00))
WIFI = TargetShares("wifi_town", "public_wifi", "town", "", 1, 0.12, 0.0082, 0.1201, 4567.4, True)
PEOPLE = Unserved("public_wifi", "people", "population_cell", 40_883.0, 339.0, 4906.0, 15_045.2, "", ())


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return re.sub(r"[\u00a0\u202f]", " ", text)


def opening(chain: Chain, words: Words, *targets: TargetShares, phases: Any = ()) -> tuple[str, list[str]]:
    counted = {target.service: replace(PEOPLE, service=target.service) for target in targets}
    start, clauses = say_opening({"phases": phases}, chain, targets, counted, words)
    return plain(start), [plain(clause) for clause in clauses]


def make_report(text: str = "", **changes: Any) -> Report:
    place = Place(f"Centre{text}", 3.0)
    unserved = replace(PEOPLE, service=f"public_wifi{text}", places_are="zone", places=(place,))
    target = replace(WIFI, target=f"wifi{text}", service=f"public_wifi{text}")
    option = PlanOption(PLAN, "", 100.0, 63.6, 12.0, None, (target,), {unserved.service: unserved.left}, 0.01)
    nothing = PlanOption(NOTHING, "", 0.0, 0.0, 0.0, None, (replace(target, met=False),), {unserved.service: 40_544.0})
    report = Report(
        decisions=(f"Vote it{text}",),
        proposals=(Proposal("grant", {"name": f"dsil{text}", "rate": 0.4, "amount": 40.0}),),
        targets=(target,),
        chain=NET,
        options=(nothing, option),
        why_two="no_time",
        without_plan=((f"radio{text}", f"wrong{text}"),),
        unserved=(unserved,),
        risks=(Risk("price", 50.0, {"label": f"Trench{text}", "low": 80.0, "high": 130.0}),),
        doubts=DoubtfulRoutes(400.0, 100.0, 15_00, {"repaired": 100.0}, (f"streets{text}",)),
        frontier=None,
    )
    return replace(report, **changes)


def make_told(language: str = "fr", text: str = "", **changes: Any) -> Deliverable:
    deliverable = make_deliverable(language=language, text=text)
    deliverable = with_summary(deliverable, findings={"error": 1, "warning": 0, "repaired": 0, "note": 0})
    return replace(deliverable, report=make_report(text, **changes))


# the sentence


def test_the_sentence_says_what_who_pays_by_when_and_what_it_buys():
    start, clauses = opening(NET, FRENCH, WIFI, phases=[{"year": 2027}, {"year": 2028}])
    assert start == "64 € nets pour la commune apportent, d’ici fin 2028 :"
    assert clauses == ["Public wifi pour 12 % des habitants au lieu de 0,8 % (4 567 de plus)"]
    start, clauses = opening(NET, ENGLISH, WIFI, phases=[{"year": 2027}, {"year": 2028}])
    assert start == "€64 net to the town buys, by the end of 2028:"
    assert clauses == ["Public wifi for 12% of residents instead of 0.8% (4,567 more)"]


def test_the_basis_of_the_amount_is_always_named():
    taxed = replace(NET, fctva=Amounts(0, 0, 0), grants=Amounts(0, 0, 0), net=Amounts(96_00, 120_00, 156_00))
    assert opening(UNTAXED, FRENCH, WIFI)[0] == "100 € HT apportent :"
    assert opening(taxed, FRENCH, WIFI)[0] == "120 € TTC apportent :"
    assert opening(taxed, ENGLISH, WIFI)[0] == "€120 incl. tax buys:"


def test_without_phases_no_year_is_claimed():
    assert not re.search(r"20\d\d", opening(NET, FRENCH, WIFI)[0])


def test_a_plan_that_costs_nothing_where_targets_are_met_buys_nothing():
    free = Chain(Amounts(0, 0, 0))
    assert opening(free, FRENCH, WIFI) == ("Rien n’est à construire : les cibles sont déjà atteintes.", [])


def test_one_clause_a_service_of_the_target_that_speaks_for_the_town():
    each = replace(WIFI, target="each", scope="each", after=0.5)
    start, clauses = opening(NET, ENGLISH, WIFI, each, *(replace(WIFI, service=f"s{n}") for n in range(5)))
    assert [clause.split(" for ")[0] for clause in clauses[:4]] == ["Public wifi", "S0", "S1", "S2"]
    assert clauses[4:] == ["and 2 other services"]
    assert start


def test_a_zone_is_named_and_a_service_that_stays_as_it_is_says_so():
    zone = replace(WIFI, scope="zone", zone="Centre")
    worst = replace(WIFI, service="b", scope="each")
    same = replace(WIFI, service="c", before=0.1201)
    _, clauses = opening(NET, FRENCH, zone, worst, same)
    assert clauses == [
        "Public wifi pour 12 % des habitants (Centre) au lieu de 0,8 % (4 567 de plus)",
        "B pour 12 % des habitants de la zone la moins servie au lieu de 0,8 % (4 567 de plus)",
        "C pour 12 % des habitants, comme aujourd’hui",
    ]


@pytest.mark.parametrize(
    ("value", "weight", "kind", "french", "english"),
    [
        (0, "people", "population_cell", "0 habitant", "0 residents"),
        (1, "people", "population_cell", "1 habitant", "1 resident"),
        (2, "", "public_building", "2 bâtiments publics", "2 public buildings"),
        (1, "places", "parking_bay", "1 place de stationnement", "1 parking space"),
        (1200, "dwellings", "building", "1 200 dwellings", "1,200 dwellings"),
        (3, "", "street_cabinet", "3 points", "3 points"),
    ],
)
def test_counts_agree_in_number_in_both_languages(value, weight, kind, french, english):
    assert plain(say_count(value, weight, kind, FRENCH)) == french
    assert plain(say_count(value, weight, kind, ENGLISH)) == english


def test_every_noun_has_one_and_several():
    assert {key[5:] for key in FRONT_WORDS if key.startswith("noun.")} == {
        key[6:] for key in FRONT_WORDS if key.startswith("nouns.")
    }


# steps


def test_steps_that_change_nothing_are_left_out():
    steps = climb(NET, ENGLISH)
    assert [(step.sign, step.amount) for step in steps] == [
        ("", "€100.00"),
        ("+", "€20.00"),
        ("=", "€120.00"),
        ("−", "€16.40"),
        ("−", "€40.00"),
        ("=", "€63.60"),
    ]
    assert [(steps[-1].low, steps[-1].high), (steps[4].low, steps[4].high)] == [
        ("€52.88", "€94.68"),
        ("€30.00", "€40.00"),
    ]
    assert [step.amount for step in climb(UNTAXED, ENGLISH)] == ["€100.00"]


def test_without_funding_the_screen_says_that_nobody_is_said_to_pay():
    front = make_front(make_told("en", chain=UNTAXED))
    assert "The study states neither VAT nor who pays." in front.notes
    assert front.start == "€100 excl. tax buys:"


# what is asked and what may go wrong


def test_singular_and_plural_of_what_is_asked():
    one, two = (Proposal("errors", {"count": count}) for count in (1, 2))
    assert plain(say_proposal(one, FRENCH)) == "Faire corriger 1 erreur de relevé avant la consultation."
    assert plain(say_proposal(two, FRENCH)) == "Faire corriger 2 erreurs de relevé avant la consultation."
    assert say_proposal(one, ENGLISH) == "Have 1 survey error corrected before the tender."


def test_one_grant_and_several_agree():
    one, two = (Risk("grants", 1.0, {"names": names}) for names in (("dsil",), ("dsil", "feder")))
    assert plain(say_risk(one, FRENCH)).startswith("Dsil : subvention comptée, mais non acquise.")
    assert plain(say_risk(two, FRENCH)).startswith("Dsil, Feder : subventions comptées, mais non acquises.")


def test_the_curve_names_its_points_and_what_its_costs_are():
    points = [
        {"kind": kind, "level": level, "share": level, "asked_by_study": level == 1.0, "value": 100.0 * level}
        | {"bound": 90.0 * level, "gap": 0.1}
        for kind, level in (("today", 0.0), ("level", 0.25), ("level", 0.5), ("level", 1.0))
    ]
    frontier = {"figure": "capex", "basis": "capex excl. tax", "moved": ["wifi"], "points": points}
    front = make_front(make_told("en", frontier=frontier))
    assert [row[0] for row in front.curve_points.rows] == ["Today", "", "Half of the way", "The plan"]
    assert front.curve_points.rows[2][1:] == ["50%", "€50.00", "€45.00", "10%"]
    assert front.curve_basis == "Costs and bounds: capital cost, excl. tax."
    assert 'id="frontier"' in render_report(make_told("en", frontier=frontier), "<p>map</p>")
    assert 'id="frontier"' not in render_report(make_told("en"), "<p>map</p>")


def test_every_proposal_and_risk_has_words():
    facts = {"amount": 5.0, "year": 2027, "name": "dsil", "rate": 0.4, "built": (("box", 2),), "count": 3}
    for kind in ("year", "works", "operation", "grant", "equipment", "running", "errors"):
        for words in (FRENCH, ENGLISH):
            assert "{" not in say_proposal(Proposal(kind, facts), words)
    facts = {"label": "x", "low": 1.0, "high": 2.0, "share": 0.3, "doubtful_m": 1.0, "total_m": 2.0}
    facts |= {"layers": ("streets",), "names": ("dsil",)}
    for kind in ("price", "assumed", "no_range", "ground", "gap", "grants"):
        for words in (FRENCH, ENGLISH):
            assert "{" not in say_risk(Risk(kind, 1.0, facts), words)


def test_every_reason_for_no_third_option_has_words():
    assert set(WHY_NONE) == {key[10:] for key in FRONT_WORDS if key.startswith("front.why.")}


# the page


def test_the_screen_is_the_first_thing_on_the_page():
    page = render_report(make_told("en"), "<p>map</p>")
    heads = re.findall(r"<h[12][^>]*>([^<]*)<", page)
    assert heads[0] == "€64 net to the town buys:"
    first = ["From the price of the works to the net cost", "Before and after", "Who stays without service"]
    assert heads[1:7] == [*first, "The options", "Decisions asked for", "Main risks"]
    text = html.unescape(page)
    assert "35,977 of 40,883 residents, of which 15,045 out of reach of any work studied." in text
    assert "Ask “Dsil” for €40.00 (40% of eligible spending)." in text


def test_a_deliverable_without_it_still_has_a_headline():
    page = render_report(make_deliverable(language="en"), "<p>map</p>")
    assert "<h1>Exempleville</h1>" in page
    assert 'class="front"' not in page


def test_survey_text_on_the_screen_stays_text():
    page = render_report(make_told("fr", HOSTILE), "<p>map</p>")
    assert "<script" not in page.split("<iframe", 1)[0]
    assert "<img" not in page.split("<iframe", 1)[0]
    screen = page.split('class="front"', 1)[1].split('class="brief"', 1)[0]
    assert html.unescape(screen).count("window.hacked=2") >= 8
