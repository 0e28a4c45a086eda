"""Checks that visits suggest: a complaint or a need, for the supervisors of the branch."""

from server.door import Entry, Workspace


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
