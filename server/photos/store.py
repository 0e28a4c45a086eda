"""Whole pictures, by the hash of what was uploaded, in a local folder or an object store."""

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from server.photos.spool import sync_folder
from server.problems import FULL, Refusal

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

RETRY_AFTER_S = 30
PATIENCE_S = 20
"""How long one request waits for an object store; the phone comes back later by itself."""

_log = structlog.get_logger("xunfang")

_FULL = re.compile(rf"os error ({'|'.join(map(str, FULL))})\b")

Copy = Literal["original", "display"]


class Store:
    """Content-addressed pictures, never overwritten with something else.

    503 ``unavailable`` from every method while the backend does not answer, 507 ``storage_full`` while it is full.
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
        with _reachable():
            await obstore.put_async(self._backend, key, data)
        if self._root is not None:
            path = self._root / key
            await asyncio.get_running_loop().run_in_executor(self._disk, _settle, path, self._root)

    async def remove(self, copy: Copy, sha256: str) -> None:
        """Take a copy away, where there is one. Only for a picture of somebody who is to be forgotten."""
        with contextlib.suppress(FileNotFoundError), _reachable():
            await obstore.delete_async(self._backend, _key(copy, sha256))

    async def size(self, copy: Copy, sha256: str) -> int | None:
        """Bytes of a stored copy, ``None`` if there is none."""
        try:
            with _reachable():
                return int((await obstore.head_async(self._backend, _key(copy, sha256)))["size"])
        except FileNotFoundError:
            return None

    async def read(self, copy: Copy, sha256: str) -> tuple[int, Callable[[], AsyncIterator[bytes]]] | None:
        """Size and a source of the bytes of a stored copy, ``None`` if there is none."""
        try:
            with _reachable():
                result = await obstore.get_async(self._backend, _key(copy, sha256))
        except FileNotFoundError:
            return None

        async def chunks() -> AsyncIterator[bytes]:
            async for chunk in result.stream(min_chunk_size=64 * 1024):
                yield bytes(chunk)

        return int(result.meta["size"]), chunks


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except BaseError as error:
        if _FULL.search(str(error)):  # the local backend tells the system's number in words only
            _log.error("photo store full", error=str(error)[:500])
            raise Refusal("storage_full") from error
        _log.error("photo store out of reach", error=str(error)[:500])
        raise Refusal("unavailable", headers={"Retry-After": str(RETRY_AFTER_S)}) from error


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
