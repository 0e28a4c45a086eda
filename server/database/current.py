"""Which engine this process speaks to. Piccolo keeps one engine per table class, so there is one per process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from piccolo.engine.sqlite import TransactionType
from piccolo.table import TABLE_REGISTRY

from server.database.engine import PooledSQLite, Transaction

_bound: list[PooledSQLite] = []


def bind(engine: PooledSQLite) -> None:
    """Make ``engine`` the one every table and every query uses from now on."""
    _bound[:] = [engine]
    for table in TABLE_REGISTRY:
        table._meta.db = engine


def release(engine: PooledSQLite) -> None:
    """Undo ``bind``, unless another engine was bound since."""
    if _bound == [engine]:
        _bound.clear()


def current_engine() -> PooledSQLite:
    """The bound engine. Raises RuntimeError when none is."""
    if not _bound:
        raise RuntimeError("No database is bound")
    return _bound[0]


def transaction() -> Transaction:
    """``async with transaction() as tx``: all or nothing, one writer at a time; joins an enclosing transaction.

    Nested transactions are not savepoints; use ``await tx.savepoint()`` and ``rollback_to()`` for a part.
    """
    return current_engine().transaction(TransactionType.immediate)


@asynccontextmanager
async def opened(engine: PooledSQLite) -> AsyncIterator[PooledSQLite]:
    """The engine, open and bound inside the block, closed after it."""
    await engine.start_connection_pool()
    bind(engine)
    try:
        yield engine
    finally:
        release(engine)
        await engine.close_connection_pool()
