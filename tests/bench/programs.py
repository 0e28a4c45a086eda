"""The servers that are measured, each in processes of its own: ours, Kinto, express-pouchdb, PostgreSQL."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.machine import Meter
from tests.server.databases import PostgreSQL, postgresql

SQLITE = "SQLite, WAL, synchronous FULL"
POSTGRESQL = "PostgreSQL, fsync and synchronous_commit on"
START_S = 90.0
STOP_S = 20.0


class NotMeasured(Exception):
    """A peer that cannot be had here; the text says why."""


class DidNotStart(Exception):
    """A server gave no answer in time, or ended; the text is the last it said."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str | Path], url: str, folder: Path, environment: Mapping[str, str], cwd: Path | None = None
) -> Iterator[int]:
    """A server from its first answer to its end; its process number. Raises DidNotStart."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "said.log").open("ab") as said:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, cwd=cwd, stdout=said, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + START_S
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart(f"{command[0]}: {(folder / 'said.log').read_text()[-2000:]}")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True  # a refusal is an answer
    except OSError:
        return False


class Ours:
    """Our server: where it answers, what it costs, where its data lie."""

    def __init__(self, name: str, url: str, database: str, meter: Meter, prepared: Any) -> None:
        self.name = name
        self.url = url
        self.database = database
        """The file of SQLite, or the URL of PostgreSQL."""
        self.meter = meter
        self.prepared = prepared
        """What came of filling the database before the server was started."""

    @property
    def is_postgresql(self) -> bool:
        return self.database.startswith("postgresql://")

    @property
    def durability(self) -> str:
        return POSTGRESQL if self.is_postgresql else SQLITE


Prepare = Callable[[Path, str | None], Any]
"""Fills a database before the server is started: given the data folder and the URL of PostgreSQL, if it is that."""


@contextmanager
def ours_on_sqlite(folder: Path, *, prepare: Prepare | None = None) -> Iterator[Ours]:
    """`xunfang serve` over a file: WAL, synchronous FULL, one process. With the demo unless something is prepared."""
    prepared = prepare(folder / "data", None) if prepare else None
    with _ours(folder, {}, 1, demo=prepare is None) as (url, pid):
        yield Ours("ours on SQLite", url, str(folder / "data" / "xunfang.sqlite3"), Meter(pid), prepared)


@contextmanager
def ours_on_postgresql(
    folder: Path, server: PostgreSQL, *, workers: int = 1, prepare: Prepare | None = None
) -> Iterator[Ours]:
    """`xunfang serve` over a database of its own. What PostgreSQL spends counts with it."""
    with server.empty() as address:
        prepared = prepare(folder / "data", address) if prepare else None
        more = {"XUNFANG_DATABASE_URL": address}
        with _ours(folder, more, workers, demo=prepare is None) as (url, pid):
            yield Ours("ours on PostgreSQL", url, address, Meter(pid, postmaster(server)), prepared)


@contextmanager
def served(folder: Path, server: PostgreSQL | None, url: str | None, *, demo: bool) -> Iterator[Ours]:
    """`xunfang serve` over data that stay when it ends: a file in the folder, or a database of a PostgreSQL."""
    environment = {} if url is None else {"XUNFANG_DATABASE_URL": url}
    with _ours(folder, environment, 1, demo=demo) as (address, pid):
        if server is None or url is None:
            yield Ours("ours on SQLite", address, str(folder / "data" / "xunfang.sqlite3"), Meter(pid), None)
        else:
            yield Ours("ours on PostgreSQL", address, url, Meter(pid, postmaster(server)), None)


@contextmanager
def _ours(folder: Path, more: Mapping[str, str], workers: int, *, demo: bool) -> Iterator[tuple[str, int]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "XUNFANG_DATA": str(folder / "data"),
        "XUNFANG_DEMO": "1" if demo else "0",
        "XUNFANG_PORT": str(port),
        "XUNFANG_LOG_LEVEL": "WARNING",
        **more,
    }
    command = [sys.executable, "-m", "server.cli", "serve", *(["--workers", str(workers)] if workers > 1 else [])]
    with running(command, f"{url}/api/health", folder, environment) as pid:
        yield url, pid


@contextmanager
def durable_postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL of its own that waits for the disk at every commit, otherwise as it comes."""
    with postgresql("fsync = on", "synchronous_commit = on", "full_page_writes = on", "max_wal_size = '4GB'") as server:
        yield server


def postmaster(server: PostgreSQL) -> int:
    """The process number of a PostgreSQL server."""
    folder = Path(server.uri.rpartition("host=")[2])
    return int((folder / "postmaster.pid").read_text().splitlines()[0])
