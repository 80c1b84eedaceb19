"""YAML as written: values, lines, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.study_yaml import parse_yaml, read_yaml, resolve, shown, shown_path
from gis_layers import StudyError


def refusal(text: str) -> str:
    with pytest.raises(StudyError) as caught:
        parse_yaml(text, file="s.yaml")
    assert caught.value.exit_code == 2
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("012", "012"),
        ("-007", "-007"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("2026-01-01", "2026-01-01"),
        ("0", 0),
        ("-12", -12),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        (".inf", float("inf")),
    ],
)
def test_plain_scalars_resolve_as_yaml_1_2(text: str, value: Any):
    assert resolve(text) == value
    assert isinstance(resolve(text), type(value))
    assert parse_yaml(f"a: {text}\n", file="s").data == {"a": value}


def test_quoted_and_block_scalars_are_text():
    assert parse_yaml("a: '12'\nb: \"null\"\nc: |\n  3\n", file="s").data == {"a": "12", "b": "null", "c": "3\n"}


def test_every_key_and_item_knows_its_line():
    document = parse_yaml("a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n\ne: [1,\n  2]\n", file="s")
    assert document.data == {"a": {"b": 1, "c": ("x", {"d": 2})}, "e": (1, 2)}
    lines = document.lines
    assert (lines[("a",)], lines[("a", "b")], lines[("a", "c", 0)], lines[("a", "c", 1, "d")]) == (1, 2, 4, 5)
    assert (lines[("e",)], lines[("e", 0)], lines[("e", 1)]) == (7, 7, 8)


# Above U+FFFF, JSON escapes a character as two halves, which YAML keeps apart.
TEXT = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT | st.floats(-1e6, 1e6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def as_tuples(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: as_tuples(value) for key, value in tree.items()}
    return tuple(map(as_tuples, tree)) if isinstance(tree, list) else tree


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.dictionaries(TEXT, TREES, max_size=5))
def test_whatever_json_says_is_read_back(tree: dict[str, Any]):
    assert parse_yaml(json.dumps(tree, indent=1), file="s").data == as_tuples(tree)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(alphabet="ab:- \n[]{}&*!|>'\"#%?,~0.", max_size=40))
def test_any_text_is_read_or_refused_as_a_study_error(text: str):
    try:
        document = parse_yaml(text, file="s")
    except StudyError as error:
        assert error.message.startswith("s")
    else:
        assert all(line >= 1 for line in document.lines.values())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "s.yaml:3: a: given twice, first on line 1"),
        ("x:\n  a: 1\n  a: {b: 2}\n", "s.yaml:3: x.a: given twice, first on line 2"),
        ("a: &x 1\nb: *x\n", "s.yaml:1: anchor &x: remove it"),
        ("a: &x 1\nb: *x\n", "s.yaml:2: alias *x: repeat the value instead"),
        ("a: &x {}\nb: {<<: *x}\n", "s.yaml:2: alias *x"),
        ("a: !!python/object:os.system 1\n", "s.yaml:1: tag tag:yaml.org,2002:python/object:os.system: remove it"),
        ("a: !x [1]\n", "s.yaml:1: tag !x: remove it"),
        ("%YAML 1.1\n---\na: no\n", "a YAML directive (%): remove it"),
        ("a: 1\n---\nb: 2\n", "s.yaml:2: a second YAML document"),
        ("[a, b]: 1\n", "a key that is itself a list or mapping"),
        ("a: [1\nb: 2\n", "s.yaml:2: not valid YAML"),
        ("a: 1\n b: 2\n", "s.yaml:2: not valid YAML"),
        ("a: \x07\n", "s.yaml: not valid YAML"),
        ("a: " + "[" * 50 + "]" * 50, "s.yaml:1: nested deeper than 20 levels"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(text: str, words: str):
    assert words in refusal(text)


def test_all_offending_lines_are_listed():
    assert len(refusal("a: &x 1\nb: *x\nb: !y 2\n").splitlines()) == 4


def test_a_bomb_of_aliases_is_refused_at_once():
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 15))
    assert "alias *a0" in refusal("a0: &a0 [x]\n" + levels)


def test_large_files_and_other_encodings_are_refused(tmp_path: Path):
    path = tmp_path / "s.yaml"
    path.write_bytes(b"# " + b"x" * 1_000_000)
    with pytest.raises(StudyError, match="1000002 bytes, a study file has at most 1000000"):
        read_yaml(path)
    path.write_bytes("a: é\n".encode("cp1252"))
    with pytest.raises(StudyError, match="not UTF-8 text"):
        read_yaml(path)
    with pytest.raises(StudyError, match="cannot be read"):
        read_yaml(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path):
    path = tmp_path / "s.yaml"
    path.write_bytes("\ufeffa: é\n".encode())
    assert read_yaml(path).data == {"a": "é"}


def test_paths_and_texts_in_messages_are_safe_to_show():
    assert shown_path(("options", "box", "sites", 1)) == "options.box.sites[2]"
    assert "\x1b" not in shown("a\x1b[31mb")
    assert len(shown("x" * 100)) == 60
