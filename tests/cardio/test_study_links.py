"""Files of a study that are links out of its folders, or pipes."""

from __future__ import annotations

import os
from pathlib import Path

from cardio.study import load_study
from tests.cardio.study_samples import changed, write_study
from tests.cardio.test_study import refusal


def test_a_price_file_linked_out_of_the_folders_is_refused(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    path = write_study(home, changed("prices/list", "x.csv"))
    (tmp_path / "passwd").write_text("root:secret", encoding="utf-8")
    (home / "x.csv").symlink_to(tmp_path / "passwd")
    assert f"x.csv is a link out of {home}" in refusal(path)


def test_a_link_out_of_the_folders_is_refused_and_a_pipe_not_waited_for(tmp_path: Path):
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    path = write_study(home, changed("layers/streets/path", "x.csv"))
    (elsewhere / "passwd").write_text("root:secret", encoding="utf-8")
    (home / "x.csv").symlink_to(elsewhere / "passwd")
    message = refusal(path)
    assert f"x.csv is a link out of {home}: put the file itself in its place" in message
    assert load_study(path, data=[elsewhere]), "a folder that the user names is no longer elsewhere"
    (tmp_path / "data").symlink_to(elsewhere, target_is_directory=True)
    assert load_study(path, data=[tmp_path / "data"]), "also where it is itself a link"
    (home / "x.csv").unlink()
    (home / "y.csv").touch()
    (home / "x.csv").symlink_to("y.csv")
    assert load_study(path)
    (home / "x.csv").unlink()
    os.mkfifo(home / "x.csv")
    assert "x.csv is not a plain file, but a pipe or device" in refusal(path)
