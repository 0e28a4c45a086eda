"""Running the history: in one transaction that nobody else can enter, refusing a past that was rewritten."""

import hashlib
from collections.abc import Sequence

import msgspec

from server.database.engine import PooledSQLite, Transaction, in_thread

_HISTORY_TABLE = """
CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    applied_at BIGINT NOT NULL
)
"""


class MigrationError(RuntimeError):
    """The database's past is not the one this program knows; the text is for the operator."""


class Migration(msgspec.Struct, frozen=True):
    """One step: its number (1, 2, 3 … without a hole), a name, and the statements."""

    number: int
    name: str
    statements: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Fingerprint of the statements, blanks at line ends and starts left out."""
        lines = (line.strip() for statement in self.statements for line in statement.splitlines())
        return hashlib.sha256("\n".join(line for line in lines if line).encode()).hexdigest()


async def applied(engine: PooledSQLite) -> list[tuple[int, str, str]]:
    """(number, name, sha256) of every step this database has taken; empty for a database without a history."""
    found = await engine.read_or_join(
        lambda raw: raw.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'").fetchall()
    )
    if not found:
        return []
    rows = await engine.read_or_join(
        lambda raw: raw.execute("SELECT number, name, sha256 FROM migration ORDER BY number").fetchall()
    )
    return [(row["number"], row["name"], row["sha256"]) for row in rows]


async def migrate(engine: PooledSQLite, history: Sequence[Migration], now: int) -> list[str]:
    """Take the steps of ``history`` this database has not taken; returns their names. ``now``: epoch ms.

    All or none. Raises MigrationError when a taken step was changed since, or is newer than this program.
    """
    async with engine.transaction() as tx:
        await _run(tx, _HISTORY_TABLE)
        taken = await applied(engine)
        _same_past(taken, history)
        steps = history[len(taken) :]
        for step in steps:
            for statement in step.statements:
                await _run(tx, statement)
            await _run(tx, "INSERT INTO migration VALUES (?, ?, ?, ?)", step.number, step.name, step.sha256, now)
        return [step.name for step in steps]


async def _run(tx: Transaction, sql: str, *args: object) -> None:
    await in_thread(tx.connection, lambda raw: raw.execute(sql, args))


def _same_past(taken: Sequence[tuple[int, str, str]], history: Sequence[Migration]) -> None:
    if len(taken) > len(history):
        raise MigrationError("The database is newer than this program. Install the newer version.")
    for (number, name, sha256), step in zip(taken, history, strict=False):
        if (number, name, sha256) != (step.number, step.name, step.sha256):
            raise MigrationError(
                f"Step {number} ({name}) of the database's history is not the one this program knows. "
                "It was made by another build; restore a backup or reset it."
            )
