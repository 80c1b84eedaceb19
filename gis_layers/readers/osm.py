"""OpenStreetMap data (.osm.pbf, .osm, .osm.gz, .osm.bz2) through pyosmium: the kind of the layer says which objects.

Nodes become points, ways lines or areas as the kind needs, multipolygon relations areas; tags become columns.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gis_layers.errors import StudyError, SurveyError
from gis_layers.kinds import KINDS
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from gis_layers.readers.osm_guard import refuse_large
from gis_layers.readers.osm_rules import RULES, OsmRule
from gis_layers.readers.vector import describe, digest_files, require_single_layer, require_utf8
from gis_layers.table import FileNote, RawTable, RowNote

EXTENSIONS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")

MOST_TAG_COLUMNS = 60
"""Keys that get a column of their own; rarer ones share the column ``other_tags``, unless the study names them."""
MOST_TAG_BYTES = 512 << 20
"""Memory that the tags of a layer may take, about: a million buildings of four tags each."""

_CUT = "cut out the town, for example with: osmium extract"
_TAG_BYTES = 100  # of a tag in its object, and of a text beside its characters
_QUEUE = "OSMIUM_MAX_OSMDATA_QUEUE_SIZE"  # blocks that the library unpacks ahead: 20, unless told otherwise


@dataclass
class _Found:
    """Objects of the kind, in the order of the file: nodes, ways, relations, then areas."""

    ids: list[str] = field(default_factory=list)
    wkb: list[bytes | None] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    lost: list[tuple[int, str]] = field(default_factory=list)
    made_points: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, tags: dict[str, str], status: str, wkb: bytes | None, *, why_lost: str = "") -> None:
        if wkb is None:
            self.lost.append((len(self.ids), why_lost))
        self.ids.append(name)
        self.tags.append(tags)
        self.status.append(status)
        self.wkb.append(wkb)


def read(spec: LayerSpec) -> RawTable:
    """Read the objects of the layer's kind.

    Returns
    -------
    RawTable
        Columns ``osm_id`` (``node/12``, ``way/12``, ``relation/12``), ``status``, one a tag, and ``other_tags`` (JSON).

    Raises
    ------
    StudyError
        When the kind has no usual tags in OpenStreetMap, or pyosmium is not installed.
    SurveyError
        When the file is not OpenStreetMap data.
    """
    require_single_layer(spec)
    require_utf8(spec)
    rule = RULES.get(spec.kind)
    if rule is None:
        known = ", ".join(sorted(RULES))
        raise StudyError(
            f"{describe(spec)}: kind {spec.kind} has no usual tags in OpenStreetMap", f"kinds read from it: {known}"
        )
    osmium = _import_osmium(spec)
    refuse_large(spec)
    try:
        with _in_order(osmium, spec.path) as path:
            found = _collect(osmium, path, rule, spec)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:  # what libosmium raises
        raise SurveyError(f"{describe(spec)} cannot be read: {error}", "download or export the file again") from error
    return _to_table(spec, found)


def _import_osmium(spec: LayerSpec) -> Any:
    try:
        import osmium  # noqa: PLC0415  # optional: only those who read OpenStreetMap data need it
    except ImportError as error:
        raise StudyError(
            f"{describe(spec)}: reading OpenStreetMap data needs pyosmium", 'pip install "cardio-planning[osm]"'
        ) from error
    os.environ.setdefault(_QUEUE, "2")
    return osmium


@contextmanager
def _in_order(osmium: Any, path: Path) -> Iterator[Path]:
    """Give a file whose objects are in order of type and id: areas can be built from such files only."""
    if _is_sorted(osmium, path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="cardio-") as folder:
        ordered = Path(folder) / "sorted.osm.pbf"
        merged = osmium.MergeInputReader()
        merged.add_file(str(path))
        writer = osmium.WriteHandler(str(ordered))
        merged.apply(writer)
        writer.close()
        yield ordered


def _is_sorted(osmium: Any, path: Path) -> bool:
    reader = osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING)
    if reader.header().get("sorting") == "Type_then_ID":
        return True
    order, last = {"n": 0, "w": 1, "r": 2}, (0, -(2**63))
    for thing in osmium.FileProcessor(str(path)):
        place = (order.get(thing.type_str(), 3), thing.id)
        if place < last:
            return False
        last = place
    return True


def _collect(osmium: Any, path: Path, rule: OsmRule, spec: LayerSpec) -> _Found:
    families = KINDS[spec.kind].families
    keys = osmium.filter.KeyFilter(*rule.keys)
    things = osmium.FileProcessor(str(path)).with_locations()
    if families != {"line"}:
        things = things.with_areas(keys)
    maker, texts = _Maker(osmium, families), _Texts(describe(spec))
    for thing in things.with_filter(keys):
        tags = texts.tags_of(thing)
        status = rule.status_of(tags)
        if status is not None:
            texts.keep(tags)
            maker.take(thing, tags, status)
        if maker.count() > MAX_ROWS:
            raise SurveyError(f"{describe(spec)} holds more than {MAX_ROWS:,} objects of kind {spec.kind}", _CUT)
    maker.name_unbuilt()
    return maker.found


class _Texts:
    """Tags of objects, each text held once; refused where they take more memory than those of a town."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._known: dict[str, str] = {}
        self._size_bytes = 0

    def tags_of(self, thing: Any) -> dict[str, str]:
        if len(thing.tags) > MAX_COLUMNS:
            name = f"{thing.type_str()}{thing.id}"
            raise SurveyError(f"{self._where}: {name} has more than {MAX_COLUMNS:,} tags", "remove it from the file")
        return {self._once(tag.k): self._once(tag.v) for tag in thing.tags}

    def keep(self, tags: Mapping[str, str]) -> None:
        self._spend(len(tags) * _TAG_BYTES)

    def _once(self, text: str) -> str:
        if text not in self._known:
            self._spend(len(text) + _TAG_BYTES)
            self._known[text] = text
        return self._known[text]

    def _spend(self, size_bytes: int) -> None:
        self._size_bytes += size_bytes
        if self._size_bytes > MOST_TAG_BYTES:
            raise SurveyError(f"{self._where}: its tags take more than {MOST_TAG_BYTES / 1e6:,.0f} MB", _CUT)


class _Maker:
    """Makes rows of the objects of one kind; what should be an area but is not built is not forgotten."""

    def __init__(self, osmium: Any, families: frozenset[str]) -> None:
        self.found = _Found()
        self._factory = osmium.geom.WKBFactory()
        self._failures = RuntimeError, osmium.InvalidLocationError
        self._families = families
        self._awaited: dict[str, tuple[dict[str, str], str]] = {}

    def count(self) -> int:
        return len(self.found.ids) + len(self._awaited)

    def take(self, thing: Any, tags: dict[str, str], status: str) -> None:
        kind = thing.type_str()
        if kind == "n" and "point" not in self._families:
            self.found.left_out["nodes"] += 1
        elif kind == "n":
            self._add(f"node/{thing.id}", tags, status, self._factory.create_point, thing)
        elif kind == "w":
            self._take_way(thing, tags, status)
        elif kind == "r" and tags.get("type") in ("multipolygon", "boundary") and self._families != {"line"}:
            self._awaited[f"relation/{thing.id}"] = tags, status
        elif kind == "a":
            name = f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}"
            self._awaited.pop(name, None)
            self._add(name, tags, status, self._factory.create_multipolygon, thing)

    def _take_way(self, way: Any, tags: dict[str, str], status: str) -> None:
        name = f"way/{way.id}"
        if self._families == {"line"} and tags.get("area") == "yes":
            self.found.left_out["areas (area=yes)"] += 1
        elif "line" in self._families and not (way.is_closed() and self._families != {"line"}):
            self._add(name, tags, status, self._factory.create_linestring, way)
        elif self._families != {"line"}:
            self._awaited[name] = tags, status

    def _add(self, name: str, tags: dict[str, str], status: str, create: Any, thing: Any) -> None:
        try:
            wkb = bytes.fromhex(create(thing))
        except self._failures as error:  # nodes outside the extract, or an outline that encloses nothing
            self.found.add(name, tags, status, None, why_lost=str(error))
            return
        if create == self._factory.create_multipolygon and "polygon" not in self._families:
            wkb = shapely.to_wkb(shapely.point_on_surface(shapely.from_wkb(wkb)))
            self.found.made_points += 1
        self.found.add(name, tags, status, wkb)

    def name_unbuilt(self) -> None:
        """Add the ways and relations of which no area could be built, without geometry."""
        for name, (tags, status) in self._awaited.items():
            self.found.add(name, tags, status, None, why_lost="no closed outline can be built from its nodes")


def _to_table(spec: LayerSpec, found: _Found) -> RawTable:
    wkb = np.empty(len(found.ids), dtype=object)
    wkb[:] = found.wkb
    columns = {"osm_id": _objects(found.ids), "status": _objects(found.status), **_tag_columns(spec, found.tags)}
    rows = np.array([row for row, _ in found.lost], dtype=np.int64)
    incomplete = RowNote(
        "error",
        code="osm-incomplete",
        rows=rows,
        messages=tuple(f"{found.ids[row]} has no whole geometry in this file: {why}" for row, why in found.lost),
        done="row set aside",
        advice="take an extract with whole ways and relations (osmium extract: strategy complete_ways or smart)",
        set_aside=True,
    )
    return RawTable(
        wkb,
        columns,
        pyproj.CRS.from_epsg(4326),
        digest_files([spec.path]),
        notes=tuple(_notes(spec, found)),
        row_notes=(incomplete,) if len(rows) else (),
    )


def _notes(spec: LayerSpec, found: _Found) -> Iterator[FileNote]:
    if found.made_points:
        yield FileNote(
            "note",
            code="area-as-point",
            message=f"{found.made_points} objects are drawn as areas, but a {spec.kind} is a point",
            done="a point inside each is taken",
        )
    if found.left_out:
        counts = ", ".join(f"{count} {what}" for what, count in found.left_out.items())
        families = " or ".join(sorted(KINDS[spec.kind].families))
        yield FileNote(
            "note",
            code="osm-left-out",
            message=f"{counts} have the tags of a {spec.kind}, which is a {families}",
            done="left out",
        )


def _tag_columns(spec: LayerSpec, tags: list[dict[str, str]]) -> dict[str, npt.NDArray[np.object_]]:
    """One column a frequent or asked key, in order of first use; the others together as JSON in ``other_tags``."""
    counts = Counter(key for each in tags for key in each)
    asked = {*spec.columns.values(), *spec.where, spec.exists_column}
    most = min(MOST_TAG_COLUMNS, MAX_CELLS // max(1, len(tags)))
    frequent = {key for key, _ in counts.most_common(most)}
    own = [key for key in counts if key in frequent or key in asked]
    columns = {_free(key): _objects([each.get(key) for each in tags]) for key in own}
    if len(own) < len(counts):
        columns["other_tags"] = _objects([_rest(each, set(own)) for each in tags])
    return columns


def _free(key: str) -> str:
    """Name of a tag's column; ``osm_id``, ``status`` and ``other_tags`` are taken."""
    return f"tag:{key}" if key in ("osm_id", "status", "other_tags") else key


def _rest(tags: Mapping[str, str], own: set[str]) -> str | None:
    rest = {key: value for key, value in tags.items() if key not in own}
    return json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else None


def _objects(values: Iterable[str | None]) -> npt.NDArray[np.object_]:
    items = list(values)
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array
