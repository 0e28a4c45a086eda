"""Filling a database past the server, with rows like those it writes itself: what one push left, over and over."""

import asyncio
import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg

STAMP = "aaaaaaaa-"
"""How the names of the records of the pattern begin; every copy gets its number in this place."""
AT_ONCE = 10_000
"""Copies a statement makes: more would not fit into memory."""
COPIED = ("finding", "touch", "feed")
"""What a pull reads. The log is left out: no pull looks at it."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Pattern:
    """The rows a push left, by table, its records renamed so that a copy is made by replacing one word."""

    def __init__(self, rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]], audiences: Sequence[str]) -> None:
        columns, found = rows["finding"]
        inspection = columns.index("inspection")
        self._names = {row[0] for row in found} | {row[inspection] for row in found}
        self.records = len(found)
        self.tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}
        for table, (names, values) in rows.items():
            kept = [row for row in values if "audience" not in names or row[names.index("audience")] in audiences]
            self.tables[table] = (names, [tuple(map(self._renamed, row)) for row in kept])

    def _renamed(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return ID.sub(lambda found: STAMP + found[0][9:] if found[0] in self._names else found[0], value)


class Bulk(ABC):
    """A database that nobody serves meanwhile. Copies are numbered on from those made before."""

    number = ""
    """SQL: the eight digits and the dash in place of the stamp, of copy ``k``."""
    series = ""
    """SQL: a relation ``series`` with column ``k`` of the numbers from one parameter to another."""

    def __init__(self) -> None:
        self.copies = 0

    @abstractmethod
    def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def execute(self, sql: str) -> None: ...

    @abstractmethod
    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None: ...

    @abstractmethod
    def bytes(self) -> int:
        """What it takes on the disk."""

    @abstractmethod
    def tidy(self) -> None:
        """What a database does for itself in quiet hours."""

    @abstractmethod
    def close(self) -> None: ...

    def written_since(self, rev: int) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
        """What the transactions after a rev left in the tables that are copied."""
        found = {}
        for table in COPIED:
            names = self.columns(table)
            found[table] = (names, self.fetch(f"SELECT {', '.join(names)} FROM {table} WHERE rev > {rev}"))
        return found

    @abstractmethod
    def columns(self, table: str) -> list[str]: ...

    def keep(self, pattern: Pattern) -> None:
        """Lay the pattern beside the tables."""
        for table, (names, rows) in pattern.tables.items():
            self.execute(f"CREATE TABLE pattern_{table} AS SELECT * FROM {table} WHERE 1 = 0")
            self.insert(f"pattern_{table}", names, rows)

    def grow(self, copies: int) -> None:
        """So many copies more, a rev each, and the clock behind them."""
        base = self.fetch("SELECT rev FROM clock")[0][0] - self.copies
        values = {table: {name: self._value(table, name, base) for name in self.columns(table)} for table in COPIED}
        until = self.copies + copies
        while self.copies < until:
            first, last = self.copies + 1, min(until, self.copies + AT_ONCE)
            for table, columns in values.items():
                self.execute(
                    f"{self.series.format(first=first, last=last)} INSERT INTO {table} ({', '.join(columns)}) "
                    f"SELECT {', '.join(columns.values())} FROM series CROSS JOIN pattern_{table}"
                )
            self.copies = last
        self.execute(f"UPDATE clock SET rev = {base + until}")

    def _value(self, table: str, name: str, base: int) -> str:
        if name == "rev":
            return f"{base} + k"
        if self.fetch(f"SELECT 1 FROM pattern_{table} WHERE CAST({name} AS TEXT) LIKE '%{STAMP}%' LIMIT 1"):
            return f"replace({name}, '{STAMP}', {self.number})"
        return name


class BulkSQLite(Bulk):
    number = "printf('%08x-', k)"
    series = "WITH RECURSIVE series (k) AS (SELECT {first} UNION ALL SELECT k + 1 FROM series WHERE k < {last})"

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        self._raw = sqlite3.connect(file, isolation_level=None)
        for pragma in ("synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
            self._raw.execute(f"PRAGMA {pragma}")

    def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        return self._raw.execute(sql, args).fetchall()

    def execute(self, sql: str) -> None:
        self._raw.execute(sql)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        places = ", ".join("?" * len(columns))
        self._raw.execute("BEGIN")
        self._raw.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)
        self._raw.execute("COMMIT")

    def columns(self, table: str) -> list[str]:
        return [row[1] for row in self.fetch(f"PRAGMA table_info({table})")]

    def bytes(self) -> int:
        return sum(file.stat().st_size for file in self.file.parent.glob(f"{self.file.name}*"))

    def tidy(self) -> None:
        self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._raw.close()


class BulkPostgres(Bulk):
    number = "lpad(to_hex(k), 8, '0') || '-'"
    series = "WITH series AS (SELECT generate_series({first}, {last}) AS k)"

    def __init__(self, url: str) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._raw = self._loop.run_until_complete(asyncpg.connect(url))
        self.execute("SET synchronous_commit = off")

    def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._loop.run_until_complete(self._raw.fetch(sql, *args))]

    def execute(self, sql: str) -> None:
        self._loop.run_until_complete(self._raw.execute(sql))

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        self._loop.run_until_complete(self._raw.copy_records_to_table(table, columns=list(columns), records=rows))

    def columns(self, table: str) -> list[str]:
        sql = "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position"
        return [row[0] for row in self.fetch(sql, table)]

    def bytes(self) -> int:
        return int(self.fetch("SELECT pg_database_size(current_database())")[0][0])

    def tidy(self) -> None:
        self.execute("CHECKPOINT")
        self.execute("VACUUM (ANALYZE)")

    def close(self) -> None:
        self._loop.run_until_complete(self._raw.close())
        self._loop.close()
