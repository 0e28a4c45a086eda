"""Many devices at one record: nothing is lost, nobody waits for ever. The proof can fail: without the locks it does."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

import server.door.locks
from server.database import transaction
from server.database.query import execute, fetch
from server.door import Actor, Numbered, Sending, apply
from server.people.acts import Grant, set_grants
from sync.change import Change, Result
from tests.server.protocol.conftest import seeded, world, world_url
from tests.server.protocol.gestures import FAIL, PASS, Hand, finding_id
from tests.server.protocol.seed import named
from tests.server.protocol.world import World

__all__ = ["seeded", "world", "world_url"]

CREW = 6


async def crew(world: World) -> tuple[str, list[Hand]]:
    """An inspection with a finding, and several phones of its lead, none of which sees what the others do next."""
    (ann,) = await world.team("ann")
    inspection = ann.start()
    ann.note(inspection, "A-1", "one")
    await ann.sync()
    return inspection, [await world.phone("ann") for _ in range(CREW)]


async def opinions(world: World, rounds: int) -> int:
    """How many of the values that several phones send at once for one field are still there in the end."""
    found = 0
    for _ in range(rounds):
        inspection, phones = await crew(world)
        for count, phone in enumerate(phones, 2):
            phone.write(inspection, "A-1", {"checks.A-1.a": {"result": "fail", "count": count}})
        await asyncio.gather(*(phone.sync() for phone in phones))
        (heads,) = (await fetch("SELECT heads FROM finding WHERE id = ?", finding_id(inspection, "A-1")))[0]
        found += len(msgspec.json.decode(heads)["checks.A-1.a"][0])
    return found


async def test_every_opinion_given_at_once_is_kept(world: World) -> None:
    assert await opinions(world, 3) == 3 * CREW


@pytest.mark.parametrize("database", ["postgresql"])
async def test_without_locks_opinions_are_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any) -> None:
        return None

    monkeypatch.setattr(server.door.locks, "_lock", nothing)
    # Unlocked writers may also fail outright; then the phones repeat.
    assert await opinions(world, 3) < 3 * CREW


async def test_batches_in_opposite_order_do_not_block_each_other(world: World) -> None:
    inspections = []
    (ann,) = await world.team("ann")
    for _ in range(6):
        inspections.append(ann.start())
        ann.note(inspections[-1], "A-1", "here")
    await ann.sync()
    phones = [await world.phone("ann") for _ in range(4)]
    for turn in range(4):
        for number, phone in enumerate(phones):
            for inspection in inspections if number % 2 else reversed(inspections):
                phone.note(inspection, "A-1", f"{number} {turn}")
                phone.check(inspection, f"A-1.{'abc'[turn % 3]}", PASS if turn % 2 else FAIL)
        await asyncio.wait_for(asyncio.gather(*(phone.sync() for phone in phones)), 30)
    await world.agree(*phones)


def apart(work: Callable[[], Awaitable[Any]]) -> "asyncio.Task[Any]":
    """A task that is not part of the transaction it is started in."""

    async def run() -> Any:
        return await work()

    return asyncio.get_running_loop().create_task(run(), context=contextvars.Context())


async def push(device: int, change: dict[str, Any]) -> Result:
    content = msgspec.json.encode({"n": 1, "at": 5, **change})
    numbered = Numbered(n=1, content=content.decode(), change=msgspec.json.decode(content, type=Change))
    actor = Actor(person=named("ann"), device=device)
    return (await apply(actor, [numbered], Sending(sent=5, received=5, cursor=10**6)))[0]


@pytest.mark.parametrize("database", ["postgresql"])
async def test_a_record_that_comes_while_one_waits_for_it_is_locked_with_its_inspection(world: World) -> None:
    inspection, phones = await crew(world)
    id_ = finding_id(inspection, "A-2")
    made = {"inspection": [inspection], "item": ["A-2"]}
    async with transaction():
        await push(phones[0].device, {"type": "finding", "id": id_, "set": made})
        # This one does not say to which inspection the finding belongs, and cannot look it up yet.
        blind = {"type": "finding", "id": id_, "set": {"checks.A-2.a": [FAIL]}}
        waiting = apart(lambda: push(phones[1].device, blind))
        await asyncio.sleep(0.3)
        assert not waiting.done()
    assert (await waiting).outcome == "applied"


@pytest.mark.parametrize("database", ["postgresql"])
async def test_grants_change_while_nobody_is_being_judged(world: World) -> None:
    inspection, phones = await crew(world)
    async with transaction():
        note = {"type": "finding", "id": finding_id(inspection, "A-1"), "set": {f"notes.{named('ann')}": ["new"]}}
        await push(phones[0].device, note)
        taking = apart(lambda: set_grants(named("ann"), [Grant(role="carrier", place=named("far"))], by="", now=9))
        await asyncio.sleep(0.3)
        assert not taking.done()
    await taking
    assert await fetch("SELECT role FROM grant_ WHERE person = ?", named("ann")) == [("carrier",)]


@pytest.mark.parametrize("database", ["postgresql"])
async def test_one_device_is_one_at_a_time(world: World) -> None:
    """Two requests of one device that overlap: the second finds what the first settled."""
    (ann,) = await world.team("ann")
    ann.start()
    request = ann.request()
    replies = await asyncio.gather(*(ann.send(request) for _ in range(6)))
    assert {(reply.status_code, reply.json()["ack"]) for reply in replies} == {(200, 1)}
    assert await fetch("SELECT COUNT(*) FROM log WHERE device = ?", ann.device) == [(1,)]


async def test_no_lock_is_left_behind(world: World, database: str) -> None:
    await opinions(world, 1)
    if database == "postgresql":
        assert await fetch("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND database = " + _HERE) == [
            (0,)
        ]
    async with transaction():
        assert await execute("UPDATE device SET seen_at = seen_at") > 0


_HERE = "(SELECT oid FROM pg_database WHERE datname = current_database())"
