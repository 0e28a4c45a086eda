"""What an administrator sets for branches."""

from typing import Any

import msgspec
from litestar import Controller, Response, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from server.bodies import read_json
from server.branches.acts import BranchEdit, change_branch
from server.database.query import fetch
from server.door import read_rows
from server.identity import Caller, over
from server.people.acts import UnknownPlace
from server.problems import Refusal


class BranchController(Controller):
    """`/api/branches`."""

    path = "/api/branches"
    tags = ("branches",)

    @put("/{branch:str}", opt={"body": BranchEdit})
    async def change(
        self, branch: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[Any]:
        """Change a branch, or move it to another unit. For an administrator over both."""
        edit = read_json(body, BranchEdit)
        if not await _visible(caller, branch):
            raise Refusal("not_found")
        if not await over(caller, "admin", branch):
            raise Refusal("not_allowed")
        if isinstance(edit.unit, str) and not await over(caller, "admin", edit.unit):
            raise Refusal("not_allowed")
        try:
            await change_branch(branch, edit, by=caller.person, now=clock)
        except UnknownPlace:
            raise Refusal("not_found") from None
        rows = await read_rows([("branch", branch)])
        return Response(msgspec.json.encode(rows["branch", branch]), headers={"Cache-Control": "no-store"})


async def _visible(caller: Caller, id_: str) -> bool:
    """Whether any grant of the caller lies over an existing branch."""
    rows = await fetch(
        "SELECT ancestor FROM ancestry WHERE place = ? AND EXISTS (SELECT 1 FROM branch WHERE id = ?)", id_, id_
    )
    above = {row[0] for row in rows}
    return any(grant.place in above for grant in caller.grants)
