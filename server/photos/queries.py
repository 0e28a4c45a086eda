"""Reading photos: who may see one, and who may bring its bytes."""

from collections.abc import Sequence
from typing import Any

from server.database.query import fetch
from server.door import Entry, Workspace, slice_of, subject_of
from server.door.workspace import Actor
from server.identity import Caller
from server.lists.finding import as_json


async def photo_for(caller: Caller, id_: str) -> dict[str, Any] | None:
    """The photo's fields with ``id`` and ``branch``, or ``None``: not there, not visible and erased look the same."""
    workspace, photo = await _expected(caller, id_)
    return _told(photo) if photo is not None and await workspace.visible(photo) else None


async def photo_to_bring(caller: Caller, id_: str) -> dict[str, Any] | None:
    """The same of a photo whose bytes the caller may bring: its author, and who works on the record it hangs on.

    Its author may have lost the right to see it since: what was taken in of theirs, only they have the picture of.
    """
    workspace, photo = await _expected(caller, id_)
    if photo is None:
        return None
    if photo.row["author"] == caller.person:
        return _told(photo)
    works = await workspace.visible(photo) and await _works_on_its_subject(workspace, photo)
    return _told(photo) if works else None


async def unmissed_of(person: str, ids: Sequence[str]) -> list[str]:
    """Those of some photos of a person whose picture is here in full or is waited for no more: the photo was taken
    back, erased, or left out by whoever decided about it.
    """
    rows = await fetch(
        "SELECT id FROM photo WHERE author = ? AND id IN (SELECT value FROM json_each(?)) AND (stored_at IS NOT NULL "
        "OR json_extract(body, '$.erased_at') IS NOT NULL OR json_extract(body, '$.retracted') IS NOT NULL) "
        "UNION SELECT record FROM held WHERE type = 'photo' AND person = ? AND status = 'dismissed' "
        "AND record IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM photo WHERE id = record) "
        "ORDER BY 1",
        *(person, as_json(ids), person, as_json(ids)),
    )
    return [row[0] for row in rows]


async def _expected(caller: Caller, id_: str) -> tuple[Workspace, Entry | None]:
    """The photo, whoever sees it, unless it was erased."""
    workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
    photo = await workspace.get("photo", id_)
    return workspace, photo if photo is not None and photo.row["erased_at"] is None else None


async def _works_on_its_subject(workspace: Workspace, photo: Entry) -> bool:
    subject = await subject_of(workspace, photo)
    declared = slice_of(subject.type)
    assert declared is not None
    assert declared.actors is not None
    return not (await declared.actors(workspace, subject, "upload")).isdisjoint({"lead", "member"})


def _told(photo: Entry) -> dict[str, Any]:
    return {"id": photo.id, "branch": photo.columns["branch"], **photo.row}
