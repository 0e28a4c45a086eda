"""Checks that visits suggest: a complaint or a need, for the supervisors of the branch."""

import uuid

from server.database.query import look_up
from server.door import Entry, Workspace, as_server, put


class AlreadyDealt(Exception):
    """Somebody was quicker, or the visit suggests nothing any more."""


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


async def deal(visit: str, text: str, *, by: str, now: int) -> str:
    """It was looked into: the sentence goes back to the visitor as a comment on the visit; returns the comment's id.

    Raises AlreadyDealt.
    """
    comment = str(uuid.uuid4())

    async def work(workspace: Workspace) -> None:
        if not await look_up("SELECT 1 FROM suggestion WHERE visit = ? AND status = 'open'", visit):
            raise AlreadyDealt(visit)
        said = {"of": {"type": "visit", "id": visit}, "text": text, "at": now, "author": by}
        await put(workspace, "comment", comment, said)
        workspace.note(
            "UPDATE suggestion SET status = 'dealt', dealt_by = ?, dealt_at = ?, comment = ? WHERE visit = ?",
            *(by, now, comment, visit),
        )

    await as_server(work, now=now, person=by, what="deal_with_suggestion")
    return comment
