"""One writer, some readers: nothing is lost, locked for ever or left running, whatever is cancelled."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from piccolo.engine.exceptions import TransactionError
from piccolo.table import Table

from server.database import PooledSQLite, opened, transaction
from server.database.query import execute, execute_many, fetch
from server.database.snapshot import snapshot


async def texts() -> list[str]:
    return [row[0] for row in await fetch("SELECT text FROM note ORDER BY id")]


async def threads_are(number: int) -> None:
    """A thread that has answered for the last time may take a moment to end."""
    for _ in range(100):
        if threading.active_count() == number:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(threading.enumerate())


async def write(text: str) -> None:
    async with transaction():
        await execute("INSERT INTO note (text) VALUES (?)", text)


async def test_it_is_tuned_for_power_cuts(engine: PooledSQLite) -> None:
    async with transaction():
        assert await fetch("PRAGMA journal_mode") == [("wal",)]
        assert await fetch("PRAGMA synchronous") == [(2,)]
        assert await fetch("PRAGMA foreign_keys") == [(1,)]
        assert await fetch("PRAGMA busy_timeout") == [(5000,)]


async def test_a_transaction_is_all_or_nothing(engine: PooledSQLite) -> None:
    async def fail() -> None:
        async with transaction():
            await execute("INSERT INTO note (text) VALUES ('lost')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await write("kept")
    assert await texts() == ["kept"]


async def test_queries_inside_see_what_is_not_committed_and_those_outside_do_not(engine: PooledSQLite) -> None:
    async with transaction():
        await execute("INSERT INTO note (text) VALUES ('new')")
        assert await texts() == ["new"]
        outside = asyncio.create_task(fetch_apart(engine))
        assert await outside == []
    assert await texts() == ["new"]


async def fetch_apart(engine: PooledSQLite) -> list[object]:
    engine.current_transaction.set(None)
    return list(await fetch("SELECT text FROM note"))


async def test_writing_needs_a_transaction(engine: PooledSQLite) -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        await execute("DELETE FROM note")
    with pytest.raises(RuntimeError, match="needs a transaction"):
        await execute_many("INSERT INTO note (text) VALUES (?)", [("x",)])
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await fetch("INSERT INTO note (text) VALUES ('x') RETURNING id")


async def test_rows_touched_and_rows_returned(engine: PooledSQLite) -> None:
    async with transaction():
        await execute_many("INSERT INTO note (text) VALUES (?)", [("a",), ("b",)])
        assert await execute("UPDATE note SET text = text || '!'") == 2
        assert await fetch("DELETE FROM note WHERE id = ? RETURNING text", 1) == [("a!",)]
    assert await texts() == ["b!"]


async def test_the_query_builder_shares_the_engine(engine: PooledSQLite, note: type[Table]) -> None:
    async with transaction():
        inserted = await note.insert(note(text="a")).returning(note.id)
        assert [row["id"] for row in inserted] == [1]
    await note.insert(note(text="b"))
    assert await note.count() == 2
    assert await texts() == ["a", "b"]


async def test_concurrent_writers_queue(engine: PooledSQLite) -> None:
    async def read_modify_write() -> None:
        async with transaction():
            ((count,),) = await fetch("SELECT COUNT(*) FROM note")
            await asyncio.sleep(0)
            await execute("INSERT INTO note (text) VALUES (?)", str(count))

    await asyncio.gather(*(read_modify_write() for _ in range(100)), *(texts() for _ in range(100)))
    assert await texts() == [str(number) for number in range(100)]


async def test_a_nested_transaction_belongs_to_the_outer_one(engine: PooledSQLite) -> None:
    async def fail() -> None:
        async with transaction():
            async with transaction():
                await execute("INSERT INTO note (text) VALUES ('inner')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await texts() == []


async def test_a_part_is_undone_by_a_savepoint(engine: PooledSQLite) -> None:
    async with transaction() as tx:
        await execute("INSERT INTO note (text) VALUES ('kept')")
        savepoint = await tx.savepoint()
        await execute("INSERT INTO note (text) VALUES ('undone')")
        await savepoint.rollback_to()
    assert await texts() == ["kept"]


async def test_a_cancelled_task_gives_the_writer_back(engine: PooledSQLite) -> None:
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
async def test_cancelled_at_any_step_nothing_stays_open(engine: PooledSQLite, steps: int) -> None:
    """Also between asking for BEGIN and hearing that it worked: the writer must not be handed on inside it."""
    task = asyncio.create_task(write("maybe"))
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(write("after"), 5)
    assert (await texts())[-1] == "after"


async def test_a_volley_of_cancellations_leaves_the_pool_whole(engine: PooledSQLite) -> None:
    tasks = [asyncio.create_task(write(str(number)) if number % 2 else texts()) for number in range(60)]
    for step, task in enumerate(tasks):
        if step % 3 == 0:
            await asyncio.sleep(0.001)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.wait_for(write("after"), 5)
    await asyncio.wait_for(asyncio.gather(*(texts() for _ in range(10))), 5)


async def test_a_task_may_outlive_the_transaction_it_was_started_in(engine: PooledSQLite, note: type[Table]) -> None:
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


async def test_a_transaction_that_ended_cannot_be_entered_again(engine: PooledSQLite) -> None:
    async with transaction():
        late = transaction()
    with pytest.raises(TransactionError):
        await late.__aenter__()


async def test_another_programme_holding_the_lock_is_an_error_and_leaks_nothing(
    engine: PooledSQLite, path: Path
) -> None:
    async with transaction():
        await fetch("PRAGMA busy_timeout = 20")
    threads = threading.active_count()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await write("refused")
    other.execute("ROLLBACK")
    other.close()
    await threads_are(threads)
    await write("after")
    assert await texts() == ["after"]


async def test_a_commit_that_fails_is_told_and_undone(engine: PooledSQLite) -> None:
    async with transaction():
        await execute("CREATE TABLE leaf (note BIGINT REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(sqlite3.IntegrityError):
        async with transaction():
            await execute("INSERT INTO leaf (note) VALUES (77)")
    await write("after")
    assert await fetch("SELECT * FROM leaf") == []


async def test_closing_ends_every_thread(path: Path) -> None:
    before = threading.active_count()
    async with opened(PooledSQLite(path)) as engine:
        assert threading.active_count() > before
        await fetch("SELECT 1")
    await threads_are(before)
    with pytest.raises(RuntimeError, match="not open"):
        await engine.read_or_join(lambda raw: raw.execute("SELECT 1"))
    with pytest.raises(RuntimeError, match="No database"):
        await fetch("SELECT 1")


async def test_a_file_that_is_no_database_is_an_error_without_leftovers(path: Path) -> None:
    path.write_bytes(b"this is not a database, but long enough to be read as a header of one" * 20)
    threads = threading.active_count()
    with pytest.raises(sqlite3.DatabaseError):
        await PooledSQLite(path).start_connection_pool()
    await threads_are(threads)


async def test_closing_waits_for_the_writer(path: Path) -> None:
    engine = PooledSQLite(path)
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


async def test_a_snapshot_sees_one_moment(engine: PooledSQLite) -> None:
    await write("before")
    async with snapshot():
        assert await texts() == ["before"]
        await asyncio.create_task(write_apart(engine))
        assert await texts() == ["before"]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await execute("DELETE FROM note")
    assert await texts() == ["before", "meanwhile"]


async def write_apart(engine: PooledSQLite) -> None:
    engine.current_transaction.set(None)
    await write("meanwhile")


@pytest.mark.parametrize("steps", range(8))
async def test_a_cancelled_snapshot_leaves_no_view_open(engine: PooledSQLite, steps: int) -> None:
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
