"""Photos: what was promised to come, and what the server has."""

from typing import Annotated, Literal

import msgspec

from sync.records.base import Record
from sync.records.policy import edit, once, personal, server
from sync.records.values import Asked, Id, Line, Markup, Millis, Position, Proof, Retracted, Sha256, Subject

Hint = Literal["gallery", "no_position", "stale_position", "out_of_fence", "unsigned", "wrong_signature", "seen_before"]
Pixels = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class Photo(Record, tag="photo"):
    """A photo of its subject. ``bytes`` and the hashes promise the picture; ``stored_at`` says it is here.

    ``proof``: its facts as the device signed them at the shutter. ``hints``: why a reviewer should look twice at it,
    known once a picture is here; they never refuse anything. ``markup``: what is drawn over it; the picture itself
    stays as it was taken. ``asked``: a supervisor waits for the full picture before others.
    ``erased_at``: who is to be forgotten was on it, or the visit to them was; there is no picture of it any more.
    """

    of: Annotated[Subject, once]
    sha256: Annotated[Sha256, once]
    preview_sha256: Annotated[Sha256, once]
    bytes: Annotated[Annotated[int, msgspec.Meta(ge=1, le=50_000_000)], once]
    width: Annotated[Pixels, once]
    height: Annotated[Pixels, once]
    taken_at: Annotated[Millis, once]
    source: Annotated[Literal["camera", "gallery"], once]
    check: Annotated[Line | None, once] = None
    position: Annotated[Position | None, once, personal] = None
    clock_offset: Annotated[int | None, once] = None
    proof: Annotated[Proof | None, once, personal] = None
    markup: Annotated[Markup | None, edit, personal] = None
    author: Annotated[Id | None, server] = None
    preview_at: Annotated[Millis | None, server] = None
    stored_at: Annotated[Millis | None, server] = None
    retracted: Annotated[Retracted | None, server] = None
    waived: Annotated[Retracted | None, server] = None
    asked: Annotated[Asked | None, server] = None
    hints: Annotated[list[Hint], server] = []
    erased_at: Annotated[Millis | None, server] = None
