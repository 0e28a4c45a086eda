"""Checking a sheet, bringing it in, taking it back. Nothing is ever half brought in."""

import asyncio
import hashlib
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import msgspec

from server.database import transaction
from server.database.counting import count_rows
from server.database.query import execute, execute_many, fetch
from server.door import Workspace, as_server
from server.door.locks import lock_everything
from server.identity import Caller
from server.imports.branches import BRANCHES
from server.imports.columns import Sheet, sheet_of, text_of, values_of
from server.imports.customers import CUSTOMERS
from server.imports.files import Folder
from server.imports.kinds import Kind, Row, Step
from server.imports.people import PEOPLE
from server.imports.reading import Cell, read_rows
from server.imports.steps import carry_out, plan, take_back, used
from server.people.acts import LastAdmin
from server.problems import Refusal

KINDS: Mapping[str, Kind] = {"branches": BRANCHES, "people": PEOPLE, "customers": CUSTOMERS}
AT_ONCE = 500
"""So many records go through the door together: what follows one of them is looked for among all of them."""
MANY = 1000
"""After so many rows the tables are counted anew."""
MOST_TOLD = 100
LONGEST_TOLD = 200


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a cell, where it stands in the sheet."""

    row: int
    column: str
    heading: str
    value: str
    code: str
    zh: str
    en: str


class Checked(msgspec.Struct, frozen=True):
    """What a sheet would do. ``hash`` names exactly that."""

    sheet: Sheet
    steps: Sequence[Step]
    faults: Sequence[Fault]
    wrong: int
    hash: str

    @property
    def new(self) -> int:
        return sum(1 for step in self.steps if step.id is None)

    @property
    def changed(self) -> int:
        return len(self.steps) - self.new

    @property
    def unchanged(self) -> int:
        return len(self.sheet.rows) - len(self.steps) - self.wrong


async def begin(id_: str, kind: str, name: str, person: str, now: int) -> None:
    """A sheet has come; what it would do is being found out."""
    async with transaction():
        await execute(
            "INSERT INTO import_ (id, kind, person, name, created_at, state, hash, new, changed, unchanged, wrong) "
            "VALUES (?, ?, ?, ?, ?, 'reading', '', 0, 0, 0, 0)",
            id_,
            kind,
            person,
            name,
            now,
        )


async def found(id_: str, checked: "Checked") -> None:
    """What the dry run found."""
    async with transaction():
        await execute(
            "UPDATE import_ SET state = 'checked', hash = ?, new = ?, changed = ?, unchanged = ?, wrong = ? "
            "WHERE id = ?",
            checked.hash,
            checked.new,
            checked.changed,
            checked.unchanged,
            checked.wrong,
            id_,
        )


async def forget(id_: str) -> None:
    """An import that changed nothing leaves nothing."""
    async with transaction():
        await execute("DELETE FROM import_ WHERE id = ? AND state IN ('reading', 'checked')", id_)


async def check(kind: Kind, caller: Caller, content: bytes, folder: Folder) -> Checked:
    """The dry run. Refused: 422 sheet_unreadable, 403 not_allowed."""
    sheet, rows = await _read(kind, content, folder, "reading")
    return await _planned(kind, caller, sheet, rows)


async def _planned(kind: Kind, caller: Caller, sheet: Sheet, rows: list[Row]) -> Checked:
    steps = await plan(kind, caller, [row for row in rows if all(key in row.values for key in kind.keys)])
    faulty = {row.number for row in rows if row.wrong}
    steps = [step for step in steps if step.row not in faulty]
    told = msgspec.json.encode([(step.row, step.id, step.before, step.after) for step in steps])
    return Checked(
        sheet=sheet,
        steps=steps,
        faults=[
            fault
            for row, (_, cells) in zip(rows, sheet.rows, strict=True)
            if row.wrong
            for fault in _faults(kind, sheet, row, cells)
        ],
        wrong=len(faulty),
        hash=hashlib.sha256(told).hexdigest(),
    )


async def _read(kind: Kind, content: bytes, folder: Folder, state: str) -> tuple[Sheet, list[Row]]:
    folder.report(state, 0, 0)
    sheet = await asyncio.to_thread(sheet_of, await read_rows(content), kind.columns, kind.keys)
    folder.report(state, 0, len(sheet.rows))
    return sheet, await asyncio.to_thread(_rows, kind, sheet)


def _rows(kind: Kind, sheet: Sheet) -> list[Row]:
    rows: list[Row] = []
    first: dict[Hashable, int] = {}
    for number, cells in sheet.rows:
        values, wrong = values_of(sheet, cells, kind.columns)
        row = Row(number, values, wrong)
        missing = [key for key in kind.keys if key not in values]
        for key in missing:
            row.complain(key, "missing")
        if not missing and first.setdefault(same := kind.apart(values), number) != number:
            row.complain(kind.key, "twice", first[same])
            del values[kind.key]
        rows.append(row)
    return rows


def _faults(kind: Kind, sheet: Sheet, row: Row, cells: Sequence[Cell]) -> list[Fault]:
    found = []
    for wrong in row.wrong:
        column = wrong.column or kind.key
        index = sheet.places.get(column)
        heading = kind.columns[column].zh if index is None else sheet.headings[index]
        value = "" if index is None or index >= len(cells) else text_of(cells[index])[:LONGEST_TOLD]
        found.append(Fault(row.number, letters(index), heading, value, wrong.code, *wrong.said()))
    return found


def letters(index: int | None) -> str:
    """0 -> A, 25 -> Z, 26 -> AA; empty for a column that is not there."""
    text = ""
    at = -1 if index is None else index
    while at >= 0:
        at, letter = divmod(at, 26)
        text, at = chr(65 + letter) + text, at - 1
    return text


async def apply(kind: Kind, id_: str, caller: Caller, content: bytes, hash_: str, folder: Folder, now: int) -> None:
    """Bring in what the dry run showed, all or nothing.

    Refused: 409 import_stale where it would do something else now, import_errors, last_admin, import_state.
    """
    try:
        sheet, rows = await _read(kind, content, folder, "applying")
        async with transaction():
            await lock_everything()
            checked = await _planned(kind, caller, sheet, rows)
            if checked.wrong:
                raise Refusal("import_errors")
            if checked.hash != hash_:
                raise Refusal("import_stale")
            await _carry_out(kind, id_, checked.steps, folder, caller.person, now)
            known = "UPDATE import_ SET state = 'applied', applied_at = ? WHERE id = ? AND state = 'checked'"
            if await execute(known, now, id_) != 1:  # thrown away, or brought in by another request meanwhile
                raise Refusal("import_state")
            if len(checked.steps) >= MANY:
                await count_rows()
    except LastAdmin:
        raise Refusal("last_admin") from None
    finally:
        folder.finished()


async def _carry_out(kind: Kind, id_: str, steps: Sequence[Step], folder: Folder, person: str, now: int) -> None:
    for start in range(0, len(steps), AT_ONCE):
        folder.report("applying", start, len(steps))
        part = steps[start : start + AT_ONCE]
        rows: list[tuple[Any, ...]] = []

        async def work(workspace: Workspace, part: Sequence[Step] = part, rows: list[tuple[Any, ...]] = rows) -> None:
            ids = await carry_out(kind, workspace, part)
            for step, record in zip(part, ids, strict=True):
                before = None if step.before is None else msgspec.json.encode(step.before).decode()
                rows.append((id_, step.row, record, workspace.log_id, before))

        await as_server(work, now=now, person=person, what="import")
        await execute_many("INSERT INTO import_row (import, row, record, change, before) VALUES (?, ?, ?, ?, ?)", rows)


async def undo(kind: Kind, id_: str, folder: Folder, person: str, now: int) -> None:
    """Take back what an import made, and put back what it changed.

    Refused: 409 import_changed where something of it was changed or used since; ``changed`` names some.
    """
    try:
        withdraw = await kind.withdrawing()
        async with transaction():
            await lock_everything()
            rows = await fetch("SELECT row, record, change, before FROM import_row WHERE import = ? ORDER BY row", id_)
            await _must_be_untouched(kind, rows)
            for start in range(0, len(rows), AT_ONCE):
                folder.report("undoing", start, len(rows))
                part = rows[start : start + AT_ONCE]

                async def work(workspace: Workspace, part: Sequence[Sequence[Any]] = part) -> None:
                    done = [(id_, before and msgspec.json.decode(before)) for _, id_, _, before in part]
                    await take_back(kind, withdraw, workspace, done)

                await as_server(work, now=now, person=person, what="undo_import")
            await execute("UPDATE import_ SET state = 'undone' WHERE id = ?", id_)
    except LastAdmin:
        raise Refusal("last_admin") from None
    finally:
        folder.finished()


async def _must_be_untouched(kind: Kind, rows: Sequence[Sequence[Any]]) -> None:
    ids = msgspec.json.encode([row[1] for row in rows]).decode()
    stored = await fetch(f"SELECT id, change, name FROM {kind.type} WHERE id IN (SELECT value FROM json_each(?))", ids)
    known = {id_: (change, name) for id_, change, name in stored}
    hanging = await used(kind, [row[1] for row in rows if row[3] is None])
    touched = [
        {"row": number, "name": known[record][1]}
        for number, record, change, _ in rows
        if known[record][0] != change or record in hanging
    ]
    if touched:
        raise Refusal("import_changed", changed=touched[:MOST_TOLD], more=max(0, len(touched) - MOST_TOLD))
