"""One writer, some readers, and what is special about a file."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from server.database import PooledSQLite, opened, transaction
from server.database.counting import count_rows
from server.database.query import execute, execute_many, fetch
from server.database.snapshot import snapshot
from tests.server.database.test_engine import texts, write


@pytest.fixture
def database() -> str:
    return "sqlite"


async def threads_are(number: int) -> None:
    """A thread that has answered for the last time may take a moment to end."""
    for _ in range(100):
        if threading.active_count() == number:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(threading.enumerate())


async def test_it_is_tuned_for_power_cuts(engine: PooledSQLite) -> None:
    async with transaction():
        assert await fetch("PRAGMA journal_mode") == [("wal",)]
        assert await fetch("PRAGMA synchronous") == [(2,)]
        assert await fetch("PRAGMA foreign_keys") == [(1,)]
        assert await fetch("PRAGMA busy_timeout") == [(5000,)]


async def test_concurrent_writers_queue(engine: PooledSQLite) -> None:
    async def read_modify_write() -> None:
        async with transaction():
            ((count,),) = await fetch("SELECT COUNT(*) FROM note")
            await asyncio.sleep(0)
            await execute("INSERT INTO note (text) VALUES (?)", str(count))

    await asyncio.gather(*(read_modify_write() for _ in range(100)), *(texts() for _ in range(100)))
    assert await texts() == [str(number) for number in range(100)]


async def test_another_programme_holding_the_lock_is_an_error_and_leaks_nothing(
    engine: PooledSQLite, path: Path
) -> None:
    async with transaction():
        await fetch("PRAGMA busy_timeout = 20")
    threads = threading.active_count()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await write("refused")
    other.execute("ROLLBACK")
    other.close()
    await threads_are(threads)
    await write("after")
    assert await texts() == ["after"]


async def test_closing_ends_every_thread(path: Path) -> None:
    before = threading.active_count()
    async with opened(PooledSQLite(path)) as engine:
        assert threading.active_count() > before
        await fetch("SELECT 1")
    await threads_are(before)
    with pytest.raises(RuntimeError, match="not open"):
        await engine.read_or_join(lambda raw: raw.execute("SELECT 1"))
    with pytest.raises(RuntimeError, match="No database"):
        await fetch("SELECT 1")


async def test_a_file_that_is_no_database_is_an_error_without_leftovers(path: Path) -> None:
    path.write_bytes(b"this is not a database, but long enough to be read as a header of one" * 20)
    threads = threading.active_count()
    with pytest.raises(sqlite3.DatabaseError):
        await PooledSQLite(path).start_connection_pool()
    await threads_are(threads)


async def test_all_tables_are_counted_and_readers_go_by_it(engine: PooledSQLite) -> None:
    rows = [(str(number), 1, number, number) for number in range(500)]
    async with transaction():
        await execute("CREATE TABLE kind (name TEXT PRIMARY KEY, same INTEGER, one INTEGER, other INTEGER)")
        for column in ("one", "same", "other"):
            await execute(f"CREATE INDEX by_{column} ON kind ({column})")
        await execute_many("INSERT INTO kind VALUES (?, ?, ?, ?)", rows)

    async def follows(column: str, when: str) -> bool:
        """Whether a reader that has worked goes along the index of different values, not that of one value."""
        async with snapshot():
            await fetch("SELECT COUNT(*) FROM kind")
            way = await fetch(f"EXPLAIN QUERY PLAN SELECT '{when}' FROM kind WHERE same = 1 AND {column} = 7")
            return f"by_{column}" in str(way)

    assert not (await follows("one", "before") and await follows("other", "before"))
    async with transaction():
        await count_rows()
    assert await follows("one", "then")
    assert await follows("other", "then")
    async with transaction():
        await execute("UPDATE kind SET same = one, one = 1")
        await count_rows()
    assert not await follows("one", "turned")
