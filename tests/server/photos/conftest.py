"""A real server on a real socket over a real database; only the synced records behind it are stand-ins."""

import asyncio
import contextlib
import os
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide

from server.database import engine_of, opened
from server.database.migrations import HISTORY, migrate
from server.identity import Caller, Grant
from server.photos.controller import PhotosController, UploadsController
from server.photos.records import Records
from server.photos.workshop import Workshop, open_workshop
from server.problems import HANDLERS
from server.settings import Settings
from tests.server.photos.objects import Bucket
from tests.server.protocol.gestures import Hand
from tests.server.protocol.world import World, build
from tests.server.protocol.world import opened as opened_world

NOW = 1_795_312_345_678
TUS = {"Tus-Resumable": "1.0.0"}
ON_S3 = os.environ.get("XUNFANG_TEST_STORE") == "s3"
in_the_folder = pytest.mark.skipif(ON_S3, reason="looks into the folder itself")
BYTES = {"Content-Type": "application/offset+octet-stream"}


class Shelf:
    """The photos there are, who sees them, and what the server said about them."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.readers: dict[str, set[str]] = {}
        self.supervisors: set[str] = set()
        self.said: list[tuple[str, Mapping[str, Any]]] = []

    def add(self, full: str, preview: str = "0" * 64, author: str = "ann", readers: str = "") -> str:
        """A photo of these hashes; its author and ``readers`` (blank-separated) see it."""
        id_ = str(uuid4())
        self.rows[id_] = {"id": id_, "sha256": full, "preview_sha256": preview, "author": author, "branch": "b1"}
        self.readers[id_] = {author, *readers.split()}
        return id_

    async def photo_for(self, caller: Caller, photo: str) -> Mapping[str, Any] | None:
        return self.rows[photo] if caller.person in self.readers.get(photo, set()) else None

    async def photo_to_bring(self, caller: Caller, photo: str) -> Mapping[str, Any] | None:
        row = self.rows.get(photo)
        return row if row is not None and row["author"] == caller.person else None

    async def over(self, who: Caller | str, role: str, place: str) -> bool:
        return isinstance(who, Caller) and (role, place) == ("supervisor", "b1") and who.person in self.supervisors

    async def server_change(self, type_: str, id_: str, values: Mapping[str, Any], *, now: int, quiet: bool) -> None:
        assert type_ == "photo"
        assert quiet
        self.said.append((id_, values))
        self.rows[id_].update(values)

    async def hints_of(self, photo: str, kind: str, sha256: str) -> list[str]:
        return []


class House:
    """A running server that can be killed and started again over the same data."""

    def __init__(
        self, data: Path, port: int = 0, database_url: str | None = None, photos_url: str | None = None
    ) -> None:
        self.data = data
        self.photos_url = photos_url
        self.database_url = database_url
        self.port = port
        self.shelf = Shelf()
        self.now = NOW
        self.idle = 60.0
        self.workshop: Workshop
        self.base = ""
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        def clock() -> int:
            return self.now

        shelf = self.shelf
        settings = Settings(data=self.data, database_url=self.database_url)
        engine = await self._stack.enter_async_context(opened(engine_of(settings)))
        await migrate(engine, HISTORY, NOW)
        records = Records(shelf.photo_for, shelf.photo_to_bring, shelf.over, shelf.server_change, shelf.hints_of)
        workshop = open_workshop(self.data, self.photos_url, records, clock, self.idle)
        self.workshop = await self._stack.enter_async_context(workshop)
        app = Litestar(
            route_handlers=[UploadsController, PhotosController],
            dependencies={"caller": Provide(_caller, sync_to_thread=False)},
            exception_handlers=HANDLERS,
            state=State({"photos": self.workshop}),
            logging_config=None,
            openapi_config=None,
            request_max_body_size=1024,
        )
        self.base = await self._stack.enter_async_context(_served(app, self.port))

    async def stop(self) -> None:
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    def client(self, person: str = "ann") -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.base, headers={"X-Person": person, **TUS}, timeout=20)


def _caller(request: Request[Any, Any, Any]) -> Caller:
    person = request.headers["x-person"]
    return Caller(person=person, device=1, grants=(Grant("inspector", "b1"),), session="s")


@contextlib.asynccontextmanager
async def _served(app: Litestar, port: int) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve([listening]))
    while not server.started:  # noqa: ASYNC110  a plain flag of uvicorn's
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listening.close()


def at(now: int) -> Callable[[], int]:
    """A clock that stands."""
    return lambda: now


class Tus:
    """The words of the protocol, for tests that speak it by hand."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    def promise(self, photo: str, sha256: str, kind: str = "full") -> str:
        pairs = {"photo": photo, "sha256": sha256, "kind": kind}
        return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in pairs.items())

    async def create(self, photo: str, sha256: str, length: int, kind: str = "full", **headers: str) -> httpx.Response:
        about = {"Upload-Length": str(length), "Upload-Metadata": self.promise(photo, sha256, kind), **headers}
        return await self.client.post("/api/uploads", headers=about)

    async def location(self, photo: str, sha256: str, length: int, kind: str = "full") -> str:
        reply = await self.create(photo, sha256, length, kind)
        assert reply.status_code == 201, reply.text
        return reply.headers["location"]

    async def patch(self, url: str, offset: int, data: bytes, **headers: str) -> httpx.Response:
        return await self.client.patch(url, content=data, headers={"Upload-Offset": str(offset), **BYTES, **headers})

    async def offset(self, url: str) -> int:
        reply = await self.client.head(url)
        assert reply.status_code == 200, reply.status_code
        return int(reply.headers["upload-offset"])

    async def send(self, photo: str, data: bytes, sha256: str, kind: str = "full") -> httpx.Response:
        return await self.patch(await self.location(photo, sha256, len(data), kind), 0, data)


@pytest.fixture
def photos_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str | None]:
    """The store of the house: the folder in its data folder, where a module does not say otherwise.

    XUNFANG_TEST_STORE=s3: a bucket, for the whole suite; what looks into the folder is passed over then.
    """
    if not ON_S3:
        yield None
        return
    bucket = Bucket(monkeypatch)
    yield bucket.url
    bucket.leave()


@pytest.fixture
async def house(tmp_path: Path, database_url: str | None, photos_url: str | None) -> AsyncIterator[House]:
    house = House(tmp_path, database_url=database_url, photos_url=photos_url)
    await house.start()
    yield house
    await house.stop()


@pytest.fixture
async def tus(house: House) -> AsyncIterator[Tus]:
    async with house.client() as client:
        yield Tus(client)


@pytest.fixture
async def world(tmp_path: Path, database_url: str | None) -> AsyncIterator[World]:
    """People of two cities. In a task of its own, for what is entered in a task must be left in it."""
    there: asyncio.Future[World] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()

    async def live() -> None:
        await build(tmp_path / "data", database_url)
        async with opened_world(tmp_path / "data", database_url) as world:
            there.set_result(world)
            await stop.wait()

    living = asyncio.create_task(live())
    await asyncio.wait((there, living), return_when=asyncio.FIRST_COMPLETED)
    if there.done():
        yield there.result()
    stop.set()
    await living


def tus_of(phone: Hand) -> Tus:
    phone.http.headers.update(TUS)
    return Tus(phone.http)
