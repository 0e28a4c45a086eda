"""What the database knows of uploads and stored pictures."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from server.database import transaction
from server.database.query import execute, fetch
from server.photos.imaging import Picture
from server.photos.tus import Kind

Ended = Literal["stored", "gone"]

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
    """A stored picture. ``stripped``: there is a display copy without metadata beside the uploaded bytes."""

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


async def save_blob(sha256: str, picture: Picture, size: int, now: int) -> None:
    """A picture is whole; the same one twice changes nothing."""
    async with transaction():
        await execute(
            "INSERT INTO blob (sha256, media, bytes, stripped, stored_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (sha256) DO NOTHING",
            sha256,
            picture.media,
            size,
            int(picture.display is not None),
            now,
        )


async def link_blob(photo: str, kind: Kind, sha256: str) -> None:
    """This picture belongs to that photo, unless it was erased while the bytes came."""
    async with transaction():
        await execute(
            "INSERT INTO blob_photo (photo, kind, sha256) SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT) "
            "WHERE NOT EXISTS (SELECT 1 FROM touch WHERE type = 'photo' AND record = ? AND verb = 'erase') "
            "ON CONFLICT (photo, kind) DO NOTHING",
            *(photo, kind, sha256, photo),
        )


async def _uploads(where: str, *args: str) -> Sequence[Upload]:
    rows = await fetch(f"SELECT {_COLUMNS} FROM upload {where}", *args)
    return [msgspec.convert(row, Upload) for row in rows]


def _first(uploads: Sequence[Upload]) -> Upload | None:
    return uploads[0] if uploads else None
