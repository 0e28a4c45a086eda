"""The database: one engine for the whole process, transactions, plain SQL, migrations in one line of history."""

from server.database.current import Database, Transaction, bind, current_engine, engine_of, opened, release, transaction
from server.database.engine import PooledSQLite
from server.database.postgres import PooledPostgres

__all__ = [
    "Database",
    "PooledPostgres",
    "PooledSQLite",
    "Transaction",
    "bind",
    "current_engine",
    "engine_of",
    "opened",
    "release",
    "transaction",
]
