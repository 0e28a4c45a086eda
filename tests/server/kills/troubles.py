"""A disk that is full or read-only for as long as a file of that name lies beside the data.

SQLite refuses by itself, told by pragmas; what else is written fails with the system's own numbers.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import GenericError

from server.database.engine import PooledSQLite
from server.photos.spool import Spool

FULL, READ_ONLY = "full", "read-only"
MOST_PAGES = 4_294_967_294


def install(folder: str) -> None:
    """The files that say what is wrong lie in this folder."""
    full, read_only = Path(folder) / FULL, Path(folder) / READ_ONLY

    def fail() -> None:
        if full.exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if read_only.exists():
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    borrow = PooledSQLite.borrow_writer

    async def borrow_writer(self: PooledSQLite) -> Any:
        writer = await borrow(self)
        await writer.execute(f"PRAGMA max_page_count={1 if full.exists() else MOST_PAGES}")
        await writer.execute(f"PRAGMA query_only={int(read_only.exists())}")
        return writer

    PooledSQLite.borrow_writer = borrow_writer  # type: ignore[method-assign]
    for name in ("create", "append", "open_aside", "join"):
        setattr(Spool, name, _failing(getattr(Spool, name), fail))
    put = obstore.put_async

    async def put_async(*args: Any, **kwargs: Any) -> Any:
        try:
            fail()
        except OSError as error:
            raise GenericError(f"Unable to copy data to file: {error.strerror} (os error {error.errno})") from error
        return await put(*args, **kwargs)

    obstore.put_async = put_async


def _failing(work: Callable[..., Any], fail: Callable[[], None]) -> Callable[..., Any]:
    def tried(*args: Any) -> Any:
        fail()
        return work(*args)

    return tried
