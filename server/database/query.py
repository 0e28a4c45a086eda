"""Plain SQL for hot paths: raw tuples, ``?`` placeholders. Inside a transaction everything runs on its connection."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from server.database.current import current_engine
from server.database.engine import in_thread


async def fetch(sql: str, *args: Any) -> list[tuple[Any, ...]]:
    """All rows of a query, columns in the order of the query. Outside a transaction on a reader that cannot write."""

    def run(raw: sqlite3.Connection) -> list[tuple[Any, ...]]:
        cursor = raw.cursor()
        cursor.row_factory = None
        return cursor.execute(sql, args).fetchall()

    return await current_engine().read_or_join(run)


async def execute(sql: str, *args: Any) -> int:
    """Run one writing statement; returns how many rows it touched. Raises RuntimeError outside a transaction."""
    return await in_thread(_writer(), lambda raw: raw.execute(sql, args).rowcount)


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run one writing statement once a row of arguments. Raises RuntimeError outside a transaction."""
    if rows:
        await in_thread(_writer(), lambda raw: raw.executemany(sql, rows))


def _writer() -> Any:
    current = current_engine().live_transaction()
    if current is None:
        raise RuntimeError("A writing statement needs a transaction")
    return current.connection
