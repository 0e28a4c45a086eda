"""The files of pages that are kept: one a page, for whoever serves, in a folder only the server reads."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import msgspec

from server.sync.packing import Packed

NAME = "snapshots"
"""Where in the data folder they lie. No backup holds them."""
MOST_BYTES = 256 * 1024 * 1024
LEAST_FREE = 1024 * 1024 * 1024
"""Where the disk has less room, nothing is kept."""

Place = tuple[int, str, str]
"""Where an entry of the feed stands in its audience: rev, type, id."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a page holds: the ``rows`` of an audience that stand after ``start``, up to and with ``end``.

    ``live``: how many entries stand there, those that are too old for a fill among them. ``until``: when the first
    row becomes too old. ``size``: bytes of the rows; times in epoch ms. The rest is as in ``Packed``.
    """

    epoch: int
    audience: str
    start: Place
    end: Place
    live: int
    rows: int
    size: int
    made_at: int
    until: int
    types: tuple[str, ...] = ()
    plain: int = 0
    crc: int = 0
    gzip: int = 0


class Page(msgspec.Struct, frozen=True):
    """A page as it is kept."""

    head: Head
    packed: Packed


class Shelf:
    """Pages by epoch, audience and start. Other processes may put and remove them at the same time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, epoch: int, audience: str, start: Place) -> Page | None:
        """The page that begins there; whether it is still true is for the caller to find out."""
        folder, begins = self._folder(epoch, audience), _key(start) + "-"
        for name in _names(folder):
            if name.startswith(begins) and (page := _read(folder / name)) is not None:
                return page
        return None

    def reaches(self, epoch: int, audience: str, place: Place) -> bool:
        """Whether a page ends there, so that another may begin."""
        return any(name.endswith("-" + _key(place)) for name in _names(self._folder(epoch, audience)))

    def put(self, head: Head, packed: Packed) -> None:
        """Keep a page in place of the one that began there. Raises OSError: there is no room."""
        folder = self._folder(head.epoch, head.audience)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < LEAST_FREE:
            raise OSError("the disk has no room for pages that are kept")
        head = msgspec.structs.replace(
            head, types=packed.types, plain=packed.plain, crc=packed.crc, gzip=len(packed.gzip)
        )
        path = folder / f"{_key(head.start)}-{_key(head.end)}"
        made = folder / f".{uuid4().hex}"
        try:
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(msgspec.json.encode(head) + b"\n" + packed.gzip + packed.br)
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
        for name in _names(folder):
            if name != path.name and name.startswith(_key(head.start) + "-"):
                (folder / name).unlink(missing_ok=True)
        self._make_room()

    def heads(self) -> list[tuple[Path, Head]]:
        """Every page that is kept."""
        found = []
        for path in self._files():
            with suppress(FileNotFoundError), path.open("rb") as file:
                head = _head(file.readline(), path)
                found += [(path, head)] if head is not None else []
        return found

    def clear(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _folder(self, epoch: int, audience: str) -> Path:
        return self.folder / str(epoch) / hashlib.blake2b(audience.encode(), digest_size=16).hexdigest()

    def _files(self) -> Iterator[Path]:
        return (path for path in self.folder.glob("*/*/*") if not path.name.startswith("."))

    def _make_room(self) -> None:
        """The oldest go when all take too much."""
        known = []
        for path in self._files():
            with suppress(FileNotFoundError):
                stat = path.stat()
                known.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in known)
        for _, size, path in sorted(known):
            if total <= MOST_BYTES:
                return
            path.unlink(missing_ok=True)
            total -= size


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except FileNotFoundError:
        return []


def _key(place: Place) -> str:
    return hashlib.blake2b(msgspec.json.encode(place), digest_size=12).hexdigest()


_decode_head = msgspec.json.Decoder(Head).decode


def _head(told: bytes, path: Path) -> Head | None:
    """What a file begins with; one that is damaged is removed, for nobody can be served it."""
    try:
        return _decode_head(told)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        path.unlink(missing_ok=True)
        return None


def _read(path: Path) -> Page | None:
    """``None``: it was removed meanwhile, or is damaged."""
    try:
        told, _, rest = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    head = _head(told, path)
    if head is None:
        return None
    return Page(head, Packed(head.types, head.plain, head.crc, rest[: head.gzip], rest[head.gzip :]))
