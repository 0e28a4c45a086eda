"""Checks that visits suggest: a complaint or a need, for the supervisors of the branch, and what becomes of it.

What becomes of it goes back to the visitor as comments on the visit whose ids nature gives, so that every phone that
has the visit knows how it stands: `ordered` when a check was given out, `checked` when it was handed in, `dealt` when
a supervisor answered.
"""

import uuid
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from server.database.query import look_up
from server.door import Entry, Workspace, as_server, put
from server.tasks.acts import NewTask, give_out, task_of
from sync.records.values import Id, Millis

Step = Literal["ordered", "checked", "dealt"]
CHECKED = "已到网点检查"
"""What `checked` says where no app says it in the reader's language."""


class AlreadyDealt(Exception):
    """Somebody was quicker, a check is under way, or the visit suggests nothing any more."""


class NoSuchStandard(Exception):
    """There is no such edition, or it is not in use any more."""


class NoInspector(Exception):
    """One of the assignees is no inspector of the branch."""


class Check(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A check to be made at the branch. ``text``: why, for those who make it and for the visitor."""

    standard: Id
    assignees: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=20)]
    due_at: Millis
    text: Annotated[str, msgspec.Meta(pattern=r"\S", max_length=4000)]


def step_id(visit: str, step: Step, turn: int = 1) -> str:
    """The id of the comment that tells of a step; a check may be ordered and made several times."""
    return str(uuid.uuid5(uuid.UUID(visit), step if turn == 1 else f"{step} {turn}"))


def suggest(workspace: Workspace, visit: Entry) -> None:
    """Note that a closed visit heard something; what it corrects suggests nothing any more."""
    if visit.row["corrects"] is not None:
        withdraw(workspace, visit.row["corrects"])
    if visit.row["complaint"] or visit.row["needs"]:
        workspace.note(
            "INSERT INTO suggestion (visit, branch, made_at, status) VALUES (?, ?, ?, 'open') "
            "ON CONFLICT (visit) DO NOTHING",
            visit.id,
            visit.row["branch"],
            workspace.now,
        )


def withdraw(workspace: Workspace, visit: str) -> None:
    """A visit that does not count suggests nothing, unless somebody has dealt with it already."""
    workspace.note("DELETE FROM suggestion WHERE visit = ? AND status = 'open'", visit)


async def waits(workspace: Workspace, visit: Entry) -> bool:
    """Whether a visit heard something that nobody has answered yet."""
    if visit.row["status"] != "closed" or not (visit.row["complaint"] or visit.row["needs"]):
        return False
    return await workspace.get("comment", step_id(visit.id, "dealt")) is None


async def order(visit: str, check: Check, *, by: str, now: int) -> str:
    """Give out a task for it, and tell the visitor; returns the task's id.

    Raises AlreadyDealt, NoSuchStandard, NoInspector.
    """
    task = task_of(visit)

    async def work(workspace: Workspace) -> None:
        branch = await _open(visit)
        before = await workspace.get("task", task)
        if before is not None and before.row["status"] in ("open", "claimed"):
            raise AlreadyDealt(visit)
        standard = await workspace.get("standard", check.standard)
        if standard is None or standard.row["status"] != "published":
            raise NoSuchStandard(check.standard)
        await _must_inspect(workspace, check.assignees, branch)
        given = NewTask(
            id=task, branch=branch, standard=check.standard, kind="spot_check", opens_at=now, due_at=check.due_at,
            assignees=sorted(set(check.assignees)),
        )  # fmt: skip
        await give_out(workspace, given, check.text)
        await _tell(workspace, visit, "ordered", check.text, by)

    await as_server(work, now=now, person=by, what="order_check")
    return task


async def tell_checked(workspace: Workspace, task: Entry) -> None:
    """The check that a visit led to was handed in: its visitor is told."""
    waiting = await look_up("SELECT visit FROM suggestion WHERE branch = ? AND status = 'open'", task.row["branch"])
    for (visit,) in waiting:
        if task_of(visit) == task.id:
            await _tell(workspace, visit, "checked", CHECKED, None)


async def deal(visit: str, text: str, *, by: str, now: int) -> str:
    """It was looked into: the sentence goes back to the visitor as a comment on the visit; returns the comment's id.

    Raises AlreadyDealt.
    """

    async def work(workspace: Workspace) -> None:
        await _open(visit)
        comment = await _tell(workspace, visit, "dealt", text, by)
        workspace.note(
            "UPDATE suggestion SET status = 'dealt', dealt_by = ?, dealt_at = ?, comment = ? WHERE visit = ?",
            *(by, now, comment, visit),
        )
        heard = await workspace.get("visit", visit)
        assert heard is not None
        workspace.touch(heard, "deal", quiet=True)  # a first fill need not hold it for ever any more

    await as_server(work, now=now, person=by, what="deal_with_suggestion")
    return step_id(visit, "dealt")


async def _open(visit: str) -> str:
    """The branch of what is still open."""
    found = await look_up("SELECT branch FROM suggestion WHERE visit = ? AND status = 'open'", visit)
    if not found:
        raise AlreadyDealt(visit)
    return str(found[0][0])


async def _must_inspect(workspace: Workspace, people: Sequence[str], branch: str) -> None:
    for person in people:
        row = await workspace.get("person", person)
        if row is None or not row.row["active"] or not await workspace.over(person, "inspector", branch):
            raise NoInspector(person)


async def _tell(workspace: Workspace, visit: str, step: Step, text: str, by: str | None) -> str:
    """Say on the visit how it stands; the comment's id."""
    turn = 1
    while await workspace.get("comment", step_id(visit, step, turn)) is not None:
        turn += 1
    said = {"of": {"type": "visit", "id": visit}, "text": text, "at": workspace.now, "author": by}
    await put(workspace, "comment", step_id(visit, step, turn), said)
    return step_id(visit, step, turn)
