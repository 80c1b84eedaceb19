"""Parts of a shapefile that are no plain files are refused before anything waits for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gis_layers import SurveyError
from tests.gis_layers.files import read
from tests.gis_layers.test_archive import shapefile


def unpack(folder: Path) -> Path:
    for name, content in shapefile().items():
        (folder / name).write_bytes(content)
    return folder / "voirie.shp"


@pytest.mark.parametrize("extension", [".cpg", ".dbf", ".prj", ".shx"])
@pytest.mark.parametrize("odd", ["pipe", "endless", "folder", "link to nothing"])
def test_a_part_that_is_no_plain_file_is_refused_at_once(tmp_path: Path, extension: str, odd: str) -> None:
    path = unpack(tmp_path)
    part = path.with_suffix(extension)
    part.unlink(missing_ok=True)
    if odd == "pipe":
        os.mkfifo(part)
    elif odd == "endless":
        part.symlink_to("/dev/zero")
    elif odd == "folder":
        part.mkdir()
    else:
        part.symlink_to(tmp_path / "nowhere")
    with pytest.raises(SurveyError, match=rf"the \{extension} beside it is not a plain file") as caught:
        read(path, kind="street")
    assert "whole shapefile" in caught.value.hint


def test_a_link_to_a_plain_file_is_a_part_like_any_other(tmp_path: Path) -> None:
    path = unpack(tmp_path)
    kept = tmp_path / "elsewhere.bin"
    path.with_suffix(".dbf").rename(kept)
    path.with_suffix(".dbf").symlink_to(kept)
    assert read(path, kind="street").rows_kept == 3


def test_a_prj_beyond_the_size_of_any_crs_is_refused(tmp_path: Path) -> None:
    path = unpack(tmp_path)
    path.with_suffix(".prj").write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(SurveyError, match=r"\.prj beside it has 1 MB; at most 1 MB"):
        read(path, kind="street")


def test_an_empty_shapefile_is_said_to_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "voirie.shp"
    path.write_bytes(b"")
    with pytest.raises(SurveyError, match=r"is empty \(0 bytes\)"):
        read(path, "street")
