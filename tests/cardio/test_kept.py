"""The folder of what is kept: whole entries, bounded, trusted only where nobody else writes."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import cardio.kept
from cardio.kept import DamagedError, Kept, UnusableError, kept_root
from cardio.kept_inputs import digest, digest_files, fingerprint, parts_of


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept.open(tmp_path / "kept")


def text(content: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "text").write_text(content, encoding="utf-8")

    return write


def test_the_folder_is_the_users_own(tmp_path: Path) -> None:
    home = Path.home()
    assert kept_root({}) == home / ".cache" / "cardio"
    assert kept_root({"XDG_CACHE_HOME": "relative"}) == home / ".cache" / "cardio"  # the XDG rule: ignored
    assert kept_root({"XDG_CACHE_HOME": "/var/mine"}) == Path("/var/mine/cardio")
    assert kept_root({"CARDIO_CACHE": str(tmp_path), "XDG_CACHE_HOME": "/var/mine"}) == tmp_path


@pytest.mark.skipif(os.name == "nt", reason="owners of POSIX")
def test_a_folder_that_others_could_write_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "kept"
    assert Kept.open(root).root.stat().st_mode & 0o777 == 0o700
    root.chmod(0o770)
    with pytest.raises(UnusableError, match="chmod 700"):
        Kept.open(root)
    root.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: root.stat().st_uid + 1)
    with pytest.raises(UnusableError, match="belongs to another user"):
        Kept.open(root)


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("no folder", encoding="utf-8")
    with pytest.raises(UnusableError, match="cannot be written"):
        Kept.open(tmp_path / "kept")


def test_an_entry_is_found_again(kept: Kept) -> None:
    assert kept.find("answers", "a") is None
    kept.put("answers", "a", text("first"))
    kept.put("answers", "a", text("second"))
    found = kept.find("answers", "a")
    assert found is not None and found.read("text") == b"second"
    assert kept.measure()[0] == 1 and kept.notes == []


def test_a_damaged_entry_is_noted_and_gone(kept: Kept) -> None:
    kept.put("answers", "a", text("first"))
    (kept.root / "answers" / "a" / "text").write_text("forged", encoding="utf-8")
    found = kept.find("answers", "a")
    assert found is not None
    with pytest.raises(DamagedError, match="not as it was written"):
        found.read("text")
    with pytest.raises(DamagedError, match="elsewhere"):
        found.read("elsewhere")
    (kept.root / "answers" / "a" / "sums.json").write_text("{", encoding="utf-8")
    assert kept.find("answers", "a") is None
    assert "damaged" in kept.notes[0]
    assert kept.measure() == (0, 0)


def test_nothing_half_written_stays(kept: Kept) -> None:
    def fail(folder: Path) -> None:
        (folder / "text").write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    kept.put("answers", "a", fail)
    assert kept.find("answers", "a") is None
    assert list((kept.root / "answers").iterdir()) == []
    assert "No space left" in kept.notes[0]


def test_the_least_recently_used_go(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cardio.kept, "MOST_ENTRIES", 2)
    for number, key in enumerate("ab"):
        kept.put("answers", key, text(key))
        os.utime(kept.root / "answers" / key, (number, number))
    assert kept.find("answers", "a") is not None  # used now
    kept.put("answers", "c", text("c"))
    assert sorted(path.name for path in (kept.root / "answers").iterdir()) == ["a", "c"]
    monkeypatch.setattr(cardio.kept, "MOST_BYTES", 1)
    kept.put("answers", "d", text("d"))
    assert kept.measure()[0] == 1  # an entry larger than the bound is kept alone


def test_what_a_killed_process_left_is_cleared(kept: Kept) -> None:
    kept.put("answers", "a", text("a"))
    for age, name in ((0.0, ".new-now"), (1e9, ".new-old")):
        left = kept.root / "answers" / name
        left.mkdir()
        os.utime(left, (left.stat().st_mtime - age,) * 2)
    kept.put("answers", "b", text("b"))
    assert {path.name for path in (kept.root / "answers").iterdir()} == {"a", "b", ".new-now"}
    assert kept.measure()[0] == 2


def test_several_writers_at_once_leave_one_whole_entry(kept: Kept) -> None:
    def write(number: int) -> list[str]:
        own = Kept.open(kept.root)
        own.put("answers", "a", text(f"{number:05d}"))
        return own.notes

    with ThreadPoolExecutor(8) as pool:
        notes = [note for noted in pool.map(write, range(200)) for note in noted]
    found = kept.find("answers", "a")
    assert notes == []
    assert found is not None and len(found.read("text")) == 5
    assert [path.name for path in (kept.root / "answers").iterdir()] == ["a"]


def test_everything_can_be_forgotten(kept: Kept) -> None:
    kept.put("answers", "a", text("12345"))
    assert kept.forget()[0] == 1
    assert kept.measure() == (0, 0)


def test_all_parts_of_a_file_count(tmp_path: Path) -> None:
    for name in ("roads.shp", "roads.DBF", "Roads.cpg", "roads2.shp", "town.gpkg", "town.gpkg-wal"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert {path.name for path in parts_of(tmp_path / "roads.shp")} == {"roads.shp", "roads.DBF", "Roads.cpg"}
    assert {path.name for path in parts_of(tmp_path / "town.gpkg")} == {"town.gpkg", "town.gpkg-wal"}
    assert len(parts_of(tmp_path)) == 6
    before = digest_files(["town.gpkg"], [tmp_path])
    (tmp_path / "town.gpkg-wal").write_text("another row", encoding="utf-8")
    assert digest_files(["town.gpkg"], [tmp_path]) != before


def test_a_file_of_the_same_name_in_another_folder_counts(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    (folders[0] / "a.csv").write_text("x", encoding="utf-8")
    before = digest_files(["a.csv"], folders)
    (folders[1] / "a.csv").write_text("x", encoding="utf-8")  # the study is ambiguous now: it must not be answered
    assert digest_files(["a.csv"], folders) != before


def test_another_program_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fingerprint.cache_clear()
    here = fingerprint()
    (tmp_path / "shapely-99.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    fingerprint.cache_clear()
    assert fingerprint() != here
    monkeypatch.undo()
    fingerprint.cache_clear()
    assert fingerprint() == here


def test_digests_tell_content_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(None) != digest("None")
