"""Plain SQL for hot paths: raw tuples, ``?`` placeholders. Inside a transaction everything runs on its connection.

One text serves both databases: `migrations/first/door.py` gives PostgreSQL the two JSON functions it lacks.
"""

from collections.abc import Sequence
from typing import Any

from server.database.current import current_engine


async def fetch(sql: str, *args: Any) -> list[tuple[Any, ...]]:
    """All rows of a query, columns in the order of the query. Outside a transaction the database refuses to write."""
    return await current_engine().fetch(sql, args)


async def look_up(sql: str, *args: Any) -> list[tuple[Any, ...]]:
    """As ``fetch``, for a query that finds a few rows by an index.

    SQLite answers it on the spot: to hand it to a connection's thread and back takes ten times as long.
    """
    return await current_engine().look_up(sql, args)


async def execute(sql: str, *args: Any) -> int:
    """Run one writing statement; returns how many rows it touched. Raises RuntimeError outside a transaction."""
    return await current_engine().execute(sql, args)


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run one writing statement once a row of arguments. Raises RuntimeError outside a transaction."""
    await execute_each([(sql, rows)])


async def execute_each(statements: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
    """Run some writing statements in order, each once a row of arguments. Raises RuntimeError outside a transaction."""
    await current_engine().execute_each([(sql, rows) for sql, rows in statements if rows])
