"""The history: taken once, all or none, and never another one than this programme's."""

import sqlite3

import asyncpg
import pytest

from server.database import Database, opened
from server.database.migrations import HISTORY, Migration, MigrationError, applied, migrate
from server.database.query import fetch

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
}
ONE = Migration(1, "one", ("CREATE TABLE a (x TEXT)", "INSERT INTO a VALUES ('row')"))
TWO = Migration(2, "two", ("ALTER TABLE a ADD COLUMN y BIGINT NOT NULL DEFAULT 7",))


@pytest.fixture
async def bare(unopened: Database):
    async with opened(unopened) as engine:
        yield engine


async def test_steps_are_taken_once_and_in_order(bare: Database) -> None:
    assert await applied(bare) == []
    assert await migrate(bare, (ONE,), now=5) == ["one"]
    assert await migrate(bare, (ONE, TWO), now=6) == ["two"]
    assert await migrate(bare, (ONE, TWO), now=7) == []
    assert await fetch("SELECT x, y FROM a") == [("row", 7)]
    assert await fetch("SELECT number, name, applied_at FROM migration") == [(1, "one", 5), (2, "two", 6)]


async def test_a_step_that_fails_leaves_nothing(bare: Database) -> None:
    await migrate(bare, (ONE,), now=5)
    broken = Migration(2, "broken", ("CREATE TABLE b (x TEXT)", "CREATE TABLE a (x TEXT)"))
    with pytest.raises((sqlite3.OperationalError, asyncpg.DuplicateTableError)):
        await migrate(bare, (ONE, broken), now=6)
    assert len(await applied(bare)) == 1
    assert "b" not in await tables(bare)


async def test_a_rewritten_past_is_refused(bare: Database) -> None:
    await migrate(bare, (ONE,), now=5)
    with pytest.raises(MigrationError, match="Step 1"):
        await migrate(bare, (Migration(1, "one", ("CREATE TABLE other (x TEXT)",)), TWO), now=6)


async def test_a_newer_database_is_refused(bare: Database) -> None:
    await migrate(bare, (ONE, TWO), now=5)
    with pytest.raises(MigrationError, match="newer"):
        await migrate(bare, (ONE,), now=6)


async def test_layout_of_the_text_is_not_a_change(bare: Database) -> None:
    await migrate(bare, (Migration(1, "one", ("CREATE TABLE a (\n    x TEXT\n)",)),), now=5)
    assert await migrate(bare, (Migration(1, "one", ("\nCREATE TABLE a (\n  x TEXT\n)\n",)),), now=6) == []


async def test_our_own_history_makes_a_sound_database(bare: Database) -> None:
    assert [step.number for step in HISTORY] == list(range(1, len(HISTORY) + 1))
    await migrate(bare, HISTORY, now=5)
    if bare.name == "sqlite":
        assert await fetch("PRAGMA integrity_check") == [("ok",)]
    assert await fetch("SELECT rev, epoch FROM clock") == [(0, 1)]
    assert {"account", "device", "session", "grant_", "person", "inspection", "feed", "log"} <= await tables(bare)


async def test_what_ran_is_what_was_noted(bare: Database) -> None:
    """The fingerprint is of the statements this kind of database was told."""
    await migrate(bare, HISTORY, now=5)
    assert await applied(bare) == [(step.number, step.name, step.sha256(bare.name)) for step in HISTORY]
    assert HISTORY[0].sha256("sqlite") != HISTORY[0].sha256("postgresql")


async def test_the_sqlite_history_is_the_one_that_shipped() -> None:
    """Databases made with the first version must still be known."""
    assert HISTORY[0].sha256("sqlite") == "379cede29699ede564136e1df3282366304fa210c8d6140bfc47fc70b650fe43"


async def tables(engine: Database) -> set[str]:
    return {row[0] for row in await fetch(TABLES[engine.name])}
