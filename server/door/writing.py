"""Rows that bear the revs of their transaction, and the clock that gives them: written last, at once (protocol §4)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from server.database import PooledPostgres, current_engine
from server.database.query import execute_each, fetch, look_up


class Rows(NamedTuple):
    """Rows of one table. Their ``stamped`` columns hold a step, 1, 2 …: so many after the last rev given before.

    ``key``: the columns by which a row takes the place of the one that was there; empty where all are new.
    """

    table: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    stamped: tuple[str, ...] = ("rev",)
    key: tuple[str, ...] = ()


async def write_by_clock(steps: int, written: Sequence[Rows]) -> int:
    """Write the rows and move the clock by ``steps``, as the last thing of a transaction; the highest rev given."""
    engine = current_engine()
    if isinstance(engine, PooledPostgres):
        return await _at_once(engine, steps, written)
    # There is one writer: nobody moves the clock between this look at it and the COMMIT.
    base = int((await look_up("SELECT rev FROM clock WHERE id = 1"))[0][0])
    inserts = [(_insert(rows), list(_stamped(rows, base))) for rows in written if rows.rows]
    await execute_each([*inserts, ("UPDATE clock SET rev = ? WHERE id = 1", [(base + steps,)])])
    return base + steps


def _insert(rows: Rows) -> str:
    names, places = ", ".join(rows.columns), ", ".join("?" * len(rows.columns))
    return f"INSERT INTO {rows.table} ({names}) VALUES ({places}){_or_replace(rows.columns, rows.key)}"


def _stamped(rows: Rows, base: int) -> Sequence[tuple[Any, ...]]:
    """The rows with revs in place of steps."""
    at = [rows.columns.index(name) for name in rows.stamped]
    if len(at) == 1:
        one, after = at[0], at[0] + 1
        return [(*row[:one], row[one] + base, *row[after:]) for row in rows.rows]
    stamped = []
    for row in rows.rows:
        values = list(row)
        for index in at:
            values[index] += base
        stamped.append(tuple(values))
    return stamped


def _or_replace(columns: Sequence[str], key: Sequence[str]) -> str:
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}" if key else ""


async def _at_once(engine: PooledPostgres, steps: int, written: Sequence[Rows]) -> int:
    """One statement: every writer waits for the clock's row, so nobody may hold it for a round trip more."""
    full = [rows for rows in written if rows.rows]
    shapes = tuple((rows.table, rows.columns, rows.stamped, rows.key) for rows in full)
    types = [await engine.types_of(rows.table, rows.columns) for rows in full]
    columns = [_as_json(column) for rows in full for column in zip(*rows.rows, strict=True)]
    return int((await fetch(_statement(shapes, tuple(types)), steps, steps, *columns, steps))[0][0])


def _as_json(column: Sequence[Any]) -> str:
    """A whole column as one argument: the driver looks long at every element of a list. No text holds a NUL there."""
    text = msgspec.json.encode(column)
    if b"\\u0000" in text:
        text = msgspec.json.encode([one.replace("\0", "\ufffd") if isinstance(one, str) else one for one in column])
    return text.decode()


CLOCK = "UPDATE clock SET rev = rev + CAST(? AS BIGINT) WHERE id = 1 RETURNING rev"
Shape = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


@lru_cache(maxsize=512)
def _statement(shapes: tuple[Shape, ...], types: tuple[tuple[str, ...], ...]) -> str:
    """Take the revs from the clock, then insert the columns of each table with them."""
    parts = [f"now AS ({CLOCK})", "base AS (SELECT rev - CAST(? AS BIGINT) AS rev FROM now)"]
    for (table, columns, stamped, key), kinds in zip(shapes, types, strict=True):
        arrays = ", ".join("json_array_elements_text(CAST(? AS JSON))" for _ in columns)
        new = [f"CAST(new.{name} AS {kind})" for name, kind in zip(columns, kinds, strict=True)]
        wanted = ", ".join(
            f"base.rev + {value}" if name in stamped else value for name, value in zip(columns, new, strict=True)
        )
        names = ", ".join(columns)
        parts.append(
            f"of_{table} AS (INSERT INTO {table} ({names}) SELECT {wanted} "
            f"FROM base, ROWS FROM ({arrays}) AS new ({names}){_or_replace(columns, key)})"
        )
    return f"WITH {', '.join(parts)} SELECT rev + CAST(? AS BIGINT) FROM base"
