"""One open stream: what it is still to be told. However slow it reads, that is one number."""

import asyncio

from server.identity import Caller

BEAT = b":\n\n"
"""A comment: shows both ends that the other is there."""


class Listener:
    """Rung by the hub, read by its own task: a slow one holds up nobody."""

    __slots__ = ("_bell", "_due", "_gap", "_next_at", "_ready", "_rev", "audiences", "ended", "names", "session")

    def __init__(self, caller: Caller, gap: float) -> None:
        self.session = caller.session
        self.names = frozenset((f"person:{caller.person}", f"device:{caller.device}"))
        """What it is called where sessions are doubted."""
        self.audiences = frozenset(caller.audiences())
        self.ended = False
        self._gap = gap
        self._bell = asyncio.Event()
        self._due: asyncio.TimerHandle | None = None
        self._next_at = 0.0
        self._rev = 0
        self._ready = False

    def wake(self, rev: int, after: float) -> None:
        """There is something up to ``rev``: to be told in so many seconds, together with what comes until then."""
        self._rev = max(self._rev, rev)
        if self.ended or self._ready or self._due is not None:
            return
        loop = asyncio.get_running_loop()
        self._due = loop.call_later(max(after, self._next_at - loop.time(), 0.0), self._ring)

    def _ring(self) -> None:
        self._due, self._ready = None, True
        self._bell.set()

    def beat(self) -> None:
        """Say that one is still there."""
        self._bell.set()

    def end(self) -> None:
        """The stream ends; what it was to be told it is not told."""
        self.ended = True
        if self._due is not None:
            self._due.cancel()
            self._due = None
        self._bell.set()

    async def next(self) -> bytes | None:
        """What is to be sent next, when its time has come; None: the stream is over."""
        await self._bell.wait()
        if self.ended:
            return None
        self._bell.clear()
        if not self._ready:
            return BEAT
        self._ready = False
        self._next_at = asyncio.get_running_loop().time() + self._gap
        return b'data: {"rev":%d}\n\n' % self._rev
