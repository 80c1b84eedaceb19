"""Every kind of finding has a title, a meaning and advice in French and English, and docs/findings.md agrees."""

from __future__ import annotations

import re

import pytest

from cardio.exporters.findings_catalogue import LANGUAGES, finding_catalogue, finding_words
from cardio.exporters.findings_cells import FIELDS, finding_cells, finding_heads, findings_tables
from cardio.exporters.texts import Words
from cardio.typography import typeset_french
from gis_layers import Finding
from tests.gis_layers.test_findings_docs import documented, used

FINDING = Finding(
    "error", "null-geometry", "lights", "lampes.shp", "7", "the row has no geometry", "row set aside", "draw it"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_in_use_has_words(language: str):
    said = finding_catalogue(language)
    assert sorted(used() - set(said)) == []
    for code, words in said.items():
        assert words.title and words.title[-1] not in ".;:" and len(words.title) <= 60, code
        assert words.meaning.endswith((".", "…")) and words.advice.endswith("."), code
        assert "`" not in words.title + words.meaning + words.advice, code


def test_titles_tell_codes_apart():
    for language in LANGUAGES:
        titles = [words.title for words in finding_catalogue(language).values()]
        assert len(set(titles)) == len(titles)


def test_the_docs_say_what_the_catalogue_says():
    said = finding_catalogue("en")
    table = {code: (meaning, advice) for code, (_, meaning, advice) in documented().items()}
    assert {code: (words.meaning, words.advice) for code, words in said.items()} == {
        code: (meaning.strip().replace("`", ""), advice.strip().replace("`", ""))
        for code, (meaning, advice) in table.items()
    }


def test_french_words_name_the_same_keys_and_examples():
    """What stands between backquotes in the docs is code: the French says the same keys of the study."""
    keys = re.compile(r"\b(?:[a-z_]+:|[a-z]+(?:_[a-z]+)+(?:\.[a-z_]+)*)")
    english, french = finding_catalogue("en"), finding_catalogue("fr")
    for code, words in english.items():
        asked = set(re.findall(r"\b(?:columns|where|exists|crs|layer|encoding|geometry):", words.advice))
        assert asked <= set(re.findall(r"\w+:", french[code].advice)), code
        assert len(keys.findall(words.meaning)) < 12


def test_french_is_typeset():
    for code, words in finding_catalogue("fr").items():
        for text in (words.title, words.meaning, words.advice):
            assert typeset_french(text) == text and "'" not in text.replace("'EPSG", ""), code


def test_a_code_of_a_towns_own_kind_is_its_own_title():
    assert finding_words("lamp-too-tall", "fr").title == "lamp too tall"


def test_french_cells_explain_and_mark_the_detail_as_english():
    words = Words("fr", labels={("layers", "lights"): "Candélabres"})
    assert dict(zip(finding_heads(words), finding_cells(FINDING, words), strict=True)) == {
        "Constat": "Ligne sans géométrie",
        "Couche": "Candélabres",
        "Objet": "7",
        "Ce que cela signifie": "Une ligne n’a pas de géométrie, ou une géométrie vide\u202f; elle est écartée.",
        "Que faire": "La dessiner, ou retirer la ligne.",
        "Détail (en anglais)": "the row has no geometry",
    }


def test_english_cells_keep_what_the_finding_says():
    assert finding_cells(FINDING, Words("en")) == [
        "Row without a geometry",
        "lights",
        "7",
        "the row has no geometry",
        "row set aside",
        "draw it",
    ]
    assert len(FIELDS["en"]) == len(FIELDS["fr"])


def test_findings_are_counted_by_kind():
    tables = findings_tables([FINDING, FINDING, Finding("note", "gap-closed", "streets")], Words("fr"))
    assert tables["counts"].rows == [
        ["erreur", "Ligne sans géométrie", "null-geometry", "2"],
        ["remarque", "Écart entre lignes refermé", "gap-closed", "1"],
    ]
