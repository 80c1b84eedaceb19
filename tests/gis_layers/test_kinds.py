"""Layer kinds: a registry that refuses what it cannot tell apart."""

from __future__ import annotations

import pkgutil

import pytest

from gis_layers import KINDS, Column, Kind, kinds
from gis_layers.kinds import index_kinds

EXPECTED = {
    "street": {"line"},
    "building": {"polygon"},
    "zone": {"polygon"},
    "address": {"point", "polygon"},
    "population_cell": {"point", "polygon"},
    "footfall_zone": {"point", "polygon"},
    "public_building": {"point", "polygon"},
    "parking_bay": {"point", "line", "polygon"},
    "street_light": {"point"},
    "fibre_cable": {"line"},
    "duct": {"line"},
    "route_segment": {"line"},
    "fibre_node": {"point"},
    "street_cabinet": {"point"},
    "wifi_hotspot": {"point"},
    "parking_meter": {"point"},
    "other": {"point", "line", "polygon"},
}


def test_kinds_and_their_geometries() -> None:
    assert {name: set(kind.families) for name, kind in KINDS.items()} == EXPECTED


def test_every_file_of_the_folder_is_a_kind_under_its_own_name() -> None:
    files = {module.name for module in pkgutil.iter_modules(kinds.__path__)} - {"kind"}
    assert files == set(KINDS)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_columns_of_each_kind(name: str) -> None:
    kind = KINDS[name]
    columns = {column.name: column for column in kind.columns}
    assert not columns["id"].required
    assert not columns["name"].required
    assert kind.title and all(column.title for column in kind.columns)
    aliases = [alias for column in kind.columns for alias in (column.name, *column.aliases)]
    assert len(set(aliases)) == len(aliases), "one file column could stand for two canonical ones"
    assert all(alias == alias.lower() for alias in aliases), "aliases are compared in lower case"


def test_people_are_needed_in_cells_and_never_negative() -> None:
    (people,) = [column for column in KINDS["population_cell"].columns if column.name == "people"]
    assert people.required
    assert people.minimum == 0
    assert people.dtype == "number"


def test_street_has_what_crossings_need() -> None:
    assert {"bridge", "tunnel", "level", "surface"} <= {column.name for column in KINDS["street"].columns}


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two layer kinds are named duct"):
        index_kinds([KINDS["duct"], KINDS["street"], KINDS["duct"]])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((Column("id", "i"), Column("name", "n"), Column("id", "again")), "declared twice"),
        ((Column("id", "i"),), "id and name"),
    ],
)
def test_kind_with_wrong_columns_is_refused(columns: tuple[Column, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Kind("bench", "benches", frozenset({"point"}), columns)


def test_kind_without_geometry_is_refused() -> None:
    with pytest.raises(ValueError, match="no geometry"):
        Kind("bench", "benches", frozenset(), KINDS["duct"].columns)
