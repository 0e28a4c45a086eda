"""What was set aside: for the supervisors who settle it, and for its authors, who learn what became of it."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.door import Actor, Workspace, read_rows
from server.identity import Caller
from server.settling.roots import has_part, root_of
from sync.records import RECORDS

Status = Literal["open", "taken", "added", "dismissed"]
MOST = 200
_WAITING = "h.status = 'open'"
_DECIDED = "h.status <> 'open'"
_OVER = (
    "EXISTS (SELECT 1 FROM ancestry AS a WHERE a.place = h.branch AND a.ancestor IN (SELECT value FROM json_each(?)))"
)
_COLUMNS = (
    "h.device, h.n, l.group_, h.person, COALESCE(p.name, ''), h.branch, COALESCE(b.name, ''), h.type, h.record, "
    "h.code, h.subject, l.at, l.sent, h.received, l.content, h.status, h.decided_by, COALESCE(d.name, ''), "
    "h.decided_at, h.reason"
)
_FROM = (
    "FROM held AS h JOIN log AS l ON l.device = h.device AND l.n = h.n AND l.device > 0 "
    "LEFT JOIN person AS p ON p.id = h.person LEFT JOIN branch AS b ON b.id = h.branch "
    "LEFT JOIN person AS d ON d.id = h.decided_by"
)

_OWN = (
    "SELECT h.device, h.n, h.status, COALESCE(d.name, ''), h.decided_at, h.reason FROM held AS h "
    "LEFT JOIN person AS d ON d.id = h.decided_by WHERE h.person = ?"
)
MOST_TOLD = 1000
"""More than are ever decided at once, so that those of one moment are never cut."""
KEPT_MS = 60 * 86_400_000
"""A phone keeps what was settled for a month."""
OVERLAP_MS = 600_000
"""A decision bears the time it was asked for, and may stand a little later."""


class Asked(msgspec.Struct, frozen=True):
    """What waits, or what was decided last."""

    status: Literal["open", "settled"] = "open"
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = MOST


class HeldWork(msgspec.Struct, frozen=True, kw_only=True):
    """A change that was set aside. Times in epoch ms: ``at`` by the phone, ``done_at`` by the server's clock.

    ``clock``: how far the phone's clock was off when it was sent, with the time it took. ``group``: changes of one
    device with the same number were one step. ``root``: what it belongs to, as far as that is a record.
    ``own``: the caller did it, or took part in what it is about; somebody else settles it.
    """

    change: tuple[int, int]
    group: int | None
    person: str
    person_name: str
    branch: str
    branch_name: str
    type: str
    record: str
    code: str
    subject: str
    at: int
    done_at: int
    clock: int
    received: int
    content: msgspec.Raw
    status: Status
    decided_by: str | None
    decided_by_name: str
    decided_at: int | None
    reason: str | None
    root: tuple[str, str] | None
    root_status: str | None
    own: bool


class HeldList(msgspec.Struct, frozen=True):
    """Some of it, and how much there is. ``rows``: the records it is about, as they are now."""

    held: list[HeldWork]
    total: int
    rows: dict[str, list[msgspec.Raw]]


class Outcome(msgspec.Struct, frozen=True):
    """What became of a change of one's own."""

    change: tuple[int, int]
    status: Status
    decided_by_name: str
    decided_at: int | None
    reason: str | None


class OutcomesSince(msgspec.Struct, frozen=True):
    """``since``: the ``next`` of an answer; what was told by then is left out. Epoch ms."""

    since: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)] | None = None


class Outcomes(msgspec.Struct, frozen=True):
    """Of what the caller did and a supervisor was given: what was decided, the first first, then what waits.

    ``next``: to ask with again. A decision may be told twice, and the rest comes the next time where there are many.
    """

    held: list[Outcome]
    next: int


async def held_for(caller: Caller, asked: Asked) -> HeldList:
    """What was set aside at the branches the caller supervises: the oldest that waits, or what was decided last."""
    places = msgspec.json.encode(sorted(one.place for one in caller.grants if one.role == "supervisor")).decode()
    which = _WAITING if asked.status == "open" else _DECIDED
    order = "h.received, h.device, h.n" if asked.status == "open" else "h.decided_at DESC, h.device, h.n"
    async with snapshot():
        found = await fetch(
            f"SELECT {_COLUMNS} {_FROM} WHERE {which} AND {_OVER} ORDER BY {order} LIMIT ?", places, asked.limit
        )
        total = len(found)
        if total == asked.limit:
            total = (await fetch(f"SELECT COUNT(*) FROM held AS h WHERE {which} AND {_OVER}", places))[0][0]
        workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
        held = [await _told(workspace, caller.person, row) for row in found]
        return HeldList(held, total, await _rows(workspace, held))


async def _told(workspace: Workspace, me: str, row: tuple[Any, ...]) -> HeldWork:
    (device, n, group, person, name, branch, branch_name, type_, record, code, subject, at, sent, received, content,
     status, by, by_name, decided_at, reason) = row  # fmt: skip
    root = await root_of(workspace, type_, record, subject)
    entry = await workspace.get(*root) if root else None
    return HeldWork(
        change=(device, n), group=group, person=person, person_name=name, branch=branch, branch_name=branch_name,
        type=type_, record=record, code=code, subject=subject, at=at, done_at=min(received, received - (sent - at)),
        clock=received - sent, received=received, content=msgspec.Raw(content.encode()), status=status, decided_by=by,
        decided_by_name=by_name, decided_at=decided_at, reason=reason, root=root,
        root_status=str(entry.row["status"]) if entry is not None else None,
        own=person == me or await has_part(workspace, me, root, (type_, record), content),
    )  # fmt: skip


async def _rows(workspace: Workspace, held: Iterable[HeldWork]) -> dict[str, list[msgspec.Raw]]:
    """The records some work is about, those the caller sees, as they are now."""
    # a step may speak of a type nobody knows: it waits with the rest of its step
    wanted = {(one.type, one.record) for one in held if one.type in RECORDS} | {one.root for one in held if one.root}
    seen = []
    for type_, id_ in sorted(wanted):
        entry = await workspace.get(type_, id_)
        if entry is not None and await workspace.visible(entry):
            seen.append((type_, id_))
    rows: dict[str, list[msgspec.Raw]] = {}
    for (type_, _), row in (await read_rows(seen)).items():
        rows.setdefault(type_, []).append(row)
    return rows


async def outcomes_for(caller: Caller, asked: OutcomesSince, now: int) -> Outcomes:
    """What became of the caller's work that was set aside, as far back as phones keep it; what waits only at first."""
    since = now - KEPT_MS if asked.since is None else asked.since
    decided = f"{_OWN} AND {_DECIDED} AND h.decided_at >= ? ORDER BY h.decided_at, h.device, h.n LIMIT ?"
    rows = list(await fetch(decided, caller.person, since, MOST_TOLD))
    upto = rows[-1][4] if len(rows) == MOST_TOLD else now - OVERLAP_MS
    if asked.since is None:
        rows += await fetch(f"{_OWN} AND {_WAITING} ORDER BY h.received, h.device, h.n LIMIT ?", caller.person, MOST)
    return Outcomes([Outcome((device, n), *about) for device, n, *about in rows], max(upto, since))
