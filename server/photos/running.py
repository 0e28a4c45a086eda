"""The slice's part in the life of the application: make its workshop, and tidy up from time to time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from litestar import Litestar

from server.door import server_change
from server.identity import over
from server.photos.acts import tidy
from server.photos.queries import may_upload, photo_for
from server.photos.records import Records
from server.photos.workshop import Workshop, open_workshop

TIDY_EVERY_S = 3600.0

_log = structlog.get_logger("xunfang")


@contextlib.asynccontextmanager
async def photos_running(app: Litestar) -> AsyncIterator[None]:
    """For Litestar's ``lifespan``, after the database. Leaves the workshop in ``app.state.photos``."""
    settings = app.state.settings
    records = Records(photo_for, may_upload, over, server_change)
    async with open_workshop(settings.data, settings.photos_url, records, app.state.clock) as workshop:
        app.state.photos = workshop
        async with tidying(workshop):
            yield


@contextlib.asynccontextmanager
async def tidying(workshop: Workshop, every: float = TIDY_EVERY_S) -> AsyncIterator[None]:
    """Tidies at once and every so many seconds until the block ends."""
    task = asyncio.create_task(_tidy_for_ever(workshop, every))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _tidy_for_ever(workshop: Workshop, every: float) -> None:
    while True:
        try:
            await tidy(workshop)
        except Exception as error:
            _log.error("uploads not tidied", exc_info=error)
        await asyncio.sleep(every)
