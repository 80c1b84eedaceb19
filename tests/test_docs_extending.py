"""The examples of docs/extending.md work as they are written there."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import pandas as pd
import pulp
import pytest

from gis_layers import kinds
from network_model import Reach, reach, reach_matrix
from optimise import solve, verify
from tests.cardio.deliverables import make_deliverable
from tests.network_model.test_reach import GRAPH, demand_at, places_at
from tests.optimise.small_problems import small_problem

PAGE = Path(__file__).resolve().parents[1] / "docs" / "extending.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
Added = Callable[[ModuleType, str], ModuleType]


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Added]:
    """Add the example of a file to its package for one test, as if it lay in the package's folder."""
    names: list[str] = []

    def add(package: ModuleType, path: str) -> ModuleType:
        file = tmp_path / Path(path).name
        file.write_text(next(code for code in EXAMPLES if code.startswith(f"# {path}\n")), encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        importlib.invalidate_caches()
        names.append(f"{package.__name__}.{file.stem}")
        return importlib.import_module(names[-1])

    yield add
    for name in names:
        sys.modules.pop(name, None)


def test_a_kind_is_found_by_its_file(added: Added) -> None:
    added(kinds, "gis_layers/kinds/charging_point.py")
    found = kinds.index_kinds(kinds._discover())
    assert set(found) - set(kinds.KINDS) == {"charging_point"}
    assert [column.name for column in found["charging_point"].columns] == ["id", "name", "sockets"]


def test_a_reach_rule_measures_as_it_says(added: Added, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = added(reach, "network_model/reach/along_blocks.py")
    monkeypatch.setattr(reach, "RULES", MappingProxyType({**reach.RULES, "along_blocks": rule.find_pairs}))
    places, demand = places_at(GRAPH, [(0.0, 0.0)]), demand_at(GRAPH, [(30.0, 0.0), (30.0, 30.0), (20.0, 40.0)])
    asked: Any = "along_blocks"
    matrix = reach_matrix(GRAPH, Reach(asked, 60.0), places, demand, {})
    assert matrix.toarray().ravel().tolist() == [30.0, 60.0, 60.0]
    assert reach_matrix(GRAPH, Reach(asked, 59.0), places, demand, {}).toarray().ravel().tolist() == [30.0, 0.0, 0.0]


def test_a_solver_of_pulp_finds_the_least_cost() -> None:
    (code,) = [code for code in EXAMPLES if "def solve_with(" in code]
    names: dict[str, Any] = {}
    exec(compile(code, "docs/extending.md", "exec"), names)  # the example is ours
    problem = small_problem(
        edges=[(0, 1, 5.0), (0, 2, 2.0), (2, 3, 2.0)], sites=[(1, 1.0), (3, 3.0), (2, 9.0)], covered_by=[[0, 1], [1, 2]]
    )
    plan = names["solve_with"](problem, pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False))
    assert plan.cost == 7.0  # the site at node 3 serves both: 3 and its digs 2 + 2
    assert solve(problem, gap=0.0).plan.cost == 7.0
    assert verify(problem, plan).ok
    out_of_reach = small_problem(edges=[(0, 1, 5.0)], sites=[(1, 1.0)], covered_by=[[0], []])
    with pytest.raises(RuntimeError, match="Infeasible"):
        names["solve_with"](out_of_reach, pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False))


def test_an_exporter_writes_what_the_frames_say(added: Added, tmp_path: Path) -> None:
    exporters = importlib.import_module("cardio.exporters")
    exporter = added(exporters, "cardio/exporters/street_list.py")
    deliverable = make_deliverable()
    exporter.write_street_list(deliverable, tmp_path / "streets.csv")
    written = pd.read_csv(tmp_path / "streets.csv")
    assert list(written.columns) == ["street", "length_m", "cost_eur"]
    assert written["cost_eur"].is_monotonic_decreasing
    assert written["cost_eur"].sum() == pytest.approx(deliverable.routes["cost_eur"].sum(), abs=0.01)
