"""Forgetting a customer: what the tables and the log say of them is emptied; that something was said stays.

Pictures of their visits are taken away, and the words of theirs in which a check was given out; so is what was
held or refused of all this, and why late work of it was decided so. Who was erased is written down beside the
database (`erased.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import structlog
from litestar import Litestar

from server.customers.erased import NAME, Erased, note
from server.customers.untaken import Untaken, untaken
from server.database.query import fetch
from server.door import Actor, Entry, Workspace, as_server
from server.door.erasing import NOTHING, Key, blank, emptied, personal_fields, without_personal
from server.photos.erasing import clear_unlinked, unlink
from server.photos.store import Store
from server.problems import Refusal
from server.tasks.acts import task_of
from sync.merge import Head, Register
from sync.records import split_path

_log = structlog.get_logger("xunfang")


class Outside(NamedTuple):
    """What is kept of people outside the database: pictures, and in the data folder the list of who was erased.

    ``clock``: in epoch ms, for what takes long.
    """

    store: Store
    data: Path
    clock: Callable[[], int]


def outside_of(app: Litestar) -> Outside:
    """Of a running application."""
    return Outside(app.state.photos.store, app.state.settings.data, app.state.clock)


Find = Callable[[Workspace], Awaitable[list[Entry]]]
_WANTED = "FROM json_each(?) AS wanted CROSS JOIN"
_IS_WANTED = "type = json_extract(wanted.value, '$[0]') AND {}.record = json_extract(wanted.value, '$[1]')"
_SPOKE_OF = f"SELECT l.id, l.content {_WANTED} log AS l WHERE l.{_IS_WANTED.format('l')}"
_TOUCHED = f"SELECT t.log {_WANTED} touch AS t WHERE t.{_IS_WANTED.format('t')}"
_CHANGED = f"SELECT l.id, l.content FROM log AS l WHERE l.id IN ({_TOUCHED})"
"""Rows of the log about some records: those that name them, taken or refused, and those that changed them."""
_ERASED_BEFORE = f"SELECT l.id, l.person, l.content FROM log AS l WHERE l.id IN ({_TOUCHED} AND t.verb = 'erase')"
_DECIDED = f"SELECT h.device, h.n, h.decided_at {_WANTED} held AS h WHERE h.reason IS NOT NULL AND h.{{}}"
_DECIDED_OF = (_DECIDED.format(_IS_WANTED.format("h")), _DECIDED.format("subject = json_extract(wanted.value, '$[1]')"))
_DECISIONS = (
    "SELECT l.id, l.content FROM log AS l WHERE l.type = 'settle_held' "
    "AND l.received IN (SELECT CAST(value AS BIGINT) FROM json_each(?))"
)
"""A decision bears the time of the log row that made it."""


async def erase(
    customer: str, outside: Outside, *, reason: str, by: str, now: int, known: Untaken | None = None
) -> None:
    """Empty every personal field of a customer, of who was merged into them, and of their visits (`erase_visits`).

    ``known``: where many are erased, what was not taken in up to a moment before, so that it is read once.
    """
    told = {"because": reason}
    find = partial(_around_customer, customer=customer)
    await _forget(find, outside, "erase_customer", known, by=by, now=now, told=told)


async def erase_visits(visits: Sequence[str], outside: Outside, *, now: int, known: Untaken | None = None) -> None:
    """Empty every personal field of some visits, of the remarks on them and the checks they led to; what they count
    stays. Photos of the visits and of the remarks go."""
    await _forget(lambda workspace: _all_of(workspace, visits), outside, "erase_visits", known, now=now)


async def _forget(
    find: Find,
    outside: Outside,
    what: str,
    known: Untaken | None,
    *,
    now: int,
    by: str = "",
    told: Mapping[str, str] | None = None,
) -> None:
    found: list[Entry] = []
    before = Workspace(Actor(person="", device=0), now, 0)
    aside = await untaken(known)  # slow, as is the next line, so before anybody waits for it
    emptied_before = await _emptied_log(_keys(await find(before), aside))

    async def work(workspace: Workspace) -> None:
        entries = found[:] = await find(workspace)
        for entry in entries:
            await _empty(workspace, entry)
            workspace.note("UPDATE import_row SET before = '{}' WHERE record = ? AND before IS NOT NULL", entry.id)
        await _empty_words(workspace, _keys(entries, await untaken(aside)), emptied_before)
        if by:  # the words of who erases now stand for those of before; the nightly round has none of its own
            await _forget_why(workspace, entries)

    await as_server(work, now=now, person=by, what=what, told=told)
    await _clear(found, outside, now)


async def _clear(entries: Sequence[Entry], outside: Outside, now: int) -> None:
    """What is outside the database follows; what fails now is done by the nightly round (`retention.py`)."""
    customers = [Erased(one.id, one.row["branch"], now) for one in entries if one.type == "customer"]
    photos = [one.row for one in entries if one.type == "photo"]
    try:
        await asyncio.to_thread(note, outside.data / NAME, customers)
        if photos:
            pictures = [row[name] for row in photos for name in ("sha256", "preview_sha256")]
            await clear_unlinked(outside.store, outside.clock, pictures)
    except (OSError, Refusal) as error:
        _log.error("erased in the database only, the rest follows", exc_info=error)


async def erase_untaken(keys: Sequence[Key], all_: Untaken, now: int) -> None:
    """Empty what the log tells of work that became no record, and of what would have hung on it."""
    hanging = [*keys, *all_.hanging_on(keys)]
    known = await _emptied_log(hanging)
    await as_server(lambda workspace: _empty_words(workspace, hanging, known), now=now, what="erase_untaken")


async def withdrawing() -> Callable[[Workspace, Sequence[str]], Awaitable[None]]:
    """How customers nobody has met are taken back: in no branch nobody sees them, and what was said is forgotten.

    What was not taken in is read now, which is slow; then only what came since.
    """
    known = await untaken()

    async def withdraw(workspace: Workspace, customers: Sequence[str]) -> None:
        nonlocal known
        entries = await workspace.load("customer", customers)
        for entry in entries:
            await _empty(workspace, entry)
            entry.row["branch"] = ""
            await workspace.refresh(entry)
        known = await untaken(known)
        await _empty_words(workspace, _keys(entries, known), {})

    return withdraw


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


async def _empty_words(workspace: Workspace, keys: Sequence[Key], known: Mapping[int, str]) -> None:
    """What the log says of some records goes, and why late work of them was decided so."""
    for id_, content in {**known, **await _emptied_log(keys, known)}.items():
        workspace.note("UPDATE log SET content = ? WHERE id = ?", content, id_)
    for device, n, _ in await _decided(keys):
        workspace.note("UPDATE held SET reason = ? WHERE device = ? AND n = ?", NOTHING, device, n)


async def _forget_why(workspace: Workspace, entries: Sequence[Entry]) -> None:
    """Why somebody was erased before goes too: those words may tell of them."""
    customers = [(one.type, one.id) for one in entries if one.type == "customer"]
    for id_, person, text in await fetch(_ERASED_BEFORE, msgspec.json.encode(customers).decode()):
        content = msgspec.json.decode(text)
        if person and content.get("because") not in (None, NOTHING):
            emptied_text = msgspec.json.encode({**content, "because": NOTHING}).decode()
            workspace.note("UPDATE log SET content = ? WHERE id = ?", emptied_text, id_)


def _keys(entries: Sequence[Entry], aside: Untaken) -> list[Key]:
    """Some records, and those that would hang on them had they been taken in."""
    keys = [(entry.type, entry.id) for entry in entries]
    return list(dict.fromkeys([*keys, *aside.hanging_on(keys)]))


async def _decided(keys: Sequence[Key]) -> set[tuple[int, int, int]]:
    """(device, n, when) of what was decided of late work about some records."""
    pairs = msgspec.json.encode(keys).decode()
    return {(device, n, at) for sql in _DECIDED_OF for device, n, at in await fetch(sql, pairs)}


async def _decisions(keys: Sequence[Key]) -> dict[int, str]:
    """The rows of the log that tell why, and their content."""
    decided = await _decided(keys)
    if not decided:
        return {}
    about = {(device, n) for device, n, _ in decided}
    rows = await fetch(_DECISIONS, msgspec.json.encode(sorted({at for _, _, at in decided})).decode())

    def tells(text: str) -> bool:
        settled = msgspec.json.decode(text)["settled"]
        return not about.isdisjoint(tuple(change) for change in settled["changes"])

    return {id_: text for id_, text in rows if tells(text)}


async def _emptied_log(keys: Sequence[Key], known: Mapping[int, str] | None = None) -> dict[int, str]:
    """Row of the log -> its content without what it says of some records; rows that are known are left out."""
    pairs = msgspec.json.encode(keys).decode()
    rows = await _decisions(keys)
    for sql in (_SPOKE_OF, _CHANGED):
        rows |= dict(await fetch(sql, pairs))
    rows = {id_: text for id_, text in rows.items() if id_ not in (known or {})}

    def work() -> dict[int, str]:
        return {id_: new for id_, text in rows.items() if (new := emptied(text, keys)) is not None}

    return await asyncio.to_thread(work)
