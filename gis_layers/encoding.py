"""Which encoding 8-bit text is in: what is said of it is believed only as far as the text itself agrees."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gis_layers.table import FileNote

UTF8 = "utf-8"
# In the order in which they are taken when the text reads equally well in several.
_WESTERN = ("cp1252", "iso8859-1", "iso8859-15", "cp850", "cp437", "mac-roman")
_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœßšž")
_CAPITALS = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŒŠŽ")
_SIGNS_AT_EDGES = frozenset("€£«»§¿¡©®–—…‘“”•×±½¼¾\u00a0\u202f")  # beside words, never inside one
_SIGNS_ANYWHERE = frozenset("’·°²³ªºµ")
_CLEARLY_WORSE = 0.5  # difference of scores from which a claim is not believed
_SCORED_CELLS = 2000
_SHOWN_LENGTH = 60


@dataclass(frozen=True)
class Cell:
    """A distinct text with bytes beyond ASCII.

    Attributes
    ----------
    raw : bytes
    is_full : bool
        It fills its field, so that its last character may have been cut.
    """

    raw: bytes
    is_full: bool = False


@dataclass(frozen=True)
class Claims:
    """What is said of the encoding of a file.

    Attributes
    ----------
    study : str or None
        Python name of the encoding that the study states; it wins.
    file : str or None
        What a file beside it states, as written there.
    language : str or None
        Python name of the encoding that its header states.
    language_text : str
        The same as written, for messages.
    """

    study: str | None
    file: str | None
    language: str | None
    language_text: str


def python_encoding(stated: str) -> str | None:
    """Python name of a text encoding as studies and .cpg files write it: UTF-8, 1252, ANSI 1252, 88591, latin1..."""
    name = stated.lower().removeprefix("ansi").strip()
    digits = name.replace("-", "")
    if digits.isascii() and digits.isdigit():
        name = {"65001": UTF8}.get(digits) or (f"iso8859-{digits[4:]}" if digits.startswith("8859") else f"cp{digits}")
    try:
        found = codecs.lookup(name)
        b"\x41".decode(found.name)
    except (LookupError, ValueError):  # unknown, a codec that makes no text, or a name that is none
        return None
    return found.name if "A".encode(found.name) == b"A" else None  # UTF-16 and EBCDIC cannot stand in such fields


def choose_encoding(cells: Sequence[Cell], claims: Claims) -> tuple[str, tuple[FileNote, ...]]:
    """Choose the encoding of a file from its text and from what is said of it.

    Parameters
    ----------
    cells : sequence of Cell
        Distinct texts with bytes beyond ASCII; none where any encoding would do.
    claims : Claims

    Returns
    -------
    str
        Python name.
    tuple of FileNote
        ``encoding-conflict`` where the text and a claim disagree, ``encoding-guessed`` where nothing is claimed.
    """
    file = None if claims.file is None else python_encoding(claims.file)
    if not cells:
        return claims.study or file or UTF8, ()
    content = _from_content(cells, [claim for claim in (file, claims.language) if claim])
    if claims.study is not None:
        return claims.study, _doubt_of_study(cells, claims.study, content)
    stated = [f".cpg states {claims.file}"] if claims.file is not None else []
    stated += [f"language id {claims.language_text}"]
    if file is not None and _reads_same(cells, file, content):
        return file, ()
    is_conflict = file is not None or (claims.file is None and claims.language not in (None, content))
    reading = f"its text reads as {content}"
    wrong = file or claims.language
    if is_conflict and wrong is not None:
        reading += f": {_sample(cells, content, wrong)}"
        code, done = "encoding-conflict", f"read as {content}, as its content shows"
    else:
        what = "no .cpg states the encoding" if claims.file is None else "its .cpg states an unknown encoding"
        reading = f"{what}; {reading}: {_show(cells[0], content)}"
        code, done = "encoding-guessed", f"read as {content}"
    advice = "look at the accents in this layer; state encoding: in the study to settle it"
    message = f"the .dbf: {', '.join(stated)}; {reading}"
    return content, (FileNote("repaired", code=code, message=message, done=done, advice=advice),)


def decode(cell: Cell, encoding: str) -> tuple[str, str]:
    r"""Text of a cell and what is wrong with it: nothing, ``cut`` (its last character) or ``undecodable``.

    Bytes that cannot be decoded are shown as ``\xe9``.
    """
    try:
        return cell.raw.decode(encoding), ""
    except UnicodeDecodeError as error:
        if encoding == UTF8 and cell.is_full and error.reason == "unexpected end of data":
            return cell.raw[: error.start].decode(encoding), "cut"
        return cell.raw.decode(encoding, errors="backslashreplace"), "undecodable"


def _from_content(cells: Sequence[Cell], claimed: Sequence[str]) -> str:
    """Encoding in which the text makes sense: UTF-8 where most of it is valid, else the best code page."""
    read = [decode(cell, UTF8) for cell in cells]
    invalid = sum(wrong == "undecodable" for _, wrong in read)
    valid = sum(wrong != "undecodable" and not text.isascii() for text, wrong in read)  # a cut character proves nothing
    if valid > invalid or (not invalid and UTF8 in claimed):
        return UTF8
    scored = cells[:: max(1, len(cells) // _SCORED_CELLS)]
    for encoding in claimed:
        if encoding not in _WESTERN and encoding != UTF8 and _is_plausible(scored, encoding):
            return encoding
    candidates = [*dict.fromkeys([*(claim for claim in claimed if claim in _WESTERN), *_WESTERN])]
    scores = {encoding: _score(scored, encoding) for encoding in candidates}
    best = max(scores.values())
    enough = {encoding: best - (_CLEARLY_WORSE if encoding in claimed else 0.0) for encoding in candidates}
    return next(encoding for encoding in candidates if scores[encoding] >= enough[encoding])


def _score(cells: Sequence[Cell], encoding: str) -> float:
    """Mean over the characters beyond ASCII of how much sense each makes in western European text, -3 to 1."""
    scores = [score for cell in cells for score in _character_scores(decode(cell, encoding))]
    return sum(scores) / max(1, len(scores))


def _character_scores(decoded: tuple[str, str]) -> Iterator[float]:
    text, wrong = decoded
    if wrong == "undecodable":
        yield -3.0
    for position, character in enumerate(text):
        if not character.isascii():
            before = text[position - 1] if position else " "
            yield _character_score(character, before, text[position + 1 : position + 2] or " ")


def _character_score(character: str, before: str, after: str) -> float:
    if character in _LETTERS:
        return -0.5 if before.isupper() and after.isupper() else 1.0
    if character in _CAPITALS:
        is_inside = before.islower() or (before.isupper() and after.islower())
        return -1.0 if is_inside else 0.8 if before.isalpha() or after.isalpha() else 0.4
    if character in _SIGNS_AT_EDGES:
        return -1.0 if before.isalpha() and after.isalpha() else 0.7
    if character in _SIGNS_ANYWHERE:
        return 0.5
    return -1.0 if character.isalpha() else -2.0


def _is_plausible(cells: Sequence[Cell], encoding: str) -> bool:
    """Whether nearly all text decodes into words that are each of one script."""
    good = 0
    for cell in cells:
        text, wrong = decode(cell, encoding)
        good += wrong != "undecodable" and text.isprintable() and all(map(_is_one_script, text.split()))
    return good >= 0.9 * len(cells)


def _is_one_script(word: str) -> bool:
    scripts = {unicodedata.name(character, "").split(" ")[0] for character in word if character.isalpha()}
    return len(scripts) < 2 or not scripts & {"LATIN", "CYRILLIC", "GREEK"}


def _reads_same(cells: Sequence[Cell], one: str, other: str) -> bool:
    return one == other or all(decode(cell, one) == decode(cell, other) for cell in cells)


def _doubt_of_study(cells: Sequence[Cell], study: str, content: str) -> tuple[FileNote, ...]:
    """Doubts, where the text makes clearly less sense in the encoding of the study than in another."""
    mistaken = study in _WESTERN and _score(cells, content) - _score(cells, study) > _CLEARLY_WORSE
    if _reads_same(cells, study, content) or not (mistaken or UTF8 in (study, content)):
        return ()
    return (
        FileNote(
            "warning",
            code="encoding-conflict",
            message=f"the study states encoding {study}, but the text looks like {content}: "
            f"{_sample(cells, content, study)}",
            done=f"read as {study}",
            advice=f"look at the accents in this layer; remove encoding: or state {content}",
        ),
    )


def _sample(cells: Sequence[Cell], content: str, wrong: str) -> str:
    """Show one text both ways."""
    differs = (cell for cell in cells if decode(cell, content)[0] != decode(cell, wrong)[0])
    cell = next(differs, cells[0])
    return f"{_show(cell, content)} ({_show(cell, wrong)} as {wrong})"


def _show(cell: Cell, encoding: str) -> str:
    return f'"{decode(cell, encoding)[0].strip()[:_SHOWN_LENGTH]}"'
