"""A real town: figures measured independently before the first line of this code, and what users would notice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gis_layers import Layer, LayerSpec, read_layer
from network_model import Places, Reach, Service, SpatialGraph, build_graph, reach_matrix, spread_demand
from network_model.sites import junction_sites, take_places
from tests.real_data import real_data

pytestmark = pytest.mark.real_data
SIGHT = Reach("line_of_sight", 60.0, ("buildings",))
FILES = {
    "streets": ("street", "ROUTE.shp", {"id": "id"}),
    "buildings": ("building", "BATI_INDIFFERENCIE.shp", {}),
    "landmarks": ("public_building", "BATI_REMARQUABLE.shp", {}),
    "residents": ("population_cell", "population.shp", {"id": "id_car2010", "people": "ind"}),
}


@pytest.fixture(scope="module")
def layers() -> dict[str, Layer]:
    folder = real_data("rodez", "bdtopo_v2")
    return {
        name: read_layer(LayerSpec(name, kind, folder / file, file, encoding="utf-8", columns=columns), crs="EPSG:2154")
        for name, (kind, file, columns) in FILES.items()
    }


@pytest.fixture(scope="module")
def graph(layers: dict[str, Layer]) -> SpatialGraph:
    return build_graph([layers["streets"]])[0]


@pytest.fixture(scope="module")
def crossings(graph: SpatialGraph) -> Places:
    places, _ = junction_sites(graph, [None])
    return take_places(places, np.flatnonzero(graph.degree[graph.junctions] >= 3))


def served(service: Service, layers: dict[str, Layer], graph: SpatialGraph, places: Places) -> float:
    demand, _ = spread_demand(service, layers, graph, attach_within_m=80)
    matrix = reach_matrix(graph, service.reach, places, demand, layers)
    return float(demand.weight[np.diff(matrix.indptr) > 0].sum() / demand.weight.sum())


def test_people_spread_over_buildings_are_all_there_and_all_indoors(
    layers: dict[str, Layer], graph: SpatialGraph
) -> None:
    service = Service("wifi", "residents", "people", "buildings", (), SIGHT)
    demand, findings = spread_demand(service, layers, graph, attach_within_m=80)
    assert demand.weight.sum() == pytest.approx(29_736.5)
    by_cell = np.bincount(demand.feature, weights=demand.weight)
    assert by_cell == pytest.approx(layers["residents"].frame["people"].to_numpy(float))
    outdoors = np.array([not held for held in demand.inside])
    cells_outdoors = layers["residents"].frame.geometry.iloc[np.unique(demand.feature[outdoors])]
    assert layers["buildings"].frame.sindex.query(cells_outdoors, predicate="intersects").size == 0
    assert {finding.code for finding in findings} == {"demand-far-from-routes"}


def test_sixty_one_percent_are_in_sight_of_a_crossing_when_their_own_building_does_not_hide_them(
    layers: dict[str, Layer], graph: SpatialGraph, crossings: Places
) -> None:
    spread = Service("wifi", "residents", "people", "buildings", (), SIGHT)
    assert served(spread, layers, graph, crossings) == pytest.approx(0.61, abs=0.01)
    straight = replace(spread, reach=Reach("straight_line", 60.0))
    assert served(straight, layers, graph, crossings) > 0.75


def test_about_46_of_66_landmarks_are_within_100_m_along_the_network_access_legs_included(
    layers: dict[str, Layer], graph: SpatialGraph, crossings: Places
) -> None:
    landmarks = Service("fibre", "landmarks", None, None, (), Reach("along_network", 100.0))
    assert served(landmarks, layers, graph, crossings) * 66 == pytest.approx(46, abs=1.01)
