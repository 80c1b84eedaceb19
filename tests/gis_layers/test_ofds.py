"""Open Fibre Data Standard networks as layers: the official examples, and documents made wrong on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import Layer, StudyError, SurveyError
from gis_layers.readers import ofds_checks
from gis_layers.readers.ofds_checks import END_WITHIN_M
from gis_layers.readers.ofds_columns import as_column
from tests.gis_layers.files import codes, found, point, read, write_geojson
from tests.real_data import real_data

UTM30 = "EPSG:32630"
# a metre is about 9e-6 degrees here, at the equator
LON, LAT, METRE = -1.6, 0.0, 1 / 111_319.49


def node(identifier: str, x_m: float = 0.0, **fields: Any) -> dict[str, Any]:
    location = {"type": "Point", "coordinates": [LON + x_m * METRE, LAT]}
    return {"id": identifier, "status": "operational", "location": location, **fields}


def span(identifier: str, *x_m: float, **fields: Any) -> dict[str, Any]:
    route = {"type": "LineString", "coordinates": [[LON + x * METRE, LAT] for x in x_m]}
    return {"id": identifier, "status": "operational", "route": route, **fields}


def network(**fields: Any) -> dict[str, Any]:
    return {"id": "a096d627-72e1-4f9b-b129-951b1737bff4", "name": "Testnet", "links": [], **fields}


def package(*networks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"networks": list(networks), **fields}


def read_document(folder: Path, document: Any, kind: str, *, name: str = "network.json", **options: Any) -> Layer:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return read(path, kind, study_crs=UTM30, **options)


def sample(name: str, kind: str, **options: Any) -> Layer:
    return read(real_data("ofds_sample") / name, kind, study_crs=UTM30, **options)


# --- the official examples


@pytest.mark.parametrize("name", ["json/network-package.json", "geojson/nodes.geojson"])
def test_nodes_of_the_official_example(name: str) -> None:
    layer = sample(name, "fibre_node")
    assert layer.findings == ()
    frame = layer.frame
    assert frame["id"].tolist() == ["1", "2"]
    assert frame["name"].tolist() == ["Accra", "Kumasi"]
    assert set(frame["status"]) == {"in service"} and set(frame["ofds_code"]) == {"operational"}
    assert frame["owner"].tolist() == ["FibreCo"] * 2 and frame["network_providers"].tolist() == ["FastWeb"] * 2
    assert set(frame["network"]) == {"Ghana Fibre Network"}
    assert frame["access_point"].tolist() == ["true", "false"]
    lonlat = frame.geometry.to_crs("EPSG:4326")
    assert np.allclose(shapely.get_coordinates(lonlat), [[-0.174, 5.625], [-1.628, 6.711]], atol=1e-7)


@pytest.mark.parametrize("name", ["json/network-package.json", "geojson/spans.geojson"])
def test_spans_of_the_official_example(name: str) -> None:
    layer = sample(name, "fibre_cable")
    assert layer.findings == ()
    (row,) = layer.frame.to_dict("records")
    known = {"id": "1", "name": "Accra to Kumasi", "start": "1", "end": "2", "fibres": 24.0, "capacity_gbps": 4.976,
             "dark_fibre": "true", "fibre_type": "G.652", "transmission_medium": "fibre", "deployment": "belowGround",
             "deployment_details": "Buried in ducts", "supplier": "ProjectCo", "status": "in service"}  # fmt: skip
    assert {key: row[key] for key in known} == known
    assert shapely.get_num_coordinates(row["geometry"]) == 13


def test_spans_below_ground_are_read_as_ducts_with_a_warning() -> None:
    layer = sample("json/network-package.json", "duct")
    assert layer.rows_kept == 1
    assert found(layer, "ofds-duct-assumed")[0].severity == "warning"


@pytest.mark.parametrize(
    ("name", "kind", "kept", "set_aside", "told"),
    [
        # features with geometry null, and a page of an API
        ("geojson/api-response.geojson", "fibre_node", 0, {"null-geometry": 2}, {"ofds-elsewhere"}),
        ("geojson/multiple-networks.geojson", "fibre_node", 0, {"null-geometry": 2}, {"several-networks"}),
        ("json/api-response.json", "fibre_node", 0, {}, {"several-networks", "ofds-elsewhere"}),
        ("json/nodes-endpoint.json", "fibre_node", 0, {"null-geometry": 2}, {"ofds-elsewhere"}),
        ("json/spans-endpoint.json", "fibre_cable", 0, {"null-geometry": 2}, {"ofds-elsewhere"}),
        ("json/network-separate-files.json", "fibre_node", 0, {}, {"ofds-elsewhere"}),
        ("json/network-separate-endpoints.json", "fibre_cable", 0, {}, {"ofds-elsewhere"}),
        ("json/network-embedded.json", "fibre_cable", 0, {"null-geometry": 2}, set()),
        # status open, medium cable, a route without coordinates
        ("json/network-package-invalid.json", "fibre_cable", 0, {"unreadable-geometry": 1}, {"ofds-unknown-code"}),
        ("json/network-package-invalid.json", "fibre_node", 0, {}, {"empty-layer"}),
        # start and end name the nodes instead of giving their ids
        ("json/network-package-additional-checks.json", "fibre_cable", 0, None, {"ofds-unknown-node"}),
    ],
)  # fmt: skip
def test_the_other_official_examples(
    name: str, kind: str, kept: int, set_aside: dict[str, int] | None, told: set[str]
) -> None:
    layer = sample(name, kind)
    assert layer.rows_kept == kept
    assert set_aside is None or dict(layer.set_aside) == set_aside
    assert told <= codes(layer) and "empty-layer" in codes(layer)


# --- what is chosen


def test_statuses_become_words_and_only_what_is_in_service_exists(tmp_path: Path) -> None:
    delivered = ["operational", "proposed", "planned", "underConstruction", "inactive", "decommissioned", "open", None]
    nodes = [node(str(number), 10.0 * number, status=status) for number, status in enumerate(delivered)]
    layer = read_document(tmp_path, package(network(nodes=nodes)), "fibre_node")
    assert layer.frame["id"].tolist() == ["0"]
    assert dict(layer.set_aside) == {"not-existing": 7}
    assert [finding.feature for finding in found(layer, "ofds-unknown-code")] == ["6"]
    everything = ("in service", "planned", "abandoned", "unknown")
    layer = read_document(
        tmp_path, package(network(nodes=nodes)), "fibre_node", exists_column="status", exists_values=everything
    )
    words = ["in service", *["planned"] * 4, "abandoned", "unknown", "unknown"]
    assert layer.frame["status"].tolist() == words


def test_a_status_of_the_standard_can_be_asked_for(tmp_path: Path) -> None:
    nodes = [node("1", status="inactive"), node("2", 10.0, status="proposed")]
    layer = read_document(
        tmp_path, package(network(nodes=nodes)), "fibre_node", exists_column="ofds_code", exists_values=("inactive",)
    )
    assert layer.frame["id"].tolist() == ["1"]


def test_networks_are_all_read_or_one_by_name_or_id(tmp_path: Path) -> None:
    first, second = network(nodes=[node("1")]), network(id="other", name="Second", nodes=[node("1", 50.0)])
    both = read_document(tmp_path, package(first, second), "fibre_node")
    assert both.frame["id"].tolist() == ["Testnet/1", "Second/1"]
    assert codes(both) == {"several-networks"}
    for choice in ("Second", "other"):
        one = read_document(tmp_path, package(first, second), "fibre_node", layer=choice)
        assert one.frame["id"].tolist() == ["1"] and one.frame["network"].tolist() == ["Second"]
        assert one.findings == ()
    with pytest.raises(StudyError, match="no network called Third") as error:
        read_document(tmp_path, package(first, second), "fibre_node", layer="Third")
    assert "Testnet, Second" in error.value.hint
    with pytest.raises(StudyError, match="2 networks called Testnet"):
        read_document(tmp_path, package(first, first), "fibre_node", layer="Testnet")


def test_ids_that_differ_keep_their_names(tmp_path: Path) -> None:
    first, second = network(nodes=[node("1")]), network(id="other", name="Second", nodes=[node("2", 50.0)])
    assert read_document(tmp_path, package(first, second), "fibre_node").frame["id"].tolist() == ["1", "2"]


def test_spans_of_other_media_are_no_cables(tmp_path: Path) -> None:
    media = [["fibre"], ["microwave"], ["copper", "coaxial"], ["fibre", "copper"], None]
    spans = [span(str(number), number, number + 90.0, transmissionMedium=each) for number, each in enumerate(media)]
    layer = read_document(tmp_path, package(network(spans=spans)), "fibre_cable")
    assert layer.frame["id"].tolist() == ["0", "3", "4"]
    assert "2 of 5 spans are not of fibre" in found(layer, "ofds-other-spans")[0].message


def test_ducts_are_what_lies_below_ground_or_is_said_to_be_one(tmp_path: Path) -> None:
    spans = [
        span("air", 0, 90, deployment=["aboveGround"]),
        span("both", 1, 91, deployment=["aboveGround", "belowGround"]),
        span("untold", 2, 92),
        # version 0.4
        span(
            "duct", 3, 93, deployment=["belowGround"], supportingInfrastructure={"type": "duct", "owner": {"id": "9"}}
        ),
        span("buried", 4, 94, deployment=["belowGround"], supportingInfrastructure={"type": "none"}),
    ]
    layer = read_document(tmp_path, package(network(spans=spans)), "duct")
    assert layer.frame["id"].tolist() == ["both", "duct"]
    assert layer.frame["support_owner"].fillna("").tolist() == ["", "9"]
    assert "1 spans lie below ground" in found(layer, "ofds-duct-assumed")[0].message


def test_a_kind_of_anything_takes_nodes_and_spans(tmp_path: Path) -> None:
    nodes, spans = [node("1"), node("2", 100.0, status="open")], [span("1", 0, 140, start="1", end="2")]
    spans += [span("2", 1, 91, transmissionMedium=["microwave"]), span("3", 2, 92, start="9")]
    everything = {"exists_column": "status", "exists_values": ("in service", "unknown")}
    layer = read_document(tmp_path, package(network(nodes=nodes, spans=spans)), "other", **everything)
    assert layer.frame["id"].tolist() == ["node/1", "node/2", "span/1", "span/2", "span/3"]
    assert {(finding.code, finding.feature) for finding in layer.findings} == {
        ("ofds-unknown-code", "1"),
        ("ofds-end-far-from-node", "2"),
        ("ofds-unknown-node", "4"),
    }


def test_a_kind_of_areas_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="kind zone cannot hold") as error:
        read_document(tmp_path, package(network(nodes=[node("1")])), "zone")
    assert "fibre_node" in error.value.hint


# --- what is wrong inside


def test_ends_without_a_node_are_found(tmp_path: Path) -> None:
    nodes = [node("A"), node("B", 100.0)]
    spans = [span("good", 0, 100, start="A", end="B"), span("bad", 0, 100.5, start="A", end="C")]
    layer = read_document(tmp_path, package(network(nodes=nodes, spans=spans)), "fibre_cable")
    assert layer.rows_kept == 2
    (finding,) = layer.findings
    assert (finding.code, finding.feature, finding.severity) == ("ofds-unknown-node", "1", "warning")
    assert "no node C in network Testnet" in finding.message


@pytest.mark.parametrize("document", ["json", "geojson"])
def test_ends_far_from_their_nodes_are_found_either_way_round(tmp_path: Path, document: str) -> None:
    nodes = {"A": node("A"), "B": node("B", 100.0)}
    lines = [(0, 100), (100, 0), (0, 100 + END_WITHIN_M + 1), (0, 100 + END_WITHIN_M - 1)]
    spans = [span(str(number), *line, start="A", end="B") for number, line in enumerate(lines)]
    content: dict[str, Any] = package(network(nodes=list(nodes.values()), spans=spans))
    if document == "geojson":
        features = []
        for each in spans:
            properties = {**each, "start": nodes["A"], "end": nodes["B"], "network": network(), "featureType": "span"}
            features.append({"type": "Feature", "geometry": properties.pop("route"), "properties": properties})
        content = {"type": "FeatureCollection", "features": features}
    layer = read_document(tmp_path, content, "fibre_cable", name=f"spans.{document}")
    assert [finding.feature for finding in found(layer, "ofds-end-far-from-node")] == ["2"]
    assert "ends 26 m from its node" in found(layer, "ofds-end-far-from-node")[0].message


def test_the_accuracy_of_a_network_says_what_is_far(tmp_path: Path) -> None:
    parts = {"nodes": [node("A"), node("B", 100.0)], "spans": [span("1", 0, 190, start="A", end="B")]}
    assert codes(read_document(tmp_path, package(network(accuracy=100, **parts)), "fibre_cable")) == set()
    for accuracy in (10, "medium", -5, 1e300, True, None):
        layer = read_document(tmp_path, package(network(accuracy=accuracy, **parts)), "fibre_cable")
        assert codes(layer) == {"ofds-end-far-from-node"}, accuracy


def test_rows_without_a_place_are_set_aside_whatever_they_say(tmp_path: Path) -> None:
    nodes: list[Any] = [node("1"), node("2", location=None), node("3", location={"type": "Point"}), "no object",
                        node("5", location={"type": "Point", "coordinates": ["a", "b"]}),
                        node("6", location={"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT + 1e-3]]}),
                        node("7", location="here")]  # fmt: skip
    layer = read_document(tmp_path, package(network(nodes=nodes)), "fibre_node")
    assert layer.frame["id"].tolist() == ["1"]
    assert dict(layer.set_aside) == {"null-geometry": 2, "unreadable-geometry": 3, "wrong-geometry": 1}


def test_wrong_types_in_fields_do_not_stop_the_file(tmp_path: Path) -> None:
    hostile: list[Any] = [True, 7, "text", [], [[]], {"id": {"id": 1}}, 10**400, None]
    fields = ("id", "name", "type", "owner", "physicalInfrastructureProvider", "networkProviders", "transmissionMedium",
              "supportingInfrastructure", "start", "end", "deployment", "status", "fibreCount", "phase")  # fmt: skip
    spans = [span(f"{field}-{n}", n, n + 50.0) | {field: value} for n, value in enumerate(hostile) for field in fields]
    layer = read_document(tmp_path, package(network(spans=spans)), "fibre_cable", layer=None)
    assert layer.rows_read == len(spans)
    assert layer.rows_kept > len(spans) / 2


@pytest.mark.parametrize(
    ("document", "match"),
    [
        ({"networks": {}}, "networks is not a list"),
        ({"networks": []}, "networks is not a list"),
        ({"networks": [1]}, "networks is not a list"),
        ({"networks": [{"nodes": {}}]}, "nodes is not a list"),
        ('{"networks": [', "is not JSON"),
        ('{"networks": ' + "[" * 100_000, "is not JSON"),
        ('{"networks": [{"accuracy": ' + "9" * 5000 + "}]}", "is not JSON"),
        (package(network(nodes=[]), network(nodes=[], crs={"name": "EPSG:2154"})), "different CRS"),
    ],
)
def test_what_is_no_network_is_refused_in_words(tmp_path: Path, document: Any, match: str) -> None:
    with pytest.raises(SurveyError, match=match) as error:
        read_document(tmp_path, document, "fibre_node")
    assert error.value.hint


def test_the_crs_of_a_network_is_read_or_asked_for(tmp_path: Path) -> None:
    place = {"type": "Point", "coordinates": [666_000.0, 6_359_000.0]}
    stated = package(network(nodes=[node("1", location=place)], crs={"name": "urn:ogc:def:crs:EPSG::2154", "uri": "x"}))
    path = tmp_path / "network.json"
    path.write_text(json.dumps(stated), encoding="utf-8")
    (found_at,) = read(path, "fibre_node").frame.geometry
    assert (found_at.x, found_at.y) == pytest.approx((666_000.0, 6_359_000.0), abs=1e-3)
    stated["networks"][0]["crs"]["name"] = "our own grid"
    path.write_text(json.dumps(stated), encoding="utf-8")
    with pytest.raises(StudyError, match=r"no CRS.*our own grid"):
        read(path, "fibre_node")


# --- what is no network


@pytest.mark.parametrize(
    "properties",
    [{"networks": 3}, {"nodes": "x"}, {"network": "LAN", "featureType": "hydrant"}, {"featureType": "node?"}],
)
def test_plain_geojson_stays_plain(tmp_path: Path, properties: dict[str, Any]) -> None:
    path = write_geojson(tmp_path / "plain.geojson", [(point(), {"id": "a", **properties})])
    layer = read(path, "fibre_node")
    assert layer.frame["id"].tolist() == ["a"]
    assert "ofds_code" not in layer.frame and set(properties) <= set(layer.frame)


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    document = "\ufeff" + json.dumps(package(network(nodes=[node("é")])), ensure_ascii=False)
    assert read_document(tmp_path, document, "fibre_node").frame["id"].tolist() == ["é"]


FIELDS = st.sampled_from(["id", "status", "route", "start", "end", "fibreCount", "transmissionMedium"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "type"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    entries=st.lists(
        st.dictionaries(FIELDS, json_values, max_size=4),
        max_size=4,
    )
)
def test_any_json_gives_rows_or_an_error_in_words(tmp_path_factory: pytest.TempPathFactory, entries: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("any")
    layer = read_document(folder, package(network(spans=[*entries, span("good", 0, 50)])), "fibre_cable")
    assert layer.frame["source_row"].max() == layer.rows_read - 1  # the good one is last, and read


@given(st.lists(st.none() | st.floats(allow_nan=False) | st.integers(), min_size=1, max_size=5))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_columns_of_numbers_stay_numbers(values: list[Any]) -> None:
    column = as_column(values)
    if all(value is None for value in values):
        assert column.tolist() == values
    else:
        assert column.dtype == np.float64
        assert [not np.isnan(cell) for cell in column] == [value is not None for value in values]


def test_the_nodes_of_a_network_are_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They were read again for every span: 5,000 spans took minutes."""
    calls = []
    places = ofds_checks._node_places
    monkeypatch.setattr(ofds_checks, "_node_places", lambda network: calls.append(network.id) or places(network))
    spans = [span(str(number), number, number + 50, start="A", end="A") for number in range(20)]
    read_document(tmp_path, package(network(nodes=[node("A")], spans=spans)), "fibre_cable")
    assert len(calls) == 1
