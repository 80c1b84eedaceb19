"""Real layers of real towns lie where they should: nothing is said of their CRS or their places."""

from __future__ import annotations

from typing import Any

import pytest

from gis_layers.extents import compare_extents
from tests.gis_layers.files import codes, read
from tests.real_data import real_data

pytestmark = pytest.mark.real_data

OF_PLACES = {
    *("crs-conflict", "crs-without-code", "datum-shift-approximate", "axes-swapped", "outside-area"),
    *("layer-elsewhere", "layer-tiny", "far-away", "long-jump"),
}

DEGREES: dict[str, Any] = {"crs": "EPSG:4326"}

Source = tuple[tuple[str, ...], str, dict[str, Any]]


def geopackage(town: str, **kinds: str) -> list[Source]:
    return [((town, f"{town}_layers.gpkg"), kind, {"layer": layer}) for layer, kind in kinds.items()]


TOWNS: dict[str, tuple[str, list[Source]]] = {
    "rodez": (
        "EPSG:2154",
        [
            (("rodez", "bdtopo_v2", "ROUTE.shp"), "street", {}),
            (("rodez", "bdtopo_v2", "BATI_INDUSTRIEL.shp"), "building", {}),
            (("rodez", "bdtopo_v2", "population.shp"), "population_cell", {}),
            (("rodez", "bdtopo_v2", "COMMUNE.shp"), "zone", {}),
            (("rodez", "bdtopo_v3_olemps", "BATIMENT.shp"), "building", {}),
        ],
    ),
    "geneva": (
        "EPSG:2056",
        geopackage(
            "geneva",
            streets="street",
            addresses="address",
            parking_meters="parking_meter",
            wifi_hotspots="wifi_hotspot",
            street_cabinets="street_cabinet",
            parkings="parking_bay",
            parking_spaces="parking_bay",
            public_buildings="public_building",
            street_lamps="street_light",
        ),
    ),
    "krems": (
        "EPSG:31256",
        geopackage(
            "krems",
            streets="street",
            buildings="building",
            addresses="address",
            parking_meters="parking_meter",
            parkings="parking_bay",
            public_buildings="public_building",
        ),
    ),
    "redon": (
        "EPSG:2154",
        geopackage(
            "redon",
            streets="street",
            buildings="building",
            addresses="address",
            wifi_hotspots="wifi_hotspot",
            street_cabinets="street_cabinet",
            parkings="parking_bay",
            public_buildings="public_building",
        ),
    ),
    "nantes": (
        "EPSG:2154",
        [
            (("nantes_equipements", f"{name}.geo.json"), kind, {})
            for name, kind in (
                ("culture-bibliotheque", "public_building"),
                ("enseignement", "public_building"),
                ("equipub-service-public", "public_building"),
                ("mobilite-aireslivraison", "parking_bay"),
                ("mobilite-parking", "parking_bay"),
            )
        ],
    ),
    "new york": (
        "EPSG:32618",
        [
            (("nyc_wifi", "nycwifi.csv"), "wifi_hotspot", DEGREES | {"columns": {"x": "Long_", "y": "Lat"}}),
            (("nyc_wifi", "nycwifi.csv"), "wifi_hotspot", {"crs": "EPSG:2263", "columns": {"x": "X", "y": "Y"}}),
            (("nyc_wifi", "Park WiFi.csv"), "wifi_hotspot", DEGREES | {"columns": {"geometry": "the_geom"}}),
        ],
    ),
    "san francisco": (
        "EPSG:26910",
        [(("sf_parking_meters", "Parking_meters.csv"), "parking_meter", DEGREES | {"columns": {"id": "POST_ID"}})],
    ),
    "montpellier": (
        "EPSG:2154",
        [(("montpellier_adresses", "adresses_montpellier.csv"), "address", {"crs": "EPSG:2154"})],
    ),
    "grenoble": ("EPSG:2154", [(("grenoble_horodateurs", "horodateurs_grenoble.geojson"), "parking_meter", {})]),
    "long beach": (
        "EPSG:26945",
        [
            (("long_beach_fibre", "CityFiber.shp"), "fibre_cable", {}),
            (("long_beach_fibre", "TrafSigFiber.shp"), "fibre_cable", {}),
        ],
    ),
    "radolfzell": ("EPSG:25832", [(("radolfzell_stationnement", "radolfzell.geojson"), "street", {})]),
    "ladenburg": ("EPSG:25832", [(("radolfzell_stationnement", "ladenburg_parkraumcheck.geojson"), "street", {})]),
    "open ftth": (
        "EPSG:25832",
        [
            (("open_ftth_realistic", "RouteNodes.geojson"), "fibre_node", {}),
            (("open_ftth_realistic", "RouteSegments.geojson"), "route_segment", {}),
        ],
    ),
}


@pytest.mark.parametrize("town", TOWNS)
def test_layers_of_a_town_give_no_finding_on_places(town: str) -> None:
    crs, sources = TOWNS[town]
    layers = [read(real_data(*parts), kind, study_crs=crs, **options) for parts, kind, options in sources]
    assert all(layer.rows_kept for layer in layers)
    told = {(layer.path, code) for layer in layers for code in codes(layer) & OF_PLACES}
    assert told == set()
    assert compare_extents(layers) == ()
