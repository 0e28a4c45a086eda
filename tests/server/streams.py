"""Streams, for clients in this process that read an answer to its end: they break off after its first piece."""

from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send


class BreakingOff:
    """Wraps an application: whoever asks for a stream of events is gone once the first words of it came."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        streams = broken = False

        async def hearing() -> Any:
            return {"type": "http.disconnect"} if broken else await receive()

        async def saying(message: Any) -> None:
            nonlocal streams, broken
            if message["type"] == "http.response.start":
                streams = (b"content-type", b"text/event-stream") in message["headers"]
            if broken:
                return
            broken = streams and message["type"] == "http.response.body"
            if broken:
                message["more_body"] = False
            await send(message)

        await self._app(scope, hearing, saying)
