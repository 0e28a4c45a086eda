"""An engine over a database of its own, with one table."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from piccolo.columns import Serial, Text
from piccolo.table import Table

from server.database import Database, PooledPostgres, PooledSQLite, opened, transaction
from server.database.query import execute
from tests.server.databases import PostgreSQL

NUMBER = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"}


class Note(Table, tablename="note"):
    """A row of the tests."""

    id = Serial(primary_key=True)
    text = Text()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.sqlite3"


@pytest.fixture
def unopened(database: str, path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """The engine of an empty database."""
    if database == "sqlite":
        yield PooledSQLite(path)
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with server.empty() as url:
        yield PooledPostgres(url)


@pytest.fixture
async def engine(unopened: Database, database: str) -> AsyncIterator[Database]:
    async with opened(unopened) as running:
        async with transaction():
            await execute(f"CREATE TABLE note (id {NUMBER[database]}, text TEXT NOT NULL)")
        yield running


@pytest.fixture
def note() -> type[Note]:
    return Note
