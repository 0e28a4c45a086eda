"""Branches for administrators: change, move, print labels."""

from typing import Annotated, Any, Literal
from uuid import uuid4

import msgspec
from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from server.bodies import Name, read_json
from server.branches import labels
from server.branches.acts import BranchEdit, Code, CodeTaken, Hour, NewBranch, change_branch, create_branches
from server.branches.queries import (
    Branches,
    BranchPage,
    ListedBranch,
    branch_for,
    branches_for,
    is_visible,
    label_of,
    labels_below,
)
from server.branches.sheets import branch_columns
from server.database.query import fetch
from server.door import read_rows
from server.identity import Caller, knows, over
from server.lists import answer, asked_of
from server.lists.answers import XLSX, row_or_404
from server.people.acts import UnknownPlace
from server.problems import Refusal
from sync.records.values import Id, Line, Position

_GUARDED = {"refusals": ("not_allowed",)}
_KEYED = {"refusals": ("not_allowed", "code_taken")}
_PRIVATE = {"Cache-Control": "no-store"}
_PRINTABLE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
_LABEL_ROLES = ("admin", "supervisor", "manager")
"""Who may print a label: it opens the branch to whoever scans it and may see it."""


class BranchBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A new branch; opening hours as ``HH:MM``."""

    code: Code
    name: Name
    kind: Literal["post_office", "agency", "delivery"]
    unit: Id
    address: Line | None = None
    position: Position | None = None
    staff_count: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    opens: Hour | None = None
    closes: Hour | None = None


class BranchController(Controller):
    """`/api/branches`."""

    path = "/api/branches"
    tags = ("branches",)

    @get("/", opt={"query": Branches, "reply": BranchPage, "media": [XLSX], **_GUARDED})
    async def list_branches(self, request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Response[bytes]:
        """The branches a supervisor or administrator answers for."""
        asked = asked_of(request, Branches)
        rows, total = await branches_for(caller, asked)
        columns = await branch_columns(asked.lang or "zh") if asked.format == "xlsx" else {}
        return await answer(asked, rows, total, columns, ("网点", "Branches"))

    @get("/{branch:str}", opt={"reply": ListedBranch, **_GUARDED})
    async def one_branch(self, branch: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """One branch of that list."""
        return row_or_404(await branch_for(caller, branch))

    @post("/", status_code=201, opt={"body": BranchBody, "reply": ListedBranch, **_KEYED})
    async def create(
        self, body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """Add a branch. For an administrator over its unit."""
        asked = read_json(body, BranchBody)
        if not await knows(caller, asked.unit):
            raise Refusal("not_found")
        if not await over(caller, "admin", asked.unit):
            raise Refusal("not_allowed")
        id_ = str(uuid4())
        try:
            await create_branches([NewBranch(id=id_, **msgspec.structs.asdict(asked))], by=caller.person, now=clock)
        except UnknownPlace:
            raise Refusal("not_found") from None
        except CodeTaken:
            raise Refusal("code_taken") from None
        return row_or_404(await branch_for(caller, id_), status=201)

    @put("/{branch:str}", opt={"body": BranchEdit, "row": "branch", **_KEYED})
    async def change(
        self, branch: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[Any]:
        """Change a branch, or move it to another unit. For an administrator over both."""
        edit = read_json(body, BranchEdit)
        if not await is_visible(caller, branch):
            raise Refusal("not_found")
        if not await over(caller, "admin", branch):
            raise Refusal("not_allowed")
        if isinstance(edit.unit, str) and not await over(caller, "admin", edit.unit):
            raise Refusal("not_allowed")
        try:
            await change_branch(branch, edit, by=caller.person, now=clock)
        except UnknownPlace:
            raise Refusal("not_found") from None
        except CodeTaken:
            raise Refusal("code_taken") from None
        rows = await read_rows([("branch", branch)])
        return Response(msgspec.json.encode(rows["branch", branch]), headers=_PRIVATE)

    @get("/{branch:str}/qr.png", media_type="image/png", opt={"media": ["image/png"], **_GUARDED})
    async def label_png(
        self, branch: FromPath[str], request: Request[Any, Any, Any], caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """The branch's QR label as a picture."""
        text = await _label(request, caller, branch)
        return Response(labels.png(text), media_type="image/png", headers=_PRIVATE)

    @get(
        "/{branch:str}/qr.svg",
        media_type="image/svg+xml",
        opt={"media": ["image/svg+xml"], "refusals": ("not_allowed",)},
    )
    async def label_svg(
        self, branch: FromPath[str], request: Request[Any, Any, Any], caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """The branch's QR label as a drawing."""
        text = await _label(request, caller, branch)
        return Response(labels.svg(text), media_type="image/svg+xml", headers=_PRIVATE)


class UnitController(Controller):
    """`/api/units`."""

    path = "/api/units"
    tags = ("branches",)

    @get("/{unit:str}/qr-sheet", media_type="text/html", opt={"media": ["text/html"], **_GUARDED})
    async def label_sheet(
        self, unit: FromPath[str], request: Request[Any, Any, Any], caller: NamedDependency[Caller]
    ) -> Response[str]:
        """The labels of every branch below a unit, to print on A4. For an administrator or supervisor over it."""
        name = await fetch("SELECT name FROM unit WHERE id = ?", unit)
        if not name or not await knows(caller, unit):
            raise Refusal("not_found")
        if not (await over(caller, "admin", unit) or await over(caller, "supervisor", unit)):
            raise Refusal("not_allowed")
        content = labels.sheet(name[0][0], await labels_below(unit, _base(request)))
        headers = {**_PRIVATE, "Content-Security-Policy": _PRINTABLE}
        return Response(content, media_type="text/html", headers=headers)


async def _label(request: Request[Any, Any, Any], caller: Caller, branch: str) -> str:
    text = await label_of(branch, _base(request)) if await is_visible(caller, branch) else None
    if text is None:
        raise Refusal("not_found")
    if not any([await over(caller, role, branch) for role in _LABEL_ROLES]):
        raise Refusal("not_allowed")
    return text


def _base(request: Request[Any, Any, Any]) -> str:
    return str(request.base_url).rstrip("/")
