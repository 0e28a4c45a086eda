"""What stands in a database while its server is dead."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

Rows = list[tuple[Any, ...]]


class Books:
    """Reads of one database, past the server."""

    def __init__(self, data: Path, database_url: str | None) -> None:
        self.data = data
        self._url = database_url

    async def read(self, *queries: str) -> list[Rows]:
        """The rows of each query, all of one moment."""
        if self._url is None:
            return await asyncio.to_thread(self._of_file, queries)
        connection = await asyncpg.connect(self._url)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return [[tuple(row) for row in await connection.fetch(query)] for query in queries]
        finally:
            await connection.close()

    def _of_file(self, queries: tuple[str, ...]) -> list[Rows]:
        with closing(sqlite3.connect(self.data / "xunfang.sqlite3", isolation_level=None)) as connection:
            connection.execute("BEGIN")
            return [connection.execute(query).fetchall() for query in queries]
