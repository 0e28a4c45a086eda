"""Reading photos: who may see one, and who may bring its bytes."""

from typing import Any

from server.door import Entry, Workspace, slice_of, subject_of
from server.door.workspace import Actor
from server.identity import Caller


async def _seen(caller: Caller, id_: str) -> tuple[Workspace, Entry] | None:
    workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
    photo = await workspace.get("photo", id_)
    if photo is None or not await workspace.visible(photo):
        return None
    return workspace, photo


async def photo_for(caller: Caller, id_: str) -> dict[str, Any] | None:
    """The photo's fields with ``id`` and ``branch``, or ``None``: not there, not visible and erased look the same."""
    found = await _seen(caller, id_)
    if found is None or found[1].row["erased_at"] is not None:
        return None
    _, photo = found
    return {"id": photo.id, "branch": photo.columns["branch"], **photo.row}


async def may_upload(caller: Caller, id_: str) -> bool:
    """Whether the caller may bring a photo's bytes: its author, and who works on the record it hangs on."""
    found = await _seen(caller, id_)
    if found is None:
        return False
    workspace, photo = found
    subject = await subject_of(workspace, photo)
    declared = slice_of(subject.type)
    assert declared is not None
    assert declared.actors is not None
    actors = await declared.actors(workspace, subject, "upload")
    return photo.row["author"] == caller.person or not actors.isdisjoint({"lead", "member"})
