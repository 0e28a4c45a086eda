"""The server of a history: it can die within a request, is opened anew on its data, and restored from a backup."""

import json
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import httpx
import msgspec
import pytest

import server.database.engine
from server import operating
from server.app import create_app
from server.database import engine_of
from server.database.engine import PooledSQLite
from server.database.postgres import PooledPostgres
from server.keeping import backup
from server.photos.store import Store
from server.problems import Refusal
from server.settings import Settings
from tests.server.model.faults import FaultyPhone
from tests.server.model.plan import CREW, INSPECTORS, WALKERS
from tests.server.model.wire import ask
from tests.server.protocol.gestures import PASS
from tests.server.protocol.reach import Reach
from tests.server.protocol.seed import BRANCHES, HOUR, named
from tests.server.protocol.world import Clock, World, build, living, opened
from tests.server.reply import demand

NEWCOMERS = (("eye", ("supervisor", "province")), ("lee", ("carrier", "city1")))
"""Who is in no other test: login, grants."""
_fuse: ContextVar[list[int] | None] = ContextVar("fuse", default=None)
"""How many statements of the request at hand the server still lives."""


class NoServer(Exception):
    """The server died before it answered."""


class Actor(msgspec.Struct):
    """Somebody signed in on a phone that is up to date, as every history begins."""

    login: str
    session: dict[str, Any]
    cookie: str
    disk: bytes


class Cast(msgspec.Struct):
    """Who takes part, what they share, and when it begins. ``walkers`` keep customers and visits."""

    crew: list[Actor]
    walkers: list[Actor]
    eye: Actor
    root: Actor
    shared: str
    now: int


class House:
    """The application over one data folder and database, whatever they hold: making one costs more than a history."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self.settings, self.clock = quiet_settings(folder, database_url), Clock(0)
        self.app = create_app(self.settings, self.clock)
        self._pool: asyncpg.Pool | None = None

    def stay_connected(self, patch: pytest.MonkeyPatch) -> None:
        """Connections to PostgreSQL outlive the server: what their backends have planned costs half a history.

        A server that stops has given all of them back, and each is then as good as new.
        """
        start, close = PooledPostgres.start_connection_pool, PooledPostgres.close_connection_pool

        async def started(engine: PooledPostgres, **rest: Any) -> None:
            if engine is self.app.state.engine and self._pool is not None:
                engine.pool, self._pool = self._pool, None
            await start(engine, **rest)

        async def closed(engine: PooledPostgres) -> None:
            pool = engine.pool
            if engine is not self.app.state.engine or pool is None or pool.get_idle_size() < pool.get_size():
                await close(engine)
            else:
                engine.pool, self._pool = None, pool

        patch.setattr(PooledPostgres, "start_connection_pool", started)
        patch.setattr(PooledPostgres, "close_connection_pool", closed)

    async def hang_up(self) -> None:
        """End the connections that outlived the server."""
        if self._pool is not None:
            self._pool, pool = None, self._pool
            pool.terminate()


class Stage(World):
    """A world over data of its own, with the crew already signed in."""

    def __init__(self, house: House, cast: Cast) -> None:
        self.settings, self._house = house.settings, house
        house.clock.now = cast.now
        super().__init__(house.app, house.clock, None, house.settings.data)  # type: ignore[arg-type]
        self.cast = cast
        self.deaths = 0
        self._life = AsyncExitStack()
        self._kept: tuple[Path, bytes] | None = None
        for login, *grants in NEWCOMERS:
            self.reach.grant(login, grants)

    # -- the server's life

    async def open(self) -> None:
        await self._life.enter_async_context(living(self.app))

    async def close(self) -> None:
        await self._life.aclose()

    async def reopen(self) -> None:
        """Stop, and start on what is stored."""
        await self.close()
        await self.open()

    async def request(self, method: str, path: str, body: bytes, cookie: str, fuse: int = 0) -> httpx.Response:
        """One request; `NoServer` when the server dies at the statement `fuse`, and it is started again."""
        if not fuse:
            return await ask(self.app, method, path, body, cookie)
        burning = [fuse]
        token = _fuse.set(burning)
        try:
            response = await ask(self.app, method, path, body, cookie)
        finally:
            _fuse.reset(token)
        if burning[0] > 0:
            return response
        self.deaths += 1
        await self.reopen()
        raise NoServer

    # -- backups

    async def back_up(self) -> None:
        """Keep a backup, taken while the server runs, and what we know of who may see what."""
        folder = self.folder / f"backup {self.clock()}"
        with self._store() as store:
            await backup.back_up(self.app.state.engine, store, folder, self.clock())
        self._kept = folder, pickle.dumps(self.reach)

    async def restore(self) -> bool:
        """Lose everything since the backup. False when there is none."""
        if self._kept is None:
            return False
        folder, reach = self._kept
        await self.close()
        await self._house.hang_up()  # what its backends have planned is of tables that go now
        for path in operating.written_files(self.settings):
            operating.remove(path)
        await operating.clear_database(self.settings)
        engine = engine_of(self.settings)
        await engine.start_connection_pool()
        try:
            with self._store() as store:
                await backup.restore(engine, store, folder, self.clock())
        finally:
            await engine.close_connection_pool()
        await self.open()
        restored: Reach = pickle.loads(reach)
        self.reach.above, self.reach.grants = restored.above, restored.grants
        return True

    def _store(self) -> "_StoreAt":
        return _StoreAt(self.settings)

    # -- people

    def enter(self, actor: Actor, skew: int, seed: int) -> FaultyPhone:
        """Somebody of the cast, with the phone as it was when the curtain rose."""
        phone = FaultyPhone(None, actor.session, self.clock, skew, seed)  # type: ignore[arg-type]
        phone.out, phone.cache = pickle.loads(actor.disk)
        phone.reach, phone.stage, phone.cookie = self.reach, self, actor.cookie
        phone.prepare()
        self.phones.append(phone)
        self.logins[phone.person] = actor.login
        return phone

    def beginner(self, phone: FaultyPhone) -> FaultyPhone:
        """The same person with nothing on the phone but their outbox."""
        fresh = FaultyPhone(None, {"person": {"id": phone.person}, "device": phone.device}, self.clock, phone.skew)  # type: ignore[arg-type]
        fresh.out = phone.out
        fresh.reach, fresh.stage, fresh.cookie = self.reach, self, phone.cookie
        fresh.prepare()
        return fresh

    async def grant(self, login: str, *grants: tuple[str, str]) -> httpx.Response:
        body = [{"role": role, "branch" if place in BRANCHES else "unit": named(place)} for role, place in grants]
        response = await self._administer(f"/api/people/{named(login)}/grants", {"grants": body})
        self.reach.grant(login, grants)
        return response

    async def move(self, branch: str, unit: str) -> httpx.Response:
        response = await self._administer(f"/api/branches/{named(branch)}", {"unit": named(unit)})
        self.reach.above[named(branch)] = named(unit)
        return response

    async def _administer(self, path: str, body: dict[str, Any]) -> httpx.Response:
        response = await self.request("PUT", path, json.dumps(body).encode(), self.cast.root.cookie)
        demand(response.status_code < 300, f"{path}: {response.status_code} {response.text[:300]}")
        return response


class _StoreAt:
    """The store of pictures of some settings, for as long as a block lasts."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._disk = settings, ThreadPoolExecutor(1)

    def __enter__(self) -> Store:
        return Store.at(None, self._settings.data, self._disk)

    def __exit__(self, *_: object) -> None:
        self._disk.shutdown()


def quiet_settings(folder: Path, database_url: str | None) -> Settings:
    """Cheap passwords, and a word only of what is our fault."""
    return Settings(data=folder, database_url=database_url, password_memory=64, password_rounds=1, log_level="ERROR")


def hasten(patch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the plug on this machine: nothing waits for a disk. And a server can be told when to die."""
    pragmas = tuple(one.replace("synchronous=FULL", "synchronous=OFF") for one in server.database.engine.PRAGMAS)
    patch.setattr(server.database.engine, "PRAGMAS", pragmas)
    patch.setattr("os.sync", lambda: None)
    patch.setattr(aiosqlite, "connect", partial(aiosqlite.connect, check_same_thread=False))
    patch.setattr(aiosqlite.Connection, "_execute", _at_once)
    for engine in (PooledSQLite, PooledPostgres):
        for name in ("fetch", "look_up", "execute", "execute_each"):
            patch.setattr(engine, name, _fused(getattr(engine, name)))


async def _at_once(connection: aiosqlite.Connection, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """In place of a hop to another thread and back, which costs more than most statements."""
    return work(*args, **kwargs)


def _fused(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def burn(*arguments: Any) -> Any:
        burning = _fuse.get()
        if burning is not None:
            burning[0] -= 1
            if burning[0] <= 0:
                raise Refusal("unavailable")
        return await method(*arguments)

    return burn


async def rehearse(folder: Path, database_url: str | None) -> Cast:
    """Fill a data folder, or an empty database, with the world, and sign the crew in; nothing has failed yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.server.protocol.world.settings_for", quiet_settings)
        await build(folder, database_url)
        return await _signed_in(folder, database_url)


async def _signed_in(folder: Path, database_url: str | None) -> Cast:
    async with opened(folder, database_url) as world:
        for newcomer, *grants in NEWCOMERS:
            await world.add_person(newcomer, *grants)
        phones = [await world.phone(login) for login in (*CREW, "eye", "root", *WALKERS)]
        ann, *others = phones[: len(INSPECTORS)]
        shared = ann.start()
        ann.edit("inspection", shared, {f"members.{other.person}": True for other in others})
        ann.check(shared, "A-1.a", PASS)
        for phone in (ann, *phones):
            await phone.sync()
        actors = [
            Actor(
                world.logins[phone.person],
                {"person": {"id": phone.person}, "device": phone.device},
                "; ".join(f"{cookie.name}={cookie.value}" for cookie in phone.http.cookies.jar),
                pickle.dumps((phone.out, phone.cache)),
            )
            for phone in phones
        ]
        crew, (eye, root, *walkers) = actors[: len(CREW)], actors[len(CREW) :]
        return Cast(crew, walkers, eye, root, shared, world.clock() + HOUR)


@asynccontextmanager
async def staged(house: House, cast: Cast) -> AsyncIterator[Stage]:
    """A running server over a copy of what was rehearsed."""
    stage = Stage(house, cast)
    await stage.open()
    try:
        yield stage
    finally:
        await stage.close()
