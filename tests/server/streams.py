"""Streams, for clients in this process that read an answer to its end: they break off after its first piece."""

from litestar.types import ASGIApp, Message, Receive, Scope, Send


class BreakingOff:
    """Wraps an application: whoever asks for a stream of events is gone once the first words of it came."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        broken = False

        async def hearing() -> Message:
            return {"type": "http.disconnect"} if broken else await receive()  # type: ignore[return-value]

        async def saying(message: Message) -> None:
            nonlocal streams, broken
            if message["type"] == "http.response.start":
                streams = (b"content-type", b"text/event-stream") in message["headers"]
            if not broken:
                broken = streams and message["type"] == "http.response.body"
                await send({**message, "more_body": False} if broken else message)  # type: ignore[misc]

        streams = False
        await self._app(scope, hearing, saying)
