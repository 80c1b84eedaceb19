"""map.html: self-contained, small, and survey text stays text."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from cardio.exporters import render_map
from cardio.exporters.map import ASSETS, script_safe_json
from cardio.exporters.map_demand import demand_classes
from cardio.exporters.map_layers import map_data
from cardio.exporters.texts import WORDS, Words
from gis_layers import StudyError
from tests.cardio.deliverables import HOSTILE, empty_deliverable, make_deliverable, with_summary


def data_of(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="cardio-data">(.*?)</script>', page, re.S)[1])


def layers_of(data: dict, group: str) -> list[dict]:
    return [layer for layer in data["layers"] if layer["group"] == group]


def test_the_copied_library_is_the_published_one():
    listed = dict(reversed(line.split()) for line in (ASSETS / "SHA256SUMS").read_text("utf-8").splitlines())
    assert set(listed) == {"leaflet.js", "leaflet.css", "leaflet.LICENSE"}
    for name, digest in listed.items():
        assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == digest
    assert "Leaflet 1.9.4" in (ASSETS / "leaflet.js").read_text("utf-8")[:200]


def test_the_page_names_no_resource_outside_itself():
    page = render_map(make_deliverable())
    assert re.findall(r"<(?:script|img|iframe)[^>]*\bsrc=|<link\b|@import", page) == []
    assert [url for url in re.findall(r"url\(([^)]*)\)", page) if not url.startswith("#")] == []
    assert "default-src 'none'" in page
    assert "Redistributions in binary form" in page
    assert page.count("L.map(") == 1
    assert data_of(page)["tiles"] is None


def test_the_same_plan_gives_the_same_file():
    assert render_map(make_deliverable()) == render_map(make_deliverable())


def test_the_page_names_its_language():
    assert '<html lang="en">' in render_map(make_deliverable(language="en"))
    assert '<html lang="fr">' in render_map(make_deliverable(language="fr"))


def test_survey_text_cannot_leave_the_data_block():
    page = render_map(make_deliverable(text=HOSTILE))
    plain = render_map(make_deliverable())
    assert page.count("<script") == plain.count("<script")
    assert page.count("</script") == plain.count("</script")
    assert "<img" not in page
    assert "{{ 7*6 }}" in page and "42" not in layers_of(data_of(page), "new_sites")[0]["title"]
    site = layers_of(data_of(page), "new_sites")[0]
    assert site["title"] == f"Access point{HOSTILE}"
    assert site["rows"][0][0] == f"access_point-lights-0{HOSTILE}"


@pytest.mark.parametrize("text", ["</script>", "<!--", "&amp;", "\u2028\u2029", "`${1}`", '"\\', "é\x00"])
def test_script_safe_json_round_trips_without_a_dangerous_sign(text):
    written = script_safe_json({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert not set("<>&\u2028\u2029") & set(written)


def test_script_safe_json_refuses_what_no_browser_parses():
    with pytest.raises(ValueError, match="JSON"):
        script_safe_json([float("nan")])


def test_ten_thousand_points_and_streets_stay_below_six_megabytes():
    page = render_map(make_deliverable(demand=10_000, streets_a_side=71))
    data = data_of(page)
    assert sum(len(lines) for lines in layers_of(data, "base")[0]["lines"]) > 10_000
    assert len(layers_of(data, "coverage")[0]["classes"]) == 10_000
    assert len(page.encode()) < 6_000_000


def test_above_twenty_thousand_points_demand_is_summed_in_hexagons():
    deliverable = make_deliverable(demand=20_000)
    data = map_data(deliverable, Words("en"))
    wifi, fibre = layers_of(data, "coverage")
    assert "steps" not in wifi and "20,000 points" in wifi["note"]
    demand = deliverable.demand[deliverable.demand["service"] == "public_wifi"]
    by_class = np.bincount(demand_classes(demand), weights=demand["weight"], minlength=4)
    assert np.allclose(np.sum(wifi["weights"], axis=0), by_class)
    assert len(wifi["hexagons"]) == len(wifi["rows"]) == len(wifi["weights"]) < 4_000
    assert len(fibre["hexagons"]) <= 12


def test_demand_classes_tell_before_after_and_reach_apart():
    demand = (
        make_deliverable()
        .demand.iloc[:5]
        .assign(
            before=[True, False, False, False, True],
            after=[True, True, False, False, True],
            reachable=[True, True, True, False, False],
        )
    )
    assert demand_classes(demand).tolist() == [0, 1, 2, 3, 0]


def test_every_part_of_the_plan_is_a_layer_with_its_figures():
    data = map_data(make_deliverable(language="en"), Words("en"))
    titles = {key: [layer["title"] for layer in layers_of(data, key)] for key in ("new_sites", "new_routes", "gaps")}
    assert titles == {
        "new_sites": ["Access point", "Splice box"],
        "new_routes": ["Duct", "Trench"],
        "gaps": ["Not served – Public wifi", "Not served – Fibre access"],
    }
    for gap in layers_of(data, "gaps"):
        assert data["layers"][gap["of"]]["type"] == "demand"
        assert gap["title"].endswith(data["layers"][gap["of"]]["title"])
    for key, count in (("new_sites", r"\d+"), ("new_routes", r"[\d,.]+ k?m")):
        for layer in layers_of(data, key):
            assert re.fullmatch(count + r" · €[\d,]+\.\d\d excl\. tax", layer["note"]), layer["note"]
    route = layers_of(data, "new_routes")[0]
    assert dict(zip(route["labels"], route["rows"][0], strict=True)) == {
        "Id": "streets-0",
        "Street": "Rue de l’Église",
        "Length": "800 m",
        "Cost excl. tax": "€5,066.40",
        "Services": "Public wifi, Fibre access",
        "Why": "raccorde 2 × access_point",
    }
    assert [layer["title"] for layer in layers_of(data, "existing")][-1] == "Meters – parking meters"
    assert layers_of(data, "base")[0]["title"] == "Streets – streets"


def test_names_of_the_study_become_titles():
    assert [Words("fr").name("services", key) for key in ("public_wifi", "Rue_A", "_x", "é_tage", "")] == [
        "Public wifi", "Rue A", "X", "É tage", "",
    ]  # fmt: skip


def test_zones_show_shares_and_their_state_before_and_after():
    (zones,) = layers_of(map_data(make_deliverable(language="en"), Words("en")), "zones")
    assert zones["states"] == [[0, 0], [2, 1], [2, 1], [2, 2]]
    row = dict(zip(zones["labels"], zones["rows"][1], strict=True))
    assert (row["Before"], row["After"], row["Asked"], row["Met"]) == ("10%", "35%", "30%", "yes")


def test_new_routes_keep_every_vertex_and_streets_do_not():
    deliverable = make_deliverable()
    wiggly = deliverable.routes.geometry.segmentize(1.0)
    data = map_data(replace(deliverable, routes=deliverable.routes.set_geometry(wiggly)), Words("fr"))
    drawn = sum(len(part) // 2 for layer in layers_of(data, "new_routes") for parts in layer["lines"] for part in parts)
    assert drawn == wiggly.count_coordinates().sum()


def test_a_diagnosis_of_nothing_still_opens():
    deliverable = empty_deliverable()
    data = data_of(render_map(deliverable))
    assert (data["layers"], data["bounds"], data["has_plan"]) == ([], None, False)
    assert "Diagnosis" in render_map(deliverable)


def test_the_headline_never_calls_a_limit_least_cost():
    limit = make_deliverable(language="en")
    page = render_map(limit)
    assert "Stopped at its limit" in page and "Least cost" not in page and "1.51%" in page
    objective = {**limit.summary["objective"], "gap": 0.0}
    assert "Least cost: it is proven" in render_map(with_summary(limit, status="optimal", objective=objective))
    unproven = {**limit.summary["objective"], "bound": None, "gap": None}
    assert "Nothing is proven" in render_map(with_summary(limit, objective=unproven))


def test_words_exist_in_both_languages_and_take_the_same_values():
    for key, (french, english) in WORDS.items():
        assert french and english, key
        assert sorted(re.findall(r"{\w+}", french)) == sorted(re.findall(r"{\w+}", english)), key


def test_figures_are_written_as_each_language_does():
    french, english = Words("fr"), Words("en")
    assert french.money(1_234_567.5) == "1\u202f234\u202f567,50\u00a0€"
    assert english.money(1_234_567.5) == "€1,234,567.50"
    assert (french.share(0.8999), english.share(0.9)) == ("89,9\u00a0%", "90%")  # a missed 90 % never looks met
    assert english.share_up(0.010001) == "1.01%"  # nor does a gap look smaller
    assert (english.money(None), english.share(float("nan")), english.number(None)) == ("–", "–", "–")
    assert english.length(12_340) == "12.3 km" and french.length(1234.4) == "1\u202f234 m"


def test_another_language_is_refused_by_name():
    with pytest.raises(StudyError, match="'de'"):
        render_map(replace(make_deliverable(), language="de"))
