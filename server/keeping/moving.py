"""From the embedded database to PostgreSQL: every row, counted and hashed on both sides."""

from server.database import Database
from server.database.migrations import HISTORY, applied, migrate
from server.keeping.backup import BackupError
from server.keeping.tables import (
    Sum,
    Table,
    columns_of,
    emptied,
    go_on_counting,
    last_device,
    measured,
    rows_of,
    tables_of,
)

Pair = tuple[Table, Table]


async def move(source: Database, target: Database, now: int) -> list[Pair]:
    """Copy every table into an empty database; all or none. Returns each table as it was and as it is now.

    The source is not changed. Nobody else may write to it. Raises BackupError when the target is not empty, when the
    source is not of this version, or when a table does not arrive as it was.
    """
    if await applied(target):
        raise BackupError("There is a database already at the new address; it must be empty.")
    async with source.snapshot():
        if len(await applied(source)) != len(HISTORY):
            raise BackupError("The database is of another version. Run first: xunfang migrate")
        async with target.transaction():
            await migrate(target, HISTORY, now)
            await emptied(target)
            pairs = [await _copy(source, target, table) for table in await tables_of(source)]
            if wrong := [before.name for before, after in pairs if before != after]:
                raise BackupError(f"Not every table arrived as it was: {', '.join(wrong)}")
            await go_on_counting(target, await last_device(source))
    return pairs


async def _copy(source: Database, target: Database, table: str) -> Pair:
    columns, found = await columns_of(source, table), Sum()
    async for rows in rows_of(source, table, columns):
        found.add(rows)
        await target.load(table, columns, rows)
    return Table(table, columns, found.rows, found.sha256), await measured(target, table)
