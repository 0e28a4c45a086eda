"""Reading customers: lists for desks, who is perhaps in the files twice, who looked at a number."""

from typing import Literal

import msgspec

from server.customers.likeness import likeness
from server.customers.synced import digits
from server.database.query import fetch
from server.door import Actor, Entry, Workspace, read_rows
from server.identity import Caller
from server.pages import Asked, Limit, Page, clock, page_for

NEAREST = 10


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
    where: list[str] = ["r.status = ?"]
    args: list[str] = [filters.status]
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
