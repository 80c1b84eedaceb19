"""Connections to PostGIS: how a study may name one, how one is opened, and errors that hold no secret."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from gis_layers.errors import StudyError, SurveyError

if TYPE_CHECKING:
    import psycopg

CONNECT_TIMEOUT_S = 10
_SCHEMES = ("postgresql", "postgres")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOST = re.compile(r"[\w.:\[\]-]*")
_NAME = re.compile(r"[^\x00-\x1f\x7f]*")
# what else an address may state: nothing that holds a secret, reads a file of ours or changes how the server behaves
_PARAMETERS = frozenset({"host", "port", "service", "sslmode", "sslrootcert"})
_PASSWORD_HINT = "give it by PGPASSWORD, ~/.pgpass or a service of libpq (postgresql:///?service=NAME)"  # noqa: S105  # no secret
# to the end of the line, for a password may hold any sign and a shortened text no longer shows where it ends; a port is
# no password
_HIDDEN = re.compile(r"(\w://[^\s/:@]*:)(?!\d+(?:[/?\s'\"]|$)).*|(password=).*", re.IGNORECASE)


def hide_passwords(text: str) -> str:
    """Return text without what may be the password of an address, and what follows it on its line."""
    return _HIDDEN.sub(r"\1\2***", text)


def check_connection(text: str) -> None:
    """Check the form of a connection of a study; no variable is read and no server asked.

    Parameters
    ----------
    text : str
        ``postgresql://user@host:port/database`` without a password, or the name of an environment variable that holds
        an address, there with or without one.

    Raises
    ------
    StudyError
        The message repeats nothing that could be a password.
    """
    if not _VARIABLE.fullmatch(text):
        _parse(text, where="connection", allow_password=False)


def shown_connection(text: str) -> str:
    """Return a connection for messages and outputs: host and database, or the name of the variable."""
    if _VARIABLE.fullmatch(text):
        return f"${text}"
    parts = _parse(text, where="connection", allow_password=False)
    if "service" in parts:
        return f"postgresql://service={parts['service']}/{parts.get('dbname', '')}"
    host = parts.get("host", "")
    return f"postgresql://{'localhost' if host.startswith('/') or not host else host}/{parts.get('dbname', '')}"


def _resolve(text: str) -> dict[str, str]:
    if not _VARIABLE.fullmatch(text):
        return _parse(text, where="connection", allow_password=False)
    address = os.environ.get(text)
    if not address:
        raise StudyError(
            f"connection: the environment variable {text} is not set",
            f"set {text} to postgresql://user@host:port/database, or state the address",
        )
    return _parse(address, where=f"environment variable {text}", allow_password=True)


def _parse(address: str, *, where: str, allow_password: bool) -> dict[str, str]:
    """Split an address into parameters of libpq; what is wrong with it is told without repeating it."""
    wrong = f"{where} is not an address of a PostgreSQL database"
    hint = "write postgresql://user@host:port/database; special characters percent-encoded (%40 for @)"
    try:
        url = urlsplit(address)
        port, host = url.port, unquote(url.hostname or "")
        extra = parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
    except ValueError as error:
        raise StudyError(wrong, hint) from error
    if url.scheme not in _SCHEMES or "@" in url.netloc.rpartition("@")[0] or url.fragment:
        raise StudyError(wrong, hint)
    if {"password", "passfile"} & {name for name, _ in extra} or (url.password is not None and not allow_password):
        raise StudyError(f"{where} holds a password, which is not taken from there", _PASSWORD_HINT)
    if not {name for name, _ in extra} <= _PARAMETERS:
        raise StudyError(f"{where} has a parameter that is not taken", f"taken: {', '.join(sorted(_PARAMETERS))}")
    parts = {
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "host": host,
        "port": "" if port is None else str(port),
        "dbname": unquote(url.path.removeprefix("/")),
    } | dict(extra)
    if not _HOST.fullmatch(host) or not all(_NAME.fullmatch(value) for value in parts.values()):
        raise StudyError(wrong, hint)
    return {name: value for name, value in parts.items() if value}


def import_psycopg() -> ModuleType:
    """Return psycopg.

    Raises
    ------
    StudyError
        It is not installed.
    """
    try:
        import psycopg  # noqa: PLC0415  # an extra, needed only where a study names a database
    except ImportError as error:
        raise StudyError(
            "reading and writing PostGIS needs psycopg", 'pip install "cardio-planning[postgis]"'
        ) from error
    return psycopg


@contextmanager
def open_connection(
    connection: str, *, where: str, right: str, settings: Mapping[str, str], read_only: bool
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Open a database for one transaction with one snapshot; it is kept only if the block ends well.

    Parameters
    ----------
    connection : str
        As in `check_connection`.
    where : str
        Names what is read or written, for messages.
    right : str
        What the role must be allowed, for the hint.
    settings : mapping of str to str
        Settings of the transaction.
    read_only : bool

    Raises
    ------
    StudyError
        The database cannot be reached, or does not allow what was asked.
    SurveyError
        The connection or a statement failed on the way.
    """
    psycopg = import_psycopg()
    parts = _resolve(connection)
    try:
        opened = psycopg.connect(**parts, connect_timeout=CONNECT_TIMEOUT_S, application_name="cardio")
    except psycopg.Error as error:
        raise StudyError(f"{where}: {_words(error, parts)}", _advice(str(error))) from error
    try:
        with opened:  # commits, or rolls back after an exception, and closes
            opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            opened.read_only = read_only
            for name, value in settings.items():
                opened.execute("SELECT set_config(%s, %s, true)", [name, value])
            yield opened
    except psycopg.errors.InsufficientPrivilege as error:
        raise StudyError(f"{where}: {_words(error, parts)}", right) from error
    except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable) as error:
        raise SurveyError(f"{where}: {_words(error, parts)}", "try again when the server is less busy") from error
    except psycopg.Error as error:
        raise SurveyError(f"{where}: {_words(error, parts)}", "check the table and the server") from error


def _words(error: Exception, parts: Mapping[str, str]) -> str:
    """Return what libpq or the server said, on one line, without the user and password of the connection."""
    text = " ".join(str(error).split())
    if parts.get("user"):
        text = text.replace(f'"{parts["user"]}"', '"***"')
    return text.replace(parts["password"], "***") if parts.get("password") else text


def _advice(text: str) -> str:
    """Tell what to do about a connection that could not be opened (servers may speak another language)."""
    lower = text.lower()
    if "password" in lower or "pg_hba" in lower:
        return f"check user and password; {_PASSWORD_HINT}"
    if "fatal" in lower:
        return "check the database and the user of the connection"
    return "check host and port, and that the server runs and may be reached from here"


def split_table_name(text: str) -> tuple[str, str]:
    """Split ``schema.table`` at the first point; without one the schema is ``public``. Both are taken as written."""
    schema, point, table = text.partition(".")
    return (schema, table) if point else ("public", text)
