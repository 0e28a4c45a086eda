"""Who listens in this process, by what they may read; and what makes them wake."""

import asyncio
import random
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from weakref import WeakSet

import msgspec
import structlog

from server.database.news import ANYBODY, News
from server.database.query import fetch
from server.identity import Caller
from server.identity.standing import standing
from server.live.listener import Listener

MOST_A_SESSION = 4
"""A browser holds one; more are left from lines that broke unnoticed, so the oldest ends."""
TURNS = 20
"""Listeners beat in so many groups, one after the other."""

_log = structlog.get_logger("xunfang")
_hubs: WeakSet["Hub"] = WeakSet()


class Pace(msgspec.Struct, frozen=True):
    """Seconds. ``beat``: between two signs of life. ``gap``: between two events of one listener.

    Many who wake at once all pull at once: they are told over a time of ``each`` a listener, at most ``most``.
    """

    beat: float = 20.0
    gap: float = 1.0
    each: float = 0.0005
    most: float = 1.5


class Hub:
    """The listeners of one process. Nothing here waits for any of them."""

    def __init__(self, clock: Callable[[], int], most: int, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.most = most
        self._clock = clock
        self._stopped = False
        self._numbers = count()
        self._all: dict[Listener, int] = {}
        self._by_audience: dict[str, set[Listener]] = {}
        self._by_session: dict[str, list[Listener]] = {}
        self._doubted: set[Listener] = set()
        self._doubting = asyncio.Event()
        _hubs.add(self)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def is_full(self) -> bool:
        """Whether there is room for nobody more, or this process is about to stop."""
        return self._stopped or len(self._all) >= self.most

    @contextmanager
    def listening(self, caller: Caller) -> Iterator[Listener]:
        """A listener for as long as the block lasts."""
        listener = Listener(caller, self.pace.gap)
        self._all[listener] = next(self._numbers) % TURNS
        self._enter(listener)
        own = self._by_session.setdefault(caller.session, [])
        own.append(listener)
        for old in own[:-MOST_A_SESSION]:
            old.end()
        # Its rights were read before it was known here: what changed since was not told to it.
        self.doubt([listener])
        if self._stopped:
            listener.end()
        try:
            yield listener
        finally:
            listener.end()
            del self._all[listener]
            self._leave(listener)
            own.remove(listener)
            if not own:
                del self._by_session[caller.session]

    def _enter(self, listener: Listener) -> None:
        for audience in listener.audiences:
            self._by_audience.setdefault(audience, set()).add(listener)

    def _leave(self, listener: Listener) -> None:
        for audience in listener.audiences:
            others = self._by_audience[audience]
            others.discard(listener)
            if not others:
                del self._by_audience[audience]

    def hear(self, news: News) -> None:
        """Wake who may read what changed, and nobody else; look again at whose rights are in doubt."""
        if not self._all:
            return
        woken = {one for audience in news.audiences for one in self._by_audience.get(audience, ())}
        self._wake(woken, news.rev)
        if ANYBODY in news.doubted:
            self.doubt(self._all)
        elif news.doubted:
            self.doubt(one for one in self._all if not one.names.isdisjoint(news.doubted))

    def wake_all(self, rev: int) -> None:
        """Something may have been missed: everybody looks, and everybody's rights are looked at."""
        self._wake(self._all, rev)
        self.doubt(self._all)

    def _wake(self, listeners: Collection[Listener], rev: int) -> None:
        spread = min(self.pace.most, self.pace.each * (len(listeners) - 1))
        for listener in listeners:
            listener.wake(rev, random.uniform(0, spread))  # noqa: S311  nobody gains by guessing it

    def doubt(self, listeners: Iterable[Listener]) -> None:
        """Their sessions and rights are read again, soon."""
        self._doubted.update(listeners)
        if self._doubted:
            self._doubting.set()

    def stop(self) -> None:
        """Every stream ends now, and none begins."""
        self._stopped = True
        for listener in self._all:
            listener.end()

    async def beat_on(self) -> None:
        """For ever: signs of life, each with a look at the session. A dead line is noticed by them too."""
        while True:
            for turn in range(TURNS):
                await asyncio.sleep(self.pace.beat / TURNS)
                some = [listener for listener, its in self._all.items() if its == turn]
                for listener in some:
                    listener.beat()
                self.doubt(some)

    async def look_on(self) -> None:
        """For ever: end the streams of sessions that count no more; let the others listen to what they may read now."""
        while True:
            await self._doubting.wait()
            self._doubting.clear()
            doubted, self._doubted = self._doubted, set()
            try:
                await self._look_at([listener for listener in doubted if not listener.ended])
            except Exception as error:  # the database is away: they are asked about again with their next beat
                _log.warning("the sessions of listeners could not be read", exc_info=error)

    async def _look_at(self, listeners: list[Listener]) -> None:
        if not listeners:
            return
        callers = await standing({listener.session for listener in listeners}, self._clock())
        moved = []
        for listener in listeners:
            caller = callers.get(listener.session)
            if caller is None:
                listener.end()
            elif listener in self._all and listener.audiences != (now := frozenset(caller.audiences())):
                self._leave(listener)
                listener.audiences = now
                self._enter(listener)
                moved.append(listener)
        if moved:
            rev = int((await fetch("SELECT rev FROM clock WHERE id = 1"))[0][0])
            self._wake(moved, rev)


def end_all_streams() -> None:
    """This process stops: it would otherwise wait for streams that never end."""
    for hub in _hubs:
        hub.stop()
