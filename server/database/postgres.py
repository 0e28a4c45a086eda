"""PostgreSQL as a Piccolo engine: a pool of kept connections, read-only but inside a transaction.

Our SQL is one text for both databases; here its ``?`` become ``$1, $2 …``, once a text.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from itertools import count
from types import TracebackType
from typing import Any, Literal, TypeAlias, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from piccolo.engine.exceptions import TransactionError
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

Connection: TypeAlias = PoolConnectionProxy
Pool: TypeAlias = asyncpg.Pool

LOCK_PATIENCE_MS = 15_000
"""How long a statement waits for a lock before it fails: a phone tries again, a stuck server does not."""

_streams = count(1)
WRITING = "BEGIN READ WRITE"
VIEWING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


@lru_cache(maxsize=2048)
def numbered(sql: str) -> str:
    """The text with ``$1, $2 …`` in place of ``?``; what stands in quotes is left alone."""
    parts = sql.split("'")
    number = 0
    for index in range(0, len(parts), 2):  # every other part stands between quotes
        first, *rest = parts[index].split("?")
        for piece in rest:
            number += 1
            first += f"${number}{piece}"
        parts[index] = first
    return "'".join(parts)


def storable(sql: str, args: Sequence[Any]) -> Sequence[Any]:
    """The arguments, NUL replaced: PostgreSQL has no text with it, so it is the same as no text that is stored."""
    if "json_each" in sql:
        args = [arg.replace("\\u0000", "\\ufffd") if isinstance(arg, str) else arg for arg in args]
    if any(isinstance(arg, str) and "\0" in arg for arg in args):
        args = [arg.replace("\0", "\ufffd") if isinstance(arg, str) else arg for arg in args]
    return args


class Transaction(PostgresTransaction):
    """BEGIN … COMMIT on a connection of its own; inside another transaction it is part of that one."""

    __slots__ = ("_begin", "_pool", "committed", "done")

    engine: "PooledPostgres"
    connection: Connection
    committed: list[Callable[[], None]]
    """Called once everything is committed."""
    done: bool

    def __init__(self, engine: "PooledPostgres", begin: str = WRITING, allow_nested: bool = True) -> None:
        super().__init__(engine=engine, allow_nested=allow_nested)
        self._begin = begin

    async def __aenter__(self) -> "Transaction":
        if self._parent is not None:
            parent = cast("Transaction", self._parent)
            if parent.done:
                raise TransactionError("The enclosing transaction has ended")
            return parent
        self.done, self.committed = False, []
        self._pool = self.engine.open_pool()
        self.connection = await borrowed(self._pool)
        try:
            with answering(self.connection):
                await self.connection.execute(self._begin)
        except BaseException:
            await asyncio.shield(self._abandon())
            raise
        self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        if self._parent is not None:
            return False
        self.done = True
        self.engine.current_transaction.set(None)
        # A cancelled request still ends its transaction and gives the connection back.
        await asyncio.shield(self._finish(ok=exception_type is None))
        return False

    async def _finish(self, *, ok: bool) -> None:
        if not ok or self._rolled_back or self._committed or self._begin == VIEWING:
            await self._abandon()
            return
        try:
            await self._commit()
        except BaseException:
            await self._abandon()
            raise
        await self._pool.release(self.connection)
        for call in self.committed:
            call()

    async def _commit(self) -> None:
        with answering(self.connection):
            if await self.connection.execute("COMMIT") != "COMMIT":
                # A statement failed and somebody caught it: the database has undone everything, without a word.
                raise asyncpg.InFailedSQLTransactionError("the transaction was rolled back")

    async def _abandon(self) -> None:
        """Roll back what is open. A connection that cannot is not used again."""
        try:
            await self.connection.execute("ROLLBACK")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            if not is_gone(self.connection):
                self.connection.terminate()
        finally:
            await self._pool.release(self.connection)

    async def commit(self) -> None:
        """Commit now; what follows in the block is outside."""
        await self._commit()
        self._committed = True

    async def rollback(self) -> None:
        """Roll back now; what follows in the block is outside."""
        await self.connection.execute("ROLLBACK")
        self._rolled_back = True


class PooledPostgres(PostgresEngine):
    """Piccolo's PostgreSQL engine over a pool. Only usable between start and close of the pool."""

    __slots__ = ("_most", "_types")

    name: Literal["postgresql"] = "postgresql"
    row_lock = " FOR UPDATE"
    """Ends a SELECT whose rows nobody else may change until the transaction ends."""

    def __init__(self, url: str, *, connections: int = 12) -> None:
        super().__init__(config={"dsn": url}, extensions=())
        self._most = connections
        self._types: dict[str, dict[str, str]] = {}

    async def check_version(self) -> None:
        """Nothing: Piccolo would open a connection for it, here, before anybody asked for one."""

    async def start_connection_pool(self, **_: Any) -> None:
        """Open the pool. Without effect when started. Raises asyncpg's errors and OSError when nobody answers."""
        if self.pool is not None:
            return
        self.pool = await asyncpg.create_pool(
            **self.config,
            min_size=1,
            max_size=self._most,
            statement_cache_size=512,
            max_cached_statement_lifetime=0,
            # Connections come back between two transactions and unchanged: no round trip to clean them.
            reset=_nothing,
            server_settings={
                "application_name": "xunfang",
                "default_transaction_read_only": "on",
                "lock_timeout": str(LOCK_PATIENCE_MS),
                # Lists and their order are the same on every machine, and no plan is worth compiling here.
                "jit": "off",
                # What lists look at is in memory, where an index costs little more to read than a table; to start
                # further processes for one of them costs more than it saves.
                "random_page_cost": "1.1",
                "max_parallel_workers_per_gather": "0",
            },
        )

    async def close_connection_pool(self) -> None:
        """Wait for running work, then close every connection. Without effect when closed."""
        if self.pool is not None:
            pool, self.pool = self.pool, None
            await pool.close()

    def open_pool(self) -> Pool:
        """The pool. Raises RuntimeError when it is not open."""
        if self.pool is None:
            raise RuntimeError("The database is not open")
        return cast(Pool, self.pool)

    @asynccontextmanager
    async def _at_hand(self) -> AsyncIterator[Connection]:
        """The connection of the transaction this task is in, else one that refuses to write."""
        if (current := self.live_transaction()) is not None:
            with answering(current.connection):
                yield current.connection
            return
        pool = self.open_pool()
        connection = await borrowed(pool)
        try:
            with answering(connection):
                yield connection
        except asyncio.CancelledError:
            # The driver prepares without a Sync: who came next would still be inside a statement that was broken off.
            if not is_gone(connection):
                connection.terminate()
            raise
        finally:
            await pool.release(connection)

    def live_transaction(self) -> Transaction | None:
        """The transaction this task is in. One that ended is forgotten: a task may outlive its parent's."""
        current = cast("Transaction | None", self.current_transaction.get())
        if current is not None and current.done:
            self.current_transaction.set(None)
            return None
        return current

    def transaction(self, allow_nested: bool = True) -> Transaction:
        self.live_transaction()
        return Transaction(self, WRITING, allow_nested)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """All queries of the block see the database as it was at the first of them; writing is refused."""
        if self.live_transaction() is not None:
            yield
            return
        async with Transaction(self, VIEWING):
            yield

    # Plain SQL

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        """All rows of a query: in the transaction of this task, else on a connection that refuses to write."""
        text, args = numbered(sql), storable(sql, args)
        async with self._at_hand() as connection:
            return [tuple(row) for row in await connection.fetch(text, *args)]

    look_up = fetch

    async def execute(self, sql: str, args: Sequence[Any]) -> int:
        """Run one writing statement; returns how many rows it touched. Raises RuntimeError outside a transaction."""
        with answering(self._writer()) as connection:
            status = await connection.execute(numbered(sql), *storable(sql, args))
        touched = status.rpartition(" ")[2]
        return int(touched) if touched.isdigit() else -1

    async def execute_each(self, statements: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """Run some writing statements, each once a row of arguments. Raises RuntimeError outside a transaction."""
        with answering(self._writer()) as connection:
            for sql, rows in statements:
                await connection.executemany(numbered(sql), [storable(sql, row) for row in rows])

    async def types_of(self, table: str, columns: Sequence[str]) -> tuple[str, ...]:
        """The types of some columns of a table, as SQL writes them; asked for once a table."""
        if table not in self._types:
            asked = "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = ?::regclass"
            self._types[table] = {row[0]: row[1] for row in await self.fetch(asked, (table,))}
        return tuple(self._types[table][name] for name in columns)

    async def stream(self, sql: str, size: int = 1000) -> AsyncIterator[list[tuple[Any, ...]]]:
        """The rows of a query, some at a time. Only inside a transaction or a snapshot."""
        # A name of its own: the driver remembers what columns a FETCH of this text has.
        name = f"stream_{next(_streams)}"
        connection = self._writer()
        await connection.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}")
        while rows := await connection.fetch(f"FETCH {size} FROM {name}"):
            yield [tuple(row) for row in rows]

    async def load(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Put whole rows into a table, numbers that it would give by itself included."""
        records = [tuple(row) for row in rows]
        await self._writer().copy_records_to_table(table, columns=list(columns), records=records)

    def _writer(self) -> Connection:
        current = self.live_transaction()
        if current is None:
            raise RuntimeError("A writing statement needs a transaction")
        return current.connection

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        """Piccolo's queries: writing ones outside a transaction get one of their own."""
        text, args = querystring.compile_string(engine_type=self.engine_type)
        if self.live_transaction() is None and text.lstrip()[:6].upper() != "SELECT":
            async with self.transaction() as writing:
                return await writing.connection.fetch(text, *args)
        async with self._at_hand() as connection:
            return await connection.fetch(text, *args)


@contextmanager
def answering(connection: Connection) -> Iterator[Connection]:
    """Raises asyncpg.ConnectionFailureError where the driver only says that it cannot use a closed connection."""
    try:
        yield connection
    except asyncpg.InternalClientError as error:  # the driver has half read that the server hangs up
        if not is_gone(connection):
            connection.terminate()
        raise asyncpg.ConnectionFailureError(str(error)) from error
    except asyncpg.InterfaceError as error:
        if is_gone(connection):
            raise asyncpg.ConnectionFailureError(str(error)) from error
        raise


def is_gone(connection: Connection) -> bool:
    """Whether the server or the network ended a borrowed connection; the pool then took it back by itself."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


async def borrowed(pool: Pool) -> Connection:
    """A connection of the pool. Raises asyncpg.ConnectionFailureError when the server is away."""
    try:
        return cast(Connection, await pool.acquire())
    except OSError as error:  # the socket itself: asyncpg leaves that one as the system tells it
        raise asyncpg.ConnectionFailureError(str(error)) from error


async def _nothing(_: Any) -> None:
    return None
