"""One world on each database for everything that is asked here: nothing asked changes what another may ask."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TypeVar

import pytest

from tests.server.databases import BOTH, PostgreSQL
from tests.server.protocol.world import build, opened
from tests.server.rights.ground import Ground

T = TypeVar("T")


class Place:
    """The ground, and the loop it lives in."""

    def __init__(self, runner: asyncio.Runner, ground: Ground) -> None:
        self.runner, self.ground = runner, ground

    def run(self, work: Callable[[Ground], Awaitable[T]]) -> T:
        async def now() -> T:
            return await work(self.ground)

        return self.runner.run(now())


@pytest.fixture(scope="package", params=BOTH)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("rights") / "data"
    with asyncio.Runner() as runner:
        if request.param == "sqlite":
            yield from _served(runner, folder, None)
            return
        server: PostgreSQL = request.getfixturevalue("postgres")
        with server.migrated() as url:
            yield from _served(runner, folder, url)


def _served(runner: asyncio.Runner, folder: Path, url: str | None) -> Iterator[Place]:
    stack = AsyncExitStack()

    async def begin() -> Ground:
        await build(folder, url)
        return await Ground(await stack.enter_async_context(opened(folder, url))).prepare()

    try:
        yield Place(runner, runner.run(begin()))
    finally:
        runner.run(stack.aclose())
        gc.collect()
