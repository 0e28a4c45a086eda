"""Giving out work, and what people answer to it."""

import uuid
from collections.abc import Sequence

import msgspec

from server.door import Deed, Entry, Workspace, as_server, put
from sync.records.values import Id, Millis
from sync.workflow import WithReason


class NewTask(msgspec.Struct, frozen=True, kw_only=True):
    """Check this branch against this standard between two times (epoch ms)."""

    id: Id
    branch: Id
    standard: Id
    kind: str
    opens_at: Millis
    due_at: Millis
    assignees: list[Id]


def task_of(visit: str) -> str:
    """The id of the task that a visit led to: nature gives the key."""
    return str(uuid.uuid5(uuid.UUID(visit), "task"))


async def create_tasks(tasks: Sequence[NewTask], *, now: int) -> None:
    """Give out work, all or none."""

    async def work(workspace: Workspace) -> None:
        for task in tasks:
            await give_out(workspace, task)

    await as_server(work, now=now, what="create_tasks")


async def give_out(workspace: Workspace, task: NewTask, reason: str | None = None) -> None:
    """Give out one, or one that nobody works on any more anew; ``reason`` is what its assignees read."""
    values = msgspec.to_builtins(task)
    del values["id"]
    values |= {"status": "open", "inspection": None, "reason": reason}
    await put(workspace, "task", task.id, values, verb="give")


async def claim(workspace: Workspace, task: Entry, deed: Deed) -> None:
    await workspace.write(task, "claim", status="claimed")


async def decline(workspace: Workspace, task: Entry, deed: Deed) -> None:
    assert isinstance(deed.arguments, WithReason)
    await workspace.write(task, "decline", status="declined", reason=deed.arguments.reason)


async def begin(workspace: Workspace, task: Entry, inspection: str) -> None:
    """An assignee started the inspection a task asks for."""
    if workspace.actor.person in task.row["assignees"] and task.row["status"] in ("open", "claimed"):
        await workspace.write(task, "begin", status="claimed", inspection=inspection)


async def finish(workspace: Workspace, id_: str | None, inspection: str) -> Entry | None:
    """The inspection of a task was submitted; returns the task if that ended it."""
    task = await workspace.get("task", id_) if id_ is not None else None
    if task is None or task.row["inspection"] != inspection or task.row["status"] != "claimed":
        return None
    await workspace.write(task, "finish", status="done")
    return task


async def release(workspace: Workspace, id_: str | None, inspection: str) -> None:
    """The inspection of a task was voided: the work is open again."""
    task = await workspace.get("task", id_) if id_ is not None else None
    if task is not None and task.row["inspection"] == inspection:
        await workspace.write(task, "release", status="open", inspection=None)
