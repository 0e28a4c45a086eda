"""Small files beside the database that a backup keeps: without the authority of its network phones would not trust a
restored server, and without the office's key it could not open the rescue files they made. Its certificate for the
address at hand is made anew; sheets nobody brought in yet are not kept.
The list of customers who were erased is kept for an older backup that still knows them.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from server.customers import erased

AUTHORITY = ("lan/authority.crt", "lan/authority.key")
OFFICE = "rescue/office.key"
KEPT = (*AUTHORITY, OFFICE, erased.NAME)


class File(msgspec.Struct, frozen=True, array_like=True):
    """A file by its path in the data folder, and the hash of its bytes."""

    path: str
    sha256: str


def keep(data: Path, folder: Path) -> tuple[File, ...]:
    """Copy what is there of KEPT into a backup."""
    found = [(path, (data / path).read_bytes()) for path in KEPT if (data / path).is_file()]
    for path, content in found:
        _write(folder / path, content)
    return tuple(File(path, hashlib.sha256(content).hexdigest()) for path, content in found)


def damaged(files: Sequence[File], folder: Path) -> list[str]:
    """The files of a backup that are not what was backed up."""
    return [
        file.path
        for file in files
        if not (folder / file.path).is_file()
        or hashlib.sha256((folder / file.path).read_bytes()).hexdigest() != file.sha256
    ]


def put_back(files: Sequence[File], folder: Path, data: Path) -> None:
    """Into a data folder: what phones trust there already stays, and whom either list names was erased."""
    trusted = any((data / path).exists() for path in AUTHORITY)
    for file in files:
        if file.path == erased.NAME:
            erased.note(data / erased.NAME, erased.read(folder / erased.NAME))
        elif (file.path in AUTHORITY and not trusted) or (file.path == OFFICE and not (data / OFFICE).exists()):
            _write(data / file.path, (folder / file.path).read_bytes())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
