"""Forgetting a customer: what the tables and the log say of them is emptied; that something was said stays."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from server.database.query import fetch
from server.door import Actor, Entry, Workspace, as_server
from server.door.erasing import Key, blank, emptied, personal_fields
from sync.merge import Head, Register
from sync.records import split_path

Find = Callable[[Workspace], Awaitable[list[Entry]]]
_WANTED = "FROM json_each(?) AS wanted CROSS JOIN"
_IS_WANTED = "type = json_extract(wanted.value, '$[0]') AND {}.record = json_extract(wanted.value, '$[1]')"
_SPOKE_OF = f"SELECT l.id, l.content {_WANTED} log AS l WHERE l.{_IS_WANTED.format('l')}"
_TOUCHED = f"SELECT t.log {_WANTED} touch AS t WHERE t.{_IS_WANTED.format('t')}"
_CHANGED = f"SELECT l.id, l.content FROM log AS l WHERE l.id IN ({_TOUCHED})"
"""Rows of the log about some records: those that name them, taken or refused, and those that changed them."""


async def erase(customer: str, *, reason: str, by: str, now: int) -> None:
    """Empty every personal field of a customer, of who was merged into them, of their visits and remarks on these."""
    await _forget(lambda workspace: _around_customer(workspace, customer), f"erase_customer: {reason}", by=by, now=now)


async def erase_visits(visits: Sequence[str], *, now: int) -> None:
    """Empty every personal field of some visits and of the remarks on them; what they count stays."""
    await _forget(lambda workspace: _with_remarks(workspace, visits), "erase_visits", by="", now=now)


async def _forget(find: Find, what: str, *, by: str, now: int) -> None:
    before = Workspace(Actor(person="", device=0), now, 0)
    known = await _emptied_log(await find(before))  # slow, so before anybody waits for it

    async def work(workspace: Workspace) -> None:
        entries = await find(workspace)
        for entry in entries:
            await _empty(workspace, entry)
            workspace.note("UPDATE import_row SET before = '{}' WHERE record = ? AND before IS NOT NULL", entry.id)
        for id_, content in {**known, **await _emptied_log(entries, known)}.items():
            workspace.note("UPDATE log SET content = ? WHERE id = ?", content, id_)

    await as_server(work, now=now, person=by, what=what[:200])


async def withdraw(workspace: Workspace, customers: Sequence[str]) -> None:
    """Take back customers nobody has met: in no branch nobody sees them, and what was said of them is forgotten."""
    entries = await workspace.load("customer", customers)
    emptied_log = await _emptied_log(entries)
    for entry in entries:
        await _empty(workspace, entry)
        entry.row["branch"] = ""
        await workspace.refresh(entry)
    for id_, content in emptied_log.items():
        workspace.note("UPDATE log SET content = ? WHERE id = ?", content, id_)


async def _around_customer(workspace: Workspace, customer: str) -> list[Entry]:
    customers = await workspace.load("customer", [customer])
    customers += await workspace.children("customer", "merged_into", customer)
    visits = [visit for one in customers for visit in await workspace.children("visit", "customer", one.id)]
    return [*customers, *await _with_remarks(workspace, [visit.id for visit in visits])]


async def _with_remarks(workspace: Workspace, ids: Sequence[str]) -> list[Entry]:
    visits = await workspace.load("visit", ids)
    return [*visits, *[one for visit in visits for one in await workspace.children("comment", "visit", visit.id)]]


async def _empty(workspace: Workspace, entry: Entry) -> None:
    names = personal_fields(entry.type)
    workspace.touch(entry, "erase")
    for path, register in entry.registers.items():
        name = split_path(path)[0]
        if name in names:
            entry.registers[path] = _without_values(register, blank(entry.type, name))
    entry.row.update({name: blank(entry.type, name) for name in names})
    if entry.type == "customer":
        entry.row["status"] = "erased"
    await workspace.refresh(entry)


def _without_values(register: Register, nothing: Any) -> Register:
    def bare(heads: Sequence[Head]) -> tuple[Head, ...]:
        return tuple(msgspec.structs.replace(head, value=nothing) for head in heads)

    return Register(bare(register.heads), register.awaited, bare(register.passed))


async def _emptied_log(entries: Sequence[Entry], known: Mapping[int, str] | None = None) -> dict[int, str]:
    """Row of the log -> its content without what it says of some records; rows that are known are left out."""
    keys: list[Key] = [(entry.type, entry.id) for entry in entries]
    pairs = msgspec.json.encode(keys).decode()
    rows: dict[int, str] = {}
    for sql in (_SPOKE_OF, _CHANGED):
        rows |= {id_: text for id_, text in await fetch(sql, pairs) if id_ not in (known or {})}

    def work() -> dict[int, str]:
        return {id_: new for id_, text in rows.items() if (new := emptied(text, keys)) is not None}

    return await asyncio.to_thread(work)
