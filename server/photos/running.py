"""The slice's part in the life of the application: make its workshop, and tidy up from time to time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from litestar import Litestar

from server.door import server_change
from server.identity import over
from server.photos.acts import tidy
from server.photos.checking import note_strays
from server.photos.crew import REST_S
from server.photos.doubts import hints_of
from server.photos.queries import photo_for, photo_to_bring
from server.photos.records import Records
from server.photos.workshop import open_workshop
from server.recurring import recurring

TIDY_EVERY_S = 3600.0
LOOK_EVERY_S = 86_400.0


@contextlib.asynccontextmanager
async def photos_running(app: Litestar) -> AsyncIterator[None]:
    """For Litestar's ``lifespan``, after the database. Leaves the workshop in ``app.state.photos``."""
    settings = app.state.settings
    records = Records(photo_for, photo_to_bring, over, server_change, hints_of)
    async with open_workshop(settings.data, settings.photos_url, records, app.state.clock) as workshop:
        app.state.photos = workshop

        async def looking() -> None:
            await note_strays(workshop.store, app.state.clock())

        async def rest() -> None:
            await asyncio.to_thread(workshop.crew.send_home)

        async with (
            recurring("tidying uploads", partial(tidy, workshop), TIDY_EVERY_S),
            recurring("sending picture workers home", rest, REST_S),
            recurring("looking for orphaned photos", looking, LOOK_EVERY_S),
        ):
            yield
