"""Which rows exist today: planned, abandoned and unknown ones are set aside, unless the study states ``exists:``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_layers.columns import Objects, Values, as_text
from gis_layers.kinds import Kind
from gis_layers.ledger import Ledger
from gis_layers.status_words import (
    ABANDONED,
    CLEAR_WORDS,
    EXISTENCE_WORDS,
    GRACETHD_CODES,
    IN_SERVICE,
    LIFECYCLE_WORDS,
    NO,
    PLANNED,
    UNKNOWN,
    UNKNOWN_WORDS,
    WORDS,
    YES,
    Status,
    fold,
    read_word,
)
from gis_layers.table import Rows

Levels = npt.NDArray[np.int8]

_STATUS_NAME = re.compile(
    r"(^|[^a-z])(etat|statut|status|state|avct|avanc|zustand|lifecycle|life_cycle|cycle_de_vie|cycle_vie)"
    r"|(etat|statut|status|state|avct|zustand)([^a-z]|$)"
    r"|^(phase|stade|situation|existence|vie_objet)$"
)
_WEIGHED = re.compile(r"[a-z]{2}_\w*(statut|etat|avct)\w*")  # columns of GraceTHD, among them NC: not concerned
_CLASS_NAMES = frozenset({"highway", "railway", "building", "telecom", "man_made", "power"})
_FLAG_NAMES = {fold(name): status for name, status in LIFECYCLE_WORDS.items()} | {
    fold("under_construction"): Status.PLANNED,
    fold("en_construction"): Status.PLANNED,
    fold("en_projet"): Status.PLANNED,
    fold("hors_service"): Status.ABANDONED,
    fold("abandonne"): Status.ABANDONED,
    fold("supprime"): Status.ABANDONED,
    fold("depose"): Status.ABANDONED,
    fold("demoli"): Status.ABANDONED,
    **{
        fold(name): Status.IN_SERVICE
        for name in ("en_service", "in_service", "existant", "existing", "exists", "actif")
    },
}
_SHOWN = {Status.PLANNED: PLANNED, Status.ABANDONED: ABANDONED, Status.IN_SERVICE: IN_SERVICE}
_PLAIN_YAML = re.compile(r"[^\W\d_]+(?:[ '_-]?\w)*")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_AMBIGUOUS_UNKNOWN = {"nc", "tbc", "tbd"}
_MOST_SHOWN = 20


@dataclass(frozen=True)
class _Told:
    """What one column says of every row: its text, and a ``Status`` a row."""

    column: str
    text: Objects
    levels: Levels


def set_aside_not_existing(kind: Kind, columns: Mapping[str, Values], ledger: Ledger) -> None:
    """Set aside rows that a column of status tells to be planned, abandoned or of unknown status.

    Parameters
    ----------
    kind : Kind
        Whether rows without any mark exist where a column only marks exceptions.
    columns : mapping of str to (rows,) array
        All columns of the file.
    ledger : Ledger
        Receives one finding ``not-existing`` a column, with the ``exists:`` that settles it.
    """
    weighed = "status" in columns and _is_canonical(columns["status"])
    judged = {name: columns[name] for name in columns if not (weighed and _WEIGHED.fullmatch(name))}
    told = [said for name, values in judged.items() if (said := _read_column(name, values, ledger)) is not None]
    if not told:
        return
    told = [_with_unmarked_rows(said, kind, ledger) for said in told]
    _tell_conflicts(told, ledger)
    levels = np.vstack([said.levels for said in told])
    deciding = levels.argmax(axis=0)
    gone = np.isin(levels.max(axis=0), [Status.UNMARKED, Status.UNKNOWN, Status.PLANNED, Status.ABANDONED])
    alive = ledger.alive.copy()
    for position, said in enumerate(told):
        _tell_gone(said, np.flatnonzero(gone & alive & (deciding == position)), alive, ledger)


def _is_canonical(values: Values) -> bool:
    """Whether the words are those of a reader that knows its standard: it has weighed what its columns say."""
    return values.dtype == object and set(pd.unique(values)) <= {IN_SERVICE, PLANNED, ABANDONED, UNKNOWN}


def _read_column(name: str, values: Values, ledger: Ledger) -> _Told | None:
    """What a column says, None where it is no column of status."""
    plain = name.strip().lower().replace("é", "e")
    is_flag, is_class = fold(name) in _FLAG_NAMES, plain in _CLASS_NAMES
    if not (is_flag or (values.dtype.kind == "O" and (is_class or _STATUS_NAME.search(plain)))):
        return None
    text = as_text(values)
    codes, distinct = pd.factorize(text)
    present = set(codes[ledger.alive].tolist())
    words = [read_word(value) if index in present else "" for index, value in enumerate(distinct)]
    if is_flag:
        meaning = _read_flags(words, _FLAG_NAMES[fold(name)])
    elif is_class:
        meaning = [LIFECYCLE_WORDS.get(str(value).lower(), Status.SILENT) for value in distinct]
    else:
        meaning = [WORDS.get(word, Status.UNKNOWN) for word in words] if _states_status(words) else None
    if meaning is None or not any(meaning):
        return None
    return _Told(name, text, np.array(meaning, dtype=np.int8)[codes])


def _read_flags(words: list[str], status: Status) -> list[Status] | None:
    """A column of yes and no, whose name tells a status; other values are of another matter (a year, a material)."""
    if not set(words) <= YES | NO or not set(words) & (YES | NO - {""}):
        return None
    if status == Status.IN_SERVICE:
        return [status if word in YES else Status.UNKNOWN if word else Status.UNMARKED for word in words]
    return [status if word in YES else Status.SILENT for word in words]


def _states_status(words: list[str]) -> bool:
    """Whether a column of a fitting name holds words of status, and not of condition or a region."""
    present = {word for word in words if WORDS.get(word) != Status.UNMARKED}
    if present & CLEAR_WORDS or len(present & GRACETHD_CODES) >= 3:
        return True
    return present <= UNKNOWN_WORDS and bool(present - _AMBIGUOUS_UNKNOWN)


def _with_unmarked_rows(said: _Told, kind: Kind, ledger: Ledger) -> _Told:
    """Where no row is told to exist, base maps mark exceptions only: their other rows are kept, and told."""
    text, levels = said.text, said.levels
    others = ledger.alive & np.isin(levels, [Status.UNMARKED, Status.UNKNOWN])
    stated = {read_word(str(value)) for value in set(text[levels == Status.IN_SERVICE].tolist())}
    if not kind.unmarked_exists or stated & EXISTENCE_WORDS or not others.any():
        return said
    if {read_word(str(value)) for value in set(text[others].tolist())} & UNKNOWN_WORDS:
        return said
    values = sorted(set(text[others].tolist()))
    ledger.tell(
        "warning",
        code="status-not-stated",
        message=f"{int(others.sum())} rows have {said.column} = {_counted(text[others])}: no row is told to exist, "
        f"some not to; first row {int(np.argmax(others))}",
        done="rows kept: as usual for this kind, only the exceptions are marked",
        advice=f"write {_exists_key(said.column, values)} in the study to settle it",
    )
    return _Told(said.column, text, np.where(others, Status.SILENT, levels).astype(np.int8))


def _tell_conflicts(told: list[_Told], ledger: Ledger) -> None:
    levels = np.vstack([said.levels for said in told])
    conflict = ledger.alive & (levels == Status.IN_SERVICE).any(axis=0) & (levels > Status.IN_SERVICE).any(axis=0)
    if not conflict.any():
        return
    row = int(np.argmax(conflict))
    cells = ", ".join(f"{said.column} = {said.text[row] or '(empty)'}" for said in told)
    ledger.tell(
        "warning",
        code="status-conflict",
        message=f"columns of status disagree on {int(conflict.sum())} rows, first in row {row}: {cells}",
        done="a row exists only where no column says otherwise",
        advice="state exists: in the study with the column that is right",
    )


def _tell_gone(said: _Told, rows: Rows, alive: npt.NDArray[np.bool_], ledger: Ledger) -> None:
    if not len(rows):
        return
    values = list(dict.fromkeys(said.text[alive & np.isin(said.levels, [Status.SILENT, Status.IN_SERVICE])].tolist()))
    gone_values = list(dict.fromkeys(said.text[rows].tolist()))
    by_status = " ".join(_grouped(said, rows))
    if len(values) > _MOST_SHOWN:
        left_out = ", ".join(map(_in_yaml, gone_values))
        advice = f"write where: {{{_in_yaml(said.column)}: {{not: [{left_out}]}}}} in the study to settle it"
    elif values:
        advice = f"write {_exists_key(said.column, values)} in the study to settle it; add values that exist too"
    else:
        key = _exists_key(said.column, gone_values[:_MOST_SHOWN])
        advice = f"if they exist, write {key} in the study, with the values that do"
    ledger.count_out(rows, code="not-existing")
    ledger.tell(
        "warning",
        code="not-existing",
        message=f"{len(rows)} of {int(alive.sum())} rows do not exist today by {said.column}: {by_status}; "
        f"first row {int(rows[0])}",
        done="rows set aside",
        advice=advice,
    )


def _grouped(said: _Told, rows: Rows) -> Iterator[str]:
    """As in ``planned (AVP: 3) unknown ((empty): 2)``."""
    shown = np.array([_SHOWN.get(Status(level), UNKNOWN) for level in said.levels[rows].tolist()], dtype=object)
    for status in (PLANNED, ABANDONED, UNKNOWN):
        if (shown == status).any():
            yield f"{status} ({_counted(said.text[rows][shown == status])})"


def _counted(text: Objects) -> str:
    counts = Counter(text.tolist()).most_common()
    more = f", and {len(counts) - _MOST_SHOWN} more values" if len(counts) > _MOST_SHOWN else ""
    return ", ".join(f"{value or '(empty)'}: {count}" for value, count in counts[:_MOST_SHOWN]) + more


def _exists_key(column: str, values: list[str]) -> str:
    """Key of a layer in YAML, as in ``exists: {column: etat, values: [REC, MCO]}``."""
    return f"exists: {{column: {_in_yaml(column)}, values: [{', '.join(map(_in_yaml, values))}]}}"


def _in_yaml(text: str) -> str:
    plain = _PLAIN_YAML.fullmatch(text) and text.casefold() not in _YAML_WORDS
    return text if plain else '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    return character if character.isprintable() and character not in '"\\' else f"\\U{ord(character):08x}"
