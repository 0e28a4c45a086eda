"""The first shape. Each slice keeps its own statements in `first/<slice>.py`; they run in the order of the names."""

import re
from importlib import import_module
from pkgutil import iter_modules

from server.database.migrations import first


def for_sqlite() -> tuple[str, ...]:
    """Every statement of every slice, as SQLite is told them."""
    told = (entry if isinstance(entry, str) else entry.sqlite for entry in _statements())
    return tuple(statement for statement in told if statement)


def for_postgresql() -> tuple[str, ...]:
    """Every statement of every slice, as PostgreSQL is told them.

    Text is compared by its bytes, as on SQLite: pages are cut by ids, and no machine's language may change an order.
    """
    told = (entry if isinstance(entry, str) else entry.postgresql for entry in _statements())
    return tuple(re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', statement) for statement in told if statement)


def _statements() -> list[first.Statement]:
    names = sorted(module.name for module in iter_modules(first.__path__))
    tables: list[first.Statement] = []
    for name in names:
        tables.extend(import_module(f"{first.__name__}.{name}").TABLES)
    return tables
