"""Problem files come back as they were written, and wrong ones are refused by key."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from gis_layers import StudyError
from optimise import Backhaul, Budget, Capacity, Costs, Phases, Problem, Worth, read_problem, write_problem
from optimise.checks import check_problem
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
    edges, candidates = ("edge_u", "edge_v", "edge_cost"), ("candidate_node", "candidate_cost", "candidate_place")
    for name in ("existing", *edges, *candidates, "existing_providers", "connection_cost"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)
    np.testing.assert_array_equal(one.cover.toarray(), other.cover.toarray())
    assert (one.link_cost is None) == (other.link_cost is None)
    if one.link_cost is not None and other.link_cost is not None:
        np.testing.assert_array_equal(one.link_cost.toarray(), other.link_cost.toarray())
        assert one.link_cost.nnz == other.link_cost.nnz
    stated = [[(row.name, row.required, row.providers) for row in problem.targets] for problem in (one, other)]
    assert stated[0] == stated[1]
    for mine, its in zip(one.targets, other.targets, strict=True):
        np.testing.assert_array_equal(mine.demand, its.demand)
        np.testing.assert_array_equal(mine.weight, its.weight)
    assert (one.name, one.objective) == (other.name, other.objective)
    for part in ("backhaul", "capacity", "phases", "budget", "worth"):
        assert_same_part(getattr(one, part), getattr(other, part))
    for limit, its in zip(one.limits, other.limits, strict=True):
        assert_same_part(limit, its)


def assert_same_part(one: Any, other: Any) -> None:
    """The same values of the same type in every field."""
    assert type(one) is type(other)
    for field in fields(one) if one is not None else ():
        mine, its = getattr(one, field.name), getattr(other, field.name)
        if is_dataclass(mine) or is_dataclass(its):
            assert_same_part(mine, its)
            continue
        if isinstance(mine, csr_array):
            assert mine.nnz == its.nnz
            mine, its = mine.toarray(), its.toarray()
        np.testing.assert_array_equal(mine, its, field.name)
        assert np.asarray(mine).dtype == np.asarray(its).dtype


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


AMOUNT = st.one_of(st.just(0.0), st.floats(0, 1e300), st.integers(0, 9).map(float))
LIMIT = st.one_of(st.just(np.inf), AMOUNT)
POSITIVE = st.floats(0, 1e300, exclude_min=True)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """A random problem with any of the optional parts, of any amounts."""
    problem = random_problem(draw(st.integers(0, 99)), draw(st.sampled_from(VARIANTS)))
    edges, targets = problem.edge_cost.size, len(problem.targets)
    demands, candidates = problem.cover.shape
    if draw(st.booleans()):
        classes = draw(st.integers(1, 3))
        existing = draw(arrays(np.bool_, (classes, problem.existing.size)))
        backhaul = Backhaul(
            existing=existing,
            cable_cost=draw(arrays(np.float64, (classes, edges), elements=AMOUNT)),
            candidate_class=draw(arrays(np.int64, candidates, elements=st.integers(0, classes - 1))),
        )
        problem = replace(problem, backhaul=backhaul, existing=existing.any(axis=0))
    if draw(st.booleans()):
        most = draw(arrays(np.float64, candidates, elements=LIMIT))
        problem = replace(problem, capacity=Capacity(most, draw(arrays(np.float64, demands, elements=POSITIVE))))
    if draw(st.booleans()):
        years = draw(st.integers(1, 3))
        required = arrays(np.float64, (years, targets), elements=st.floats(-1e300, 1e300))
        budget, factor = (draw(arrays(np.float64, years, elements=elements)) for elements in (LIMIT, POSITIVE))
        own = draw(costs(problem)) if draw(st.booleans()) else None
        problem = replace(problem, phases=Phases(budget, factor, draw(required), own))
    if draw(st.booleans()):
        problem = replace(problem, budget=Budget(draw(AMOUNT), draw(costs(problem))))
    if draw(st.booleans()):
        problem = replace(problem, limits=(Budget(draw(AMOUNT), draw(costs(problem))),) * draw(st.integers(1, 2)))
    if draw(st.booleans()):
        least = draw(st.one_of(st.just(-np.inf), st.floats(-1e300, 1e300)))
        worth = Worth(draw(arrays(np.float64, targets, elements=AMOUNT)), least)
        problem = replace(problem, worth=worth, objective=draw(st.sampled_from(["least_cost", "most_worth"])))
    return problem


@st.composite
def costs(draw: st.DrawFn, problem: Problem) -> Costs:
    sizes = (problem.edge_cost.size, *reversed(problem.cover.shape))
    edge, candidate, connection = (draw(arrays(np.float64, size, elements=AMOUNT)) for size in sizes)
    drawn = Costs(edge, candidate, connection)
    if problem.backhaul is not None and draw(st.booleans()):
        cable = draw(arrays(np.float64, problem.backhaul.cable_cost.shape, elements=AMOUNT))
        drawn = replace(drawn, cable_cost=cable)
    if draw(st.booleans()):
        row, column = problem.cover.nonzero()
        cost = draw(arrays(np.float64, row.size, elements=AMOUNT))
        drawn = replace(drawn, link_cost=csr_array((cost, (row, column)), shape=problem.cover.shape))
    return drawn


@settings(derandomize=True, deadline=None, max_examples=150)
@given(problem=problems())
def test_every_optional_part_comes_back_as_it_was_written(
    problem: Problem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_problem(problem)
    path = tmp_path_factory.getbasetemp() / "variant.json"
    write_problem(problem, path)
    assert_same(problem, read_problem(path))


def test_parts_that_are_absent_add_no_key(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    write_problem(random_problem(0), path)
    data = json.loads(path.read_text())
    assert set(data) == {"schema", "name", "nodes", "existing", "edges", "candidates", "demands", "targets"}
    assert set(data["candidates"]) == {"node", "cost", "backhaul", "place"}


COSTS: dict[str, Any] = {
    "edge_cost": [1, 2],
    "candidate_cost": [3, 4, 5],
    "connection_cost": [6, 7],
    "cable_cost": [[1, 2], [3, 4]],
    "link_cost": [[8, 9], []],
}
VARIED: dict[str, Any] = {
    **BASE,
    "existing": [0, 2],
    "candidates": {**BASE["candidates"], "class": [0, 1, 0], "capacity": [2, None, 1]},
    "demands": {**BASE["demands"], "load": [1, 2]},
    "backhaul": {"existing": [[0], [2]], "cable_cost": [[1, 2], [3, 4]]},
    "phases": {
        "budget": [9, None],
        "factor": [1, 0.5],
        "required": [[1, 0], [2, 1.5]],
        "costs": {**COSTS, "edge_cost": [5, 6], "cable_cost": [[4, 3], [2, 1]]},
    },
    "budget": {"most": 7, **COSTS},
    "worth": {"per_weight": [1, 0.5], "at_least": None},
    "objective": "most_worth",
}


def test_a_file_with_every_part_is_read(tmp_path: Path) -> None:
    problem = read_problem(written(tmp_path, VARIED))
    assert problem.backhaul is not None and problem.capacity is not None and problem.phases is not None
    assert problem.budget is not None and problem.budget.costs.link_cost is not None and problem.worth is not None
    assert problem.backhaul.existing.tolist() == [[True, False, False], [False, False, True]]
    assert problem.backhaul.candidate_class.tolist() == [0, 1, 0]
    assert problem.capacity.most.tolist() == [2, np.inf, 1]
    assert problem.phases.budget.tolist() == [9, np.inf]
    assert problem.phases.required.tolist() == [[1, 0], [2, 1.5]]
    costs = problem.phases.costs
    assert costs is not None and costs.link_cost is not None and costs.cable_cost is not None
    assert (costs.edge_cost.tolist(), costs.candidate_cost.tolist()) == ([5, 6], [3, 4, 5])
    assert (costs.connection_cost.tolist(), costs.cable_cost.tolist()) == ([6, 7], [[4, 3], [2, 1]])
    assert costs.link_cost.toarray().tolist() == [[9, 8, 0], [0, 0, 0]]
    assert problem.budget.costs.link_cost.toarray().tolist() == [[9, 8, 0], [0, 0, 0]]  # in the order of covered_by
    assert (problem.worth.at_least, problem.objective) == (-np.inf, "most_worth")


def without(path: str) -> Callable[[dict[str, Any]], None]:
    """A change that takes the entry of a dotted path away."""

    def apply(data: dict[str, Any]) -> None:
        *above, last = path.split(".")
        for key in above:
            data = data[key]
        del data[last]

    return apply


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("candidates.class", "backhaul is given, candidates.class is not"),
        ("backhaul", "candidates.class is given, backhaul is not"),
        ("candidates.capacity", "demands.load is given, candidates.capacity is not"),
        ("demands.load", "candidates.capacity is given, demands.load is not"),
        ("backhaul.cable_cost", "backhaul lacks cable_cost"),
        ("phases.factor", "phases lacks factor"),
        ("phases.costs.edge_cost", "phases.costs lacks edge_cost"),
        ("budget.most", "budget lacks most"),
        ("worth.per_weight", "worth lacks per_weight"),
        ("worth", "objective is most_worth, which needs worth"),
    ],
)
def test_a_part_that_lacks_a_key_is_refused(path: str, complaint: str, tmp_path: Path) -> None:
    data = json.loads(json.dumps(VARIED))
    without(path)(data)
    with pytest.raises(StudyError, match=complaint):
        read_problem(written(tmp_path, data))


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


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("backhaul.colour", 1, "backhaul has unknown key colour"),
        ("phases.colour", 1, "phases has unknown key colour"),
        ("phases.costs.colour", 1, "phases.costs has unknown key colour"),
        ("phases.costs.link_cost", [[8], []], "phases.costs.link_cost: a list is not as long as its covered_by"),
        ("phases.costs.edge_cost", [1], r"phases.costs.edge_cost has shape \(1,\), expected \(2,\)"),
        ("budget.colour", 1, "budget has unknown key colour"),
        ("worth.colour", 1, "worth has unknown key colour"),
        ("objective", "most_beauty", "objective is 'most_beauty', allowed least_cost or most_worth"),
        ("objective", None, "objective is None"),
        ("backhaul.existing", [[0], [7]], "backhaul.existing: a node is not in 0..2"),
        ("backhaul.existing", [[0], [1]], "existing and the classes of backhaul.existing differ at node 1"),
        ("backhaul.existing", [], "backhaul.existing has no class"),
        ("backhaul.cable_cost", [[1, 2], [3]], "not a cardio-problem/1 file"),
        ("backhaul.cable_cost", [[1, 2]], r"backhaul.cable_cost has shape \(1, 2\), expected \(2, 2\)"),
        ("backhaul.cable_cost", [[1, 2], [3, None]], r"backhaul.cable_cost entry \(1, 1\) is nan"),
        ("candidates.class", [0, 2, 0], "backhaul.candidate_class entry 1 is 2"),
        ("candidates.class", [0, None, 0], "whole numbers"),
        ("candidates.capacity", [1, -1, None], "capacity.most entry 1 is -1"),
        ("candidates.capacity", None, "not a cardio-problem/1 file"),
        ("demands.load", [1, None], "capacity.load entry 1 is nan"),
        ("phases.factor", [1, 0], "phases.factor entry 1 is 0.0, it must be finite and above 0"),
        ("phases.required", [[1, 0]], r"phases.required has shape \(1, 2\), expected \(2, 2\)"),
        ("phases", {"budget": [], "factor": [], "required": []}, "phases.budget has no year"),
        ("budget.most", None, "not a cardio-problem/1 file"),
        ("budget.link_cost", [[8], []], "budget.link_cost: a list is not as long as its covered_by"),
        ("worth.per_weight", [1, -2], "worth.per_weight entry 1 is -2"),
    ],
)
def test_a_wrong_part_is_refused_by_name(path: str, value: object, complaint: str, tmp_path: Path) -> None:
    data = json.loads(json.dumps(VARIED))
    change(path, value)(data)
    with pytest.raises(StudyError, match=complaint):
        read_problem(written(tmp_path, data))


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
