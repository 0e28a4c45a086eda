"""Branches, as the door knows them."""

from typing import Any

from server.branches.tables import Branch
from server.door import Entry, Slice, Workspace, register, seen_by_roles
from server.door.workspace import ROLES
from server.lists import searched, sorting


async def _columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    own = {name: entry.row[name] for name in ("code", "name", "unit", "status", "kind")}
    name = entry.row["name"]
    found = {"search": searched(name, entry.row["code"]), "sorting": sorting(name)}
    return {"branch": entry.id, **own, **found, "token": entry.columns.get("token")}


async def _audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
    """Every role with a grant over it."""
    return await seen_by_roles(workspace, entry.id, ROLES)


async def _is_open(workspace: Workspace, entry: Entry) -> bool:
    return True


BRANCH = Slice(
    type="branch",
    table=Branch,
    columns=_columns,
    audiences=_audiences,
    is_open=_is_open,
    dependents=(
        ("inspection", "branch"),
        ("finding", "branch"),
        ("photo", "branch"),
        ("task", "branch"),
        ("customer", "branch"),
        ("visit", "branch"),
        ("comment", "branch"),
        ("quota", "branch"),
        ("person", "home"),
    ),
)
register(BRANCH)
