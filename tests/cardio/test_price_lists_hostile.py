"""Workbooks that are damaged, forged or far too large are refused as such, and quickly."""

from __future__ import annotations

import random
import time
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest

from gis_layers import StudyError
from tests.cardio.price_tables import HEADER, refusal, resolved, write_sheet

ROWS = [HEADER, ("1", "Tranchée", "ml", 90), ("2", "Mât", "U", 12.5)]
SHEET = "xl/worksheets/sheet1.xml"


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_file_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path):
    parts = parts_of(write_sheet(tmp_path / "bpu.xlsx", ROWS))
    path = pack(tmp_path / "bomb.xlsx", parts | {"xl/media/image1.png": bytes(100_000_001)})
    assert path.stat().st_size < 200_000
    began = time.process_time()
    assert refusal(path) == ["bomb.xlsx: unpacks to more than 100000000 bytes; that is no price list"]
    assert time.process_time() - began < 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_any_is_expanded(encoding: str, tmp_path: Path):
    parts = parts_of(write_sheet(tmp_path / "bpu.xlsx", ROWS))
    entities = "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 12))
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE b [<!ENTITY a0 "ha">{entities}]><b>&a11;</b>'
    path = pack(tmp_path / "bomb.xlsx", parts | {SHEET: bomb.encode(encoding)})
    assert refusal(path) == [f"bomb.xlsx: {SHEET} declares a document type"]


def test_what_is_no_workbook_says_what_to_do(tmp_path: Path):
    path = tmp_path / "bpu.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refusal(path) == ["bpu.xlsx: an old workbook (.xls) or one with a password"]
    path.write_text("key;label;unit;typical\n", encoding="utf-8")
    assert refusal(path) == ["bpu.xlsx: no workbook (File is not a zip file)"]
    pack(path, {"hello.txt": b"hello"})
    assert refusal(path)[0].startswith("bpu.xlsx: a damaged workbook (")
    assert refusal(tmp_path / "none.xlsx") == ["none.xlsx: cannot be read (No such file or directory)"]


def test_too_many_rows_are_refused_and_empty_ones_do_not_count(tmp_path: Path):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("BPU")
    sheet.append(HEADER)
    for number in range(20_001):
        sheet.append((str(number), "Mât", "U", 12))
    book.save(tmp_path / "long.xlsx")
    assert refusal(tmp_path / "long.xlsx") == ["long.xlsx, sheet BPU: more than 20000 rows; that is no price list"]
    path = write_sheet(tmp_path / "far.xlsx", ROWS)
    book = openpyxl.load_workbook(path)
    book.active["D1048576"] = " "
    book.save(path)
    assert set(resolved(path)) == {"1", "2"}


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path):
    path = write_sheet(tmp_path / "bpu.xlsx", ROWS)
    parts = parts_of(path)
    assert b'<dimension ref="A1:D3"' in parts[SHEET]
    pack(path, parts | {SHEET: parts[SHEET].replace(b'ref="A1:D3"', b'ref="A1:A1"')})
    assert resolved(path)["2"].typical_eur == 12.5


def test_links_to_other_files_are_not_followed(tmp_path: Path):
    path = write_sheet(tmp_path / "bpu.xlsx", [HEADER, ("1", "Mât", "U", "='[other.xlsx]A'!B1")])
    assert "column D: typical: a formula without a stored result" in refusal(path)[0]


def test_damaged_workbooks_are_refused_or_read_but_never_crash(tmp_path: Path):
    parts = parts_of(write_sheet(tmp_path / "bpu.xlsx", ROWS, merge=("A5:B5",)))
    draw = random.Random(62)
    outcomes = set()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(150):
            name = draw.choice(sorted(parts))
            content = bytearray(parts[name])
            for _ in range(draw.choice((1, 1, 3))):
                at = draw.randrange(len(content))
                content[at : at + draw.randrange(12)] = bytes(draw.choices(b'<>/"=09aAr: ', k=draw.randrange(6)))
            path = pack(tmp_path / "damaged.xlsx", parts | {name: bytes(content)})
            try:
                resolved(path)
                outcomes.add("read")
            except StudyError as error:
                assert "damaged.xlsx" in error.message
                outcomes.add("refused")
    assert outcomes == {"read", "refused"}
