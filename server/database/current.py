"""Which engine this process speaks to. Piccolo keeps one engine per table class, so there is one per process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from piccolo.table import TABLE_REGISTRY

from server.database.engine import PooledSQLite
from server.database.engine import Transaction as SQLiteTransaction
from server.database.postgres import PooledPostgres
from server.database.postgres import Transaction as PostgresTransaction
from server.settings import Settings

Database = PooledSQLite | PooledPostgres
Transaction = SQLiteTransaction | PostgresTransaction
Some = TypeVar("Some", PooledSQLite, PooledPostgres, Database)

_bound: list[Database] = []


def engine_of(settings: Settings) -> Database:
    """The database the operator chose, not yet opened. Raises SettingsError."""
    if settings.is_postgresql:
        assert settings.database_url is not None
        return PooledPostgres(settings.database_url)
    return PooledSQLite(settings.database_path)


def bind(engine: Database) -> None:
    """Make ``engine`` the one every table and every query uses from now on."""
    _bound[:] = [engine]
    for table in TABLE_REGISTRY:
        table._meta.db = engine


def release(engine: Database) -> None:
    """Undo ``bind``, unless another engine was bound since."""
    if _bound == [engine]:
        _bound.clear()


def current_engine() -> Database:
    """The bound engine. Raises RuntimeError when none is."""
    if not _bound:
        raise RuntimeError("No database is bound")
    return _bound[0]


def transaction() -> Transaction:
    """``async with transaction() as tx``: all or nothing; joins an enclosing transaction.

    On SQLite one writer at a time; on PostgreSQL several, which `server.door.locks` keeps apart.
    Nested transactions are not savepoints; use ``await tx.savepoint()`` and ``rollback_to()`` for a part.
    """
    return current_engine().transaction()


@asynccontextmanager
async def opened(engine: Some) -> AsyncIterator[Some]:
    """The engine, open and bound inside the block, closed after it."""
    await engine.start_connection_pool()
    bind(engine)
    try:
        yield engine
    finally:
        release(engine)
        await engine.close_connection_pool()
