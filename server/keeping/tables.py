"""Whole tables out of and into either database, with a count and a hash that do not depend on the order of rows."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from server.database import Database
from server.door.apply import LOG_BLOCK

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    "postgresql": "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()",
}
_COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info(?) ORDER BY cid",
    "postgresql": "SELECT CAST(column_name AS TEXT) FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position",
}
_LAST_DEVICE = {
    "sqlite": "SELECT seq FROM sqlite_sequence WHERE name = 'device'",
    "postgresql": "SELECT last_value FROM pg_sequences WHERE schemaname = current_schema() "
    "AND sequencename = 'device_id_seq' AND last_value IS NOT NULL",
}
_WIDTH = 2**256
_encode = msgspec.json.Encoder().encode


class Sum(msgspec.Struct):
    """How many rows a table has, and the sum of their SHA-256 (modulo 2^256): the same rows in any order."""

    rows: int = 0
    total: int = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        self.rows += len(rows)
        for row in rows:
            self.total += int.from_bytes(hashlib.sha256(_encode(row)).digest())
        self.total %= _WIDTH

    @property
    def sha256(self) -> str:
        """The sum as text."""
        return f"{self.total:064x}"


class Table(msgspec.Struct, frozen=True):
    """A table as it is in a backup or a move."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


async def tables_of(engine: Database) -> list[str]:
    """The names of all tables but the history's own, sorted."""
    return sorted(row[0] for row in await engine.fetch(_TABLES[engine.name], ()) if row[0] != "migration")


async def columns_of(engine: Database, table: str) -> tuple[str, ...]:
    """The columns of a table, sorted: databases of different age may have them in another order."""
    return tuple(sorted(row[0] for row in await engine.fetch(_COLUMNS[engine.name], (table,))))


async def rows_of(engine: Database, table: str, columns: Sequence[str]) -> AsyncIterator[list[tuple[Any, ...]]]:
    """All rows of a table, some at a time. Inside a snapshot or a transaction.

    NUL, which only the embedded database can hold, comes as the replacement character.
    """
    async for rows in engine.stream(f"SELECT {', '.join(columns)} FROM {table}"):
        yield [tuple(_without_nul(value) for value in row) for row in rows]


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


async def measured(engine: Database, table: str) -> Table:
    """Count and hash of a table as it stands."""
    columns, found = await columns_of(engine, table), Sum()
    async for rows in rows_of(engine, table, columns):
        found.add(rows)
    return Table(table, columns, found.rows, found.sha256)


async def emptied(engine: Database) -> None:
    """Take out what the migration itself wrote, so that whole tables can be put in."""
    for table in await tables_of(engine):
        await engine.execute(f"DELETE FROM {table}", ())


async def last_device(engine: Database) -> int:
    """The last device number that was given; 0 when none was."""
    rows = await engine.fetch(_LAST_DEVICE[engine.name], ())
    return int(rows[0][0]) if rows else 0


async def go_on_counting(engine: Database, device: int) -> None:
    """After rows were put in with their numbers: the next device is one above ``device``, the rest follows the rows."""
    if engine.name == "sqlite":
        await engine.execute("DELETE FROM sqlite_sequence WHERE name = 'device'", ())
        await engine.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('device', ?)", (device,))
        return
    await engine.fetch("SELECT setval('device_id_seq', CAST(? AS BIGINT) + 1, false)", (device,))
    await engine.fetch("SELECT setval('grant__id_seq', COALESCE(MAX(id), 0) + 1, false) FROM grant_", ())
    # Blocks of log numbers: the first one that lies wholly above every number used.
    await engine.fetch(
        "SELECT setval('log_block', COALESCE(MAX(id), 0) / CAST(? AS BIGINT) + 1, false) FROM log", (LOG_BLOCK,)
    )
