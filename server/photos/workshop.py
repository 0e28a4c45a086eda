"""Everything the photos slice works with, made once when the application starts and taken apart when it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

from server.photos.burning import Kept
from server.photos.crew import Crew
from server.photos.records import Records
from server.photos.spool import Spool
from server.photos.store import Store
from server.photos.turns import Turns
from server.problems import FULL, Refusal

T = TypeVar("T")

DISK_THREADS = 4
STORING = 4
"""Pictures whole in memory at once."""
LARGE = 8_000_000
"""Bytes. Of files larger than this one is in memory at a time."""
LOOKING = 2
"""As many again, to make copies of them: who looks must not keep pictures from being stored."""


@dataclass(frozen=True)
class Workshop:
    """``clock`` in epoch ms; ``idle`` seconds without a byte end a request that brings some."""

    spool: Spool
    store: Store
    records: Records
    clock: Callable[[], int]
    disk: Executor
    crew: Crew
    turns: Turns
    storing: asyncio.Semaphore
    idle: float = 60.0
    looking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LOOKING))
    large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    making: WeakValueDictionary[tuple[str, str], asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Copies that are being made to be looked at, by their name and the hash of the picture."""
    covered: Kept = field(default_factory=Kept)
    """Copies in which something is covered, by their ETag."""

    async def on_disk(self, work: Callable[..., T], *args: object) -> T:
        """Run blocking file work in a thread. 507 ``storage_full`` when the disk is."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self.disk, work, *args)
        except OSError as error:
            if error.errno in FULL:
                raise Refusal("storage_full") from error
            raise

    @asynccontextmanager
    async def room_for(self, length: int) -> AsyncIterator[None]:
        """Wait until a picture of so many bytes may be in memory, together with the copy that is made of it."""
        async with self.large if length > LARGE else nullcontext(), self.storing:
            yield

    async def on_picture(self, work: Callable[..., T], *arguments: object) -> T:
        """Have a picture worked on in a process apart, where it can hold up or bring down nobody.

        ``work`` is a function of a module, or a ``partial`` of one: it is sent by its name, what it is given and
        returns as bytes. A new kind of answer is to be named in ``worker._Answers``. 422 and 503 as of ``Crew.do``.
        """
        return await self.crew.do(work, *arguments)


@asynccontextmanager
async def open_workshop(
    data: Path, photos_url: str | None, records: Records, clock: Callable[[], int], idle: float = 60.0
) -> AsyncIterator[Workshop]:
    """A workshop over a data folder; its threads and processes end with the block."""
    disk = ThreadPoolExecutor(DISK_THREADS, thread_name_prefix="photo-disk")
    crew = Crew()
    try:
        spool = Spool(data / "uploads")
        await asyncio.get_running_loop().run_in_executor(disk, spool.prepare)
        store = Store.at(photos_url, data, disk)
        yield Workshop(spool, store, records, clock, disk, crew, Turns(), asyncio.Semaphore(STORING), idle)
    finally:
        await asyncio.to_thread(_end, disk, crew)


def _end(disk: ThreadPoolExecutor, crew: Crew) -> None:
    crew.end()
    disk.shutdown(wait=True, cancel_futures=True)
