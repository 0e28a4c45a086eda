"""One request straight into the ASGI application: a history is hundreds of them."""

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
    answered = httpx.Response(500)
    parts: list[bytes] = []

    async def receive() -> dict[str, object]:
        return arriving.pop() if arriving else {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        nonlocal answered
        if message["type"] == "http.response.start":
            assert isinstance(message["status"], int)
            answered = httpx.Response(message["status"], headers=message["headers"])  # type: ignore[arg-type]
        else:
            parts.append(message.get("body", b""))  # type: ignore[arg-type]

    await app(scope, receive, send)  # type: ignore[arg-type]
    request = httpx.Request(method, f"http://testserver{path}")
    return httpx.Response(answered.status_code, headers=answered.headers, content=b"".join(parts), request=request)
