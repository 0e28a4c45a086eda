"""The seeded world of the protocol's tests, and ears in it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from tests.server.live.ears import Ear
from tests.server.protocol.conftest import seeded, world, world_url
from tests.server.protocol.world import World

__all__ = ["listen", "seeded", "world", "world_url"]

Listen = Callable[[httpx.AsyncClient], Awaitable[Ear]]


@pytest.fixture
async def listen(world: World) -> AsyncIterator[Listen]:
    """`await listen(browser)`: its ear, open. They are gone at the end, and nothing of them is left."""
    ears: list[Ear] = []

    async def make(browser: httpx.AsyncClient) -> Ear:
        ears.append(Ear(world.app, browser))
        return await ears[-1].opened()

    yield make
    for ear in ears:
        await ear.hang_up()
    assert len(world.app.state.live.hub) == 0
