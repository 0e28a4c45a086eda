"""Branches for administrators: change, move."""

from typing import Annotated, Any, Literal
from uuid import uuid4

import msgspec
from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from server.bodies import Name, read_json
from server.branches.acts import BranchEdit, Code, CodeTaken, Hour, NewBranch, change_branch, create_branches
from server.branches.queries import (
    Branches,
    BranchPage,
    ListedBranch,
    branch_for,
    branches_for,
    is_visible,
)
from server.branches.sheets import branch_columns
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
