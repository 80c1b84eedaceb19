"""Control characters of survey text reach a terminal as text."""

from __future__ import annotations

import pytest

from cardio.cli_documents import print_document, without_controls


def test_controls_are_shown_and_lines_are_kept() -> None:
    assert without_controls("a\x1b]0;t\x07b\x9b1m\r\n\té") == "a\\x1b]0;t\\x07b\\x9b1m\\r\n\té"


def test_what_is_printed_holds_no_escape(capsys: pytest.CaptureFixture[str]) -> None:
    print_document("zz\x1b[2J", as_json=False)
    assert capsys.readouterr().out == "zz\\x1b[2J\n"
