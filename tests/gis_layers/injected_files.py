"""Defects of files: what is stated of them, what is lost on the way, and how tables of text are written."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.gis_layers.clean_town import LON_LAT, ROWS, Town
from tests.gis_layers.files import CRS
from tests.gis_layers.injection import (
    ANYTHING,
    SHAPEFILES,
    TABLES,
    WITH_CRS,
    Apply,
    Defect,
    Expected,
    lost,
)


def _after(damage: Callable[[Path], None], *codes: str, **more: Any) -> Apply:
    """Damage the written files."""

    def apply(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
        town.damages.append(damage)
        return Expected({(code, None) for code in codes}, **more)

    return apply


def _packed(packing: Callable[[Path], None]) -> Apply:
    """Name or pack the files in another way, in which nothing is wrong."""

    def apply(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
        town.packing.append(packing)
        return Expected(set())

    return apply


def _remove(suffix: str) -> Callable[[Path], None]:
    return lambda folder: (folder / f"survey{suffix}").unlink()


def _write(suffix: str, content: bytes) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / f"survey{suffix}").write_bytes(content)

    return damage


def _patch(path: Path, place: int, content: bytes) -> None:
    whole = bytearray(path.read_bytes())
    whole[place : place + len(content)] = content
    path.write_bytes(whole)


def _says(encoding: str, stated: bytes | None, code: str) -> Apply:
    """Text in one encoding, a .cpg that states another."""

    def apply(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
        town.encoding = encoding
        town.damages.append(_remove(".cpg") if stated is None else _write(".cpg", stated))
        return Expected({(code, None)})

    return apply


def _nul(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
    """A NUL byte within a name."""
    town.columns["name"][rows[0]] = "Rue X du Fort"

    def damage(folder: Path) -> None:
        path = folder / "survey.dbf"
        content = path.read_bytes()
        path.write_bytes(content.replace(b"Rue X du Fort", b"Rue \0 du Fort"))

    town.damages.append(damage)
    return Expected({("text-cut", rows[0])}, cells={(rows[0], "name"): "Rue   du Fort"})


def _upper(folder: Path) -> None:
    for part in list(folder.iterdir()):
        part.rename(part.with_suffix(part.suffix.upper()))


def _stretch(folder: Path) -> None:
    """A header that states another length than the file has."""
    path = folder / "survey.shp"
    _patch(path, 24, struct.pack(">i", path.stat().st_size // 2 + 50))


def _record(path: Path, row: int) -> tuple[int, int]:
    """First byte of a record of a .shp, and its bytes."""
    words = np.fromfile(path.with_suffix(".shx"), dtype=">i4", offset=100).reshape(-1, 2)[row]
    return 2 * int(words[0]), 2 * int(words[1]) + 8


def _spoil_x(value: float) -> Apply:
    """A number that is none, in the first position of a record."""

    def apply(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
        def damage(folder: Path) -> None:
            path = folder / "survey.shp"
            place, _ = _record(path, rows[0])
            kind, parts = struct.unpack_from("<i32xi", path.read_bytes() + bytes(40), place + 8)
            first = 4 if kind == 1 else 44 + 4 * parts
            _patch(path, place + 8 + first, struct.pack("<d", value))

        town.damages.append(damage)
        if town.kind == "building":  # with a court, GDAL warns of its winding, too
            shape = town.shapes[rows[0]] or {}
            town.shapes[rows[0]] = shape | {"coordinates": shape["coordinates"][:1]}
        return lost("bad-coordinate", rows[0])

    return apply


def _cut_shp(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
    """The .shp ends within one of its last records."""
    left = ROWS - int(random.integers(1, 6))

    def damage(folder: Path) -> None:
        path = folder / "survey.shp"
        place, size = _record(path, left)
        path.write_bytes(path.read_bytes()[: place + int(random.integers(0, size))])

    town.damages.append(damage)
    gone = range(left, ROWS)
    found: set[tuple[str, int | None]] = {("file-length", None)} | {("row-unreadable", row) for row in gone}
    error = f"{len(gone)} of {ROWS} geometries are missing.*salvage: true"
    return Expected(found, dict.fromkeys(gone, "row-unreadable"), options={"salvage": True}, error=error)


def _cut_dbf(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
    """The .dbf ends before its last record, which it states."""

    def damage(folder: Path) -> None:
        path = folder / "survey.dbf"
        content = path.read_bytes()
        path.write_bytes(content[: len(content) - 1 - struct.unpack("<H", content[10:12])[0]])

    town.damages.append(damage)
    row = ROWS - 1
    error = rf"1 of {ROWS} rows of the \.dbf are missing.*salvage: true"
    return Expected(
        {("row-unreadable", row), ("record-count", None)},
        {row: "row-unreadable"},
        options={"salvage": True},
        error=error,
    )


def _short_dbf(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
    """The .dbf has one record less, and says so: the last geometry is without attributes, and without status."""

    def damage(folder: Path) -> None:
        path = folder / "survey.dbf"
        content = bytearray(path.read_bytes())
        content[4:8] = struct.pack("<i", ROWS - 1)
        path.write_bytes(content[: len(content) - 1 - struct.unpack("<H", content[10:12])[0]] + b"\x1a")

    town.damages.append(damage)
    row = ROWS - 1
    return Expected({("record-count", None), ("record-count", row), ("not-existing", None)}, {row: "not-existing"})


def _no_dbf(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
    town.damages.append(_remove(".dbf"))
    cells: dict[tuple[int, str], Any] = {(row, name): ANYTHING for row in range(ROWS) for name in town.columns}
    return Expected({("attributes-lost", None), ("missing-ids", None)}, cells=cells)


def _wrong_crs(code: str) -> Apply:
    """Numbers of Lambert-93 in a file that states another CRS, under which they lie far away."""

    def apply(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
        town.stated_crs = code
        error = 'outside(.|\n)*crs: "EPSG:2154"'
        return Expected({("crs-conflict", None)}, options={"crs": CRS}, error=error)

    return apply


def _no_crs(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
    town.stated_crs = None
    return Expected(set(), options={"crs": CRS}, error='has no CRS(.|\n)*crs: "EPSG:2154"')


def _prj(damage: Callable[[Path], None]) -> Apply:
    return _after(damage, options={"crs": CRS}, error='has no CRS(.|\n)*crs: "EPSG:2154"')


def _all_swapped(crs: str) -> Apply:
    def apply(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
        town.crs = town.stated_crs = crs
        town.swapped = True
        swapped = f"{crs} swapped"
        error = f'outside(.|\n)*crs: "{swapped}"'
        return Expected({("axes-swapped", None)}, options={"crs": swapped}, error=error)

    return apply


def _written(*codes: str, **dialect: Any) -> Apply:
    def apply(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
        town.dialect |= dialect
        return Expected({(code, None) for code in codes})

    return apply


def _cells(change: Callable[[list[Any]], list[Any]], result: Callable[[int], Expected]) -> Apply:
    """Another number of cells in a row, or other cells."""

    def apply(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
        town.dialect["rows"] = {**town.dialect.get("rows", {}), rows[0]: change}
        return result(rows[0])

    return apply


def _short_row(row: int) -> Expected:
    return Expected({("row-too-short", row)}, cells={(row, "remark"): None})


def _blank_line(town: Town, rows: list[int], random: np.random.Generator) -> Expected:
    town.dialect["blank_after"] = (rows[0],)
    return Expected({("empty-lines", None)})


def _spaces(cells: list[Any]) -> list[Any]:
    return [f"  {cell} " for cell in cells]


def _nest(folder: Path) -> None:
    """The parts in a zip archive of their own."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as inner:
        for part in sorted(folder.iterdir()):
            inner.write(part, f"couche/{part.name}")
            part.unlink()
    (folder / "livraison.zip").write_bytes(content.getvalue())


def _junk(folder: Path) -> None:
    """What operating systems and people put beside a survey."""
    for name in ("._survey.shp", ".DS_Store", "lisez-moi.txt", "survey.qpj"):
        (folder / name).write_bytes(b"rien")


FILE_DEFECTS = (
    Defect(
        "cp1252 in a .cpg of UTF-8",
        _says("CP1252", b"UTF-8", "encoding-conflict"),
        formats=SHAPEFILES,
        rows=0,
        parts=("text",),
    ),
    Defect(
        "UTF-8 in a .cpg of cp1252",
        _says("UTF-8", b"1252", "encoding-conflict"),
        formats=SHAPEFILES,
        rows=0,
        parts=("text",),
    ),
    Defect("UTF-8 without .cpg", _says("UTF-8", None, "encoding-guessed"), formats=SHAPEFILES, rows=0, parts=("text",)),
    Defect(
        "unknown .cpg", _says("CP1252", b"klingon", "encoding-guessed"), formats=SHAPEFILES, rows=0, parts=("text",)
    ),
    Defect("NUL byte", _nul, formats=SHAPEFILES),
    Defect("coordinate nan in the file", _spoil_x(float("nan")), formats=SHAPEFILES, parts=("shp",)),
    Defect("coordinate inf in the file", _spoil_x(float("inf")), formats=SHAPEFILES, parts=("shp",)),
    Defect("upper-case extensions", _packed(_upper), formats=SHAPEFILES, rows=0, parts=("zip",)),
    Defect("no .shx", _after(_remove(".shx"), "shx-rebuilt"), formats=SHAPEFILES, rows=0, parts=("shp", "shx")),
    Defect("no .dbf", _no_dbf, ("street", "street_light", "building"), SHAPEFILES, rows=0, parts=("alone",)),
    Defect("header of another length", _after(_stretch, "file-length"), formats=SHAPEFILES, rows=0, parts=("shp",)),
    Defect(".shp cut short", _cut_shp, formats=SHAPEFILES, rows=0, parts=("shp", "dbf")),
    Defect(".dbf cut short", _cut_dbf, formats=SHAPEFILES, rows=0, parts=("shp", "dbf")),
    Defect(".dbf one record short", _short_dbf, formats=SHAPEFILES, rows=0, parts=("shp", "dbf")),
    Defect("no .prj", _prj(_remove(".prj")), formats=SHAPEFILES, rows=0, parts=("prj", "crs")),
    Defect("scribble in the .prj", _prj(_write(".prj", b"Lambert")), formats=SHAPEFILES, rows=0, parts=("prj", "crs")),
    *(
        Defect(f"numbers of another CRS than {code}", _wrong_crs(code), formats=WITH_CRS, rows=0, parts=("crs", "swap"))
        for code in ("EPSG:27572", "EPSG:3944", "EPSG:32631", "EPSG:2056", LON_LAT)
    ),
    Defect("metres as degrees", _wrong_crs(LON_LAT), formats=("geojson",), rows=0, parts=("crs", "swap")),
    Defect("no CRS", _no_crs, formats=("gpkg", "parquet"), rows=0, parts=("crs", "swap")),
    Defect(
        "latitude before longitude",
        _all_swapped(LON_LAT),
        formats=("gpkg", "shp", "geojson", "csv-xy"),
        rows=0,
        parts=("crs", "swap", "zm"),
    ),
    Defect(
        "north before east",
        _all_swapped(CRS),
        formats=("parquet", "zip", "geojson-crs", "csv-wkt"),
        rows=0,
        parts=("crs", "swap", "zm"),
    ),
    Defect("nested archive", _packed(_nest), formats=("zip",), rows=0, parts=("zip",)),
    Defect("junk in the archive", _packed(_junk), formats=("zip",), rows=0, parts=("zip",)),
    Defect("mark of UTF-8", _written(mark=b"\xef\xbb\xbf"), formats=TABLES, rows=0, parts=("text",)),
    Defect("semicolons", _written(delimiter=";"), formats=TABLES, rows=0, parts=("delimiter",)),
    Defect("tabs", _written(delimiter="\t"), formats=TABLES, rows=0, parts=("delimiter",)),
    Defect(
        "decimal commas in x and y",
        _written("number-format", decimal_comma=True, delimiter=";"),
        formats=("csv-xy",),
        rows=0,
        parts=("delimiter", "swap"),
    ),
    Defect("latin-1", _written("encoding-guessed", encoding="latin-1"), formats=TABLES, rows=0, parts=("text",)),
    Defect("untrimmed cells", _cells(_spaces, lambda row: Expected({("untrimmed", None)})), formats=TABLES),
    Defect(
        "a cell too many", _cells(lambda cells: [*cells, "12"], lambda row: lost("row-too-long", row)), formats=TABLES
    ),
    Defect("a cell too few", _cells(lambda cells: cells[:-1], _short_row), formats=TABLES),
    Defect("an empty line", _blank_line, formats=TABLES),
)
