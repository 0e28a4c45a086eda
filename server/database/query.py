"""Plain SQL for hot paths: raw tuples, ``?`` placeholders. Inside a transaction everything runs on its connection.

One text serves both databases: `migrations/first/door.py` gives PostgreSQL the two JSON functions it lacks.
"""

from collections.abc import Sequence
from typing import Any

from server.database.current import current_engine


async def fetch(sql: str, *args: Any) -> list[tuple[Any, ...]]:
    """All rows of a query, columns in the order of the query. Outside a transaction the database refuses to write."""
    return await current_engine().fetch(sql, args)


async def execute(sql: str, *args: Any) -> int:
    """Run one writing statement; returns how many rows it touched. Raises RuntimeError outside a transaction."""
    return await current_engine().execute(sql, args)


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run one writing statement once a row of arguments. Raises RuntimeError outside a transaction."""
    if rows:
        await current_engine().execute_many(sql, rows)
