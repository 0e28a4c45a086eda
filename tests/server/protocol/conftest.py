"""A seeded world for each test: the data folder is made once and copied."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.protocol.world import World, build, opened


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the world of `seed.py`."""
    folder = tmp_path_factory.mktemp("seeded") / "data"
    asyncio.run(build(folder))
    return folder


@pytest.fixture
async def world(seeded: Path, tmp_path: Path) -> AsyncIterator[World]:
    """The server and its people."""
    shutil.copytree(seeded, tmp_path / "data")
    async with opened(tmp_path / "data") as world:
        yield world
