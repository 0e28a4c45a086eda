"""Protocol §4: no row is ever skipped, and nothing changes a synced record past the door."""

import asyncio
import sqlite3

import asyncpg
import pytest

from server.database import transaction
from server.database.query import execute, fetch
from server.door import slice_of
from sync.records import RECORDS
from tests.server.protocol.gestures import FAIL, PASS, Hand
from tests.server.protocol.stories import draft
from tests.server.protocol.world import World


async def test_readers_miss_nothing_while_many_write(world: World) -> None:
    writers = [await world.phone("ann", synced=False) for _ in range(6)]
    reader = await world.phone("sue")
    seen: set[str] = set()
    done = asyncio.Event()

    async def write(phone: Hand) -> None:
        for number in range(8):
            inspection = phone.start()
            phone.check(inspection, "A-1.a", PASS)
            phone.edit("inspection", inspection, {"remark": str(number)})
            await phone.turn()

    async def read() -> None:
        while not done.is_set():
            reply = await reader.turn()
            seen.update(row["id"] for row in reply.get("rows", {}).get("inspection", []))

    reading = asyncio.create_task(read())
    await asyncio.gather(*(write(phone) for phone in writers))
    done.set()
    await reading
    await reader.sync()
    seen |= {row["id"] for row in reader.rows("inspection")}
    changes = [change for phone in writers for change in phone.out.changes.values()]
    written = {change["id"] for change in changes if change["type"] == "inspection"}
    assert written <= seen
    assert len(written) == 48
    await world.agree(reader)


async def test_revs_rise_with_every_change(world: World) -> None:
    inspection, (ann,) = await draft(world)
    revs = []
    for number in range(5):
        ann.edit("inspection", inspection, {"remark": str(number)})
        await ann.sync()
        revs.append(ann.row("inspection", inspection)["rev"])
        assert revs[-1] <= (ann.cache.cursor or 0)
    assert revs == sorted(set(revs))


async def test_refused_work_moves_no_rev(world: World) -> None:
    inspection, (ann,) = await draft(world)
    before = ann.row("inspection", inspection)
    ann.edit("inspection", inspection, {"status": "approved"})
    await ann.sync()
    assert ann.row("inspection", inspection) == before
    await world.agree(ann)


async def any_row(type_: str) -> None:
    """A row of a type this story does not speak of; its table's guard does not ask what stands in it."""
    declared = slice_of(type_)
    assert declared is not None
    row = {column._meta.name: 1 if column.value_type is int else "x" for column in declared.table._meta.columns}
    async with transaction():
        await execute(f"INSERT INTO {type_} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())


@pytest.mark.parametrize("type_", list(RECORDS))
async def test_the_database_refuses_what_bypasses_the_door(world: World, type_: str) -> None:
    inspection, (ann,) = await draft(world, A_1_a=FAIL)
    ann.photo(inspection)
    await ann.sync()
    await world.task("ann")
    if (await fetch(f"SELECT COUNT(*) FROM {type_}"))[0][0] == 0:
        await any_row(type_)
    for column in ("id", "rev", "body"):
        with pytest.raises((sqlite3.DatabaseError, asyncpg.PostgresError)):
            async with transaction():
                await execute(f"UPDATE {type_} SET {column} = {column}")
