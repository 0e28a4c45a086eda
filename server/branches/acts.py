"""Making and moving branches."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from server.bodies import Name
from server.database.query import fetch, look_up
from server.door import Workspace, as_server, put
from server.lists import initials
from server.people.acts import UnknownPlace, place_all_below, place_below
from sync.records.values import Id, Line, Position


class NewBranch(msgspec.Struct, frozen=True, kw_only=True):
    """What a branch is made of; opening hours as ``HH:MM``. ``token`` is the secret of its QR label."""

    id: Id
    code: str
    name: str
    kind: Literal["post_office", "agency", "delivery"]
    unit: Id
    address: str | None = None
    position: Position | None = None
    staff_count: int | None = None
    opens: str | None = None
    closes: str | None = None
    token: str = msgspec.field(default_factory=lambda: secrets.token_urlsafe(16))


class CodeTaken(ValueError):
    """Another branch has this code."""


async def create_branches(branches: Sequence[NewBranch], *, now: int, by: str = "") -> None:
    """Add branches below their units, all or none. Raises UnknownPlace, CodeTaken."""

    async def work(workspace: Workspace) -> None:
        for branch in branches:
            if not await workspace.line(branch.unit):
                raise UnknownPlace(branch.unit)
            await _must_be_free(branch.code, branch.id)
        await add_branches(workspace, branches)

    await as_server(work, now=now, person=by, what="create_branches")


async def add_branches(workspace: Workspace, branches: Sequence[NewBranch]) -> None:
    """Add branches with free codes below units that exist, in a workspace."""
    await workspace.load("branch", [branch.id for branch in branches])
    await place_all_below(workspace, [(branch.id, branch.unit) for branch in branches])
    for branch in branches:
        values: dict[str, Any] = msgspec.to_builtins(branch)
        del values["id"], values["token"]
        values["tag"] = hashlib.sha256(branch.token.encode()).hexdigest()
        values |= {"initials": initials(branch.name), "status": "open"}
        entry = await put(workspace, "branch", branch.id, values)
        entry.columns["token"] = branch.token


async def edit_branch(workspace: Workspace, id_: str, values: Mapping[str, Any]) -> None:
    """Set fields of a branch in a workspace; another unit is a move."""
    made = {"initials": initials(values["name"])} if "name" in values else {}
    unit = values.get("unit")
    entry = await workspace.get("branch", id_)
    if entry is not None and unit is not None and unit != entry.row["unit"]:
        await _move(workspace, id_, unit)
    await put(workspace, "branch", id_, {**values, **made}, verb="edit")


async def withdraw_branch(workspace: Workspace, id_: str) -> None:
    """Take back a branch on which nothing hangs: in no unit nobody sees it, and its code is free."""
    workspace.note("DELETE FROM ancestry WHERE place = ?", id_)
    entry = await put(workspace, "branch", id_, {"unit": "", "code": f"-{id_}", "status": "closed"}, verb="withdraw")
    entry.columns["token"] = None


async def _must_be_free(code: str, id_: str) -> None:
    if await look_up("SELECT 1 FROM branch WHERE code = ? AND id <> ?", code, id_):
        raise CodeTaken(code)


Code = Annotated[str, msgspec.Meta(pattern=r"^\S(.{0,62}\S)?$(?!\n)")]
"""What a branch is known by in every sheet: up to 64 characters without blanks around them."""
Hour = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-4]):[0-5][0-9]$")]


class BranchEdit(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What an administrator may change of a branch; what is left out stays."""

    unit: Id | msgspec.UnsetType = msgspec.UNSET
    code: Code | msgspec.UnsetType = msgspec.UNSET
    name: Name | msgspec.UnsetType = msgspec.UNSET
    kind: Literal["post_office", "agency", "delivery"] | msgspec.UnsetType = msgspec.UNSET
    address: Line | msgspec.UnsetType | None = msgspec.UNSET
    position: Position | msgspec.UnsetType | None = msgspec.UNSET
    staff_count: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | msgspec.UnsetType | None = msgspec.UNSET
    opens: Hour | msgspec.UnsetType | None = msgspec.UNSET
    closes: Hour | msgspec.UnsetType | None = msgspec.UNSET
    status: Literal["open", "closed"] | msgspec.UnsetType = msgspec.UNSET


async def change_branch(id_: str, edit: BranchEdit, *, by: str, now: int) -> None:
    """Change a branch; moving it to another unit moves everything that hangs on it to other readers.

    Raises UnknownPlace, CodeTaken.
    """
    values: dict[str, Any] = msgspec.to_builtins(edit)

    async def work(workspace: Workspace) -> None:
        if "code" in values:
            await _must_be_free(values["code"], id_)
        await edit_branch(workspace, id_, values)

    await as_server(work, now=now, person=by, what="change_branch")


async def _move(workspace: Workspace, id_: str, unit: str) -> None:
    if not await fetch("SELECT 1 FROM unit WHERE id = ?", unit):
        raise UnknownPlace(unit)
    workspace.note(
        "INSERT INTO line_history (place, ancestor, until_rev) SELECT place, ancestor, -1 FROM ancestry "
        "WHERE place = ? AND depth > 0",
        id_,
    )
    workspace.note("DELETE FROM ancestry WHERE place = ?", id_)
    await place_below(workspace, id_, unit)
