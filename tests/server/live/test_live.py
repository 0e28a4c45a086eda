"""Protocol §8: who is woken by what, how streams end, and that nothing is left of them."""

import asyncio

import httpx
import pytest

from server.database import transaction
from server.database.news import News, hearing, tell
from server.identity.acts import end_sessions, revoke_device, set_password, sign_out, sign_out_device
from server.identity.rules import SESSION_LIFE_MS, hash_of
from tests.server.live.conftest import Listen
from tests.server.live.ears import BEAT, Ear
from tests.server.protocol.gestures import FAIL, PASS
from tests.server.protocol.seed import named
from tests.server.protocol.world import World
from tests.server.reply import check_problem

COOKIE = "xunfang_session"


async def test_readers_are_woken_and_nobody_else(world: World, listen: Listen) -> None:
    ann, sue, zed = await world.team("ann", "sue", "zed")
    near, far = await listen(sue.http), await listen(zed.http)
    inspection = ann.start("north")
    await ann.sync()
    assert await near.rev() == ann.cache.cursor
    zoe = await world.phone("zoe")
    zoe.start("far")
    await zoe.sync()
    # The first that the other city hears is its own; of what happened here it was told nothing.
    assert await far.rev() == zoe.cache.cursor
    ann.check(inspection, "A-1.a", FAIL)
    await ann.sync()
    assert await near.rev() == ann.cache.cursor


async def test_supervisors_are_woken_by_work_that_was_set_aside_for_them(world: World, listen: Listen) -> None:
    ann, sue, zed = await world.team("ann", "sue", "zed")
    inspection = ann.start("north")
    ann.check(inspection, "A-1.a", FAIL)
    await ann.sync()
    await world.grant("ann", ("inspector", "city2"))
    ann.check(inspection, "A-1.a", PASS)
    near, far = await listen(sue.http), await listen(zed.http)
    await sue.sync()
    known = sue.cache.cursor
    assert known is not None
    await ann.sync()
    assert {result["outcome"] for result in ann.out.results.values()} == {"held"}
    assert await near.rev() > known
    zoe = await world.phone("zoe")
    zoe.start("far")
    await zoe.sync()
    assert await far.rev() == zoe.cache.cursor, "nobody else was told"


async def test_what_it_is_told_is_there_to_be_pulled(world: World, listen: Listen) -> None:
    ann, sue = await world.team("ann", "sue")
    ear = await listen(sue.http)
    assert ear.headers["content-type"] == "text/event-stream"
    assert ear.headers["x-accel-buffering"] == "no"
    assert "no-store" in ear.headers["cache-control"]
    assert "no-transform" in ear.headers["cache-control"]
    inspection = ann.start("north")
    ann.do(inspection, "submit")
    await ann.sync()
    rev = await ear.rev()
    await sue.sync()
    assert sue.cache.cursor is not None
    assert sue.cache.cursor >= rev
    assert sue.has("inspection", inspection)


async def test_a_grant_moves_the_ear_along(world: World, listen: Listen) -> None:
    ann, sue, zoe = await world.team("ann", "sue", "zoe")
    ear = await listen(sue.http)
    await world.grant("sue", ("supervisor", "city2"))
    before = await settled(world, ear, "unit:" + named("city2"))
    ann.start("north")
    await ann.sync()
    zoe.start("far")
    await zoe.sync()
    # Nothing of the city she left; the next is of the one she came to.
    rev = await ear.rev()
    while rev <= before:
        rev = await ear.rev()
    assert rev == zoe.cache.cursor


async def settled(world: World, ear: Ear, audience: str) -> int:
    """Events come until the one listener here holds an audience; returns the clock then."""
    hub = world.app.state.live.hub
    while not any(name.startswith(audience) for name in next(iter(hub._all)).audiences):
        await ear.rev()
    phone = await world.phone("root")
    return phone.cache.cursor or 0


async def test_streams_end_with_their_sessions(world: World, listen: Listen) -> None:
    names = ("ann", "bob", "carl", "dora", "sue", "sam", "mara", "kim")
    phones = await world.team(*names)
    ears = {name: await listen(phone.http) for name, phone in zip(names, phones, strict=True)}
    ann, bob, carl, _, _, sam, *_ = phones
    now = world.clock()
    await sign_out(hash_of(ann.http.cookies[COOKIE]))
    await revoke_device(bob.device, now)
    await sign_out_device(carl.device)
    await end_sessions(named("dora"))
    await set_password("sue", "another good one", world.passwords)
    again = await world.sign_in(world.client(), "sam", device=sam.device)
    assert again.json()["device"] == sam.device
    root = await world.phone("root")
    reply = await root.http.put(f"/api/people/{named('mara')}", json={"active": False})
    assert reply.status_code == 200, reply.text
    for name in names[:-1]:
        await until_over(ears[name])
    # Of the last nothing was said to anybody: it is noticed with a sign of life.
    world.clock.advance(SESSION_LIFE_MS + 1)
    hub = world.app.state.live.hub
    hub.doubt(hub._all)
    await until_over(ears["kim"])
    assert len(hub) == 0


async def until_over(ear: Ear) -> None:
    """What it was told before it ended does not matter."""
    while await ear.next() is not None:
        pass
    await ear.task


async def test_who_may_not_sync_may_not_listen(world: World) -> None:
    nobody = world.client()
    check_problem(await nobody.get("/api/live"), 401, "unauthenticated")
    ann = await world.phone("ann")
    await revoke_device(ann.device, world.clock())
    check_problem(await ann.http.get("/api/live"), 401, "device_revoked")


async def test_one_session_holds_few(world: World, listen: Listen) -> None:
    ann, bob = await world.team("ann", "bob")
    other = await listen(bob.http)
    ears = [await listen(ann.http) for _ in range(6)]
    for ear in ears[:2]:
        await ear.end()
    hub = world.app.state.live.hub
    assert len(hub) == 5
    ann.start("north")
    await ann.sync()
    assert {await ear.rev() for ear in (*ears[2:], other)} == {ann.cache.cursor}


async def test_a_full_house_says_so(world: World, listen: Listen) -> None:
    ann = await world.phone("ann")
    hub = world.app.state.live.hub
    hub.most = 1
    await listen(ann.http)
    refused = await ann.http.get("/api/live")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert len(hub) == 1


async def test_a_slow_one_holds_up_nobody_and_gathers_nothing(world: World, listen: Listen) -> None:
    ann, sue, sam = await world.team("ann", "sue", "sam")
    slow, quick = await listen(sam.http), await listen(sue.http)
    slow.reads.clear()
    revs: list[int] = []
    for branch in ("north", "south", "east"):
        ann.start(branch)
        await ann.sync()
        while await quick.rev() < (ann.cache.cursor or 0):
            pass
    slow.reads.set()
    while not revs or revs[-1] < (ann.cache.cursor or 0):
        revs.append(await slow.rev())
    # What it was told when it stopped reading, and the last: what came in between was never kept for it.
    assert len(revs) <= 2


@pytest.mark.parametrize("committed", [True, False])
async def test_news_are_told_after_the_commit_or_never(world: World, committed: bool) -> None:
    heard: list[News] = []
    news = News(7, frozenset(("everyone",)))
    with hearing(heard.append):
        try:
            async with transaction():
                async with transaction():
                    tell(news)
                assert heard == []
                if not committed:
                    raise LookupError
        except LookupError:
            pass
        assert heard == ([news] if committed else [])
        tell(news)
    assert len(heard) == (2 if committed else 1)


async def test_a_thousand_break_off_and_nothing_is_left(world: World) -> None:
    browsers: list[httpx.AsyncClient] = [(await world.phone(name)).http for name in ("ann", "sue", "zed")]
    hub = world.app.state.live.hub
    before = asyncio.all_tasks()
    for batch in range(10):
        ears = [Ear(world.app, browsers[number % 3]) for number in range(100)]
        for ear in ears[batch % 2 :: 2]:  # the others are gone before they were answered
            assert await ear.next() == BEAT
        hub.hear(News(1, frozenset(("everyone",))))
        for ear in ears:
            ear._gone.set()
        for ear in ears:
            await ear.task
    assert len(hub) == 0
    assert not hub._by_audience
    assert not hub._by_session
    # What the last of them asked the database is still being put away; what listened for ever would never end.
    if ending := asyncio.all_tasks() - before:
        _, left = await asyncio.wait(ending, timeout=30)
        assert left == set()
