"""What a photo's signature speaks of: the facts of its moment, and whether they are those of the record."""

from collections.abc import Mapping
from typing import Any

import msgspec

from sync.records.values import Position, Subject

FENCE_M = 300
"""How far from its branch a picture of it may have been taken, in metres, beside the fix's own accuracy."""
STALE_MS = 120_000
"""A position older than this at the shutter may be that of another place."""


class Facts(msgspec.Struct, frozen=True):
    """``Proof.text`` is the JSON of this. ``app`` names the build; further fields may stand beside these."""

    photo: str
    of: Subject
    check: str | None
    sha256: str
    preview_sha256: str
    taken_at: int
    clock_offset: int | None
    source: str
    position: Position | None
    person: str
    branch: str
    app: str


_OF_THE_RECORD = ("of", "check", "sha256", "preview_sha256", "taken_at", "clock_offset", "source", "position")


def speaks_of(text: str, photo: str, row: Mapping[str, Any], branch: str | None) -> bool:
    """Whether a signed text tells of this photo what its record tells; ``row`` are the record's fields."""
    try:
        facts = msgspec.to_builtins(msgspec.json.decode(text, type=Facts))
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return False
    same = all(facts[name] == row[name] for name in _OF_THE_RECORD)
    return same and (facts["photo"], facts["person"], facts["branch"]) == (photo, row["author"], branch)
