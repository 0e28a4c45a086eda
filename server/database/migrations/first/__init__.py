"""One module a slice, each with ``TABLES`` of plain SQL: TEXT, BIGINT, INTEGER, DOUBLE PRECISION only.

A statement is a text for both databases, or a pair where they differ.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple


class Both(NamedTuple):
    """What each database is told; empty where it needs nothing."""

    sqlite: str
    postgresql: str


Statement = str | Both


def for_sqlite(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The statements as SQLite is told them."""
    told = (entry if isinstance(entry, str) else entry.sqlite for entry in statements)
    return tuple(statement for statement in told if statement)


def for_postgresql(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The statements as PostgreSQL is told them.

    Text is compared by its bytes, as on SQLite: pages are cut by ids, and no machine's language may change an order.
    """
    told = (entry if isinstance(entry, str) else entry.postgresql for entry in statements)
    return tuple(re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', statement) for statement in told if statement)
