"""How full the tables are. SQLite chooses its ways through them by it, and counts when it is told to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from server.database.current import current_engine, transaction
from server.database.query import execute
from server.recurring import recurring

COUNT_EVERY_S = 86_400.0
_STATEMENTS = (
    "PRAGMA analysis_limit = 1000",
    "ANALYZE",
    # Connections that are open read the new counts when the schema changes: so it does, and back.
    "CREATE VIEW counted AS SELECT 1",
    "DROP VIEW counted",
)


async def count_rows() -> None:
    """Count all tables anew, by a thousand rows of each index: some milliseconds also where there are millions.

    Without effect on PostgreSQL, which counts for itself. Raises RuntimeError outside a transaction.
    """
    if current_engine().name == "sqlite":
        for statement in _STATEMENTS:
            await execute(statement)


@asynccontextmanager
async def counting(_: Litestar) -> AsyncIterator[None]:
    """For Litestar's ``lifespan``, after the database: at every start, then daily.

    `PRAGMA optimize` counts only what the connection that asks for it has read, and ours that writes reads no list.
    """

    async def now_and_then() -> None:
        async with transaction():
            await count_rows()

    async with recurring("counting rows", now_and_then, COUNT_EVERY_S):
        yield
