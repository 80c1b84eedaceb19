"""How much an OpenStreetMap file may make its library unpack and keep; counted before that library sees the file."""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gis_layers.errors import SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_ARCHIVE_BYTES, MAX_ARCHIVE_RATIO, MAX_VECTOR_BYTES, require_size
from gis_layers.readers.vector import describe

MAX_NODES = 10_000_000
"""Nodes of a file, and of its ways: several times a large city; each takes some 80 bytes while it is read."""
MAX_BLOCK_BYTES = 32 << 20
"""What a block of a .osm.pbf may take unpacked; one of the usual 8,000 objects takes some megabytes."""

_MAX_PACKED_BLOCK_BYTES, _MAX_RAW_BLOCK_BYTES = 33 << 20, 32 << 20  # of the format
_MAX_HEADER_BYTES = 64 << 10  # of the format
_NODE_BYTES, _VALUE_BYTES = 72, 16  # of a node, and of a node or member named in a way or relation, in the library
_CUT = "cut out the town, for example with: osmium extract"
_AGAIN = "download or export the file again"

Field = tuple[int, Any]


def refuse_large(spec: LayerSpec) -> None:
    """Count what a file holds, keeping nothing of it.

    Raises
    ------
    SurveyError
        When it holds or unpacks to more than a town, or is cut short.
    """
    try:
        if spec.path.suffix.lower() == ".pbf":
            _check_blocks(spec)
        else:
            _check_text(spec)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise SurveyError(f"{describe(spec)} cannot be read: {error}", _AGAIN) from error


def _check_text(spec: LayerSpec) -> None:
    openers: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open}
    ending = spec.path.suffix.lower()
    packed_bytes = spec.path.stat().st_size
    if ending in openers:
        limit_bytes = min(MAX_VECTOR_BYTES, MAX_ARCHIVE_RATIO * packed_bytes)
    else:
        require_size(spec.path, MAX_VECTOR_BYTES, where=describe(spec))
        limit_bytes = MAX_VECTOR_BYTES
    unpacked_bytes, nodes, named, tail = 0, 0, 0, b""
    with openers.get(ending, open)(spec.path, "rb") as stream:
        while chunk := stream.read(1 << 20):
            unpacked_bytes += len(chunk)
            if unpacked_bytes > limit_bytes:
                raise SurveyError(
                    f"{describe(spec)} unpacks to more than {limit_bytes / 1e6:,.1f} MB "
                    f"from {packed_bytes / 1e6:,.1f} MB",
                    "cut out the town, and deliver it as .osm.pbf",
                )
            text = tail + chunk.replace(b"\0", b"")  # UTF-16 is XML too
            nodes += text.count(b"<node")
            named += text.count(b"<nd")
            _require_few(spec, max(nodes, named))
            begun = text.rfind(b"<", -4)  # of a name cut by the end of the chunk
            tail = text[begun:] if begun >= 0 and not text[begun:].startswith((b"<nd", b"<node")) else b""


def _check_blocks(spec: LayerSpec) -> None:
    require_size(spec.path, MAX_VECTOR_BYTES, where=describe(spec))
    nodes = raw_bytes = 0
    for block in _blocks(spec.path):
        raw_bytes += len(block)
        of_block = block_bytes = 0
        for number, group in _fields(block):
            if number == _GROUP:
                found, values = _count(group)
                of_block += found
                block_bytes += found * _NODE_BYTES + values * _VALUE_BYTES
        nodes += of_block
        if block_bytes > MAX_BLOCK_BYTES:
            raise SurveyError(
                f"{describe(spec)}: one of its blocks unpacks to more than {MAX_BLOCK_BYTES / 1e6:,.0f} MB",
                "write it again with blocks of the usual size: osmium cat",
            )
        if raw_bytes > MAX_ARCHIVE_BYTES:
            raise SurveyError(f"{describe(spec)} unpacks to more than {MAX_ARCHIVE_BYTES / 1e6:,.0f} MB", _CUT)
        _require_few(spec, nodes)


def _require_few(spec: LayerSpec, nodes: int) -> None:
    if nodes > MAX_NODES:
        raise SurveyError(f"{describe(spec)} holds more than {MAX_NODES:,} nodes", _CUT)


# --- the format: wiki.openstreetmap.org, "PBF Format"; field numbers of its messages

_BLOB_BYTES, _RAW, _RAW_BYTES, _ZLIB = 3, 1, 2, 3
_GROUP = 2
_NODE, _DENSE, _DENSE_IDS = 1, 2, 1


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while head := stream.read(4):
            header = _exactly(stream, int.from_bytes(head, "big"), _MAX_HEADER_BYTES)
            size_bytes = int(dict(_fields(header)).get(_BLOB_BYTES, 0))
            blob = dict(_fields(_exactly(stream, size_bytes, _MAX_PACKED_BLOCK_BYTES)))
            if _ZLIB in blob:
                unpacker = zlib.decompressobj()
                block = unpacker.decompress(blob[_ZLIB], _MAX_RAW_BLOCK_BYTES)
                if unpacker.unconsumed_tail:
                    raise ValueError("a block unpacks to more than the format allows")
            elif _RAW in blob:
                block = blob[_RAW]
            else:
                raise ValueError("a block is packed in another way than with zlib")
            yield block


def _exactly(stream: Any, size_bytes: int, limit_bytes: int) -> bytes:
    if size_bytes > limit_bytes:
        raise ValueError(f"a block states {size_bytes} bytes, more than the format allows")
    content: bytes = stream.read(size_bytes)
    if len(content) < size_bytes:
        raise EOFError("it ends within a block")
    return content


def _count(group: bytes) -> tuple[int, int]:
    """Nodes of a group, and at most how many values its other objects hold."""
    nodes = values = 0
    for number, content in _fields(group):
        if number == _DENSE:
            nodes += sum(_ends(ids) for field, ids in _fields(content) if field == _DENSE_IDS)
        elif number == _NODE:
            nodes += 1
        else:
            values += _ends(content)
    return nodes, values


def _ends(content: bytes) -> int:
    """Count the last bytes of packed numbers."""
    return int(np.count_nonzero(np.frombuffer(content, dtype=np.uint8) < 128))


def _fields(message: bytes) -> Iterator[Field]:
    """Number and content of each field of a message: bytes, or an int."""
    place, end = 0, len(message)
    while place < end:
        key, place = _varint(message, place)
        kind = key & 7
        if kind == 0:
            value, place = _varint(message, place)
            yield key >> 3, value
            continue
        size, place = {1: (8, place), 5: (4, place)}.get(kind) or _varint(message, place)
        if kind not in (1, 2, 5) or place + size > end:
            raise ValueError("a block is damaged")
        yield key >> 3, message[place : place + size]
        place += size


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(message) and shift < 70:
        byte = message[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7
    raise ValueError("a block is damaged")
