"""One server in this process, and the phones of its people."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from litestar import Litestar

from server.app import create_app
from server.door import server_change
from server.identity.acts import open_account
from server.identity.passwords import Passwords
from server.people.acts import Grant, create_person
from server.settings import Settings
from server.tasks.acts import NewTask, create_tasks
from tests.server.phone import Phone, differences
from tests.server.protocol.gestures import Hand
from tests.server.protocol.reach import Reach
from tests.server.protocol.seed import BRANCHES, HOUR, PASSWORD, START, named, seed
from tests.server.reply import demand
from tests.server.streams import BreakingOff

ADDRESS = "http://testserver"


class Clock:
    """The server's clock, epoch ms; it stands still until a test moves it."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def advance(self, by: int) -> int:
        self.now += by
        return self.now


class World:
    """The application over one data folder. What its phones hold is checked against records.md at every sync."""

    def __init__(self, app: Litestar, clock: Clock, passwords: Passwords, folder: Path) -> None:
        self.app = app
        self.clock = clock
        self.passwords = passwords
        self.folder = folder
        self.phones: list[Hand] = []
        self.standard = named("standard")
        self.reach = Reach()
        self.logins: dict[str, str] = {}
        self._clients: list[httpx.AsyncClient] = []

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A browser without a session."""
        transport = httpx.ASGITransport(app=BreakingOff(self.app), raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)
        self._clients.append(client)
        return client

    async def sign_in(
        self, client: httpx.AsyncClient, login: str, password: str = PASSWORD, device: int | None = None
    ) -> httpx.Response:
        body = {"login": login, "password": password, "device": device, "device_name": "test"}
        return await client.post("/api/session", json=body)

    async def phone(self, login: str, skew: int = 0, synced: bool = True, kind: type[Hand] = Hand) -> Hand:
        """A new phone of a person, signed in, and synced once."""
        client = self.client()
        response = await self.sign_in(client, login)
        demand(response.status_code == 201, f"{login} signs in: {response.status_code} {response.text[:300]}")
        phone = kind(client, response.json(), self.clock, skew, seed=len(self.phones))
        phone.reach = self.reach
        self.phones.append(phone)
        self.logins[phone.person] = login
        if synced:
            await phone.sync()
        return phone

    async def team(self, *logins: str) -> list[Hand]:
        """A phone for each."""
        return [await self.phone(login) for login in logins]

    async def add_person(self, login: str, *grants: tuple[str, str]) -> str:
        """A person who is not in every test; returns their id."""
        some = [Grant(role=role, place=named(place)) for role, place in grants]  # type: ignore[arg-type]
        await create_person(named(login), login, named(grants[0][1]), some, now=self.clock())
        await open_account(named(login), login, PASSWORD, self.passwords)
        self.reach.grant(login, grants)
        return named(login)

    async def grant(self, login: str, *grants: tuple[str, str]) -> httpx.Response:
        """Replace a person's grants as the administrator does: `("inspector", "county1")` …"""
        root = self.client()
        await self.sign_in(root, "root")
        body = [{"role": role, "branch" if place in BRANCHES else "unit": named(place)} for role, place in grants]
        response = await root.put(f"/api/people/{named(login)}/grants", json={"grants": body})
        demand(response.status_code < 300, f"grants: {response.status_code} {response.text[:300]}")
        self.reach.grant(login, grants)
        return response

    async def move(self, branch: str, unit: str) -> httpx.Response:
        """Give a branch to another unit."""
        root = self.client()
        await self.sign_in(root, "root")
        response = await root.put(f"/api/branches/{named(branch)}", json={"unit": named(unit)})
        demand(response.status_code < 300, f"branch: {response.status_code} {response.text[:300]}")
        self.reach.above[named(branch)] = named(unit)
        return response

    async def task(self, *assignees: str, branch: str = "north") -> str:
        """A new open task; returns its id."""
        id_ = str(uuid.uuid5(uuid.NAMESPACE_URL, f"task {len(assignees)} {self.clock.advance(1)}"))
        now = self.clock()
        task = NewTask(
            id=id_, branch=named(branch), standard=self.standard, kind="monthly", opens_at=now, due_at=now + HOUR,
            assignees=[named(name) for name in assignees],
        )  # fmt: skip
        await create_tasks([task], now=now)
        return id_

    async def store(self, photo: str) -> None:
        """The picture of a photo has come, as the photo slice tells the door."""
        await server_change("photo", photo, {"stored_at": self.clock()}, now=self.clock(), quiet=True)

    async def agree(self, *phones: Phone) -> None:
        """Invariant 1: what each phone came to hold step by step is what a new phone of its person gets at once."""
        for phone in phones or self.phones:
            await phone.sync()
            login = self.logins[phone.person]
            fresh = await self.phone(login)
            found = differences(phone, fresh)
            demand(not found, f"{login} holds what the server does not: {found}")

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


def settings_for(folder: Path, database_url: str | None) -> Settings:
    """Cheap passwords: what they cost is not what is tested here."""
    return Settings(data=folder, database_url=database_url, password_memory=64, password_rounds=1)


async def build(folder: Path, database_url: str | None = None) -> None:
    """Seed a data folder, or an empty database, that every test copies."""
    settings, clock = settings_for(folder, database_url), Clock(START)
    app = create_app(settings, clock)
    passwords = Passwords(memory=settings.password_memory, rounds=settings.password_rounds)
    async with app.lifespan():
        await seed(START, passwords)


@asynccontextmanager
async def opened(folder: Path, database_url: str | None = None) -> AsyncIterator[World]:
    """A server over this data folder, and this database if one is named."""
    settings, clock = settings_for(folder, database_url), Clock(START + HOUR)
    app = create_app(settings, clock)
    passwords = Passwords(memory=settings.password_memory, rounds=settings.password_rounds)
    async with living(app):
        world = World(app, clock, passwords, folder)
        try:
            yield world
        finally:
            await world.close()


@asynccontextmanager
async def living(app: Litestar) -> AsyncIterator[None]:
    """The lifespan of the application in a task of its own: it must end in the task it began in, and a fixture's
    two halves run in different ones."""
    ready, done = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            ready.set()
            await done.wait()

    life = asyncio.create_task(live())
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({life, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if not life.done():
            yield
    finally:
        done.set()
        await life
