"""How much each piece of equipment can serve: the limits of the study, and the free places that layers tell of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from cardio.town import Town
from gis_layers import Finding, Layer, StudyError
from network_model import Opportunities, Option
from optimise import Capacity

Floats = npt.NDArray[np.float64]
ROWS_LISTED = 20


def limit_candidates(town: Town, opportunities: Opportunities) -> Capacity | None:
    """Return what each candidate can serve at most and what each demand takes of it; None without any limit.

    A demand takes its weight; one without weight, which no target counts, as little as any.

    Raises
    ------
    StudyError
        A layer without the column that an option asks for.
    """
    options = opportunities.options
    if all(option.serves_at_most is None and option.free_places is None for option in options):
        return None
    candidates = opportunities.candidates
    most = np.full(len(candidates.option), np.inf)
    for number, option in enumerate(options):
        own = candidates.option == number
        if option.serves_at_most is not None:
            most[own] = option.serves_at_most
        if option.free_places is not None:
            places = _places_by_work(town.layers, option, option.free_places)
            most[own] = [places[work] for work in candidates.work_id[own].tolist()]
    weight = np.concatenate([points.weight for points in town.demand.values()])
    weighty = weight > 0
    least = float(weight[weighty].min()) if weighty.any() else 1.0
    return Capacity(most=most, load=np.where(weighty, weight, least))


def missing_limits(layers: Mapping[str, Layer], options: tuple[Option, ...]) -> tuple[Finding, ...]:
    """Report features that do not tell how many places they have free: they count as none."""
    asked = dict.fromkeys((name, option.free_places) for option in options for name in option.sites)
    findings: list[Finding] = []
    for name, column in asked:
        if column is None:
            continue
        layer = layers[name]
        missing = np.flatnonzero(np.isnan(_numbers(layer, column)))
        rows = layer.frame.iloc[missing].drop_duplicates("id")
        code, done = "free-places-missing", "counts as no free place"
        advice = f"fill in {column}, or filter such rows out with where:"
        if len(rows):
            message = f"{len(rows)} features have no value of {column}"
            findings.append(Finding("warning", code, name, layer.path, "", message, done, advice))
        message = f"no value of {column}"
        findings += [
            Finding("warning", code, name, layer.path, str(feature), message, done, advice, point.x, point.y)
            for feature, point in zip(rows["id"][:ROWS_LISTED], rows.geometry.representative_point(), strict=False)
        ]
    return tuple(findings)


def _places_by_work(layers: Mapping[str, Layer], option: Option, column: str) -> dict[str, float]:
    """Return work id -> free places, of every feature at which the option can stand."""
    places = {}
    for name in option.sites:
        ids, numbers = layers[name].frame["id"], np.nan_to_num(_numbers(layers[name], column), nan=0.0)
        for feature, number in zip(ids, numbers.tolist(), strict=True):
            places[f"{option.name}@{name}/{feature}"] = number
    return places


def _numbers(layer: Layer, column: str) -> Floats:
    if column not in layer.frame:
        raise StudyError(
            f"layer {layer.name!r} ({layer.path}) has no column {column!r}, which tells how many places are free",
            f"name its column: layers.{layer.name}.columns: {{{column}: ...}}",
        )
    numbers: Floats = layer.frame[column].to_numpy(dtype=np.float64)
    return numbers
