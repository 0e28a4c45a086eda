"""Photos, as the door knows them: seen and edited as the record they hang on."""

from typing import Any

from server.door import (
    Deed,
    Edit,
    Entry,
    Refused,
    Slice,
    View,
    Workspace,
    declared_of,
    open_as_subject,
    register,
    register_acts,
    seen_as_subject,
    subject_of,
)
from server.photos.tables import Photo
from sync.workflow import Act, Arguments, MayReason, WithReason


async def _columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    subject = await subject_of(workspace, entry)
    own = {name: entry.row[name] for name in ("sha256", "preview_sha256", "stored_at", "preview_at")}
    hung = {name: subject.id if subject.type == name else None for name in ("finding", "visit", "comment")}
    # A photo in a comment is no evidence of the inspection the comment is about.
    inspection = subject.columns["inspection"] if subject.type == "finding" else None
    above = {"branch": subject.columns["branch"], "inspection": inspection, **hung}
    return {**above, "author": entry.row["author"] or "", **own}


async def _judge_edit(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """Whoever may edit the subject adds photos; their facts are the author's alone."""
    subject = await subject_of(workspace, entry)
    may_attach = declared_of(subject).may_attach
    assert may_attach is not None
    if edit.creates:
        entry.row["author"] = workspace.actor.person
    elif entry.row["author"] != workspace.actor.person:
        raise Refused("not_allowed")
    await may_attach(workspace, subject, edit.values.get("check", entry.row["check"]), edit.seen)


async def _actors(workspace: Workspace, entry: Entry, verb: str) -> frozenset[str]:
    subject = await subject_of(workspace, entry)
    actors_of = declared_of(subject).actors
    assert actors_of is not None
    found = await actors_of(workspace, subject, verb)
    return found | {"author"} if entry.row["author"] == workspace.actor.person else found


async def _admit(workspace: Workspace, entry: Entry, act: Act) -> None:
    """A photo is taken back once, and only what has not arrived can be let off; nothing after the decision."""
    if entry.row["retracted"] is not None or not await _may_change(workspace, await subject_of(workspace, entry)):
        raise Refused("wrong_state")
    if act.verb == "waive" and (entry.row["stored_at"] is not None or entry.row["waived"] is not None):
        raise Refused("wrong_state")


async def _may_change(workspace: Workspace, subject: Entry) -> bool:
    """Whether what a photo hangs on still waits for a decision; a visit is never decided, but may be void."""
    if subject.type == "finding":
        return await declared_of(subject).is_open(workspace, subject)
    return subject.row.get("status") != "void"


async def _judged(workspace: Workspace, entry: Entry, act: Act, arguments: Arguments | None) -> View:
    return View(records=(("photo", entry.id),))


async def retract(workspace: Workspace, photo: Entry, deed: Deed) -> None:
    """Take a photo back: the row stays, marked. Before the submission freely, after it with a reason."""
    assert isinstance(deed.arguments, MayReason)
    subject = await subject_of(workspace, photo)
    submitted = await _is_submitted(workspace, subject)
    if submitted and deed.arguments.reason is None:
        raise Refused("needs_reason")
    if not submitted and photo.row["author"] != workspace.actor.person:
        raise Refused("not_allowed")
    await workspace.write(photo, "retract", retracted=_mark(workspace, deed.arguments.reason))


async def _is_submitted(workspace: Workspace, subject: Entry) -> bool:
    """Whether somebody else may already have relied on the photos of a record."""
    if subject.type != "finding":
        return bool(subject.row.get("status") == "closed")
    inspection = await workspace.get("inspection", subject.columns["inspection"])
    return inspection is not None and inspection.row["submitted_at"] is not None


async def waive(workspace: Workspace, photo: Entry, deed: Deed) -> None:
    """Let the inspection pass without this picture."""
    assert isinstance(deed.arguments, WithReason)
    await workspace.write(photo, "waive", waived=_mark(workspace, deed.arguments.reason))


def _mark(workspace: Workspace, reason: str | None) -> dict[str, Any]:
    return {"by": workspace.actor.person, "at": workspace.now, "reason": reason}


PHOTO = Slice(
    type="photo",
    table=Photo,
    columns=_columns,
    audiences=seen_as_subject,
    is_open=open_as_subject,
    parents=lambda row: [(row["of"]["type"], row["of"]["id"])],
    judge_edit=_judge_edit,
    actors=_actors,
    admit=_admit,
    judged=_judged,
    together=("inspection", "visit", "comment"),
)
register(PHOTO)
register_acts("photo", {"retract": retract, "waive": waive})
