"""Several processes over one PostgreSQL: what one is told, the others' listeners hear."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from server.database.news import ANYBODY, News
from server.identity import Caller
from server.identity.acts import sign_out
from server.identity.rules import hash_of
from server.identity.standing import standing
from server.live import link as links
from server.live.hub import Hub
from server.live.link import Link
from server.live.listener import Listener
from tests.server.live.conftest import Listen
from tests.server.live.ears import PATIENCE_S
from tests.server.protocol.seed import named
from tests.server.protocol.world import World

pytestmark = pytest.mark.parametrize("database", ["postgresql"])


@asynccontextmanager
async def other_process(world: World, url: str) -> AsyncIterator[tuple[Hub, Link]]:
    """The hub of another process over the same database, and its way to the others."""
    hub = Hub(world.clock, 10)
    link = Link(hub, url)
    tasks = [asyncio.create_task(work) for work in (hub.look_on(), link.hear_on(), link.send_on())]
    try:
        yield hub, link
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def rev_of(listener: Listener) -> int:
    async with asyncio.timeout(PATIENCE_S):
        words = await listener.next()
    assert words is not None
    return int(words.removeprefix(b'data: {"rev":').removesuffix(b"}\n\n"))


async def caller(world: World, login: str) -> Caller:
    phone = await world.phone(login)
    token = hash_of(phone.http.cookies["xunfang_session"])
    return (await standing([token], world.clock()))[token]


async def test_a_push_at_one_wakes_a_listener_of_the_other(world: World, world_url: str, listen: Listen) -> None:
    ann, sue = await world.team("ann", "sue")
    async with other_process(world, world_url) as (hub, link):
        with hub.listening(await caller(world, "sam")) as near, hub.listening(await caller(world, "zed")) as far:
            await link.ready()
            ann.start("north")
            await ann.sync()
            assert await rev_of(near) == ann.cache.cursor
            zoe = await world.phone("zoe")
            zoe.start("far")
            await zoe.sync()
            assert await rev_of(far) == zoe.cache.cursor
        # And the other way round. What one tells comes back to nobody's listeners twice.
        ear = await listen(sue.http)
        told = News((ann.cache.cursor or 0) + 5, frozenset((f"person:{sue.person}",)))
        link.send(told)
        rev = await ear.rev()
        assert rev == told.rev


async def test_rights_and_sessions_are_doubted_everywhere(world: World, world_url: str) -> None:
    async with other_process(world, world_url) as (hub, link):
        with (
            hub.listening(await caller(world, "sue")) as moving,
            hub.listening(who := await caller(world, "ann")) as over,
        ):
            await link.ready()
            await world.grant("sue", ("supervisor", "city2"))
            while f"unit:{named('city2')}:supervisor" not in moving.audiences:
                await rev_of(moving)
            await sign_out(who.session)
            async with asyncio.timeout(PATIENCE_S):
                while await over.next() is not None:
                    pass


async def test_many_names_go_in_several_messages(world: World, world_url: str) -> None:
    async with other_process(world, world_url) as (hub, link):
        with hub.listening(await caller(world, "ann")) as listener:
            await link.ready()
            names = frozenset(f"unit:{named(str(number))}:inspector" for number in range(1000))
            world.app.state.live.hear(News(12345, names | {"everyone"}, frozenset((ANYBODY,))))
            assert await rev_of(listener) == 12345


async def test_who_was_cut_off_looks_for_what_was_missed(
    world: World, world_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "RETRY_S", 0.0)
    monkeypatch.setattr(links, "ALIVE_S", 0.05)
    root = await world.phone("root")
    async with other_process(world, world_url) as (hub, link):
        with hub.listening(await caller(world, "ann")) as listener:
            await link.ready()
            connection = await asyncpg.connect(world_url)
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'xunfang live' AND datname = current_database()"
            )
            await connection.close()
            assert await rev_of(listener) >= (root.cache.cursor or 0)


async def test_whatever_breaks_the_hearing_it_begins_again(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody thought of must not end it for good: nothing would be heard of the others until a restart."""
    monkeypatch.setattr(links, "RETRY_S", 0)
    hub = Hub(lambda: 0, 10)
    link = Link(hub, "")
    heard: list[int] = []
    again = asyncio.Event()

    async def broken() -> None:
        heard.append(1)
        if len(heard) == 3:
            again.set()
            await asyncio.Event().wait()
        raise (asyncpg.InternalClientError, ValueError)[len(heard) - 1]("odd")

    monkeypatch.setattr(link, "_hear", broken)
    link._wanted.set()
    task = asyncio.create_task(link.hear_on())
    try:
        async with asyncio.timeout(PATIENCE_S):
            await again.wait()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
