"""Reading branches: who may know of one, their labels, and the list of the desk."""

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from server.branches.labels import Label, address
from server.database.query import fetch
from server.database.snapshot import snapshot
from server.identity import Caller, stands_over
from server.identity.scope import Scope, scope_of, scope_over, units_below
from server.lists import Asked, Listing, Where, page_of
from server.lists.finding import as_json
from sync.records.values import Id, Position


async def is_visible(caller: Caller, id_: str) -> bool:
    """Whether any grant of the caller lies over an existing branch."""
    return bool(await fetch("SELECT 1 FROM branch WHERE id = ?", id_)) and await stands_over(caller, id_)


async def labels_below(unit: str, base: str) -> list[Label]:
    """The labels of every open branch of a unit and below it, by code."""
    rows = await fetch(
        "SELECT b.name, b.code, b.token FROM branch AS b JOIN ancestry AS a ON a.place = b.id "
        "WHERE a.ancestor = ? AND b.status = 'open' AND b.token IS NOT NULL ORDER BY b.code",
        unit,
    )
    return [Label(name=name, code=code, address=address(base, token)) for name, code, token in rows]


# --- the list of the desk ---

Kind = Literal["post_office", "agency", "delivery"]
BranchSort = Literal["code", "-code", "name", "-name", "unit", "-unit", "kind", "-kind", "status", "-status"]


class Branches(Asked, frozen=True, kw_only=True):
    """What a list of branches is narrowed to. ``unit``: those of a unit and of all below it."""

    sort: BranchSort = "code"
    unit: Id | None = None
    kind: tuple[Kind, ...] = ()
    status: Literal["open", "closed"] | None = None


class ListedBranch(msgspec.Struct, frozen=True):
    """A branch, with the name of its unit; ``editable``: the caller is an administrator over it."""

    id: str
    code: str
    name: str
    initials: str
    kind: Kind
    unit: str
    unit_name: str
    address: str | None
    position: Position | None
    staff_count: int | None
    opens: str | None
    closes: str | None
    status: Literal["open", "closed"]
    editable: bool


class BranchPage(msgspec.Struct, frozen=True):
    """A page of branches."""

    rows: list[ListedBranch]
    total: int
    page: int
    size: int


_BRANCHES = Listing(
    source="branch AS b",
    key="b.id",
    sorts={
        "code": ("b.code",),
        "name": ("b.sorting",),
        "unit": ("u.sorting", "b.unit", "b.code"),
        "kind": ("b.kind", "b.code"),
        "status": ("b.status", "b.code"),
    },
    joins={"unit": "JOIN unit AS u ON u.id = b.unit"},
    walks={"unit": ("unit AS u CROSS JOIN branch AS b", "b.unit = u.id")},
    values={"kind": get_args(Kind), "status": ("open", "closed")},
)


async def branches_for(caller: Caller, asked: Branches) -> tuple[list[ListedBranch], int]:
    """The branches a supervisor or administrator answers for."""
    async with snapshot():
        scope, where = await scope_of(caller, "admin", "supervisor"), Where()
        scope.holds_branches(where, "b.unit", "b.id")
        if asked.unit is not None:
            where.add("b.unit IN (SELECT value FROM json_each(?))", as_json(sorted(await units_below(asked.unit))))
        where.among("b.kind", asked.kind)
        if asked.status is not None:
            where.add("b.status = ?", asked.status)
        where.looks_like(asked.q, "b.search")
        keys, total = await page_of(_BRANCHES, asked, asked.sort, where)
        return await _rows(caller, keys), total


async def branch_for(caller: Caller, id_: str) -> ListedBranch | None:
    """One branch of that list."""
    async with snapshot():
        scope, where = await scope_of(caller, "admin", "supervisor"), Where()
        scope.holds_branches(where, "b.unit", "b.id")
        where.add("b.id = ?", id_)
        keys, _ = await page_of(_BRANCHES, Branches(), "code", where)
        return next(iter(await _rows(caller, keys)), None)


async def _rows(caller: Caller, ids: Sequence[str]) -> list[ListedBranch]:
    rows = await fetch(
        "SELECT b.id, b.body, u.name FROM branch AS b JOIN unit AS u ON u.id = b.unit "
        "WHERE b.id IN (SELECT value FROM json_each(?))",
        as_json(ids),
    )
    edited = await scope_over(caller, "admin")
    found = {id_: _row(body, unit, edited) for id_, body, unit in rows}
    return [found[id_] for id_ in ids]


def _row(body: str, unit_name: str, edited: Scope) -> ListedBranch:
    stored = _decode(body)
    editable = stored.unit in edited.units or stored.id in edited.branches
    return ListedBranch(**msgspec.structs.asdict(stored), unit_name=unit_name, editable=editable)


class _Stored(msgspec.Struct, frozen=True):
    """What the list shows of a stored branch."""

    id: str
    code: str
    name: str
    initials: str
    kind: Kind
    unit: str
    address: str | None
    position: Position | None
    staff_count: int | None
    opens: str | None
    closes: str | None
    status: Literal["open", "closed"]


_decode = msgspec.json.Decoder(_Stored).decode
