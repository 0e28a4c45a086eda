"""Which stored bytes a caller may look at, and what of them is covered for them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from server.identity import Caller
from server.photos import ledger
from server.photos.burning import Box, boxes_of, burnt, name_of
from server.photos.imaging import LONG_EDGE, drawn
from server.photos.store import Copy, lost
from server.photos.tus import Kind
from server.photos.workshop import Workshop
from server.problems import Refusal

Size = Literal["preview", "thumb", "screen", "full", "original"]

HASH_FIELD: Mapping[Kind, str] = {"preview": "preview_sha256", "full": "sha256"}


@dataclass(frozen=True)
class View:
    """A stored copy one may see, or one to be made of ``source``. ``etag`` is quoted, as the header wants it.

    ``lasts``: whoever asks is shown this for good, whatever is drawn over it. ``boxes``: what of it is covered.
    """

    sha256: str
    copy: Copy
    media: str
    etag: str
    source: Copy
    lasts: bool
    boxes: tuple[Box, ...]

    @property
    def name(self) -> str:
        """Of a covered copy: what is in it."""
        return f"{self.copy}.{name_of(self.boxes)}"


async def view_of(workshop: Workshop, caller: Caller, photo_id: str, size: Size) -> View:
    """What ``size`` of a photo is for this caller. 404 ``not_found`` without the right to it, or ``photo_expected``.

    Whoever has no right to the original sees what is covered covered, in every size.
    """
    photo = await workshop.records.photo_for(caller, photo_id)
    if photo is None:
        raise Refusal("not_found")
    sees_all = await may_see_original(workshop, caller, photo)
    if size == "original" and not sees_all:
        raise Refusal("not_found")
    blob = await ledger.blob_for(photo_id, "preview" if size == "preview" else "full")
    if blob is None:
        raise Refusal("photo_expected")
    shown: Copy = "display" if blob.stripped else "original"
    copy: Copy = shown if size == "preview" or size == "full" else size
    media = "image/webp" if copy in LONG_EDGE else blob.media
    view = View(blob.sha256, copy, media, f'"{blob.sha256}.{copy}"', shown, sees_all, ())
    boxes = () if sees_all else boxes_of(photo)
    return _covered(view, boxes) if boxes else view


def _covered(view: View, boxes: tuple[Box, ...]) -> View:
    media = "image/webp" if view.copy in LONG_EDGE else "image/jpeg"
    covered = replace(view, media=media, boxes=boxes)
    return replace(covered, etag=f'"{view.sha256}.{covered.name}"')


async def open_view(workshop: Workshop, view: View) -> tuple[int, Callable[[], AsyncIterator[bytes]]]:
    """Size and bytes of it. 503 ``photos_unavailable`` if the store does not answer, or no longer has it."""
    if view.boxes:
        data = await _burn(workshop, view)
        return len(data), partial(_at_once, data)
    found = await workshop.store.read(view.copy, view.sha256)
    if found is None and view.copy in LONG_EDGE:
        data = await _make(workshop, view)
        return len(data), partial(_at_once, data)
    if found is None:
        raise lost(view.copy, view.sha256)
    return found


async def _burn(workshop: Workshop, view: View) -> bytes:
    """A covered copy, made on demand. Of those who ask at once, one makes it."""
    if (kept := workshop.covered.get(view.etag)) is not None:
        return kept
    async with workshop.making.setdefault((view.name, view.sha256), asyncio.Lock()), workshop.looking:
        if (kept := workshop.covered.get(view.etag)) is not None:
            return kept
        source = await _source(workshop, view)
        data = await workshop.on_picture(partial(burnt, copy=view.copy, boxes=view.boxes), source)
        workshop.covered.keep(view.etag, data)
        return data


async def _source(workshop: Workshop, view: View) -> bytes:
    source = await workshop.store.whole(view.source, view.sha256)
    if source is None:
        raise lost(view.source, view.sha256)
    return source


async def _make(workshop: Workshop, view: View) -> bytes:
    """A copy to be looked at, kept for the next who asks. Of those who ask at once, one makes it."""
    async with workshop.making.setdefault((view.copy, view.sha256), asyncio.Lock()), workshop.looking:
        made = await workshop.store.whole(view.copy, view.sha256)
        return await _draw(workshop, view) if made is None else made


async def _draw(workshop: Workshop, view: View) -> bytes:
    data = await workshop.on_picture(partial(drawn, copy=view.copy), await _source(workshop, view))
    with suppress(Refusal):  # a full store is no reason not to show what is there
        await workshop.store.put(view.copy, view.sha256, data)
        if not await ledger.is_stored(view.sha256):  # it was taken away meanwhile
            await workshop.store.remove(view.copy, view.sha256)
    return data


async def _at_once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def may_see_bytes(workshop: Workshop, caller: Caller, photo: Mapping[str, Any], *, stripped: bool) -> bool:
    """Whether what this caller may see of a photo is the uploaded bytes themselves."""
    bare = not stripped and not boxes_of(photo)
    return bare or await may_see_original(workshop, caller, photo)


async def may_see_original(workshop: Workshop, caller: Caller, photo: Mapping[str, Any]) -> bool:
    """The bytes as they were uploaded, with whatever the camera wrote into them: author and supervisors only."""
    if photo["author"] == caller.person:
        return True
    branch = photo["branch"]
    return branch is not None and await workshop.records.over(caller, "supervisor", branch)
