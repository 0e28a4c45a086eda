"""The application: the only list of slices, and what stands around them."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from server import VERSION
from server.database import PooledSQLite, opened
from server.database.migrations import HISTORY, migrate
from server.database.query import fetch
from server.edge import Edge
from server.identity import caller_of
from server.identity.controller import DeviceController, SessionController
from server.identity.passwords import Passwords
from server.identity.rules import Throttle
from server.openapi import CONFIG as OPENAPI
from server.openapi import SchemaController
from server.problems import HANDLERS, Refusal
from server.settings import Settings
from server.web import Web

BODY_LIMIT = 1024 * 1024
"""Bytes of a request's body where a slice does not say otherwise."""


class Health(msgspec.Struct, frozen=True):
    """That the server answers and its database does too."""

    status: str
    version: str
    database: str


@get("/api/health", tags=["health"])
async def health() -> Response[Health]:
    """Whether the server can work. 503 unavailable when its database cannot be read."""
    try:
        await fetch("SELECT 1 FROM migration")
    except Exception as error:
        raise Refusal("unavailable", headers={"Retry-After": "5"}) from error
    return Response(Health("ok", VERSION, "sqlite"), headers={"Cache-Control": "no-store"})


SLICES: tuple[ControllerRouterHandler, ...] = (health, SchemaController, SessionController, DeviceController)


def wall_clock_ms() -> int:
    """Now, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def create_app(settings: Settings, clock: Callable[[], int] = wall_clock_ms) -> Litestar:
    """The server over the database of ``settings``, opened and migrated while the application lives."""
    engine = PooledSQLite(settings.database_path)
    passwords = Passwords(memory=settings.password_memory, rounds=settings.password_rounds)
    throttle = Throttle()

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        settings.data.mkdir(parents=True, exist_ok=True)
        async with opened(engine):
            await migrate(engine, HISTORY, clock())
            yield
        passwords.close()

    app = Litestar(
        route_handlers=SLICES,
        dependencies={
            "caller": Provide(caller_of),
            "clock": Provide(clock, sync_to_thread=False),
            "throttle": Provide(lambda: throttle, sync_to_thread=False),
            "passwords": Provide(lambda: passwords, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
        lifespan=[lifespan],
        state=State({"settings": settings, "clock": clock, "engine": engine}),
        openapi_config=OPENAPI,
        request_max_body_size=BODY_LIMIT,
    )
    app.asgi_handler = Edge(app.asgi_handler, Web())
    return app
