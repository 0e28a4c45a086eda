"""A server that tests may kill, and start again over the same data."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx

ROOT = Path(__file__).parents[3]
BELOW_EPHEMERAL = range(20_000, 32_000)
"""Ports that no system hands out by itself: while a server is dead nobody else may take its port."""
PATIENCE_S = 120
Plugin = tuple[str, Any]


class ServerEnded(Exception):
    """It ended before it answered; with the last it said."""


class Nursery:
    """The process that forks servers."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.server.kills.nursery"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._read() == "ready"

    def fork(self, **order: Any) -> int:
        """A new server; returns its process id, which is that of its process group as well."""
        assert self._process.stdin is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return int(self._read())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "The nursery has ended"
        return line.strip()


@contextmanager
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    try:
        yield made
    finally:
        made.close()


class Server:
    """`xunfang serve` over a data folder. `workers` and `plugins` may change between two starts."""

    def __init__(self, nursery: Nursery, data: Path, database_url: str | None) -> None:
        self.nursery = nursery
        self.data = data
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / f"{data.name}.log"
        self.workers = 1
        self.plugins: Sequence[Plugin] = ()
        self.pid = 0

    async def start(self) -> None:
        """Returns once it answers."""
        self.spawn()
        await self.answering()

    def spawn(self) -> None:
        environment = {"XUNFANG_DATA": str(self.data), "XUNFANG_PORT": str(self.port), "XUNFANG_LOG_LEVEL": "WARNING"}
        if self.database_url:
            environment["XUNFANG_DATABASE_URL"] = self.database_url
        arguments = ["serve", "--workers", str(self.workers)]
        self.pid = self.nursery.fork(
            arguments=arguments, environment=environment, log=str(self.log), plugins=list(self.plugins)
        )

    async def answering(self) -> None:
        """Wait until it does. Raises ServerEnded."""
        async with httpx.AsyncClient(timeout=PATIENCE_S) as client, asyncio.timeout(PATIENCE_S):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/api/health")).status_code == 200:
                        return
                if not self.alive():
                    raise ServerEnded(self.said())
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """SIGKILL to the server and every worker of it; returns once nothing of it is left."""
        self.end()
        await self.gone()

    def end(self) -> None:
        """SIGKILL without looking back."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    async def gone(self) -> None:
        """Wait until the last process of it has ended."""
        await until(lambda: not self.alive())

    def alive(self) -> bool:
        """Whether any process of it is left."""
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def worker_pids(self) -> set[int]:
        """The processes that answer, of a server with several."""
        found = set()
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                about = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
                if b"spawn_main" in about and _parent_of(folder) == self.pid:
                    found.add(int(folder.name))
        return found

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-6000:] if self.log.exists() else ""


async def until(holds: Callable[[], object]) -> None:
    """Wait for what other processes do. Raises TimeoutError when it does not come about."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - no event of this loop tells it
            await asyncio.sleep(0.005)


def _parent_of(process: Path) -> int:
    return int((process / "stat").read_text().rpartition(")")[2].split()[1])


def free_port() -> int:
    dice = Random(os.urandom(8))
    while True:
        port = dice.choice(BELOW_EPHEMERAL)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
