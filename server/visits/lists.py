"""The desk's list of visits: those of the branches a supervisor answers for. What customers said is not in it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.identity import Caller
from server.identity.scope import records_below, scope_of
from server.lists import Asked, Listing, Where, answer, asked_of, page_of
from server.lists.answers import XLSX, Column, Language, when
from server.lists.finding import as_json
from sync.records.values import Id
from sync.records.visits import Topic, VisitKind

Result = Literal["met", "left_word", "not_met"]
Status = Literal["draft", "closed", "void"]
Heard = Literal["open", "dealt"]
Words = Mapping[str, tuple[str, str]]
KINDS: Words = {
    "visit": ("走访客户", "visit"),
    "ride_along": ("跟班投递", "ride-along"),
    "en_route": ("投递途中", "on the route"),
    "reception": ("来访接待", "reception"),
    "card": ("发监督卡", "card"),
}
RESULTS: Words = {
    "met": ("见到了", "met"),
    "left_word": ("留了话", "left word"),
    "not_met": ("没见到", "not met"),
}
STATUSES: Words = {"draft": ("没记完", "draft"), "closed": ("已记好", "closed"), "void": ("作废", "void")}
TOPICS: Words = {
    "misdelivery": ("误投", "misdelivered"),
    "non_delivery": ("没投到位", "not delivered"),
    "timeliness": ("时限", "late"),
    "attitude": ("态度", "attitude"),
    "tariff": ("资费", "price"),
    "other": ("其他", "other"),
}
HEARD: Words = {"open": ("待办", "open"), "dealt": ("已答复", "answered")}
NAMES = ("走访", "Visits")
Sort = Literal[
    "started_at", "-started_at", "branch", "-branch", "person", "-person", "kind", "-kind", "status", "-status"
]


class Visits(Asked, frozen=True, kw_only=True):
    """What the list is narrowed to; ``q`` looks in branches and in who visited. ``unit``: with all below it."""

    sort: Sort = "-started_at"
    kind: tuple[VisitKind, ...] = ()
    status: tuple[Status, ...] = ()
    heard: Heard | None = None
    unit: Id | None = None
    branch: Id | None = None
    person: Id | None = None


class ListedVisit(msgspec.Struct, frozen=True):
    """A visit with the names of what it names. ``heard``: whether what was heard waits, or was answered."""

    id: str
    branch: str
    branch_name: str
    branch_code: str
    person: str
    person_name: str
    customer_name: str
    kind: VisitKind
    status: Status
    started_at: int
    heard: Heard | None
    result: Result | None
    satisfaction: int | None
    topics: list[Topic]


class VisitPage(msgspec.Struct, frozen=True):
    """A page of visits."""

    rows: list[ListedVisit]
    total: int
    page: int
    size: int


_LISTING = Listing(
    source="visit AS v",
    key="v.id",
    sorts={
        "started_at": ("v.started_at",),
        "branch": ("b.sorting", "v.started_at DESC"),
        "person": ("COALESCE(p.sorting, '')", "v.started_at DESC"),
        "kind": ("v.kind", "v.started_at DESC"),
        "status": ("v.status", "v.started_at DESC"),
    },
    joins={
        "branch": "JOIN branch AS b ON b.id = v.branch",
        "person": "LEFT JOIN person AS p ON p.id = v.person",
    },
    walks={"branch": ("branch AS b CROSS JOIN visit AS v", "v.branch = b.id")},
    values={"kind": tuple(KINDS), "status": tuple(STATUSES)},
)
_ALL_NAMED = msgspec.structs.replace(
    _LISTING,
    sorts={**_LISTING.sorts, "person": ("p.sorting", "v.started_at DESC")},
    walks={**_LISTING.walks, "person": ("person AS p CROSS JOIN visit AS v", "v.person = p.id")},
)
"""The same where each names its person."""


class VisitLists(Controller):
    """`/api/lists/visits`."""

    path = "/api/lists/visits"
    tags = ("visits",)

    @get("/", opt={"query": Visits, "reply": VisitPage, "media": [XLSX], "refusals": ("not_allowed", "too_large")})
    async def list_visits(self, request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Response[bytes]:
        """The visits of the branches the caller supervises."""
        asked = asked_of(request, Visits)
        rows, total = await visits_for(caller, asked)
        return await answer(asked, rows, total, columns(asked.lang or "zh"), NAMES)


async def visits_for(caller: Caller, asked: Visits) -> tuple[list[ListedVisit], int]:
    """A page of them, and how many there are."""
    async with snapshot():
        scope, where = await scope_of(caller, "supervisor"), Where()
        scope.holds_records(where, "v.branch")
        if asked.unit is not None:
            await records_below(where, "v.branch", asked.unit)
        where.among("v.kind", asked.kind)
        where.among("v.status", asked.status)
        for column, value in (("v.branch", asked.branch), ("v.person", asked.person)):
            if value is not None:
                where.add(f"{column} = ?", value)
        if asked.heard is not None:
            where.add("v.id IN (SELECT visit FROM suggestion WHERE status = ?)", asked.heard)
        await where.named_like(asked.q, "visit", branch="v.branch", person="v.person")
        keys, total = await page_of(await _listing(asked), asked, asked.sort, where)
        return await _rows(keys), total


async def _listing(asked: Visits) -> Listing:
    if asked.sort.lstrip("-") != "person":
        return _LISTING
    return _LISTING if await fetch("SELECT 1 FROM visit WHERE person = '' LIMIT 1") else _ALL_NAMED


async def _rows(ids: Sequence[str]) -> list[ListedVisit]:
    rows = await fetch(
        "SELECT v.id, v.branch, b.name, b.code, v.person, COALESCE(p.name, ''), c.body, v.kind, v.status, "
        "v.started_at, s.status, v.body FROM visit AS v JOIN branch AS b ON b.id = v.branch "
        "LEFT JOIN person AS p ON p.id = v.person LEFT JOIN suggestion AS s ON s.visit = v.id "
        "LEFT JOIN customer AS c ON c.id = v.customer WHERE v.id IN (SELECT value FROM json_each(?))",
        as_json(ids),
    )
    found = {row[0]: _row(row) for row in rows}
    return [found[id_] for id_ in ids]


def _row(row: Sequence[Any]) -> ListedVisit:
    *plain, body = row
    plain[6] = msgspec.json.decode(plain[6], type=_Named).name if plain[6] else ""
    told = msgspec.json.decode(body, type=_Told)
    values = (*plain, told.result, told.satisfaction, told.topics or [])
    return ListedVisit(**dict(zip(ListedVisit.__struct_fields__, values, strict=True)))


class _Named(msgspec.Struct, frozen=True):
    name: str


class _Told(msgspec.Struct, frozen=True):
    result: Result | None
    satisfaction: int | None
    topics: list[Topic] | None


def columns(language: Language) -> Mapping[str, Column]:
    """The columns of its sheet."""
    at = ("zh", "en").index(language)
    comma = "、" if language == "zh" else ", "
    return {
        "started_at": Column("时间", "When", lambda row: when(row.started_at)),
        "branch": Column("网点名称", "Branch", lambda row: row.branch_name),
        "code": Column("网点编码", "Branch code", lambda row: row.branch_code),
        "person": Column("走访人", "Visitor", lambda row: row.person_name),
        "customer": Column("客户名称", "Customer", lambda row: row.customer_name),
        "kind": Column("方式", "Kind", lambda row: KINDS[row.kind][at]),
        "result": Column("结果", "Result", lambda row: row.result and RESULTS[row.result][at]),
        "satisfaction": Column("满意度", "Satisfaction", lambda row: row.satisfaction),
        "topics": Column("问题", "Problems", lambda row: comma.join(TOPICS[one][at] for one in row.topics)),
        "heard": Column("客户反映", "Feedback", lambda row: row.heard and HEARD[row.heard][at]),
        "status": Column("状态", "Status", lambda row: STATUSES[row.status][at]),
    }
