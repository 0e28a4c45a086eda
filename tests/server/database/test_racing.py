"""Several programmes start at once on an empty database: one makes the tables, the others wait and find them."""

import asyncio
import sys
from pathlib import Path

from server.database import Database, opened
from server.database.migrations import HISTORY
from server.database.query import fetch

ROOT = Path(__file__).parents[3]
STARTS = 6
MIGRATE = """
import asyncio, sys
from pathlib import Path
from server.database import PooledPostgres, PooledSQLite, opened
from server.database.migrations import HISTORY, migrate

async def main(kind, place):
    async with opened(PooledPostgres(place) if kind == "postgresql" else PooledSQLite(Path(place))) as engine:
        print(len(await migrate(engine, HISTORY, 1)))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_racing_starts_migrate_once(unopened: Database, path: Path) -> None:
    place = str(path) if unopened.name == "sqlite" else unopened.config["dsn"]
    racing = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATE, unopened.name, place, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(STARTS)
    ]
    said = [(await process.communicate())[0].decode().strip() for process in racing]
    assert [process.returncode for process in racing] == [0] * STARTS
    assert sorted(said) == ["0"] * (STARTS - 1) + [str(len(HISTORY))]
    async with opened(unopened):
        assert await fetch("SELECT rev, epoch FROM clock") == [(0, 1)]
