"""Tables of a GraceTHD delivery: shapefiles where they have geometry, ``;``-separated UTF-8 CSV where they have not."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_TEXT_BYTES, require_counts, require_size
from gis_layers.readers import shapefile
from gis_layers.readers.plain_files import require_plain
from gis_layers.readers.vector import describe, digest_files
from gis_layers.table import FileNote, RowNote, Rows

Objects = npt.NDArray[np.object_]

_LONGEST_LINE = 1 << 20  # characters: thousands of cells
_LISTED = 10  # rows named in a message on a table
_SHAPEFILE_PARTS = frozenset({".cpg", ".dbf", ".prj", ".shp", ".shx"})
_NO_VALUE = frozenset({"", "nan", "nat", "none"})


@dataclass(frozen=True)
class Table:
    """A table as delivered, n rows, its column names in lower case.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    frame : DataFrame, n rows
        Index 0..n-1.
    wkb : (n,) object
        Geometry as WKB, None in tables without.
    crs : CRS or None
    row_notes : tuple of RowNote
        What was found on its rows while they were read.
    delivered_wkb : (n,) object or None
        Geometry as delivered, where reading it changed it.
    """

    file: str
    frame: pd.DataFrame
    wkb: Objects
    crs: pyproj.CRS | None
    row_notes: tuple[RowNote, ...] = ()
    delivered_wkb: Objects | None = None

    def codes(self, column: str) -> Objects:
        """(n,) object of str: codes of a column, the empty string where there is none or no such column."""
        if column not in self.frame:
            return np.full(len(self.frame), "", dtype=object)
        return as_codes(self.frame[column].to_numpy())


def as_codes(values: npt.NDArray[np.generic]) -> Objects:
    """Cells as codes: text without spaces around it, whole numbers without decimals, empty for missing ones."""
    rank, distinct = pd.factorize(values)
    texts = [
        str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value).strip()
        for value in distinct
    ]
    codes = np.array([*("" if text.lower() in _NO_VALUE else text for text in texts), ""], dtype=object)
    taken: Objects = codes[rank]
    return taken


class Delivery:
    """The files of one delivery that a layer reads, and what is found on them.

    Attributes
    ----------
    notes : list of FileNote
    """

    def __init__(self, spec: LayerSpec) -> None:
        self.spec = spec
        self.notes: list[FileNote] = []
        self._files: dict[str, Path] = {}
        self._used: set[Path] = set()
        self._missing: list[str] = []
        for path in sorted(spec.path.iterdir()):
            if not path.is_dir() and self._files.setdefault(path.name.lower(), path) != path:
                raise SurveyError(
                    f"{describe(spec)} holds both {self._files[path.name.lower()].name} and {path.name}",
                    "keep one of them",
                )

    def sha256(self) -> str:
        """Digest of the files read so far, in name order."""
        return digest_files(sorted(self._used, key=lambda path: path.name))

    def tables_present(self, names: Iterable[str]) -> list[str]:
        """Those of the named tables with geometry that the folder holds."""
        return [name for name in names if f"{name}.shp" in self._files]

    def shapes(self, name: str, needed: Iterable[str], *, beside: bool = False) -> Table:
        """Read a table with geometry; one `beside` that of the layer tells what was found on its rows as a whole.

        Raises
        ------
        StudyError
            When the delivery lacks it.
        SurveyError
            When it cannot be read, or lacks a needed column.
        """
        path = self._path(f"{name}.shp")
        shown = f"{self.spec.shown_path or self.spec.path.name}/{path.name}"
        raw = shapefile.read(replace(self.spec, path=path, shown_path=shown, layer=None))
        self._used |= {other for other in self._files.values() if other.stem == path.stem and _is_part(other)}
        self.notes += [replace(note, message=f"{path.name}: {note.message}") for note in raw.notes]
        frame = pd.DataFrame({column.lower(): values for column, values in raw.columns.items()})
        self._require(path.name, frame.columns, needed)
        if beside:
            self.notes += [_on_file(path.name, note) for note in raw.row_notes if len(note.rows)]
        return Table(path.name, frame, raw.wkb, raw.crs, () if beside else raw.row_notes, raw.delivered_wkb)

    def rows(self, name: str, needed: Iterable[str]) -> Table:
        """Read a table without geometry.

        Raises
        ------
        StudyError
            When the delivery lacks it.
        SurveyError
            When it cannot be read, or lacks a needed column.
        """
        return self._read_csv(self._path(f"{name}.csv"), needed)

    def rows_if_there(self, name: str, needed: Iterable[str]) -> Table | None:
        """Read a table without geometry; where the delivery lacks it, None, and told by `tell_missing`."""
        if f"{name}.csv" in self._files:
            return self.rows(name, needed)
        if name not in self._missing:
            self._missing.append(name)
        return None

    def tell_missing(self) -> None:
        """Tell which optional tables the delivery lacks."""
        if self._missing:
            shown = ", ".join(f"{name}.csv" for name in sorted(self._missing))
            message = f"the delivery lacks {shown}"
            self.notes.append(FileNote("note", code="table-missing", message=message, done="read without them"))

    def _path(self, file: str) -> Path:
        if file not in self._files:
            raise StudyError(
                f"{describe(self.spec)}: the delivery lacks {file}, which kind {self.spec.kind} needs",
                "ask for the whole delivery",
            )
        path = self._files[file]
        what = f"{describe(self.spec)}: {path.name}"
        require_plain(path, self.spec.path, what=what, hint="ask for the whole delivery")
        return path

    def _read_csv(self, path: Path, needed: Iterable[str]) -> Table:
        shown = f"{describe(self.spec)}: {path.name}"
        self._used.add(path)
        require_size(path, MAX_TEXT_BYTES, where=shown)
        try:
            with path.open(encoding=self._encoding(), newline="") as stream:
                bounded = _bounded(stream, where=shown)
                lines = [line for line in csv.reader(bounded, delimiter=";", strict=True) if line]
        except UnicodeDecodeError as error:
            raise SurveyError(f"{shown} is not {self._encoding()}: {error.reason}", "state encoding:") from error
        except csv.Error as error:
            raise SurveyError(f"{shown} cannot be read as ;-separated CSV: {error}", "export it again") from error
        if any("\0" in cell for line in lines for cell in line):
            raise SurveyError(f"{shown} holds bytes that no text has", "export it again")
        if not lines:
            raise SurveyError(f"{shown} is empty", "export it again")
        names = [name.strip().lower() for name in lines[0]]
        if len(set(names)) < len(names):
            raise SurveyError(f"{shown} has two columns of one name: {', '.join(names)}", "export it again")
        self._require(path.name, names, needed)
        body = self._blank_uneven(path.name, lines[1:], len(names))
        frame = pd.DataFrame(body, columns=names, dtype=object)
        return Table(path.name, frame, np.full(len(frame), None, dtype=object), None)

    def _blank_uneven(self, file: str, lines: list[list[str]], width: int) -> list[list[str]]:
        """Empty the rows whose cells cannot be told apart: nothing of them is taken for something else."""
        uneven = np.array([row for row, line in enumerate(lines) if len(line) != width], dtype=np.int64)
        for row in uneven:
            lines[row] = [""] * width
        if len(uneven):
            message = f"{file}: {len(uneven)} rows do not have the {width} cells of the header: {list_rows(uneven)}"
            done, advice = "their cells ignored", "export the table again"
            self.notes.append(FileNote("error", code="table-row-width", message=message, done=done, advice=advice))
        return lines

    def _encoding(self) -> str:
        stated = self.spec.encoding
        return "utf-8-sig" if stated is None or stated.lower().replace("-", "") == "utf8" else stated

    def _require(self, file: str, names: Iterable[str], needed: Iterable[str]) -> None:
        lacking = sorted(set(needed) - set(names))
        if lacking:
            raise SurveyError(
                f"{describe(self.spec)}: {file} lacks {', '.join(lacking)}, needed for kind {self.spec.kind}",
                f"its columns: {', '.join(names)}",
            )


def _bounded(stream: Iterable[str], *, where: str) -> Iterator[str]:
    """Lines of a table, until there are more of them, or longer ones, than any delivery has."""
    for count, line in enumerate(stream):
        require_counts(count, 1, where=where)
        if len(line) > _LONGEST_LINE:
            raise SurveyError(f"{where}: line {count + 1} has {len(line):,} characters", "export it again")
        yield line


def list_rows(rows: Rows, values: Iterable[object] | None = None) -> str:
    """Show the first of some rows, with a value of each, for a message."""
    texts = [""] * len(rows) if values is None else values
    shown = [f"row {row} {text}".strip() for row, text in zip(rows.tolist(), texts, strict=True)]
    return ", ".join(shown[:_LISTED]) + (f" and {len(shown) - _LISTED} more" if len(shown) > _LISTED else "")


def _on_file(file: str, note: RowNote) -> FileNote:
    """What was found on rows of a table that are not those of the layer."""
    message = f"{file}: {note.messages[0]}, in {len(note.rows)} rows: {list_rows(note.rows)}"
    return FileNote(note.severity, code=note.code, message=message, done=note.done, advice=note.advice)


def _is_part(path: Path) -> bool:
    return path.suffix.lower() in _SHAPEFILE_PARTS
