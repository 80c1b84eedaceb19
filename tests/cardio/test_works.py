"""Works that the study keeps or forbids, by the ids of the outputs, on a town whose optimum is known by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardio.run import RunResult, run_study
from cardio.texts import say_result
from gis_layers import StudyError
from optimise import read_problem, solve
from tests.cardio.tiny_town import STUDY, write_tiny_town

DEAD_END = "streets/row-14/0.0-20.0"  # the spur of the north-west corner, 20 m at 15 EUR
FIRST = "streets/row-0/0.0-100.0"  # the first metres east of the exchange
OTHER_METER = "meter@junctions/j650220.0,6860000.0"


def run(folder: Path, *, keep: tuple[str, ...] = (), forbid: tuple[str, ...] = (), study: str = STUDY) -> RunResult:
    lists = f"keep: {json.dumps(keep)}, forbid: {json.dumps(forbid)}"
    path = write_tiny_town(folder / "town", study=study.replace("plan: {", f"plan: {{{lists}, "))
    return run_study(path, out=folder / "plan", problem_path=folder / "problem.json")


def test_a_kept_route_is_dug_paid_and_says_that_it_carries_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, keep=(DEAD_END,))
    assert result.summary["objective"]["value"] == result.summary["objective"]["bound"] == 17_300 + 300
    assert result.summary["status"] == "optimal" and result.summary["verified"] is True
    assert result.summary["works"] == {"kept": [DEAD_END], "forbidden": []}
    written = json.loads((tmp_path / "plan" / "summary.json").read_text("utf-8"))
    assert written["works"]["kept"] == [DEAD_END]
    assert result.deliverable is not None
    routes = result.deliverable.routes.set_index("id")
    assert routes.loc[DEAD_END, "why"] == "kept by the study, carries nothing"
    assert routes.loc[DEAD_END, "cost_eur"] == 300.0
    assert routes.loc[FIRST, "why"] == "connects 2 × Box"
    assert result.deliverable.bill.query("work_id == @DEAD_END")["amount_eur"].sum() == 300.0


def test_a_kept_site_serves_in_place_of_another(tmp_path: Path) -> None:
    result = run(tmp_path, keep=(OTHER_METER,))
    assert result.summary["objective"]["value"] == 17_300
    assert result.deliverable is not None
    sites = result.deliverable.sites.set_index("id")
    assert sites.loc[OTHER_METER, "why"] == "serves 30 of Parking payment (kept by the study)"
    assert sum("meter" in name for name in sites.index) == 2


def test_kept_words_speak_french(tmp_path: Path) -> None:
    french = STUDY.replace("language: en", "language: fr")
    result = run(tmp_path, keep=(DEAD_END, FIRST), study=french)
    assert result.deliverable is not None
    routes = result.deliverable.routes.set_index("id")["why"]
    assert routes[DEAD_END] == "maintenu par l’étude, ne porte rien"
    assert routes[FIRST] == "raccorde 2 × Box (maintenu par l’étude)"


def test_a_forbidden_route_is_gone_round(tmp_path: Path) -> None:
    result = run(tmp_path, forbid=(FIRST,))
    # round by the north: 600 m of trench instead of 400
    assert result.summary["objective"]["value"] == 17_300 + 200 * 15
    assert result.deliverable is not None
    assert FIRST not in set(result.deliverable.routes["id"])
    assert "fixed      0 works kept, 1 forbidden" in say_result(result)
    assert result.summary["works"]["forbidden"] == [FIRST]


def test_the_written_problem_has_the_works_fixed(tmp_path: Path) -> None:
    result = run(tmp_path, keep=(DEAD_END,), forbid=(FIRST,))
    again = solve(read_problem(tmp_path / "problem.json"), gap=0.0)
    assert again.plan is not None
    assert again.plan.cost == pytest.approx(result.summary["objective"]["value"] - 300)


def test_a_scenario_may_keep_and_forbid(tmp_path: Path) -> None:
    study = STUDY.replace("scenarios:", f"scenarios:\n  round: {{plan.forbid: ['{FIRST}']}}")
    path = write_tiny_town(tmp_path, study=study)
    assert run_study(path, scenario="round").summary["objective"]["value"] == 20_300
    assert run_study(path).summary["objective"]["value"] == 17_300


@pytest.mark.parametrize(
    ("wrong", "near"), [("streets/row-14/0.0-21.0", DEAD_END), ("meter@junctions/j650220.0,6860001.0", OTHER_METER)]
)
def test_an_unknown_work_is_refused_with_the_nearest_ids(tmp_path: Path, wrong: str, near: str) -> None:
    with pytest.raises(StudyError) as caught:
        run(tmp_path, forbid=(wrong,))
    assert "study.yaml:" in caught.value.message and "plan.forbid: no site or route" in caught.value.message
    assert wrong in caught.value.message
    assert near in caught.value.hint
    assert not (tmp_path / "plan").exists()


def test_a_route_that_cannot_be_laid_cannot_be_kept_but_may_be_forbidden(tmp_path: Path) -> None:
    no_price = STUDY.replace("{pave: trench_paved}}, price: trench_soil", "{terre: trench_soil}}")
    paved = "streets/row-6/0.0-100.0"
    with pytest.raises(StudyError, match=f"plan.keep: route {paved} cannot be laid"):
        run(tmp_path, keep=(paved,), study=no_price)
    assert run(tmp_path, forbid=(paved,), study=no_price).summary["objective"]["value"] == 17_300
