"""report.html: one file, true words, no survey text that runs."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from cardio.exporters import render_map, render_report
from cardio.exporters.report_diagnosis import tell_diagnosis
from cardio.exporters.texts import Words
from cardio.exporters.totals import to_cents
from tests.cardio.deliverables import HOSTILE, make_deliverable, with_summary


class Page(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def report(deliverable, map_html="<p>map</p>") -> str:
    return render_report(deliverable, map_html)


def test_the_map_stands_inside_in_a_sandbox():
    deliverable = make_deliverable()
    page = render_map(deliverable)
    frames = [attributes for tag, attributes in Page(report(deliverable, page)).tags if tag == "iframe"]
    assert len(frames) == 1
    assert frames[0]["sandbox"] == "allow-scripts"
    assert frames[0]["srcdoc"] == page


def test_nothing_is_fetched_and_nothing_runs():
    page = Page(report(make_deliverable(text=HOSTILE)))
    assert {tag for tag, _ in page.tags} & {"script", "img", "link", "object", "embed"} == set()
    assert not [name for _, attributes in page.tags for name in attributes if name in ("src", "onerror")]
    links = [attributes["href"] for _, attributes in page.tags if "href" in attributes]
    assert links and all(re.fullmatch("#[a-z]+", link) for link in links)
    assert page.text.count(HOSTILE) > 20


def test_the_bill_sums_to_the_cost_to_the_cent():
    deliverable = make_deliverable(language="en")
    text = Page(report(deliverable)).text
    bill = deliverable.bill
    assert text.count(f"€{deliverable.summary['cost']['capex']:,.2f}") == 7
    # headline, the sentence about money, what is judged by (twice), totals of the bill and of the lots, the proof
    for key, part in bill.groupby("price_key"):
        assert f"€{to_cents(part['amount_eur']).sum() / 100:,.2f}" in text, key
    assert f"{deliverable.summary['cost']['share_from_assumed_prices']:.1%}" in text


def test_targets_show_what_is_asked_and_what_is_got():
    page = report(make_deliverable(language="en"))
    row = re.search(r"<tr><td>Wifi town</td>.*?</tr>", page, re.S)[0]
    assert re.findall(r'class="figure">([^<]*)<', row) == ["30%", "18.5%", "30%", "84%"]
    assert "whole town" in row and 'class="met">yes' in row
    missed = re.search(r"<tr><td>Wifi each</td>.*?</tr>", page, re.S)[0]
    assert "<td>Z3</td>" in missed and 'class="missed">no' in missed


def test_options_methods_targets_and_services_are_named_as_titles():
    page = report(make_deliverable(language="en"))
    for title in ("Access point", "Splice box", "Duct", "Trench", "Wifi town", "Public wifi", "Fibre access"):
        assert f"<td>{title}</td>" in page
    for key in ("splice_box", "wifi_town", "public_wifi", "fibre_access"):
        assert f"<td>{key}</td>" not in page


def test_the_proof_is_told_in_words():
    deliverable = make_deliverable(language="en")
    bound = deliverable.summary["objective"]["bound"]
    text = Page(report(deliverable)).text
    assert f"No plan costs less than €{bound:,.2f}" in text
    assert "Least cost" not in text
    assert "computed again without the solver" in text
    assert "did not pass verification" in Page(report(with_summary(deliverable, verified=False))).text
    assert "made step by step" not in Page(report(with_summary(deliverable, baseline={"greedy_cost": None}))).text


def test_every_fact_has_its_label():
    for language, label in (("fr", "À titre de comparaison"), ("en", "For comparison")):
        page = report(make_deliverable(language=language))
        labels = re.findall(r"<dt>(.*?)</dt>", page[: page.index("<nav")])
        assert len(labels) == 5 and all(labels) and labels[-1] == label


def test_findings_are_counted_and_the_worst_come_first():
    page = report(make_deliverable(language="en"))
    assert "20 findings of 27" in page
    assert page.index("No geometry") < page.index("Far from route") < page.index("Gap between lines closed")
    assert page.count("<td>Gap between lines closed</td>") == 1 + 18 and page.count("<td>gap-closed</td>") == 1
    assert "No findings." in report(replace(make_deliverable(language="en"), findings=()))


def test_provenance_names_files_digests_version_and_seed():
    text = Page(report(make_deliverable(language="fr"))).text
    assert "ab" * 32 in text and "voirie.shp" in text
    assert "Cardio 0.1.0, graine 0, établi le 2 janvier 2026, 03:04." in text


def test_both_languages_are_whole():
    french, english = (Page(report(make_deliverable(language=language))).text for language in ("fr", "en"))
    assert "Bordereau des quantités" in french and "Bill of quantities" in english
    assert "Bill of quantities" not in french and "Bordereau" not in english


def test_the_diagnosis_counts_whole_people() -> None:
    deliverable = make_deliverable()
    deliverable.demand["weight"] += 0.4  # people spread over buildings are not whole
    told = tell_diagnosis(deliverable, Words("en"))
    lacking = float(deliverable.demand.query("service == 'public_wifi' and not before")["weight"].sum())
    assert lacking % 1 and told.services.rows[0][3] == f"{round(lacking):,}"
    assert not any("." in row[number] for row in told.zones.rows for number in (2, 4))
