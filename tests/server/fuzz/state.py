"""Everything a server keeps, as hashes: what a refused request must leave as it was."""

import hashlib

from server.database import current_engine
from server.database.query import fetch
from tests.server.fuzz.ground import Ground

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}
_COLUMNS = {"device": "id, person, revoked_at, settled", "session": "device"}
"""Of these tables only what a request does not touch by coming in: when a device was seen is noted anyhow."""


async def state(ground: Ground) -> dict[str, str]:
    """Table or folder -> hash of what is in it."""
    out = {}
    for (table,) in await fetch(_TABLES[current_engine().name]):
        rows = await fetch(f"SELECT {_COLUMNS.get(table, '*')} FROM {table}")
        out[table] = hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
    for name in ("uploads", "photos"):
        files = [path for path in (ground.world.folder / name).rglob("*") if path.is_file()]
        out[f"folder {name}"] = repr(sorted((path.name, path.stat().st_size) for path in files))
    return out


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is not as it was."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
