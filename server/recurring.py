"""Work that comes round again for as long as the application lives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

_log = structlog.get_logger("xunfang")


@contextlib.asynccontextmanager
async def recurring(name: str, work: Callable[[], Awaitable[object]], every: float) -> AsyncIterator[None]:
    """Does the work at once and every so many seconds until the block ends; a failure is logged, and tried again."""
    task = asyncio.create_task(_for_ever(name, work, every), name=f"recurring: {name}")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _for_ever(name: str, work: Callable[[], Awaitable[object]], every: float) -> None:
    while True:
        try:
            await work()
        except Exception as error:
            _log.error(f"{name} failed", exc_info=error)
        await asyncio.sleep(every)
