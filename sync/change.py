"""A change as it travels: an edit sets fields, an act is a verb with what its author had seen (protocol §3)."""

from typing import Annotated, Any, Literal

import msgspec

from sync.records.values import Id, Millis

Device = Annotated[int, msgspec.Meta(ge=1, le=9_007_199_254_740_991)]
Sequence = Annotated[int, msgspec.Meta(ge=1, le=9_007_199_254_740_991)]
LARGEST = 9_007_199_254_740_991
Group = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
ChangeId = tuple[int, int]
"""``(device, n)``: names one change for ever."""
Outcome = Literal["applied", "superseded", "conflict", "held", "refused"]


class Change(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One change of one record. ``set`` maps a field path to ``[value, base, base …]``."""

    n: Sequence
    at: Millis
    type: str
    id: Id
    set: dict[str, list[Any]] | msgspec.UnsetType = msgspec.UNSET
    act: str | msgspec.UnsetType = msgspec.UNSET
    seen: Millis | msgspec.UnsetType | None = msgspec.UNSET
    arguments: dict[str, Any] | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="with")
    group: Group | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        if (self.set is msgspec.UNSET) == (self.act is msgspec.UNSET):
            raise ValueError("a change is either an edit or an act")
        if self.set is not msgspec.UNSET and (not self.set or self.arguments is not msgspec.UNSET):
            raise ValueError("an edit sets at least one field and has no arguments")


class Pending(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What waits on the phone after this request: counts, bytes, and the time of the oldest gesture."""

    changes: Annotated[int, msgspec.Meta(ge=0)]
    photos: Annotated[int, msgspec.Meta(ge=0)]
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    oldest: Millis | None = None


class SyncRequest(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The envelope of ``POST /api/sync``. Changes stay raw: what is wrong inside one is an outcome, not a status."""

    v: Literal[1]
    device: Device
    epoch: Millis | None
    sent: Millis
    cursor: Millis | None
    audiences: list[str]
    fill: dict[str, str]
    pending: Pending | None = None
    app: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    hold: list[str] | msgspec.UnsetType = msgspec.UNSET
    changes: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=500)]


class Result(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What became of one change; plainly applied ones are not reported."""

    n: int
    outcome: Outcome
    code: str | msgspec.UnsetType = msgspec.UNSET
    field: str | msgspec.UnsetType = msgspec.UNSET
    changed: list[tuple[str, str, int]] | msgspec.UnsetType = msgspec.UNSET


class Numbered(msgspec.Struct, frozen=True):
    """The one thing every change must have for the envelope to count."""

    n: Sequence


class SyncReply(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The reply of ``POST /api/sync``; what has a default is there only when there is something to say."""

    v: Literal[1]
    epoch: int
    ack: int
    cursor: int
    time: int
    results: list[Result] = []
    rows: dict[str, list[msgspec.Raw]] = {}
    same: list[tuple[str, str, int]] = []
    gone: list[tuple[str, str, int]] = []
    audiences: list[str] = []
    drop: list[str] = []
    fill: dict[str, str] = {}
    more: bool = False
    upgrade: bool = False
