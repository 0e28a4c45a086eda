"""Both engines: nothing is lost, locked for ever or left running, whatever is cancelled."""

import asyncio

import pytest
from piccolo.engine.exceptions import TransactionError
from piccolo.table import Table

from server.database import Database, transaction
from server.database.query import execute, execute_many, fetch
from server.database.snapshot import snapshot
from tests.server.databases import INTEGRITY, READ_ONLY


async def texts() -> list[str]:
    return [row[0] for row in await fetch("SELECT text FROM note ORDER BY id")]


async def write(text: str) -> None:
    async with transaction():
        await execute("INSERT INTO note (text) VALUES (?)", text)


async def test_a_transaction_is_all_or_nothing(engine: Database) -> None:
    async def fail() -> None:
        async with transaction():
            await execute("INSERT INTO note (text) VALUES ('lost')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await write("kept")
    assert await texts() == ["kept"]


async def test_queries_inside_see_what_is_not_committed_and_those_outside_do_not(engine: Database) -> None:
    async with transaction():
        await execute("INSERT INTO note (text) VALUES ('new')")
        assert await texts() == ["new"]
        outside = asyncio.create_task(fetch_apart(engine))
        assert await outside == []
    assert await texts() == ["new"]


async def fetch_apart(engine: Database) -> list[object]:
    engine.current_transaction.set(None)
    return list(await fetch("SELECT text FROM note"))


async def test_writing_needs_a_transaction(engine: Database) -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        await execute("DELETE FROM note")
    with pytest.raises(RuntimeError, match="needs a transaction"):
        await execute_many("INSERT INTO note (text) VALUES (?)", [("x",)])
    with pytest.raises(READ_ONLY, match=r"read.?only"):
        await fetch("INSERT INTO note (text) VALUES ('x') RETURNING id")


async def test_rows_touched_and_rows_returned(engine: Database) -> None:
    async with transaction():
        await execute_many("INSERT INTO note (text) VALUES (?)", [("a",), ("b",)])
        assert await execute("UPDATE note SET text = text || '!'") == 2
        assert await fetch("DELETE FROM note WHERE id = ? RETURNING text", 1) == [("a!",)]
    assert await texts() == ["b!"]


async def test_the_query_builder_shares_the_engine(engine: Database, note: type[Table]) -> None:
    async with transaction():
        inserted = await note.insert(note(text="a")).returning(note.id)
        assert [row["id"] for row in inserted] == [1]
    await note.insert(note(text="b"))
    assert await note.count() == 2
    assert await texts() == ["a", "b"]


async def test_a_nested_transaction_belongs_to_the_outer_one(engine: Database) -> None:
    async def fail() -> None:
        async with transaction():
            async with transaction():
                await execute("INSERT INTO note (text) VALUES ('inner')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await texts() == []


async def test_a_part_is_undone_by_a_savepoint(engine: Database) -> None:
    async with transaction() as tx:
        await execute("INSERT INTO note (text) VALUES ('kept')")
        savepoint = await tx.savepoint()
        await execute("INSERT INTO note (text) VALUES ('undone')")
        await savepoint.rollback_to()
    assert await texts() == ["kept"]


async def test_a_cancelled_task_gives_the_writer_back(engine: Database) -> None:
    async def slow() -> None:
        async with transaction():
            await execute("INSERT INTO note (text) VALUES ('cancelled')")
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await write("after")
    assert await texts() == ["after"]


@pytest.mark.parametrize("steps", range(12))
async def test_cancelled_at_any_step_nothing_stays_open(engine: Database, steps: int) -> None:
    """Also between asking for BEGIN and hearing that it worked: the writer must not be handed on inside it."""
    task = asyncio.create_task(write("maybe"))
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(write("after"), 5)
    assert (await texts())[-1] == "after"


async def test_a_volley_of_cancellations_leaves_the_pool_whole(engine: Database) -> None:
    tasks = [asyncio.create_task(write(str(number)) if number % 2 else texts()) for number in range(60)]
    for step, task in enumerate(tasks):
        if step % 3 == 0:
            await asyncio.sleep(0.001)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.wait_for(write("after"), 5)
    await asyncio.wait_for(asyncio.gather(*(texts() for _ in range(10))), 5)


async def test_a_task_may_outlive_the_transaction_it_was_started_in(engine: Database, note: type[Table]) -> None:
    async def later() -> None:
        await asyncio.sleep(0.05)
        assert await texts() == []
        await write("by itself")
        await note.insert(note(text="and by the builder"))

    async with transaction():
        task = asyncio.create_task(later())

    async def failing() -> None:
        async with transaction():
            await asyncio.sleep(0.1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    await task
    assert await texts() == ["by itself", "and by the builder"]


async def test_a_transaction_that_ended_cannot_be_entered_again(engine: Database) -> None:
    async with transaction():
        late = transaction()
    with pytest.raises(TransactionError):
        await late.__aenter__()


async def test_a_commit_that_fails_is_told_and_undone(engine: Database) -> None:
    async with transaction():
        await execute("CREATE TABLE leaf (note BIGINT REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(INTEGRITY):
        async with transaction():
            await execute("INSERT INTO leaf (note) VALUES (77)")
    await write("after")
    assert await fetch("SELECT * FROM leaf") == []


async def test_closing_waits_for_the_writer(unopened: Database) -> None:
    engine = unopened
    await engine.start_connection_pool()
    entered = asyncio.Event()

    async def writing() -> None:
        async with engine.transaction():
            entered.set()
            await asyncio.sleep(0.05)

    task = asyncio.create_task(writing())
    await entered.wait()
    await engine.close_connection_pool()
    assert task.done()
    await task


async def test_a_snapshot_sees_one_moment(engine: Database) -> None:
    await write("before")
    async with snapshot():
        assert await texts() == ["before"]
        await asyncio.create_task(write_apart(engine))
        assert await texts() == ["before"]
        with pytest.raises(READ_ONLY, match=r"read.?only"):
            await execute("DELETE FROM note")
    assert await texts() == ["before", "meanwhile"]


async def write_apart(engine: Database) -> None:
    engine.current_transaction.set(None)
    await write("meanwhile")


@pytest.mark.parametrize("steps", range(8))
async def test_a_cancelled_snapshot_leaves_no_view_open(engine: Database, steps: int) -> None:
    async def look() -> None:
        async with snapshot():
            await texts()

    tasks = [asyncio.create_task(look()) for _ in range(4)]
    for _ in range(steps):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await write("after")
    for _ in range(4):
        async with snapshot():
            assert await texts() == ["after"]
