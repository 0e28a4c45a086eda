"""Running the application behind uvicorn: in one process over the embedded database, which has one writer; over
PostgreSQL in several if wanted.
"""

import multiprocessing
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from litestar import Litestar
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from server.app import create_app
from server.live import end_all_streams
from server.settings import Settings

_log = structlog.get_logger("xunfang")

GRACE_S = 5
"""What is under way may take so long yet when the server stops."""
MOST_FILES = 65_536
"""Every listener holds a connection: what systems allow by default is used up by a thousand of them."""
HUNG_S = 30
"""A worker that says nothing for so long is replaced."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket. Raises OSError: the port is taken, not allowed, or the host is not one of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # Listening at once: of two servers that start together only one may get the port.
        listener.listen(2048)
    except BaseException:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()


class _Connection(HttpToolsProtocol):
    """A connection of this server. uvicorn waits for all of them before it tells the application that it stops."""

    def shutdown(self) -> None:
        end_all_streams()
        super().shutdown()


def _allow_many_connections() -> None:
    """As many files as the system lets this process open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


Tls = tuple[Path, Path]
"""The files of a certificate and its key."""


def serve(
    app: Litestar, settings: Settings, listener: socket.socket, started: Callable[[], None], tls: Tls | None = None
) -> bool:
    """Serve until a signal says stop; ``started`` is called once requests are answered. False: it never started."""
    _allow_many_connections()
    server = _Server(config_of(app, settings, tls), started)
    server.run(sockets=[listener])
    return server.started


def serve_many(
    workers: int, settings: Settings, listener: socket.socket, started: Callable[[], None], tls: Tls | None = None
) -> bool:
    """Serve with so many processes, each over the settings of the environment; one that dies is replaced.

    As `serve` otherwise.
    """
    _allow_many_connections()
    supervisor = _Workers(
        config_of("server.serving:worker", settings, tls, factory=True, workers=workers), [listener], started
    )
    supervisor.run()
    return supervisor.started


def worker() -> Litestar:
    """The application of one worker process, which ends with the process that watches over it."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return create_app(Settings.from_environment(os.environ))


def _end_with_parent() -> None:
    """A worker left alone would hold the port and the database, and nobody could start another server."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


class _Workers(Multiprocess):
    """uvicorn's supervisor, which also says when the first worker answers."""

    started = False

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], started: Callable[[], None]) -> None:
        super().__init__(config, sockets)
        self._tell = started

    def keep_subprocess_alive(self) -> None:
        if not self.started and any(process.is_ready(timeout=1) for process in self.processes):
            self.started = True
            self._tell()
        stopping = self.should_exit.is_set()
        super().keep_subprocess_alive()
        if self.started and not stopping and self.should_exit.is_set():
            self._try_again()

    def _try_again(self) -> None:
        """A replacement could not start, and uvicorn gives up. But the database is away, and will be back."""
        self.should_exit.clear()
        for index, process in enumerate(self.processes):
            if process.exitcode == STARTUP_FAILURE:
                _log.warning("a worker could not start, trying again", pid=process.pid)
                self.processes[index] = Process(self.config, self.sockets)
                self.processes[index].start()


def config_of(app: Any, settings: Settings, tls: Tls | None, **more: Any) -> uvicorn.Config:
    """How an application is served, by itself or by its import name: behind the proxies the settings name."""
    certificate, key = tls or (None, None)
    return uvicorn.Config(
        app,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        loop="uvloop",
        http=_Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=GRACE_S,
        timeout_worker_healthcheck=HUNG_S,
        **more,
    )
