"""Content-Encoding: choosing one the caller takes, and compressing JSON answers on their way out."""

import asyncio
import gzip
from collections.abc import Callable, Collection, Mapping

import brotli
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

LEAST_BYTES = 1024
THREAD_BYTES = 64 * 1024
"""From here on compressing takes long enough (about 2 ms) to leave the event loop."""

_OURS = ("br", "gzip")


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=4, mode=brotli.MODE_TEXT))


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


_COMPRESSORS: Mapping[str, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip}


def preferred(accept_encoding: str, available: Collection[str] = _OURS) -> str:
    """The best of ``available`` for an Accept-Encoding header, br before gzip at equal weight; else "identity"."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        try:
            weights[name.strip()] = float(parameter.strip().removeprefix("q=") or 1) if parameter else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    rest = weights.get("*", 0.0)
    best = max((name for name in _OURS if name in available), key=lambda n: weights.get(n, rest), default="identity")
    return best if weights.get(best, rest) > 0 else "identity"


class CompressJson:
    """Wraps an ASGI application: whole JSON answers of a kibibyte or more go out compressed, streams as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-encoding")
        encoding = preferred(accepted)
        held: HTTPResponseStartEvent | None = None

        async def compressing(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _compressible(message):
                held = message
            elif held is not None and message["type"] == "http.response.body":
                start, held = held, None
                body = message["body"]
                vary = [(b"vary", b"Accept-Encoding")]
                headers = [*start["headers"], *vary]
                if encoding != "identity" and len(body) >= LEAST_BYTES and not message.get("more_body"):
                    body = await _compressed(body, encoding)
                    headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
                    headers += [(b"content-encoding", encoding.encode()), (b"content-length", b"%d" % len(body))]
                await send({**start, "headers": headers})
                await send({**message, "body": body})
            else:
                await send(message)

        await self._app(scope, receive, compressing)


def _compressible(start: HTTPResponseStartEvent) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    kind = headers.get(b"content-type", b"").split(b";")[0].strip()
    return (kind == b"application/json" or kind.endswith(b"+json")) and b"content-encoding" not in headers


async def _compressed(body: bytes, encoding: str) -> bytes:
    compress = _COMPRESSORS[encoding]
    return await asyncio.to_thread(compress, body) if len(body) >= THREAD_BYTES else compress(body)
