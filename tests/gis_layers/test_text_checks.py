"""Text lost or garbled before delivery is reported, whole text never is."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis_layers.text_checks import ungarble
from tests.gis_layers.files import codes, found, point, read, write_geojson, write_gpkg

FRENCH = "Allée du Maréchal-Foch, Bât. À côté, œuvre, «Noël», 12 € l’unité, Straße, señor, København"


def test_lost_characters_are_an_error_with_their_number_and_an_example(tmp_path: Path) -> None:
    features = [(point(i), {"id": f"m{i}", "nom": nom}) for i, nom in enumerate(["h\ufffdtel", "gare", "h\ufffdtel"])]
    layer = read(write_geojson(tmp_path / "a.geojson", features), "parking_meter")
    (finding,) = found(layer, "text-lost")
    assert finding.severity == "error"
    assert "nom: 2 rows" in finding.message
    assert "'h\ufffdtel'" in finding.message
    assert layer.rows_kept == 3


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_garbled_text_is_shown_as_it_would_read(tmp_path: Path, encoding: str) -> None:
    garbled = "Hôtel de la Cité".encode().decode(encoding)
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(i, 0) for i in range(2)], {"nom": [garbled, "Été"]})
    (finding,) = found(read(path, "parking_meter"), "text-garbled")
    assert "nom: 1 rows" in finding.message
    assert "would read 'Hôtel de la Cité'" in finding.message


def test_question_marks_and_good_accents_are_no_loss(tmp_path: Path) -> None:
    path = write_gpkg(
        tmp_path / "a.gpkg", [shapely.Point(i, 0) for i in range(3)], {"nom": [FRENCH, "h?tel ???", None]}
    )
    assert not codes(read(path, "parking_meter")) & {"text-lost", "text-garbled"}


@given(st.text(st.sampled_from("aeé èàçôöüßñœŒ€«»’–…ÀÉÎÃÂ°²½")))
@settings(derandomize=True, deadline=None, max_examples=300)
@example(FRENCH)
def test_what_was_garbled_once_reads_again(text: str) -> None:
    assert ungarble(text.encode().decode("latin-1")) == text


@pytest.mark.parametrize(
    "text", [FRENCH, "SÃO PAULO", "Ângelo", "Â", "à la carte", "10 °C", "É€", "Æ’s", "jusqu’à\u00a0»"]
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert ungarble(text) == text
