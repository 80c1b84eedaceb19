"""GraceTHD deliveries: tables joined by code, ends moved to their nodes, and what does not fit told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import Layer, StudyError, SurveyError
from gis_layers.readers.gracethd_nesting import find_cycles
from tests.gis_layers.files import X, Y, codes, found, read
from tests.gis_layers.gracethd_files import (
    CABLES_IN_DUCTS,
    DUCTS,
    LINKS,
    NODES,
    SEGMENTS,
    deliver,
    with_status,
    write_shapes,
)

PLANNED: dict[str, Any] = {"exists_column": "status", "exists_values": ("planned",)}


def line_ends(layer: Layer, row: int = 0) -> list[tuple[float, float]]:
    line = layer.frame.geometry.iloc[row]
    return [(x - X, y - Y) for x, y in (line.coords[0], line.coords[-1])]


def told(layer: Layer, code: str) -> list[tuple[str, str]]:
    return [(finding.feature, finding.message) for finding in found(layer, code)]


def changed(rows: Any, row: int, **values: Any) -> list[dict[str, Any]]:
    return [{**each, **(values if position == row else {})} for position, each in enumerate(rows)]


def test_what_a_reader_weighed_alone_decides_the_status(tmp_path: Path) -> None:
    segments = [{**each, "cm_etat": "NC", "cm_avct": "S"} for each in with_status(SEGMENTS, "cm")]
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert (layer.rows_kept, layer.set_aside) == (2, {}), "NC means not concerned, not unknown"


# route segments


def test_route_segments_with_the_words_of_their_codes(tmp_path: Path) -> None:
    layer = read(deliver(tmp_path / "livrable"), "route_segment")
    assert layer.frame["id"].tolist() == ["CM1", "CM2"]
    assert layer.frame["laying"].tolist() == ["CONDUITE", "PLEINE TERRE"]
    assert layer.frame["cm_typ_imp"].tolist() == ["7", "4"], "codes are kept beside the words"
    assert layer.frame["status"].tolist() == ["in service", "in service"]
    assert {finding.severity for finding in layer.findings} == {"note"}


def test_ends_are_moved_to_the_nodes_and_the_delivered_line_is_kept(tmp_path: Path) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 0, line=[(0, 3), (50, 3), (100, 0.05)])
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert line_ends(layer) == [(0, 0), (100, 0)]
    assert shapely.get_coordinates(layer.frame.geometry.iloc[0])[1].tolist() == [X + 50, Y + 3]
    assert told(layer, "end-moved") == [("0", "ends moved to the declared nodes, by up to 3.00 m")]
    assert layer.delivered is not None and layer.delivered.delivered_wkb is not None
    drawn = shapely.get_coordinates(shapely.from_wkb(layer.delivered.delivered_wkb[0])) - (X, Y)
    assert drawn == pytest.approx(np.array([(0, 3), (50, 3), (100, 0.05)]), abs=1e-6)


def test_slight_moves_are_told_once(tmp_path: Path) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 1, line=[(100, 0.0004), (200, 0.0002)])
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert line_ends(layer, 1) == [(100, 0), (200, 0)]
    message = "t_cheminement.shp: the ends of 1 lines lie at most 0.4 mm from their declared nodes"
    assert told(layer, "end-moved") == [("", message)]


def test_an_end_far_from_its_node_is_left_as_drawn(tmp_path: Path) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 1, cm_ndcode1="ND2", line=[(100, 60), (200, 1)])
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert line_ends(layer, 1) == [(100, 60), (200, 0)]
    assert told(layer, "end-far-from-node") == [("1", "an end lies 60.0 m from the node that it names")]


def test_nodes_named_the_other_way_round(tmp_path: Path) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 0, cm_ndcode1="ND2", cm_ndcode2="ND1", line=[(1, 0), (98, 0)])
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert line_ends(layer) == [(0, 0), (100, 0)]
    assert [row for row, _ in told(layer, "nodes-reversed")] == ["0"]


def test_node_codes_that_are_empty_or_lead_nowhere(tmp_path: Path) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 0, cm_ndcode1=None, line=[(1, 0), (99, 0)])
    segments = changed(segments, 1, cm_ndcode2="ND9", line=[(100, 0), (199, 0)])
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert told(layer, "node-code-missing") == [("0", "cm_ndcode1 is empty")]
    assert told(layer, "node-code-unknown") == [("1", "cm_ndcode2 = ND9 is not in t_noeud.shp")]
    assert line_ends(layer, 0) == [(1, 0), (100, 0)]
    assert line_ends(layer, 1) == [(100, 0), (199, 0)]


def test_one_known_node_moves_the_end_nearer_to_it(tmp_path: Path) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 0, cm_ndcode1="ND2", cm_ndcode2="", line=[(1, 0), (99, 0)])
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert line_ends(layer) == [(1, 0), (100, 0)]


def test_a_line_that_would_lose_its_length_stays(tmp_path: Path) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 0, cm_ndcode2="ND1", line=[(-2, 0), (2, 0)])
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert line_ends(layer) == [(-2, 0), (2, 0)]
    assert [row for row, _ in told(layer, "end-far-from-node")] == ["0"]


def test_lines_in_several_parts_are_not_moved(tmp_path: Path) -> None:
    parts = shapely.MultiLineString([[(0, 1), (40, 1)], [(60, 1), (100, 1)]])
    segments = [{**with_status(SEGMENTS, "cm")[0], "shape": parts}]
    del segments[0]["line"]
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert layer.frame["id"].tolist() == ["CM1", "CM1"]
    assert told(layer, "end-moved") == []
    assert [row for row, _ in told(layer, "ends-not-moved")] == ["0"]


def test_nodes_in_another_crs_are_refused(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "livrable")
    write_shapes(folder, "t_noeud", NODES, crs="EPSG:27572")
    with pytest.raises(SurveyError, match=r"t_noeud\.shp is in .* must be in one CRS"):
        read(folder, "route_segment")


def test_nodes_at_one_place_and_lines_over_nodes_of_others(tmp_path: Path) -> None:
    nodes = [*NODES, {"nd_code": "ND4", "nd_type": "PT", "xy": (200, 0)}, {"nd_code": "ND5", "xy": (0, 0)}]
    long = {"cm_code": "CM3", "cm_ndcode1": "ND1", "cm_ndcode2": "ND4", "line": [(0, 0), (200, 0)]}
    segments = with_status([*SEGMENTS, long], "cm")
    layer = read(deliver(tmp_path / "livrable", t_noeud=nodes, t_cheminement=segments), "route_segment")
    (place,) = found(layer, "nodes-at-one-place")
    assert place.message.endswith("lie at the place of an earlier one: row 3 ND4"), "no segment names ND5"
    assert told(layer, "line-over-node") == [("2", "the line runs over ND2, which it does not name")]
    plain = read(deliver(tmp_path / "plain"), "route_segment")
    assert not {"nodes-at-one-place", "line-over-node"} & codes(plain)


# status


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"cm_statut": "REC"}, "in service"),
        ({"cm_statut": "MCO", "cm_etat": "OK"}, "in service"),
        ({"cm_statut": "AVP"}, "planned"),
        ({"cm_statut": "TVX"}, "planned"),
        ({"cm_statut": "MCO", "cm_etat": "HS"}, "abandoned"),
        ({"cm_statut": "MCO", "cm_abddate": "2019-03-01"}, "abandoned"),
        ({"cm_statut": "AVP", "cm_abddate": "2019-03-01"}, "abandoned"),
        ({"cm_statut": "???"}, "unknown"),
        ({"cm_statut": None}, "unknown"),
    ],
)
def test_status(tmp_path: Path, values: dict[str, Any], status: str) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 0, **values)
    accept: dict[str, Any] = {"exists_column": "status", "exists_values": (status, "in service")}
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment", **accept)
    assert layer.frame["status"].tolist() == [status, "in service"]


def test_unknown_code_is_told_with_its_list(tmp_path: Path) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 1, cm_typ_imp="77")
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "route_segment")
    assert told(layer, "unknown-code") == [("1", "cm_typ_imp = '77' is not in l_implantation_type.csv")]
    assert layer.frame["cm_typ_imp"].tolist() == ["7", "77"]


# ducts


def test_ducts_lie_on_their_route_segments(tmp_path: Path) -> None:
    layer = read(deliver(tmp_path / "livrable"), "duct")
    assert layer.frame["id"].tolist() == ["CD1@CM1", "CD1@CM2", "CD2@CM1"]
    assert layer.frame["code"].tolist() == ["CD1", "CD1", "CD2"]
    assert layer.frame["bore_mm"].tolist() == [42, 42, 42]
    assert layer.frame["occupancy_percent"].tolist() == [20, 20, 0]
    assert layer.frame["cables_counted"].tolist() == [1, 1, 0]
    assert [line_ends(layer, row) for row in range(3)] == [
        [(0, 0), (100, 0)],
        [(100, 0), (200, 0)],
        [(0, 0), (100, 0)],
    ]
    assert layer.frame["reusable"].tolist() == [True, True, True]


def test_a_duct_is_built_only_where_its_route_segment_is(tmp_path: Path) -> None:
    segments = changed(with_status(SEGMENTS, "cm"), 1, cm_statut="AVP")
    layer = read(deliver(tmp_path / "livrable", t_cheminement=segments), "duct", **PLANNED)
    assert layer.frame["id"].tolist() == ["CD1@CM2"]


def test_links_to_what_is_not_delivered_are_set_aside(tmp_path: Path) -> None:
    links = [*LINKS, {"dm_cd_code": "CD9", "dm_cm_code": "CM1"}, {"dm_cd_code": "CD2", "dm_cm_code": ""}]
    layer = read(deliver(tmp_path / "livrable", t_cond_chem=links), "duct")
    assert layer.set_aside == {"link-broken": 2}
    assert told(layer, "link-broken") == [
        ("3", "dm_cd_code = CD9 is not in t_conduite.csv"),
        ("4", "dm_cm_code = (empty) is not in t_cheminement.shp"),
    ]


def test_ducts_on_no_route_segment_are_told(tmp_path: Path) -> None:
    layer = read(deliver(tmp_path / "livrable", t_cond_chem=LINKS[:2]), "duct")
    (finding,) = found(layer, "duct-without-segment")
    assert finding.message == "t_conduite.csv: 1 ducts follow no route segment in t_cond_chem.csv: row 1 CD2"


def test_cables_counted_otherwise_than_stated(tmp_path: Path) -> None:
    cables = [*CABLES_IN_DUCTS, {"cc_cb_code": "CB2", "cc_cd_code": "CD2"}, {"cc_cb_code": "CB9", "cc_cd_code": "CD9"}]
    layer = read(deliver(tmp_path / "livrable", t_cab_cond=cables), "duct")
    assert told(layer, "cables-disagree") == [
        ("2", "cd_nbcable = 0, but t_cab_cond.csv puts 1 cables in the duct"),
    ]
    assert [message for _, message in told(layer, "reference-unknown")] == [
        "t_cab_cond.csv: 1 of 3 rows have a cc_cd_code that t_conduite.csv lacks: row 2 CD9",
        "t_cab_cond.csv: 1 of 3 rows have a cc_cb_code that t_cable.csv lacks: row 2 CB9",
    ]


def test_ducts_in_ducts(tmp_path: Path) -> None:
    ducts = [
        {**DUCTS[0], "cd_code": "CD1", "cd_cd_code": "CD2"},
        {**DUCTS[0], "cd_code": "CD2", "cd_cd_code": "CD1"},
        {**DUCTS[0], "cd_code": "CD3", "cd_cd_code": "CD1"},
        {**DUCTS[0], "cd_code": "CD4", "cd_cd_code": "CD8"},
    ]
    links = [{"dm_cd_code": f"CD{number}", "dm_cm_code": "CM1"} for number in (4, 3, 2, 1)]
    layer = read(deliver(tmp_path / "l", t_conduite=with_status(ducts, "cd"), t_cond_chem=links), "duct")
    assert told(layer, "duct-in-itself") == [
        ("2", "duct CD2 lies in itself, through cd_cd_code = CD1"),
        ("3", "duct CD1 lies in itself, through cd_cd_code = CD2"),
    ]
    assert told(layer, "parent-duct-unknown") == [("0", "cd_cd_code = CD8 is not in t_conduite.csv")]
    assert layer.frame["reusable"].tolist() == [True, True, False, False]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.integers(1, 12).flatmap(lambda n: st.lists(st.integers(-1, n - 1), min_size=n, max_size=n)))
def test_cycles_are_those_found_by_walking(parent: list[int]) -> None:
    def returns(start: int) -> bool:
        at = parent[start]
        for _ in parent:
            if at in (start, -1):
                break
            at = parent[at]
        return at == start

    assert find_cycles(np.array(parent)).tolist() == [returns(start) for start in range(len(parent))]


# cables


def test_cables_lie_on_their_lines(tmp_path: Path) -> None:
    layer = read(deliver(tmp_path / "livrable"), "fibre_cable")
    assert layer.frame[["id", "fibres", "free_fibres", "used_fibres"]].to_numpy().tolist() == [["CB1", 48, 12, 36]]
    (finding,) = found(layer, "cable-without-line")
    assert finding.message == "t_cable.csv: 1 of 2 cables have no line (cb_typephy: J 1): row 1 CB2"


def test_lines_of_no_delivered_cable(tmp_path: Path) -> None:
    lines = [{"cl_code": "CL1", "cl_cb_code": "CB9", "line": [(0, 0), (200, 0)]}]
    accept: dict[str, Any] = {"exists_column": "status", "exists_values": ("unknown",)}
    layer = read(deliver(tmp_path / "livrable", t_cableline=lines), "fibre_cable", **accept)
    assert told(layer, "line-without-cable") == [("0", "cl_cb_code = CB9 is not in t_cable.csv")]
    assert np.isnan(layer.frame["fibres"].iloc[0])


def test_codes_used_twice_are_joined_to_the_first(tmp_path: Path) -> None:
    cables = with_status([{"cb_code": "CB1", "cb_capafo": 12}, {"cb_code": "CB1", "cb_capafo": 96}], "cb")
    layer = read(deliver(tmp_path / "livrable", t_cable=cables), "fibre_cable")
    assert layer.frame["fibres"].tolist() == [12]
    (finding,) = found(layer, "duplicate-code")
    assert finding.message == "t_cable.csv: 1 rows have a cb_code that an earlier row has: row 1 CB1"


# nodes and what stands at them


def test_nodes_with_what_stands_at_them(tmp_path: Path) -> None:
    boxes = with_status([{"bp_code": "BP1", "bp_pt_code": "PT1", "bp_typelog": "PBO"}], "bp", "AVP")
    layer = read(deliver(tmp_path / "livrable", t_ebp=boxes), "fibre_node")
    assert layer.frame["id"].tolist() == ["ND1", "ND2", "ND3"]
    assert layer.frame["type"].tolist() == ["NRO", "PBO", "SRO"]
    assert layer.frame["name"].fillna("").tolist() == ["Central", "", "PM7"]
    assert layer.frame["bp_count"].tolist() == [0, 1, 0]
    assert layer.frame["status"].tolist() == ["in service"] * 3, "a chamber with a planned box is there"


def test_nodes_at_which_nothing_stands_are_unknown(tmp_path: Path) -> None:
    layer = read(deliver(tmp_path / "livrable", t_sitetech=()), "fibre_node")
    assert layer.set_aside == {"not-existing": 2}
    assert layer.frame["id"].tolist() == ["ND2"]
    assert "t_sitetech.csv" in found(layer, "table-missing")[0].message


@pytest.mark.parametrize(
    ("table", "ids", "types"),
    [("t_ptech", ["PT1"], ["C"]), ("t_sitetech", ["ST1", "ST2"], ["NRO", "SRO"]), ("t_ebp", ["BP1"], ["PBO"])],
)
def test_nodes_of_one_table(tmp_path: Path, table: str, ids: list[str], types: list[str]) -> None:
    boxes = with_status([{"bp_code": "BP1", "bp_lt_code": "LT1", "bp_typelog": "PBO"}], "bp")
    rooms = [{"lt_code": "LT1", "lt_st_code": "ST2"}]
    layer = read(deliver(tmp_path / "livrable", t_ebp=boxes, t_ltech=rooms), "fibre_node", layer=table)
    assert layer.frame["id"].tolist() == ids
    assert layer.frame["type"].tolist() == types
    if table == "t_ebp":
        assert layer.frame.geometry.iloc[0].x == X + 200, "through its room and its site"


def test_things_without_a_node_have_no_place(tmp_path: Path) -> None:
    points = with_status(
        [{"pt_code": "PT1", "pt_nd_code": "ND2"}, {"pt_code": "PT2", "pt_nd_code": "ND8"}, {"pt_code": "PT3"}], "pt"
    )
    layer = read(deliver(tmp_path / "livrable", t_ptech=points), "fibre_node", layer="t_ptech")
    assert layer.set_aside == {"node-unknown": 2}
    assert told(layer, "node-unknown") == [
        ("1", "its node ND8 is not in t_noeud.shp"),
        ("2", "it names no node, and so has no place"),
    ]


def test_street_cabinets_and_their_free_lines(tmp_path: Path) -> None:
    square = [(0, 0), (300, 0), (300, 300)]
    zones = [{"zs_code": "ZS1", "zs_nd_code": "ND3", "zs_capamax": 800, "zs_nblogmt": 462, "area": square}]
    layer = read(deliver(tmp_path / "livrable", t_zsro=zones), "street_cabinet")
    assert layer.frame[["id", "name", "free_lines"]].to_numpy().tolist() == [["ST2", "PM7", 338]]
    assert layer.set_aside == {"of-another-type": 1}
    assert told(layer, "of-another-type") == [("0", "st_typephy = SHE: no street cabinet")]


def test_wifi_among_the_sites_of_emission(tmp_path: Path) -> None:
    sites = with_status(
        [
            {"se_code": "SE1", "se_nd_code": "ND1", "se_type": "TEL"},
            {"se_code": "SE2", "se_nd_code": "ND3", "se_type": "WIFI"},
        ],
        "se",
    )
    layer = read(deliver(tmp_path / "livrable", t_siteemission=sites), "wifi_hotspot")
    assert layer.frame["id"].tolist() == ["SE2"]


def test_zones_need_a_name_where_there_are_several(tmp_path: Path) -> None:
    area = [(0, 0), (300, 0), (300, 300)]
    exchange = [{"zn_code": "ZN1", "zn_etat": "PL", "area": area}]
    cabinet = [{"zs_code": "ZS1", "zs_zn_code": "ZN1", "zs_refpm": "PM7", "area": area}]
    folder = deliver(tmp_path / "livrable", t_znro=exchange, t_zsro=cabinet)
    with pytest.raises(StudyError, match="several tables of zones: t_znro, t_zsro") as error:
        read(folder, "zone")
    assert error.value.hint == "name one with layer:"
    layer = read(folder, "zone", layer="t_zsro")
    assert layer.frame[["id", "name", "zs_zn_code"]].to_numpy().tolist() == [["ZS1", "PM7", "ZN1"]]
    assert read(folder, "zone", layer="t_znro").rows_kept == 1, "the zone of a planned exchange is an area all the same"


def test_addresses(tmp_path: Path) -> None:
    rows = [{"ad_code": "AD1", "ad_numero": 4, "ad_rep": "B", "ad_nomvoie": "RUE HAUTE", "ad_nblhab": 3, "xy": (5, 5)}]
    layer = read(deliver(tmp_path / "livrable", t_adresse=rows), "address")
    assert layer.frame[["id", "name", "dwellings"]].to_numpy().tolist() == [["AD1", "4 B RUE HAUTE", 3]]


def test_owners_are_named(tmp_path: Path) -> None:
    segments = [
        {**row, "cm_prop_do": owner} for row, owner in zip(with_status(SEGMENTS, "cm"), ["OR1", "OR9"], strict=True)
    ]
    organisations = [{"or_code": "OR1", "or_nom": "COMMUNE"}]
    layer = read(deliver(tmp_path / "l", t_cheminement=segments, t_organisme=organisations), "route_segment")
    assert layer.frame["owner"].fillna("").tolist() == ["COMMUNE", ""]
    assert "row 1 OR9" in found(layer, "reference-unknown")[0].message
