"""Which stored bytes a caller may look at."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from server.identity import Caller
from server.photos import ledger
from server.photos.store import Copy
from server.photos.tus import Kind
from server.photos.workshop import Workshop
from server.problems import Refusal

Size = Literal["preview", "full", "original"]

HASH_FIELD: Mapping[Kind, str] = {"preview": "preview_sha256", "full": "sha256"}


@dataclass(frozen=True)
class View:
    """A stored copy one may see. ``etag`` is quoted, as the header wants it."""

    sha256: str
    copy: Copy
    media: str
    etag: str


async def view_of(workshop: Workshop, caller: Caller, photo_id: str, size: Size) -> View:
    """What ``size`` of a photo is for this caller. 404 ``not_found`` without the right to it, or ``photo_expected``."""
    photo = await workshop.records.photo_for(caller, photo_id)
    if photo is None or (size == "original" and not await may_see_original(workshop, caller, photo)):
        raise Refusal("not_found")
    blob = await ledger.blob_for(photo_id, "preview" if size == "preview" else "full")
    if blob is None:
        raise Refusal("photo_expected")
    copy: Copy = "display" if blob.stripped and size != "original" else "original"
    return View(blob.sha256, copy, blob.media, f'"{blob.sha256}.{copy}"')


async def open_view(workshop: Workshop, view: View) -> tuple[int, Callable[[], AsyncIterator[bytes]]]:
    """Size and bytes of it. 404 ``photo_expected`` if the store lost it, 503 ``unavailable`` if it does not answer."""
    found = await workshop.store.read(view.copy, view.sha256)
    if found is None:
        raise Refusal("photo_expected")
    return found


async def may_see_original(workshop: Workshop, caller: Caller, photo: Mapping[str, Any]) -> bool:
    """The bytes as they were uploaded, with whatever the camera wrote into them: author and supervisors only."""
    if photo["author"] == caller.person:
        return True
    branch = photo["branch"]
    return branch is not None and await workshop.records.over(caller, "supervisor", branch)
