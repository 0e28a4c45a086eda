"""Forgetting what left an audience long ago, so that the feed does not grow for ever."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from server.database import transaction
from server.database.query import execute, fetch
from server.recurring import recurring

KEPT_MS = 180 * 86_400_000
"""For so long a phone may be away and still learn of each record it lost; after that it fills anew."""
FORGET_EVERY_S = 86_400.0


async def forget(now: int) -> int:
    """Drop the ``gone`` entries older than 180 days and raise the horizon to them; returns its rev. ``now``: epoch ms.

    A cursor below the horizon may have missed some of them: the pull answers it as if it were null.
    """
    found = await fetch("SELECT MAX(rev) FROM feed WHERE gone = 1 AND changed_at < ?", now - KEPT_MS)
    horizon = found[0][0]
    if horizon is not None:
        async with transaction():
            await execute("DELETE FROM feed WHERE gone = 1 AND rev BETWEEN 1 AND ?", horizon)
            await execute("UPDATE clock SET horizon = ? WHERE id = 1 AND horizon < ?", horizon, horizon)
    return int((await fetch("SELECT horizon FROM clock WHERE id = 1"))[0][0])


@asynccontextmanager
async def forgetting(app: Litestar) -> AsyncIterator[None]:
    """For Litestar's ``lifespan``, after the database."""

    async def now_and_then() -> None:
        await forget(app.state.clock())

    async with recurring("forgetting", now_and_then, FORGET_EVERY_S):
        yield
