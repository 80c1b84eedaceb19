"""French words are typeset: no line begins with a sign, and apostrophes are typographic."""

from __future__ import annotations

import re

from cardio.assumptions import SENTENCES
from cardio.exporters.texts import WORDS, Words
from cardio.funding_texts import RULES
from cardio.typography import typeset_french
from cardio.why import WORDS as WHY
from costing import sourced_prices

PLAIN_SPACE = re.compile(r" [;:!?»]|« |(?<=\S) %")


def test_signs_get_narrow_no_break_spaces():
    assert typeset_french("Coût : 3 % ; « ici » ? oui !") == (
        "Coût\u202f: 3\u202f%\u202f; «\u202fici\u202f»\u202f? oui\u202f!"
    )
    assert typeset_french("https://ville.test:80/a?b=1 {x:.1f} 12:30") == "https://ville.test:80/a?b=1 {x:.1f} 12:30"


def test_typesetting_twice_changes_nothing():
    for french, _ in WORDS.values():
        once = typeset_french(french)
        assert typeset_french(once) == once


def test_french_words_are_typeset():
    words = Words("fr")
    wrong = [key for key in WORDS if PLAIN_SPACE.search(words[key])]
    assert wrong == []


def test_no_sign_of_a_french_word_lacks_its_space():
    """``mot;`` would be English: a sign after a letter or a brace, outside addresses and file names."""
    french = {key: text for key, (text, _) in WORDS.items()}
    assert [key for key, text in french.items() if re.search(r"[\w})][;!?](?:\s|$)|[\w})]:\s", text)] == []


def test_french_words_use_typographic_apostrophes():
    tables = {"words": WORDS, "assumptions": SENTENCES, "rules": RULES}
    wrong = [(name, key) for name, table in tables.items() for key, (text, _) in table.items() if "'" in text]
    assert wrong == []
    assert [key for key, text in WHY["fr"].items() if "'" in text] == []
    assert [key for key, price in sourced_prices("fr").items() if "'" in price.label + price.source] == []


def test_shipped_prices_tell_their_sources_in_the_language():
    french, english = sourced_prices("fr"), sourced_prices("en")
    assert french["trench"].source.startswith("CETE Ouest, France, sans date")
    assert english["trench"].source.startswith("CETE Ouest, France, undated")
    undated = [
        key for key, price in french.items() if re.search(r"undated|mean|lifetime|ceiling|Belgium", price.source)
    ]
    assert undated == []
    assert {key: price.typical_eur for key, price in french.items()} == {
        key: price.typical_eur for key, price in english.items()
    }
