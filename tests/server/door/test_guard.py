"""Nothing bypasses the door: the database itself refuses it."""

import pytest

from server.database import transaction
from server.database.query import execute, fetch
from server.door import slices
from tests.server.conftest import Clock, Seed
from tests.server.databases import INTEGRITY

GUARDED = {
    "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_guard'",
    "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_guard'",
}


@pytest.mark.parametrize("table", ["unit", "branch", "person"])
async def test_an_update_without_a_change_number_is_aborted(table: str, seed: Seed) -> None:
    await seed.add_person("one")
    with pytest.raises(INTEGRITY, match="goes through the door"):
        async with transaction():
            await execute(f"UPDATE {table} SET name = 'x'")
    assert await fetch(f"SELECT 1 FROM {table} WHERE name = 'x'") == []


async def test_every_synced_table_is_guarded(seed: Seed, database: str) -> None:
    rows = await fetch(GUARDED[database])
    assert {row[0] for row in rows} == {declared.table_name for declared in slices()}


async def test_no_pending_rev_is_left_behind(seed: Seed, clock: Clock) -> None:
    await seed.add_person("one", grants=(("inspector", seed.city),))
    for table in ("feed", "touch", "person", "unit", "branch", "log"):
        assert await fetch(f"SELECT 1 FROM {table} WHERE rev <= 0") == []
    rows = await fetch("SELECT MAX(f.rev), MAX(c.rev) FROM feed AS f CROSS JOIN clock AS c")
    assert rows[0][0] == rows[0][1]
