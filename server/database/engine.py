"""The embedded database as a Piccolo engine: one writer, a few readers, every connection kept open.

Piccolo's own SQLite engine opens a connection and a thread for each query and begins transactions DEFERRED, so
concurrent writers fail with "database is locked". Here writers queue for one connection and begin IMMEDIATE.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TypeVar, cast

import aiosqlite
from piccolo.engine.exceptions import TransactionError
from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory
from piccolo.table import Table

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-16000",
    "journal_size_limit=67108864",
    # A push touches a page or two a record: the more of them meet in the log, the fewer are carried over one by one.
    "wal_autocheckpoint=4000",
)


class Transaction(SQLiteTransaction):
    """BEGIN IMMEDIATE … COMMIT on the writer; inside another transaction it is part of that one."""

    __slots__ = ("committed", "done")

    engine: "PooledSQLite"
    committed: list[Callable[[], None]]
    """Called once everything is committed."""
    done: bool

    async def __aenter__(self) -> "Transaction":
        if self._parent is not None:
            parent = cast("Transaction", self._parent)
            if parent.done:
                raise TransactionError("The enclosing transaction has ended")
            return parent
        self.done, self.committed = False, []
        self.connection = await self.engine.borrow_writer()
        try:
            await self._begin()
        except BaseException:
            await asyncio.shield(self._abandon())
            raise
        self.engine.current_transaction.set(self)
        return self

    async def _begin(self) -> None:
        """On the spot; only who has to wait for another process does so in the connection's thread."""
        raw, begin = self.connection._conn, f"BEGIN {self.transaction_type.value}"
        raw.execute("PRAGMA busy_timeout=0")
        try:
            raw.execute(begin)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        else:
            return
        finally:
            raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        await self.connection.execute(begin)

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
        # A cancelled request still ends its transaction and gives the writer back.
        await asyncio.shield(self._finish(ok=exception_type is None))
        return False

    async def _finish(self, *, ok: bool) -> None:
        if not ok or self._rolled_back or self._committed:
            await self._abandon()
            return
        try:
            await self.connection.execute("COMMIT")
        except BaseException:
            await self._abandon()
            raise
        self.engine.return_writer()
        for call in self.committed:
            call()

    async def _abandon(self) -> None:
        """Roll back what is open, if anything: a BEGIN whose caller was cancelled may have succeeded since."""
        try:
            await self.connection.rollback()
        finally:
            self.engine.return_writer()


class PooledSQLite(SQLiteEngine):
    """Piccolo's SQLite engine over kept connections. Only usable between start and close of its pool."""

    __slots__ = ("_all", "_near", "_reader_count", "_readers", "_write_lock", "_writer")

    name: Literal["sqlite"] = "sqlite"
    row_lock = ""
    """Ends a SELECT whose rows nobody else may change until the transaction ends: here nobody else is in one."""

    def __init__(self, path: Path, *, readers: int = 2) -> None:
        super().__init__(path=str(path), timeout=BUSY_TIMEOUT_MS / 1000)
        self._reader_count = readers
        self._writer: aiosqlite.Connection | None = None
        self._all: list[aiosqlite.Connection] = []

    async def get_connection(self) -> aiosqlite.Connection:
        """A new connection with our settings. The caller closes it."""
        # Its own thread does the long work, ours the look-ups; never both at once.
        connection = await aiosqlite.connect(**{**self.connection_kwargs, "check_same_thread": False})
        try:
            connection.row_factory = cast(type, dict_factory)  # aiosqlite's hint is narrower than sqlite3's
            for pragma in PRAGMAS:
                await connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            await connection.close()
            raise
        return connection

    async def start_connection_pool(self, **_: Any) -> None:
        """Open the writer and the readers; the file is made if it is not there. Without effect when started."""
        if self._writer is not None:
            return
        self._write_lock = asyncio.Lock()
        self._readers: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        try:
            writer = await self._opened()
            self._near = await self._opened_to_read()
            for _i in range(self._reader_count):
                self._readers.put_nowait(await self._opened_to_read())
        except BaseException:
            await self._close_all()
            raise
        self._writer = writer

    async def _opened(self) -> aiosqlite.Connection:
        connection = await self.get_connection()
        self._all.append(connection)
        return connection

    async def _opened_to_read(self) -> aiosqlite.Connection:
        reader = await self._opened()
        await reader.execute("PRAGMA query_only=ON")
        return reader

    async def close_connection_pool(self) -> None:
        """Wait for running work, then close every connection. Without effect when closed."""
        if self._writer is None:
            return
        async with self._write_lock:
            for _i in range(self._reader_count):
                await self._readers.get()
            self._writer = None
            await self._close_all()

    async def _close_all(self) -> None:
        connections, self._all = self._all, []
        for connection in connections:
            await connection.close()

    async def borrow_writer(self) -> aiosqlite.Connection:
        """The one writing connection, when its turn comes. Pair with `return_writer`."""
        self._must_be_open()
        await self._write_lock.acquire()
        try:
            return self._must_be_open()  # it may have been closed while this task queued for its turn
        except RuntimeError:
            self._write_lock.release()
            raise

    def _must_be_open(self) -> aiosqlite.Connection:
        if self._writer is None:
            raise RuntimeError("The database is not open")
        return self._writer

    def return_writer(self) -> None:
        self._write_lock.release()

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[aiosqlite.Connection]:
        """One reading connection; the database refuses to write through it."""
        self._must_be_open()
        connection = await self._readers.get()
        try:
            yield connection
        finally:
            self._readers.put_nowait(connection)

    def live_transaction(self) -> Transaction | None:
        """The transaction this task is in. One that ended is forgotten: a task may outlive its parent's."""
        current = cast("Transaction | None", self.current_transaction.get())
        if current is not None and current.done:
            self.current_transaction.set(None)
            return None
        return current

    def transaction(
        self, transaction_type: TransactionType = TransactionType.immediate, allow_nested: bool = True
    ) -> Transaction:
        self.live_transaction()
        return Transaction(engine=self, transaction_type=transaction_type, allow_nested=allow_nested)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """All queries of the block see the database as it was at the first of them; writing is refused."""
        if self.live_transaction() is not None:
            yield
            return
        async with self.reader() as connection:
            view = Transaction(engine=self, transaction_type=TransactionType.deferred, allow_nested=True)
            view.done, view.connection = False, connection
            # Both do nothing but set a mark, so they are not worth a hand-over to the connection's thread …
            connection._conn.execute("BEGIN")
            self.current_transaction.set(view)
            try:
                yield
            except BaseException:
                # … but that may still be at work for a request that was cancelled.
                await asyncio.shield(in_thread(connection, lambda raw: raw.rollback()))
                raise
            else:
                connection._conn.rollback()
            finally:
                view.done = True
                self.current_transaction.set(None)

    # Plain SQL

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        """All rows of a query: in the transaction of this task, else on a reader, which refuses to write."""

        def run(raw: sqlite3.Connection) -> list[tuple[Any, ...]]:
            cursor = raw.cursor()
            cursor.row_factory = None
            return cursor.execute(sql, args).fetchall()

        return await self.read_or_join(run)

    async def look_up(self, sql: str, args: Sequence[Any]) -> list[tuple[Any, ...]]:
        """As ``fetch``, in this very thread: for queries so short that a hand-over would be most of their cost."""
        current = self.live_transaction()
        if current is None:
            await asyncio.sleep(0)  # who asks again and again without ever waiting must let others go first
        connection = self._nearest() if current is None else cast(aiosqlite.Connection, current.connection)
        cursor = connection._conn.cursor()
        cursor.row_factory = None
        return cursor.execute(sql, args).fetchall()

    async def execute(self, sql: str, args: Sequence[Any]) -> int:
        """Run one writing statement; returns how many rows it touched. Raises RuntimeError outside a transaction."""
        return await in_thread(self._own(), lambda raw: raw.execute(sql, args).rowcount)

    async def execute_each(self, statements: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """Run some writing statements, each once a row of arguments. Raises RuntimeError outside a transaction."""

        def run(raw: sqlite3.Connection) -> None:
            for sql, rows in statements:
                raw.executemany(sql, rows)

        await in_thread(self._own(), run)

    async def stream(self, sql: str, size: int = 1000) -> AsyncIterator[list[tuple[Any, ...]]]:
        """The rows of a query, some at a time. Only inside a transaction or a snapshot."""
        connection = self._own()

        def begin(raw: sqlite3.Connection) -> sqlite3.Cursor:
            cursor = raw.cursor()
            cursor.row_factory = None
            return cursor.execute(sql)

        cursor = await in_thread(connection, begin)
        while rows := await in_thread(connection, lambda _: cursor.fetchmany(size)):
            yield rows

    async def load(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Put whole rows into a table, numbers that it would give by itself included."""
        insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        await self.execute_each([(insert, rows)])

    def _nearest(self) -> aiosqlite.Connection:
        """The reader of look-ups outside transactions; nothing is ever left running on it."""
        self._must_be_open()
        return self._near

    def _own(self) -> aiosqlite.Connection:
        current = self.live_transaction()
        if current is None:
            raise RuntimeError("A writing statement needs a transaction")
        return cast(aiosqlite.Connection, current.connection)

    async def read_or_join(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` in the connection's thread: inside a transaction on its connection, else on a reader."""
        if (current := self.live_transaction()) is not None:
            return await in_thread(current.connection, work)
        async with self.reader() as connection:
            return await in_thread(connection, work)

    async def _run_in_existing_connection(
        self,
        connection: aiosqlite.Connection,
        query: str,
        args: Sequence[Any] | None = None,
        query_type: str = "generic",
        table: type[Table] | None = None,
    ) -> list[dict[str, Any]]:
        current = self.live_transaction()
        if current is None:
            return await self._run_in_new_connection(query, args, query_type, table)
        return await in_thread(current.connection, lambda raw: raw.execute(query, args or ()).fetchall())

    async def _run_in_new_connection(
        self,
        query: str,
        args: Sequence[Any] | None = None,
        query_type: str = "generic",
        table: type[Table] | None = None,
    ) -> list[dict[str, Any]]:
        def run(raw: sqlite3.Connection) -> list[dict[str, Any]]:
            return raw.execute(query, args or ()).fetchall()

        if query.lstrip()[:6].upper() == "SELECT":
            return await self.read_or_join(run)
        async with self.transaction() as writing:
            return await in_thread(writing.connection, run)


async def in_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run ``work`` on the raw connection in its own thread: one hop, where a cursor by aiosqlite takes three."""
    run = cast(Callable[[Callable[[], T]], Awaitable[T]], connection._execute)
    return await run(lambda: work(connection._conn))
