"""The town as surveyed: layers, graph, demand, and who is served today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cardio.stopwatch import Stopwatch
from cardio.study import Study
from gis_layers import (
    CardioError,
    Finding,
    Layer,
    Progress,
    StudyError,
    SurveyError,
    advise_among,
    compare_extents,
    read_layer,
    silent,
)
from network_model import (
    Demand,
    Places,
    SpatialGraph,
    TargetScope,
    build_graph,
    component_findings,
    count_providers,
    distinct_places,
    existing_places,
    expand_targets,
    far_places,
    reach_matrix,
    spread_demand,
)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Town:
    """What is there and what is served today.

    Attributes
    ----------
    study : Study
    layers : mapping of str to Layer
    graph : SpatialGraph
    demand : mapping of str to Demand
        By service.
    places : mapping of str to Places
        By service: what serves today.
    providers : mapping of str to (J,) int
        By service: distinct existing providers of each demand point.
    scopes : tuple of TargetScope
        Targets, one a zone where they hold in each.
    findings : tuple of Finding
        Everything found so far, the layers' findings included.
    """

    study: Study
    layers: Mapping[str, Layer]
    graph: SpatialGraph
    demand: Mapping[str, Demand]
    places: Mapping[str, Places]
    providers: Mapping[str, Ints]
    scopes: tuple[TargetScope, ...]
    findings: tuple[Finding, ...]


def survey_town(
    study: Study,
    *,
    stopwatch: Stopwatch,
    progress: Progress = silent,
    layers: Mapping[str, Layer] | None = None,
) -> Town:
    """Read the layers, build the graph and measure who is served today.

    Parameters
    ----------
    layers : mapping of str to Layer, optional
        All layers of the study, where they are read already.

    Raises
    ------
    StudyError
        Something that the study names is missing or wrong.
    SurveyError
        A file cannot be used.
    """
    if layers is None:
        with stopwatch.time("read"):
            layers = read_layers(study, progress=progress)
    findings = [finding for layer in layers.values() for finding in layer.findings]
    findings += compare_extents(list(layers.values()))
    listed = "" if study.price_file is None else study.price_file.name
    findings += [Finding("note", "price-list", "", listed, message=note) for note in study.price_notes]
    with stopwatch.time("graph"):
        progress("graph", None, "noding routes")
        graph, found = build_graph(
            [layers[name] for name in study.routes],
            close_gaps_m=study.close_gaps_m,
            crossings=study.crossings,
            attach_where=study.attach_where,
            progress=progress,
        )
        findings += found
    with stopwatch.time("coverage"):
        demand, places, providers = {}, {}, {}
        for number, service in enumerate(study.services.values()):
            progress("coverage", number / len(study.services), service.name)
            demand[service.name], found = spread_demand(service, layers, graph, attach_within_m=study.attach_within_m)
            findings += found
            standing = existing_places(layers, service.provided_by, graph, attach_within_m=study.attach_within_m)
            places[service.name] = standing
            matrix = reach_matrix(graph, service.reach, standing, demand[service.name], layers)
            providers[service.name] = count_providers(matrix, distinct_places(standing))
            if service.reach.rule == "along_network":
                findings += far_places(standing, layers, attach_within_m=study.attach_within_m)
        held = {name: (points.attachment, points.weight) for name, points in demand.items()}
        findings += component_findings(graph, held)
        scopes, found = expand_targets(study.targets, study.services, demand, layers)
        findings += found
        progress("coverage", 1.0)
    return Town(study, layers, graph, demand, places, providers, scopes, tuple(findings))


def read_layers(
    study: Study, *, progress: Progress = silent, on_failure: Callable[[str, CardioError], None] | None = None
) -> dict[str, Layer]:
    """Read every layer of a study.

    Parameters
    ----------
    on_failure : callable, optional
        Takes the name and the error of a layer that cannot be used, which is then left out; without it the error is
        raised.
    """
    layers: dict[str, Layer] = {}
    failures: list[tuple[str, CardioError]] = []
    for number, (name, spec) in enumerate(study.layers.items()):
        progress("read", number / len(study.layers), name)
        try:
            layers[name] = read_layer(spec, crs=study.crs, progress=progress)
        except (StudyError, SurveyError) as error:
            if on_failure is None:
                error.hint = advise_among(error, name, list(layers.values()))
                raise
            failures.append((name, error))
    for name, failure in failures:  # by now all others are known
        failure.hint = advise_among(failure, name, list(layers.values()))
        if on_failure is not None:
            on_failure(name, failure)
    progress("read", 1.0)
    return layers
