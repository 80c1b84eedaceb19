"""A town whose survey lies in PostGIS: planned, and its plan written back as tables."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest
import shapely

from cardio.cli import main
from cardio.export import export_plan
from cardio.study import load_study
from gis_layers import StudyError, copy_to_postgis
from tests.cardio.tiny_town import STUDY, write_tiny_town
from tests.postgis_server import OWNER_PASSWORD, READER_PASSWORD, Server, postgis_server

pytestmark = pytest.mark.postgis

LAYERS = ("streets", "exchange", "schools", "bays", "zones")
PLAN = ("sites", "routes", "demand", "zones", "existing", "findings")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgis_server() as running:
        yield running


@pytest.fixture(scope="module")
def town(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny town as a folder of files, and its layers as tables that the reader may select from."""
    folder = tmp_path_factory.mktemp("town")
    write_tiny_town(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", OWNER_PASSWORD)
        copy_to_postgis(folder / "town.gpkg", server.url("owner"), schema="survey")
    server.run(
        "GRANT USAGE ON SCHEMA survey TO reader",
        "GRANT SELECT ON ALL TABLES IN SCHEMA survey TO reader",
        "CREATE SCHEMA plans AUTHORIZATION owner",
    )
    return folder


@pytest.fixture(scope="module")
def plan(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of the files."""
    out = tmp_path_factory.mktemp("out") / "plan"
    assert run("plan", town / "study.yaml", "--out", out) == 0
    return out


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", OWNER_PASSWORD)


def run(*arguments: object) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["cardio", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
    return int(stop.value.code or 0)


def from_tables(server: Server) -> str:
    """The study of the tiny town with tables in the place of files."""
    return re.sub(
        r"path: town\.gpkg, layer: (\w+)",
        rf'postgis: {{connection: "{server.url()}", table: survey.\1}}',
        STUDY,
    )


def rows(server: Server, table: str, columns: str) -> list[Any]:
    with server.connect() as connection:
        return connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()


def test_the_plan_from_tables_is_that_from_files(
    server: Server, town: Path, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (town / "tables.yaml").write_text(from_tables(server), encoding="utf-8")
    monkeypatch.setenv("PGPASSWORD", READER_PASSWORD)
    assert run("plan", town / "tables.yaml", "--out", tmp_path / "plan") == 0
    files, tables = (json.loads((folder / "summary.json").read_text("utf-8")) for folder in (plan, tmp_path / "plan"))
    assert tables["objective"]["value"] == 17_300.0
    for part in ("objective", "cost", "coverage", "build", "graph", "status", "verified"):
        assert tables[part] == files[part], part
    shown = {layer["name"]: layer["path"] for layer in tables["layers"]}
    assert shown["streets"] == "postgresql://127.0.0.1/town survey.streets"
    for name in ("sites", "routes"):
        one, other = (gpd.read_file(folder / "plan.gpkg", layer=name) for folder in (plan, tmp_path / "plan"))
        assert list(one["cost_eur"]) == list(other["cost_eur"])
        assert one.geometry.geom_equals(other.geometry).all()
    written = b"".join(path.read_bytes() for path in sorted((tmp_path / "plan").iterdir()))
    assert READER_PASSWORD.encode() not in written
    assert b"reader@" not in written


def test_the_plan_as_tables_is_the_plan(server: Server, plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run("export", plan, server.url("owner"), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document["written"]) == set(PLAN)
    for name in PLAN:
        frame = gpd.read_file(plan / "plan.gpkg", layer=name)
        assert document["written"][name] == len(frame)
        found = rows(server, f"cardio.{name}", "fid, ST_AsBinary(geom), ST_SRID(geom)")
        assert [shapely.from_wkb(wkb) for _, wkb, _ in found] == list(frame.geometry)
        assert {srid for _, wkb, srid in found if wkb} <= {2154}
    lines = "SELECT cost_eur FROM cardio.sites UNION ALL SELECT cost_eur FROM cardio.routes"
    lines += " UNION ALL SELECT connection_eur FROM cardio.demand"
    money = rows(server, f"({lines}) lines", "round(sum(cost_eur)::numeric, 2)")
    assert money == [(17_300,)]


def test_tables_are_typed_indexed_and_hold_what_the_file_holds(server: Server, plan: Path) -> None:
    export_plan(plan, server.url("owner"), schema="typed")
    frame = gpd.read_file(plan / "plan.gpkg", layer="routes")
    kept = rows(server, "typed.routes", "fid, id, method, length_m, cost_eur, year")
    assert [row[1:5] for row in kept] == list(
        frame[["id", "method", "length_m", "cost_eur"]].itertuples(index=False, name=None)
    )
    assert {row[5] for row in kept} == {None}
    types = dict(
        rows(
            server,
            "pg_attribute WHERE attrelid IN ('typed.routes'::regclass, 'typed.demand'::regclass) AND attnum > 0",
            "attname, format_type(atttypid, atttypmod)",
        )
    )
    assert types["geom"] in ("geometry(LineString,2154)", "geometry(Point,2154)")
    assert (types["cost_eur"], types["year"], types["before"]) == ("double precision", "bigint", "boolean")
    indexes = rows(server, "pg_indexes WHERE schemaname = 'typed' AND indexdef LIKE '%USING gist%'", "tablename")
    assert {name for (name,) in indexes} == set(PLAN)


def test_an_export_replaces_the_last_one_and_nothing_else(server: Server, plan: Path) -> None:
    target = server.url("owner")
    export_plan(plan, target, schema="again")
    server.run("DELETE FROM again.sites", "CREATE TABLE again.notes (t text)", "INSERT INTO again.notes VALUES ('x')")
    export_plan(plan, target, schema="again")
    assert len(rows(server, "again.sites", "fid")) == len(gpd.read_file(plan / "plan.gpkg", layer="sites"))
    assert rows(server, "again.notes", "t") == [("x",)]


@pytest.mark.parametrize("make", ["CREATE TABLE taken.zones (t text)", "CREATE VIEW taken.zones AS SELECT 1 AS t"])
def test_a_table_that_is_not_ours_is_never_replaced(server: Server, plan: Path, make: str) -> None:
    server.run("DROP SCHEMA IF EXISTS taken CASCADE", "CREATE SCHEMA taken", make)
    with pytest.raises(StudyError, match="zones is there and was not written by Cardio"):
        export_plan(plan, server.url("owner"), schema="taken", force=True)
    assert rows(server, "pg_class WHERE relnamespace = 'taken'::regnamespace", "relname") == [("zones",)]


def test_a_view_on_the_last_plan_is_not_dropped(server: Server, plan: Path) -> None:
    export_plan(plan, server.url("owner"), schema="viewed")
    server.run("CREATE VIEW viewed.dear AS SELECT * FROM viewed.sites WHERE cost_eur > 1000")
    with pytest.raises(StudyError, match=r"viewed\.dear stands on a table"):
        export_plan(plan, server.url("owner"), schema="viewed")
    assert rows(server, "viewed.dear", "fid")


def test_names_are_quoted(server: Server, plan: Path) -> None:
    export_plan(plan, server.url("owner"), schema='Été "27"; DROP SCHEMA survey CASCADE; --')
    assert rows(server, "survey.streets", "fid")
    assert rows(server, '"Été ""27""; DROP SCHEMA survey CASCADE; --".routes', "fid")


def test_without_the_right_nothing_is_written(
    server: Server, town: Path, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", READER_PASSWORD)
    with pytest.raises(StudyError, match="permission denied") as error:
        export_plan(plan, server.url(), schema="plans")
    assert "give it to the role" in error.value.hint
    assert rows(server, "pg_class WHERE relnamespace = 'plans'::regnamespace", "relname") == []


@pytest.mark.parametrize(
    "target", ["postgresql://owner:hunter2@127.0.0.1/town", "postgresql://h/town?password=hunter2"]
)
def test_a_password_on_the_command_line_is_refused_and_not_repeated(
    plan: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", plan, target) == 2
    told = capsys.readouterr().err
    assert "holds a password" in told
    assert "PGPASSWORD" in told
    assert "hunter2" not in told


def test_a_killed_export_leaves_the_old_plan_whole(server: Server, plan: Path) -> None:
    """The export waits for a lock on the last table it drops; it is killed there, the others being dropped already."""
    target = server.url("owner")
    export_plan(plan, target, schema="killed")
    before = {name: rows(server, f"killed.{name}", "*") for name in PLAN}
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cardio' AND wait_event_type = 'Lock'"
    with psycopg.connect(target, password=OWNER_PASSWORD) as holder, server.connect() as watcher:
        holder.execute("SELECT * FROM killed.zones")
        export = subprocess.Popen([sys.executable, "-m", "cardio.cli", "export", plan, target, "--schema", "killed"])
        deadline = time.monotonic() + 30
        while watcher.execute(waiting).fetchone() != (1,):
            assert time.monotonic() < deadline
            assert export.poll() is None
            time.sleep(0.05)
        export.send_signal(signal.SIGKILL)
        export.wait()
    assert {name: rows(server, f"killed.{name}", "*") for name in PLAN} == before


SECRETS = [
    ('{connection: "postgresql://u:hunter2@h/db", table: t}', "holds a password"),
    ('{connection: "postgresql://h/db?password=hunter2", table: t}', "holds a password"),
    ('{connection: "postgresql://h/db?options=-c%20hunter2", table: t}', "parameter that is not taken"),
    ('{connection: "mysql://u:hunter2@h/db", table: t}', "is not an address"),
    ('{connection: "postgresql://u:hun@ter2@h/db", table: t}', "is not an address"),
    ('"postgresql://u:hunter2@h/db"', "should be a mapping"),
    ('"postgresql://u:hun ter2 at length @h/db"', "should be a mapping"),
    ("{connection: TOWN}", "table: missing"),
    ("{connection: TOWN, table: t, password: hunter2}", "unknown key"),
    ("{connection: TOWN, table: t}, path: town.gpkg", "one of them"),
]


@pytest.mark.parametrize(("section", "words"), SECRETS)
def test_a_study_holds_no_password(town: Path, section: str, words: str) -> None:
    text = STUDY.replace("path: town.gpkg, layer: streets", f"postgis: {section}")
    (town / "wrong.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as error:
        load_study(town / "wrong.yaml")
    assert words in str(error.value)
    assert "wrong.yaml:5: layers.streets" in str(error.value)
    assert "hunter2" not in str(error.value)
    assert "ter2" not in str(error.value)


def test_a_table_in_the_place_of_a_path_is_told_its_key(town: Path) -> None:
    text = STUDY.replace("path: town.gpkg, layer: streets", 'path: "postgresql://u:hunter2@h/db"')
    (town / "wrong.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match="but by postgis:") as error:
        load_study(town / "wrong.yaml")
    assert "hunter2" not in str(error.value)


def test_a_layer_has_a_file_or_a_table(town: Path) -> None:
    (town / "wrong.yaml").write_text(STUDY.replace("path: town.gpkg, layer: streets, ", ""), encoding="utf-8")
    with pytest.raises(StudyError, match=r"layers\.streets: give path \(a file\) or postgis \(a table\)"):
        load_study(town / "wrong.yaml")
