"""What an earlier run surveyed and planned is used by the next one, where it rests on the same and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cardio.compare import compare_scenarios
from cardio.kept import Kept
from cardio.kept_parts import KeptStore, as_plain, load, save
from cardio.run import RunResult, run_study
from tests.cardio.tiny_town import STUDY, write_tiny_town


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept.open(tmp_path / "kept")


class Steps:
    """Progress that remembers its stages."""

    def __init__(self) -> None:
        self.stages: set[str] = set()

    def __call__(self, stage: str, share: float | None = None, note: str = "") -> None:
        self.stages.add(stage)


def plan(study: Path, kept: Kept | None, **options: object) -> tuple[RunResult, set[str]]:
    steps = Steps()
    return run_study(study, kept=kept, progress=steps, **options), steps.stages  # type: ignore[arg-type]


def cost(result: RunResult) -> float:
    return float(result.summary["objective"]["value"])


def started(result: RunResult) -> str | None:
    found: str | None = result.summary["solver"]["warm_started_from"]
    return found


def test_without_a_place_to_keep_nothing_is_kept(tmp_path: Path, kept_folder: Path) -> None:
    result, _ = plan(write_tiny_town(tmp_path / "town"), None)
    assert result.sources is None and started(result) is None
    assert not kept_folder.exists()


def test_prices_and_targets_leave_the_survey_as_it_is(tmp_path: Path, kept: Kept) -> None:
    study = write_tiny_town(tmp_path / "town")
    plan(study, kept)
    prices = study.parent / "prices.yaml"
    prices.write_text(prices.read_text("utf-8").replace("800", "900"), encoding="utf-8")
    dearer, stages = plan(study, kept)
    assert not stages & {"read", "graph"} and started(dearer) is not None
    assert cost(dearer) == 17_500.0  # two closures, 100 more each
    study.write_text(STUDY.replace("fibre_access, at_least: 1.0", "fibre_access, at_least: 0.5"), encoding="utf-8")
    less, stages = plan(study, kept)
    assert not stages & {"read", "graph"}
    cold, _ = plan(study, None)
    assert cost(less) == cost(cold) and less.summary["objective"]["bound"] == cold.summary["objective"]["bound"]


def test_another_file_is_read_again(tmp_path: Path, kept: Kept) -> None:
    study = write_tiny_town(tmp_path / "town")
    plan(study, kept)
    (study.parent / "town.gpkg-wal").write_bytes(b"")
    _, stages = plan(study, kept)
    assert {"read", "graph"} <= stages


def test_the_very_same_problem_is_answered_without_a_solve(tmp_path: Path, kept: Kept) -> None:
    study = write_tiny_town(tmp_path / "town")
    first, _ = plan(study, kept)
    study.write_text(STUDY + "# a comment\n", encoding="utf-8")
    again, stages = plan(study, kept)
    assert "solve" not in stages
    assert again.summary["objective"] == first.summary["objective"]
    assert again.summary["study_sha256"] != first.summary["study_sha256"]
    assert started(again) is None  # as the run said that found it
    _, stages = plan(study, kept, seed=1)
    assert "solve" in stages


def test_points_on_the_way_to_the_plan_are_kept_with_what_they_taught(tmp_path: Path, kept: Kept) -> None:
    study, out = write_tiny_town(tmp_path / "town"), tmp_path / "plan"
    first, stages = plan(study, kept, out=out)
    assert "solve" in stages and len(list((kept.root / "ways").iterdir())) == 2  # the answers, and what they taught
    study.write_text(STUDY + "# a comment\n", encoding="utf-8")
    again, stages = plan(study, kept, out=out)
    assert "solve" not in stages and "report" in again.summary["timings_s"]
    assert options_of(again) == options_of(first)
    prices = study.parent / "prices.yaml"
    prices.write_text(prices.read_text("utf-8").replace("typical: 800", "typical: 900"), encoding="utf-8")
    dearer, stages = plan(study, kept, out=out)
    assert "solve" in stages and len(list((kept.root / "ways").iterdir())) == 3
    alone, _ = plan(study, None, out=out)
    assert options_of(dearer) == options_of(alone) != options_of(first)


def options_of(result: RunResult) -> list[tuple[str, float]]:
    assert result.deliverable is not None and result.deliverable.report is not None
    return [(option.kind, option.capex_eur) for option in result.deliverable.report.options]


def test_scenarios_of_a_comparison_are_those_planned_before(tmp_path: Path, kept: Kept) -> None:
    study = write_tiny_town(tmp_path / "town")
    alone, _ = plan(study, kept, scenario="half")
    steps = Steps()
    compared = compare_scenarios(study, ["base", "half"], kept=kept, progress=steps)
    assert "read" not in steps.stages
    assert compared.results["half"].summary["objective"] == alone.summary["objective"]
    assert compared.sources is not None
    again = Steps()
    compare_scenarios(study, ["half", "base"], kept=kept, progress=again)
    assert "solve" not in again.stages


def test_a_damaged_part_is_computed_anew_and_noted(tmp_path: Path, kept: Kept) -> None:
    study = write_tiny_town(tmp_path / "town")
    first, _ = plan(study, kept)
    for path in kept.root.glob("*/*/value.pickle"):
        path.write_bytes(b"cos\nsystem\n(S'false'\ntR.")  # a pickle that would run a command
    again, stages = plan(study, kept)
    assert {"read", "graph", "solve"} <= stages
    assert cost(again) == cost(first) and started(again) is None
    assert kept.notes and all("damaged" in note for note in kept.notes)


def test_files_that_change_under_way_are_not_kept(tmp_path: Path, kept: Kept) -> None:
    (tmp_path / "a.csv").write_text("1", encoding="utf-8")
    store = KeptStore(kept, ["a.csv"], [tmp_path])

    def compute() -> str:
        (tmp_path / "a.csv").write_text("2", encoding="utf-8")
        return "read before or after?"

    assert store.once("layers", (1,), compute) == "read before or after?"
    assert kept.measure()[0] == 0
    assert store.once("layers", (1,), lambda: "not asked") == "read before or after?"


def test_objects_come_back(kept: Kept) -> None:
    save(kept, "parts", "a", {"x": (1, 2.5)})
    assert load(kept, "parts", "a") == {"x": (1, 2.5)}
    assert load(kept, "parts", "b") is None


@dataclass(frozen=True)
class Spec:
    name: str
    values: tuple[int, ...] = ()
    where: int = field(default=0, compare=False)


def test_keys_say_all_that_equality_looks_at_and_nothing_else() -> None:
    assert as_plain(Spec("a", (1,), where=3)) == as_plain(Spec("a", (1,), where=4))
    assert as_plain(Spec("a", (1,))) != as_plain(Spec("a", (2,)))
    assert as_plain({"b": 1, "a": 2}) != as_plain({"a": 2, "b": 1})  # their order is part of some keys
    assert as_plain(Path("a")) != as_plain("a")
    assert as_plain({"y", "x"}) == as_plain({"x", "y"})
    with pytest.raises(TypeError, match="object"):
        as_plain(object())


def test_a_fresh_run_uses_nothing_and_is_kept(tmp_path: Path, kept: Kept) -> None:
    study = write_tiny_town(tmp_path / "town")
    first, _ = plan(study, kept)
    fresh, stages = plan(study, Kept.open(kept.root, fresh=True))
    assert {"read", "graph", "solve"} <= stages and started(fresh) is None
    assert fresh.summary["objective"] == first.summary["objective"]
    _, stages = plan(study, kept)
    assert "solve" not in stages
