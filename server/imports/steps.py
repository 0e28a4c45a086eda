"""From rows to steps, and from steps to records and back: the same for every kind."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from server.database.query import fetch
from server.door import Workspace, slice_of
from server.identity import Caller
from server.imports.kinds import Kind, Known, Row, Step, Withdraw
from server.imports.words import Wrong
from server.lists.finding import as_json


async def plan(kind: Kind, caller: Caller, rows: Sequence[Row]) -> list[Step]:
    """The steps of rows whose cells are right; complains to the rows. Rows that change nothing give no step."""
    known = await kind.known(caller, rows)
    steps = [_step(kind, row, known) for row in rows]
    return [step for step in steps if step is not None]


def _step(kind: Kind, row: Row, known: Known) -> Step | None:
    try:
        found = known.find(row)
    except Wrong as wrong:
        row.complain(wrong.column or kind.key, wrong.code, wrong.beside)
        return None
    wanted = known.meant(row, found)
    if found is None:
        for column in kind.required:
            if column not in row.values:
                row.complain(column, "missing")
        return Step(row.number, None, None, {**kind.blank, **wanted})
    changed = [name for name in wanted if found.fields[name] != wanted[name]]
    if not changed:
        return None
    before, after = ({name: values[name] for name in changed} for values in (found.fields, wanted))
    return Step(row.number, found.id, before, after)


async def carry_out(kind: Kind, workspace: Workspace, steps: Sequence[Step]) -> list[str]:
    """Do some steps in a workspace; the ids of their records."""
    ids = [step.id or new_id(workspace.now, step.row) for step in steps]
    await workspace.load(kind.type, ids)
    await kind.make(workspace, [(id_, step.after) for id_, step in zip(ids, steps, strict=True) if step.id is None])
    for step in steps:
        if step.id is not None:
            await kind.edit(workspace, step.id, step.after)
    return ids


async def take_back(
    kind: Kind, withdraw: Withdraw, workspace: Workspace, done: Sequence[tuple[str, dict[str, Any] | None]]
) -> None:
    """Undo what was done to some records: made, where there was nothing before, or changed."""
    await workspace.load(kind.type, [id_ for id_, _ in done])
    await withdraw(workspace, [id_ for id_, before in done if before is None])
    for id_, before in done:
        if before is not None:
            await kind.edit(workspace, id_, before)


async def used(kind: Kind, ids: Sequence[str]) -> set[str]:
    """Those of some records of which something hangs."""
    declared = slice_of(kind.type)
    assert declared is not None
    hanging = [(other.table_name, column) for type_, column in declared.dependents if (other := slice_of(type_))]
    found: set[str] = set()
    for table, column in (*hanging, *kind.hangs):
        rows = await fetch(
            f"SELECT DISTINCT {column} FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", as_json(ids)
        )
        found |= {row[0] for row in rows}
    return found


def new_id(now: int, number: int) -> str:
    """A UUID (version 7) in the order of time and row: what is made together is stored together."""
    tail = number << 50 | secrets.randbits(50)
    return str(UUID(int=now << 80 | 7 << 76 | tail >> 62 << 64 | 2 << 62 | tail % 2**62))
