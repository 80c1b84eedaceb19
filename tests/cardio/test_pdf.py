"""report.pdf: pages, contents and bookmarks, tagged and repeatable, and nothing is fetched."""

from __future__ import annotations

import builtins
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from cardio.export import export_plan
from cardio.exporters.pdf import lay_out, make_pdf, require_weasyprint
from cardio.exporters.report import render_report
from gis_layers import StudyError
from tests.cardio.deliverables import HOSTILE, make_deliverable

SMALL = "<!DOCTYPE html><html lang='en'><head><title>Small</title>{head}</head><body><h1>Small</h1>{body}</body></html>"


@pytest.fixture(scope="module")
def page() -> str:
    return render_report(make_deliverable(language="en", text=HOSTILE), "<p>map</p>")


@pytest.fixture(scope="module")
def document(page: str) -> Any:
    return lay_out(page, [])


def texts_of(box: Any) -> list[str]:
    """Text of a box and all in it, in order."""
    own = [box.text] if hasattr(box, "text") else []
    return own + [text for child in getattr(box, "all_children", tuple)() for text in texts_of(child)]


def page_texts(document: Any) -> list[str]:
    return [" ".join(texts_of(page._page_box)) for page in document.pages]


def test_the_report_has_pages_with_numbers_study_and_date(document: Any) -> None:
    texts = page_texts(document)
    assert len(texts) > 3
    for number, text in enumerate(texts, 1):
        assert f"{number} / {len(texts)}" in text
    assert all("Exempleville" in text and "02/01/2026" in text for text in texts[1:])
    width, height = document.pages[0].width, document.pages[0].height  # CSS px of an A4 page
    assert (round(width * 25.4 / 96), round(height * 25.4 / 96)) == (210, 297)


def test_contents_tell_the_pages_on_which_sections_begin(document: Any) -> None:
    marks = {title: page for title, (page, _x, _y), _children, _state in document.make_bookmark_tree()}
    sections = (
        "Diagnosis: the town today",
        "The plan",
        "Money",
        "Method",
        "Sources",
        "Proof",
        "Making this plan again",
    )
    assert set(sections) <= set(marks)
    assert [marks[name] for name in sections] == sorted(marks[name] for name in sections)
    contents = next(text.split("Contents", 1)[1] for text in page_texts(document) if "Contents" in text)
    for name in sections:
        told = contents[contents.index(name) + len(name) :].replace(".", " ").split()[0]
        assert int(told) == marks[name] + 1, name


def test_hostile_text_stays_text_on_paper(document: Any) -> None:
    assert 'onerror="window.hacked=1"' in " ".join(page_texts(document)).replace("\u200b", "")
    assert document.metadata.title.startswith("Exempleville<img src=x")


def test_title_language_and_date_are_those_of_the_plan(document: Any) -> None:
    assert document.metadata.lang == "en"
    assert document.metadata.created == "2026-01-02T03:04:05+00:00"


def test_the_same_page_gives_the_same_bytes_tagged_for_screen_readers() -> None:
    page = SMALL.format(head="", body="<table><tr><th>a</th></tr><tr><td>1</td></tr></table>")
    content, pages = make_pdf(page)
    assert pages == 1 and content.startswith(b"%PDF-")
    assert make_pdf(page) == (content, pages)
    streams = re.findall(rb"stream\n(x.*?)\nendstream", content, re.S)
    inside = content + b"".join(map(zlib.decompress, streams))
    assert b"/StructTreeRoot" in inside and b"/MarkInfo" in inside and b"/Lang" in inside


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<img src="file:///etc/passwd">'),
        ("", '<img src="http://127.0.0.1:9/logo.png">'),
        ("<style>body { background: url(file:///etc/passwd) }</style>", ""),
        ("<style>@import url(https://127.0.0.1:9/a.css);</style>", ""),
        ('<link rel="attachment" href="file:///etc/passwd">', ""),
        ("", '<svg viewBox="0 0 9 9"><image href="file:///etc/passwd" width="9" height="9"/></svg>'),
        ("", '<object data="FILE:///etc/passwd"></object>'),
    ],
)
def test_a_page_that_asks_for_anything_is_refused(head: str, body: str) -> None:
    with pytest.raises(StudyError, match=r"(?i)asks for (file|http).*nothing is fetched"):
        make_pdf(SMALL.format(head=head, body=body))


def test_the_interactive_map_is_left_out_and_nothing_else() -> None:
    body = '<iframe srcdoc="&lt;p&gt;hidden&lt;/p&gt;"></iframe><p>a srcdoc=&#34;shown&#34; b</p>'
    (text,) = page_texts(lay_out(SMALL.format(head="", body=body), []))
    assert "hidden" not in text and 'a srcdoc="shown" b' in text


def test_pictures_inside_the_page_are_shown() -> None:
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
    content, _ = make_pdf(SMALL.format(head="", body=f'<img alt="dot" src="data:image/png;base64,{pixel}">'))
    assert b"/Image" in content


@pytest.mark.parametrize("reason", [ImportError("No module named 'weasyprint'"), OSError("cannot load libpango-1.0-0")])
def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch, reason: Exception) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "weasyprint":
            raise reason
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StudyError) as caught:
        require_weasyprint()
    assert str(reason) in caught.value.message
    assert "cardio-planning[report]" in caught.value.hint and "libpango" in caught.value.hint


def test_export_writes_the_report_of_a_plan_folder_and_replaces_nothing_unasked(tmp_path: Path) -> None:
    summary = {"schema": "cardio-summary/1", "study": "Small", "scenario": "", "status": "optimal"}
    (tmp_path / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    target = tmp_path / "report.PDF"
    with pytest.raises(StudyError, match=r"holds no report\.html \(status: optimal\)"):
        export_plan(tmp_path, str(target))
    (tmp_path / "report.html").write_text(SMALL.format(head="", body=""), encoding="utf-8")
    told = export_plan(tmp_path, str(target))
    assert told["written"] == {"pages": 1} and told["files"] == [str(target)]
    assert target.read_bytes().startswith(b"%PDF-")
    with pytest.raises(StudyError, match="it is not replaced"):
        export_plan(tmp_path, str(target))
    assert export_plan(tmp_path, str(target), force=True)["written"] == {"pages": 1}
