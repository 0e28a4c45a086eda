"""Fills of large audiences as files: a page is rendered and compressed once, for all phones that begin at once.

A page is the live rows of an audience between two places of its feed, as they were at one rev. Whoever is served it
has their rights looked up as ever, and the page is held against the feed in the same moment: an entry leaves its place
when its record changes, leaves the audience, or is erased, and nothing ever comes in between. So as long as as many
entries stand there as did then, the page says word for word what the query would say.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import structlog
from litestar import Litestar

from server.database.query import fetch, look_up
from server.database.snapshot import snapshot
from server.door import read_rows
from server.recurring import recurring
from server.sync.fill import WINDOW_MS, Mark
from server.sync.packing import pack
from server.sync.shelf import NAME, Head, Page, Place, Shelf

LARGE = 400
"""Entries still to come, from which on a page is worth keeping."""
MOST_ROWS = 950
MOST_BYTES = 448 * 1024
"""A reply has room for what the feed brings beside a page."""
SPARSE = 4
"""A page of which more than three in four entries are too old for a fill costs more to prove than to read."""
DEMAND_MS = 3_600_000
"""A second phone within this time makes an audience worth keeping: what one alone asks for is not laid on the disk."""
KEPT_MS = 86_400_000
PATIENCE_S = 5.0
SWEEP_EVERY_S = 60.0
REST_S = 60.0
"""After a page could not be made."""
TRIES = 3
BEGIN: Place = (0, "", "")

_log = structlog.get_logger("xunfang")
_BETWEEN = "audience = ? AND gone = 0 AND (rev, type, record) > (?, ?, ?) AND (rev, type, record) <= (?, ?, ?)"


class Wish(NamedTuple):
    """A page that is to be made; with ``end`` in place of one that is no longer true."""

    audience: str
    start: Place
    end: Place | None


class Snapshots:
    """The kept pages, as this process makes and serves them."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder)
        self._asked: dict[str, tuple[int, int]] = {}
        self._making: dict[Wish, asyncio.Task[None]] = {}
        self._resting: dict[str, float] = {}
        self._swept: dict[str, int] = {}
        self._true: set[Head] = set()

    async def look(self, epoch: int, audience: str, start: Place, device: int, now: int) -> Page | Wish | None:
        """The page that begins there, if it is true at this moment; else whether it should be made. In a snapshot."""
        kept = self.shelf.find(epoch, audience, start)
        if kept is not None and await is_current(kept.head, now):
            return kept
        if any(self._resting.get(name, 0.0) > monotonic() for name in ("", audience)):
            return None
        if kept is not None:
            left = await _count(audience, start, kept.head.end)
            return Wish(audience, start, kept.head.end if 2 * left > kept.head.live else None)
        wanted = (
            self._in_demand(audience, device, now) if start == BEGIN else self.shelf.reaches(epoch, audience, start)
        )
        return Wish(audience, start, None) if wanted and await _is_large(audience, start) else None

    def _in_demand(self, audience: str, device: int, now: int) -> bool:
        other, at = self._asked.get(audience, (device, now))
        if other != device and now - at < DEMAND_MS:
            return True
        if len(self._asked) > 10_000:
            self._asked.clear()
        self._asked[audience] = (device, now)
        return False

    async def make(self, wish: Wish, now: int) -> None:
        """Make a page, or wait for whoever is making it. Not inside a snapshot: connections are few."""
        task = self._making.get(wish)
        if task is None:
            # In nobody's transaction, and it goes on when the one who asked first has gone.
            task = self._making[wish] = asyncio.create_task(self._make(wish, now), context=Context())
            task.add_done_callback(lambda _: self._making.pop(wish, None))
        await asyncio.wait({task}, timeout=PATIENCE_S)

    async def _make(self, wish: Wish, now: int) -> None:
        try:
            async with snapshot():
                if await self._was_made(wish, now):
                    return
                made = await render(wish, now)
            if made is None or made[0].live > SPARSE * made[0].rows:
                self._resting[wish.audience] = monotonic() + REST_S
                return
            head, rows = made
            await asyncio.to_thread(lambda: self.shelf.put(head, pack(rows)))
        except Exception as error:  # whoever waits is served without it
            self._resting[""] = monotonic() + REST_S
            _log.warning("a page of a fill could not be kept", exc_info=error)

    async def _was_made(self, wish: Wish, now: int) -> bool:
        """Whether somebody made the page between the look that wished for it and this moment. In a snapshot."""
        epoch = (await look_up("SELECT epoch FROM clock WHERE id = 1"))[0][0]
        kept = self.shelf.find(epoch, wish.audience, wish.start)
        return kept is not None and await is_current(kept.head, now)

    async def sweep(self, now: int) -> None:
        """Throw away what is no longer true: what was erased or moved must not lie here for long."""
        heads = await asyncio.to_thread(self.shelf.heads)
        if not heads:
            return
        epoch = (await look_up("SELECT epoch FROM clock WHERE id = 1"))[0][0]
        newest: dict[str, int] = {}
        true: set[Head] = set()
        for path, head in heads:
            if head.audience not in newest:
                found = await look_up("SELECT MAX(rev) FROM feed WHERE audience = ?", head.audience)
                newest[head.audience] = found[0][0] or 0
            old = head.epoch != epoch or not head.made_at <= now < min(head.until, head.made_at + KEPT_MS)
            # What was rendered before a change may be kept only after the sweep that looked for what it changed.
            quiet = head in self._true and self._swept.get(head.audience) == newest[head.audience]
            if old or not (quiet or await is_current(head, now)):
                await asyncio.to_thread(path.unlink, missing_ok=True)
            else:
                true.add(head)
        self._swept, self._true = newest, true

    async def close(self) -> None:
        """Wait for what is being made."""
        await asyncio.gather(*self._making.values())


class Taking:
    """What one reply takes of the kept pages: one at most. ``wish``: it waits for a page that is to be made."""

    def __init__(self, snapshots: Snapshots, device: int, now: int) -> None:
        self._snapshots, self._device, self.now = snapshots, device, now
        self._left = TRIES
        self.page: Page | None = None
        self.wish: Wish | None = None

    async def look(self, epoch: int, audience: str, mark: Mark, complete: Sequence[str]) -> Page | Wish | None:
        """Of an audience that many share. Rows of one place held by another role are not sent once more."""
        kind, _, rest = audience.partition(":")
        place = rest.rpartition(":")[0]
        if (
            self._left == 0
            or kind == "person"
            or any(name.startswith(f"unit:{place}:") and not name.endswith(":staff") for name in complete)
        ):
            return None
        return await self._snapshots.look(epoch, audience, mark.place, self._device, self.now)

    async def wait(self) -> None:
        """Until the wish is fulfilled, or cannot be."""
        assert self.wish is not None
        wish, self.wish = self.wish, None
        self._left -= 1
        await self._snapshots.make(wish, self.now)


@asynccontextmanager
async def snapshots_kept(app: Litestar) -> AsyncIterator[None]:
    """For Litestar's ``lifespan``, after the database. Leaves the pages in ``app.state.snapshots``.

    A server begins without any: what a broken machine left half written is never served.
    """
    made = app.state.snapshots = Snapshots(app.state.settings.data / NAME)
    await asyncio.to_thread(made.shelf.clear)

    async def now_and_then() -> None:
        await made.sweep(app.state.clock())

    try:
        async with recurring("sweeping snapshots", now_and_then, SWEEP_EVERY_S):
            yield
    finally:
        await made.close()


async def is_current(head: Head, now: int) -> bool:
    """Whether a page holds what a fill would read at this moment."""
    return head.made_at <= now < head.until and await _count(head.audience, head.start, head.end) == head.live


async def _count(audience: str, start: Place, end: Place) -> int:
    return int((await look_up(f"SELECT COUNT(*) FROM feed WHERE {_BETWEEN}", audience, *start, *end))[0][0])


async def _is_large(audience: str, start: Place) -> bool:
    found = await look_up(
        "SELECT COUNT(*) FROM (SELECT 1 FROM feed WHERE audience = ? AND gone = 0 "
        "AND (rev, type, record) > (?, ?, ?) LIMIT ?) AS found",
        audience,
        *start,
        LARGE,
    )
    return int(found[0][0]) >= LARGE


async def render(wish: Wish, now: int) -> tuple[Head, dict[str, list[bytes]]] | None:
    """A page as it is at this moment, and its rows by type. ``None``: there is none. Call in a snapshot."""
    clock, epoch = (await look_up("SELECT rev, epoch FROM clock WHERE id = 1"))[0]
    entries = await fetch(
        f"SELECT rev, type, record, is_open, changed_at FROM feed WHERE {_BETWEEN} "
        "AND (is_open = 1 OR changed_at > ?) ORDER BY rev, type, record LIMIT ?",
        wish.audience,
        *wish.start,
        *(wish.end or (clock + 1, "", "")),
        now - WINDOW_MS,
        MOST_ROWS,
    )
    bodies = await read_rows((type_, id_) for _, type_, id_, *_ in entries)
    rows: dict[str, list[bytes]] = {}
    end, count, size, until = wish.start, 0, 0, now + KEPT_MS
    for rev, type_, id_, is_open, changed_at in entries:
        row = bytes(bodies[type_, id_])
        if count and size + len(row) > MOST_BYTES:
            break
        rows.setdefault(type_, []).append(row)
        end, count, size = (rev, type_, id_), count + 1, size + len(row)
        until = until if is_open else min(until, changed_at + WINDOW_MS)
    if not count:
        return None
    if wish.end is not None and count == len(entries) < MOST_ROWS:
        end = wish.end
    live = await _count(wish.audience, wish.start, end)
    head = Head(
        epoch=epoch, audience=wish.audience, start=wish.start, end=end, live=live, rows=count, size=size, made_at=now,
        until=until,
    )  # fmt: skip
    return head, rows
