"""A template of the study's own: it replaces blocks, sees no file, and its errors name their line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cardio.exporters.report import render_report
from cardio.exporters.report_template import embed_picture, load_template
from gis_layers import StudyError
from tests.cardio.deliverables import HOSTILE, make_deliverable

BLOCKS = (
    *("style", "front", "contents", "map", "diagnosis", "plan", "money", "frontier", "sensitivity", "findings"),
    *("method", "sources", "proof", "again"),
)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 10


def render(folder: Path, text: str, *, hostile: str = "", pictures: dict[str, Path] | None = None) -> str:
    path = folder / "council.html"
    path.write_text(text, encoding="utf-8")
    deliverable = make_deliverable(language="en", text=hostile)
    return render_report(replace(deliverable, template=path, pictures=pictures or {}), "<p>map</p>")


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_can_be_replaced_and_the_others_stay(block: str, tmp_path: Path) -> None:
    ours = render_report(make_deliverable(language="en"), "<p>map</p>")
    page = render(tmp_path, '{% extends "report.html" %}{% block ' + block + " %}<p>Own words</p>{% endblock %}")
    assert page.count("<p>Own words</p>") == 1 and page != ours
    anchors = [name for name in BLOCKS if name not in ("style", "front", "contents", "frontier", block)]
    assert all(f'id="{name}"' in page for name in anchors)
    if block in anchors[:1] or block not in ("style", "front", "contents", "frontier"):
        assert f'id="{block}"' in ours and f'id="{block}"' not in page


def test_a_template_may_be_a_whole_page_of_its_own(tmp_path: Path) -> None:
    text = '{% from "parts.html" import table %}<h1>{{ headline.study }}</h1>{{ table(plan.bill) }}{{ words["total"] }}'
    page = render(tmp_path, text)
    assert page.startswith("<h1>Exempleville</h1>") and "<td>Poste access_point</td>" in page and page.endswith("Total")


def test_hostile_text_stays_text_in_it(tmp_path: Path) -> None:
    page = render(tmp_path, "<p>{{ headline.study }}</p>", hostile=HOSTILE)
    assert "<script" not in page and "&lt;script&gt;" in page


def test_a_logo_stands_inside_the_page(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    page = render(tmp_path, '<img alt="" src="{{ pictures.logo }}">', pictures={"logo": logo})
    assert page == '<img alt="" src="data:image/png;base64,iVBORw0KGgowMDAwMDAwMDAw">'


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a\n{% block money %}", 2, "endblock"),
        ("a\n\n{{ headline.studi }}", 3, "studi"),
        ("{{ nothing }}", 1, "nothing"),
        ("a\n{{ words['no such word'] }}", 2, "no such word"),
        ("{{ 1 / 0 }}", 1, "zero"),
        ("a\n{{ headline.study | safe }}", 2, "safe"),
        ("a\n{% autoescape false %}{{ headline.study }}{% endautoescape %}", 2, "escaping"),
        ("{{ headline.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ ''.__class__.__base__.__subclasses__() }}", 1, "unsafe"),
        ("a\n{% include '/etc/passwd' %}", 2, "/etc/passwd"),
        ("{% include '../report.py' %}", 1, r"\.\./report\.py"),
        ("{% extends 'council.html' %}", 1, "council"),
        ("{{ range(999999999) }}", 1, "Range"),
        ("a\n{% macro again() %}{{ again() }}{% endmacro %}\n{{ again() }}", 2, "recursion"),
    ],
)
def test_errors_name_file_and_line(text: str, line: int, why: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=rf"council\.html:{line}: .*{why}"):
        render(tmp_path, text)


@pytest.mark.parametrize("text", ['{{ "a" * 10**10 }}', "{{ 10 ** 10 }}", '{{ "a" * 1000 }}', "{{ [1] * 9 }}"])
def test_texts_are_not_multiplied_into_all_memory(text: str, tmp_path: Path) -> None:
    # an expression of constants fails when it is compiled, and has no line of its own
    with pytest.raises(StudyError, match=r"council\.html"):
        render(tmp_path, text)
    assert render(tmp_path, "{{ 6 * words.language | length }}") == "12"


def test_what_is_given_is_not_changed(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"council\.html:1: .*unsafe"):
        render(tmp_path, "{{ facts.append(1) }}")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "council.html").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudyError, match="cannot be read"):
        load_template(tmp_path / "council.html")
    with pytest.raises(StudyError, match="cannot be read"):
        load_template(tmp_path / "gone.html")


@pytest.mark.parametrize(
    ("content", "told"),
    [(PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"<?xml version='1.0'?><svg/>", "image/svg+xml")],
)
def test_pictures_are_told_by_their_content(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "logo").write_bytes(content)
    assert embed_picture(tmp_path / "logo").startswith(f"data:{told};base64,")


@pytest.mark.parametrize(("content", "why"), [(b"root:x:0:0", "no picture"), (PNG + b"0" * 1_000_000, "has 10000")])
def test_what_is_no_small_picture_is_refused(content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(StudyError, match=why):
        embed_picture(tmp_path / "logo.png")
