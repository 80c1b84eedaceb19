"""Zip archives: one layer in them is unpacked to a temporary folder and read, within limits on what is written."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from gis_layers import readers  # the list of readers holds this one: its names are there once all are loaded
from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_ARCHIVE_BYTES, MAX_ARCHIVE_MEMBERS, MAX_ARCHIVE_RATIO, require_size
from gis_layers.readers.vector import describe, digest_files
from gis_layers.table import RawTable

EXTENSIONS = (".zip",)
TAKES_PLACE_COLUMNS = True  # for the table inside; the reader of another file refuses them

_ENTRY_MARK = b"PK\x01\x02"  # begins every entry of a zip directory, whatever the directory says of its length
_BLOCK_BYTES = 1 << 20
_HARMLESS_BYTES = 64 << 20  # unpacked in well under a second: the ratio counts only beyond
_PACKED_BY = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_JUNK = ("__MACOSX", "._", ".DS_Store", "Thumbs.db")  # how names begin that operating systems add
_NOTES = (".txt",)  # a read-me beside a layer; read only where nothing else is there, or where it is named
_BAD_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


@dataclass(frozen=True)
class _Member:
    """A file in an archive, or in an archive in it."""

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo
    path: PurePosixPath


@dataclass
class _Budget:
    """What may still be written; counted on bytes written, never on what the archive says of itself."""

    where: str
    packed_bytes: int
    written_bytes: int = 0

    def spend(self, size_bytes: int) -> None:
        self.written_bytes += size_bytes
        bomb = self.written_bytes > max(_HARMLESS_BYTES, MAX_ARCHIVE_RATIO * self.packed_bytes)
        if bomb or self.written_bytes > MAX_ARCHIVE_BYTES:
            raise SurveyError(
                f"{self.where} unpacks to more than {self.written_bytes / 1e6:,.0f} MB from "
                f"{self.packed_bytes / 1e6:,.1f} MB: refused as a zip bomb",
                "if it is a true survey, unpack it and name the file in it",
            )


@dataclass(frozen=True)
class _Found:
    """A layer in the archive: its own member, and those to unpack with it."""

    path: PurePosixPath
    members: tuple[_Member, ...] = field(repr=False)
    is_folder: bool = False


def read(spec: LayerSpec) -> RawTable:
    """Read the layer in a zip archive; ``layer:`` names the file where there are several.

    Raises
    ------
    StudyError
        When several layers are inside and none is named, or none of that name.
    SurveyError
        When the archive cannot be unpacked, is encrypted, holds no layer, or more than a survey can hold.
    """
    where = describe(spec)
    require_size(spec.path, MAX_ARCHIVE_BYTES, where=where)
    _require_few_entries(spec.path, where)
    budget = _Budget(where, spec.path.stat().st_size)
    with tempfile.TemporaryDirectory(prefix="cardio-zip-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        try:
            members = _open(spec.path, PurePosixPath(), where, stack)
            for number, nested in enumerate([member for member in members if member.path.suffix.lower() == ".zip"]):
                inner = folder / f"{number}.zip"
                _unpack(nested, inner, budget)
                _require_few_entries(inner, where)
                members += _open(inner, nested.path, where, stack)
            chosen, layer = _choose(spec, _find_layers(members))
            target = folder / "layer"
            target.mkdir()
            for member in chosen.members:
                _unpack(member, target / member.path.name, budget)
        except _BAD_ZIP as error:
            raise SurveyError(f"{where} cannot be unpacked: {error}", "ask for the archive again") from error
        path = target if chosen.is_folder else target / chosen.path.name
        shown = f"{spec.shown_path or spec.path.name}/{chosen.path}"
        try:
            table = readers.read_table(replace(spec, path=path, shown_path=shown, layer=layer))
        except SurveyError as error:
            raise SurveyError(_without(folder, error.message), _without(folder, error.hint)) from error
    notes = tuple(replace(note, message=_without(folder, note.message)) for note in table.notes)
    return replace(table, sha256=digest_files([spec.path]), notes=notes)


def layers_inside(spec: LayerSpec) -> tuple[str, ...]:
    """Names that ``layer:`` may have: paths of the layers in the archive; archives in it are not opened.

    Raises
    ------
    SurveyError
        When the archive cannot be opened, is encrypted, or holds no layer.
    """
    where = describe(spec)
    require_size(spec.path, MAX_ARCHIVE_BYTES, where=where)
    _require_few_entries(spec.path, where)
    with ExitStack() as stack:
        try:
            found = _find_layers(_open(spec.path, PurePosixPath(), where, stack))
        except _BAD_ZIP as error:
            raise SurveyError(f"{where} cannot be unpacked: {error}", "ask for the archive again") from error
    plain = [layer for layer in found if layer.path.suffix.lower() not in _NOTES] or found
    if not plain:
        raise SurveyError(f"{where} holds no layer that is read", "unpack it and look; ask for the survey again")
    return tuple(str(layer.path) for layer in plain)


def _without(folder: Path, text: str) -> str:
    """Text of the library without the name of a temporary folder, which means nothing to its reader."""
    return text.replace(f"{folder / 'layer'}/", "")


def _require_few_entries(path: Path, where: str) -> None:
    """Count directory entries in the bytes, before a library makes objects of them."""
    count, tail = 0, b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            count += (tail + block).count(_ENTRY_MARK)
            tail = block[-(len(_ENTRY_MARK) - 1) :]
    if count > MAX_ARCHIVE_MEMBERS:
        raise SurveyError(f"{where} holds {count} files; at most {MAX_ARCHIVE_MEMBERS} are read", "unpack it yourself")


def _open(path: Path, inside: PurePosixPath, where: str, stack: ExitStack) -> list[_Member]:
    """Files of an archive, junk left out; refused where one has an unsafe name or is encrypted."""
    archive = stack.enter_context(zipfile.ZipFile(path))
    members = []
    for info in archive.infolist():
        name = _decode_name(info)
        member = _Member(archive, info, inside / name)
        if info.is_dir() or name.endswith("/") or any(part.startswith(_JUNK) for part in member.path.parts):
            continue
        _require_safe(member, name, where)
        members.append(member)
    if len({member.path for member in members}) < len(members):
        raise SurveyError(f"{where} holds two files of one name", "ask for the archive again")
    return members


def _decode_name(info: zipfile.ZipInfo) -> str:
    """Name with forward slashes; many programs write UTF-8 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_NAME:
        with suppress(UnicodeDecodeError):  # then it is cp437, as the format says
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _require_safe(member: _Member, name: str, where: str) -> None:
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name:
        raise SurveyError(f"{where} holds a file with the unsafe name {name!r}", "do not open it; ask who sent it")
    mode = member.info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise SurveyError(f"{where}: {name} is a link or device, not a file", "do not open it; ask who sent it")
    if member.info.flag_bits & _ENCRYPTED:
        raise SurveyError(f"{where} is encrypted ({name})", "unpack it with its password and name the file in it")
    if member.info.compress_type not in _PACKED_BY:
        raise SurveyError(f"{where}: {name} is packed in a way that is not read", "zip it again with plain deflate")


def _unpack(member: _Member, target: Path, budget: _Budget) -> None:
    with member.archive.open(member.info) as packed, target.open("xb") as stream:
        while block := packed.read(_BLOCK_BYTES):
            budget.spend(len(block))
            stream.write(block)


def _find_layers(members: Sequence[_Member]) -> list[_Found]:
    """Delivery folders and files that a reader reads, each with the files that belong to it."""
    by_folder: dict[PurePosixPath, list[_Member]] = {}
    for member in members:
        by_folder.setdefault(member.path.parent, []).append(member)
    found = []
    for folder, inside in by_folder.items():
        if readers.is_delivery(member.path.name for member in inside):
            found.append(_Found(folder, tuple(inside), is_folder=True))
            continue
        for member in inside:
            if readers.is_read(member.path.name) and member.path.suffix.lower() not in EXTENSIONS:
                stem = member.path.stem.lower()  # surveys mix VOIE.dbf and Voie.shp
                parts = tuple(other for other in inside if other.path.stem.lower() == stem)
                found.append(_Found(member.path, parts))
    return sorted(found, key=lambda layer: str(layer.path))


def _choose(spec: LayerSpec, found: Sequence[_Found]) -> tuple[_Found, str | None]:
    """The layer to read, and what of ``layer:`` is left for its own reader."""
    where = describe(spec)
    if not found:
        raise SurveyError(f"{where} holds no layer that is read", "unpack it and look; ask for the survey again")
    shown = ", ".join(str(layer.path) for layer in found)
    plain = [layer for layer in found if layer.path.suffix.lower() not in _NOTES] or list(found)
    if spec.layer is not None:
        named = list(_named(spec.layer, found))
        if len(named) == 1:
            return named[0]
        if len(plain) > 1 or named:
            raise StudyError(f"{where}: layer: {spec.layer} names none or several of {shown}", "name one by its path")
        return plain[0], spec.layer
    if len(plain) > 1:
        raise StudyError(f"{where} holds several layers: {shown}", "name one with layer:")
    return plain[0], None


def _named(name: str, found: Sequence[_Found]) -> Iterator[tuple[_Found, str | None]]:
    """Layers of a name: path, file name or stem; behind a path, a slash and the layer inside the file."""
    for layer in found:
        if name in (str(layer.path), layer.path.name, layer.path.stem):
            yield layer, None
        elif name.startswith(f"{layer.path}/"):
            yield layer, name.removeprefix(f"{layer.path}/")
