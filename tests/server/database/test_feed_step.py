"""The step that lays the feed by its records keeps every row, on a database that was in use before."""

from server.database import Database, opened, transaction
from server.database.migrations import HISTORY, migrate
from server.database.query import execute_many, fetch

ROWS = [
    (
        f"unit:{audience}:supervisor",
        "finding",
        f"{record:08x}",
        7 * record + audience,
        record % 5 == 0,
        1,
        1000 + record,
    )
    for record in range(40)
    for audience in range(3)
]
ALL = "SELECT audience, type, record, rev, gone, is_open, changed_at FROM feed ORDER BY audience, type, record"


async def test_rows_of_before_are_all_there(unopened: Database) -> None:
    step = next(index for index, one in enumerate(HISTORY) if one.name == "feed")
    rows = [(*row[:4], int(row[4]), *row[5:]) for row in ROWS]
    async with opened(unopened) as engine:
        await migrate(engine, HISTORY[:step], now=5)
        async with transaction():
            await execute_many("INSERT INTO feed VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        before = await fetch(ALL)
        assert len(before) == len(rows)
        assert await migrate(engine, HISTORY, now=6) == [one.name for one in HISTORY[step:]]
        assert await fetch(ALL) == before


async def test_an_entry_is_found_by_its_record(unopened: Database) -> None:
    """What belongs to a record stands together: its readers are one search."""
    async with opened(unopened) as engine:
        await migrate(engine, HISTORY, now=5)
        if engine.name == "sqlite":
            asked = "EXPLAIN QUERY PLAN SELECT audience FROM feed WHERE type = 'a' AND record = 'b' AND gone = 0"
            assert [row[3] for row in await fetch(asked)] == ["SEARCH feed USING PRIMARY KEY (type=? AND record=?)"]
            return
        asked = "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'feed'::regclass AND indisprimary"
        assert [row[0].rpartition("(")[2] for row in await fetch(asked)] == ["type, record, audience)"]
