"""Comments, as the door knows them: seen as what they are about."""

from typing import Any

from server.comments.tables import Comment
from server.door import Edit, Entry, Refused, Slice, Workspace, register, slice_of


async def subject_of(workspace: Workspace, comment: Entry) -> Entry:
    """The record a comment is about."""
    subject = await workspace.get(comment.row["of"]["type"], comment.row["of"]["id"])
    assert subject is not None
    return subject


def _slice_of(subject: Entry) -> Slice:
    declared = slice_of(subject.type)
    assert declared is not None
    return declared


async def _columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    subject = await subject_of(workspace, entry)
    above = {name: subject.id if subject.type == name else None for name in ("inspection", "finding", "visit")}
    if subject.type == "finding":
        above["inspection"] = subject.columns["inspection"]
    own = {"author": entry.row["author"] or "", "at": entry.row["at"]}
    return {"branch": subject.columns["branch"], **above, **own}


async def _audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
    subject = await subject_of(workspace, entry)
    return await _slice_of(subject).audiences(workspace, subject)


async def _is_open(workspace: Workspace, entry: Entry) -> bool:
    subject = await subject_of(workspace, entry)
    return await _slice_of(subject).is_open(workspace, subject)


async def _judge_edit(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """Whoever sees the subject may remark on it; what was said stays."""
    if edit.creates:
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
    audiences=_audiences,
    is_open=_is_open,
    parents=lambda row: [(row["of"]["type"], row["of"]["id"])],
    judge_edit=_judge_edit,
    actors=_actors,
    may_attach=_may_attach,
    dependents=(("photo", "comment"),),
    together=("inspection", "visit"),
)
register(COMMENT)
