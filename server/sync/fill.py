"""Giving a phone a whole audience, or taking one back, page by page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from server.database.query import fetch
from server.door import read_rows
from server.sync.shelf import Place

if TYPE_CHECKING:
    from server.sync.pull import Page

WINDOW_MS = 90 * 86_400_000
"""A fill holds open records, and those changed within this time."""


class Mark(msgspec.Struct, frozen=True):
    """How far a fill has come: everything up to ``until`` that stands after (rev, type, id) is still to come."""

    until: int
    rev: int = 0
    type: str = ""
    id: str = ""

    @classmethod
    def read(cls, text: str | None, clock: int) -> "Mark":
        """A mark as it came back from the phone; one that cannot be read starts the fill anew."""
        until, _, rest = (text or "").partition(" ")
        rev, _, rest = rest.partition(" ")
        type_, _, id_ = rest.partition(" ")
        if _is_number(until) and _is_number(rev):
            return cls(until=int(until), rev=int(rev), type=type_, id=id_)
        return cls(until=clock)

    def __str__(self) -> str:
        return f"{self.until} {self.rev} {self.type} {self.id}"

    @property
    def place(self) -> Place:
        """Where the fill stands."""
        return self.rev, self.type, self.id

    def at(self, place: Place) -> "Mark":
        """The same fill, as far as this place."""
        rev, type_, id_ = place
        return Mark(until=self.until, rev=rev, type=type_, id=id_)


def _is_number(text: str) -> bool:
    """Whether these digits are a number both databases hold; there are digits that are none, as in m²."""
    return text.isascii() and text.isdigit() and len(text) < 19


async def fill_page(
    page: "Page", audience: str, mark: Mark, complete: Sequence[str], now: int, end: Place | None = None
) -> Mark | None:
    """Add the next rows of an audience to the page; ``None`` when all have been given. With ``end`` no row behind it.

    What changed after the fill began comes by the feed. Rows the phone holds through a complete audience are left out.
    """
    last = min(end or (mark.until + 1, "", ""), (mark.until + 1, "", ""))
    while not page.is_full():
        limit = min(200, page.room())
        entries = await _live(audience, mark, last, complete, now, limit)
        await _add(page, entries)
        if len(entries) < limit:
            return mark.at(end) if end == last else None
        mark = mark.at(entries[-1])
    return mark


async def _live(
    audience: str, mark: Mark, last: Place, complete: Sequence[str], now: int, limit: int
) -> list[tuple[Any, ...]]:
    return await fetch(
        "SELECT f.rev, f.type, f.record FROM feed AS f WHERE f.audience = ? AND f.gone = 0 "
        "AND (f.rev, f.type, f.record) > (?, ?, ?) AND (f.rev, f.type, f.record) <= (?, ?, ?) "
        "AND (f.is_open = 1 OR f.changed_at > ?) "
        "AND NOT EXISTS (SELECT 1 FROM feed AS held WHERE held.type = f.type AND held.record = f.record "
        "AND held.gone = 0 AND held.audience IN (SELECT value FROM json_each(?))) "
        "ORDER BY f.rev, f.type, f.record LIMIT ?",
        audience,
        *mark.place,
        *last,
        now - WINDOW_MS,
        msgspec.json.encode(complete).decode(),
        limit,
    )


async def _add(page: "Page", entries: Sequence[tuple[Any, ...]]) -> None:
    fresh = [(type_, id_) for _, type_, id_ in entries if (type_, id_) not in page.seen]
    rows = await read_rows(fresh)
    for key in fresh:
        page.add(*key, rows[key])


LOST = "lost "
"""How the mark of an audience begins that is being taken back."""


async def lost_page(page: "Page", audience: str, text: str | None, kept: Sequence[str]) -> str | None:
    """Add the next records lost with an audience as ``gone``; ``None`` when all have been told.

    Records that another audience of the phone still holds stay. Those that left the audience before are told
    too: the cursor moves on between two pages, so it does not say what the phone has heard of them.
    """
    told = text or ""
    mark = Mark.read(f"0 {told.removeprefix(LOST)}" if told.startswith(LOST) else None, 0)
    limit = page.room()
    if limit == 0:
        return f"{LOST}{mark.rev} {mark.type} {mark.id}"
    entries = await fetch(
        "SELECT f.rev, f.type, f.record FROM feed AS f WHERE f.audience = ? "
        "AND (f.rev, f.type, f.record) > (?, ?, ?) "
        "AND NOT EXISTS (SELECT 1 FROM feed AS held WHERE held.type = f.type AND held.record = f.record "
        "AND held.gone = 0 AND held.audience IN (SELECT value FROM json_each(?))) "
        "ORDER BY f.rev, f.type, f.record LIMIT ?",
        audience,
        mark.rev,
        mark.type,
        mark.id,
        msgspec.json.encode(kept).decode(),
        limit,
    )
    for rev, lost_type, lost_id in entries:
        if (lost_type, lost_id) not in page.seen:
            page.lose(lost_type, lost_id, rev)
    if len(entries) < limit:
        return None
    rev, lost_type, lost_id = entries[-1]
    return f"{LOST}{rev} {lost_type} {lost_id}"
