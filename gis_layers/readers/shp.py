"""Records of a .shp: where each lies, which are whole, and a .shx that says so."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gis_layers.table import Rows

HEADER_BYTES = 100
_MAGIC_NUMBER = 9994
_RECORD_HEADER_BYTES = 8
_ENTRY_BYTES = 8

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# shape type -> bytes of its content; then the types that state how many points, or parts and points, they have
_FIXED_BYTES = {0: 4, 1: 20, 11: 28, 21: 28}
_MULTIPOINTS = (8, 18, 28)
_PARTED = (3, 5, 13, 15, 23, 25, 31)


@dataclass(frozen=True)
class ShpIndex:
    """Where the records of a .shp lie.

    Attributes
    ----------
    offsets, content_bytes : (rows,) int
        First byte of each record and length of its content, bytes; only good where `is_whole`.
    is_whole : (rows,) bool
        The record lies in the file and holds as many points as it states.
    is_null : (rows,) bool
        It states that it has no geometry, or no points.
    missing : (k,) int
        Rows that are not in the file at all, increasing.
    is_cut : bool
        The .shp ends too early.
    shx_note : str
        Why its .shx could not be used; empty where it was.
    """

    offsets: Ints
    content_bytes: Ints
    is_whole: Bools
    is_null: Bools
    missing: Rows
    is_cut: bool
    shx_note: str


def read_header(path: Path) -> int | None:
    """Length in bytes that the header of a .shp or .shx states; None when it is neither."""
    with path.open("rb") as stream:
        head = stream.read(HEADER_BYTES)
    if len(head) < HEADER_BYTES or struct.unpack(">i", head[:4])[0] != _MAGIC_NUMBER:
        return None
    return 2 * int(struct.unpack(">I", head[24:28])[0])


def index_records(shp: Path, shx: Path | None) -> ShpIndex:
    """Find the records of a .shp by its .shx or, where that is missing or wrong, one after the other.

    Parameters
    ----------
    shp : Path
        A file whose header has been found good.
    shx : Path or None
    """
    content = np.memmap(shp, dtype=np.uint8, mode="r")
    entries = "it is missing" if shx is None else _read_shx(shx)
    note = ""
    if not isinstance(entries, str):
        fits = _fits(content, *entries)
        if fits.all():
            return _index(content, *entries, is_cut=False, shx_note="")
        note = f"{int((~fits).sum())} of its {len(fits)} entries disagree with the .shp"
    walked, is_cut = _walk(content, read_header(shp) or 0)
    if isinstance(entries, str):
        return _index(content, *walked, is_cut=is_cut, shx_note=entries)
    if not is_cut or fits.sum() < len(walked[0]):
        return _index(content, *walked, is_cut=is_cut, shx_note=note)
    return _index(content, *entries, is_cut=True, shx_note="")


def write_shx(path: Path, shp: Path, index: ShpIndex) -> None:
    """Write the .shx of those records that are whole."""
    words = np.column_stack([index.offsets, index.content_bytes])[index.is_whole] // 2
    with shp.open("rb") as stream:
        head = bytearray(stream.read(HEADER_BYTES))
    head[24:28] = struct.pack(">i", (HEADER_BYTES + _ENTRY_BYTES * len(words)) // 2)
    path.write_bytes(bytes(head) + words.astype(">i4").tobytes())


def _read_shx(path: Path) -> tuple[Ints, Ints] | str:
    """Offset and content length of every record, bytes; or why there are none."""
    if read_header(path) is None:
        return "its header is wrong"
    size = path.stat().st_size - HEADER_BYTES
    if size % _ENTRY_BYTES:
        return "it is cut short"
    words = np.fromfile(path, dtype=">u4", offset=HEADER_BYTES).astype(np.int64).reshape(-1, 2)
    return 2 * words[:, 0], 2 * words[:, 1]


def _fits(content: Bytes, offsets: Ints, lengths: Ints) -> Bools:
    """Records that lie in the file and whose own header states the same length."""
    fits = (offsets >= HEADER_BYTES) & (offsets + _RECORD_HEADER_BYTES + lengths <= len(content)) & (lengths >= 4)
    fits[fits] = 2 * _integers(content, offsets[fits] + 4, ">u4") == lengths[fits]
    return fits


def _walk(content: Bytes, stated_bytes: int) -> tuple[tuple[Ints, Ints], bool]:
    """Records from the first on, each behind the one before; and whether the file ends too early."""
    data, size = content.data, len(content)
    offset, found = HEADER_BYTES, []
    while offset + _RECORD_HEADER_BYTES + 4 <= size:
        length = 2 * struct.unpack_from(">I", data, offset + 4)[0]
        if length < 4 or offset + _RECORD_HEADER_BYTES + length > size:
            break
        found.append((offset, length))
        offset += _RECORD_HEADER_BYTES + length
    places = np.array(found, dtype=np.int64).reshape(-1, 2)
    return (places[:, 0], places[:, 1]), offset < min(size, stated_bytes) or stated_bytes > size


def _index(content: Bytes, offsets: Ints, lengths: Ints, *, is_cut: bool, shx_note: str) -> ShpIndex:
    fits = _fits(content, offsets, lengths)
    is_whole, is_null = fits.copy(), np.zeros(len(fits), dtype=bool)
    types = _integers(content, offsets[fits] + _RECORD_HEADER_BYTES, "<i4")
    needed, is_null[fits] = _needed_bytes(content, offsets[fits], lengths[fits], types)
    is_whole[fits] = needed <= lengths[fits]
    return ShpIndex(offsets, lengths, is_whole, is_null, np.flatnonzero(~fits).astype(np.int64), is_cut, shx_note)


def _needed_bytes(content: Bytes, offsets: Ints, lengths: Ints, types: Ints) -> tuple[Ints, Bools]:
    """Bytes that these records take at least, beyond any file where the type is unknown; and which have no points."""
    needed = np.full(len(offsets), np.iinfo(np.int64).max)
    start = offsets + _RECORD_HEADER_BYTES
    for shape_type, fixed_bytes in _FIXED_BYTES.items():
        needed[types == shape_type] = fixed_bytes
    several = np.isin(types, _MULTIPOINTS) & (lengths >= 40)
    needed[several] = 40 + 16 * _integers(content, start[several] + 36, "<u4")
    parted = np.isin(types, _PARTED) & (lengths >= 44)
    parts, points = (_integers(content, start[parted] + place, "<u4") for place in (36, 40))
    needed[parted] = 44 + 4 * parts + 16 * points
    is_empty = types == 0
    is_empty[several] = needed[several] == 40
    is_empty[parted] = points == 0
    return needed, is_empty


def _integers(content: Bytes, places: Ints, dtype: str) -> Ints:
    """Integers of four bytes at places of the file."""
    numbers: Ints = content[places[:, None] + np.arange(4)].view(dtype).astype(np.int64).reshape(len(places))
    return numbers
