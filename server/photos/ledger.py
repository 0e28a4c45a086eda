"""What the database knows of uploads and stored pictures."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from server.database import current_engine, transaction
from server.database.query import execute, execute_many, fetch, look_up
from server.photos.imaging import Picture
from server.photos.looks import BANDS, are_alike, bands_of, look_from
from server.photos.tus import Kind

Ended = Literal["stored", "gone"]

LEASE_MS = 600_000
"""Whoever takes a picture away is done with it long before; who was killed meanwhile has not finished by then."""

ALIKE_TRIES = 200
"""Of the pictures that share a band with one; a band that more share tells nothing."""

_UNLINKED = (
    "NOT EXISTS (SELECT 1 FROM blob_photo AS p WHERE p.sha256 = b.sha256) "
    "AND NOT EXISTS (SELECT 1 FROM upload AS u WHERE u.sha256 = b.sha256 AND u.ended IS NULL)"
)
_WANTED = "json_extract(body, '$.erased_at') IS NULL"
_PROMISED = f"SELECT sha256 FROM photo WHERE stored_at IS NULL AND {_WANTED}"
_PREVIEW_PROMISED = f"SELECT preview_sha256 FROM photo WHERE preview_at IS NULL AND {_WANTED}"
_COLUMNS = "id, photo, kind, sha256, length, metadata, person, created_at, expires_at, ended"


class Upload(msgspec.Struct, frozen=True, array_like=True):
    """A promise of bytes. ``metadata`` is the header as it came; times in epoch ms; ``ended`` is None while open."""

    id: str
    photo: str
    kind: Kind
    sha256: str
    length: int
    metadata: str
    person: str
    created_at: int
    expires_at: int
    ended: Ended | None


class Blob(msgspec.Struct, frozen=True, array_like=True):
    """A stored picture. ``stripped``: there is a display copy without metadata beside the uploaded bytes.

    Its row bears when it was stored, in epoch ms; negative: since when it is being taken away.
    """

    sha256: str
    media: str
    bytes: int
    stripped: bool


async def upload_by_id(upload: str) -> Upload | None:
    """An upload, ended ones included."""
    return _first(await _uploads("WHERE id = ?", upload))


async def open_uploads(photo: str, kind: Kind, person: str) -> Sequence[Upload]:
    """What one person has begun for one picture and not ended, newest first."""
    where = "WHERE photo = ? AND kind = ? AND person = ? AND ended IS NULL ORDER BY created_at DESC, id"
    return await _uploads(where, photo, kind, person)


async def all_open() -> Sequence[Upload]:
    """Every upload that has not ended, expired ones included."""
    return await _uploads("WHERE ended IS NULL")


async def save_upload(upload: Upload) -> None:
    """A new upload."""
    async with transaction():
        await execute(
            f"INSERT INTO upload ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *msgspec.structs.astuple(upload),
        )


async def end_upload(upload: str, ended: Ended) -> None:
    """No more bytes for this one."""
    async with transaction():
        await execute("UPDATE upload SET ended = ? WHERE id = ?", ended, upload)


async def forget_uploads(expired_before: int) -> None:
    """Drop the rows of uploads that expired before a time in epoch ms."""
    async with transaction():
        await execute("DELETE FROM upload WHERE expires_at < ?", expired_before)


async def blob_of(sha256: str) -> Blob | None:
    """What is known of the picture with this hash."""
    rows = await fetch("SELECT sha256, media, bytes, stripped FROM blob WHERE sha256 = ?", sha256)
    return msgspec.convert(rows[0], Blob, strict=False) if rows else None


async def photos_with(sha256: str, limit: int) -> Sequence[str]:
    """Some photos that have this picture, as preview or in full."""
    rows = await fetch("SELECT DISTINCT photo FROM blob_photo WHERE sha256 = ? ORDER BY photo LIMIT ?", sha256, limit)
    return [row[0] for row in rows]


async def is_linked(photo: str, kind: Kind) -> bool:
    """Whether the picture of a photo is here and everybody was told."""
    return bool(await fetch("SELECT 1 FROM blob_photo WHERE photo = ? AND kind = ?", photo, kind))


async def blob_for(photo: str, kind: Kind) -> Blob | None:
    """The picture of a photo, if it is here."""
    rows = await fetch(
        "SELECT b.sha256, b.media, b.bytes, b.stripped FROM blob_photo p JOIN blob b ON b.sha256 = p.sha256"
        " WHERE p.photo = ? AND p.kind = ?",
        photo,
        kind,
    )
    return msgspec.convert(rows[0], Blob, strict=False) if rows else None


async def save_blob(sha256: str, picture: Picture, size: int, now: int) -> bool:
    """A picture is whole; the same one twice changes nothing. False while an older copy of it is being taken away."""
    async with transaction():
        await execute(
            "INSERT INTO blob (sha256, media, bytes, stripped, stored_at) VALUES (?, ?, ?, ?, ?)"
            # All of it: where a file nobody knew was being taken away, the row tells nothing of the picture yet.
            " ON CONFLICT (sha256) DO UPDATE SET media = excluded.media, bytes = excluded.bytes,"
            " stripped = excluded.stripped, stored_at = excluded.stored_at"
            f" WHERE blob.stored_at < 0 AND blob.stored_at > {LEASE_MS} - excluded.stored_at",
            sha256,
            picture.media,
            size,
            int(picture.display is not None),
            now,
        )
        await _remember_look(sha256, picture.look)
        return await stands(sha256)


async def _remember_look(sha256: str, look: int | None) -> None:
    if look is not None:
        await execute(
            "INSERT INTO look (sha256, band0, band1, band2, band3) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (sha256) DO NOTHING",
            *(sha256, *bands_of(look)),
        )


async def is_stored(sha256: str) -> bool:
    """Whether a picture is stored at this moment."""
    return bool(await look_up("SELECT 1 FROM blob WHERE sha256 = ? AND stored_at >= 0", sha256))


async def stands(sha256: str) -> bool:
    """Whether a picture is stored and stays so until the transaction at hand ends. Within one only."""
    lock = current_engine().row_lock
    return bool(await look_up(f"SELECT 1 FROM blob WHERE sha256 = ? AND stored_at >= 0{lock}", sha256))


async def link_blob(photo: str, kind: Kind, sha256: str) -> bool:
    """This picture belongs to that photo. False where the photo was erased meanwhile, or the picture goes with one."""
    async with transaction():
        if not await stands(sha256):
            return False
        await execute(
            "INSERT INTO blob_photo (photo, kind, sha256) SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT) "
            "WHERE NOT EXISTS (SELECT 1 FROM touch WHERE type = 'photo' AND record = ? AND verb = 'erase') "
            "ON CONFLICT (photo, kind) DO NOTHING",
            *(photo, kind, sha256, photo),
        )
        return await is_linked(photo, kind)


async def alike(sha256: str) -> list[str]:
    """The pictures that look like this one, itself first; at most some."""
    names = "sha256, band0, band1, band2, band3"
    rows = await look_up(f"SELECT {names} FROM look WHERE sha256 = ?", sha256)
    if not rows:
        return [sha256]
    own = rows[0][1:]
    shared = " UNION ".join(
        f"SELECT * FROM (SELECT {names} FROM look WHERE band{band} = ? LIMIT {ALIKE_TRIES}) AS t{band}"
        for band in range(BANDS)
    )
    look = look_from(own)
    found = [other for other, *bands in await look_up(shared, *own) if are_alike(look, look_from(bands))]
    return [sha256, *sorted(set(found) - {sha256})]


async def unlinked(hashes: Sequence[str] | None) -> list[str]:
    """The pictures, of some or of all, that no photo shows and nobody is bringing."""
    where = "" if hashes is None else "AND b.sha256 IN (SELECT value FROM json_each(?))"
    some = () if hashes is None else (msgspec.json.encode(hashes).decode(),)
    return [row[0] for row in await fetch(f"SELECT b.sha256 FROM blob AS b WHERE {_UNLINKED} {where}", *some)]


async def doom_blob(sha256: str, now: int) -> bool:
    """From now on nobody links this picture: its copies are being taken away. False where it is needed after all."""
    async with transaction():
        if current_engine().row_lock:  # what waits for somebody's link must look anew once it is there
            await look_up("SELECT 1 FROM blob WHERE sha256 = ? FOR UPDATE", sha256)
        doomed = await execute(
            f"UPDATE blob AS b SET stored_at = ? WHERE b.sha256 = ? AND {_UNLINKED} "
            "AND (b.stored_at >= 0 OR b.stored_at > ?)",
            *(-now, sha256, LEASE_MS - now),
        )
        return doomed == 1


async def orphans() -> dict[str, int]:
    """Files in the store that belonged to nothing when it was last looked at, and since when, in epoch ms."""
    return dict(await fetch("SELECT path, seen_at FROM orphan"))


async def keep_orphans(since: Mapping[str, int]) -> None:
    """These are the files that belong to nothing now; another server may be saying so at the same time."""
    async with transaction():
        await execute("DELETE FROM orphan")
        if since:
            insert = "INSERT INTO orphan (path, seen_at) VALUES (?, ?) ON CONFLICT (path) DO NOTHING"
            await execute_many(insert, list(since.items()))


async def promised() -> set[str]:
    """The hashes of the pictures that photos still wait for."""
    return {row[0] for row in await fetch(f"{_PROMISED} UNION {_PREVIEW_PROMISED}")}


async def known_of(hashes: Sequence[str]) -> set[str]:
    """Those of some hashes that are of stored pictures, or of pictures on their way."""
    rows = await fetch(
        "SELECT sha256 FROM blob WHERE sha256 IN (SELECT value FROM json_each(?)) "
        "UNION SELECT sha256 FROM upload WHERE ended IS NULL AND sha256 IN (SELECT value FROM json_each(?))",
        *[msgspec.json.encode(hashes).decode()] * 2,
    )
    return {row[0] for row in rows}


async def doom_unknown(sha256: str, now: int) -> bool:
    """The same of a file no row speaks of. False where one does by now, or somebody brings or promises the picture."""
    async with transaction():
        doomed = await execute(
            "INSERT INTO blob (sha256, media, bytes, stripped, stored_at) "
            "SELECT CAST(? AS TEXT), '', 0, 0, CAST(? AS BIGINT) WHERE NOT EXISTS "
            "(SELECT 1 FROM upload WHERE sha256 = ? AND ended IS NULL) "
            f"AND NOT EXISTS ({_PROMISED} AND sha256 = ?) ON CONFLICT (sha256) DO NOTHING",
            *(sha256, -now, sha256, sha256),
        )
        return doomed == 1


async def is_doomed(sha256: str, now: int) -> bool:
    """Whether a picture is still to be taken away by whoever doomed it at this time."""
    return bool(await fetch("SELECT 1 FROM blob WHERE sha256 = ? AND stored_at = ?", sha256, -now))


async def leave_blob(sha256: str, now: int) -> None:
    """The copies of a picture doomed at this time could not be taken away: whoever comes next may try at once."""
    async with transaction():
        await execute("UPDATE blob SET stored_at = -1 WHERE sha256 = ? AND stored_at = ?", sha256, -now)


async def forget_blob(sha256: str, now: int) -> None:
    """The copies of a picture doomed at this time are gone."""
    async with transaction():
        if await execute("DELETE FROM blob WHERE sha256 = ? AND stored_at = ?", sha256, -now):
            await execute("DELETE FROM look WHERE sha256 = ?", sha256)


async def _uploads(where: str, *args: str) -> Sequence[Upload]:
    rows = await fetch(f"SELECT {_COLUMNS} FROM upload {where}", *args)
    return [msgspec.convert(row, Upload) for row in rows]


def _first(uploads: Sequence[Upload]) -> Upload | None:
    return uploads[0] if uploads else None
