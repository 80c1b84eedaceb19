"""A price list as YAML: a mapping of price keys to rows."""

from __future__ import annotations

from pathlib import Path

from cardio.price_lists.rows import HINT, ListFormat, PriceRows, complain_of_key, wrong_key
from cardio.study_yaml import read_yaml
from gis_layers import StudyError


def read_yaml_rows(file: Path, _: ListFormat) -> PriceRows:
    """Read a price file; every row and cell has its line. YAML needs no word of the study about it.

    Raises
    ------
    StudyError
        Not plain YAML, or no mapping of keys.
    """
    document = read_yaml(file)
    if not isinstance(document.data, dict):
        raise StudyError(f"{file}: a price file maps price keys to rows", HINT)
    places = {path: f"{file}:{line}" for path, line in document.lines.items()}
    wrong = {
        key: wrong_key(key) or ("" if isinstance(row, dict) else "should be a mapping of keys")
        for key, row in document.data.items()
    }
    return PriceRows(
        entries={key: row for key, row in document.data.items() if not wrong[key]},
        places=places,
        complaints=tuple(complain_of_key(places[(key,)], key, text) for key, text in wrong.items() if text),
    )
