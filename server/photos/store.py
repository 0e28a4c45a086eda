"""Whole pictures, by the hash of what was uploaded, in a local folder or an object store."""

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, cast, get_args
from urllib.parse import unquote, urlsplit

import msgspec
import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from server.photos.spool import sync_folder
from server.problems import FULL, Refusal

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

T = TypeVar("T")

RETRY_AFTER_S = 30
PATIENCE_S = 20
"""How long one request waits for an object store; the phone comes back later by itself."""

_log = structlog.get_logger("xunfang")

_FULL = re.compile(rf"os error ({'|'.join(map(str, FULL))})\b")

Copy = Literal["original", "display", "screen", "thumb"]
"""``screen`` and ``thumb`` are made of the others when they are first asked for."""


_KEY = re.compile(
    rf"(?:^|/)(?P<copy>{'|'.join(get_args(Copy))})/(?P<two>[0-9a-f]{{2}})/(?P<sha256>(?P=two)[0-9a-f]{{62}})$"
)


class Stored(msgspec.Struct, frozen=True):
    """A copy as the store lists it."""

    copy: Copy
    sha256: str
    bytes: int

    @property
    def path(self) -> str:
        return _key(self.copy, self.sha256)


class Store:
    """Content-addressed pictures, never overwritten with something else.

    503 ``photos_unavailable`` from every method while the backend does not answer, or the folder is not there; 507
    ``storage_full`` while it is full.
    """

    def __init__(self, backend: ObjectStore, root: Path | None, disk: Executor) -> None:
        self._backend = backend
        self._root = root
        self._disk = disk

    @classmethod
    def at(cls, url: str | None, data: Path, disk: Executor) -> "Store":
        """The store a setting names; without one the folder ``photos`` in the data folder.

        Raises obstore's BaseError or ValueError for an address it cannot read.
        """
        root = data / "photos" if url is None else _local_path(url)
        if root is None:
            assert url is not None
            patience: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=PATIENCE_S)}
            # Plain http only where the operator named such an endpoint, as stores within an intranet have.
            client: ClientConfig = {"connect_timeout": "5s", "timeout": f"{PATIENCE_S}s", "allow_http": True}
            return cls(from_url(url, retry_config=patience, client_options=client), None, disk)
        root.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(root), root, disk)

    async def put(self, copy: Copy, sha256: str, data: bytes) -> None:
        """Store; once this returns, a power cut takes nothing back."""
        key = _key(copy, sha256)
        async with self._reachable():
            await obstore.put_async(self._backend, key, data)
        if self._root is not None:
            path = self._root / key
            await self._on_disk(partial(_settle, path, self._root))

    async def remove(self, copy: Copy, sha256: str) -> None:
        """Take a copy away, where there is one. Only for a picture of somebody who is to be forgotten."""
        with contextlib.suppress(FileNotFoundError):
            async with self._reachable():
                await obstore.delete_async(self._backend, _key(copy, sha256))

    async def size(self, copy: Copy, sha256: str) -> int | None:
        """Bytes of a stored copy, ``None`` if there is none."""
        try:
            async with self._reachable():
                return int((await obstore.head_async(self._backend, _key(copy, sha256)))["size"])
        except FileNotFoundError:
            return None

    async def read(self, copy: Copy, sha256: str) -> tuple[int, Callable[[], AsyncIterator[bytes]]] | None:
        """Size and a source of the bytes of a stored copy, ``None`` if there is none."""
        try:
            async with self._reachable():
                result = await obstore.get_async(self._backend, _key(copy, sha256))
        except FileNotFoundError:
            return None

        async def chunks() -> AsyncIterator[bytes]:
            async for chunk in result.stream(min_chunk_size=64 * 1024):
                yield bytes(chunk)

        return int(result.meta["size"]), chunks

    async def whole(self, copy: Copy, sha256: str) -> bytes | None:
        """All bytes of a stored copy, ``None`` if there is none."""
        found = await self.read(copy, sha256)
        if found is None:
            return None
        async with self._reachable():
            return b"".join([chunk async for chunk in found[1]()])

    async def everything(self) -> AsyncIterator[Stored]:
        """Every copy there is; what is not ours is passed over."""
        async with self._reachable():
            async for page in obstore.list(self._backend, chunk_size=1000):
                for meta in page:
                    found = _KEY.search(meta["path"])
                    if found is not None:
                        yield Stored(cast(Copy, found["copy"]), found["sha256"], int(meta["size"]))

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)

    @asynccontextmanager
    async def _reachable(self) -> AsyncIterator[None]:
        try:
            # The backend would make an empty one anew. In a thread: a network folder that hangs holds up photos alone.
            if self._root is not None and not await self._on_disk(self._root.is_dir):
                raise NotADirectoryError(f"the folder of photos is not there: {self._root}")
            yield
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            if _FULL.search(str(error)):  # the local backend tells the system's number in words only
                _log.error("photo store full", error=str(error)[:500])
                raise Refusal("storage_full") from error
            _log.error("photo store out of reach", error=str(error)[:500])
            raise Refusal("photos_unavailable", headers={"Retry-After": str(RETRY_AFTER_S)}) from error


def lost(copy: Copy, sha256: str) -> Refusal:
    """What is said of a picture that was stored and is not there: it did arrive, so the store is to be looked at."""
    _log.error("a stored photo is not there", copy=copy, sha256=sha256)
    return Refusal("photos_unavailable", headers={"Retry-After": str(RETRY_AFTER_S)})


def _key(copy: Copy, sha256: str) -> str:
    return f"{copy}/{sha256[:2]}/{sha256}"


def _local_path(url: str) -> Path | None:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return Path(url).resolve() if not parts.scheme else None


def _settle(path: Path, root: Path) -> None:
    """The local backend renames into place but leaves the flushing to the system; a promise needs it done."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    folder = path.parent
    while True:
        sync_folder(folder)
        if folder == root:
            return
        folder = folder.parent
