"""What each kind of finding is called, what it means and what to do, in French and English.

A finding itself is told in English, with the values of the survey; its code finds these words in findings.csv, from
which the table of docs/findings.md is made.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cardio.typography import typeset_french

LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class FindingWords:
    """Words for a kind of finding in one language.

    Attributes
    ----------
    title : str
        A few words, without a full stop.
    meaning : str
        What it is and what becomes of the row: one or two sentences.
    advice : str
        What to do in the survey or in the study.
    """

    title: str
    meaning: str
    advice: str


@cache
def finding_catalogue(language: str) -> Mapping[str, FindingWords]:
    """Words of every code, in the order of docs/findings.md."""
    text = files("cardio.exporters").joinpath("assets/findings.csv").read_text(encoding="utf-8")
    return {
        row["code"]: FindingWords(
            *(_plain(row[f"{part}_{language}"], language) for part in ("title", "meaning", "advice"))
        )
        for row in csv.DictReader(text.splitlines())
    }


def finding_words(code: str, language: str) -> FindingWords:
    """Words of a code; one that the catalogue lacks (a layer kind added by a town) is its own title."""
    return finding_catalogue(language).get(code) or FindingWords(code.replace("-", " "), "", "")


def _plain(text: str, language: str) -> str:
    """Text without the marks around code that docs/findings.md shows in another font."""
    text = text.replace("`", "")
    return typeset_french(text) if language == "fr" else text
