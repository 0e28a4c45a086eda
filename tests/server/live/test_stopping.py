"""A server that stops ends its streams at once, as they should end; and lines that are torn off leave nothing."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn

from server import serving
from tests.server.live.ears import PATIENCE_S
from tests.server.protocol.world import World

BROKEN_OFF = 100


@asynccontextmanager
async def served(world: World) -> AsyncIterator[tuple[uvicorn.Server, int, asyncio.Task[None]]]:
    """The application of the world on a port, as `xunfang serve` has it."""
    config = serving.config_of(world.app, world.app.state.settings, None)
    config.lifespan, config.loop = "off", "none"
    server = uvicorn.Server(config)
    with serving.listening_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        task = asyncio.create_task(server._serve([listener]))
        await until(lambda: server.started)
        try:
            yield server, port, task
        finally:
            server.should_exit = True
            await task


async def test_a_stopping_server_ends_its_streams(world: World) -> None:
    ann = await world.phone("ann")
    async with served(world) as (server, port, task):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(ann.http.cookies["xunfang_session"]))
        async with asyncio.timeout(PATIENCE_S):
            assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
            assert await reader.readuntil(b":\n\n\r\n")
            server.should_exit = True
            # The chunk that ends an answer: one that was broken off for want of patience has none.
            assert (await reader.read()).endswith(b"0\r\n\r\n")
            await task
        writer.close()
    assert len(world.app.state.live.hub) == 0


async def test_lines_that_are_torn_off_leave_nothing(world: World) -> None:
    ann = await world.phone("ann")
    hub = world.app.state.live.hub
    async with served(world) as (_, port, _task):
        before = len(asyncio.all_tasks())
        for _ in range(BROKEN_OFF):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request(ann.http.cookies["xunfang_session"]))
            await until(lambda: len(hub) == 1)
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closes with a reset
            writer.transport.abort()
            await until(lambda: len(hub) == 0)
        await until(lambda: len(asyncio.all_tasks()) <= before)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110  what is waited for tells nobody
            await asyncio.sleep(0.001)


def request(token: str) -> bytes:
    return f"GET /api/live HTTP/1.1\r\nHost: x\r\nCookie: xunfang_session={token}\r\n\r\n".encode()
