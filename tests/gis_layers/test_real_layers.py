"""Real survey files: what is known of them comes out, and the nasty ones never crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_layers import CardioError, Condition, StudyError, SurveyError
from tests.gis_layers.files import codes, found, read
from tests.real_data import real_data

pytestmark = pytest.mark.real_data


def test_rodez_streets_have_their_accents() -> None:
    layer = read(real_data("rodez", "bdtopo_v2", "ROUTE.shp"), "street")
    assert (layer.rows_read, layer.rows_kept, len(layer.frame)) == (4981, 4980, 4980)
    assert layer.frame.length.sum() == pytest.approx(480_000, rel=0.01)
    assert layer.frame["nature"].str.startswith("Route à 1 chaussée").any()
    assert not layer.frame["nature"].str.contains("Ã").any()
    assert codes(layer) == {"encoding-guessed", "column-alias", "z-dropped", "not-existing", "status-not-stated"}
    assert "utf-8" in found(layer, "encoding-guessed")[0].done
    assert layer.frame["id"].is_unique


def test_rodez_people_are_all_there() -> None:
    layer = read(real_data("rodez", "bdtopo_v2", "population.shp"), "population_cell")
    assert layer.rows_kept == 457
    assert layer.frame["people"].sum() == pytest.approx(29736.5, abs=0.1)


@pytest.mark.parametrize(("name", "rows"), [("INDIFFERENCIE", 10481), ("INDUSTRIEL", 655), ("REMARQUABLE", 66)])
def test_rodez_buildings(name: str, rows: int) -> None:
    layer = read(real_data("rodez", "bdtopo_v2", f"BATI_{name}.shp"), "building")
    assert layer.rows_kept == rows
    assert layer.frame.is_valid.all()
    assert not layer.frame.has_z.any()


@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("streets", "street", 14117 - 14),  # under construction
        ("buildings", "building", 11673 - 4),
        ("addresses", "address", 9163),
        ("parking_meters", "parking_meter", 33),
        ("wifi_hotspots", "wifi_hotspot", 77),
        ("street_cabinets", "street_cabinet", 1),
        ("parkings", "parking_bay", 406),
        ("parking_spaces", "parking_bay", 22),
        ("public_buildings", "public_building", 260),
        ("street_lamps", "street_light", 119),
    ],
)
def test_geneva_layers(name: str, kind: str, rows: int) -> None:
    path = real_data("geneva", "geneva_layers.gpkg")
    layer = read(path, kind, layer=name, study_crs="EPSG:2056")
    assert layer.rows_kept == rows
    x_min, y_min, x_max, y_max = layer.frame.total_bounds
    assert 2_480_000 < x_min <= x_max < 2_520_000
    assert 1_100_000 < y_min <= y_max < 1_130_000
    assert layer.frame["id"].is_unique or "multipart" in codes(layer)


def test_geneva_surface_car_parks_by_filter() -> None:
    path = real_data("geneva", "geneva_layers.gpkg")
    where = {"parking": Condition(("surface",)), "access": Condition(("private",), exclude=True)}
    layer = read(path, "parking_bay", layer="parkings", study_crs="EPSG:2056", where=where)
    assert 0 < layer.rows_kept < 406
    assert layer.set_aside == {"filtered": 406 - layer.rows_kept}
    assert set(layer.frame["parking"]) == {"surface"}


def nasty(*parts: str) -> Path:
    return real_data("nasty", *parts)


def test_every_nasty_file_is_read_or_refused_with_what_to_do() -> None:
    files = [path for path in sorted(nasty().rglob("*")) if path.is_file() and path.suffix.lower() != ".md"]
    read_count = 0
    for path in files:
        for options in ({}, {"crs": "EPSG:27572"}):
            try:
                read(path, "public_building", **options)
            except CardioError as error:
                assert isinstance(error, StudyError | SurveyError)
                assert path.name in error.message
                assert error.hint
            else:
                read_count += 1
    assert read_count > 10


@pytest.mark.parametrize("name", ["sridtable1", "sridtable2", "waternetwork_without_epsg"])
def test_wrong_prj_is_caught_by_where_the_rivers_lie(name: str) -> None:
    path = nasty("prj_missing_wrong_or_unnamed", f"{name}.shp")
    with pytest.raises(SurveyError, match="382 of 382 rows"):
        read(path, "street")
    layer = read(path, "street", crs="EPSG:27572")
    assert layer.rows_kept > 370
    assert found(layer, "crs-conflict")


def test_no_prj_is_refused() -> None:
    with pytest.raises(StudyError, match="has no CRS"):
        read(nasty("prj_missing_wrong_or_unnamed", "waternetwork.shp"), "street")


@pytest.mark.parametrize("folder", ["cpg_latin1", "cpg_missing_8bit"])
def test_french_points_read_the_same_with_and_without_cpg(folder: str) -> None:
    layer = read(nasty(folder, "PRESCRIPTION_PCT.shp"), "public_building")
    assert layer.rows_kept == 59
    assert layer.frame["LIBELLE"].str.contains("Bâtiment").any()
    assert not layer.frame["LIBELLE"].str.contains("Ã").any()


def test_cp1252_plan_keeps_its_accents_and_its_two_perimeters_of_one_outline() -> None:
    layer = read(nasty("cp1252_polygonz_l93", "30014_INFO_SURF_20171013.shp"), "zone")
    assert (layer.rows_read, layer.rows_kept) == (18, 18)
    assert "Périmètre de droit de préemption urbain" in set(layer.frame["name"])


@pytest.mark.parametrize(
    ("parts", "kind", "nulls", "rows"),
    [
        (("null_geometries", "csah.shp"), "street", 24, 124),
    ],
)
def test_null_geometries_cost_only_their_rows(parts: tuple[str, ...], kind: str, nulls: int, rows: int) -> None:
    path = nasty(*parts)
    try:
        layer = read(path, kind, crs="EPSG:3857", study_crs="EPSG:32631")
    except SurveyError as error:
        assert f"{rows - nulls} rows" in error.message  # the others lie elsewhere on earth
    else:
        assert layer.set_aside["null-geometry"] == nulls


def test_a_broken_shx_hides_no_rows() -> None:
    """Its header states 8 rows and four of its entries lie; the .shp and the .dbf hold 22."""
    layer = read(nasty("null_geometries", "3dpoints.shp"), "parking_meter", crs="EPSG:3857", study_crs="EPSG:32631")
    assert layer.rows_read == 22
    assert "null-geometry" not in layer.set_aside
    assert "shx-rebuilt" in codes(layer)


def test_litter_bins_without_shx_are_all_there() -> None:
    path = nasty("shx_and_prj_missing", "afvalbakken.shp")
    layer = read(path, "building", crs="EPSG:28992", study_crs="EPSG:28992")
    assert layer.rows_read == layer.rows_kept == 26
    assert "shx-rebuilt" in codes(layer)


def test_roads_without_dbf_keep_their_courses() -> None:
    layer = read(nasty("dbf_missing", "TRONCON_DE_ROUTE.shp"), "street")
    assert layer.rows_read == 1094
    assert found(layer, "attributes-lost")[0].severity == "error"
    assert layer.frame["id"].iloc[0] == "row-0"
