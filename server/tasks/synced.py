"""Tasks, as the door knows them."""

from typing import Any

from server.door import Entry, Slice, View, Workspace, register, register_acts, seen_by_roles
from server.tasks.acts import claim, decline
from server.tasks.tables import Task
from sync.workflow import Act, Arguments


async def _columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    return {name: entry.row[name] for name in ("branch", "status", "due_at", "inspection")}


async def _audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
    """Its assignees, and supervisors over the branch."""
    assignees = {f"person:{person}" for person in entry.row["assignees"]}
    return await seen_by_roles(workspace, entry.row["branch"], ("supervisor",)) | assignees


async def _is_open(workspace: Workspace, entry: Entry) -> bool:
    return entry.row["status"] in ("open", "claimed")


async def _actors(workspace: Workspace, entry: Entry, verb: str) -> frozenset[str]:
    return frozenset({"assignee"}) if workspace.actor.person in entry.row["assignees"] else frozenset()


async def _judged(workspace: Workspace, entry: Entry, act: Act, arguments: Arguments | None) -> View:
    return View(records=((entry.type, entry.id),))


TASK = Slice(
    type="task",
    table=Task,
    columns=_columns,
    audiences=_audiences,
    is_open=_is_open,
    actors=_actors,
    judged=_judged,
)
register(TASK)
register_acts("task", {"claim": claim, "decline": decline})
