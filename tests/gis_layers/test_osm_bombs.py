"""Packed OpenStreetMap files that unpack without end are refused before they are parsed."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import pytest

from gis_layers import SurveyError
from tests.gis_layers.files import read

EMPTY = b'<osm version="0.6">%s</osm>'


@pytest.mark.parametrize(("ending", "pack"), [(".osm.gz", gzip.compress), (".osm.bz2", bz2.compress)])
def test_a_bomb_is_refused(tmp_path: Path, ending: str, pack: object) -> None:
    assert callable(pack)
    path = tmp_path / f"a{ending}"
    path.write_bytes(pack(EMPTY % (b" " * 20_000_000)))
    with pytest.raises(SurveyError, match=r"unpacks to more than"):
        read(path, kind="street_light")


@pytest.mark.parametrize(("ending", "pack"), [(".osm.gz", gzip.compress), (".osm.bz2", bz2.compress)])
def test_a_packed_file_cut_short_is_refused(tmp_path: Path, ending: str, pack: object) -> None:
    assert callable(pack)
    path = tmp_path / f"a{ending}"
    path.write_bytes(pack(EMPTY % b"")[:-6])
    with pytest.raises(SurveyError, match=r"cannot be read"):
        read(path, kind="street_light")
