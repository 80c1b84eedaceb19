"""A PostgreSQL server with PostGIS of our own, in a temporary folder, for the tests of tables."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

OWNER_PASSWORD, READER_PASSWORD = "owner's Kennwort", "r3ader:secret"


@dataclass(frozen=True)
class Server:
    """A running server: ``admin`` runs it, ``owner`` owns the database ``town``, ``reader`` may connect."""

    port: int
    folder: Path

    def url(self, user: str = "reader") -> str:
        """Return an address without a password."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/town"

    def connect(self, user: str = "owner") -> psycopg.Connection[Any]:
        """Connect as a user; every statement is kept at once."""
        password = READER_PASSWORD if user == "reader" else OWNER_PASSWORD
        return psycopg.connect(self.url(user), password=password, autocommit=True)

    def run(self, *statements: str) -> None:
        """Run statements as the owner."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)


def find_programs() -> Path:
    """Return the folder of initdb and pg_ctl; skip where PostGIS is absent, fail in CI."""
    for programs in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        control = Path("/usr/share/postgresql") / programs.parent.name / "extension" / "postgis.control"
        if (programs / "initdb").is_file() and control.is_file():
            return programs
    config = shutil.which("pg_config")
    if config:
        share, programs = (
            Path(subprocess.run([config, key], check=True, capture_output=True, text=True).stdout.strip())
            for key in ("--sharedir", "--bindir")
        )
        if (share / "extension" / "postgis.control").is_file() and (programs / "initdb").is_file():
            return programs
    reason = "PostgreSQL with PostGIS not found (Debian packages postgresql and postgresql-postgis)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def postgis_server() -> Iterator[Server]:
    """Start a server on loopback with passwords, and stop it; PostgreSQL refuses to run as root."""
    programs = find_programs()
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="cardio-postgis-"))
    try:
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        secret = folder / "secret"
        secret.write_text(OWNER_PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        data = folder / "data"
        _run(user, folder, programs / "initdb", "-D", data, "-U", "admin", "-A", "scram-sha-256", f"--pwfile={secret}",
             "-E", "UTF8", "--locale=C", "--no-sync")  # fmt: skip
        port = _start(user, folder, programs)
        try:
            _prepare(port)
            yield Server(port, folder)
        finally:
            _run(user, folder, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(user: str | None, folder: Path, programs: Path) -> int:
    """Start the server on a free port, and on another where somebody was faster; return the port."""
    for attempt in range(3):
        port = _free_port()
        options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -p {port} -F"
        start = (programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start")
        try:
            _run(user, folder, *start)
        except AssertionError:
            if attempt == 2 or "could not bind" not in (folder / "log").read_text("utf-8"):
                raise
        else:
            break
    return port


def _run(user: str | None, folder: Path, *command: object) -> None:
    """Run a program of PostgreSQL; its output goes to a file, for a server would keep a pipe open."""
    output = folder / "output"
    with output.open("w") as sink:
        run = subprocess.run(
            [str(part) for part in command], user=user, group=user, cwd=folder, stdout=sink, stderr=sink, check=False
        )
    assert run.returncode == 0, output.read_text("utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _prepare(port: int) -> None:
    place = {"host": "127.0.0.1", "port": port, "user": "admin", "password": OWNER_PASSWORD, "autocommit": True}
    with psycopg.connect(**place, dbname="postgres") as connection:
        connection.execute(f"CREATE ROLE owner LOGIN PASSWORD '{OWNER_PASSWORD.replace(chr(39), chr(39) * 2)}'")
        connection.execute(f"CREATE ROLE reader LOGIN PASSWORD '{READER_PASSWORD}'")
        connection.execute("CREATE DATABASE town OWNER owner")
        connection.execute("CREATE DATABASE bare OWNER owner")
    with psycopg.connect(**place, dbname="town") as connection:
        connection.execute("CREATE EXTENSION postgis")
        connection.execute("REVOKE TEMPORARY ON DATABASE town FROM PUBLIC")
