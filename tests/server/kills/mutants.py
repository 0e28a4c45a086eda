"""Faults a kill must bring to light: each is put into a server of its own, and must be caught."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, BinaryIO

import asyncpg

from server.database import current_engine, engine, postgres, transaction
from server.database.query import execute
from server.door import flush
from server.door.writing import Rows
from server.photos.spool import Spool, Superseded
from server.photos.store import Store
from server.sync import controller, push

LATER_S = 0.5
"""So long a broken promise stays open."""
MUCH_LATER_S = 3.0
_running: set["asyncio.Future[Any]"] = set()


def install(name: str) -> None:
    """Break this process."""
    MUTANTS[name]()


def _later(work: Callable[[], Any], seconds: float = LATER_S) -> None:
    async def wait() -> None:
        await asyncio.sleep(seconds)
        await work()

    task = asyncio.ensure_future(wait())
    _running.add(task)
    task.add_done_callback(_running.discard)


def acknowledged_before_commit() -> None:
    """The answer to a push goes out while its transaction is still open."""
    settle = controller.push  # type: ignore[attr-defined]

    async def hasty(*args: Any) -> Any:
        _in_push.set(True)
        try:
            return await settle(*args)
        finally:
            _in_push.set(False)

    controller.push = hasty  # type: ignore[attr-defined]
    for kind in (engine.Transaction, postgres.Transaction):
        kind._finish = _behind(kind._finish)


_in_push: ContextVar[bool] = ContextVar("in_push", default=False)


def _behind(finish: Callable[..., Any]) -> Callable[..., Any]:
    async def behind(self: Any, *, ok: bool) -> None:
        if _in_push.get():
            _later(lambda: finish(self, ok=ok))
        else:
            await finish(self, ok=ok)

    return behind


def rows_before_their_feed() -> None:
    """Rows and log are committed before touches, feed and clock are written."""
    write = flush.write_by_clock

    async def apart(steps: int, written: Sequence[Rows]) -> int:
        told = ("touch", "feed")
        await write(steps, [rows for rows in written if rows.table not in told])
        await execute("UPDATE clock SET rev = rev - ?", steps)
        await execute("COMMIT")
        await execute("BEGIN IMMEDIATE" if current_engine().name == "sqlite" else "BEGIN READ WRITE")
        return await write(steps, [rows for rows in written if rows.table in told])

    flush.write_by_clock = apart  # type: ignore[attr-defined]


def watermark_after_the_commit() -> None:
    """What a device has settled is noted in a transaction of its own, later."""

    async def noted(sql: str, *args: Any) -> int:
        async def note() -> None:
            async with transaction():
                await execute(sql, *args)

        _later(note)
        return 1

    push.execute = noted  # type: ignore[attr-defined]


def cursor_ahead() -> None:
    """A reply promises more than is committed."""
    pull = controller.pull  # type: ignore[attr-defined]

    async def ahead(head: Any, *args: Any) -> dict[str, Any]:
        reply = await pull(head, *args)
        return reply if head.cursor is None else {**reply, "cursor": reply["cursor"] + 1}

    controller.pull = ahead  # type: ignore[attr-defined]


def bytes_kept_in_memory() -> None:
    """An upload's offset counts bytes that no disk has."""
    held: dict[str, bytearray] = {}

    def append(_: Spool, file: BinaryIO, position: int, chunk: bytes) -> int:
        kept = held.setdefault(Path(file.name).name, bytearray())
        if len(kept) != position:
            raise Superseded
        kept += chunk
        return len(kept)

    def join(self: Spool, upload: str, position: int) -> None:
        with self.open(upload) as file:
            self.append(file, position, self._aside(upload).read_bytes())

    Spool.append = append  # type: ignore[method-assign]
    Spool.join = join  # type: ignore[method-assign]
    Spool.offset = lambda _, upload: len(held.get(upload, b""))  # type: ignore[method-assign]
    Spool.read = lambda _, upload: bytes(held.get(upload, b""))  # type: ignore[method-assign]


def announced_before_stored() -> None:
    """A picture is said to be here before its file is."""
    put = Store.put

    async def slowly(self: Store, *args: Any) -> None:
        _later(lambda: put(self, *args), MUCH_LATER_S)

    Store.put = slowly  # type: ignore[method-assign]


def lost_commit_called_done() -> None:
    """Whether a commit came through is not known, and success is told."""
    for kind in (engine.Transaction, postgres.Transaction):
        kind._finish = _hoping(kind._finish)


def _hoping(finish: Callable[..., Any]) -> Callable[..., Any]:
    async def hoping(self: Any, *, ok: bool) -> None:
        await asyncio.sleep(LATER_S)
        with contextlib.suppress(asyncpg.PostgresError, sqlite3.Error):
            await finish(self, ok=ok)

    return hoping


def full_disk_forgotten() -> None:
    """What found no room is acknowledged all the same."""
    settle = controller.push  # type: ignore[attr-defined]

    async def forgetful(caller: Any, envelope: Any, *rest: Any) -> Any:
        try:
            return await settle(caller, envelope, *rest)
        except sqlite3.OperationalError:
            return push.Pushed(ack=envelope.changes[-1].n, results=[])

    controller.push = forgetful  # type: ignore[attr-defined]


MUTANTS: Mapping[str, Callable[[], None]] = {
    "acknowledged before commit": acknowledged_before_commit,
    "rows before their feed": rows_before_their_feed,
    "watermark after the commit": watermark_after_the_commit,
    "cursor ahead": cursor_ahead,
    "bytes kept in memory": bytes_kept_in_memory,
    "announced before stored": announced_before_stored,
    "lost commit called done": lost_commit_called_done,
    "full disk forgotten": full_disk_forgotten,
}
