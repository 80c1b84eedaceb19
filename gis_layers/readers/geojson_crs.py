"""The ``crs`` member of GeoJSON (2008): what it states, and a file without it where GDAL would guess or fetch.

GDAL takes every member that it does not understand for WGS 84, and asks the network for those that are links.
"""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyproj
from pyproj.exceptions import CRSError

from gis_layers.crs import same_crs
from gis_layers.errors import SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.readers.vector import describe

_KEY = re.compile(rb'"(?:c|\\u0063)(?:r|\\u0072)(?:s|\\u0073)"')
"""Any text that reads as crs: only then is the file looked through."""
_SPACE = re.compile(r"[\s,\x1e\ufeff]*")
_COLON = re.compile(r"\s*:\s*")
_MAX_SHOWN = 60


@dataclass(frozen=True)
class StatedCRS:
    """What a GeoJSON file states of its CRS.

    Attributes
    ----------
    values : tuple of object
        Of its ``crs`` members; several where the key stands there more than once.
    spans : tuple of (int, int)
        Where they stand in the text.
    """

    values: tuple[Any, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def names(self) -> list[str]:
        """Name of each member that is a name or a code; others are left out."""
        return [name for value in self.values if (name := _name(value))]

    @property
    def safe(self) -> bool:
        """Whether GDAL may see the members: none at all, or one name."""
        return not self.values or (len(self.values) == 1 and bool(self.names))

    def why_unknown(self, read: str | None) -> str:
        """Why the CRS is unknown, as `RawTable.crs_note` says it; empty where it is known, or is the standard's.

        Parameters
        ----------
        read : str or None
            CRS that GDAL made of the file; WGS 84 where it understood nothing.
        """
        if not self.values:
            return ""
        if self.safe and ((read and not _is_wgs84(read)) or _is_wgs84(self.names[0])):
            return ""
        if len(self.values) > 1:
            return "it states crs more than once"
        (value,) = self.values
        if value is None:
            return "its crs is null, which says that it is unknown"
        if isinstance(value, dict) and str(value.get("type")).lower() in ("link", "url"):
            return "its crs is a link, which is not followed"
        shown = json.dumps(self.names[0] if self.names else value, ensure_ascii=False)
        shown = shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}..."
        return f"the crs that it states cannot be understood: {shown}"


def find_crs(spec: LayerSpec) -> StatedCRS:
    """Find the ``crs`` members of the collection (or of the first feature of a sequence); those deeper are columns.

    Raises
    ------
    SurveyError
        When the file is not JSON, as far as it has to be looked through.
    """
    content = spec.path.read_bytes()
    found = [match.start() for match in _KEY.finditer(content)]
    if not found:
        return StatedCRS()
    text = content.decode("utf-8", errors="surrogateescape")
    last: int = len(content[: found[-1]].decode("utf-8", errors="surrogateescape"))
    del content
    try:
        members = list(_members(text, last))
    except (ValueError, IndexError, RecursionError) as error:
        raise SurveyError(f"{describe(spec)} cannot be read: {error}", "export the file again") from error
    return StatedCRS(tuple(value for _, _, value in members), tuple((begin, end) for begin, end, _ in members))


@contextlib.contextmanager
def without_crs(path: Path, stated: StatedCRS) -> Iterator[Path]:
    """Give a copy in which every ``crs`` is null; the file itself where GDAL may see what it states."""
    if stated.safe:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        text = path.read_bytes().decode("utf-8", errors="surrogateescape")
        copy = Path(folder) / path.name
        pieces, at = [], 0
        for begin, end in stated.spans:
            pieces += [text[at:begin], "null"]
            at = end
        copy.write_bytes("".join([*pieces, text[at:]]).encode("utf-8", errors="surrogateescape"))
        yield copy


def _name(value: object) -> str:
    """Name or code of a member as the drafts of the standard have it; empty for links and for what is neither."""
    if not isinstance(value, dict) or not isinstance(value.get("properties"), dict):
        return ""
    inner = value["properties"]
    by_type = {"name": ("name", ""), "epsg": ("code", "EPSG:"), "ogc": ("urn", "")}
    key, before = by_type.get(str(value.get("type")).lower(), ("", ""))
    name = inner.get(key)
    return f"{before}{name}" if isinstance(name, str | int) and str(name) else ""


def _is_wgs84(text: str) -> bool:
    try:
        crs = pyproj.CRS.from_user_input(text)
    except CRSError:
        return False
    return same_crs(crs, pyproj.CRS.from_epsg(4326))


def _members(text: str, last: int) -> Iterator[tuple[int, int, Any]]:
    """Members crs of the outermost object, as (begin, end, value); past `last` there is none.

    Raises
    ------
    ValueError
        When the text is not JSON up to there.
    IndexError
        When it ends before.
    """
    decoder = json.JSONDecoder(strict=False)
    at = _past(_SPACE, text, 0)
    if text[at] != "{":
        raise ValueError("no object")
    at = _past(_SPACE, text, at + 1)
    while at <= last and text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        begin = _past(_COLON, text, at)
        if key != "crs" and text.startswith("[", begin):
            at = _past_list(decoder, text, begin, last)
        else:
            value, at = decoder.raw_decode(text, begin)
            if key == "crs":
                yield begin, at, value
        at = _past(_SPACE, text, at)


def _past_list(decoder: json.JSONDecoder, text: str, at: int, last: int) -> int:
    """End of a list, one entry in memory at a time; somewhere past `last` where that lies before it."""
    at = _past(_SPACE, text, at + 1)
    while at <= last and text[at] != "]":
        _, at = decoder.raw_decode(text, at)
        at = _past(_SPACE, text, at)
    return at + 1


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    if match is None:
        raise ValueError(f"unexpected text at character {at}")
    return match.end()
