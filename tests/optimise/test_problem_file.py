"""Problem files come back as they were written, and wrong ones are refused by key."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis_layers import StudyError
from optimise import Problem, read_problem, write_problem
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import VARIANTS, grid_problem, random_problem
from tests.real_data import real_data

BASE: dict[str, Any] = {
    "schema": "cardio-problem/1",
    "name": "three nodes",
    "nodes": 3,
    "existing": [0],
    "edges": [[0, 1, 2.5], [1, 2, 4]],
    "candidates": {"node": [1, 2, 2], "cost": [1, 2, 3.5], "backhaul": [True, True, False]},
    "demands": {"weight": [2, 3], "group": [0, 1], "covered_by": [[1, 0], [2]]},
    "targets": [{"group": 0, "at_least": 2}, {"group": 1, "at_least": 1.5}],
}


def written(folder: Path, data: object) -> Path:
    path = folder / "problem.json"
    path.write_text(json.dumps(data))
    return path


def assert_same(one: Problem, other: Problem) -> None:
    for name in ("existing", "edge_u", "edge_v", "edge_cost", "candidate_node", "candidate_cost", "candidate_place"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)
    np.testing.assert_array_equal(one.cover.toarray(), other.cover.toarray())
    np.testing.assert_array_equal(one.existing_providers, other.existing_providers)
    np.testing.assert_array_equal(one.connection_cost, other.connection_cost)
    assert (one.link_cost is None) == (other.link_cost is None)
    if one.link_cost is not None and other.link_cost is not None:
        np.testing.assert_array_equal(one.link_cost.toarray(), other.link_cost.toarray())
        assert one.link_cost.nnz == other.link_cost.nnz
    assert [(t.name, t.required, t.providers) for t in one.targets] == [
        (t.name, t.required, t.providers) for t in other.targets
    ]
    for mine, its in zip(one.targets, other.targets, strict=True):
        np.testing.assert_array_equal(mine.demand, its.demand)
        np.testing.assert_array_equal(mine.weight, its.weight)
    assert one.name == other.name


def test_the_published_form_is_read(tmp_path: Path) -> None:
    problem = read_problem(written(tmp_path, BASE))
    assert problem.existing.tolist() == [True, False, False]
    assert problem.edge_cost.tolist() == [2.5, 4.0]
    assert problem.candidate_node.tolist() == [1, 2, -1]
    assert problem.candidate_place.tolist() == [0, 1, 2]
    assert problem.cover.toarray().tolist() == [[True, True, False], [False, False, True]]
    assert [(row.demand.tolist(), row.weight.tolist()) for row in problem.targets] == [([0], [2.0]), ([1], [3.0])]
    assert [row.providers for row in problem.targets] == [1, 1]
    assert least_cost(problem) == pytest.approx(2.5 + 1 + 3.5)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "problem.json", tmp_path):
        with pytest.raises(StudyError, match=f"{path.name}: cannot be written"):
            write_problem(random_problem(0, VARIANTS[0]), path)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("suffix", ["json", "json.gz"])
def test_every_problem_comes_back_as_it_was_written(variant: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"problem.{suffix}"
    for seed in range(5):
        problem = random_problem(seed, variant)
        write_problem(problem, path)
        assert_same(problem, read_problem(path))


def test_separate_groups_are_written_in_the_published_form(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    write_problem(grid_problem(0, side=4, candidates=5, demands=9), path)
    data = json.loads(path.read_text())
    assert [set(row) for row in data["targets"]] == [{"name", "at_least", "providers", "group"}] * 2
    assert set(data["demands"]) == {"weight", "group", "covered_by"}


def test_the_same_problem_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json.gz", tmp_path / "other.json.gz"
    write_problem(random_problem(1), one)
    write_problem(random_problem(1), other)
    assert one.read_bytes() == other.read_bytes()


def change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """A change to the entry of a dotted path."""

    def apply(data: dict[str, Any]) -> None:
        *above, last = path.split(".")
        for key in above:
            data = data[int(key)] if isinstance(data, list) else data[key]
        data[int(last) if isinstance(data, list) else last] = value  # type: ignore[index]

    return apply


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("schema", "cardio-problem/9", "schema is 'cardio-problem/9'"),
        ("colour", "red", "unknown key colour"),
        ("candidates.colour", [1], "candidates has unknown key colour"),
        ("demands.colour", [1], "demands has unknown key colour"),
        ("targets.0.colour", 1, r"targets\[0\] has unknown key colour"),
        ("targets.0", {"group": 0}, r"targets\[0\] lacks at_least"),
        ("candidates", {"node": [], "cost": []}, "candidates lacks backhaul"),
        ("candidates", [1, 2], "candidates lacks"),
        ("existing", [7], "existing"),
        ("existing", [0.5], "whole numbers"),
        ("edges.0", [0, 9, 1.0], "edge_v entry 0 is 9"),
        ("edges.0", [0.5, 1, 1.0], "edges: an end is not a whole number"),
        ("edges.0", [0, 1, -1.0], "edge_cost entry 0 is -1.0"),
        ("edges.0", [0, 1, float("nan")], "edge_cost entry 0 is nan"),
        ("edges.0", [0, 1], "not a cardio-problem/1 file"),
        ("candidates.cost", [1, 2, float("inf")], "candidate_cost entry 2 is inf"),
        ("candidates.cost", [1, 2], "covered_by|candidate"),
        ("candidates.node", [1, 2, "x"], "whole numbers"),
        ("candidates.backhaul", ["false", True, True], "neither true nor false"),
        ("demands.covered_by", [[1, 0]], "one list a demand"),
        ("demands.covered_by", [[1, 9], [2]], "covered_by: a candidate is not in 0..2"),
        ("demands.covered_by", [[1, 1], [2]], "named twice"),
        ("demands.link_cost", [[1.0], []], "not as long as its covered_by"),
        ("demands.link_cost", [[1.0, -3.0], []], "link_cost entry"),
        ("demands.existing_providers", [0], "existing_providers has shape"),
        ("demands.existing_providers", [0, -2], "existing_providers entry 1 is -2"),
        ("demands.connection_cost", [0, -2], "connection_cost entry 1 is -2"),
        ("targets.1.at_least", float("nan"), "required is nan"),
        ("targets.1.providers", 0, "providers is 0"),
        ("targets.1", {"demand": [1, 0], "weight": [1, 1], "at_least": 1}, "must increase"),
        ("targets.1", {"demand": [0], "weight": [1, 1], "at_least": 1}, "weight has shape"),
        ("nodes", None, "not a cardio-problem/1 file"),
    ],
)
def test_a_wrong_file_is_refused_by_name(path: str, value: object, complaint: str, tmp_path: Path) -> None:
    data = json.loads(json.dumps(BASE))
    change(path, value)(data)
    with pytest.raises(StudyError, match=complaint) as error:
        read_problem(written(tmp_path, data))
    assert error.value.message.startswith("problem.json: ")
    assert error.value.hint
    assert error.value.exit_code == 2


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b"[" * 200_000, b'"text"'])
def test_what_is_no_json_object_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content)
    with pytest.raises(StudyError, match=r"not (a )?JSON"):
        read_problem(path)


def test_absent_and_damaged_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cannot be read"):
        read_problem(tmp_path / "absent.json")
    path = tmp_path / "problem.json.gz"
    path.write_bytes(b"no gzip")
    with pytest.raises(StudyError, match="cannot be read"):
        read_problem(path)
    whole = gzip.compress(json.dumps(BASE).encode())
    for damaged in (whole[:-9], whole[:20] + b"\xff" * 20 + whole[40:]):
        path.write_bytes(damaged)
        with pytest.raises(StudyError, match="cannot be read"):
            read_problem(path)


@pytest.mark.real_data
def test_published_problems_are_read_whole(tmp_path: Path) -> None:
    problem = read_problem(real_data("problems", "city-3k-2.json.gz"))
    assert (problem.existing.size, problem.edge_cost.size, problem.candidate_cost.size) == (2112, 3000, 500)
    assert (problem.existing_providers.size, len(problem.targets)) == (594, 6)
    write_problem(problem, tmp_path / "again.json.gz")
    assert_same(problem, read_problem(tmp_path / "again.json.gz"))
