"""The slice's part in the life of the application."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator

import msgspec
from litestar import Litestar

from server.database.news import News, hearing
from server.live.hub import Hub
from server.live.link import Link

MOST = 10_000
"""Listeners of one process, however many files it may open."""
LAST_WORDS_S = 2.0


class Live(msgspec.Struct):
    """Who listens here, and the way to other processes: over the embedded database there are none."""

    hub: Hub
    link: Link | None

    def hear(self, news: News) -> None:
        """News of this process."""
        self.hub.hear(news)
        if self.link is not None:
            self.link.send(news)

    async def ready(self) -> None:
        """News of other processes are heard too, if they can be."""
        if self.link is not None:
            await self.link.ready()


def room() -> int:
    """How many may listen: half of the files this process may open, so that everybody else still gets in."""
    return min(MOST, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)


@contextlib.asynccontextmanager
async def live_running(app: Litestar) -> AsyncIterator[None]:
    """For Litestar's ``lifespan``, after the database. Leaves what it runs in ``app.state.live``."""
    settings = app.state.settings
    hub = Hub(app.state.clock, room())
    link = Link(hub, settings.database_url) if settings.is_postgresql else None
    app.state.live = live = Live(hub, link)
    work = [hub.beat_on(), hub.look_on(), *([link.send_on(), link.hear_on()] if link is not None else [])]
    tasks = [asyncio.create_task(one) for one in work]
    try:
        with hearing(live.hear):
            yield
    finally:
        hub.stop()
        if link is not None:
            with contextlib.suppress(Exception):  # the database is away: there is nothing to hear of
                await asyncio.wait_for(link.flush(), LAST_WORDS_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
