"""What is special about a server of its own: it may go away, and it may undo a transaction without a word."""

import asyncio

import asyncpg
import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from server.database import Database, transaction
from server.database.postgres import numbered
from server.database.query import execute, fetch
from tests.server.database.test_engine import texts, write


@pytest.fixture
def database() -> str:
    return "postgresql"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT 1", "SELECT 1"),
        ("a = ? AND b IN (?, ?)", "a = $1 AND b IN ($2, $3)"),
        ("a = '?' AND b = ?", "a = '?' AND b = $1"),
        ("a LIKE ? ESCAPE '\\' OR c = 'it''s ?' OR b = ?", "a LIKE $1 ESCAPE '\\' OR c = 'it''s ?' OR b = $2"),
        ("?", "$1"),
    ],
)
def test_placeholders(ours: str, theirs: str) -> None:
    assert numbered(ours) == theirs


@pytest.mark.parametrize(("setting", "value"), [("random_page_cost", "1.1"), ("max_parallel_workers_per_gather", "0")])
async def test_lists_are_read_along_indexes_by_one_process(engine: Database, setting: str, value: str) -> None:
    assert await engine.fetch(f"SHOW {setting}", ()) == [(value,)]


async def test_an_error_that_was_caught_does_not_pass_for_a_commit(engine: Database) -> None:
    async def careless() -> None:
        async with transaction():
            await execute("INSERT INTO note (text) VALUES ('lost')")
            with pytest.raises(asyncpg.UndefinedTableError):
                await fetch("SELECT 1 FROM nowhere")

    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        await careless()
    await write("after")
    assert await texts() == ["after"]


async def cut(engine: Database) -> None:
    """End every connection of the server's pool, as a restart of the database does."""
    connection = await asyncpg.connect(engine.config["dsn"])
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


async def test_connections_that_broke_are_replaced(engine: Database) -> None:
    await asyncio.gather(*(write(str(number)) for number in range(8)))
    await cut(engine)
    for _ in range(20):
        try:
            await write("after")
        except asyncpg.PostgresConnectionError:
            continue
        break
    assert "after" in await texts()


async def test_a_transaction_whose_connection_broke_leaves_nothing(engine: Database) -> None:
    async def broken() -> None:
        async with transaction():
            await execute("INSERT INTO note (text) VALUES ('lost')")
            await cut(engine)
            await asyncio.sleep(0.05)
            await execute("INSERT INTO note (text) VALUES ('lost too')")

    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)):
        await broken()
    await write("after")
    assert await texts() == ["after"]


async def test_a_database_that_goes_away_and_comes_back(running: Litestar, client: AsyncClient) -> None:
    engine: Database = running.state.engine
    assert (await client.get("/api/health")).status_code == 200
    statuses = set()
    for _ in range(5):
        await cut(engine)
        statuses |= {reply.status_code for reply in await asyncio.gather(*(ask(client) for _ in range(5)))}
    assert statuses <= {401, 503}
    assert (await client.get("/api/health")).status_code == 200


async def ask(client: AsyncClient) -> Response:
    client.cookies.set("xunfang_session", "nobody")
    return await client.get("/api/session")


async def test_who_was_cancelled_between_preparing_and_running_leaves_no_statement_behind(
    engine: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver prepares without a Sync, so that the next BEGIN on the connection would come inside a statement."""
    prepare, prepared = asyncpg.Connection._get_statement, asyncio.Event()

    async def dawdling(*arguments: object, **more: object) -> object:
        statement = await prepare(*arguments, **more)
        prepared.set()
        await asyncio.Event().wait()
        return statement

    with monkeypatch.context() as patch:
        patch.setattr(asyncpg.Connection, "_get_statement", dawdling)
        asking = asyncio.create_task(fetch("SELECT text FROM note WHERE text <> ?", "never prepared before"))
        await prepared.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    await write("after")
    assert await texts() == ["after"]
