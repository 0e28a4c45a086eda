"""The desk's list of customers: those of the branches a supervisor answers for, who waits longest for a visit first."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency

from server.customers.seeking import sought_for
from server.customers.sheets import KINDS, NAMES, masked
from server.database.query import fetch
from server.database.snapshot import snapshot
from server.identity import Caller
from server.identity.scope import records_below, scope_of
from server.lists import Asked, Listing, Where, answer, asked_of, page_of
from server.lists.answers import XLSX, Column, Language, when
from server.lists.finding import as_json
from sync.records.values import Id

Kind = Literal["organisation", "person", "key"]
Sort = Literal["visited_at", "-visited_at", "name", "-name"]
Idle = Literal["30", "60", "90", "180", "never"]
DAY_MS = 86_400_000


class Customers(Asked, frozen=True, kw_only=True):
    """What the list is narrowed to. ``q`` looks in names, pinyin initials and the end of the number.

    ``idle``: nobody was there for so many days, or ever. ``waiting``: something heard there waits for an answer.
    """

    sort: Sort = "visited_at"
    tier: str | None = None
    route: str | None = None
    unit: Id | None = None
    branch: Id | None = None
    idle: Idle | None = None
    waiting: bool | None = None


class ListedCustomer(msgspec.Struct, frozen=True):
    """An active customer. ``phone`` is hidden but for its ends.

    ``visited_at``: when somebody was last there, epoch ms; ``follow_up_on``: the day promised on the last visit.
    """

    id: str
    branch: str
    branch_name: str
    branch_code: str
    visited_at: int | None
    name: str
    kind: Kind | None
    phone: str | None
    route: str | None
    tier: str | None
    follow_up_on: str | None
    waiting: bool


class CustomerPage(msgspec.Struct, frozen=True):
    """A page of customers."""

    rows: list[ListedCustomer]
    total: int
    page: int
    size: int


_LISTING = Listing(source="customer AS c", key="c.id", sorts={"visited_at": ("c.visited_at",), "name": ("c.name",)})
_SCANNED = msgspec.structs.replace(_LISTING, scanned=True)
"""The same where some are looked for."""


class CustomerLists(Controller):
    """`/api/lists/customers`."""

    path = "/api/lists/customers"
    tags = ("customers",)

    @get(
        "/",
        opt={"query": Customers, "reply": CustomerPage, "media": [XLSX], "refusals": ("not_allowed", "too_large")},
    )
    async def list_customers(
        self, request: Request[Any, Any, Any], caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """The active customers of the branches the caller supervises, numbers hidden."""
        asked = asked_of(request, Customers)
        rows, total = await customers_for(caller, asked, now=clock)
        return await answer(asked, rows, total, columns(asked.lang or "zh"), NAMES)


async def customers_for(caller: Caller, asked: Customers, *, now: int) -> tuple[list[ListedCustomer], int]:
    """A page of them, and how many there are."""
    async with snapshot():
        scope, where = await scope_of(caller, "supervisor"), Where()
        where.add("c.status = 'active'")
        scope.holds_records(where, "c.branch")
        if asked.unit is not None:
            await records_below(where, "c.branch", asked.unit)
        for column, value in (("c.branch", asked.branch), ("c.tier", asked.tier), ("c.route", asked.route)):
            if value is not None:
                where.add(f"{column} = ?", value)
        if asked.idle is not None:
            where.add("c.visited_at <= ?", 0 if asked.idle == "never" else now - int(asked.idle) * DAY_MS)
        if asked.waiting is not None:
            where.add(f"c.id {'' if asked.waiting else 'NOT '}IN ({_WAITING} AND v.customer IS NOT NULL)")
        for word in asked.q.split():
            sought, found = sought_for(word, "c")
            where.add(sought, *found)
        is_narrow = bool(asked.q) or asked.branch is not None or asked.unit is not None
        keys, total = await page_of(_SCANNED if is_narrow else _LISTING, asked, asked.sort, where)
        return await _rows(keys), total


_WAITING = "SELECT v.customer FROM suggestion AS s CROSS JOIN visit AS v WHERE v.id = s.visit AND s.status = 'open'"


class _Told(msgspec.Struct, frozen=True):
    """What a row says of a customer itself."""

    name: str
    kind: Kind | None
    phone: str | None
    route: str | None
    tier: str | None


async def _rows(ids: Sequence[str]) -> list[ListedCustomer]:
    wanted = as_json(ids)
    rows = await fetch(
        "SELECT c.id, c.branch, b.name, b.code, c.visited_at, c.body FROM customer AS c "
        "JOIN branch AS b ON b.id = c.branch WHERE c.id IN (SELECT value FROM json_each(?))",
        wanted,
    )
    due = await _due(wanted)
    waiting = {row[0] for row in await fetch(f"{_WAITING} AND v.customer IN (SELECT value FROM json_each(?))", wanted)}
    found = {row[0]: _row(row, due.get(row[0]), row[0] in waiting) for row in rows}
    return [found[id_] for id_ in ids]


def _row(row: Sequence[Any], due: str | None, waiting: bool) -> ListedCustomer:
    *plain, visited_at, body = row
    told = msgspec.json.decode(body, type=_Told)
    own = (told.name, told.kind, told.phone and masked(told.phone), told.route, told.tier)
    values = (*plain, visited_at or None, *own, due, waiting)
    return ListedCustomer(**dict(zip(ListedCustomer.__struct_fields__, values, strict=True)))


class _Promised(msgspec.Struct, frozen=True):
    follow_up_on: str | None


async def _due(customers: str) -> dict[str, str | None]:
    """The day promised on the last visit to each of some customers; a JSON list of ids."""
    rows = await fetch(
        "SELECT v.customer, v.body FROM visit AS v WHERE v.customer IN (SELECT value FROM json_each(?)) "
        "AND v.status = 'closed' AND v.kind <> 'card' AND v.started_at = (SELECT MAX(l.started_at) FROM visit AS l "
        "WHERE l.customer = v.customer AND l.status = 'closed' AND l.kind <> 'card') ORDER BY v.closed_at, v.id",
        customers,
    )
    return {customer: msgspec.json.decode(body, type=_Promised).follow_up_on for customer, body in rows}


def columns(language: Language) -> Mapping[str, Column]:
    """The columns of its sheet."""
    at = ("zh", "en").index(language)
    yes = ("待办", "open")[at]
    return {
        "name": Column("客户名称", "Customer", lambda row: row.name),
        "branch": Column("网点名称", "Branch", lambda row: row.branch_name),
        "code": Column("网点编码", "Branch code", lambda row: row.branch_code),
        "kind": Column("类别", "Kind", lambda row: row.kind and KINDS[row.kind][at]),
        "tier": Column("等级", "Tier", lambda row: row.tier),
        "route": Column("段道", "Route", lambda row: row.route),
        "phone": Column("电话", "Phone", lambda row: row.phone),
        "visited_at": Column("上次走访", "Last visit", lambda row: when(row.visited_at)),
        "follow_up_on": Column("答复期限", "Answer by", lambda row: row.follow_up_on),
        "waiting": Column("客户反映", "Feedback", lambda row: yes if row.waiting else None),
    }
