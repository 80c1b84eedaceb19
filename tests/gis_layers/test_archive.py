"""Zip archives: what is read, and what is refused before it can do harm."""

from __future__ import annotations

import io
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis_layers import StudyError, SurveyError, write_shapefile
from gis_layers.limits import MAX_ARCHIVE_MEMBERS
from tests.gis_layers.files import CRS, at, read, write_gpkg

Members = Mapping[str, bytes]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of our own, which must be empty again after every test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def shapefile(name: str = "voirie", rows: int = 3) -> dict[str, bytes]:
    """A street shapefile, part name -> content."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [at(shapely.LineString([(0, i), (10, i)])) for i in range(rows)]
        frame = gpd.GeoDataFrame({"n": range(rows)}, geometry=lines, crs=CRS)
        write_shapefile(Path(folder) / f"{name}.shp", frame, encoding="utf-8", columns={"n": "n"})
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def pack(members: Members) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def write_zip(folder: Path, members: Members, name: str = "delivery.zip") -> Path:
    path = folder / name
    path.write_bytes(pack(members))
    return path


def below(folder: str, members: Members) -> dict[str, bytes]:
    return {f"{folder}/{name}": content for name, content in members.items()}


@pytest.mark.parametrize(
    "members",
    [
        shapefile(),
        below("livraison/voirie été", shapefile()),
        {"inner.zip": pack(shapefile()), "LISEZMOI.txt": b"Bonjour"},
        shapefile() | {"__MACOSX/._voirie.shp": b"junk", ".DS_Store": b"junk", "._voirie.shp": b"junk"},
        shapefile() | {"plan.pdf": b"%PDF", "voirie.qml": b"<qgis/>"},
    ],
    ids=["flat", "folder", "nested", "junk", "others"],
)
def test_the_one_shapefile_is_read(tmp_path: Path, members: Members) -> None:
    path = write_zip(tmp_path, members)
    layer = read(path, "street")
    assert layer.rows_kept == 3
    assert layer.path.startswith("delivery.zip")


def test_parts_named_in_another_case_belong_together(tmp_path: Path) -> None:
    mixed = {name.upper() if name.endswith(".dbf") else name: content for name, content in shapefile().items()}
    layer = read(write_zip(tmp_path, mixed), "street")
    assert layer.rows_kept == 3
    assert layer.frame["n"].tolist() == [0, 1, 2]


def test_several_layers_must_be_named(tmp_path: Path) -> None:
    members = below("a", shapefile("voirie", 3)) | below("b", shapefile("rues", 5)) | below("c", shapefile("rues", 7))
    path = write_zip(tmp_path, members)
    with pytest.raises(StudyError, match=r"several layers: a/voirie.shp, b/rues.shp, c/rues.shp"):
        read(path, "street")
    assert read(path, "street", layer="voirie").rows_kept == 3
    assert read(path, "street", layer="b/rues.shp").rows_kept == 5
    for name in ("rues", "gone"):
        with pytest.raises(StudyError, match=r"none or several of a/voirie.shp"):
            read(path, "street", layer=name)


def test_a_layer_of_a_geopackage_inside(tmp_path: Path) -> None:
    content = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)]).read_bytes()
    path = write_zip(tmp_path, {"a.gpkg": content})
    assert read(path, "parking_meter").rows_kept == 1
    assert read(path, "parking_meter", layer="survey").rows_kept == 1
    assert read(path, "parking_meter", layer="a.gpkg/survey").rows_kept == 1
    with pytest.raises(StudyError, match="has no layer gone"):
        read(path, "parking_meter", layer="gone")


def test_a_table_inside_takes_place_columns(tmp_path: Path) -> None:
    path = write_zip(tmp_path, {"bornes.csv": b"id;e;n\n007;666000;6359000\n"})
    layer = read(path, "parking_meter", columns={"x": "e", "y": "n"}, crs=CRS)
    assert layer.frame["id"].tolist() == ["007"]


@pytest.mark.parametrize("raw", ["voirie été".encode(), "voirie été".encode("cp437")], ids=["utf-8", "cp437"])
def test_names_without_a_stated_encoding(tmp_path: Path, raw: bytes) -> None:
    content = pack({f"{'x' * len(raw)}/{name}": part for name, part in shapefile().items()})
    path = tmp_path / "delivery.zip"
    path.write_bytes(content.replace(b"x" * len(raw), raw))
    with pytest.raises(StudyError, match=r"voirie été/voirie.shp.*has geometry"):
        read(path, "street", columns={"x": "n", "y": "n"})


@pytest.mark.parametrize(
    "name", ["../voirie.shp", "a/../../voirie.shp", "/etc/voirie.shp", "C:/voirie.shp", "..\\..\\voirie.shp"]
)
def test_unsafe_names_are_refused_and_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    path = write_zip(tmp_path, shapefile() | {name: b"x"})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SurveyError, match="unsafe name"):
        read(path, "street")
    assert sorted(tmp_path.rglob("*")) == before


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("voirie.shp")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(SurveyError, match="is a link"):
        read(path, "street")


def test_encrypted_and_broken_archives_are_refused(tmp_path: Path) -> None:
    content = bytearray(pack({"a.geojson": b"{}" * 400}))
    locked = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    broken = bytearray(content)
    broken[45] ^= 0xFF
    for name, data, why in (
        ("locked", bytes(locked), "is encrypted"),
        ("broken", bytes(broken), "cannot be unpacked"),
        ("cut", bytes(content[:100]), "cannot be unpacked"),
        ("empty", b"", "cannot be unpacked"),
        ("nothing", pack({"plan.pdf": b"%PDF"}), "holds no layer"),
    ):
        path = tmp_path / f"{name}.zip"
        path.write_bytes(data)
        with pytest.raises(SurveyError, match=why):
            read(path, "street")


def test_bombs_are_refused(tmp_path: Path) -> None:
    zeros = bytes(200 << 20)
    parts = shapefile()
    bomb = pack(parts | {"voirie.dbf": zeros})
    assert len(bomb) < 400_000
    inner = pack({"a.csv": zeros})
    for name, content in (
        ("flat", bomb),
        ("nested", pack({"inner.zip": bomb})),
        ("packed twice", pack({"inner.zip": inner, "more.zip": inner})),
        ("big nested", pack({"inner.zip": zeros})),
    ):
        path = tmp_path / f"{name}.zip"
        path.write_bytes(content)
        with pytest.raises(SurveyError, match=r"zip bomb"):
            read(path, "street", layer="inner.zip/a.csv" if name == "packed twice" else None)


def test_archives_in_archives_in_archives_are_not_opened(tmp_path: Path) -> None:
    content = pack(shapefile())
    for _ in range(30):
        content = pack({"a.zip": content})
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(SurveyError, match="holds no layer"):
        read(path, "street")


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path, {f"{number}.csv": b"" for number in range(MAX_ARCHIVE_MEMBERS + 1)})
    with pytest.raises(SurveyError, match=r"holds 10001 files"):
        read(path, "street")


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")
    path.write_bytes(path.read_bytes().replace(b"b.csv", b"a.csv"))
    with pytest.raises(SurveyError, match="two files of one name"):
        read(path, "street")


def test_messages_do_not_name_the_temporary_folder(tmp_path: Path, temporary: Path) -> None:
    path = write_zip(tmp_path, {"a.geojson": b'{"a":1}'})
    with pytest.raises(SurveyError, match=r"delivery.zip/a.geojson") as caught:
        read(path, "street")
    assert str(temporary) not in str(caught.value)
