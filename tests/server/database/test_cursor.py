"""No committed row is ever skipped: sixteen writers in four processes on PostgreSQL, and phones that poll meanwhile.

The proof can fail: with a sequence in place of the clock's row, revs become visible in another order than they were
given, a cursor goes past one that is not committed yet, and its row never comes.
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from server.database.query import fetch
from tests.server.databases import PostgreSQL
from tests.server.phone import Phone
from tests.server.protocol.world import World, build, opened

ROOT = Path(__file__).parents[3]
PROCESSES = 4
SECONDS = 5
SEQUENCE = """
CREATE SEQUENCE mutant;
SELECT setval('mutant', (SELECT rev FROM clock));
ALTER TABLE clock RENAME TO clock_;
CREATE VIEW clock AS SELECT id, (SELECT MAX(rev) FROM feed) AS rev, epoch, horizon FROM clock_;
"""
"""The usual way: numbers from a sequence, and as cursor the highest that can be seen."""


@pytest.fixture
def url(postgres: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres.like("cursor", lambda url: asyncio.run(build(tmp_path_factory.mktemp("seeding"), url))) as url:
        yield url


async def missed(url: str, folder: Path, mutant: bool) -> tuple[int, set[tuple[str, str]]]:
    """How many records were written, and those that a phone which polled all the time does not hold at the end."""
    async with opened(folder, url) as world:
        phones = await world.team("sue", "sam")
        program = [sys.executable, "-m", "tests.server.database.writers", url, str(SECONDS), *["mutant"] * mutant]
        writing = [await asyncio.create_subprocess_exec(*program, str(number), cwd=ROOT) for number in range(PROCESSES)]
        done = asyncio.gather(*(process.wait() for process in writing))
        await poll(world, done)
        assert await done == [0] * PROCESSES
        await pull(world)
        written = {("inspection", row[0]) for row in await fetch("SELECT id FROM inspection")}
        written |= {("finding", row[0]) for row in await fetch("SELECT id FROM finding")}
        return len(written), {key for key in written for phone in phones if not phone.has(*key)}


async def poll(world: World, until: "asyncio.Future[list[int]]") -> None:
    while not until.done():
        await pull(world)


async def pull(world: World) -> None:
    for phone in world.phones:
        await Phone.sync(phone)  # a Hand would call a finding without its inspection a leak; here it is a loss


async def test_no_committed_row_is_skipped(url: str, tmp_path: Path) -> None:
    count, lost = await missed(url, tmp_path, mutant=False)
    assert count > 200
    assert lost == set()


async def test_with_a_sequence_rows_are_lost(url: str, tmp_path: Path) -> None:
    """What this suite must be able to see."""
    connection = await asyncpg.connect(url)
    await connection.execute(SEQUENCE)
    await connection.close()
    count, lost = await missed(url, tmp_path, mutant=True)
    assert count > 200
    assert lost
