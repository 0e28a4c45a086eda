"""The database: one engine for the whole process, transactions, plain SQL, migrations in one line of history."""

from server.database.current import bind, current_engine, opened, release, transaction
from server.database.engine import PooledSQLite, Transaction

__all__ = ["PooledSQLite", "Transaction", "bind", "current_engine", "opened", "release", "transaction"]
