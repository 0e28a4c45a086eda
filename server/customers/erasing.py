"""Forgetting a customer: what the tables and the log say of them is emptied; that something was said stays.

Pictures of their visits are taken away, and the words of theirs in which a check was given out. Who was erased is
written down beside the database (`erased.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import structlog
from litestar import Litestar

from server.customers.erased import NAME, Erased, note
from server.database.query import fetch
from server.door import Actor, Entry, Workspace, as_server
from server.door.erasing import Key, blank, emptied, personal_fields, without_personal
from server.photos.erasing import clear_unlinked, unlink
from server.photos.store import Store
from server.problems import Refusal
from server.tasks.acts import task_of
from sync.merge import Head, Register
from sync.records import split_path

_log = structlog.get_logger("xunfang")


class Outside(NamedTuple):
    """What is kept of people outside the database: pictures, and in the data folder the list of who was erased."""

    store: Store
    data: Path


def outside_of(app: Litestar) -> Outside:
    """Of a running application."""
    return Outside(app.state.photos.store, app.state.settings.data)


Find = Callable[[Workspace], Awaitable[list[Entry]]]
_WANTED = "FROM json_each(?) AS wanted CROSS JOIN"
_IS_WANTED = "type = json_extract(wanted.value, '$[0]') AND {}.record = json_extract(wanted.value, '$[1]')"
_SPOKE_OF = f"SELECT l.id, l.content {_WANTED} log AS l WHERE l.{_IS_WANTED.format('l')}"
_TOUCHED = f"SELECT t.log {_WANTED} touch AS t WHERE t.{_IS_WANTED.format('t')}"
_CHANGED = f"SELECT l.id, l.content FROM log AS l WHERE l.id IN ({_TOUCHED})"
"""Rows of the log about some records: those that name them, taken or refused, and those that changed them."""


async def erase(customer: str, outside: Outside, *, reason: str, by: str, now: int) -> None:
    """Empty every personal field of a customer, of who was merged into them, and of their visits (`erase_visits`)."""
    what = f"erase_customer: {reason}"
    await _forget(lambda workspace: _around_customer(workspace, customer), outside, what, by=by, now=now)


async def erase_visits(visits: Sequence[str], outside: Outside, *, now: int) -> None:
    """Empty every personal field of some visits, of the remarks on them and the checks they led to; what they count
    stays. Photos of the visits and of the remarks go."""
    await _forget(lambda workspace: _all_of(workspace, visits), outside, "erase_visits", by="", now=now)


async def _forget(find: Find, outside: Outside, what: str, *, by: str, now: int) -> None:
    found: list[Entry] = []
    before = Workspace(Actor(person="", device=0), now, 0)
    known = await _emptied_log(await find(before))  # slow, so before anybody waits for it

    async def work(workspace: Workspace) -> None:
        entries = found[:] = await find(workspace)
        for entry in entries:
            await _empty(workspace, entry)
            workspace.note("UPDATE import_row SET before = '{}' WHERE record = ? AND before IS NOT NULL", entry.id)
        for id_, content in {**known, **await _emptied_log(entries, known)}.items():
            workspace.note("UPDATE log SET content = ? WHERE id = ?", content, id_)

    await as_server(work, now=now, person=by, what=what[:200])
    await _clear(found, outside, now)


async def _clear(entries: Sequence[Entry], outside: Outside, now: int) -> None:
    """What is outside the database follows; what fails now is done by the nightly round (`retention.py`)."""
    customers = [Erased(one.id, one.row["branch"], now) for one in entries if one.type == "customer"]
    photos = [one.row for one in entries if one.type == "photo"]
    try:
        await asyncio.to_thread(note, outside.data / NAME, customers)
        if photos:
            await clear_unlinked(outside.store, [row[name] for row in photos for name in ("sha256", "preview_sha256")])
    except (OSError, Refusal) as error:
        _log.error("erased in the database only, the rest follows", exc_info=error)


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
    return [*customers, *await _all_of(workspace, [visit.id for visit in visits])]


async def _all_of(workspace: Workspace, ids: Sequence[str]) -> list[Entry]:
    """Some visits and what they alone are about: remarks, photos of both, and the tasks they led to."""
    visits = await workspace.load("visit", ids)
    remarks = [one for visit in visits for one in await workspace.children("comment", "visit", visit.id)]
    photos = [photo for one in (*visits, *remarks) for photo in await workspace.children("photo", one.type, one.id)]
    return [*visits, *remarks, *photos, *await workspace.load("task", [task_of(visit.id) for visit in visits])]


async def _empty(workspace: Workspace, entry: Entry) -> None:
    names = personal_fields(entry.type)
    workspace.touch(entry, "erase")
    for path, register in entry.registers.items():
        name = split_path(path)[0]
        if name in names:
            entry.registers[path] = _without_values(register, blank(entry.type, name))
    entry.row.update(without_personal(entry.type, entry.row))
    if entry.type == "customer":
        entry.row["status"] = "erased"
    elif entry.type == "photo":
        entry.row["erased_at"] = workspace.now
        unlink(workspace, entry)
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
