"""``GET /api/live``: server-sent events."""

import asyncio

from litestar import Controller, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.types import ASGIApp, Receive, Scope, Send

from server.identity import Caller
from server.live.listener import BEAT, Listener
from server.live.running import Live
from server.problems import Refusal

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]


class LiveController(Controller):
    """`/api/live`."""

    path = "/api/live"
    tags = ("sync",)

    @get("/", opt={"media": ["text/event-stream"]})
    async def listen(self, state: State, caller: NamedDependency[Caller]) -> ASGIApp:
        """Events `{"rev":N}` whenever there is something to pull, and a comment now and then as a sign of life.

        It ends when the session does. 503 unavailable when too many listen already: poll.
        """
        live: Live = state.live
        if live.hub.is_full:
            raise Refusal("unavailable", headers={"Retry-After": "60"})
        return _Stream(live, caller)


class _Stream:
    """An answer that goes on until either end has enough of it."""

    def __init__(self, live: Live, caller: Caller) -> None:
        self._live = live
        self._caller = caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._live.hub.listening(self._caller) as listener:
            await self._live.ready()
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            gone = asyncio.create_task(_end_when_gone(receive, listener))
            words: bytes | None = BEAT  # whatever stands between must let the head through
            try:
                while words is not None:
                    await send({"type": "http.response.body", "body": words, "more_body": True})
                    words = await listener.next()
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            finally:
                gone.cancel()


async def _end_when_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()
