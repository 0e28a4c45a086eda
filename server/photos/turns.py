"""Whose turn it is to touch an upload: the newest request's, always.

A phone that lost its connection comes back while the server still waits on the dead one. Were that wait to hold the
upload, the phone could not go on until some timeout; so a new request tells the older ones to stop, and they do.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.problems import Refusal


class _Queue:
    __slots__ = ("lock", "signals")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.signals: list[asyncio.Event] = []


class Turns:
    """One turn at a time for each upload of this process."""

    def __init__(self, patience: float = 30.0) -> None:
        self._queues: dict[str, _Queue] = {}
        self._patience = patience

    @asynccontextmanager
    async def take(self, upload: str) -> AsyncIterator[asyncio.Event]:
        """Hold the upload; the event is set once somebody newer wants it.

        423 ``upload_locked`` if the present holder is past stopping (it is storing) for more than ``patience`` seconds.
        """
        queue = self._queues.setdefault(upload, _Queue())
        for signal in queue.signals:
            signal.set()
        mine = asyncio.Event()
        queue.signals.append(mine)
        try:
            await self._wait_for(queue.lock)
            try:
                yield mine
            finally:
                queue.lock.release()
        finally:
            queue.signals.remove(mine)
            if not queue.signals:
                self._queues.pop(upload, None)

    async def _wait_for(self, lock: asyncio.Lock) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await lock.acquire()
        except TimeoutError as error:
            raise Refusal("upload_locked") from error

    def busy(self, upload: str) -> bool:
        """Whether some request is at work on the upload."""
        return upload in self._queues

    def held(self) -> int:
        """How many uploads have a request at work; 0 when nothing leaked."""
        return len(self._queues)
