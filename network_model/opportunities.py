"""What could be built: options at places, and routes to connect them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from scipy.sparse import csr_array

from gis_layers import Finding, Layer, Progress, silent
from network_model.backbone import find_joints, no_joints
from network_model.graph import Bools, Ints, Objects, SpatialGraph
from network_model.places import distinct_places, existing_places
from network_model.reach import reach_matrix
from network_model.service import Demand, Places, Service
from network_model.sites import find_sites, join_places, take_places
from network_model.works import Candidates, Laying, Opportunities, Option
from network_model.works_graph import build_routes

_NOTHING: Mapping[str, int] = MappingProxyType({})


def find_opportunities(
    graph: SpatialGraph,
    layers: Mapping[str, Layer],
    services: Mapping[str, Service],
    demand_by_service: Mapping[str, Demand],
    providers_by_service: Mapping[str, Ints],
    *,
    options: Sequence[Option],
    laying: Sequence[Laying],
    backbone: Sequence[str],
    attach_within_m: float,
    backbone_within_m: float,
    enough_providers: Mapping[str, int] = _NOTHING,
    progress: Progress = silent,
) -> tuple[Opportunities, tuple[Finding, ...]]:
    """List every candidate (an option at a place) that helps somebody, and the works graph that can connect them.

    Features of several layers at one spot are one place, listed as the first of them; each keeps its own work id.

    Parameters
    ----------
    graph : SpatialGraph
    layers : mapping of str to Layer
    services : mapping of str to Service
    demand_by_service : mapping of str to Demand
    providers_by_service : mapping of str to (J,) int
        Distinct providers of each demand point today.
    options : sequence of Option
    laying : sequence of Laying
    backbone : sequence of str
        Layers of the existing network; all of it is one network.
    attach_within_m : float
        Places and backbone points farther from every route are left out, m.
    backbone_within_m : float
        A route this near a backbone line over a stretch runs along it, m.
    enough_providers : mapping of str to int
        Service -> the most providers that any of its targets asks. Candidates that only reach demand served that
        well already are left out; for a service that is not named, only those that reach nobody.
    progress : Progress

    Raises
    ------
    StudyError
        A site layer of lines; backhaul asked and nothing of the backbone near a route; a laying along a layer
        without lines.
    """
    progress("coverage", 0.0, "places where something could be built")
    places, rows_of_option, findings = find_sites(graph, layers, options, attach_within_m=attach_within_m)
    option = np.repeat(np.arange(len(options)), [len(rows) for rows in rows_of_option])
    row = np.concatenate([np.empty(0, np.int64), *rows_of_option])
    label = distinct_places(places)
    place = np.unique(label, return_index=True)[1][label][row]
    service_of = np.array([each.service for each in options], dtype=object)[option]
    helps = np.zeros(len(option), dtype=np.bool_)
    reach: dict[str, csr_array] = {}
    for rank, (name, demand) in enumerate(demand_by_service.items()):
        progress("coverage", rank / len(demand_by_service), f"reach of candidates for {name}")
        columns = np.flatnonzero(service_of == name)
        used, column_of = np.unique(place[columns], return_inverse=True)
        matrix = _reach_anew(graph, services[name], take_places(places, used), demand, layers, attach_within_m)
        lacking = providers_by_service[name] < enough_providers.get(name, np.inf)
        helps[columns] = (np.bincount(matrix[lacking].indices, minlength=len(used)) > 0)[column_of]
        reach[name] = _widen(matrix, columns, column_of, len(option))
    findings += _report_idle(options, option, helps)
    used, place_kept = np.unique(place[helps], return_inverse=True)
    candidates = Candidates(
        option=option[helps],
        place=place_kept,
        places=take_places(places, used),
        node=np.full(len(place_kept), -1),
        work_id=_work_ids(options, option[helps], take_places(places, row[helps])),
        reach={name: matrix[:, helps] for name, matrix in reach.items()},
    )
    progress("coverage", 1.0, "routes along which works can run")
    return _connect(graph, layers, candidates, options, laying, backbone, attach_within_m, backbone_within_m, findings)


def _connect(
    graph: SpatialGraph,
    layers: Mapping[str, Layer],
    candidates: Candidates,
    options: Sequence[Option],
    laying: Sequence[Laying],
    backbone: Sequence[str],
    attach_within_m: float,
    backbone_within_m: float,
    findings: tuple[Finding, ...],
) -> tuple[Opportunities, tuple[Finding, ...]]:
    """Add the works graph, and its node to every candidate that needs backhaul."""
    connected = np.array([each.backhaul is not None for each in options], dtype=np.bool_)
    joints = no_joints()
    if connected.any():
        joints, far = find_joints(
            graph, layers, backbone, attach_within_m=attach_within_m, backbone_within_m=backbone_within_m
        )
        findings += far
    needs = connected[candidates.option]
    used, place = np.unique(candidates.place[needs], return_inverse=True)
    routes, node_of_place = build_routes(graph, layers, take_places(candidates.places, used), joints, laying)
    node = candidates.node.copy()
    node[needs] = node_of_place[place]
    return Opportunities(tuple(options), replace(candidates, node=node), routes), findings


def _reach_anew(
    graph: SpatialGraph,
    service: Service,
    places: Places,
    demand: Demand,
    layers: Mapping[str, Layer],
    attach_within_m: float,
) -> csr_array:
    """Measure reach, without the demand that a place serves today: there it would not be one more provider."""
    matrix = reach_matrix(graph, service.reach, places, demand, layers)
    today = existing_places(layers, service.provided_by, graph, attach_within_m=attach_within_m)
    served = reach_matrix(graph, service.reach, today, demand, layers).tocoo()
    label = distinct_places(join_places([today, places]))
    pairs = matrix.tocoo()
    # row numbers of 32 bits are too short for codes of pairs
    codes = pairs.row.astype(np.int64) * len(label) + label[len(today.xy) + pairs.col]
    new = ~np.isin(codes, served.row.astype(np.int64) * len(label) + label[served.col])
    return csr_array((pairs.data[new], (pairs.row[new], pairs.col[new])), shape=matrix.shape)


def _widen(matrix: csr_array, columns: Ints, column_of: Ints, count: int) -> csr_array:
    """Give each candidate of a service the column of its place; those of other services have empty columns."""
    own = matrix.tocsc()[:, column_of].tocoo()
    return csr_array((own.data, (own.row, columns[own.col])), shape=(matrix.shape[0], count))


def _report_idle(options: Sequence[Option], option: Ints, helps: Bools) -> tuple[Finding, ...]:
    idle = np.bincount(option[~helps], minlength=len(options))
    total = np.bincount(option, minlength=len(options))
    return tuple(
        Finding(
            "note",
            "candidates-without-use",
            "",
            message=f"{idle[i]} of {total[i]} places for {each.name} reach no demand that lacks {each.service}",
            done="not offered to the plan",
        )
        for i, each in enumerate(options)
        if idle[i]
    )


def _work_ids(options: Sequence[Option], option: Ints, places: Places) -> Objects:
    named = zip(option, places.layer, places.feature_id, strict=True)
    return np.array([f"{options[i].name}@{layer}/{feature}" for i, layer, feature in named], dtype=object)
