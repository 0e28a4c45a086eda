"""Everything the photos slice works with, made once when the application starts and taken apart when it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

from server.photos.burning import Kept
from server.photos.records import Records
from server.photos.spool import Spool
from server.photos.store import Store
from server.photos.turns import Turns
from server.problems import FULL, Refusal

T = TypeVar("T")

IMAGING_THREADS = 2
"""More would only make the event loop wait: measured at 9 ms p99 with two."""
DISK_THREADS = 4
STORING = 4
"""Pictures whole in memory at once."""
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
    imaging: Executor
    turns: Turns
    storing: asyncio.Semaphore
    idle: float = 60.0
    looking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LOOKING))
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

    async def on_picture(self, work: Callable[[bytes], T], data: bytes) -> T:
        """Run work on a picture in one of the two threads for it."""
        return await asyncio.get_running_loop().run_in_executor(self.imaging, work, data)


@asynccontextmanager
async def open_workshop(
    data: Path, photos_url: str | None, records: Records, clock: Callable[[], int], idle: float = 60.0
) -> AsyncIterator[Workshop]:
    """A workshop over a data folder; its threads end with the block."""
    disk = ThreadPoolExecutor(DISK_THREADS, thread_name_prefix="photo-disk")
    imaging = ThreadPoolExecutor(IMAGING_THREADS, thread_name_prefix="photo-imaging")
    try:
        spool = Spool(data / "uploads")
        await asyncio.get_running_loop().run_in_executor(disk, spool.prepare)
        store = Store.at(photos_url, data, disk)
        yield Workshop(spool, store, records, clock, disk, imaging, Turns(), asyncio.Semaphore(STORING), idle)
    finally:
        await asyncio.to_thread(_end, disk, imaging)


def _end(*pools: ThreadPoolExecutor) -> None:
    for pool in pools:
        pool.shutdown(wait=True, cancel_futures=True)
