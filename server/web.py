"""The built client over HTTP: exact validators, files compressed at build time, and nothing outside its folder."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

import msgspec
from litestar.types import HTTPScope, Receive, Scope, Send

from server.encoding import preferred

FOLDER = Path(__file__).with_name("web")

CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; script-src 'self' 'wasm-unsafe-eval'; "
    "connect-src 'self'; style-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_ENCODED = {".br": "br", ".gz": "gzip"}

_NOT_BUILT = (
    "<!doctype html><meta charset=utf-8><title>巡访 Xunfang</title>"
    "<p>客户端还没有构建：请在项目文件夹里运行 make build。"
    "<p>The client is not built: run make build in the project's folder."
).encode()


class Asset(msgspec.Struct, frozen=True):
    """One file in memory: its plain bytes and the encodings that were made at build time."""

    media_type: str
    etag: str
    bodies: Mapping[str, bytes]


class Web:
    """An ASGI application for GET and HEAD of the files of one folder.

    The files are read into memory, so no path from outside ever reaches the disk; a new build is noticed by its
    ``index.html``. A path without a file and without an extension is a screen of the client.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._built: int | None = None
        self._assets: Mapping[str, Asset] = {}

    async def __call__(self, any_scope: Scope, receive: Receive, send: Send) -> None:
        scope = cast("HTTPScope", any_scope)
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, {"allow": "GET, HEAD"}, b"")
            return
        path = scope["path"]
        self._notice_new_build()
        asset = self._assets.get(path) or self._screen(path)
        if asset is None:
            status = 503 if "/index.html" not in self._assets else 404
            body = _NOT_BUILT if status == 503 else b""
            await _answer(send, status, {"content-type": _TYPES[".html"], "cache-control": "no-store"}, body)
            return
        await _serve(scope, send, asset, immutable=path.startswith("/assets/"))

    def _screen(self, path: str) -> Asset | None:
        name = path.rsplit("/", 1)[-1]
        if "." in name or path.startswith(("/assets/", "/reader/")):
            return None
        return self._assets.get("/index.html")

    def _notice_new_build(self) -> None:
        try:
            built = (self._folder / "index.html").stat().st_mtime_ns
        except FileNotFoundError:
            built = None
        if built != self._built:
            self._built, self._assets = built, _read(self._folder) if built is not None else {}


def _read(folder: Path) -> dict[str, Asset]:
    """URL path -> asset, for every file that is not hidden."""
    files = {
        f"/{path.relative_to(folder).as_posix()}": path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
    assets = {}
    for url, path in files.items():
        if path.suffix in _ENCODED and url.removesuffix(path.suffix) in files:
            continue
        bodies = {"identity": path.read_bytes()}
        for suffix, encoding in _ENCODED.items():
            if encoded := files.get(url + suffix):
                bodies[encoding] = encoded.read_bytes()
        etag = f'W/"{hashlib.sha256(bodies["identity"]).hexdigest()[:24]}"'
        assets[url] = Asset(_TYPES.get(path.suffix, "application/octet-stream"), etag, bodies)
    return assets


async def _serve(scope: HTTPScope, send: Send, asset: Asset, *, immutable: bool) -> None:
    headers = {
        "content-type": asset.media_type,
        "content-security-policy": CONTENT_SECURITY,
        "cache-control": "public, max-age=31536000, immutable" if immutable else "no-cache",
        "etag": asset.etag,
        "vary": "Accept-Encoding",
    }
    if _holds(_header(scope, b"if-none-match"), asset.etag):
        await _answer(send, 304, headers, b"")
        return
    encoding = preferred(_header(scope, b"accept-encoding"), asset.bodies)
    if encoding != "identity":
        headers["content-encoding"] = encoding
    body = asset.bodies[encoding]
    headers["content-length"] = str(len(body))
    await _answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


def _header(scope: HTTPScope, name: bytes) -> str:
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def _holds(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match names this validator, by weak comparison."""
    named = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in named or etag.removeprefix("W/") in named


async def _answer(send: Send, status: int, headers: Mapping[str, str], body: bytes) -> None:
    raw: Iterable[tuple[bytes, bytes]] = [(key.encode(), value.encode()) for key, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": False})
