"""What the vector readers share: GDAL through pyogrio, digests, and errors that name the layer and file."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyproj
from pandas.api.types import infer_dtype
from pyproj.exceptions import CRSError

from gis_layers.errors import StudyError, SurveyError
from gis_layers.gdal import pyogrio
from gis_layers.layer import LayerSpec
from gis_layers.table import FileNote, RawTable


def describe(spec: LayerSpec) -> str:
    """Name the layer and its file, for messages."""
    return f"layer {spec.name} ({spec.shown_path or spec.path.name})"


def digest_files(paths: Iterable[Path]) -> str:
    """SHA-256 of the files one after the other, as hexadecimal."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def read_head(path: Path, size: int) -> bytes:
    """First bytes of a file."""
    with path.open("rb") as stream:
        return stream.read(size)


def require_single_layer(spec: LayerSpec) -> None:
    """Refuse ``layer:`` for a format that holds one layer only.

    Raises
    ------
    StudyError
    """
    if spec.layer is not None:
        raise StudyError(
            f"{describe(spec)}: layer: {spec.layer} is stated, but such a file holds one layer", "remove it"
        )


def require_utf8(spec: LayerSpec) -> None:
    """Refuse ``encoding:`` for a format that is always UTF-8.

    Raises
    ------
    StudyError
    """
    if spec.encoding is not None and spec.encoding.lower().replace("-", "") != "utf8":
        raise StudyError(
            f"{describe(spec)}: encoding {spec.encoding} is stated, but the format is always UTF-8", "remove it"
        )


def read_with_gdal(
    spec: LayerSpec,
    *,
    driver: str,
    parts: Iterable[Path],
    layer: str | None = None,
    encoding: str | None = None,
    notes: tuple[FileNote, ...] = (),
) -> RawTable:
    """Read one layer of a vector file.

    Parameters
    ----------
    spec : LayerSpec
        What to read; the path is passed to GDAL as an absolute one, so that no part of it is taken for a prefix.
    driver : str
        GDAL driver that the file must turn out to be.
    parts : iterable of Path
        Files of the digest, in order.
    layer : str or None
        Layer inside the file, for formats that hold several.
    encoding : str or None
        Text encoding, for formats that do not state it reliably.
    notes : tuple of FileNote
        What was found before, kept in front.

    Raises
    ------
    SurveyError
        When GDAL cannot read the file, or its text is not in the encoding.
    """
    path = str(spec.path.absolute())
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            info = pyogrio.read_info(path, layer=layer, encoding=encoding)
            if info["driver"] != driver:
                raise SurveyError(
                    f"{describe(spec)} is not a {driver} file but {info['driver']}", "give the file its true extension"
                )
            meta, _, wkb, fields = pyogrio.raw.read(path, layer=layer, encoding=encoding, datetime_as_string=True)
    except UnicodeDecodeError as error:
        raise _undecodable(spec, encoding, error) from error
    except RuntimeError as error:  # base of all pyogrio errors
        raise SurveyError(f"{describe(spec)} cannot be read: {error}", "export the file again") from error
    if wkb is None:
        raise StudyError(f"{describe(spec)}: the layer has no geometry", "name a layer with geometry")
    crs, crs_note = _parse_file_crs(info["crs"])
    columns = dict(zip((str(name) for name in meta["fields"]), fields, strict=True))
    all_notes = tuple(dict.fromkeys((*notes, *reader_notes(caught))))
    return RawTable(wkb, _plain(columns), crs, digest_files(parts), crs_note, all_notes)


def _undecodable(spec: LayerSpec, encoding: str | None, error: UnicodeDecodeError) -> SurveyError:
    bad = error.object[error.start : error.start + 1].hex()
    return SurveyError(
        f"{describe(spec)}: text is not {encoding or 'UTF-8'} (byte 0x{bad} in {error.object[:40]!r})",
        "state its encoding: in the study (shapefiles), for example cp1252, or export the file again as UTF-8",
    )


def _parse_file_crs(text: str | None) -> tuple[pyproj.CRS | None, str]:
    if not text:
        return None, ""
    try:
        crs = pyproj.CRS.from_user_input(text)
    except CRSError:
        return None, "the CRS that it states cannot be understood"
    # a GeoPackage may state srs_id -1 or 0: "undefined cartesian" and "undefined geographic"
    if crs.name.lower().startswith(("undefined", "unknown")):
        return None, "the CRS that it states is undefined"
    return crs, ""


def reader_notes(caught: list[warnings.WarningMessage]) -> tuple[FileNote, ...]:
    """Notes for the warnings that GDAL gave while a file was open."""
    messages = sorted({str(warning.message) for warning in caught})
    advice = "check the values of this layer"
    return tuple(FileNote("warning", code="reader-warning", message=text, advice=advice) for text in messages)


def _plain(columns: dict[str, npt.NDArray[np.generic]]) -> dict[str, npt.NDArray[np.generic]]:
    """Turn cells that are neither text nor number (lists, binary) into text, so that every column can be compared."""
    plain = {}
    for name, values in columns.items():
        is_plain = values.dtype != object or infer_dtype(values, skipna=True) in ("string", "empty")
        plain[name] = values if is_plain else _texts(values)
    return plain


def _texts(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    texts = np.empty(len(values), dtype=object)
    texts[:] = [None if value is None else str(value) for value in values]
    return texts
