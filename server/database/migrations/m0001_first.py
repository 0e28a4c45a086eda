"""The first shape. Each slice keeps its own statements in `first/<slice>.py`; they run in the order of the names."""

from importlib import import_module
from pkgutil import iter_modules

from server.database.migrations import first


def for_sqlite() -> tuple[str, ...]:
    """Every statement of every slice, as SQLite is told them."""
    return first.for_sqlite(_statements())


def for_postgresql() -> tuple[str, ...]:
    """Every statement of every slice, as PostgreSQL is told them."""
    return first.for_postgresql(_statements())


def _statements() -> list[first.Statement]:
    names = sorted(module.name for module in iter_modules(first.__path__))
    tables: list[first.Statement] = []
    for name in names:
        tables.extend(import_module(f"{first.__name__}.{name}").TABLES)
    return tables
