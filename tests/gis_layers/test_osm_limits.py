"""Hostile OpenStreetMap files: small on disk, or large of one thing, and refused or read within a gigabyte."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from gis_layers import SurveyError
from gis_layers.readers import osm, osm_guard
from tests.gis_layers.files import codes, read

CITY_BYTES = 1 << 30
READ = """\
import re, sys
from pathlib import Path
from gis_layers import LayerSpec, SurveyError, read_layer
try:
    layer = read_layer(LayerSpec("a", "street_light", Path(sys.argv[1])), crs="EPSG:2154")
    print("read", layer.rows_read)
except SurveyError as error:
    print(error.message)
print("peak", 1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]))
"""


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def part(number: int, content: bytes | int) -> bytes:
    """Field of a message: bytes, or a whole number."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def blob(kind: bytes, block: bytes) -> bytes:
    body = part(2, len(block)) + part(3, zlib.compress(block, 1))
    header = part(1, kind) + part(3, len(body))
    return len(header).to_bytes(4, "big") + header + body


HEAD = blob(b"OSMHeader", part(4, b"OsmSchema-V0.6") + part(4, b"DenseNodes") + part(18, b"Type_then_ID"))
TEXTS = part(1, part(1, b"") + part(1, b"highway") + part(1, b"street_lamp"))


def dense(nodes: int) -> bytes:
    """Block of nodes, each one further than the last, at one place."""
    steps = b"\2" * nodes
    return TEXTS + part(2, part(2, part(1, steps) + part(8, b"\0" * nodes) + part(9, b"\0" * nodes)))


def long_way(nodes: int) -> bytes:
    return TEXTS + part(2, part(3, part(1, 1) + part(8, b"\2" * nodes)))


def pbf(*blocks: bytes) -> bytes:
    return HEAD + b"".join(blob(b"OSMData", block) for block in blocks)


def text(*parts: bytes) -> bytes:
    return b'<osm version="0.6">' + b"".join(parts) + b"</osm>"


def lamps(count: int, tags: Callable[[int], str]) -> bytes:
    lamp = '<node id="{0}" version="1" lat="47.2" lon="2.57"><tag k="highway" v="street_lamp"/>{1}</node>'
    return text(*(lamp.format(number, tags(number)).encode() for number in range(1, count + 1)))


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nodes in one block": (".osm.pbf", lambda: pbf(dense(10_000_000)), "one of its blocks unpacks to more than"),
    "nodes in many blocks": (".osm.pbf", lambda: HEAD + 26 * blob(b"OSMData", dense(400_000)), "10,000,000 nodes"),
    "as many nodes as are allowed": (".osm.pbf", lambda: HEAD + 25 * blob(b"OSMData", dense(400_000)), "read 0"),
    "a way of millions": (".osm.pbf", lambda: pbf(dense(2), long_way(30_000_000)), "one of its blocks"),
    "tags all different": (
        ".osm",
        lambda: lamps(57_000, lambda n: "".join(f'<tag k="{n}_{k}" v="{n}v{k}"/>' for k in range(30))),
        "its tags take more than",
    ),
    "more tags than columns": (
        ".osm",
        lambda: lamps(1, lambda _: "".join(f'<tag k="k{k}" v=""/>' for k in range(200_000))),
        "has more than 1,000 tags",
    ),
    "nodes as text": (
        ".osm.gz",
        lambda: gzip.compress(text(b'<node id="1"/>' * 10_100_000), 1),
        "10,000,000 nodes",
    ),
    "a tag without end": (".osm", lambda: lamps(1, lambda _: f'<tag k="k" v="{"x" * 30_000_000}"/>'), "cannot be read"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_takes_less_than_a_gigabyte(tmp_path: Path, case: str) -> None:
    ending, make, words = HOSTILE[case]
    path = tmp_path / f"a{ending}"
    path.write_bytes(make())
    run = subprocess.run([sys.executable, "-c", READ, path], capture_output=True, text=True, timeout=60, check=True)
    assert words in run.stdout
    assert int(run.stdout.rsplit("peak ", 1)[1]) < CITY_BYTES


def test_nodes_are_counted_over_the_ends_of_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = lamps(40_000, lambda number: " " * (number % 7))
    (tmp_path / "a.osm").write_bytes(content)
    assert len(content) > 3 << 20
    monkeypatch.setattr(osm_guard, "MAX_NODES", 40_000)
    assert read(tmp_path / "a.osm", "street_light").rows_read == 40_000
    monkeypatch.setattr(osm_guard, "MAX_NODES", 39_999)
    with pytest.raises(SurveyError, match="more than 39,999 nodes"):
        read(tmp_path / "a.osm", "street_light")


def test_more_objects_than_a_layer_may_have_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.osm").write_bytes(lamps(11, lambda _: ""))
    monkeypatch.setattr(osm, "MAX_ROWS", 10)
    with pytest.raises(SurveyError, match="more than 10 objects of kind street_light"):
        read(tmp_path / "a.osm", "street_light")


def test_many_rows_get_fewer_columns_of_tags_and_lose_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.osm").write_bytes(lamps(10, lambda n: f'<tag k="ref" v="{n}"/><tag k="note" v="n"/>'))
    monkeypatch.setattr(osm, "MAX_CELLS", 20)
    frame = read(tmp_path / "a.osm", "street_light").frame
    assert "note" not in frame
    assert frame["other_tags"].tolist() == ['{"note": "n"}'] * 10


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_pbf_cut_short_or_damaged_is_refused(tmp_path: Path, cut: int) -> None:
    content = pbf(dense(5_000))
    (tmp_path / "a.pbf").write_bytes(content[:-cut])
    with pytest.raises(SurveyError, match="cannot be read: it ends within a block"):
        read(tmp_path / "a.pbf", "street_light")
    damaged = bytearray(content)
    damaged[-cut] ^= 0xFF
    (tmp_path / "a.pbf").write_bytes(damaged)
    with pytest.raises(SurveyError, match=re.escape("cannot be read")):
        read(tmp_path / "a.pbf", "street_light")


def test_the_smallest_pbf_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.pbf").write_bytes(pbf(dense(3)))
    layer = read(tmp_path / "a.pbf", "street_light")
    assert layer.rows_read == 0
    assert "empty-layer" in codes(layer)
