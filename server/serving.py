"""Running the application behind uvicorn, in one process: the embedded database has one writer."""

import socket
from collections.abc import Callable

import uvicorn
from litestar import Litestar

GRACE_S = 5
"""Open streams would keep a stopping server alive for ever."""


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


def serve(app: Litestar, listener: socket.socket, started: Callable[[], None]) -> bool:
    """Serve until a signal says stop; ``started`` is called once requests are answered. False: it never started."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config, started)
    server.run(sockets=[listener])
    return server.started
