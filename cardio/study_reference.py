"""The reference of the study file: each accepted key with type, unit, default and meaning.

Types, bounds and defaults are those of the form that reads a study; units and meanings stand in study_keys.csv beside
it. docs/keys.md is written from here: ``cardio keys --out docs/keys.md``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args, get_origin

from cardio.study_keys import ANY, accepted_keys, suggest
from cardio.study_schema import StudyFile
from cardio.study_section import Section
from cardio.study_types import choices_of, declared, default_words, type_words
from gis_layers import StudyError

MEANINGS = "study_keys.csv"
REGENERATE = "cardio keys --out docs/keys.md"

_HEAD = f"""# Keys of the study file

[study.md](study.md) says how the parts work together, with examples; `cardio keys targets` prints the keys below
`targets` in the terminal. This page is written by `{REGENERATE}` from the form that reads a study; to change a
meaning or a unit, edit `cardio/{MEANINGS}` and write it again.

- `{ANY}` stands for a name that you choose: letters, digits, `_` and `-`, not first a digit.
- Types: *text*, *number*, *whole* (a whole number), *share* (0 to 1), *date* (`2026-03-31`, `2026-03` or `2026`),
  *list* (of texts), *mapping* (of keys). Values in code marks are the only ones that are taken.
- Default: *none* means that nothing is assumed in the key's place. A key that is *required* is needed where its parent
  is given.
- Unit *currency*: that of the study, EUR unless `study.currency` says otherwise.
"""


@dataclass(frozen=True)
class KeyRow:
    """One accepted key.

    Attributes
    ----------
    key : str
        Dotted path, ``*`` for a name that the study chooses.
    type : str
        What may stand there, with the bounds that the form states.
    unit : str
        Unit of a number; empty where it has none.
    default : str
        What holds where the key is not given; ``required``; empty for names that the study chooses.
    meaning : str
        One or more sentences, in Markdown with links relative to docs/.
    """

    key: str
    type: str
    unit: str
    default: str
    meaning: str


def study_reference(below: str = "") -> tuple[KeyRow, ...]:
    """Return the accepted keys in the order of the form: all, or a key with those below it.

    Raises
    ------
    StudyError
        Where ``below`` is no accepted key.
    """
    said = _meanings()
    rows = tuple(_row(".".join(path), words, default, said) for path, words, default in _walk(StudyFile, ()))
    wanted = tuple(row for row in rows if _is_below(row.key, below))
    if not wanted:
        keys = [".".join(path) for path in accepted_keys()]
        raise StudyError(f"{below}: no such key", suggest(below, keys) if below else "")
    return wanted


def as_document(rows: Sequence[KeyRow]) -> dict[str, Any]:
    """Return the reference as a plain document."""
    return {"schema": "cardio-keys/1", "keys": [asdict(row) for row in rows]}


def as_markdown(rows: Sequence[KeyRow]) -> str:
    """Return the reference as a page: one table for each section of the study."""
    lines = [_HEAD]
    section = ""
    for row in rows:
        if (first := row.key.split(".", maxsplit=1)[0]) != section:
            section = first
            lines.append(f"\n## {section}\n\n| key | type | unit | default | meaning |\n|---|---|---|---|---|")
        lines.append(f"| `{row.key}` | {row.type} | {row.unit} | {row.default} | {row.meaning} |")
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def say_reference(rows: Sequence[KeyRow]) -> str:
    """Return the reference for a terminal: a line of facts and a line of meaning for each key."""
    return "\n".join(line for row in rows for line in _said(row))


def write_reference(rows: Sequence[KeyRow], target: Path) -> None:
    """Write the reference as a page of Markdown; a page that is there is replaced.

    Raises
    ------
    StudyError
        Where the target is no page: a study file would be overwritten.
    """
    if target.suffix != ".md":
        raise StudyError(f"{target}: the reference is a page of Markdown", "name a file that ends in .md")
    target.write_text(as_markdown(rows), encoding="utf-8")


def _walk(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield path, type and default of every key below a section or a mapping of free names."""
    if isinstance(node, type) and issubclass(node, Section):
        stated = [(key, annotation, default_words(field)) for key, (annotation, field) in declared(node).items()]
    elif get_origin(node) is dict:
        stated = [(ANY, get_args(node)[1], "")]
    else:
        return
    for key, annotation, default in stated:
        here = (*path, key)
        yield here, type_words(annotation), default
        for choice, _ in choices_of(annotation, {}):
            yield from _walk(choice, here)


def _row(key: str, words: str, default: str, said: dict[str, dict[str, str]]) -> KeyRow:
    """Join what the form states with what is said; a default that depends on other keys is said in words."""
    own = said.get(key, {})
    return KeyRow(key, words, own.get("unit", ""), own.get("default") or default, own.get("meaning", ""))


def _meanings() -> dict[str, dict[str, str]]:
    text = files("cardio").joinpath(MEANINGS).read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}


def _is_below(key: str, below: str) -> bool:
    """Say whether a key is another one or stands below it; a name of a study may stand for ``*``."""
    asked = [part for part in below.strip(".").split(".") if part]
    parts = key.split(".")[: len(asked)]
    return len(parts) == len(asked) and all(part in (ANY, wanted) for part, wanted in zip(parts, asked, strict=True))


def _said(row: KeyRow) -> tuple[str, str]:
    default = f"default {row.default}" if row.default not in ("", "required") else row.default
    facts = [row.type, row.unit if row.unit != "1" else "", default]
    return f"{row.key}: {', '.join(filter(None, facts))}".replace("`", ""), f"    {_plain(row.meaning)}"


def _plain(markdown: str) -> str:
    """Return a meaning without marks; links name the page."""
    linked = re.sub(r"\[([^]]+)\]\(([^)#]+)[^)]*\)", r"\1 (docs/\2)", markdown)
    return re.sub(r"(\S+\.md) \(docs/\1\)", r"docs/\1", linked).replace("`", "")
