"""The town as surveyed: layers, graph, demand, and who is served today."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from cardio.stopwatch import Stopwatch
from cardio.study import Study
from cardio.survey_store import Key, SurveyStore
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
    Service,
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
    store: SurveyStore | None = None,
) -> Town:
    """Read the layers, build the graph and measure who is served today.

    Parameters
    ----------
    layers : mapping of str to Layer, optional
        All layers of the study, where they are read already.
    store : SurveyStore, optional
        What was surveyed before: layers, graph and the coverage of a service are taken from it where all that they
        are made from is equal. Not together with `layers`.

    Raises
    ------
    StudyError
        Something that the study names is missing or wrong.
    SurveyError
        A file cannot be used.
    """
    store = SurveyStore() if store is None else store
    if layers is None:
        with stopwatch.time("read"):
            layers = store.once("layers", _layers_key(study), lambda: read_layers(study, progress=progress))
    findings = [finding for layer in layers.values() for finding in layer.findings]
    findings += compare_extents(list(layers.values()))
    listed = "" if study.price_file is None else study.price_file.name
    findings += [Finding("note", "price-list", "", listed, message=note) for note in study.price_notes]
    with stopwatch.time("graph"):
        graph, found = store.once("graph", graph_key(study), lambda: _build_graph(study, layers, progress))
        findings += found
    with stopwatch.time("coverage"):
        demand, places, providers = {}, {}, {}
        for number, service in enumerate(study.services.values()):
            progress("coverage", number / len(study.services), service.name)
            served = store.once(
                "service",
                (*graph_key(study), study.attach_within_m, service),
                partial(_survey_service, study, service, layers, graph),
            )
            demand[service.name], places[service.name] = served.demand, served.places
            providers[service.name] = served.providers
            findings += served.findings
        held = {name: (points.attachment, points.weight) for name, points in demand.items()}
        findings += component_findings(graph, held)
        scopes, found = expand_targets(study.targets, study.services, demand, layers)
        findings += found
        progress("coverage", 1.0)
    return Town(study, layers, graph, demand, places, providers, scopes, tuple(findings))


def graph_key(study: Study) -> Key:
    """All of a study that its layers and its graph are made from."""
    network = (study.routes, study.close_gaps_m, study.crossings, study.attach_where)
    return (*_layers_key(study), *network)


def _layers_key(study: Study) -> Key:
    return (study.crs, tuple(study.layers.items()))


def _build_graph(
    study: Study, layers: Mapping[str, Layer], progress: Progress
) -> tuple[SpatialGraph, Sequence[Finding]]:
    progress("graph", None, "noding routes")
    return build_graph(
        [layers[name] for name in study.routes],
        close_gaps_m=study.close_gaps_m,
        crossings=study.crossings,
        attach_where=study.attach_where,
        progress=progress,
    )


@dataclass(frozen=True)
class _Served:
    """A service today."""

    demand: Demand
    places: Places
    providers: Ints
    findings: tuple[Finding, ...]


def _survey_service(study: Study, service: Service, layers: Mapping[str, Layer], graph: SpatialGraph) -> _Served:
    within_m = study.attach_within_m
    demand, found = spread_demand(service, layers, graph, attach_within_m=within_m)
    standing = existing_places(layers, service.provided_by, graph, attach_within_m=within_m)
    matrix = reach_matrix(graph, service.reach, standing, demand, layers)
    findings = [*found]
    if service.reach.rule == "along_network":
        findings += far_places(standing, layers, attach_within_m=within_m)
    return _Served(demand, standing, count_providers(matrix, distinct_places(standing)), tuple(findings))


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
