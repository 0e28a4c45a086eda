"""What one does with an upload: begin it, ask how far it is, bring bytes, end it; and what follows when it is whole."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Mapping

from server.database import transaction
from server.identity import Caller
from server.photos import ledger
from server.photos.imaging import examine, sha256_of
from server.photos.ledger import Upload
from server.photos.receiving import Ending, pour
from server.photos.store import RETRY_AFTER_S
from server.photos.tus import Checksum, Kind, Promise, limit_of
from server.photos.viewing import HASH_FIELD, may_see_bytes
from server.photos.workshop import Workshop
from server.problems import Refusal

LIFE_MS = 7 * 86_400_000
"""How long an unfinished upload is kept."""
MEMORY_MS = 30 * 86_400_000
"""How much longer it is remembered that there was one."""
OPEN_AT_ONCE = 3
"""Unfinished uploads of one picture by one person; two tabs may well race, a hundred are a fault."""
DEDUPLICATION_TRIES = 20

FLAWS = frozenset({"bad_image", "heic_image", "huge_image", "moving_image"})
"""What no picture that is kept may have."""

TIME_FIELD: Mapping[Kind, str] = {"preview": "preview_at", "full": "stored_at"}


async def begin(
    workshop: Workshop, caller: Caller, new_id: str, promise: Promise, length: int, metadata: str
) -> Upload:
    """A new upload, already ended as ``stored`` if the picture is here.

    404 not_found, 422 hash_mismatch, 400 bad_request, 413 too_large, 507 storage_full.
    """
    photo = await workshop.records.photo_to_bring(caller, promise.photo)
    if photo is None:
        raise Refusal("not_found")
    if promise.sha256 != photo[HASH_FIELD[promise.kind]]:
        raise _another_picture()
    if length == 0:
        raise Refusal("bad_request", detail="An empty file is no picture")
    if length > limit_of(promise.kind):
        raise Refusal("too_large", detail=f"At most {limit_of(promise.kind)} bytes")
    now = workshop.clock()
    here = await _already_here(workshop, caller, promise)
    upload = Upload(
        id=new_id,
        photo=promise.photo,
        kind=promise.kind,
        sha256=promise.sha256,
        length=length,
        metadata=metadata,
        person=caller.person,
        created_at=now,
        expires_at=now + LIFE_MS,
        ended="stored" if here else None,
    )
    if here:
        await ledger.save_upload(upload)
        return upload
    await _make_room(workshop, upload)
    async with workshop.turns.take(upload.id):  # or tidying might find the row without its file
        await ledger.save_upload(upload)
        await workshop.on_disk(workshop.spool.create, upload.id)
    return upload


async def progress(workshop: Workshop, caller: Caller, upload_id: str) -> tuple[Upload, int]:
    """The upload and how many of its bytes are safely here. 404 not_found, 410 upload_gone.

    Whoever asks is about to go on, so a request still at work on the upload ends. All bytes here but not yet stored
    (the server died in between) are stored now: a client takes a full offset as "done".
    """
    upload = await _of(workshop, caller, upload_id)
    async with workshop.turns.take(upload.id):
        return upload, await _offset(workshop, upload)


async def append(
    workshop: Workshop,
    caller: Caller,
    upload_id: str,
    offset: int,
    announced: int | None,
    checksum: Checksum | None,
    body: AsyncIterator[bytes],
) -> tuple[Upload, int]:
    """Bring bytes from ``offset`` on; returns the upload and its new offset. The last byte stores the picture.

    404 not_found, 410 upload_gone, 409 offset_conflict, 413 too_large, 460 checksum_mismatch (these bytes do not
    count), 460 hash_mismatch (none do), 422 for one of ``FLAWS`` (the upload ends), 423 upload_locked and 408
    upload_stalled (what came is kept).
    """
    upload = await _of(workshop, caller, upload_id)
    async with workshop.turns.take(upload.id) as newer:
        here = await _offset(workshop, upload)
        if offset != here:
            raise Refusal("offset_conflict", headers={"Upload-Offset": str(here)})
        if announced is not None and offset + announced > upload.length:
            raise Refusal("too_large", detail="More bytes than Upload-Length promised")
        if here == upload.length:
            return upload, here
        if checksum is None:
            end, ending = await _take_in(workshop, upload, here, newer, body)
        else:
            end, ending = await _take_in_verified(workshop, upload, here, newer, body, checksum)
        if end == upload.length:
            await _finish(workshop, upload)
        elif ending is not Ending.WHOLE:
            raise _unfinished(ending)
        return upload, end


async def terminate(workshop: Workshop, caller: Caller, upload_id: str) -> None:
    """Forget an upload; a stored picture stays. 404 not_found, 410 upload_gone."""
    upload = await _of(workshop, caller, upload_id)
    async with workshop.turns.take(upload.id):
        await _drop(workshop, upload.id)


async def keep(workshop: Workshop, photo: str, kind: Kind, data: bytes) -> None:
    """Store a picture the server itself has, for a photo whose record is there. 422 for one of ``FLAWS``, 503."""
    await _store(workshop, photo, kind, await workshop.on_disk(sha256_of, data), data)


async def tidy(workshop: Workshop) -> None:
    """Drop what expired, store what became whole while nobody looked, remove files nobody knows."""
    now = workshop.clock()
    names = await workshop.on_disk(workshop.spool.names)
    uploads = await ledger.all_open()
    for upload in uploads:
        if workshop.turns.busy(upload.id):
            continue
        async with workshop.turns.take(upload.id):
            if upload.expires_at <= now:
                await _drop(workshop, upload.id)
            else:
                with contextlib.suppress(Refusal):
                    await _offset(workshop, upload)
    known = {upload.id for upload in uploads}
    for name in names:
        if name.partition(".")[0] not in known:
            await workshop.on_disk(workshop.spool.remove, name)
    await ledger.forget_uploads(now - MEMORY_MS)


async def _of(workshop: Workshop, caller: Caller, upload_id: str) -> Upload:
    upload = await ledger.upload_by_id(upload_id)
    if upload is None or upload.person != caller.person:
        raise Refusal("not_found")
    if upload.ended == "gone" or upload.expires_at <= workshop.clock():
        raise Refusal("upload_gone")
    return upload


async def _offset(workshop: Workshop, upload: Upload) -> int:
    """How far it is now that it is our turn: while we waited it may have been stored or dropped."""
    current = await ledger.upload_by_id(upload.id)
    if current is None or current.ended == "gone":
        raise Refusal("upload_gone")
    if current.ended == "stored":
        return current.length
    offset = await workshop.on_disk(workshop.spool.offset, upload.id)
    if offset is None:
        await _drop(workshop, upload.id)
        raise Refusal("upload_gone")
    if offset < upload.length:
        return offset
    try:
        await _finish(workshop, upload)
    except Refusal as refusal:
        if refusal.code != "hash_mismatch":
            raise
        return 0
    return upload.length


async def _take_in(
    workshop: Workshop, upload: Upload, start: int, newer: asyncio.Event, body: AsyncIterator[bytes]
) -> tuple[int, Ending]:
    with workshop.spool.open(upload.id) as file:
        end, ending = await pour(workshop, body, file, start, upload.length - start, newer, len)
        if ending is Ending.TOO_MUCH:
            await workshop.on_disk(workshop.spool.cut, file, start)
            end = start
    return end, ending


async def _take_in_verified(
    workshop: Workshop,
    upload: Upload,
    start: int,
    newer: asyncio.Event,
    body: AsyncIterator[bytes],
    checksum: Checksum,
) -> tuple[int, Ending]:
    """Bytes under a checksum count only once all of them are here and right; until then they lie aside."""
    running = hashlib.new(checksum.algorithm, usedforsecurity=False)
    try:
        with workshop.spool.open_aside(upload.id) as aside:
            size, ending = await pour(workshop, body, aside, 0, upload.length - start, newer, running.update)
        if ending is not Ending.WHOLE:
            return start, ending
        if not checksum.matches(running):
            raise Refusal("checksum_mismatch", headers={"Upload-Offset": str(start)})
        await workshop.on_disk(workshop.spool.join, upload.id, start)
        return start + size, ending
    finally:
        await workshop.on_disk(workshop.spool.drop_aside, upload.id)


async def _finish(workshop: Workshop, upload: Upload) -> None:
    """All bytes are here: store the picture if it is the promised one, else start the upload over."""
    async with workshop.room_for(upload.length):
        await _check_and_store(workshop, upload)
    await ledger.end_upload(upload.id, "stored")
    await workshop.on_disk(workshop.spool.remove, upload.id)


async def _check_and_store(workshop: Workshop, upload: Upload) -> None:
    data = await workshop.on_disk(workshop.spool.read, upload.id)
    if await workshop.on_disk(sha256_of, data) != upload.sha256:
        await workshop.on_disk(workshop.spool.reset, upload.id)
        raise Refusal("hash_mismatch", headers={"Upload-Offset": "0"})
    try:
        await _store(workshop, upload.photo, upload.kind, upload.sha256, data)
    except Refusal as refusal:
        if refusal.code in FLAWS:  # sending the same bytes again would not help
            await _drop(workshop, upload.id)
        raise


async def _store(workshop: Workshop, photo: str, kind: Kind, sha256: str, data: bytes) -> None:
    picture = await workshop.on_picture(examine, data)
    await workshop.store.put("original", sha256, data)
    if picture.display is not None:
        await workshop.store.put("display", sha256, picture.display)
    if not await ledger.save_blob(sha256, picture, len(data), workshop.clock()):
        raise Refusal("unavailable", headers={"Retry-After": str(RETRY_AFTER_S)})
    await _announce(workshop, photo, kind, sha256)


class _NotLinked(Exception):
    """The picture belongs to no photo after all."""


async def _announce(workshop: Workshop, photo: str, kind: Kind, sha256: str) -> bool:
    """Tell everybody that the picture is here, and link it: both or neither. Whether it belongs to the photo now.

    The link comes last: whoever erases goes first, and what they take away is not promised.
    """
    if await ledger.is_linked(photo, kind):
        return True
    now = workshop.clock()
    try:
        async with transaction():
            if not await ledger.stands(sha256):  # first, for whoever waits here must not hold the clock meanwhile
                raise _NotLinked
            hints = await workshop.records.hints_of(photo, kind, sha256)
            values = {TIME_FIELD[kind]: now, **({"hints": hints} if hints else {})}
            await workshop.records.server_change("photo", photo, values, now=now, quiet=True)
            if not await ledger.link_blob(photo, kind, sha256):
                raise _NotLinked
    except _NotLinked:
        return False
    return True


async def _already_here(workshop: Workshop, caller: Caller, promise: Promise) -> bool:
    """Whether no bytes need to travel. A hash alone must not open a picture the caller could not read before."""
    linked = await ledger.is_linked(promise.photo, promise.kind)
    if not linked and not await _reads_it_elsewhere(workshop, caller, promise.sha256):
        return False
    if await workshop.store.size("original", promise.sha256) is None:
        return False
    return await _announce(workshop, promise.photo, promise.kind, promise.sha256)


async def _reads_it_elsewhere(workshop: Workshop, caller: Caller, sha256: str) -> bool:
    blob = await ledger.blob_of(sha256)
    if blob is None:
        return False
    for other in await ledger.photos_with(sha256, DEDUPLICATION_TRIES):
        photo = await workshop.records.photo_for(caller, other)
        if photo is not None and await may_see_bytes(workshop, caller, photo, stripped=blob.stripped):
            return True
    return False


async def _make_room(workshop: Workshop, upload: Upload) -> None:
    for old in (await ledger.open_uploads(upload.photo, upload.kind, upload.person))[OPEN_AT_ONCE - 1 :]:
        async with workshop.turns.take(old.id):
            await _drop(workshop, old.id)
    if not await workshop.on_disk(workshop.spool.has_room, upload.length):
        raise Refusal("storage_full")


async def _drop(workshop: Workshop, upload_id: str) -> None:
    await ledger.end_upload(upload_id, "gone")
    await workshop.on_disk(workshop.spool.remove, upload_id)


def _another_picture() -> Refusal:
    """The promise itself is wrong, not the bytes: 422 instead of the 460 of a bad upload."""
    refusal = Refusal("hash_mismatch")
    refusal.status = 422
    return refusal


def _unfinished(ending: Ending) -> Refusal:
    if ending is Ending.TOO_MUCH:
        return Refusal("too_large", detail="More bytes than Upload-Length promised")
    if ending is Ending.NEWER:
        return Refusal("upload_locked")
    if ending is Ending.STALLED:
        return Refusal("upload_stalled", headers={"Connection": "close"})
    return Refusal("bad_request", detail="The body was cut off")
