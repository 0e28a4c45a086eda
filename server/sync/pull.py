"""What changed for the caller since their cursor: rows, ``same``, ``gone``, fills beside the feed (protocol §3, §5)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from server.database.query import fetch, look_up
from server.door import read_rows
from server.sync.fill import LOST, Mark, fill_page, lost_page
from server.sync.moment import Moment
from server.sync.shelf import Page as Kept
from server.sync.snapshots import Taking, Wish
from sync.change import SyncRequest

PAGE_ROWS = 1000
PAGE_BYTES = 512 * 1024
NEAR = 100
"""Revs behind which a phone is well in touch: what the feed holds for it is found in an instant."""


class Own(msgspec.Struct, frozen=True):
    """Whose edits may be told as ``same``: those of this device above the rev at which its request came in.

    Only they are sure to be later than the reply that gave the phone its cursor. When a page was cut, an older one
    may have carried its record from before the cut to behind it, and the phone has not seen the row.
    """

    device: int
    above: int


NONE = Own(device=-1, above=0)
"""No edit at all: while something still fills, the phone may not have the row of which ``same`` would speak."""


class Page:
    """The reply being gathered, within its limits of rows and bytes."""

    def __init__(self) -> None:
        self.rows: dict[str, list[msgspec.Raw]] = {}
        self.same: list[tuple[str, str, int]] = []
        self.gone: list[tuple[str, str, int]] = []
        self.seen: set[tuple[str, str]] = set()
        self.count = 0
        self.bytes = 0

    def is_full(self) -> bool:
        return self.count >= PAGE_ROWS or self.bytes >= PAGE_BYTES

    def holds(self, kept: Kept) -> bool:
        """Whether there is room for a page that is kept, and no row but such as can stand behind its own."""
        fits = self.count + kept.head.rows <= PAGE_ROWS and self.bytes + kept.head.size <= PAGE_BYTES
        return fits and self.rows.keys().isdisjoint(kept.head.types[:-1])

    def room(self) -> int:
        return max(0, PAGE_ROWS - self.count)

    def add(self, type_: str, id_: str, row: msgspec.Raw) -> None:
        self.rows.setdefault(type_, []).append(row)
        self.seen.add((type_, id_))
        self.count += 1
        self.bytes += len(bytes(row))

    def lose(self, type_: str, id_: str, rev: int) -> None:
        self.gone.append((type_, id_, rev))
        self.seen.add((type_, id_))
        self.count += 1


async def pull(head: SyncRequest, moment: Moment, own: Own, now: int, taking: Taking) -> dict[str, Any]:
    """The pulled half of a reply. Call inside the snapshot of ``moment``: feed, rows and grants are of one moment.

    What a kept page holds is in ``taking`` alone. Where that has a wish, ask again when it is fulfilled.
    """
    clock, granted = moment.rev, moment.granted
    page = Page()
    since = head.cursor if head.epoch == moment.epoch else None
    first = since is None or not moment.horizon <= since <= clock
    held = () if first else tuple(dict.fromkeys(head.audiences))
    fills = {} if first else head.fill
    # An audience that comes back while it is being taken is taken to the end first, then given anew.
    lost = [name for name in held if name not in granted or fills.get(name, "").startswith(LOST)]
    reading = sorted(granted.difference(lost))
    complete = [name for name in held if name in reading and name not in fills]
    # 1. The feed of everything the phone holds and still may read.
    echo = own if len(complete) == len(reading) else NONE
    cursor, more = (clock, False) if first else await _feed(page, reading, held, since or 0, clock, echo)
    # 2. Audiences newly granted fill beside it; those lost are taken back.
    begun = {name: Mark.read(fills.get(name), clock) for name in reading if name not in complete}
    marks = await _fill(page, begun, complete, now, taking, (moment.epoch, clock if first else since or 0))
    dropped = []
    for name in lost:
        known = name in moment.served
        left = await lost_page(page, name, fills.get(name), reading) if known else None
        if left is None:
            dropped.append(name)
        else:
            marks[name] = left
    # 3. Only what there is to say.
    audiences = [*reading, *(name for name in lost if name in marks)]
    reply: dict[str, Any] = {"epoch": moment.epoch, "cursor": cursor}
    said = {
        "rows": page.rows,
        "same": page.same,
        "gone": page.gone,
        "audiences": audiences if marks or dropped or first or set(audiences) != set(held) else [],
        "drop": dropped,
        "fill": marks,
        "more": more or not granted.isdisjoint(dropped),
    }
    return {**reply, **{name: value for name, value in said.items() if value}}


async def _fill(
    page: Page, begun: Mapping[str, Mark], complete: list[str], now: int, taking: Taking, told: tuple[int, int]
) -> dict[str, str]:
    """The next rows of some audiences; how far each has come. Those that are through join ``complete``.

    A kept page takes a reply for itself but for the feed, which had ``told`` everything up to a rev of an epoch.
    """
    epoch, since = told
    by_feed, marks = page.count, dict[str, str]()
    for name, mark in begun.items():
        kept = None if taking.page else await taking.look(epoch, name, mark, complete)
        if taking.page or (kept and page.count > by_feed):
            marks[name] = str(mark)
            continue
        if isinstance(kept, Wish):
            taking.wish = kept
            return marks
        if kept and since >= kept.head.end[0] and page.holds(kept):
            taking.page = kept
            marks[name] = str(mark.at(kept.head.end))
            continue
        left = await fill_page(page, name, mark, complete, now, kept.head.end if kept else None)
        if left is None:
            complete.append(name)
        else:
            marks[name] = str(left)
    return marks


async def _feed(
    page: Page, audiences: Sequence[str], held: Sequence[str], since: int, clock: int, echo: Own
) -> tuple[int, bool]:
    """One page of the feed; returns its cursor and whether more follows. A page is cut between two revs only.

    What left an audience is told to those who held that audience, and to nobody else.
    """
    names = msgspec.json.encode(audiences).decode()
    near = clock - since <= NEAR
    until = clock if near else await _page_end(names, since, clock)
    read, end, ends = (look_up, "", ()) if near else (fetch, "AND rev <= ? ", (until,))
    entries = await read(
        # First what is new, then its groups: asked in one go, SQLite walks the whole feed in the order of the groups.
        "WITH newer AS MATERIALIZED (SELECT type, record, rev, gone FROM feed "
        f"WHERE audience IN (SELECT value FROM json_each(?)) AND rev > ? {end}"
        "AND (gone = 0 OR audience IN (SELECT value FROM json_each(?)))) "
        "SELECT type, record, MAX(rev), MIN(gone) FROM newer "
        "GROUP BY type, record ORDER BY MAX(rev), type, record LIMIT ?",
        names,
        since,
        *ends,
        msgspec.json.encode(held).decode(),
        PAGE_ROWS + 1,
    )
    if len(entries) > PAGE_ROWS:
        until = entries[-1][2] - 1
        entries = [entry for entry in entries if entry[2] <= until]
    if until < clock:
        entries = await _gone_for_good(entries, names)
    own = await _own_edits(entries, since, echo)
    bodies = await read_rows((type_, id_) for type_, id_, _, gone in entries if not gone and (type_, id_) not in own)
    cursor = since
    for index, (type_, id_, rev, gone) in enumerate(entries):
        if page.is_full() and rev > cursor:
            return cursor, True
        if gone:
            page.lose(type_, id_, rev)
        elif (type_, id_) in own:
            page.same.append((type_, id_, rev))
            page.seen.add((type_, id_))
        else:
            page.add(type_, id_, bodies[type_, id_])
        if index + 1 == len(entries) or entries[index + 1][2] > rev:
            cursor = rev
    return until, until < clock


async def _page_end(names: str, since: int, clock: int) -> int:
    """The rev up to which no audience has more than a page: what lies beyond it is not even looked at."""
    found = await look_up(
        "SELECT MIN(f.rev) FROM (SELECT (SELECT rev FROM feed WHERE audience = name.value AND rev > ? "
        "ORDER BY rev LIMIT 1 OFFSET ?) AS rev FROM json_each(?) AS name) AS f",
        since,
        PAGE_ROWS,
        names,
    )
    return clock if found[0][0] is None else min(clock, int(found[0][0]))


async def _gone_for_good(entries: Sequence[tuple[Any, ...]], names: str) -> list[tuple[Any, ...]]:
    """The entries without those that left one audience, but come by another beyond the end of the page."""
    gone = [(type_, id_) for type_, id_, _, is_gone in entries if is_gone]
    if not gone:
        return list(entries)
    rows = await look_up(
        "SELECT f.type, f.record FROM json_each(?) AS wanted CROSS JOIN feed AS f "
        "WHERE f.type = json_extract(wanted.value, '$[0]') AND f.record = json_extract(wanted.value, '$[1]') "
        "AND f.gone = 0 AND f.audience IN (SELECT value FROM json_each(?))",
        msgspec.json.encode(gone).decode(),
        names,
    )
    elsewhere = set(rows)
    return [entry for entry in entries if not entry[3] or (entry[0], entry[1]) not in elsewhere]


async def _own_edits(entries: Iterable[tuple[Any, ...]], since: int, own: Own) -> set[tuple[str, str]]:
    """The records in which nothing but this device's own plain edits happened since its cursor."""
    if own is NONE:
        return set()
    keys = msgspec.json.encode([(type_, id_) for type_, id_, _, gone in entries if not gone]).decode()
    rows = await look_up(
        # CROSS: SQLite keeps this order; by what it counted when the table was small, it would walk every touch.
        "SELECT t.type, t.record FROM json_each(?) AS wanted CROSS JOIN touch AS t "
        "WHERE t.type = json_extract(wanted.value, '$[0]') AND t.record = json_extract(wanted.value, '$[1]') "
        "AND t.rev > ? GROUP BY t.type, t.record "
        "HAVING MIN(CASE WHEN t.pure = 1 AND t.device = ? AND t.rev > ? THEN 1 ELSE 0 END) = 1",
        keys,
        since,
        own.device,
        own.above,
    )
    return {(type_, id_) for type_, id_ in rows}
