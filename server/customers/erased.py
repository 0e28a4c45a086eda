"""Who was erased, written down beside the database, so that no older backup brings them back: ids, and nothing else."""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

NAME = "erased.jsonl"
"""The file in the data folder. It is only ever added to, and outlives the database it tells of."""


class Erased(msgspec.Struct, frozen=True, array_like=True):
    """A customer, the branch they were in, and when (epoch ms)."""

    customer: str
    branch: str
    at: int


def read(path: Path) -> list[Erased]:
    """What a list says; empty where there is none. A line that a crash cut off is left out. Raises OSError."""
    if not path.is_file():
        return []
    found = []
    for line in path.read_bytes().splitlines():
        try:
            found.append(msgspec.json.decode(line, type=Erased))
        except msgspec.DecodeError:
            continue
    return found


def note(path: Path, more: Iterable[Erased]) -> None:
    """Add to a list whom it does not know yet; on disk when this returns. Raises OSError."""
    known = {one.customer for one in read(path)}
    new = {one.customer: one for one in more if one.customer not in known}
    if not new:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
        file.write(b"\n" + msgspec.json.Encoder().encode_lines(list(new.values())))
        file.flush()
        os.fsync(file.fileno())
