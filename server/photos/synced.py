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
from sync.covers import Cover, covers_all, covers_of
from sync.merge import Register
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
    """Whoever may edit the subject adds photos; their facts are the author's alone, and many may draw over them."""
    subject = await subject_of(workspace, entry)
    may_attach = declared_of(subject).may_attach
    assert may_attach is not None
    if edit.creates:
        entry.row["author"] = workspace.actor.person
    elif edit.values.keys() == {"markup"}:
        await _judge_marks(workspace, entry, subject, edit)
        return
    elif entry.row["author"] != workspace.actor.person:
        raise Refused("not_allowed")
    await may_attach(workspace, subject, edit.values.get("check", entry.row["check"]), edit.seen)


async def _judge_marks(workspace: Workspace, entry: Entry, subject: Entry, edit: Edit) -> None:
    """Who works on the subject draws while it is open to edits, who reviews it until it is decided."""
    reviews = await workspace.over(workspace.actor.person, "supervisor", subject.columns["branch"])
    if not reviews:
        may_attach = declared_of(subject).may_attach
        assert may_attach is not None
        await may_attach(workspace, subject, entry.row["check"], edit.seen)
    elif not await _may_change(workspace, subject):
        raise Refused("locked")
    if entry.row["erased_at"] is not None:
        raise Refused("wrong_state")
    sees_it_all = reviews or entry.row["author"] == workspace.actor.person
    if not (sees_it_all or covers_all(covers_of(edit.values["markup"]), _covers_seen(entry, edit))):
        raise Refused("not_allowed", field="markup")


def _covers_seen(entry: Entry, edit: Edit) -> list[Cover]:
    """What would go with an edit: who is shown a picture covered does not uncover it for themselves.

    Covers of which its author knew nothing stay whatever it says.
    """
    register = entry.registers.get("markup", Register())
    seen = {*edit.bases["markup"]}
    return [
        cover for head in (*register.heads, *register.passed) if head.change in seen for cover in covers_of(head.value)
    ]


async def _actors(workspace: Workspace, entry: Entry, verb: str) -> frozenset[str]:
    subject = await subject_of(workspace, entry)
    actors_of = declared_of(subject).actors
    assert actors_of is not None
    found = await actors_of(workspace, subject, verb)
    if verb == "ask" and await workspace.over(workspace.actor.person, "supervisor", subject.columns["branch"]):
        found |= {"supervisor"}  # of their own work too: it judges nothing
    return found | {"author"} if entry.row["author"] == workspace.actor.person else found


async def _admit(workspace: Workspace, entry: Entry, act: Act) -> None:
    """A photo is taken back once, and only what has not arrived is let off or asked for; nothing after the decision."""
    if entry.row["retracted"] is not None or not await _may_change(workspace, await subject_of(workspace, entry)):
        raise Refused("wrong_state")
    awaited = all(entry.row[name] is None for name in ("stored_at", "waived", "erased_at"))
    if act.verb != "retract" and not awaited:
        raise Refused("wrong_state")


async def _may_change(workspace: Workspace, subject: Entry) -> bool:
    """Whether what a photo hangs on still waits for a decision; a visit is never decided, but may be void."""
    if subject.type == "finding":
        return await declared_of(subject).is_open(workspace, subject)
    return subject.row.get("status") != "void"


async def _judged(workspace: Workspace, entry: Entry, act: Act, arguments: Arguments | None) -> View:
    return View(records=() if act.judges == "nothing" else (("photo", entry.id),))


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


async def ask(workspace: Workspace, photo: Entry, deed: Deed) -> None:
    """Say that the full picture is waited for: its phone sends it before others. Twice is as good as once."""
    if photo.row["asked"] is None:
        # Nobody's view is stale by it: nothing that is judged has changed.
        asked = {"by": workspace.actor.person, "at": workspace.now}
        await workspace.write(photo, "ask", quiet=True, asked=asked)


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
register_acts("photo", {"retract": retract, "waive": waive, "ask": ask})
