"""Writing: whole or not at all, and with the names and encoding that were asked for."""

from __future__ import annotations

import os
import platform
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from gis_layers import StudyError, check_output_folder, replace_folder, write_layers, write_shapefile, writing
from tests.gis_layers.files import CRS, at, read


def ours(text: str) -> str:
    return f'{{"schema": "cardio-summary/1", "text": "{text}"}}'


def put(folder: Path, text: str) -> None:
    (folder / "summary.json").write_text(ours(text), encoding="utf-8")
    (folder / "parts").mkdir()
    (folder / "parts" / "a.txt").write_text(text, encoding="utf-8")


def content(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def test_new_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    with replace_folder(target) as folder:
        put(folder, "one")
        assert not target.exists()
    assert content(target) == {"summary.json": ours("one"), str(Path("parts/a.txt")): "one"}
    assert names(target.parent) == ["out"]


def test_folder_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with replace_folder(tmp_path / "out") as folder:
        put(folder, "one")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("can_exchange", [True, False])
def test_old_results_are_replaced_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr(writing, "_exchange", lambda first, second: False)
    target = tmp_path / "out"
    with replace_folder(target) as folder:
        put(folder, "one")
        (folder / "only_in_the_first.txt").write_text("x", encoding="utf-8")
    with replace_folder(target) as folder:
        put(folder, "two")
        assert content(target)["summary.json"] == ours("one")
    assert content(target) == {"summary.json": ours("two"), str(Path("parts/a.txt")): "two"}
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_any_failure_keeps_the_old_folder_and_removes_the_new(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "out"
    with replace_folder(target) as folder:
        put(folder, "one")
    with pytest.raises(error), replace_folder(target) as folder:
        put(folder, "two")
        raise error
    assert content(target)["summary.json"] == ours("one")
    assert names(tmp_path) == ["out"]


def test_failed_swap_puts_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    with replace_folder(target) as folder:
        put(folder, "one")
    rename = Path.rename

    def rename_but_not_new(self: Path, other: Path) -> Path:
        if self.name == "new":
            raise OSError("disk gone")
        return rename(self, other)

    monkeypatch.setattr(writing, "_exchange", lambda first, second: False)
    monkeypatch.setattr(Path, "rename", rename_but_not_new)
    with pytest.raises(OSError, match="disk gone"), replace_folder(target) as folder:
        put(folder, "two")
    assert content(target)["summary.json"] == ours("one")


def killed_while(target: Path, doing: str) -> None:
    """Run a process that is killed inside the block that writes `target`."""
    code = f"""
        import os, signal
        from pathlib import Path
        from gis_layers import replace_folder
        with replace_folder(Path({str(target)!r})) as folder:
            (folder / "summary.json").write_text("half", encoding="utf-8")
            {doing}
            os.kill(os.getpid(), signal.SIGKILL)
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False)
    assert run.returncode == -9


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "out"
    killed_while(target, "pass")
    killed_while(tmp_path / "out-b", "pass")
    (mine := tmp_path / ".out-mine1234").mkdir()
    (alive := tmp_path / ".out-alive123").mkdir()
    (alive / "cardio.pid").write_text(f"{os.getpid()} {platform.node()}", encoding="utf-8")
    (elsewhere := tmp_path / ".out-other123").mkdir()
    (elsewhere / "cardio.pid").write_text("999999999 another machine", encoding="utf-8")
    before = names(tmp_path)
    assert len(before) == 5
    with replace_folder(target) as folder:
        put(folder, "one")
    assert content(target)["summary.json"] == ours("one")
    other = [name for name in before if name.startswith(".out-b-")]
    assert names(tmp_path) == sorted([mine.name, alive.name, elsewhere.name, "out", *other])


def test_results_that_a_killed_run_had_moved_aside_are_put_back(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with replace_folder(target) as folder:
        put(folder, "one")
    killed_while(target, f"Path({str(target)!r}).rename(folder.parent / 'old')")
    assert not target.exists()
    with pytest.raises(ValueError, match="later"), replace_folder(target):
        raise ValueError("later")
    assert content(target)["summary.json"] == ours("one")
    assert names(tmp_path) == ["out"]


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "home"
    precious.mkdir()
    (precious / "thesis.odt").write_text("x", encoding="utf-8")
    with pytest.raises(StudyError, match=r"no summary\.json"), replace_folder(precious):
        pytest.fail("the block must not run")
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(StudyError, match="is a file"), replace_folder(file):
        pytest.fail("the block must not run")
    assert content(precious) == {"thesis.odt": "x"}
    assert names(tmp_path) == ["file", "home"]


def test_a_summary_of_another_program_does_not_make_a_folder_ours(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text('{"schema": "jest"}', encoding="utf-8")
    with pytest.raises(StudyError, match=r"no summary\.json or .* of Cardio"), replace_folder(tmp_path):
        pytest.fail("the block must not run")
    assert names(tmp_path) == ["summary.json"]


def test_output_is_refused_before_the_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with replace_folder(out) as folder:
        put(folder, "one")
    check_output_folder(out, inputs=[tmp_path / "study.yaml", tmp_path / "survey"])
    check_output_folder(tmp_path / "deep" / "out", inputs=[])
    for inside in (out, out / "study.yaml", out / ".." / "out" / "survey"):
        with pytest.raises(StudyError, match="which the run reads"):
            check_output_folder(out, inputs=[inside])
    with pytest.raises(StudyError, match="cannot be written"):
        check_output_folder(out / "summary.json" / "plan", inputs=[])
    assert content(out)["summary.json"] == ours("one")
    assert names(tmp_path) == ["out"]


def test_a_folder_that_fills_up_meanwhile_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    with pytest.raises(StudyError), replace_folder(target) as folder:
        put(folder, "one")
        (target / "thesis.odt").write_text("x", encoding="utf-8")
    assert content(target) == {"thesis.odt": "x"}


def test_empty_folder_may_be_filled(tmp_path: Path) -> None:
    with replace_folder(tmp_path) as folder:
        put(folder, "one")
    assert content(tmp_path)["summary.json"] == ours("one")


def frame(**columns: list[object]) -> gpd.GeoDataFrame:
    size = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[at(shapely.Point(i, i)) for i in range(size)], crs=CRS)


def test_layers_of_a_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    mixed = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[shapely.Point(0, 0), shapely.box(0, 0, 1, 1)], crs=CRS)
    write_layers(path, {"sites": frame(id=["a", "é"]), "mixed": mixed, "empty": frame(id=["a"]).iloc[:0]})
    assert [name for name, _ in pyogrio.list_layers(path)] == ["sites", "mixed", "empty"]
    back = {name: pyogrio.read_dataframe(path, layer=name) for name in ("sites", "mixed", "empty")}
    assert {name: len(rows) for name, rows in back.items()} == {"sites": 2, "mixed": 2, "empty": 0}
    assert back["sites"]["id"].tolist() == ["a", "é"]
    assert back["empty"].columns.tolist() == ["id", "geometry"]
    assert all(rows.crs == CRS for rows in back.values())


def test_writing_again_replaces_and_append_adds(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    write_layers(path, {"old": frame(id=["a"])})
    write_layers(path, {"sites": frame(id=["a"])})
    assert [name for name, _ in pyogrio.list_layers(path)] == ["sites"]
    write_layers(path, {"routes": frame(id=["a"])}, append=True)
    assert [name for name, _ in pyogrio.list_layers(path)] == ["sites", "routes"]
    with pytest.raises(ValueError, match="sites"):
        write_layers(path, {"sites": frame(id=["b"])}, append=True)


def test_layer_without_crs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sites has no CRS"):
        write_layers(tmp_path / "a.gpkg", {"sites": frame(id=["a"]).set_crs(None, allow_override=True)})
    assert not (tmp_path / "a.gpkg").exists()


def test_shapefile_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    rows = frame(id=["a", "b"], nom=["Hôtel", None], n=[1, 2], x=[0.5, np.nan], y=[1234567.891, -1.0], ok=[True, False])
    columns = {"id": "ID", "nom": "NOM", "n": "N", "x": "X", "y": "Y", "ok": "OK"}
    write_shapefile(path, rows, encoding="cp1252", columns=columns)
    assert "Hôtel".encode("cp1252") in path.with_suffix(".dbf").read_bytes()
    layer = read(path, "parking_meter", columns={"id": "ID", "name": "NOM"})
    assert layer.frame["ID"].tolist() == ["a", "b"]
    assert layer.frame["NOM"].iloc[0] == "Hôtel" and layer.frame["NOM"].isna().iloc[1]
    assert layer.frame["N"].tolist() == [1, 2]
    assert layer.frame["X"].iloc[0] == 0.5 and np.isnan(layer.frame["X"].iloc[1])
    assert layer.frame["Y"].tolist() == [1234567.891, -1.0]
    assert layer.frame["OK"].tolist() == [1, 0]
    assert layer.frame.geometry.tolist() == rows.geometry.tolist()


def test_cpg_only_when_asked_for(tmp_path: Path) -> None:
    write_shapefile(tmp_path / "a.shp", frame(id=["é"]), encoding="cp1252", columns={"id": "id"})
    write_shapefile(tmp_path / "b.shp", frame(id=["é"]), encoding="cp1252", columns={"id": "id"}, write_cpg=False)
    assert (tmp_path / "a.cpg").is_file()
    assert not (tmp_path / "b.cpg").exists()
    assert (tmp_path / "a.dbf").read_bytes().count("é".encode("cp1252")) == 1


@pytest.mark.parametrize(
    "geometry",
    [
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
        shapely.box(0, 0, 1, 1),
        shapely.Point(1, 2, 3),
        shapely.LineString([(0, 0, 5), (1, 1, 6)]),
    ],
)
def test_geometry_types_of_a_shapefile(tmp_path: Path, geometry: shapely.Geometry) -> None:
    rows = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[geometry, None], crs=CRS)
    write_shapefile(tmp_path / "a.shp", rows, encoding="utf-8", columns={"id": "id"})
    back = pyogrio.read_dataframe(tmp_path / "a.shp")
    assert back.geometry.iloc[0].equals_exact(geometry, normalize=True)
    assert back.geometry.iloc[0].has_z == geometry.has_z
    assert back.geometry.iloc[1] is None


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": "revetement1"}, "'revetement1' cannot be"),
        ({"a": "état"}, "cannot be"),
        ({"a": ""}, "cannot be"),
        ({"a": "nom", "b": "NOM"}, "two shapefile columns"),
    ],
)
def test_names_that_a_shapefile_cannot_hold(tmp_path: Path, columns: dict[str, str], message: str) -> None:
    with pytest.raises(StudyError, match=message):
        write_shapefile(tmp_path / "a.shp", frame(a=["x"], b=["y"]), encoding="utf-8", columns=columns)
    assert not (tmp_path / "a.shp").exists()


def test_text_that_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cannot be written in cp1252"):
        write_shapefile(tmp_path / "a.shp", frame(a=["Łódź"]), encoding="cp1252", columns={"a": "a"})
    with pytest.raises(StudyError, match="255 bytes"):
        write_shapefile(tmp_path / "a.shp", frame(a=["x" * 255]), encoding="utf-8", columns={"a": "a"})


def test_mixed_geometries_and_no_crs_are_refused(tmp_path: Path) -> None:
    rows = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[shapely.Point(0, 0), shapely.box(0, 0, 1, 1)], crs=CRS)
    with pytest.raises(ValueError, match="cannot mix"):
        write_shapefile(tmp_path / "a.shp", rows, encoding="utf-8", columns={"a": "a"})
    with pytest.raises(ValueError, match="no CRS"):
        write_shapefile(
            tmp_path / "a.shp", frame(a=[1]).set_crs(None, allow_override=True), encoding="utf-8", columns={}
        )
