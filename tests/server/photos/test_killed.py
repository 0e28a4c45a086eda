"""A server killed without warning: what it said it has, it has."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.server.photos.conftest import TUS, Tus
from tests.server.photos.pictures import picture, sha256

DATA = picture(size=(700, 500), quality=95)
SHA = sha256(DATA)
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
