"""Values that several records share: identifiers, times, positions, answers."""

from typing import Annotated, Literal

import msgspec

from sync.covers import MOST_MARKS

UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

Id = Annotated[str, msgspec.Meta(pattern=UUID_PATTERN)]
"""A UUID in lower-case text: one record has one spelling."""
Millis = Annotated[int, msgspec.Meta(ge=0, le=9_007_199_254_740_991)]
"""Epoch milliseconds; the upper bound is the largest integer a browser reads exactly."""
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Line = Annotated[str, msgspec.Meta(max_length=200)]
"""One line of text a person types."""
Text = Annotated[str, msgspec.Meta(max_length=4000)]
"""A paragraph a person types."""
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
"""A day of the calendar, ``2026-11-23``."""
Month = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
"""A month of the calendar, ``2026-11``, as the operator's clocks count it."""
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Measure = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
"""A measured percentage in hundredths of a percent (98.25 % = 9825)."""
Share = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
"""A place on a picture or a pad, in ten-thousandths of its width or height."""


class Position(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where a phone was: WGS-84 degrees, accuracy in metres, the time of the fix in epoch milliseconds."""

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    accuracy: Annotated[float, msgspec.Meta(ge=0)]
    at: Millis


class Proof(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The facts of a photo as they were signed at the shutter: ``text`` is the JSON of ``sync.proof.Facts``.

    ``key``: the device's public key, an uncompressed point on P-256; ``signature``: ECDSA with SHA-256 over the UTF-8
    of ``text``, its two numbers of 32 bytes one after the other. Both are Base64.
    """

    text: Annotated[str, msgspec.Meta(max_length=2000)]
    key: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{87}=$")]
    signature: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{86}==$")]


class Answer(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """What was found at one check. ``bulk`` says it was passed with the rest; it makes no difference between values."""

    result: Literal["pass", "fail", "na", "todo"]
    count: Count | msgspec.UnsetType = msgspec.UNSET
    value: Measure | msgspec.UnsetType = msgspec.UNSET
    bulk: bool | msgspec.UnsetType = msgspec.UNSET


class Subject(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The record that a photo hangs on."""

    type: Literal["finding", "visit", "comment"]
    id: Id


class Commented(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The record that a comment is about."""

    type: Literal["inspection", "finding", "visit"]
    id: Id


class Returned(msgspec.Struct, frozen=True):
    """Why a supervisor gave an item back."""

    reason: str
    by: Id
    at: Millis


class Retracted(msgspec.Struct, frozen=True):
    """Who took a photo back, or let its picture be missing, when, and why."""

    by: Id
    at: Millis
    reason: str | None = None


class Shown(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the inspector's screen showed when they submitted: tenths of a point and the vetoed checks."""

    total: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    vetoes: list[Annotated[str, msgspec.Meta(max_length=64)]]


class Mark(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """One shape of the layer over a photo, from ``(x0, y0)`` to ``(x1, y1)`` in ten-thousandths of width and height.

    ``circle``: an ellipse in that box; ``arrow``: from its first corner to its second, where the tip is; ``text``:
    begins at its first corner; ``blur``: the box is made unreadable in every copy for who has no right to the original.
    """

    shape: Literal["circle", "arrow", "text", "blur"]
    box: tuple[Share, Share, Share, Share]
    text: Annotated[str, msgspec.Meta(max_length=60)] | None = None

    def __post_init__(self) -> None:
        x0, y0, x1, y1 = self.box
        if self.shape != "arrow" and (x1 < x0 or y1 < y0):
            raise ValueError("a box ends where it begins, or right of and below it")
        if (self.shape == "text") != bool(self.text and self.text.strip()):
            raise ValueError("text says something, and no other shape has any")


Markup = Annotated[list[Mark], msgspec.Meta(max_length=MOST_MARKS)]


class Asked(msgspec.Struct, frozen=True):
    """Who asked for a picture to come before others, and when."""

    by: Id
    at: Millis


Stroke = Annotated[list[Share], msgspec.Meta(min_length=2, max_length=2000)]
"""A line of a pen: x, y, x, y … in ten-thousandths of the pad's width, y from its top."""
LONGEST_SIGNATURE = 6000
"""Numbers in all lines of one together."""


class Signed(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the branch's representative said to the list of deductions they were shown: signed on glass, or refused.

    ``list_sha256``: ``sync.deductions.list_sha256`` of that list; ``total``: its tenths of a point. Either ``strokes``
    or ``refused``, the reason, is there.
    """

    list_sha256: Sha256
    total: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    at: Millis
    name: Line | None = None
    strokes: Annotated[list[Stroke], msgspec.Meta(max_length=100)] = []
    refused: Line | None = None

    def __post_init__(self) -> None:
        if bool(self.strokes) == bool(self.refused and self.refused.strip()):
            raise ValueError("either somebody signed, or they said why not")
        if any(len(stroke) % 2 for stroke in self.strokes) or sum(map(len, self.strokes)) > LONGEST_SIGNATURE:
            raise ValueError("a line of a pen is of points, and no signature of thousands")
