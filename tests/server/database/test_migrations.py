"""The history: taken once, all or none, and never another one than this programme's."""

import sqlite3
from pathlib import Path

import pytest

from server.database import PooledSQLite, opened
from server.database.migrations import HISTORY, Migration, MigrationError, applied, migrate
from server.database.query import fetch

ONE = Migration(1, "one", ("CREATE TABLE a (x TEXT)", "INSERT INTO a VALUES ('row')"))
TWO = Migration(2, "two", ("ALTER TABLE a ADD COLUMN y BIGINT NOT NULL DEFAULT 7",))


@pytest.fixture
async def bare(path: Path):
    async with opened(PooledSQLite(path)) as engine:
        yield engine


async def test_steps_are_taken_once_and_in_order(bare: PooledSQLite) -> None:
    assert await applied(bare) == []
    assert await migrate(bare, (ONE,), now=5) == ["one"]
    assert await migrate(bare, (ONE, TWO), now=6) == ["two"]
    assert await migrate(bare, (ONE, TWO), now=7) == []
    assert await fetch("SELECT x, y FROM a") == [("row", 7)]
    assert await fetch("SELECT number, name, applied_at FROM migration") == [(1, "one", 5), (2, "two", 6)]


async def test_a_step_that_fails_leaves_nothing(bare: PooledSQLite) -> None:
    await migrate(bare, (ONE,), now=5)
    broken = Migration(2, "broken", ("CREATE TABLE b (x TEXT)", "CREATE TABLE a (x TEXT)"))
    with pytest.raises(sqlite3.OperationalError):
        await migrate(bare, (ONE, broken), now=6)
    assert len(await applied(bare)) == 1
    assert await fetch("SELECT name FROM sqlite_master WHERE name = 'b'") == []


async def test_a_rewritten_past_is_refused(bare: PooledSQLite) -> None:
    await migrate(bare, (ONE,), now=5)
    with pytest.raises(MigrationError, match="Step 1"):
        await migrate(bare, (Migration(1, "one", ("CREATE TABLE other (x TEXT)",)), TWO), now=6)


async def test_a_newer_database_is_refused(bare: PooledSQLite) -> None:
    await migrate(bare, (ONE, TWO), now=5)
    with pytest.raises(MigrationError, match="newer"):
        await migrate(bare, (ONE,), now=6)


async def test_layout_of_the_text_is_not_a_change(bare: PooledSQLite) -> None:
    await migrate(bare, (Migration(1, "one", ("CREATE TABLE a (\n    x TEXT\n)",)),), now=5)
    assert await migrate(bare, (Migration(1, "one", ("\nCREATE TABLE a (\n  x TEXT\n)\n",)),), now=6) == []


async def test_our_own_history_makes_a_sound_database(bare: PooledSQLite) -> None:
    assert [step.number for step in HISTORY] == list(range(1, len(HISTORY) + 1))
    await migrate(bare, HISTORY, now=5)
    assert await fetch("PRAGMA integrity_check") == [("ok",)]
    assert await fetch("SELECT rev, epoch FROM clock") == [(0, 1)]
    tables = {row[0] for row in await fetch("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"account", "device", "session", "grant_", "person", "inspection", "feed", "log"} <= tables


async def test_the_tables_match_what_the_code_says_of_them(bare: PooledSQLite) -> None:
    from server.identity import tables

    await migrate(bare, HISTORY, now=5)
    for table in (tables.Account, tables.Device, tables.Session):
        columns = {row[0] for row in await fetch("SELECT name FROM pragma_table_info(?)", table._meta.tablename)}
        assert {column._meta.db_column_name for column in table._meta.columns} == columns
