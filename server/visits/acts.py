"""Closing a visit, and declaring one not to count."""

from server.door import Deed, Entry, Refused, Workspace
from server.visits.quotas import recount
from server.visits.suggestions import suggest, withdraw


async def close(workspace: Workspace, visit: Entry, deed: Deed) -> None:
    """It is done: from now on it counts, and is corrected only by another visit."""
    if visit.row["result"] is None:
        raise Refused("incomplete", field="result")
    if visit.row["kind"] == "visit" and visit.row["customer"] is None:
        raise Refused("incomplete", field="customer")
    await workspace.write(visit, "close", status="closed", closed_at=workspace.now)
    await recount(workspace, visit)
    suggest(workspace, visit)


async def void(workspace: Workspace, visit: Entry, deed: Deed) -> None:
    """It does not count; what it corrected counts again. The reason stands in the log."""
    was_closed = visit.row["status"] == "closed"
    await workspace.write(visit, "void", status="void")
    if was_closed:
        await recount(workspace, visit)
        withdraw(workspace, visit.id)
