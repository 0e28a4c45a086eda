"""Reading customers: lists for desks, who is perhaps in the files twice, who looked at a number."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from server.customers.likeness import likeness
from server.customers.seeking import sought_for
from server.customers.synced import SEEN_BY
from server.database.query import fetch
from server.door import Actor, Entry, Workspace, read_rows
from server.identity import Caller
from server.lists.finding import MOST_EXPORTED, as_json
from server.pages import Asked, Limit, Page, Seen, clock, page_for
from server.problems import Refusal

NEAREST = 10
_PLACES = "SELECT DISTINCT a.place FROM ancestry AS a WHERE a.ancestor IN (SELECT value FROM json_each(?))"
_UNDER = "a.place IN (SELECT u.place FROM ancestry AS u WHERE u.ancestor = ?)"
_EVERYTHING = Seen("", "r.branch <> ''", ())
"""But for those that were taken back: they are in no branch."""


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
        seen=await _seen_by(caller, filters.unit),
    )
    return await page_for(caller, asked)


async def all_for(caller: Caller, filters: CustomerFilters) -> list[dict[str, Any]]:
    """Every customer of that list, for a sheet. Refused: 413 too_large for more than MOST_EXPORTED."""
    where, args = _narrowed(filters)
    return await _bodies(await _seen_by(caller, filters.unit), where, args)


async def _seen_by(caller: Caller, unit: str | None) -> Seen:
    """Whoever keeps or supervises a branch sees its customers; here those below a unit, where one is named.

    Who sees everything reads them in the order of names; else those of some branches are put in order.
    """
    places = sorted({grant.place for grant in caller.grants if grant.role in SEEN_BY})
    outside = await fetch(
        "SELECT 1 FROM unit WHERE parent IS NULL AND id NOT IN (SELECT value FROM json_each(?)) LIMIT 1",
        as_json(places),
    )
    if not outside and unit is None:
        return _EVERYTHING
    below = f"{_PLACES} AND {_UNDER}" if unit is not None else _PLACES
    arguments = [as_json(places), *([unit] if unit is not None else [])]
    return Seen(f"({below}) AS below CROSS JOIN", "r.branch = below.place", arguments)


async def everyone() -> list[dict[str, Any]]:
    """Every active customer, for whoever has the data itself. Refused: 413 too_large."""
    return await _bodies(_EVERYTHING, ["r.status = 'active'"], [])


async def codes_of(customers: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The codes of their branches, by id."""
    ids = as_json(sorted({customer["branch"] for customer in customers}))
    return dict(await fetch("SELECT id, code FROM branch WHERE id IN (SELECT value FROM json_each(?))", ids))


async def _bodies(seen: Seen, where: Sequence[str], args: Sequence[Any]) -> list[dict[str, Any]]:
    rows = await fetch(
        f"SELECT r.body FROM {seen.source} customer AS r WHERE {' AND '.join([seen.condition, *where])} "
        "ORDER BY r.name, r.id LIMIT ?",
        *seen.arguments,
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
    if filters.q:
        sought, found = sought_for(filters.q, "r")
        where.append(sought)
        args += found
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
