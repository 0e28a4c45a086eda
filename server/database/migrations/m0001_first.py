"""The first shape. Each slice keeps its own statements in `first/<slice>.py`; they run in the order of the names."""

from importlib import import_module
from pkgutil import iter_modules

from server.database.migrations import first


def statements() -> tuple[str, ...]:
    """Every CREATE statement of every slice."""
    names = sorted(module.name for module in iter_modules(first.__path__))
    tables: list[str] = []
    for name in names:
        tables.extend(import_module(f"{first.__name__}.{name}").TABLES)
    return tuple(tables)
