"""One consistent view over several queries, without keeping writers waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from piccolo.engine.sqlite import TransactionType

from server.database.current import current_engine
from server.database.engine import Transaction, in_thread


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """All queries of the block see the database as it was at the first of them; writing is refused by the database.

    Inside a transaction the block belongs to that transaction.
    """
    engine = current_engine()
    if engine.live_transaction() is not None:
        yield
        return
    async with engine.reader() as connection:
        view = Transaction(engine=engine, transaction_type=TransactionType.deferred, allow_nested=True)
        view.done, view.connection = False, connection
        try:
            await in_thread(connection, lambda raw: raw.execute("BEGIN"))
            engine.current_transaction.set(view)
            yield
        finally:
            view.done = True
            engine.current_transaction.set(None)
            await asyncio.shield(in_thread(connection, lambda raw: raw.rollback()))
