"""The limit: what a push leaves in the database, written again by this very process without a server or a question.

The same tables with the same indexes, the same rows with other names, one transaction, the same durability.
"""

import asyncio
import re
import sqlite3
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from server.database.engine import PRAGMAS
from tests.bench.programs import POSTGRESQL, SQLITE

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
"""By table: the names of its columns, and rows."""

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WRITTEN = ("finding", "log", "touch", "feed")


def written_since(database: str, rev: int) -> Rows:
    """What a file of our SQLite holds of the transactions after a rev."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as raw:
        found: Rows = {}
        for table in WRITTEN:
            cursor = raw.execute(f"SELECT * FROM {table} WHERE rev > ?", (rev,))
            found[table] = ([column[0] for column in cursor.description], cursor.fetchall())
        return found


class Renamed:
    """The same rows again and again, every record under a new name, every change under a new number."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        names = [row[0] for row in rows["finding"][1]]
        inspection = rows["finding"][0].index("inspection")
        self._names = {*names, *(row[inspection] for row in rows["finding"][1])}
        self._turn = 0

    def __call__(self) -> Rows:
        self._turn += 1
        new = {name: str(uuid4()) for name in self._names}
        return {
            table: (columns, [self._row(columns, row, new) for row in rows])
            for table, (columns, rows) in self.rows.items()
        }

    def _row(self, columns: list[str], row: tuple[Any, ...], new: dict[str, str]) -> tuple[Any, ...]:
        out = []
        for name, value in zip(columns, row, strict=True):
            if isinstance(value, str):
                value = ID.sub(lambda found: new.get(found[0], found[0]), value)
            elif name in ("rev", "n", "id", "change", "log"):
                value += 1000 * self._turn
            out.append(value)
        return tuple(out)


class RawSQLite:
    """`sqlite3` on a file like ours."""

    name = "raw sqlite3 (the limit)"
    durability = SQLITE

    def __init__(self, like: str, file: Path) -> None:
        with sqlite3.connect(f"file:{like}?mode=ro", uri=True) as raw:
            wanted = (*WRITTEN, "clock")
            schema = [
                sql
                for table, sql in raw.execute("SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
                if table in wanted
            ]
        self._raw = sqlite3.connect(file, isolation_level=None)
        for pragma in PRAGMAS:
            self._raw.execute(f"PRAGMA {pragma}")
        for sql in schema:
            self._raw.execute(sql)
        self._raw.execute("INSERT INTO clock (id, rev, epoch) VALUES (1, 0, 1)")

    def write(self, rows: Rows) -> None:
        """One transaction on the disk."""
        self._raw.execute("BEGIN IMMEDIATE")
        for table, (columns, values) in rows.items():
            places = ", ".join("?" * len(columns))
            self._raw.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", values)
        self._raw.execute("UPDATE clock SET rev = rev + 1 WHERE id = 1")
        self._raw.execute("COMMIT")

    def read(self, audience: str, since: int) -> int:
        """The bodies of an audience after a rev; how many."""
        sql = "SELECT f.rev, r.body FROM feed f JOIN finding r ON r.id = f.record WHERE f.audience = ? AND f.rev > ?"
        return len(self._raw.execute(sql, (audience, since)).fetchall())

    def close(self) -> None:
        self._raw.close()


class RawPostgres:
    """asyncpg on a database like ours: COPY into each table."""

    name = "raw asyncpg COPY (the limit)"
    durability = POSTGRESQL

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._raw = self._loop.run_until_complete(asyncpg.connect(url))

    def write(self, rows: Rows) -> None:
        """One transaction on the disk."""
        self._loop.run_until_complete(self._write(rows))

    async def _write(self, rows: Rows) -> None:
        async with self._raw.transaction():
            for table, (columns, values) in rows.items():
                await self._raw.copy_records_to_table(table, columns=columns, records=values)
            await self._raw.execute("UPDATE clock SET rev = rev + 1 WHERE id = 1")

    def close(self) -> None:
        self._loop.run_until_complete(self._raw.close())
        self._loop.close()
