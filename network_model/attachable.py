"""Which route lines places, demand and sites may be attached to: those that pass the conditions of the study."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import numpy as np

from gis_layers import Condition, Finding, Layer, StudyError, as_text
from network_model.graph import Bools, Objects

KEY = "network.attach_where"


def pick_attachable(
    layers: Sequence[Layer], where: Mapping[str, Condition]
) -> tuple[Bools | None, tuple[Finding, ...]]:
    """Pick the lines of the layers, behind one another, that pass every condition: (L,) bool, None without any.

    The lines of a layer that lacks a column have no value there. A value that no line has is a finding.

    Raises
    ------
    StudyError
        No layer has a column that is named, or no line passes.
    """
    if not where:
        return None, ()
    passes = np.ones(sum(len(layer.frame) for layer in layers), dtype=np.bool_)
    findings: list[Finding] = []
    for column, condition in where.items():
        text = _texts(layers, column)
        values = {value.strip() for value in condition.values}
        present = set(text.tolist())
        findings += [_not_found(layers, column, value, present) for value in sorted(values - present)]
        passes &= np.isin(text.astype(str), sorted(values)) != condition.exclude
    if not passes.any():
        raise StudyError(
            f"{KEY}: no route passes {', '.join(where)}: nothing could be attached", "check the columns and values"
        )
    return passes, tuple(findings)


def _texts(layers: Sequence[Layer], column: str) -> Objects:
    known = dict.fromkeys(
        str(name)
        for layer in layers
        for name in layer.frame.columns
        if name not in ("source_row", layer.frame.geometry.name)
    )
    if column not in known:
        near = difflib.get_close_matches(column, known, n=1)
        names = ", ".join(f"{layer.name!r} ({layer.path})" for layer in layers)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise StudyError(f"{KEY}: no route layer has a column {column!r}: {names}", f"{hint}known: {', '.join(known)}")
    return np.concatenate(
        [
            as_text(layer.frame[column].to_numpy()) if column in layer.frame else np.full(len(layer.frame), "", object)
            for layer in layers
        ]
    )


def _not_found(layers: Sequence[Layer], column: str, value: str, present: set[str]) -> Finding:
    layer = next(each for each in layers if column in each.frame)
    near = difflib.get_close_matches(value, sorted(present), n=1)
    return Finding(
        "warning",
        "value-not-found",
        layer.name,
        layer.path,
        "",
        f"{KEY}: {column} lists {value!r}, a value that no route has",
        "nothing",
        f"did you mean {near[0]!r}?" if near else "check the value",
    )
