"""Reading customers: lists for desks, who is perhaps in the files twice, who looked at a number."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from server.customers.likeness import likeness
from server.customers.synced import SEEN_BY, digits
from server.database.query import fetch
from server.door import Actor, Entry, Workspace, read_rows
from server.identity import Caller
from server.lists.finding import MOST_EXPORTED, as_json
from server.pages import Asked, Limit, Page, clock, page_for
from server.problems import Refusal

NEAREST = 10
_BELOW = "r.branch IN (SELECT a.place FROM ancestry AS a WHERE a.ancestor IN (SELECT value FROM json_each(?)))"
"""Whose branch is below one of some places."""


class CustomerFilters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of customers is narrowed to; ``q`` looks in name, pinyin initials and the end of the number."""

    q: str | None = None
    branch: str | None = None
    unit: str | None = None
    route: str | None = None
    tier: str | None = None
    status: Literal["active", "merged", "erased"] = "active"
    limit: Limit = 50
    next: str | None = None
    format: Literal["json", "xlsx"] = "json"
    lang: Literal["zh", "en"] | None = None


class Revealed(msgspec.Struct, frozen=True):
    """Who looked at a number: ``at`` by their phone, ``received`` by the server's clock."""

    person: str
    at: int
    received: int


class Reveals(msgspec.Struct, frozen=True):
    """The last looks at a number, newest first."""

    reveals: list[Revealed]


async def list_for(caller: Caller, filters: CustomerFilters) -> Page:
    """The customers the caller may see, by name. Raises BadCursor."""
    where, args = _narrowed(filters)
    asked = Asked(
        type="customer",
        conditions=where,
        arguments=args,
        column="name",
        descending=False,
        limit=filters.limit,
        next=filters.next,
    )
    return await page_for(caller, asked)


async def all_for(caller: Caller, filters: CustomerFilters) -> list[dict[str, Any]]:
    """Every customer of that list, for a sheet. Refused: 413 too_large for more than MOST_EXPORTED."""
    where, args = _narrowed(filters)
    places = {grant.place for grant in caller.grants if grant.role in SEEN_BY}
    return await _bodies([*where, _BELOW], [*args, as_json(sorted(places))])


async def everyone() -> list[dict[str, Any]]:
    """Every active customer, for whoever has the data itself. Refused: 413 too_large."""
    return await _bodies(["r.status = 'active'"], [])


async def codes_of(customers: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The codes of their branches, by id."""
    ids = as_json(sorted({customer["branch"] for customer in customers}))
    return dict(await fetch("SELECT id, code FROM branch WHERE id IN (SELECT value FROM json_each(?))", ids))


async def _bodies(where: Sequence[str], args: Sequence[Any]) -> list[dict[str, Any]]:
    rows = await fetch(
        f"SELECT r.body FROM customer AS r WHERE {' AND '.join(where)} ORDER BY r.name, r.id LIMIT ?",
        *args,
        MOST_EXPORTED + 1,
    )
    if len(rows) > MOST_EXPORTED:
        raise Refusal("too_large")
    return [msgspec.json.decode(body) for (body,) in rows]


def _narrowed(filters: CustomerFilters) -> tuple[list[str], list[Any]]:
    where: list[str] = ["r.status = ?"]
    args: list[Any] = [filters.status]
    for name in ("branch", "route", "tier"):
        if (value := getattr(filters, name)) is not None:
            where.append(f"r.{name} = ?")
            args.append(value)
    if filters.unit is not None:
        where.append("EXISTS (SELECT 1 FROM ancestry AS a WHERE a.place = r.branch AND a.ancestor = ?)")
        args.append(filters.unit)
    if filters.q:
        pattern = "%" + filters.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        either = ["LOWER(r.name) LIKE LOWER(?) ESCAPE '\\'", "r.initials LIKE LOWER(?) ESCAPE '\\'"]
        args += [pattern, pattern]
        if tail := digits(filters.q):
            either.append("r.phone LIKE ?")
            args.append(f"%{tail}")
        where.append(f"({' OR '.join(either)})")
    return where, args


async def seen(caller: Caller, id_: str) -> Entry | None:
    """A customer the caller may see."""
    workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
    entry = await workspace.get("customer", id_)
    return entry if entry is not None and await workspace.visible(entry) else None


async def near(caller: Caller, customer: Entry) -> Page:
    """Active customers of the same branch who are perhaps the same, the likeliest first."""
    workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
    others = await workspace.children("customer", "branch", customer.row["branch"])
    found = [
        (sure, other.id)
        for other in others
        if other.id != customer.id and other.row["status"] == "active" and (sure := likeness(customer.row, other.row))
    ]
    ids = [id_ for _, id_ in sorted(found, reverse=True)[:NEAREST]]
    rows = await read_rows(("customer", id_) for id_ in ids)
    return Page(await clock(), {"customer": [rows["customer", id_] for id_ in ids]})


async def reveals_of(customer: str) -> Reveals:
    """Who looked at a customer's number."""
    rows = await fetch(
        "SELECT person, at, received FROM reveal WHERE customer = ? ORDER BY received DESC, id LIMIT 200", customer
    )
    return Reveals([Revealed(*row) for row in rows])
