"""Uploads that are not whole yet: one file each, its size being the offset.

So nothing has to be written beside the bytes, and a crash at any moment leaves a true offset. An offset is told only
after fsync. All methods block and belong into a thread.
"""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

RESERVE = 64 * 1024 * 1024
"""Bytes that uploads leave free, for the database's sake."""


class Superseded(Exception):
    """The file is no longer as long as the writer left it: another process went on with this upload."""


class Spool:
    """The folder of unfinished uploads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _aside(self, upload: str) -> Path:
        return self.folder / f"{upload}.aside"

    def prepare(self) -> None:
        """Make the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, upload: str) -> Path:
        """Where the bytes of an upload are."""
        return self.folder / upload

    def has_room(self, length: int) -> bool:
        """Whether so many bytes more leave the reserve untouched."""
        return shutil.disk_usage(self.folder).free - length > RESERVE

    def create(self, upload: str) -> None:
        """An empty upload that survives a power cut."""
        self.path(upload).touch(exist_ok=False)
        sync_folder(self.folder)

    def offset(self, upload: str) -> int | None:
        """Bytes that are safely here; ``None`` for an upload without a file."""
        try:
            with self.path(upload).open("rb") as file:
                os.fsync(file.fileno())
                return os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return None

    def open(self, upload: str) -> BinaryIO:
        """For appending with ``append``. Raises FileNotFoundError."""
        return self.path(upload).open("r+b", buffering=0)

    def append(self, file: BinaryIO, position: int, chunk: bytes) -> int:
        """Write at the end, which must be ``position``; returns the new end. Raises Superseded, OSError."""
        if os.fstat(file.fileno()).st_size != position:
            raise Superseded
        rest = memoryview(chunk)
        while rest:
            written = os.pwrite(file.fileno(), rest, position)
            rest, position = rest[written:], position + written
        return position

    def open_aside(self, upload: str) -> BinaryIO:
        """An empty file beside the upload, for bytes that do not count yet."""
        return self._aside(upload).open("w+b", buffering=0)

    def join(self, upload: str, position: int) -> None:
        """Append what lies aside to the upload, whose end must be ``position``, and flush. Raises Superseded."""
        with self.open(upload) as file, self._aside(upload).open("rb") as aside:
            while chunk := aside.read(1024 * 1024):
                position = self.append(file, position, chunk)
            os.fsync(file.fileno())

    def drop_aside(self, upload: str) -> None:
        """Drop what lies aside."""
        self._aside(upload).unlink(missing_ok=True)

    def read(self, upload: str) -> bytes:
        """Every byte that is here."""
        return self.path(upload).read_bytes()

    def cut(self, file: BinaryIO, length: int) -> None:
        """Forget what came after ``length``."""
        os.ftruncate(file.fileno(), length)
        os.fsync(file.fileno())

    def reset(self, upload: str) -> None:
        """Start the upload over."""
        with self.open(upload) as file:
            self.cut(file, 0)

    def remove(self, upload: str) -> None:
        """Drop the bytes, if any are left."""
        self.path(upload).unlink(missing_ok=True)

    def names(self) -> set[str]:
        """Uploads with a file."""
        return {entry.name for entry in os.scandir(self.folder)}


def sync_folder(folder: Path) -> None:
    """Make names in a folder survive a power cut, where the system can do that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
