"""What every request passes before and every answer after the application: log, headers, origin, compression."""

import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from server.encoding import CompressJson
from server.problems import Refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

HEADERS: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), geolocation=(self), microphone=()",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
"""On every answer that does not set its own."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_log = structlog.get_logger("xunfang.request")


class Edge:
    """The outermost ASGI application: /api to ``api``, everything else to ``web``."""

    def __init__(self, api: ASGIApp, web: ASGIApp) -> None:
        self._api = CompressJson(api)
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._api(scope, receive, send)
            return
        began = time.perf_counter()
        status, size = 0, 0

        async def finishing(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _with_defaults(message["headers"])}
            elif message["type"] == "http.response.body":
                size += len(message["body"])
            await send(message)

        try:
            await self._route(scope, receive, finishing)
        finally:
            _record(scope, status, size, time.perf_counter() - began)

    async def _route(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if not is_api(scope["path"]):
            await self._web(scope, receive, send)
        elif scope["method"] not in SAFE_METHODS and foreign(scope):
            await refuse(Refusal("foreign_origin"), scope, receive, send)
        else:
            await self._api(scope, receive, send)


def is_api(path: str) -> bool:
    """Whether a path belongs to the API, known or not."""
    return path == "/api" or path.startswith("/api/")


def foreign(scope: HTTPScope) -> bool:
    """Whether a request names an Origin of another site. One without an Origin does not come from a page.

    Host and port decide; of the scheme only that a plain page must not write to a secure one, because behind a proxy
    the server may see http where the browser sees https.
    """
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if b"origin" not in headers:
        return False
    try:
        origin = urlsplit(headers[b"origin"])
        if origin.scheme not in _DEFAULT_PORTS or (scope["scheme"] == "https" and origin.scheme == "http"):
            return True
        host = urlsplit(f"//{headers.get(b'host', '')}")
        default = _DEFAULT_PORTS[origin.scheme]
        return (origin.hostname, origin.port or default) != (host.hostname, host.port or default)
    except ValueError:
        return True


async def refuse(refusal: Refusal, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Answer a refusal from outside the application."""
    request = Request[Any, Any, Any](scope, receive, send)
    response = refusal.response(request.headers.get("accept-language", ""))
    await response.to_asgi_response(app=None, request=request)(scope, receive, send)


def _with_defaults(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    given = list(headers)
    names = {name.lower() for name, _ in given}
    return given + [(name, value) for name, value in HEADERS.items() if name not in names]


def _record(scope: HTTPScope, status: int, size: int, seconds: float) -> None:
    """One line a request: never a body, a query or a header."""
    write = _log.debug if scope["path"] == "/api/health" or not is_api(scope["path"]) else _log.info
    write("request", method=scope["method"], path=scope["path"], status=status, bytes=size, ms=round(seconds * 1000, 1))
