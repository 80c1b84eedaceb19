"""What the map says of each work: years, services, price lines, the survey row it stands on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from cardio.deliverable import Deliverable
from cardio.exporters.map_layers import map_data
from cardio.exporters.texts import Words
from tests.cardio.deliverables import PRICES, in_two_years, make_deliverable


def layers_of(deliverable: Deliverable, group: str) -> list[dict[str, Any]]:
    data = map_data(deliverable, Words(deliverable.language))
    return [layer for layer in data["layers"] if layer["group"] == group]


def labelled(layer: dict[str, Any], row: int) -> dict[str, str]:
    return dict(zip(layer["labels"], layer["rows"][row], strict=False))


def test_every_work_shows_its_price_lines() -> None:
    deliverable = make_deliverable(language="en")
    data = map_data(deliverable, Words("en"))
    works = [layer for layer in data["layers"] if layer["group"] in ("new_sites", "new_routes")]
    shown = {
        values[0]: [(data["prices"][price]["label"], quantity, amount) for price, quantity, amount in bill]
        for layer in works
        for values, bill in zip(layer["rows"], layer["bill"], strict=True)
    }
    assert shown["streets-0"] == [("Poste cable_in_duct", "800 m", "€5,066.40")]
    assert shown["access_point-lights-0"] == [("Poste access_point", "1 each", "€1,234.56")]
    assert len(shown) == len(deliverable.sites) + len(deliverable.routes)
    prices = {row["label"]: row for row in data["prices"]}
    assert prices["Poste cable_in_duct"] == {"label": "Poste cable_in_duct", "unit_price": "6.333", "assumed": True}
    assert not prices["Poste access_point"]["assumed"]
    assert len(data["prices"]) == len(PRICES)  # a row of prices stands once, however many works refer to it


def test_a_site_names_the_survey_row_that_it_stands_on() -> None:
    deliverable = make_deliverable(language="en")
    lights = deliverable.sites[["place_id", "geometry"]].rename(columns={"place_id": "id"})
    lights = lights.assign(layer="lights", kind="street_light", source_row=np.arange(5) + 40, name="Mast")
    summary = {**deliverable.summary, "layers": [{"name": "lights", "path": "candelabres.shp"}]}
    town = replace(deliverable, existing=pd.concat([deliverable.existing, lights]), summary=summary)
    site = labelled(layers_of(town, "new_sites")[0], 1)
    assert site["Source"] == "Lights, feature L1 · Mast · candelabres.shp, row 41"
    (light,) = [layer for layer in layers_of(town, "existing") if layer["title"].startswith("Lights")]
    assert labelled(light, 1) == {"Id": "L1", "Name": "Mast", "Source": "candelabres.shp, row 41"}
    assert labelled(layers_of(deliverable, "new_sites")[0], 1)["Source"] == "Lights, feature L1"


def test_phases_number_the_years_and_sum_what_is_spent() -> None:
    deliverable = in_two_years(make_deliverable(language="en"))
    data = map_data(deliverable, Words("en"))
    first, second = data["phases"]
    amounts = deliverable.bill.groupby("year")["amount_eur"].sum()
    assert (first["title"], second["title"]) == ("2027", "2028")
    assert first["note"] == f"€{amounts[2027]:,.2f} excl. tax spent by the end of 2027"
    assert second["note"] == f"€{amounts.sum():,.2f} excl. tax spent by the end of 2028"
    assert first["colour"] != second["colour"]
    access, boxes = (layer for layer in data["layers"] if layer["group"] == "new_sites")
    assert (access["phases"], boxes["phases"]) == ([0, 0, 1], [1, 1])
    assert [note.split(" ")[0] for note in access["phase_notes"]] == ["2", "3"]
    assert labelled(access, 2)["Year"] == "2028"


def test_a_plan_without_years_has_no_phases() -> None:
    data = map_data(make_deliverable(), Words("fr"))
    assert data["phases"] == []
    assert all("phases" not in layer and "phase_notes" not in layer for layer in data["layers"])


def test_works_know_the_services_that_they_serve() -> None:
    deliverable = make_deliverable(language="en")
    data = map_data(deliverable, Words("en"))
    assert data["services"] == ["Public wifi", "Fibre access"]
    by_group: dict[str, list[list[int]]] = {}
    for layer in data["layers"]:
        by_group.setdefault(layer["group"], []).extend(layer.get("row_services", [layer.get("services")]))
    assert by_group["new_sites"] == [[0]] * 3 + [[1]] * 2
    assert by_group["new_routes"] == [[0, 1]] * 5
    assert by_group["coverage"] == [[0], [1]] == by_group["gaps"]
    assert by_group["zones"] == [[0]]


def test_zones_have_a_share_for_every_view() -> None:
    deliverable = in_two_years(make_deliverable(language="en"))
    rows = [{"target": "wifi_each", "zone": f"Z{number}", "after": 0.2 + number / 100} for number in range(4)]
    summary = deliverable.summary
    phases = [{**phase, "coverage": rows} for phase in summary["phases"]]
    (zones,) = layers_of(replace(deliverable, summary={**summary, "phases": phases}), "zones")
    assert zones["shares"][1] == ["10%", "21%", "21%"]
    (zones,) = layers_of(make_deliverable(language="en"), "zones")
    assert zones["shares"] == [["40%", "50%"], ["10%", "35%"], ["5%", "31%"], ["0%", "10%"]]
    assert zones["names"] == ["Centre", "Gare", "Citadelle", "Préfecture"]


@pytest.mark.parametrize("count", [300, 20_001])
def test_what_is_served_by_each_year_adds_up(count: int) -> None:
    deliverable = in_two_years(make_deliverable(demand=count, language="en"))
    demand = deliverable.demand
    fresh = demand["after"] & ~demand["before"]
    years = pd.Series(np.where(demand.index % 3 == 0, 2027, 2028), index=demand.index, dtype="Int64").where(fresh)
    wifi = layers_of(replace(deliverable, demand=demand.assign(year=years)), "coverage")[0]
    own = demand["service"] == "public_wifi"
    weight = demand["weight"]
    if count == 300:
        assert [wifi["phases"].count(phase) for phase in (-1, 0, 1)] == [
            int((own & ~fresh).sum()),
            int((own & (years == 2027).fillna(False)).sum()),
            int((own & (years == 2028).fillna(False)).sum()),
        ]
    else:
        by_year = np.sum(wifi["new_by_phase"], axis=0)
        assert by_year.tolist() == [
            pytest.approx(weight[own & (years == year).fillna(False)].sum()) for year in (2027, 2028)
        ]
        assert by_year.sum() == pytest.approx(np.sum(wifi["weights"], axis=0)[1])
    assert len(wifi["class_notes"]) == 3  # today, 2027, 2028
    share = weight[own & (years == 2027).fillna(False)].sum() / weight[own].sum()
    assert wifi["class_notes"][0][1] == "Newly served: 0%"
    assert wifi["class_notes"][1][1] == f"Newly served: {Words('en').part(share)}"


def test_findings_are_a_layer_that_is_off() -> None:
    findings = layers_of(make_deliverable(language="en"), "findings")
    assert [layer["title"] for layer in findings] == ["Warnings (1)"]
    assert not findings[0]["shown"]


def test_names_of_streets_stand_once() -> None:
    data = map_data(make_deliverable(streets_a_side=20), Words("fr"))
    (streets,) = [layer for layer in data["layers"] if layer["type"] == "streets"]
    assert len(streets["name_of"]) == len(streets["lines"]) == 800
    assert data["street_names"] == [f"Rue {number}" for number in range(40)]


def test_places_of_labels_lie_within_their_zones() -> None:
    deliverable = make_deliverable()
    data = map_data(deliverable, Words("fr"))
    (zones,) = [layer for layer in data["layers"] if layer["type"] == "zones"]
    degrees = (np.array(zones["label_places"]) + np.array(data["origin"])) / 1e6
    inside = shapely.contains_xy(deliverable.zones.to_crs("EPSG:4326").geometry.to_numpy(), *degrees.T)
    assert inside.all()
