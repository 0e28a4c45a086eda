"""A backup: a folder with every table as lines of JSON, every stored picture, and a sheet that says what must be there.

It is taken while the server runs: the tables are of one moment, and pictures are never changed once they are stored.
One of somebody who is forgotten meanwhile goes, and is left out. It can be put back into either database.
"""

import asyncio
import gzip
import hashlib
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, get_args

import msgspec

from server import VERSION
from server.database import Database
from server.database.migrations import HISTORY, applied, migrate
from server.keeping.files import File, damaged, keep, put_back
from server.keeping.tables import (
    Sum,
    Table,
    columns_of,
    emptied,
    go_on_counting,
    last_device,
    measured,
    rows_of,
    tables_of,
)
from server.photos.store import Copy, Store

SHEET = "backup.json"
PICTURES = "pictures.jsonl"
DEVICE_GAP = 100_000
"""Device numbers left out after a restore: those given since the backup must not be given again to somebody else."""
REV_GAP = 1_000_000_000
"""Revs left out after a restore: what somebody had seen before it must not seem to cover anything new."""
BATCH = 1000
_BLOBS = "SELECT sha256, stripped FROM blob WHERE stored_at >= 0"  # the others are being taken away


class BackupError(RuntimeError):
    """A backup that cannot be taken or put back; the text is for the operator."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. ``steps``: the names of the history it was made after; times in epoch ms.

    ``gone``: pictures its tables still know of, which were taken away for good while it was made.
    """

    version: str
    made_at: int
    database: str
    steps: tuple[str, ...]
    last_device: int
    tables: tuple[Table, ...]
    pictures: int
    gone: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


class Picture(msgspec.Struct, frozen=True, array_like=True):
    """One stored copy: its key in the store, and the hash of its own bytes."""

    copy: Copy
    key: str
    sha256: str


async def back_up(engine: Database, store: Store, folder: Path, now: int, data: Path | None = None) -> Sheet:
    """Write a backup into a new or empty folder, with what else is kept of the ``data`` folder.

    The sheet is written last: a folder without one is no backup. Raises BackupError, OSError.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds what nobody else may read
    (folder / "tables").mkdir()
    async with engine.snapshot():
        # The first query of a snapshot is its moment; pictures the tables know of are stored already.
        steps = tuple(name for _, name, _ in await applied(engine))
        if not steps:
            raise BackupError("There is no database yet")
        device = await last_device(engine)
        tables = [await _write_table(engine, table, folder) for table in await tables_of(engine)]
        blobs = [row async for rows in engine.stream(_BLOBS) for row in rows]
    pictures, gone = await _write_pictures(engine, store, blobs, folder)
    sheet = Sheet(
        version=VERSION,
        made_at=now,
        database=engine.name,
        steps=steps,
        last_device=device,
        tables=tuple(tables),
        pictures=pictures,
        gone=gone,
        files=() if data is None else keep(data, folder),
    )
    part = folder / f"{SHEET}.part"
    part.write_bytes(msgspec.json.format(msgspec.json.encode(sheet)))
    await asyncio.to_thread(os.sync)
    part.rename(folder / SHEET)
    return sheet


async def _write_table(engine: Database, table: str, folder: Path) -> Table:
    columns, found = await columns_of(engine, table), Sum()
    with gzip.open(_file(folder, table), "wb", compresslevel=5) as file:
        async for rows in rows_of(engine, table, columns):
            found.add(rows)
            file.write(msgspec.json.Encoder().encode_lines(rows))
    return Table(table, columns, found.rows, found.sha256)


def _file(folder: Path, table: str) -> Path:
    return folder / "tables" / f"{table}.jsonl.gz"


async def _write_pictures(
    engine: Database, store: Store, blobs: Sequence[tuple[str, int]], folder: Path
) -> tuple[int, tuple[str, ...]]:
    """How many copies there are, and the hashes of those that went meanwhile."""
    count, gone = 0, []
    with (folder / PICTURES).open("wb") as listing:
        for sha256, stripped in blobs:
            copies = get_args(Copy)[: 1 + bool(stripped)]
            written = [Picture(copy, sha256, await _write_picture(store, copy, sha256, folder)) for copy in copies]
            if all(one.sha256 for one in written):
                listing.write(msgspec.json.Encoder().encode_lines(written))
                count += len(written)
                continue
            if await engine.fetch(f"{_BLOBS} AND sha256 = ?", (sha256,)):
                raise BackupError(f"The picture {sha256} is not in the store")
            for copy in copies:
                _place(folder, copy, sha256).unlink(missing_ok=True)
            gone.append(sha256)
    return count, tuple(gone)


def _place(folder: Path, copy: Copy, sha256: str) -> Path:
    return folder / "photos" / copy / sha256[:2] / sha256


async def _write_picture(store: Store, copy: Copy, sha256: str, folder: Path) -> str:
    """The hash of what was written; empty where there is no such picture."""
    found = await store.read(copy, sha256)
    if found is None:
        return ""
    path = _place(folder, copy, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    running = hashlib.sha256()
    with path.open("wb") as file:
        async for chunk in found[1]():
            running.update(chunk)
            file.write(chunk)
    if copy == "original" and running.hexdigest() != sha256:
        raise BackupError(f"The picture {sha256} in the store is not what was uploaded")
    return running.hexdigest()


async def restore(engine: Database, store: Store, folder: Path, now: int, data: Path | None = None) -> Sheet:
    """Put a backup into an empty database and the store of pictures; all of the tables or none.

    The epoch rises, also above that of another restore of the same backup: every phone then fills anew and sends
    again what the backup does not know. Raises BackupError, OSError.
    """
    sheet = read_sheet(folder)
    if sheet.steps != tuple(step.name for step in HISTORY[: len(sheet.steps)]):
        raise BackupError("The backup is of a newer version of this program. Install that one.")
    if await applied(engine):
        raise BackupError("There is a database already. A backup is put into an empty one.")
    if wrong := damaged(sheet.files, folder):
        raise BackupError(f"{', '.join(wrong)} in {folder} is not what was backed up")
    await _read_pictures(store, folder, sheet)  # first: a row must never promise a picture that is not there
    async with engine.transaction():
        await migrate(engine, HISTORY[: len(sheet.steps)], now)
        await emptied(engine)
        for table in sheet.tables:
            for rows in _lines(_file(folder, table.name)):
                await engine.load(table.name, table.columns, rows)
            if await measured(engine, table.name) != table:
                raise BackupError(f"The table {table.name} in {folder} is not what was backed up")
        for name in ("blob_photo", "blob"):  # what the tables promised of them is no longer there
            await engine.execute(
                f"DELETE FROM {name} WHERE sha256 IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(sheet.gone).decode(),),
            )
        await go_on_counting(engine, sheet.last_device + DEVICE_GAP)
        await engine.execute(
            "UPDATE clock SET rev = rev + ?, epoch = CASE WHEN epoch < ? THEN ? ELSE epoch + 1 END", (REV_GAP, now, now)
        )
        await migrate(engine, HISTORY, now)
        await engine.execute("DELETE FROM orphan", ())  # its days were those of another store
    if data is not None:
        put_back(sheet.files, folder, data)
    return sheet


def read_sheet(folder: Path) -> Sheet:
    """What a backup says it holds. Raises BackupError when it is none."""
    try:
        return msgspec.json.decode((folder / SHEET).read_bytes(), type=Sheet)
    except FileNotFoundError:
        raise BackupError(f"{folder} holds no finished backup") from None
    except msgspec.DecodeError as error:
        raise BackupError(f"{folder / SHEET} cannot be read: {error}") from error


def _lines(path: Path) -> Iterator[list[list[Any]]]:
    with gzip.open(path, "rb") as file:
        while lines := list(islice(file, BATCH)):
            yield [msgspec.json.decode(line) for line in lines]


async def _read_pictures(store: Store, folder: Path, sheet: Sheet) -> None:
    count = 0
    with (folder / PICTURES).open("rb") as listing:
        for line in listing:
            picture = msgspec.json.decode(line, type=Picture)
            data = _place(folder, picture.copy, picture.key).read_bytes()
            if hashlib.sha256(data).hexdigest() != picture.sha256:
                raise BackupError(f"The picture {picture.copy}/{picture.key} in {folder} is damaged")
            await store.put(picture.copy, picture.key, data)
            count += 1
    if count != sheet.pictures:
        raise BackupError(f"{folder} holds {count} pictures instead of {sheet.pictures}")
