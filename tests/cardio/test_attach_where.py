"""``network.attach_where`` from the study file to the town."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from cardio.town import Town, survey_town
from gis_layers import StudyError
from tests.cardio.tiny_town import STUDY, write_tiny_town


def survey(folder: Path, keys: str) -> Town:
    study = load_study(write_tiny_town(folder, study=STUDY.replace("attach_within_m: 60", keys)))
    return survey_town(study, stopwatch=Stopwatch())


def surfaces(town: Town) -> list[str]:
    """Surfaces of the routes to which the bays and the exchange are attached."""
    edge = [*town.demand["parking_payment"].attachment.edge, *town.places["fibre_access"].attachment.edge]
    return town.graph.attributes["surface"].iloc[edge].tolist()


def test_demand_and_places_attach_only_where_the_study_lets_them(tmp_path: Path) -> None:
    everywhere = survey(tmp_path / "everywhere", "attach_within_m: 120")
    assert surfaces(everywhere) == ["terre", "terre", "terre"]
    paved = survey(tmp_path / "paved", "attach_within_m: 120, attach_where: {surface: [pave]}")
    assert surfaces(paved) == ["pave", "pave", "pave"]
    # each bay lies 90 m and 10 m from the end of a middle street
    north_west, south_east = paved.demand["parking_payment"].attachment.access_m.tolist()
    assert north_west == pytest.approx((90**2 + 10**2) ** 0.5)
    assert south_east == pytest.approx((90**2 + 10**2) ** 0.5)
    assert paved.places["fibre_access"].attachment.access_m.tolist() == pytest.approx([100.0])
    assert len(paved.graph.u) == len(everywhere.graph.u)


def test_a_column_that_is_not_there_is_refused_with_the_one_meant(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no route layer has a column 'surfce'") as refused:
        survey(tmp_path, "attach_where: {surfce: [pave]}")
    assert "did you mean 'surface'?" in refused.value.hint
