"""A real process on a real socket under hostile bodies: it answers, stays within its memory, and works afterwards."""

import asyncio
import contextlib
import gzip
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.server.phone import Phone
from tests.server.protocol.seed import PASSWORD
from tests.server.reply import check_problem

ROOT = Path(__file__).parents[3]
MOST_GROWTH = 150 * 1024 * 1024
"""Bytes that the peak of the process may rise above its peak after ordinary work."""
AT_ONCE = 50
JSON = {"content-type": "application/json"}
RAW = [
    b"POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    b"POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}",
    b"POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n{}   ",
    b"POST /api/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n{}\r\n0\r\n\r\n",
    b"POST /api/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
    b"GET /api/inspections/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/inspections/%00%ff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://[::1/api/health HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/health HTTP/1.1\r\n\r\n",
    b"GET /api/health HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 100_000 + b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"\0" * 1000,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"BREW /api/health HTTP/1.1\r\nHost: x\r\n\r\n",
]  # fmt: skip


class Process:
    """The server as an operator starts it."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process

    async def start(self) -> None:
        environment = {**os.environ, "XUNFANG_DATA": str(self.folder), "XUNFANG_PORT": str(self.port)}
        with (self.folder / "server.log").open("ab") as said:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server.cli", "serve", cwd=ROOT, env=environment, stdout=said, stderr=said
            )
        async with asyncio.timeout(120), httpx.AsyncClient(base_url=self.url) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/api/health")).status_code == 200:
                        return
                assert self._process.returncode is None, (self.folder / "server.log").read_text()
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    def peak(self) -> int:
        """The most memory it ever had, in bytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    async def say(self, raw: bytes) -> bytes:
        """Send bytes, hang up our side, and hear what comes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        with contextlib.suppress(ConnectionError):
            writer.write(raw)
            await writer.drain()
            writer.write_eof()
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await reader.read(65_536)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        return answer


@pytest.fixture
async def process(seeded: Path, tmp_path: Path) -> AsyncIterator[Process]:
    shutil.copytree(seeded, tmp_path / "data")
    process = Process(tmp_path / "data")
    await process.start()
    yield process
    await process.stop()


async def signed_in(client: httpx.AsyncClient) -> Phone:
    response = await client.post("/api/session", json={"login": "ann", "password": PASSWORD})
    assert response.status_code == 201, response.text
    return Phone(client, response.json(), lambda: 1_795_400_000_000)


async def test_hostile_bodies_cost_no_more_than_said(process: Process) -> None:
    async with httpx.AsyncClient(base_url=process.url, timeout=120) as client:
        phone = await signed_in(client)
        await phone.sync()
        before = process.peak()
        bomb = gzip.compress(b" " * 100_000_000, 9)
        hostile = [
            (b'{"v":1,"login":"' + b"a" * 10_000_000 + b'"}', JSON),
            (bomb, {**JSON, "content-encoding": "gzip"}),
            (b"[" * 250_000, JSON),
            (b'{"a":' * 40_000, JSON),
            (gzip.compress(b" " * 2_000_000) * 50, {**JSON, "content-encoding": "gzip"}),
        ]

        async def one(number: int) -> None:
            body, headers = hostile[number % len(hostile)]
            path = ("/api/sync", "/api/session")[number // len(hostile) % 2]
            try:
                response = await client.post(path, content=body, headers=headers)
            except httpx.TransportError:
                return  # refused while the body was still on its way
            assert check_problem(response)["status"] in (400, 413, 415)

        await asyncio.gather(*(one(number) for number in range(AT_ONCE)))
        assert process.peak() - before <= MOST_GROWTH
        await phone.sync()


async def test_bytes_that_are_no_http(process: Process) -> None:
    answers = await asyncio.gather(*(process.say(raw) for raw in RAW))
    for raw, answer in zip(RAW, answers, strict=True):
        assert not answer.startswith(b"HTTP/1.1 5"), (raw[:80], answer[:300])
    async with httpx.AsyncClient(base_url=process.url, timeout=120) as client:
        await (await signed_in(client)).sync()
    assert "Traceback" not in (process.folder / "server.log").read_text()
