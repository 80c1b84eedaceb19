"""Two real towns, from survey files to a verified plan; how near to the optimum is for the benchmarks to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardio.prospects import Prospects, survey_prospects
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from cardio.takeoff import take_off
from costing import total_cents
from optimise import greedy_plan, verify
from tests.real_data import real_data

STUDIES = Path(__file__).parents[1] / "studies"
pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module", params=["rodez", "geneva"])
def town(request: pytest.FixtureRequest) -> Prospects:
    name = str(request.param)
    study = load_study(STUDIES / name / "study.yaml", data=[real_data(name)])
    return survey_prospects(study, stopwatch=Stopwatch())


def test_every_target_asks_for_more_than_today_and_less_than_can_be_had(town: Prospects) -> None:
    for row in town.coverage:
        assert row.before < row.scope.required < row.reachable, row.scope.target


def test_rows_are_kept_or_set_aside_for_a_reason(town: Prospects) -> None:
    for layer in town.town.layers.values():
        assert layer.rows_read == layer.rows_kept + sum(layer.set_aside.values()), layer.name
        assert layer.frame.crs.is_projected


def test_most_of_the_network_is_one_piece(town: Prospects) -> None:
    assert (town.town.graph.component == 0).mean() > 0.95


def test_the_greedy_plan_is_a_plan_and_builds_fibre_for_two_services(town: Prospects) -> None:
    problem = town.statement.problem
    plan = greedy_plan(problem)
    assert plan is not None
    verification = verify(problem, plan)
    assert verification.ok, verification.complaints
    lines = take_off(town.town, town.statement, plan)
    assert total_cents(lines) == round(plan.cost * 100)
    candidates = town.opportunities.candidates
    connected = plan.candidates[candidates.node[plan.candidates] >= 0]
    services = {town.opportunities.options[option].service for option in candidates.option[connected].tolist()}
    assert len(services) == 2


def test_a_plan_without_one_of_its_works_is_rejected(town: Prospects) -> None:
    problem = town.statement.problem
    plan = greedy_plan(problem)
    assert plan is not None
    for name in ("edges", "candidates"):
        built = getattr(plan, name)
        for missing in (0, len(built) // 2, len(built) - 1):
            rest = built[[number for number in range(len(built)) if number != missing]]
            spoilt = type(plan)(**{**vars(plan), name: rest})
            assert not verify(problem, spoilt).ok, (name, missing)


def test_street_names_keep_their_accents() -> None:
    study = load_study(STUDIES / "rodez" / "study.yaml", data=[real_data("rodez")])
    town = survey_prospects(study, stopwatch=Stopwatch()).town
    names = set(town.graph.attributes["nature"].dropna()) | set(town.graph.attributes["name"].dropna())
    assert "Route à 1 chaussée" in names
    assert not any("Ã" in name or "\ufffd" in name for name in names)


def test_bridges_are_not_joined_to_the_roads_below() -> None:
    study = load_study(STUDIES / "geneva" / "study.yaml", data=[real_data("geneva")])
    town = survey_prospects(study, stopwatch=Stopwatch()).town
    unjoined = [finding for finding in town.findings if finding.code == "crossing-not-joined"]
    assert len(unjoined) == 1
    assert int(unjoined[0].message.split(" at ")[1].split()[0]) > 20
