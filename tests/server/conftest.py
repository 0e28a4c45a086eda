"""What server tests share: an application over an empty database in a folder of its own, and ways to fill it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from server.app import create_app
from server.branches.acts import NewBranch, create_branches
from server.identity.acts import open_account
from server.identity.passwords import Passwords
from server.people.acts import Grant, create_person, create_unit
from server.photos import workshop
from server.photos.crew import Crew
from server.settings import Settings
from tests.server.databases import BOTH, QUICK, PostgreSQL, postgresql

NOW = 1_795_312_345_678
PASSWORD = "a good password"
BASE_URL = "http://xunfang.test"


@pytest.fixture(autouse=True, scope="session")
def one_crew() -> Iterator[Crew]:
    """One for all servers of the session: a new process takes longer to start than most tests take."""
    with pytest.MonkeyPatch.context() as patch:
        crew = Crew()
        end = crew.end
        patch.setattr(crew, "end", lambda: None)
        patch.setattr(workshop, "Crew", lambda: crew)
        yield crew
        end()


class Clock:
    """The server's clock, as tests set it. Epoch ms."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now

    def advance(self, milliseconds: int) -> None:
        self.now += milliseconds


class Seed:
    """Fills the database through the server's own acts. Places: one province, two cities, a branch in each."""

    def __init__(self, clock: Clock, passwords: Passwords) -> None:
        self._clock = clock
        self._passwords = passwords
        self.province, self.city, self.other_city = (str(uuid4()) for _ in range(3))
        self.branch, self.other_branch = str(uuid4()), str(uuid4())

    async def places(self) -> None:
        await create_unit(self.province, "省公司", "province", None, now=self._clock())
        await create_unit(self.city, "东市分公司", "city", self.province, now=self._clock())
        await create_unit(self.other_city, "西市分公司", "city", self.province, now=self._clock())
        await self.add_branch("1001", "东门支局", self.city, id_=self.branch)
        await self.add_branch("2001", "西门支局", self.other_city, id_=self.other_branch)

    async def add_unit(self, name: str, parent: str) -> str:
        id_ = str(uuid4())
        await create_unit(id_, name, "county", parent, now=self._clock())
        return id_

    async def add_branch(self, code: str, name: str, unit: str, *, id_: str | None = None) -> str:
        id_ = id_ or str(uuid4())
        branch = NewBranch(id=id_, code=code, name=name, kind="post_office", unit=unit)
        await create_branches([branch], now=self._clock())
        return id_

    async def add_person(
        self,
        login: str,
        *,
        name: str | None = None,
        home: str | None = None,
        grants: tuple[tuple[str, str], ...] = (),
        password: str = PASSWORD,
    ) -> str:
        """A person who can sign in; ``grants`` are (role, place). At home in the first city. Returns the id."""
        id_ = str(uuid4())
        held = [Grant(role=role, place=place) for role, place in grants]
        await create_person(id_, name or login, home or self.city, held, now=self._clock())
        await open_account(id_, login, password, self._passwords)
        return id_


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    """One PostgreSQL for the whole session, started when the first test asks for it."""
    with postgresql(*QUICK) as server:
        yield server


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: every test of the server runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of a migrated database of its own; None for the file in the data folder."""
    if database == "sqlite":
        yield None
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with server.migrated() as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_url: str | None) -> Settings:
    """A data folder and a database of its own, and passwords that cost next to nothing."""
    return Settings(data=tmp_path / "data", database_url=database_url, password_memory=8, password_rounds=1)


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Litestar:
    return create_app(settings, clock)


@pytest.fixture
async def running(app: Litestar) -> AsyncIterator[Litestar]:
    """The application between start and stop, in the event loop of the test."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    # A task of its own: what is entered in a task must be left in it, and fixtures begin and end in different ones.
    task = asyncio.create_task(live())
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not task.done():
        yield app
        stop.set()
    await task


@pytest.fixture
async def another(running: Litestar) -> AsyncIterator[Callable[[], AsyncClient]]:
    """Makes HTTP clients of the running application: browsers with a cookie jar each."""
    async with AsyncExitStack() as opened:
        clients: list[AsyncClient] = []

        def make() -> AsyncClient:
            transport = ASGITransport(running, raise_app_exceptions=False)
            clients.append(AsyncClient(transport=transport, base_url=BASE_URL))
            opened.push_async_callback(clients[-1].aclose)
            return clients[-1]

        yield make


@pytest.fixture
def client(another: Callable[[], AsyncClient]) -> AsyncClient:
    """One browser."""
    return another()


@pytest.fixture
def passwords(settings: Settings) -> Iterator[Passwords]:
    hasher = Passwords(memory=settings.password_memory, rounds=settings.password_rounds)
    yield hasher
    hasher.close()


@pytest.fixture
async def seed(running: Litestar, clock: Clock, passwords: Passwords) -> Seed:
    """The places are there; people are added by the test."""
    made = Seed(clock, passwords)
    await made.places()
    return made


@pytest.fixture
def sign_in(another: Callable[[], AsyncClient]) -> Callable[[str], Awaitable[AsyncClient]]:
    """Signs a login in on a browser of its own."""

    async def signed_in(login: str) -> AsyncClient:
        browser = another()
        response = await browser.post("/api/session", json={"login": login, "password": PASSWORD})
        assert response.status_code == 201, response.text
        return browser

    return signed_in
