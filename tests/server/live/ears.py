"""A browser that listens: the other end of a stream, without a socket."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx
import msgspec
from litestar import Litestar

BEAT = ":\n\n"
PATIENCE_S = 15.0
"""To end what hangs."""


class Ear:
    """One request for `/api/live` with the session of a browser."""

    def __init__(self, app: Litestar, browser: httpx.AsyncClient) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.reads = asyncio.Event()
        """Cleared: it takes nothing more off the line."""
        self.reads.set()
        self._came: asyncio.Queue[str | None] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._asked = False
        self._app = app
        self._cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        scope: Any = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": "/api/live", "raw_path": b"/api/live", "root_path": "", "query_string": b"", "client": ("me", 1),
            "server": ("xunfang.test", 80), "headers": [(b"host", b"xunfang.test"), (b"cookie", self._cookie.encode())],
        }  # fmt: skip
        try:
            await self._app(scope, self._receive, self._send)
        finally:
            self._came.put_nowait(None)

    async def _receive(self) -> Any:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.reads.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        if message["body"]:
            self._came.put_nowait(message["body"].decode())
        if not message.get("more_body"):
            self._came.put_nowait(None)

    async def next(self) -> str | None:
        """What comes next as it stands; None: the end."""
        async with asyncio.timeout(PATIENCE_S):
            return await self._came.get()

    async def opened(self) -> "Ear":
        """Once it listens: the first thing said is a sign of life."""
        assert await self.next() == BEAT
        assert self.status == 200
        return self

    async def rev(self) -> int:
        """The rev of the next event, which says nothing else."""
        while (words := await self.next()) == BEAT:
            pass
        assert words is not None
        assert words.startswith("data: ")
        assert words.endswith("\n\n")
        told = msgspec.json.decode(words.removeprefix("data: "))
        assert told.keys() == {"rev"}
        return int(told["rev"])

    async def end(self) -> None:
        """The server ends it, having said nothing more than that it is there."""
        while (words := await self.next()) is not None:
            assert words == BEAT
        await self.task

    async def hang_up(self) -> None:
        self._gone.set()
        with suppress(asyncio.CancelledError):
            await self.task
