"""A PostgreSQL server of Debian's package for a test, on a socket of its own that sorts by pinyin."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

_NUMBERS = count()


class Postgres:
    """A running server; databases are made on it as needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"gazette{next(_NUMBERS)}"
        _run("createdb", "-h", str(self._folder), "-U", "postgres", name)
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"


def _tool(name: str) -> str:
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is missing: the tests need a PostgreSQL server; run `make system`")
    return found


def _run(name: str, *words: str) -> None:
    command = [_tool(name), *words]
    if os.geteuid() == 0:  # the server refuses to be root's
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server, gone with all its data afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gazette-pg-"))  # a socket's path may have 107 characters only
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
        stores = str(folder / "stores")
        locale = ("--locale-provider=icu", "--icu-locale=zh", "--locale=C.UTF-8")
        _run("initdb", "-D", stores, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *locale)
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        _run("pg_ctl", "-D", stores, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield Postgres(folder)
        finally:
            _run("pg_ctl", "-D", stores, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
