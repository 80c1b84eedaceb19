"""How a study may name a database; no server is asked."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_layers import StudyError, check_connection, hide_passwords, shown_connection
from gis_layers.postgis import import_psycopg, split_table_name

SHOWN = [
    ("postgresql://survey@db.example:5433/town", "postgresql://db.example/town"),
    ("postgres://db.example/town?sslmode=require", "postgresql://db.example/town"),
    ("postgresql://survey@[::1]/town", "postgresql://::1/town"),
    ("postgresql:///town?host=/var/run/postgresql", "postgresql://localhost/town"),
    ("postgresql:///town", "postgresql://localhost/town"),
    ("postgresql:///?service=town", "postgresql://service=town/"),
    ("TOWN_DATABASE", "$TOWN_DATABASE"),
]
REFUSED = [
    "",
    "a b",
    "host=h password=hunter2",
    "mysql://h/db",
    "postgresql://u:@h/db",
    "postgresql://u:hunter2@h/db",
    "postgresql://u:hun/ter2@h/db",
    "postgresql://u@hunter2@h/db",
    "postgresql://h:hunter2/db",
    "postgresql://h/db#hunter2",
    "postgresql://h/db?PASSWORD=hunter2",
    "postgresql://h/db?passfile=hunter2",
    "postgresql://h/db?sslpassword=hunter2",
    "postgresql://h/db?options=-csearch_path%3Dhunter2",
    "postgresql://h/db?hunter2",
    "postgresql://h%00/db",
    "postgresql://h/d%0ab",
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_a_connection_is_shown_without_user_and_port(text: str, shown: str) -> None:
    check_connection(text)
    assert shown_connection(text) == shown


@pytest.mark.parametrize("text", REFUSED)
def test_other_connections_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(StudyError) as error:
        check_connection(text)
    assert error.value.hint
    assert "ter2" not in str(error.value)


@given(st.text(min_size=1, max_size=30).map("p4ss".__add__))
def test_no_password_passes_or_is_repeated(password: str) -> None:
    with pytest.raises(StudyError) as error:
        check_connection(f"postgresql://u:{password}@h/db")
    assert "p4ss" not in str(error.value)
    line = f"layers.a: wrong (is postgresql://u:{password}".splitlines()[0]
    assert "p4ss" not in hide_passwords(line)


def test_what_is_no_password_stays() -> None:
    for text in ("postgresql://h:5432/db and more", "https://h:80", "a: b @ c", "file.csv:3: x"):
        assert hide_passwords(text) == text
    assert hide_passwords("//h/db?password=a b") == "//h/db?password=***"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("roads.axes", ("roads", "axes")),
        ("axes", ("public", "axes")),
        ("a.b.c", ("a", "b.c")),
        ('x"; --', ("public", 'x"; --')),
    ],
)
def test_the_schema_ends_at_the_first_point(text: str, parts: tuple[str, str]) -> None:
    assert split_table_name(text) == parts


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StudyError) as error:
        import_psycopg()
    assert 'pip install "cardio-planning[postgis]"' in error.value.hint


def test_databases_are_reached_from_gis_layers_only() -> None:
    root = Path(__file__).resolve().parents[2]
    pattern = re.compile(r"^\s*(?:from|import) (?:psycopg|sqlalchemy|geoalchemy2)\b", re.MULTILINE)
    users = {
        path.parent.name
        for package in ("gis_layers", "network_model", "costing", "optimise", "cardio")
        for path in (root / package).rglob("*.py")
        if pattern.search(path.read_text("utf-8"))
    }
    assert users == {"gis_layers"}
