"""What is set aside for a supervisor instead of being judged: work of before a right went, and what hangs on it."""

from server.database.query import look_up
from server.door.entry import Entry
from server.door.registry import Refused, SetAside
from server.door.workspace import Workspace


async def hide(workspace: Workspace, entry: Entry, seen: int) -> None:
    """A record the caller may not see is unknown; work done before the right went is set aside."""
    if workspace.lenient:
        return
    if await workspace.formerly_visible(entry, seen):
        raise aside_of(entry)
    raise Refused("unknown_record")


def aside_of(entry: Entry, code: str = "out_of_scope") -> SetAside:
    """Work on a record one might no longer see: about its inspection, or about itself; a branch is its own."""
    branch = entry.id if entry.type == "branch" else entry.columns.get("branch") or ""
    return SetAside(code, entry.columns.get("inspection") or entry.id, branch)


async def refuse_orphan(workspace: Workspace, type_: str, id_: str) -> None:
    """Why a parent is not there: it was refused, it was set aside, or nobody knows it."""
    held = await look_up("SELECT status, code, subject, branch FROM held WHERE type = ? AND record = ?", type_, id_)
    rows = await look_up("SELECT 1 FROM log WHERE type = ? AND record = ? AND outcome = 'refused'", type_, id_)
    here = [missed for missed in workspace.outcomes if (missed.type, missed.id) == (type_, id_)]
    waiting = [SetAside(*about) for status, *about in held if status == "open"]
    waiting += [missed.aside for missed in here if missed.aside is not None]
    if waiting:
        raise SetAside(waiting[0].code, waiting[0].subject, waiting[0].branch)
    left = [status for status, *_ in held if status == "dismissed"]
    refused = rows or left or any(missed.outcome == "refused" for missed in here)
    raise Refused("parent_refused" if refused else "unknown_record")


async def wait_with_creation(workspace: Workspace, type_: str, id_: str) -> None:
    """What is done to a record that was set aside is set aside with it."""
    try:
        await refuse_orphan(workspace, type_, id_)
    except Refused:
        return
