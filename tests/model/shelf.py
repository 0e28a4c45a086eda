"""Pages of fills that the model's server keeps beside its state: made once, for all phones that begin at once.

A page is the live rows of an audience between two places of its feed, as they were when it was made. It is served as
long as as many entries stand there as did then: an entry leaves its place when its record changes or leaves the
audience, and nothing ever comes in between.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from tests.model.state import Key, Shown, State

WINDOW_MS = 90 * 86_400_000
Place = tuple[int, str, str]
BEGIN: Place = (0, "", "")
MOST = 4
"""Rows of a page that is kept."""
COMMON = ("person:",)
"""What the audiences of one person begin with: nobody else asks for their pages."""


class Kept(NamedTuple):
    """A page as it is kept. ``live``: entries between the places then, ``until``: when one grows too old for a fill."""

    start: Place
    end: Place
    live: int
    until: int
    made_at: int
    rows: Mapping[Key, Mapping[str, Any]]


class Shelf:
    """Pages by epoch, audience and start. ``served``: how many were, ``stale``: how many were no longer true."""

    def __init__(self) -> None:
        self.pages: dict[tuple[int, str, Place], Kept] = {}
        self.served = self.stale = 0

    def find(self, state: State, audience: str, start: Place, complete: Collection[str], now: int) -> Kept | None:
        """The true page that begins there, made when there is none. ``None``: this fill is read from the feed."""
        if audience.startswith(COMMON) or any(_shares(name, audience) for name in complete):
            return None
        name = (state.epoch, audience, start)
        kept = self.pages.get(name)
        if kept is not None and is_current(state, audience, kept, now):
            self.served += 1
            return kept
        self.stale += kept is not None
        made = render(state, audience, start, now)
        if made is not None:
            self.pages[name] = made
        return made


def _shares(held: str, audience: str) -> bool:
    """Whether another role over the same place is held: rows of both are not sent once more."""
    return held.startswith("unit:") and held.rpartition(":")[0] == audience.rpartition(":")[0]


def is_current(state: State, audience: str, kept: Kept, now: int) -> bool:
    """Whether a page holds what a fill would read at this moment."""
    live = len(entries(state, audience, kept.start, kept.end))
    return kept.made_at <= now < kept.until and live == kept.live


def entries(state: State, audience: str, start: Place, end: Place) -> list[tuple[Place, Shown]]:
    """What stands between two places of a feed, in order."""
    shown = [(key, one[audience]) for key, (_, one) in state.feed.items() if audience in one]
    places = [((one.rev, *key), one) for key, one in shown if not one.gone]
    return sorted(one for one in places if start < one[0] <= end)


def render(state: State, audience: str, start: Place, now: int) -> Kept | None:
    """A page as it is at this moment; ``None`` when nothing is left."""
    standing = entries(state, audience, start, (state.rev + 1, "", ""))
    due = [(place, one) for place, one in standing if one.is_open or one.changed_at > now - WINDOW_MS][:MOST]
    if not due:
        return None
    end = due[-1][0]
    closed = [one.changed_at + WINDOW_MS for _, one in due if not one.is_open]
    keys = [(type_, id_) for (_, type_, id_), _ in due]
    live = sum(place <= end for place, _ in standing)
    rows = {key: state.records[key].wire for key in keys}
    return Kept(start, end, live, min([now + WINDOW_MS, *closed]), now, rows)
