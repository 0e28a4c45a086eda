"""The step that takes the reason of an erasure out of the name of the deed."""

from server.database import Database, opened, transaction
from server.database.migrations import HISTORY, migrate
from server.database.query import execute_many, fetch

LOG = "INSERT INTO log VALUES (?, 0, ?, 1, 1, 1, 1, 'p', ?, '', '{}', 'applied', NULL, '{}', NULL)"


async def test_the_reason_goes_and_the_deed_stays(unopened: Database) -> None:
    step = next(index for index, one in enumerate(HISTORY) if one.name == "why_erased")
    names = ["erase_customer: 王老板要求", "erase_customer: ", "erase_visits", "merge_customers"]
    async with opened(unopened) as engine:
        await migrate(engine, HISTORY[:step], now=5)
        async with transaction():
            await execute_many(LOG, [(id_, id_, name) for id_, name in enumerate(names, 1)])
        await migrate(engine, HISTORY, now=6)
        told = [row[0] for row in await fetch("SELECT type FROM log ORDER BY id")]
    assert told == ["erase_customer", "erase_customer", "erase_visits", "merge_customers"]
