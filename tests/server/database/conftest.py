"""An engine over a file of its own, with one table."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from piccolo.columns import Serial, Text
from piccolo.table import Table

from server.database import PooledSQLite, opened, transaction
from server.database.query import execute


class Note(Table, tablename="note"):
    """A row of the tests."""

    id = Serial(primary_key=True)
    text = Text()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.sqlite3"


@pytest.fixture
async def engine(path: Path) -> AsyncIterator[PooledSQLite]:
    async with opened(PooledSQLite(path)) as running:
        async with transaction():
            await execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        yield running


@pytest.fixture
def note() -> type[Note]:
    return Note
