"""Assumptions speak the language of the study."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cardio.assumptions import SENTENCES, list_assumptions
from cardio.run import run_study
from cardio.study import Phase, Study, load_study
from cardio.typography import NARROW_SPACE
from tests.cardio.study_samples import write_study
from tests.cardio.tiny_town import STUDY, write_tiny_town


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return replace(load_study(write_study(tmp_path)), labels={})


def plain(said: Mapping[str, str]) -> dict[str, str]:
    """Sentences with plain spaces before signs."""
    return {key: text.replace(NARROW_SPACE, " ") for key, text in said.items()}


def test_every_rule_of_the_study_is_said_in_english(study: Study) -> None:
    said = list_assumptions(study, {"cardio_version": "0.1.0", "seed": 7})
    assert said == {
        "study": "Exempleville",
        "scenario": "-",
        "coordinate system": "EPSG:2154",
        "Cardio version": "0.1.0",
        "seed": "7",
        "solver": "highs, accepted gap 0.02, time limit 30 s",
        "network": "ends joined within 0.25 m, features attached within 60 m, existing network followed within 2 m",
        "attached by nature": "not to routes with Autoroute",
        "money": "EUR, capital cost excl. tax, each line rounded to the cent",
        "objective": "meet every target at least cost",
        "budget": "€900,000.00 excl. tax",
        "phase 2027": "€400,000.00 excl. tax; each: at least 2% by its end",
        "phase 2028": "€500,000.50 excl. tax",
        "service wifi": "demand residents counted by people, spread over buildings; "
        "reach in line of sight, 60 m at most",
        "target centre": "wifi: at least 60% in Centre, from 2 distinct places",
        "target each": "wifi: at least 10% in each zone of iris",
        "equipment ap": "wifi at lights, junctions, and along routes at most 40 m apart; "
        "price access_point + new_pole + 15 m of cable + 2 × power_supply; backhaul: fibre; serves at most 200 each",
        "laying duct": "along ducts within 3 m; price cable_in_duct",
        "laying trench": "along any route; price by surface, else trench + duct + 2.16 × cable + chamber every 80 m",
    }


def test_the_same_is_said_in_french(study: Study) -> None:
    said = plain(list_assumptions(replace(study, language="fr"), {"cardio_version": "0.1.0"}))
    assert said["graine"] == "3"
    assert said["réseau"].startswith("extrémités jointes à moins de 0,25 m, objets rattachés à moins de 60 m")
    assert said["rattachement selon nature"] == "pas aux voies avec Autoroute"
    assert said["service wifi"].endswith("répartie sur buildings ; portée en vue directe, 60 m au plus")
    assert said["cible centre"] == "wifi : au moins 60\u00a0% dans Centre, depuis 2 lieux distincts"
    assert said["cible each"] == "wifi : au moins 10\u00a0% dans chaque zone (iris)"
    assert "carrefours, et le long des voies à 40 m au plus l’un de l’autre ; prix" in said["équipement ap"]
    assert said["pose trench"].startswith("le long de toute voie ; prix selon surface, sinon trench + duct + ")
    assert said["pose trench"].endswith(" + 2,16 × cable + chamber tous les 80 m")
    assert list(said) != list(list_assumptions(study, {"cardio_version": "0.1.0"}))


def test_what_has_a_label_is_found_by_its_name_all_the_same(tmp_path: Path) -> None:
    said = list_assumptions(load_study(write_study(tmp_path)), {"cardio_version": "0.1.0"})
    assert said["service Free wifi (wifi)"].startswith("demand residents counted by people")
    assert said["target Wifi in the centre (centre)"] == "Free wifi: at least 60% in Centre, from 2 distinct places"
    assert said["target each"] == "Free wifi: at least 10% in each zone of iris"
    assert said["laying In a duct (duct)"] == "along ducts within 3 m; price cable_in_duct"


def test_what_a_study_leaves_out_is_not_said(study: Study) -> None:
    (service,) = study.services.values()
    (option,) = study.options
    plain = replace(
        study,
        services={"wifi": replace(service, weight=None, spread_over=None)},
        targets=(replace(study.targets[0], zone_name=None, providers=1),),
        options=(replace(option, backhaul=None, support=None, spacing_m=None, serves_at_most=None, items=()),),
        scenario="small",
        budget_eur=None,
        phases=(),
    )
    said = list_assumptions(plain, {"cardio_version": "0.1.0"})
    assert said["service wifi"] == "demand residents counted by feature; reach in line of sight, 60 m at most"
    assert said["target centre"] == "wifi: at least 60%"
    assert said["equipment ap"] == "wifi at lights, junctions; price access_point; backhaul: none"
    assert said["scenario"] == "small"
    assert not {"budget", "phase 2027"} & set(said)


def test_goals_and_free_places_are_said(study: Study) -> None:
    (option,) = study.options
    goals = replace(
        study,
        objective="most_coverage",
        targets=(replace(study.targets[0], importance=2.5),),
        options=(replace(option, price=None, support=None, serves_at_most=None, free_places="free_slots", items=()),),
        phases=(Phase(2027, None, {}),),
        language="fr",
    )
    said = plain(list_assumptions(goals, {"cardio_version": "0.1.0"}))
    assert said["objectif"].startswith("couvrir le plus possible dans le budget")
    assert said["cible centre"].endswith("depuis 2 lieux distincts ; importance 2,5")
    assert said["équipement ap"].endswith(
        "prix aucun (existant) ; raccordement : fibre ; dessert au plus ce que dit free_slots"
    )
    assert said["phase 2027"] == "sans limite"


def test_sentences_exist_in_both_languages_and_take_the_same_values() -> None:
    for key, (french, english) in SENTENCES.items():
        assert french and english, key
        assert sorted(re.findall(r"{\w+}", french)) == sorted(re.findall(r"{\w+}", english)), key


def test_they_reach_the_deliverable_in_the_language_of_the_study(tmp_path: Path) -> None:
    result = run_study(write_tiny_town(tmp_path, study=STUDY.replace("language: en", "language: fr")))
    assert result.deliverable is not None
    assert (
        plain(result.deliverable.assumptions)["équipement box"]
        == "fibre_access sur carrefours ; prix closure ; raccordement : fibre"
    )
    assert result.deliverable.assumptions["service parking_payment"].endswith("portée à vol d’oiseau, 60 m au plus")
