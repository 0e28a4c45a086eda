"""Comments, as the door knows them: seen as what they are about."""

from typing import Any

from server.comments.tables import Comment
from server.door import (
    Edit,
    Entry,
    Refused,
    Slice,
    Workspace,
    open_as_subject,
    register,
    seen_as_subject,
    subject_of,
)

VERSION = 14
"""Where a UUID says its version. Ids that nature gives (5) are the server's here: they tell how a visit stands."""


async def _columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    subject = await subject_of(workspace, entry)
    above = {name: subject.id if subject.type == name else None for name in ("inspection", "finding", "visit")}
    if subject.type == "finding":
        above["inspection"] = subject.columns["inspection"]
    own = {"author": entry.row["author"] or "", "at": entry.row["at"]}
    return {"branch": subject.columns["branch"], **above, **own}


async def _judge_edit(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """Whoever sees the subject may remark on it; what was said stays."""
    if edit.creates:
        if entry.id[VERSION] == "5":
            raise Refused("bad_value", field="id")
        entry.row["author"] = workspace.actor.person
    elif entry.row["author"] != workspace.actor.person:
        raise Refused("not_allowed")
    if "text" in edit.values and not edit.values["text"].strip():
        raise Refused("bad_value", field="text")


async def _actors(workspace: Workspace, entry: Entry, verb: str) -> frozenset[str]:
    return frozenset({"author"}) if entry.row["author"] == workspace.actor.person else frozenset()


async def _may_attach(workspace: Workspace, entry: Entry, check: str | None, seen: int) -> None:
    """Its author answers with photos."""
    if check is not None:
        raise Refused("unknown_check", field="check")
    if entry.row["author"] != workspace.actor.person and not workspace.lenient:
        raise Refused("not_allowed")


COMMENT = Slice(
    type="comment",
    table=Comment,
    columns=_columns,
    audiences=seen_as_subject,
    is_open=open_as_subject,
    parents=lambda row: [(row["of"]["type"], row["of"]["id"])],
    judge_edit=_judge_edit,
    actors=_actors,
    may_attach=_may_attach,
    dependents=(("photo", "comment"),),
    together=("inspection", "visit"),
)
register(COMMENT)
