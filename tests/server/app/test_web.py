"""The built client: validators, compressed files, screens, and nothing outside its folder."""

import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import brotli
import pytest
from httpx import ASGITransport, AsyncClient

from server.edge import Edge
from server.web import Web

SCRIPT = b"console.log('hello')\n" * 50
BROTLI, GZIP = brotli.compress(SCRIPT), gzip.compress(SCRIPT, mtime=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    web = tmp_path / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>client</title>")
    (web / "assets" / "app-1a2b.js").write_bytes(SCRIPT)
    (web / "assets" / "app-1a2b.js.br").write_bytes(BROTLI)
    (web / "assets" / "app-1a2b.js.gz").write_bytes(GZIP)
    (web / "sw.js").write_text("// worker")
    (web / "manifest.webmanifest").write_text("{}")
    (web / ".stamp").write_text("hidden")
    (tmp_path / "secret.txt").write_text("secret")
    return web


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[AsyncClient]:
    async def no_api(*_: object) -> None:
        raise AssertionError

    transport = ASGITransport(Edge(no_api, Web(folder)))
    async with AsyncClient(transport=transport, base_url="http://xunfang.test") as made:
        yield made


@pytest.mark.parametrize(
    ("path", "media_type", "cache"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/assets/app-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
    ],
)
async def test_each_file_as_it_may_be_kept(client: AsyncClient, path: str, media_type: str, cache: str) -> None:
    reply = await client.get(path)
    assert reply.status_code == 200
    assert (reply.headers["content-type"], reply.headers["cache-control"]) == (media_type, cache)
    assert int(reply.headers["content-length"]) > 0
    policy = reply.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


async def test_what_the_browser_has_is_not_sent_again(client: AsyncClient) -> None:
    for path in ("/", "/assets/app-1a2b.js"):
        etag = (await client.get(path)).headers["etag"]
        for named in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
            reply = await client.get(path, headers={"if-none-match": named})
            assert (reply.status_code, reply.content, reply.headers["etag"]) == (304, b"", etag)
        assert (await client.get(path, headers={"if-none-match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, br", "br", BROTLI),
        ("gzip", "gzip", GZIP),
        ("identity", None, SCRIPT),
        ("br;q=0", None, SCRIPT),
    ],
)
async def test_the_files_made_at_build_time(
    client: AsyncClient, accepted: str, encoding: str | None, body: bytes
) -> None:
    async with client.stream("GET", "/assets/app-1a2b.js", headers={"accept-encoding": accepted}) as reply:
        assert reply.headers.get("content-encoding") == encoding
        assert reply.headers["vary"] == "Accept-Encoding"
        assert b"".join([part async for part in reply.aiter_raw()]) == body


async def test_head_tells_the_length_and_sends_nothing(client: AsyncClient) -> None:
    reply = await client.head("/assets/app-1a2b.js", headers={"accept-encoding": "identity"})
    assert (reply.status_code, reply.headers["content-length"], reply.content) == (200, str(len(SCRIPT)), b"")


@pytest.mark.parametrize("path", ["/today", "/inspections/0190-abc", "/apiary"])
async def test_screens_are_the_client(client: AsyncClient, path: str) -> None:
    reply = await client.get(path)
    assert (reply.status_code, "client" in reply.text) == (200, True)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.png",
        "/assets/gone",
        "/assets/old-9f.js",
        "/reader/gone",
        "/.stamp",
        "/.env",
        "/assets/app-1a2b.js.br",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "//etc/passwd.txt",
        "/%00.txt",
    ],
)
async def test_nothing_else_is_given_out(client: AsyncClient, path: str) -> None:
    scope_path = path.replace("%2f", "/").replace("%2e", ".").replace("%00", "\0")
    for asked in {path, scope_path.replace("\0", "%00")}:
        reply = await client.get(asked)
        assert reply.status_code == 404
        assert "secret" not in reply.text


async def test_only_reading(client: AsyncClient) -> None:
    reply = await client.post("/")
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD")


async def test_a_new_build_is_noticed(client: AsyncClient, folder: Path) -> None:
    await client.get("/")
    (folder / "assets" / "app-3c4d.js").write_text("new")
    (folder / "index.html").write_text("<title>newer</title>")
    os.utime(folder / "index.html", ns=(1, 1))
    assert "newer" in (await client.get("/")).text
    assert (await client.get("/assets/app-3c4d.js")).text == "new"


async def test_without_a_build_there_is_a_sentence(client: AsyncClient, folder: Path) -> None:
    (folder / "index.html").unlink()
    reply = await client.get("/")
    assert reply.status_code == 503
    assert "make build" in reply.text
