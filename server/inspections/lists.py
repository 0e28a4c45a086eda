"""The desk's list of inspections: those of the branches a supervisor answers for."""

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
from sync.records.inspections import InspectionStatus
from sync.records.values import Id

STATUSES: Mapping[str, tuple[str, str]] = {
    "draft": ("草稿", "draft"),
    "submitted": ("已提交", "submitted"),
    "returned": ("已退回", "returned"),
    "approved": ("已通过", "approved"),
    "void": ("作废", "void"),
}
_REFUSALS = ("not_allowed", "too_large")
Title = tuple[str, str, str | None]
"""Code, title and English title of a standard."""
NAMES = ("检查", "Inspections")
Sort = Literal[
    "submitted_at", "-submitted_at", "started_at", "-started_at", "branch", "-branch", "lead", "-lead", "total",
    "-total", "status", "-status",
]  # fmt: skip


class Inspections(Asked, frozen=True, kw_only=True):
    """What the list is narrowed to; ``q`` looks in branches and in who leads. ``unit``: with all below it."""

    sort: Sort = "-submitted_at"
    status: tuple[InspectionStatus, ...] = ()
    unit: Id | None = None
    branch: Id | None = None
    lead: Id | None = None


class ListedInspection(msgspec.Struct, frozen=True):
    """An inspection with the names of what it names. Times in epoch ms, ``total`` in tenths of a point."""

    id: str
    branch: str
    branch_name: str
    branch_code: str
    standard_code: str
    standard_title: str
    standard_title_en: str | None
    lead: str
    lead_name: str
    status: InspectionStatus
    started_at: int
    submitted_at: int | None
    total: int | None
    vetoes: int


class InspectionPage(msgspec.Struct, frozen=True):
    """A page of inspections."""

    rows: list[ListedInspection]
    total: int
    page: int
    size: int


_LISTING = Listing(
    source="inspection AS i",
    key="i.id",
    sorts={
        # In the words of the index it is walked along.
        "submitted_at": ("CAST(COALESCE(i.submitted_at, 0) AS BIGINT)", "i.started_at DESC"),
        "started_at": ("i.started_at",),
        "branch": ("b.sorting", "i.started_at DESC"),
        "lead": ("COALESCE(p.sorting, '')", "i.started_at DESC"),
        "total": ("COALESCE(i.total, -1)", "i.started_at DESC"),
        "status": ("i.status", "i.started_at DESC"),
    },
    joins={
        "branch": "JOIN branch AS b ON b.id = i.branch",
        "lead": "LEFT JOIN person AS p ON p.id = i.lead",
    },
    walks={"branch": ("branch AS b CROSS JOIN inspection AS i", "i.branch = b.id")},
    values={"status": tuple(STATUSES)},
)
_ALL_NAMED = msgspec.structs.replace(
    _LISTING,
    sorts={**_LISTING.sorts, "lead": ("p.sorting", "i.started_at DESC")},
    walks={**_LISTING.walks, "lead": ("person AS p CROSS JOIN inspection AS i", "i.lead = p.id")},
)
"""The same where each names its person."""


class InspectionLists(Controller):
    """`/api/lists/inspections`."""

    path = "/api/lists/inspections"
    tags = ("inspections",)

    @get(
        "/",
        opt={"query": Inspections, "reply": InspectionPage, "media": [XLSX], "refusals": ("not_allowed", "too_large")},
    )
    async def list_inspections(
        self, request: Request[Any, Any, Any], caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """The inspections of the branches the caller supervises."""
        asked = asked_of(request, Inspections)
        rows, total = await inspections_for(caller, asked)
        return await answer(asked, rows, total, columns(asked.lang or "zh"), NAMES)


async def inspections_for(caller: Caller, asked: Inspections) -> tuple[list[ListedInspection], int]:
    """A page of them, and how many there are."""
    async with snapshot():
        scope, where = await scope_of(caller, "supervisor"), Where()
        scope.holds_records(where, "i.branch")
        if asked.unit is not None:
            await records_below(where, "i.branch", asked.unit)
        where.among("i.status", asked.status)
        for column, value in (("i.branch", asked.branch), ("i.lead", asked.lead)):
            if value is not None:
                where.add(f"{column} = ?", value)
        await where.named_like(asked.q, "inspection", branch="i.branch", person="i.lead")
        keys, total = await page_of(await _listing(asked), asked, asked.sort, where)
        return await _rows(keys), total


async def _listing(asked: Inspections) -> Listing:
    if asked.sort.lstrip("-") != "lead":
        return _LISTING
    return _LISTING if await fetch("SELECT 1 FROM inspection WHERE lead = '' LIMIT 1") else _ALL_NAMED


async def _rows(ids: Sequence[str]) -> list[ListedInspection]:
    titles = {id_: _title(body) for id_, body in await fetch("SELECT id, body FROM standard")}
    rows = await fetch(
        "SELECT i.id, i.branch, b.name, b.code, i.standard, i.lead, COALESCE(p.name, ''), i.status, i.started_at, "
        "i.submitted_at, i.total, i.body FROM inspection AS i JOIN branch AS b ON b.id = i.branch "
        "LEFT JOIN person AS p ON p.id = i.lead WHERE i.id IN (SELECT value FROM json_each(?))",
        as_json(ids),
    )
    found = {row[0]: _row(row, titles) for row in rows}
    return [found[id_] for id_ in ids]


def _row(row: Sequence[Any], titles: Mapping[str, Title]) -> ListedInspection:
    *plain, body = row
    plain[4:5] = titles[plain[4]]
    score = _decode(body).score
    values = (*plain, len(score["vetoes"]) if score else 0)
    return ListedInspection(**dict(zip(ListedInspection.__struct_fields__, values, strict=True)))


class _Scored(msgspec.Struct, frozen=True):
    score: dict[str, Any] | None


class _Document(msgspec.Struct, frozen=True):
    name_en: str | None = None


class _Titled(msgspec.Struct, frozen=True):
    code: str
    title: str
    document: _Document


_decode = msgspec.json.Decoder(_Scored).decode


def _title(body: str) -> Title:
    read = msgspec.json.decode(body, type=_Titled)
    return read.code, read.title, read.document.name_en


def columns(language: Language) -> Mapping[str, Column]:
    """The columns of its sheet."""
    at = ("zh", "en").index(language)
    return {
        "branch": Column("网点名称", "Branch", lambda row: row.branch_name),
        "code": Column("网点编码", "Branch code", lambda row: row.branch_code),
        "standard": Column("标准", "Standard", lambda row: (at and row.standard_title_en) or row.standard_title),
        "lead": Column("检查员", "Inspector", lambda row: row.lead_name),
        "status": Column("状态", "Status", lambda row: STATUSES[row.status][at]),
        "started_at": Column("开始", "Started", lambda row: when(row.started_at)),
        "submitted_at": Column("提交", "Submitted", lambda row: when(row.submitted_at)),
        "total": Column("得分", "Score", lambda row: None if row.total is None else row.total / 10),
        "vetoes": Column("否决", "Vetoes", lambda row: row.vetoes),
    }
