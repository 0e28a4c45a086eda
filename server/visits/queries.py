"""Reading visits for desks, and the checks they suggest."""

from typing import Any, Literal

import msgspec

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.door import Actor, Workspace, read_rows
from server.identity import Caller
from server.identity.scope import BELOW, scope_over
from server.lists import Where
from server.lists.finding import as_json
from server.pages import Asked, Limit, Page, Seen, page_for

Sort = Literal["-started_at", "started_at"]


class VisitFilters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of visits is narrowed to; all at once. Times in epoch ms."""

    status: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    branch: str | None = None
    unit: str | None = None
    customer: str | None = None
    person: str | None = None
    sort: Sort = "-started_at"
    limit: Limit = 50
    next: str | None = None


class Suggestion(msgspec.Struct, frozen=True):
    """What was heard on a visit, which is ``row``; once dealt with: by whom, when, and the comment that says how."""

    visit: str
    branch: str
    made_at: int
    status: Literal["open", "dealt"]
    dealt_by: str | None
    dealt_at: int | None
    comment: str | None
    row: msgspec.Raw


class Suggestions(msgspec.Struct, frozen=True):
    """The checks suggested at the caller's branches, the oldest open ones first."""

    suggestions: list[Suggestion]


class Inspector(msgspec.Struct, frozen=True):
    """Somebody who may be asked to check a branch."""

    id: str
    name: str


class Inspectors(msgspec.Struct, frozen=True):
    """Those who may be asked, in the order of their names."""

    people: list[Inspector]


async def list_for(caller: Caller, filters: VisitFilters) -> Page:
    """The visits the caller may see. Raises BadCursor."""
    where: list[str] = []
    args: list[str] = []
    for name in ("status", "kind"):
        if value := getattr(filters, name):
            where.append(f"r.{name} IN (SELECT value FROM json_each(?))")
            args.append(msgspec.json.encode(value).decode())
    for name in ("branch", "customer", "person"):
        if (value := getattr(filters, name)) is not None:
            where.append(f"r.{name} = ?")
            args.append(value)
    if filters.unit is not None:
        where.append("r.branch IN (SELECT place FROM ancestry WHERE ancestor = ?)")
        args.append(filters.unit)
    asked = Asked(
        type="visit",
        conditions=where,
        arguments=args,
        column=filters.sort.lstrip("-"),
        descending=filters.sort.startswith("-"),
        limit=filters.limit,
        next=filters.next,
        seen=await _seen_by(caller),
    )
    return await page_for(caller, asked)


async def _seen_by(caller: Caller) -> Seen:
    """Managers and supervisors see the visits of their branches; a person their own, while they work for the branch."""
    where, over = Where(), await scope_over(caller, "manager", "supervisor")
    if over.everything:
        over.holds_records(where, "r.branch")
    else:
        below = BELOW.format(column="r.branch")
        worked = as_json(sorted({grant.place for grant in caller.grants if grant.role in ("carrier", "manager")}))
        where.add(f"({below} OR (r.person = ? AND {below}))", as_json(over.places), caller.person, worked)
    return Seen("", where.sql(), where.arguments)


async def suggestions_for(caller: Caller, status: Literal["open", "dealt"]) -> Suggestions:
    """What visits suggest at the branches the caller supervises: the oldest open ones, or those dealt with last."""
    places = sorted(grant.place for grant in caller.grants if grant.role == "supervisor")
    order = "s.made_at" if status == "open" else "s.dealt_at DESC"
    async with snapshot():
        found = await fetch(
            "SELECT s.visit, s.branch, s.made_at, s.status, s.dealt_by, s.dealt_at, s.comment FROM suggestion AS s "
            "WHERE s.status = ? AND EXISTS (SELECT 1 FROM ancestry AS a WHERE a.place = s.branch "
            f"AND a.ancestor IN (SELECT value FROM json_each(?))) ORDER BY {order}, s.visit LIMIT 200",
            status,
            msgspec.json.encode(places).decode(),
        )
        rows = await read_rows(("visit", row[0]) for row in found)
        return Suggestions([_suggestion(about, rows["visit", about[0]]) for about in found])


def _suggestion(about: tuple[Any, ...], row: msgspec.Raw) -> Suggestion:
    visit, branch, made_at, status, dealt_by, dealt_at, comment = about
    return Suggestion(visit, branch, made_at, status, dealt_by, dealt_at, comment, row)


async def inspectors_of(branch: str) -> Inspectors:
    """The active inspectors over a branch."""
    found = await fetch(
        "SELECT DISTINCT p.id, p.name, p.sorting FROM ancestry AS a JOIN grant_ AS g ON g.place = a.ancestor "
        "JOIN person AS p ON p.id = g.person WHERE a.place = ? AND g.role = 'inspector' AND p.active = 1 "
        "ORDER BY p.sorting, p.id",
        branch,
    )
    return Inspectors([Inspector(id_, name) for id_, name, _ in found])


async def sees(caller: Caller, visit: str) -> str | None:
    """The branch of a visit the caller sees; ``None`` when they do not."""
    workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
    entry = await workspace.get("visit", visit)
    return str(entry.row["branch"]) if entry is not None and await workspace.visible(entry) else None
