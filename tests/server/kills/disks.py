"""Disks that fill up, as this machine can make them: a small one of its own where it may mount, else a told one."""

import ctypes
import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.server.kills import troubles

SIZE_MB = 96
"""More than uploads leave free for the database, less than anybody misses."""


class ToldDisk:
    """Any machine: the server is told by a file that its disk is full."""

    plugins = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        (self.folder / troubles.FULL).touch()

    def free(self) -> None:
        (self.folder / troubles.FULL).unlink()


class SmallDisk:
    """A real one, filled with ballast to the last byte."""

    plugins = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 4096)

    def free(self) -> None:
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | ToldDisk]:
    """Both refuse alike; which it is depends only on whether this process may mount."""
    folder.mkdir(exist_ok=True)
    if not _mounted(folder):
        yield ToldDisk(folder)
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mounted(folder: Path) -> bool:
    """Mount a tmpfs of a few megabytes; False where that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, f"size={SIZE_MB}m".encode()) == 0:
        return True
    if ctypes.get_errno() not in (errno.EPERM, errno.EACCES):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return False
