"""One consistent view over several queries, without keeping writers waiting."""

from contextlib import AbstractAsyncContextManager

from server.database.current import current_engine


def snapshot() -> AbstractAsyncContextManager[None]:
    """All queries of the block see the database as it was at the first of them; writing is refused by the database.

    Inside a transaction the block belongs to that transaction.
    """
    return current_engine().snapshot()
