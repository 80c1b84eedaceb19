"""Why nothing of a layer can be used: the fatal error carries the findings that explain it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gis_layers.errors import CardioError, StudyError, SurveyError
from gis_layers.findings import Finding
from gis_layers.layer import Layer

#: Codes of rows that the study itself leaves out, and the key that does it.
LEFT_OUT_BY = {"filtered": "where:", "not-existing": "exists:"}


def nothing_usable(message: str, layers: Sequence[Layer], hint: str, *, found: Sequence[Finding] = ()) -> CardioError:
    """Make the error of layers of which nothing can be used; it says how many rows were set aside and why.

    Parameters
    ----------
    message, hint : str
        What cannot be done without them, and what to do.
    layers : sequence of Layer
    found : sequence of Finding
        Errors found since on rows of these layers; each is a row lost too.

    Returns
    -------
    SurveyError or StudyError
        SurveyError where rows were lost for their geometry or values, or a file has none; StudyError where only the
        study's own ``where:`` and ``exists:`` left rows out, or rows that hold nothing were kept.
    """
    lost = [_count_lost(layer, found) for layer in layers]
    shown = "; ".join(_describe(layer, counts, found) for layer, counts in zip(layers, lost, strict=True))
    defective = any(set(counts) - set(LEFT_OUT_BY) for counts in lost)
    empty = bool(layers) and not any(layer.rows_read for layer in layers)
    family = SurveyError if defective or empty else StudyError
    return family(f"{message}: {shown}" if shown else message, hint)


def _count_lost(layer: Layer, found: Sequence[Finding]) -> Counter[str]:
    counts = Counter(dict(layer.set_aside))
    counts.update(each.code for each in found if each.layer == layer.name and each.severity == "error")
    return counts


def _describe(layer: Layer, counts: Counter[str], found: Sequence[Finding]) -> str:
    """``lights: 3 rows read, 2 set aside (1 filtered by where:; 1 null-geometry, first row 0: ...)``."""
    if not layer.rows_read:
        return f"{layer.name}: the file has no row"
    text = f"{layer.name}: {layer.rows_read} rows read, {counts.total() or 'none'} set aside"
    if not counts:
        return text
    first = {each.code: each for each in reversed((*layer.findings, *found)) if each.layer == layer.name}
    reasons = [_reason(code, count, first.get(code)) for code, count in counts.most_common()]
    return f"{text} ({'; '.join(reasons)})"


def _reason(code: str, count: int, first: Finding | None) -> str:
    if code in LEFT_OUT_BY:
        return f"{count} {code} by {LEFT_OUT_BY[code]}"
    if first is None:
        return f"{count} {code}"
    return f"{count} {code}, first row {first.feature}: {first.message}"
