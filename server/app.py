"""The application: the only list of slices, and what stands around them."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing

import msgspec
from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from server import VERSION, logs
from server.branches import synced as branches
from server.branches.controller import BranchController
from server.branches.label_controller import BranchLabels, LabelController, UnitLabels
from server.comments import synced as comments
from server.customers import synced as customers
from server.customers.controller import CustomerController
from server.customers.lists import CustomerLists
from server.customers.retention import retaining
from server.database import current_engine, engine_of, opened
from server.database.counting import counting
from server.database.migrations import HISTORY, migrate
from server.database.query import fetch
from server.edge import Edge
from server.histories.controller import HistoryController
from server.identity import caller_of
from server.identity.controller import DeviceController, SessionController
from server.identity.passwords import Passwords
from server.identity.rules import Throttle
from server.imports.controller import ImportController
from server.imports.housekeeping import sheets_kept
from server.inspections import synced as inspections
from server.inspections.controller import InspectionController
from server.inspections.lists import InspectionLists
from server.live.controller import LiveController
from server.live.running import live_running
from server.openapi import CONFIG as OPENAPI
from server.openapi import SchemaController
from server.people import synced as units
from server.people.controller import OrganisationController, PeopleController
from server.people.filling import fill_in
from server.photos import synced as photos
from server.photos.controller import PhotosController, UploadsController
from server.photos.running import photos_running
from server.problems import HANDLERS, Refusal
from server.rescue.controller import RescueController
from server.reviews import synced as reviews
from server.settings import Settings
from server.settling.controller import HeldController
from server.standards import synced as standards
from server.sync.controller import SyncController
from server.sync.forgetting import forgetting
from server.sync.snapshots import snapshots_kept
from server.tasks import synced as tasks
from server.visits import synced as visits
from server.visits.controller import SuggestionController, VisitController
from server.visits.lists import VisitLists
from server.visits.months import count_by
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
    return Response(Health("ok", VERSION, current_engine().name), headers={"Cache-Control": "no-store"})


SLICES: tuple[ControllerRouterHandler, ...] = (
    health,
    SchemaController,
    SessionController,
    DeviceController,
    SyncController,
    LiveController,
    RescueController,
    OrganisationController,
    PeopleController,
    BranchController,
    BranchLabels,
    UnitLabels,
    LabelController,
    ImportController,
    InspectionController,
    InspectionLists,
    CustomerController,
    CustomerLists,
    VisitController,
    VisitLists,
    SuggestionController,
    HeldController,
    HistoryController,
    UploadsController,
    PhotosController,
)

SYNCED = (units, branches, standards, tasks, photos, comments, customers, visits, inspections, reviews)
"""The record types of the slices: importing these modules declares them to the door."""


def wall_clock_ms() -> int:
    """Now, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def create_app(settings: Settings, clock: Callable[[], int] = wall_clock_ms) -> Litestar:
    """The server over the database of ``settings``, opened and migrated while the application lives."""
    logs.configure(settings.log_level)
    count_by(settings)
    engine = engine_of(settings)
    passwords = Passwords(memory=settings.password_memory, rounds=settings.password_rounds)
    throttle = Throttle()

    @asynccontextmanager
    async def database_running(_: Litestar) -> AsyncIterator[None]:
        settings.data.mkdir(parents=True, exist_ok=True)
        with closing(passwords):
            async with opened(engine):
                await migrate(engine, HISTORY, clock())
                await fill_in(clock())
                yield

    app = Litestar(
        route_handlers=SLICES,
        dependencies={
            "caller": Provide(caller_of),
            "clock": Provide(clock, sync_to_thread=False),
            "throttle": Provide(lambda: throttle, sync_to_thread=False),
            "passwords": Provide(lambda: passwords, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
        lifespan=[
            database_running,
            counting,
            live_running,
            photos_running,
            snapshots_kept,
            forgetting,
            retaining,
            sheets_kept,
        ],
        state=State({"settings": settings, "clock": clock, "engine": engine, "passwords": passwords}),
        openapi_config=OPENAPI,
        logging_config=None,  # logs.py does it for the whole process
        request_max_body_size=BODY_LIMIT,
    )
    app.asgi_handler = Edge(app.asgi_handler, Web())
    return app
