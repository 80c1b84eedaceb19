"""What lies in a delivery must not lend its name to files of whoever reads it, nor make the reader wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gis_layers import SurveyError
from tests.gis_layers.files import read, write_gpkg
from tests.gis_layers.gracethd_files import deliver
from tests.gis_layers.test_archive import shapefile

SECRET = "root:x:0:0:a secret line;of;three\n"


def swap_for_link(path: Path, target: Path) -> None:
    path.rename(target)
    path.symlink_to(target)


def unpack(folder: Path) -> Path:
    folder.mkdir()
    for name, content in shapefile().items():
        (folder / name).write_bytes(content)
    return folder / "voirie.shp"


@pytest.mark.parametrize("table", ["t_conduite.csv", "t_cab_cond.csv", "l_statut.csv", "t_cheminement.dbf"])
def test_a_table_of_a_delivery_linked_out_of_it_is_refused_and_nothing_of_it_shown(tmp_path: Path, table: str) -> None:
    folder = deliver(tmp_path / "livrable")
    secret = tmp_path / "passwd"
    secret.write_text(SECRET, encoding="utf-8")
    (folder / table).unlink()
    (folder / table).symlink_to(secret)
    with pytest.raises(SurveyError, match="is a link out of its folder") as caught:
        read(folder, "duct")
    assert Path(table).suffix in caught.value.message
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("table", ["t_conduite.csv", "t_cab_cond.csv", "t_cond_chem.csv", "t_cheminement.shp"])
@pytest.mark.parametrize("odd", ["pipe", "endless", "link to nothing"])
def test_a_table_that_is_no_plain_file_is_refused_at_once(tmp_path: Path, table: str, odd: str) -> None:
    folder = deliver(tmp_path / "livrable")
    (folder / table).unlink()
    if odd == "pipe":
        os.mkfifo(folder / table)
    else:
        (folder / table).symlink_to("/dev/zero" if odd == "endless" else tmp_path / "nowhere")
    with pytest.raises(SurveyError, match=rf"{table} is not a plain file") as caught:
        read(folder, "duct")
    assert "whole delivery" in caught.value.hint


def test_links_within_a_delivery_and_a_delivery_that_is_a_link_are_read(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "true")
    (folder / "tables").mkdir()
    for name in ("t_conduite.csv", "t_cheminement.shp", "t_cheminement.dbf"):
        swap_for_link(folder / name, folder / "tables" / name)
    (tmp_path / "livrable").symlink_to(folder, target_is_directory=True)
    assert read(tmp_path / "livrable", "duct").rows_kept == read(folder, "duct").rows_kept == 3


@pytest.mark.parametrize("extension", [".cpg", ".dbf", ".prj", ".shx"])
def test_a_part_of_a_shapefile_linked_out_of_its_folder_is_refused(tmp_path: Path, extension: str) -> None:
    path = unpack(tmp_path / "delivered")
    part = path.with_suffix(extension)
    part.unlink(missing_ok=True)
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    part.symlink_to(tmp_path / "secret")
    with pytest.raises(SurveyError, match=rf"the \{extension} beside it is a link out of its folder") as caught:
        read(path, "street")
    assert "secret" not in str(caught.value)


def test_a_shapefile_of_links_to_another_folder_that_its_user_names_is_read(tmp_path: Path) -> None:
    path = unpack(tmp_path / "kept")
    (tmp_path / "mine").mkdir()
    for part in path.parent.iterdir():
        (tmp_path / "mine" / part.name).symlink_to(part)
    assert read(tmp_path / "mine" / path.name, "street").rows_kept == 3


@pytest.mark.parametrize("name", ["a.csv", "a.geojson", "a.gpkg", "a.zip", "a.parquet", "a.osm", "a.shp"])
def test_a_pipe_in_place_of_a_file_is_refused_at_once(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(SurveyError, match="is not a plain file, but a pipe or device"):
        read(tmp_path / name, "street")


@pytest.mark.parametrize("ending", ["-journal", "-shm", "-wal"])
def test_a_journal_of_a_geopackage_that_is_a_pipe_is_refused_at_once(tmp_path: Path, ending: str) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [])
    os.mkfifo(path.with_name(f"a.gpkg{ending}"))
    with pytest.raises(SurveyError, match=rf"a\.gpkg{ending} is not a plain file"):
        read(path, "street")
