"""The .dbf of a shapefile: its header, and its text as bytes, which GDAL would cut at a NUL and recode unasked."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gis_layers.table import Rows

_HEADER_BYTES = 32  # then one descriptor a field, of as many bytes
_NAME_BYTES = 11
_END_OF_FIELDS = 0x0D
_DELETED = 0x2A
_CHUNK_ROWS = 100_000

_LANGUAGES_BY_ENCODING = {
    "cp437": (0x01, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B),
    "cp850": (0x02, 0x0A, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37),
    "cp1252": (0x03, 0x58, 0x59),
    "mac-roman": (0x04,),
    "cp865": (0x08, 0x17, 0x66),
    "cp932": (0x13, 0x7B),
    "cp863": (0x1C, 0x6C),
    "cp852": (0x1F, 0x22, 0x23, 0x40, 0x64, 0x87),
    "cp860": (0x24,),
    "cp866": (0x26, 0x65),
    "cp936": (0x4D, 0x7A),
    "cp949": (0x4E, 0x79),
    "cp950": (0x4F, 0x78),
    "cp874": (0x50, 0x7C),
    "cp861": (0x67,),
    "cp737": (0x6A, 0x86),
    "cp857": (0x6B, 0x88),
    "cp1255": (0x7D,),
    "cp1256": (0x7E,),
    "mac-cyrillic": (0x96,),
    "mac-latin2": (0x97,),
    "mac-greek": (0x98,),
    "cp1250": (0xC8,),
    "cp1251": (0xC9,),
    "cp1254": (0xCA,),
    "cp1253": (0xCB,),
    "cp1257": (0xCC,),
}
LANGUAGE_ENCODINGS = {language: name for name, languages in _LANGUAGES_BY_ENCODING.items() for language in languages}
"""dBASE language driver id -> Python encoding. 0x57 is left out: it is "ANSI", whatever that was on the computer."""


class BadDbfError(ValueError):
    """The header of a .dbf makes no sense."""


@dataclass(frozen=True)
class DbfField:
    """A field: name as bytes, type letter, first byte in the record, width in bytes."""

    name: bytes
    type: str
    offset: int
    width: int


@dataclass(frozen=True)
class Dbf:
    """A .dbf file.

    Attributes
    ----------
    path : Path
    stated_rows : int
        Records that its header states.
    rows : int
        Of these, records that are whole in the file.
    header_bytes, record_bytes : int
    language : int
        Language driver id; 0 for none.
    fields : tuple of DbfField
    """

    path: Path
    stated_rows: int
    rows: int
    header_bytes: int
    record_bytes: int
    language: int
    fields: tuple[DbfField, ...]

    def cells(self, field: DbfField) -> npt.NDArray[np.bytes_]:
        """Cells of a field, without NULs at their ends.

        Returns
        -------
        (rows,) bytes
        """
        return self._view(f"S{field.width}", field.offset, ()).astype(np.bytes_, copy=False)

    def deleted_rows(self) -> Rows:
        """Records that are marked as deleted, increasing."""
        return np.flatnonzero(self._view("u1", 0, ()) == _DELETED).astype(np.int64)

    def unusual_rows(self, field: DbfField) -> Rows:
        """Records whose cell has bytes beyond ASCII, or text after a NUL; increasing."""
        view = self._view("u1", field.offset, (field.width,))
        found = [start + _unusual(view[start : start + _CHUNK_ROWS]) for start in range(0, self.rows, _CHUNK_ROWS)]
        return np.concatenate(found).astype(np.int64) if found else np.empty(0, dtype=np.int64)

    def text_fields(self) -> Iterator[tuple[int, DbfField]]:
        """Position and field, of every field that holds text."""
        return ((position, field) for position, field in enumerate(self.fields) if field.type == "C")

    def _view(self, dtype: str, offset: int, inner: tuple[int, ...]) -> npt.NDArray[np.generic]:
        if not self.rows:
            return np.empty((0, *inner), dtype=dtype)
        content = np.memmap(self.path, dtype=np.uint8, mode="r")
        strides = (self.record_bytes, *(1 for _ in inner))
        return np.ndarray((self.rows, *inner), dtype, content, self.header_bytes + offset, strides)


def _unusual(view: npt.NDArray[np.generic]) -> Rows:
    is_high = (view > 127).any(axis=1)  # type: ignore[operator]
    if view.all():  # no NUL, as nearly always
        return np.flatnonzero(is_high).astype(np.int64)
    ends = np.logical_or.accumulate((view != 0)[:, ::-1] & (view != 32)[:, ::-1], axis=1)[:, ::-1]
    return np.flatnonzero(is_high | ((view == 0) & ends).any(axis=1)).astype(np.int64)


def open_dbf(path: Path) -> Dbf:
    """Read the header of a .dbf.

    Raises
    ------
    BadDbfError
        When it is cut, or states what cannot be.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
        if len(head) < _HEADER_BYTES:
            raise BadDbfError(f"it has {size} bytes")
        stated_rows, header_bytes, record_bytes = struct.unpack("<IHH", head[4:12])
        descriptors = stream.read(max(0, header_bytes - _HEADER_BYTES))
    if header_bytes < _HEADER_BYTES + 1 or header_bytes > size:
        raise BadDbfError(f"its header states {header_bytes} bytes of its own, the file has {size}")
    fields = tuple(_fields(descriptors))
    if not fields:
        raise BadDbfError("it has no fields")
    if record_bytes < fields[-1].offset + fields[-1].width:
        raise BadDbfError(f"its records have {record_bytes} bytes, its fields need more")
    rows = min(stated_rows, (size - header_bytes) // record_bytes)
    return Dbf(path, stated_rows, rows, header_bytes, record_bytes, head[29], fields)


def _fields(descriptors: bytes) -> Iterator[DbfField]:
    offset = 1  # after the mark of deletion
    for start in range(0, len(descriptors) - _HEADER_BYTES + 1, _HEADER_BYTES):
        if descriptors[start] == _END_OF_FIELDS:
            return
        descriptor = descriptors[start : start + _HEADER_BYTES]
        name, letter, width = descriptor[:_NAME_BYTES].split(b"\0")[0], chr(descriptor[11]), descriptor[16]
        if not width:
            raise BadDbfError(f"its field {name.decode('ascii', errors='backslashreplace')} has no width")
        yield DbfField(name, letter, offset, width)
        offset += width
