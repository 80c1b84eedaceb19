"""Reuse of ducts: built, accessible, with room; what is not known is not room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from gis_layers import Layer
from gis_layers.duct_reuse import LEAST_FREE_BORE_MM, find_reusable
from gis_layers.ledger import Ledger
from tests.gis_layers.files import found, read, write_gpkg


def ducts(path: Path, values: dict[str, list[Any]], **options: Any) -> Layer:
    """Read ducts beside each other, one a value."""
    count = len(next(iter(values.values())))
    lines = [LineString([(0, row), (50, row)]) for row in range(count)]
    return read(write_gpkg(path / "ducts.gpkg", lines, values), "duct", **options)


def judge(**columns: list[Any]) -> tuple[list[bool], str]:
    """Whether each duct is reusable, and the reasons told."""
    arrays = {
        name: np.array(values, dtype=object if isinstance(values[0], str | None) else float)
        for name, values in columns.items()
    }
    ledger = Ledger("ducts", "ducts.gpkg", len(next(iter(arrays.values()))))
    reusable = find_reusable(arrays, ledger)["reusable"]
    told = [finding.message for finding in ledger.findings() if finding.code == "duct-not-reusable"]
    return reusable.tolist(), told[0].split(": ", 1)[1] if told else ""


def test_a_layer_that_tells_nothing_is_reusable_throughout(tmp_path: Path) -> None:
    layer = ducts(tmp_path, {"id": ["a", "b"]})
    assert layer.frame["reusable"].tolist() == [True, True]
    (finding,) = found(layer, "duct-room-unknown")
    assert finding.severity == "note"
    assert finding.message == "no column tells access or room of these ducts"
    assert found(layer, "duct-not-reusable") == []


@pytest.mark.parametrize(
    ("bore_mm", "occupancy", "reason"),
    [
        (42.0, 20.0, ""),
        (42.0, 0.0, ""),
        (LEAST_FREE_BORE_MM, 0.0, ""),
        (10.0, 0.0, "bore under 12 mm 1"),
        (42.0, 100.0, "full 1"),
        (10.0, 100.0, "full 1"),
        (42.0, 95.0, "under 12 mm of the bore free 1"),
        (np.nan, 0.0, "bore unknown 1"),
        (42.0, np.nan, "occupancy unknown 1"),
    ],
)
def test_room(bore_mm: float, occupancy: float, reason: str) -> None:
    assert judge(bore_mm=[bore_mm], occupancy_percent=[occupancy]) == ([reason == ""], reason)


def test_the_finding_gives_the_figure_and_how_to_overrule_it(tmp_path: Path) -> None:
    told = {"bore_mm": [10.0, 42.0, 10.0], "occupancy_percent": [0.0, 95.0, 0.0], "verdict": ["", "", "oui"]}
    (finding,) = found(ducts(tmp_path, told), "duct-not-reusable")
    assert finding.message.endswith("bore under 12 mm 2, under 12 mm of the bore free 1")
    assert "room:" in finding.advice and "12 mm" in finding.advice and "assumption" in finding.advice
    overruled = ducts(tmp_path, told, columns={"room": "verdict"})
    assert overruled.frame["reusable"].tolist() == [False, False, True]


def test_a_duct_without_cables_is_empty() -> None:
    assert judge(bore_mm=[42.0, 42.0], cables=[0.0, 2.0]) == ([True, False], "occupancy unknown 1")


def test_cables_that_the_survey_lists_count_too() -> None:
    columns = {"bore_mm": [42.0, 42.0], "occupancy_percent": [0.0, 0.0], "cables": [0.0, 0.0]}
    assert judge(**columns) == ([True, True], "")
    assert judge(**columns, cables_counted=[0.0, 1.0]) == ([True, False], "occupancy 0 % with cables in it 1")


@pytest.mark.parametrize(
    ("tenure", "reason"),
    [
        ("CST", ""),
        ("rachat", ""),
        ("IRU", ""),
        ("OCC", ""),
        ("LOC", "leased, without a right of access 1"),
        ("CES", "access unknown 1"),
        (None, "access unknown 1"),
    ],
)
def test_access_by_tenure(tenure: str | None, reason: str) -> None:
    assert judge(tenure=[tenure]) == ([reason == ""], reason)


def test_what_the_survey_answers_outright_wins() -> None:
    assert judge(tenure=["LOC", "CST", "LOC"], access=["oui", "non", None]) == (
        [True, False, False],
        "leased, without a right of access 1, no access 1",
    )
    assert judge(bore_mm=[10.0, 42.0], occupancy_percent=[0.0, 0.0], room=["yes", "no"]) == ([True, False], "no room 1")
    assert judge(room=["perhaps"]) == ([False], "room unknown 1")
    assert judge(access=["perhaps"]) == ([False], "access unknown 1")


def test_a_duct_that_holds_ducts_takes_no_cable_itself() -> None:
    codes, parents = ["A", "B", "C", "D"], [None, "A", "A", None]
    assert judge(code=codes, parent=parents) == ([False, True, True, True], "holds inner ducts 1")


def test_inner_ducts_that_do_not_exist_fill_nothing(tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {
        "id": ["A", "B"],
        "code": ["A", "B"],
        "parent": [None, "A"],
        "etat": ["REC", "AVP"],
    }
    layer = ducts(tmp_path, columns, exists_column="etat", exists_values=("REC",))
    assert layer.frame[["id", "reusable"]].to_numpy().tolist() == [["A", True]]


def test_only_ducts_that_exist_are_counted(tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {
        "id": ["A", "B", "C"],
        "tenure": ["LOC", "LOC", "CST"],
        "etat": ["REC", "AVP", "REC"],
    }
    layer = ducts(tmp_path, columns, exists_column="etat", exists_values=("REC",))
    (finding,) = found(layer, "duct-not-reusable")
    assert finding.message == "1 of 2 rows can take no new cable: leased, without a right of access 1"
    assert found(layer, "duct-room-unknown")[0].message == "no column tells room of these ducts"


def test_columns_of_a_survey(tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {"num": ["A", "B"], "diam": [80, 10], "taux": [10, 10], "droit": ["oui", "oui"]}
    names = {"id": "num", "bore_mm": "diam", "occupancy_percent": "taux", "access": "droit"}
    layer = ducts(tmp_path, columns, columns=names)
    assert layer.frame["reusable"].tolist() == [True, False]


maybe = st.one_of(st.none(), st.floats(0, 200))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.tuples(maybe, maybe), min_size=1, max_size=8))
def test_less_in_a_duct_or_a_wider_one_never_loses_it(rows: list[tuple[float | None, float | None]]) -> None:
    bore_mm = [np.nan if bore is None else bore for bore, _ in rows]
    occupancy = [np.nan if share is None else share for _, share in rows]
    before, _ = judge(bore_mm=bore_mm, occupancy_percent=occupancy)
    wider, _ = judge(bore_mm=[2 * bore for bore in bore_mm], occupancy_percent=occupancy)
    emptier, _ = judge(bore_mm=bore_mm, occupancy_percent=[share / 2 for share in occupancy])
    assert all(np.array(wider) >= before)
    assert all(np.array(emptier) >= before)
    unknown = np.isnan(bore_mm) | np.isnan(occupancy)
    assert not (np.array(before) & unknown).any()
