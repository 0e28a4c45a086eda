"""Sheets that nobody brought in: they tell of people, so they are kept for a week and no longer."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar

from server.database.query import fetch
from server.imports.acts import forget
from server.imports.files import Folder
from server.imports.queries import KEPT_MS
from server.recurring import recurring

EVERY_S = 3600.0
_WAITING = "SELECT id, created_at FROM import_ WHERE state IN ('reading', 'checked')"


async def tidy(root: Path, now: int) -> int:
    """Throw away what was uploaded a week ago and not brought in, and sheets no import waits for; how many.

    ``root``: the folder of the sheets; ``now``: epoch ms. Nothing is taken from under work on its way.
    """
    waiting: Mapping[str, int] = dict(await fetch(_WAITING))
    folders = await asyncio.to_thread(_folders, root)
    old = [id_ for id_, created_at in waiting.items() if created_at <= now - KEPT_MS]
    thrown = 0
    for id_ in [*old, *(name for name in folders if name not in waiting)]:
        folder = Folder(root, id_)
        if await asyncio.to_thread(folder.in_use):
            continue
        if id_ in waiting:
            await forget(id_)
        await asyncio.to_thread(folder.remove)
        thrown += 1
    return thrown


def _folders(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


@asynccontextmanager
async def sheets_kept(app: Litestar) -> AsyncIterator[None]:
    """For Litestar's ``lifespan``, after the database."""

    async def now_and_then() -> None:
        await tidy(app.state.settings.data / "imports", app.state.clock())

    async with recurring("tidying sheets", now_and_then, EVERY_S):
        yield
