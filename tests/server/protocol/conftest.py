"""A seeded world for each test: the data folder is made once and copied."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.server.databases import PostgreSQL
from tests.server.protocol.world import World, build, opened


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the world of `seed.py`."""
    folder = tmp_path_factory.mktemp("seeded") / "data"
    asyncio.run(build(folder))
    return folder


@pytest.fixture
def world_url(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str | None]:
    """A database with the world of `seed.py`; None where it is a file in the data folder, which then is there."""
    if database == "sqlite":
        shutil.copytree(request.getfixturevalue("seeded"), tmp_path / "data")
        yield None
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with server.like("world", lambda url: asyncio.run(build(tmp_path_factory.mktemp("seeding"), url))) as url:
        yield url


@pytest.fixture
async def world(world_url: str | None, tmp_path: Path) -> AsyncIterator[World]:
    """The server and its people."""
    async with opened(tmp_path / "data", world_url) as world:
        yield world
