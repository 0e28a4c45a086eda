"""A server killed without warning: what it said it has, it has."""

import asyncio
import contextlib
import json
import socket
import sys
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from tusclient.client import TusClient

from hatch_build import system_node, wheel_node
from tests.server.photos.conftest import TUS, Tus
from tests.server.photos.pictures import picture, sha256

DATA = picture(size=(700, 500), quality=95)
SHA = sha256(DATA)
PARTS = 12
ROOT = Path(__file__).parents[3]


class Killable:
    """The server process, and a client of it."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.folder, self.photo, self.database_url = folder, str(uuid4()), database_url
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", headers={"X-Person": "ann", **TUS})
        self.process: asyncio.subprocess.Process

    async def start(self) -> None:
        database = [self.database_url] if self.database_url else []
        arguments = [str(self.folder), str(self.port), self.photo, SHA, *database]
        program = [sys.executable, "-m", "tests.server.photos.served", *arguments]
        self.process = await asyncio.create_subprocess_exec(*program, cwd=ROOT)
        async with asyncio.timeout(30):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    await self.client.options("/api/uploads")
                    return
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


@pytest.fixture
async def server(tmp_path: Path, database_url: str | None) -> AsyncIterator[Killable]:
    server = Killable(tmp_path, database_url)
    await server.start()
    yield server
    await server.kill()
    await server.client.aclose()


@pytest.fixture
async def small_server(tmp_path: Path) -> AsyncIterator[Killable]:
    """One on the embedded database: what public clients do is the same on both."""
    server = Killable(tmp_path, None)
    await server.start()
    yield server
    await server.kill()
    await server.client.aclose()


async def test_killed_again_and_again_while_bytes_come(server: Killable) -> None:
    tus = Tus(server.client)
    url = await tus.location(server.photo, SHA, len(DATA))
    told = 0

    async def dripping(start: int) -> AsyncIterator[bytes]:
        for at in range(start, len(DATA), 8192):
            yield DATA[at : at + 8192]
            await asyncio.sleep(0.02)

    for delay in (0.05, 0.2):
        headers = {"Upload-Offset": str(told), "Content-Type": "application/offset+octet-stream"}
        sending = asyncio.create_task(server.client.patch(url, content=dripping(told), headers=headers))
        await asyncio.sleep(delay)
        await server.kill()
        with contextlib.suppress(httpx.TransportError):
            await sending
        await server.start()
        offset = await tus.offset(url)
        assert told <= offset < len(DATA)
        told = offset
    assert told > 0
    assert (await tus.patch(url, told, DATA[told:])).status_code == 204
    await server.kill()
    await server.start()
    assert await tus.offset(url) == len(DATA)
    assert (await server.client.get(f"/api/photos/{server.photo}?size=original")).content == DATA


async def test_killed_right_after_an_answer(server: Killable) -> None:
    tus = Tus(server.client)
    url = await tus.location(server.photo, SHA, len(DATA))
    for start, end in ((0, len(DATA) - 1), (len(DATA) - 1, len(DATA))):
        await server.kill()
        await server.start()
        assert await tus.offset(url) == start
        reply = await tus.patch(url, start, DATA[start:end])
        assert (reply.status_code, reply.headers["upload-offset"]) == (204, str(end))
    assert (await tus.create(server.photo, SHA, len(DATA))).headers["upload-offset"] == str(len(DATA))


class NodeClient:
    """The npm client, in a process of its own."""

    def __init__(self, server: Killable) -> None:
        self.server, self.url, self.at = server, "", 0
        self.process: asyncio.subprocess.Process

    async def start(self) -> None:
        """Begin, or go on with the upload it has the address of."""
        file = self.server.folder / "picture.jpg"
        file.write_bytes(DATA)
        about = json.dumps({"photo": self.server.photo, "sha256": SHA, "kind": "full"})
        program = [str(system_node() or wheel_node()), str(Path(__file__).with_name("tus_js.mjs"))]
        module = str(ROOT / "pwa" / "node_modules" / "tus-js-client")
        arguments = [
            module,
            f"{self.server.client.base_url}/api/uploads",
            str(file),
            about,
            str(len(DATA) // PARTS + 1),
        ]
        url = [self.url] if self.url else []
        self.process = await asyncio.create_subprocess_exec(*program, *arguments, *url, stdout=asyncio.subprocess.PIPE)

    async def says(self) -> bool:
        """Wait for the next part the server confirmed; False when all were."""
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            while line := (await self.process.stdout.readline()).decode():
                name, _, rest = line.strip().partition(" ")
                assert name != "failed", rest
                if name == "url":
                    self.url = rest
                elif name == "at":
                    self.at = int(rest)
                if name in ("at", "done"):
                    return name == "at"
        raise AssertionError("it ended without a word")

    async def kill(self) -> None:
        self.process.kill()
        await self.process.communicate()


async def test_the_npm_client_goes_on_through_killed_servers(small_server: Killable) -> None:
    client = NodeClient(small_server)
    await client.start()
    going_on = True
    for _ in range(2):
        going_on = going_on and await client.says()
        await small_server.kill()
        await small_server.start()
    while going_on:
        going_on = await client.says()
    await client.process.communicate()
    assert (await small_server.client.get(f"/api/photos/{small_server.photo}?size=original")).content == DATA


async def test_the_npm_client_killed_goes_on_where_it_was(small_server: Killable) -> None:
    client = NodeClient(small_server)
    await client.start()
    await client.says()
    await client.kill()
    here = await Tus(small_server.client).offset(client.url)
    assert here >= client.at > 0
    await client.start()
    while await client.says():
        assert client.at > here
    await client.process.communicate()
    assert (await small_server.client.get(f"/api/photos/{small_server.photo}?size=original")).content == DATA


async def test_the_python_client_goes_on_after_a_killed_server(small_server: Killable) -> None:
    def upload(stop_at: int | None, url: str | None) -> str:
        uploader = TusClient(f"{small_server.client.base_url}/api/uploads", headers={"X-Person": "ann"}).uploader(
            file_stream=BytesIO(DATA),
            chunk_size=len(DATA) // PARTS + 1,
            metadata={"photo": small_server.photo, "sha256": SHA, "kind": "full"},
            url=url,
        )
        uploader.upload(stop_at=stop_at)
        return str(uploader.url)

    url = await asyncio.to_thread(upload, len(DATA) // 2, None)
    await small_server.kill()
    await small_server.start()
    assert 0 < await Tus(small_server.client).offset(url) < len(DATA)
    await asyncio.to_thread(upload, None, url)
    assert (await small_server.client.get(f"/api/photos/{small_server.photo}?size=original")).content == DATA
