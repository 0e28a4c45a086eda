"""One request straight into the ASGI application: a history is hundreds of them."""

from functools import lru_cache

import httpx
from litestar import Litestar


async def ask(app: Litestar, method: str, path: str, body: bytes, cookie: str) -> httpx.Response:
    """The application's answer. Whatever the application itself does not answer is raised."""
    headers = [(b"host", b"testserver"), (b"content-type", b"application/json"), (b"cookie", cookie.encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [*headers, (b"content-length", str(len(body)).encode())],
        "client": ("127.0.0.1", 50_000),
        "server": ("testserver", 80),
    }
    arriving = [{"type": "http.request", "body": body, "more_body": False}]
    status, told = 500, []
    parts: list[bytes] = []

    async def receive() -> dict[str, object]:
        return arriving.pop() if arriving else {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        nonlocal status, told
        if message["type"] == "http.response.start":
            status, told = message["status"], message["headers"]  # type: ignore[assignment]
        else:
            parts.append(message.get("body", b""))  # type: ignore[arg-type]

    await app(scope, receive, send)  # type: ignore[arg-type]
    return httpx.Response(status, headers=told, content=b"".join(parts), request=_asked(method, path))


@lru_cache(maxsize=256)
def _asked(method: str, path: str) -> httpx.Request:
    return httpx.Request(method, f"http://testserver{path}")
