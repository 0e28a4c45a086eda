"""Reading inspections for desks: lists with filters and paging, and one inspection with all that hangs on it."""

import base64
from typing import Annotated, Any, Literal

import msgspec

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.door import Workspace, read_rows
from server.door.workspace import Actor
from server.identity import Caller
from server.identity.scope import BELOW, scope_over
from server.inspections.audiences import ALWAYS
from server.lists import Where
from server.lists.finding import as_json
from server.pages import BadCursor, Page
from sync.records.values import Id

_Mark = tuple[Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)], Id]
"""What the last inspection of a page is sorted by, and its id."""
Sort = Literal["-submitted_at", "submitted_at", "-started_at", "started_at", "total", "-total"]
MOST = 200


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; all at once. ``q`` looks in branches."""

    status: tuple[str, ...] = ()
    branch: str | None = None
    unit: str | None = None
    standard: str | None = None
    lead: str | None = None
    q: str | None = None
    sort: Sort = "-submitted_at"
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = 50
    next: str | None = None


class Held(msgspec.Struct, frozen=True):
    """A change that was set aside, as it was sent."""

    change: tuple[int, int]
    person: str
    code: str
    received: int
    at: int
    content: msgspec.Raw


class HeldChanges(msgspec.Struct, frozen=True):
    """What was set aside about one inspection, oldest first."""

    held: list[Held]


async def list_for(caller: Caller, filters: Filters) -> Page:
    """A page of what the caller may see."""
    async with snapshot():
        column, descending = filters.sort.lstrip("-"), filters.sort.startswith("-")
        where = await _where(caller, filters)
        value = f"CAST(COALESCE(i.{column}, 0) AS BIGINT)"
        if filters.next is not None:
            where.add(f"({value}, i.id) {'<' if descending else '>'} (?, ?)", *_read_next(filters.next))
        order = "DESC" if descending else "ASC"
        conditions = where.on_the_way() if where.finds_many else where
        rows = await fetch(
            f"SELECT i.id, {value} FROM inspection AS i WHERE {conditions.sql()} "
            f"ORDER BY {value} {order}, i.id {order} LIMIT ?",
            *where.arguments,
            filters.limit + 1,
        )
        page = rows[: filters.limit]
        bodies = await read_rows(("inspection", row[0]) for row in page)
        following: str | msgspec.UnsetType = msgspec.UNSET
        if len(rows) > filters.limit:
            following = base64.urlsafe_b64encode(msgspec.json.encode([page[-1][1], page[-1][0]])).decode()
        return Page(await _clock(), {"inspection": [bodies["inspection", row[0]] for row in page]}, following)


async def _where(caller: Caller, filters: Filters) -> Where:
    where = await _seen_by(caller)
    where.among("i.status", filters.status)
    for name in ("branch", "standard", "lead"):
        if (value := getattr(filters, name)) is not None:
            where.add(f"i.{name} = ?", value)
    if filters.unit is not None:
        where.add("i.branch IN (SELECT place FROM ancestry WHERE ancestor = ?)", filters.unit)
    await where.named_like(filters.q or "", "inspection", branch="i.branch")
    return where


async def _seen_by(caller: Caller) -> Where:
    """Inspectors and supervisors see the inspections of their branches; managers those the branch is told of."""
    where, over = Where(), await scope_over(caller, *ALWAYS)
    if over.everything:
        over.holds_records(where, "i.branch")
        return where
    below = BELOW.format(column="i.branch")
    managed = as_json(sorted({grant.place for grant in caller.grants if grant.role == "manager"}))
    told = "(i.submitted_at IS NOT NULL OR i.self_check = 1)"  # as `audiences.of_inspection` has it
    where.add(f"({below} OR ({below} AND {told}))", as_json(over.places), managed)
    return where


def _read_next(text: str) -> list[Any]:
    try:
        value, id_ = msgspec.json.decode(base64.urlsafe_b64decode(text.encode()), type=_Mark)
    except (ValueError, msgspec.DecodeError) as error:
        raise BadCursor(text) from error
    return [value, id_]


async def one_for(caller: Caller, id_: str) -> Page | None:
    """One inspection with what the caller sees of its findings and photos; ``None`` if they do not see it."""
    async with snapshot():
        workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
        inspection = await workspace.get("inspection", id_)
        if inspection is None or not await workspace.visible(inspection):
            return None
        keys = [("inspection", id_)]
        for type_ in ("finding", "photo"):
            children = await workspace.children(type_, "inspection", id_)
            keys += [(type_, child.id) for child in children if await workspace.visible(child)]
        rows: dict[str, list[msgspec.Raw]] = {}
        for (type_, _), row in (await read_rows(keys)).items():
            rows.setdefault(type_, []).append(row)
        return Page(await _clock(), rows)


async def held_for(caller: Caller, id_: str) -> HeldChanges | None:
    """What was set aside for a supervisor about an inspection, oldest first; ``None`` if they may not settle it."""
    async with snapshot():
        workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
        inspection = await workspace.get("inspection", id_)
        if inspection is None or not await workspace.visible(inspection):
            return None
        if not await workspace.over(caller.person, "supervisor", inspection.row["branch"]):
            return None
        rows = await fetch(
            "SELECT h.device, h.n, h.person, h.code, h.received, l.at, l.content FROM held AS h "
            "JOIN log AS l ON l.device = h.device AND l.n = h.n AND l.device > 0 "
            "WHERE h.subject = ? AND h.status = 'open' ORDER BY h.received, h.device, h.n",
            id_,
        )
        held = [
            Held((device, n), person, code, received, at, msgspec.Raw(content.encode()))
            for device, n, person, code, received, at, content in rows
        ]
        return HeldChanges(held)


async def _clock() -> int:
    return int((await fetch("SELECT rev FROM clock WHERE id = 1"))[0][0])
