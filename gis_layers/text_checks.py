"""Text that was lost or garbled before it was delivered, whatever the format of the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from gis_layers.ledger import Ledger

_LOST = "\N{REPLACEMENT CHARACTER}"
_SHOWN_LENGTH = 60


def _windows_characters() -> dict[int, str]:
    """Byte -> character as Windows programs read it: cp1252, its five unassigned bytes as control characters."""
    latin = {byte: chr(byte) for byte in range(256)}
    return latin | {byte: text for byte in range(256) if (text := bytes([byte]).decode("cp1252", errors="ignore"))}


_BYTES = {character: byte for byte, character in _windows_characters().items()} | {
    chr(byte): byte for byte in range(256)
}
_CONTINUATION = "".join(re.escape(character) for character, byte in _BYTES.items() if 0x80 <= byte <= 0xBF)
# UTF-8 bytes of one character, each read as a character of its own: accented letters and signs, then typographic
# signs and the euro; only these lead bytes, for others make pairs that stand in good text ("à »", "É€")
_GARBLED = re.compile(f"[\u00c2-\u00c5][{_CONTINUATION}]|\u00e2[{_CONTINUATION}]{{2}}")


def check_texts(columns: Mapping[str, npt.NDArray[np.generic]], ledger: Ledger) -> None:
    """Report lost and garbled text of the rows still in, one finding a column and defect, with an example.

    Parameters
    ----------
    columns : mapping of str to (rows,) array
    ledger : Ledger
        Gets ``text-lost`` for characters replaced by U+FFFD, and ``text-garbled`` for UTF-8 that was read as cp1252
        or latin-1 and written again.
    """
    foreign = {name: counts for name, values in columns.items() if (counts := _count_foreign(values[ledger.alive]))}
    for name, count, example in _affected(foreign, lambda text: _LOST in text):
        ledger.tell(
            "error",
            code="text-lost",
            message=f"{name}: {count} rows hold characters that were lost before delivery, for example {example!r}",
            done="kept as delivered",
            advice="ask for the text again: it cannot be recovered from this file",
        )
    for name, count, example in _affected(foreign, lambda text: ungarble(text) != text):
        ledger.tell(
            "warning",
            code="text-garbled",
            message=f"{name}: {count} rows were garbled before delivery, for example {example!r}, "
            f"which would read {ungarble(example)!r}",
            done="kept as delivered",
            advice="ask for the file as exported from its source; a program on the way mistook its encoding",
        )


def ungarble(text: str) -> str:
    """Text with runs of UTF-8 bytes, shown as one character each, read as the characters that they stand for."""
    return _GARBLED.sub(_read_again, text)


def _read_again(match: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[character] for character in match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _count_foreign(values: npt.NDArray[np.generic]) -> Counter[str]:
    """Texts with letters beyond ASCII, in the order of the rows, and how many rows hold each."""
    if values.dtype.kind not in "OUT":
        return Counter()
    return Counter(text for text in values.tolist() if isinstance(text, str) and not text.isascii())


def _affected(foreign: Mapping[str, Counter[str]], is_bad: Callable[[str], bool]) -> Iterator[tuple[str, int, str]]:
    """Columns with bad text: name, how many rows hold it, and the first such text."""
    for name, counts in foreign.items():
        bad = [text for text in counts if is_bad(text)]
        if bad:
            yield name, sum(counts[text] for text in bad), bad[0][:_SHOWN_LENGTH]
