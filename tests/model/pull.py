"""The pulled half of a reply: the feed, fills beside it, and what was lost (protocol §3, §5)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from tests.model.shelf import Shelf
from tests.model.state import Key, State

WINDOW_MS = 90 * 86_400_000
LOST = "lost"
Mark = tuple[Any, ...]
"""``(until, (rev, type, id))`` of a fill, ``("lost", (type, id))`` of an audience being taken back."""


class Standing(NamedTuple):
    """What the phone holds, what its person may read, and what the device was given before."""

    cursor: int | None
    held: tuple[str, ...]
    granted: frozenset[str]
    fills: Mapping[str, Mark]
    served: frozenset[str]


class Own(NamedTuple):
    """Whose edits may be told as ``same``: those of this device above the rev at which its request came in."""

    device: int
    above: int


NONE = Own(-1, 0)
"""No edit at all."""


class Page:
    """The reply being gathered."""

    def __init__(self, state: State, most: int) -> None:
        self.state, self.most = state, most
        self.rows: dict[Key, Mapping[str, Any]] = {}
        self.same: list[tuple[Key, int]] = []
        self.gone: list[tuple[Key, int]] = []
        self.seen: set[Key] = set()
        self.has_kept = False

    def room(self) -> int:
        return max(0, self.most - len(self.rows) - len(self.gone))

    def add(self, key: Key) -> None:
        if key not in self.seen:
            self.rows[key] = self.state.records[key].wire
            self.seen.add(key)

    def lose(self, key: Key, rev: int) -> None:
        if key not in self.seen:
            self.gone.append((key, rev))
            self.seen.add(key)


def pull(
    state: State, standing: Standing, own: Own, epoch: int | None, most: int, now: int, shelf: Shelf | None = None
) -> dict[str, Any]:
    """What changed for the caller since their cursor; fills come from ``shelf`` where they can."""
    first = standing.cursor is None or epoch != state.epoch or standing.cursor > state.rev
    page, held = Page(state, most), () if first else standing.held
    fills = {} if first else standing.fills
    # An audience that comes back while it is being taken is taken to the end first, then given anew.
    lost = [name for name in held if name not in standing.granted or fills.get(name, " ")[0] == LOST]
    reading = sorted(standing.granted.difference(lost))
    complete = [name for name in held if name in reading and name not in fills]
    echo = own if len(complete) == len(reading) else NONE
    cursor, more = (state.rev, False) if first else feed(page, reading, held, standing.cursor or 0, echo)
    marks: dict[str, Mark] = {}
    told = len(page.rows) + len(page.gone)
    for name in reading:
        if name not in complete:
            begun = fills.get(name) or (state.rev, (0, "", ""))
            since = state.rev if first else standing.cursor or 0
            kept = kept_page(page, shelf, name, begun, complete, (since, told), now)
            mark = kept or fill_page(page, name, begun, complete, now)
            if mark is None:
                complete.append(name)
            else:
                marks[name] = mark
    dropped = []
    for name in lost:
        left = lost_page(page, name, fills.get(name), reading) if name in standing.served else None
        if left is None:
            dropped.append(name)
        else:
            marks[name] = left
    return {
        "epoch": state.epoch,
        "cursor": cursor,
        "rows": page.rows,
        "same": page.same,
        "gone": page.gone,
        "audiences": (*reading, *(name for name in lost if name in marks)),
        "fill": marks,
        "more": more or not standing.granted.isdisjoint(dropped),
    }


def kept_page(
    page: Page,
    shelf: Shelf | None,
    audience: str,
    mark: Mark,
    complete: Collection[str],
    told: tuple[int, int],
    now: int,
) -> Mark | None:
    """Add a page that is kept: one a reply, which holds nothing else but what the feed had ``told`` up to a rev.

    ``None``: there is none, or it does not fit in here.
    """
    since, by_feed = told
    if shelf is None or page.has_kept or len(page.rows) + len(page.gone) > by_feed:
        return None
    kept = shelf.find(page.state, audience, mark[1], complete, now)
    if kept is None or since < kept.end[0]:
        return None
    page.has_kept = True
    for key, row in kept.rows.items():
        if key not in page.seen:
            page.rows[key] = row
            page.seen.add(key)
    return (mark[0], kept.end)


def feed(page: Page, audiences: Sequence[str], held: Sequence[str], since: int, own: Own) -> tuple[int, bool]:
    """One page of the feed; returns its cursor and whether more follows. A page is cut between two revs only.

    What left an audience is told to those who held that audience, and to nobody else.
    """
    if since == page.state.rev:
        return since, False
    entries = _entries(page.state, set(audiences), set(held), since)
    more = len(entries) > page.most
    if more:
        last = entries[page.most][0]
        entries = [entry for entry in entries[: page.most] if entry[0] < last]
    cursor = since
    for index, (rev, key, gone) in enumerate(entries):
        if not page.room() and rev > cursor:
            return cursor, True
        if gone:
            page.lose(key, rev)
        elif is_own(page.state, key, since, own):
            page.same.append((key, rev))
            page.seen.add(key)
        else:
            page.add(key)
        if index + 1 == len(entries) or entries[index + 1][0] > rev:
            cursor = rev
    return (cursor, True) if more else (page.state.rev, False)


def _entries(state: State, audiences: set[str], held: set[str], since: int) -> list[tuple[int, Key, bool]]:
    found = []
    for key, (latest, shown) in state.feed.items():
        if latest > since:
            told = [
                one
                for name, one in shown.items()
                if one.rev > since and name in audiences and (not one.gone or name in held)
            ]
            if told:
                found.append((max(one.rev for one in told), key, all(one.gone for one in told)))
    return sorted(found)


def is_own(state: State, key: Key, since: int, own: Own) -> bool:
    """Whether nothing but this device's own plain edits happened to a record since its cursor."""
    touches = [touch for touch in state.touches.get(key, ()) if touch.rev > since]
    return bool(touches) and all(one.pure and one.device == own.device and one.rev > own.above for one in touches)


def fill_page(page: Page, audience: str, mark: Mark, complete: Collection[str], now: int) -> Mark | None:
    """Add the next rows of an audience; ``None`` when all have been given. Rows held otherwise are left out."""
    until, after = mark
    entries = sorted(
        (shown[audience].rev, *key)
        for key, (_, shown) in page.state.feed.items()
        if audience in shown and _is_due(shown, audience, until, now, complete)
    )
    entries = [entry for entry in entries if entry > after][: page.room()]
    room = page.room()
    for _, *key in entries:
        page.add((key[0], key[1]))
    return (until, entries[-1] if entries else after) if len(entries) == room else None


def _is_due(shown: Mapping[str, Any], audience: str, until: int, now: int, complete: Collection[str]) -> bool:
    one = shown[audience]
    if one.gone or one.rev > until or not (one.is_open or one.changed_at > now - WINDOW_MS):
        return False
    return not any(name in shown and not shown[name].gone for name in complete)


def lost_page(page: Page, audience: str, mark: Mark | None, kept: Collection[str]) -> Mark | None:
    """Add the next records lost with an audience as ``gone``; ``None`` when all have been told."""
    told = mark[1] if mark and mark[0] == LOST else ("", "")
    room = page.room()
    if not room:
        return (LOST, told)
    entries = sorted(
        key
        for key, (_, shown) in page.state.feed.items()
        if audience in shown and key > told and not any(name in shown and not shown[name].gone for name in kept)
    )[:room]
    for key in entries:
        page.lose(key, page.state.feed[key][1][audience].rev)
    return (LOST, entries[-1]) if len(entries) == room else None
