"""One server a data folder: a second one would write past the first one's queue."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "xunfang.lock"


class FolderInUse(RuntimeError):
    """Another process holds the data folder."""


@contextmanager
def sole_holder(data: Path) -> Iterator[None]:
    """Hold the folder for the block; it is made if it is not there. Raises FolderInUse, OSError.

    The lock goes with the process, however it ends.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / NAME).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderInUse(str(data)) from error
        yield
