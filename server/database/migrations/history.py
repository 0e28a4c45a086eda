"""Running the history: in one transaction that nobody else can enter, refusing a past that was rewritten."""

import hashlib
from collections.abc import Sequence
from typing import Literal

import msgspec

from server.database.current import Database

_HISTORY_TABLE = """
CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    applied_at BIGINT NOT NULL
)
"""
_IS_THERE = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
    "postgresql": "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migration'",
}
LOCK = 7_824_519_301
"""The advisory lock of migrating, on PostgreSQL: of several programmes that start together one migrates."""


class MigrationError(RuntimeError):
    """The database's past is not the one this program knows; the text is for the operator."""


class Migration(msgspec.Struct, frozen=True):
    """One step: its number (1, 2, 3 … without a hole), a name, and the statements.

    ``postgresql``: what PostgreSQL is told instead, where that differs.
    """

    number: int
    name: str
    statements: tuple[str, ...]
    postgresql: tuple[str, ...] | None = None

    def told(self, database: Literal["sqlite", "postgresql"]) -> tuple[str, ...]:
        """The statements for one kind of database."""
        return self.postgresql if database == "postgresql" and self.postgresql is not None else self.statements

    def sha256(self, database: Literal["sqlite", "postgresql"]) -> str:
        """Fingerprint of what such a database is told, blanks at line ends and starts left out."""
        lines = (line.strip() for statement in self.told(database) for line in statement.splitlines())
        return hashlib.sha256("\n".join(line for line in lines if line).encode()).hexdigest()


async def applied(engine: Database) -> list[tuple[int, str, str]]:
    """(number, name, sha256) of every step this database has taken; empty for a database without a history."""
    if not await engine.fetch(_IS_THERE[engine.name], ()):
        return []
    rows = await engine.fetch("SELECT number, name, sha256 FROM migration ORDER BY number", ())
    return [(number, name, sha256) for number, name, sha256 in rows]


async def migrate(engine: Database, history: Sequence[Migration], now: int) -> list[str]:
    """Take the steps of ``history`` this database has not taken; returns their names. ``now``: epoch ms.

    All or none. Raises MigrationError when a taken step was changed since, or is newer than this program.
    """
    async with engine.transaction():
        if engine.name == "postgresql":
            await engine.execute("SET LOCAL lock_timeout = 0", ())
            await engine.fetch("SELECT pg_advisory_xact_lock(?)", (LOCK,))
        await engine.execute(_HISTORY_TABLE, ())
        taken = await applied(engine)
        _same_past(taken, history, engine.name)
        steps = history[len(taken) :]
        for step in steps:
            for statement in step.told(engine.name):
                await engine.execute(statement, ())
            row = (step.number, step.name, step.sha256(engine.name), now)
            await engine.execute("INSERT INTO migration VALUES (?, ?, ?, ?)", row)
        return [step.name for step in steps]


def _same_past(
    taken: Sequence[tuple[int, str, str]], history: Sequence[Migration], database: Literal["sqlite", "postgresql"]
) -> None:
    if len(taken) > len(history):
        raise MigrationError("The database is newer than this program. Install the newer version.")
    for (number, name, sha256), step in zip(taken, history, strict=False):
        if (number, name, sha256) != (step.number, step.name, step.sha256(database)):
            raise MigrationError(
                f"Step {number} ({name}) of the database's history is not the one this program knows. "
                "It was made by another build; restore a backup or reset it."
            )
