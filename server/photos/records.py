"""The few things this slice asks of the synced records, gathered so that its rules can be tried without them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from server.identity import Caller
from server.photos.tus import Kind


class Over(Protocol):
    """Whether somebody holds a role at a place or above it."""

    async def __call__(self, who: Caller | str, role: str, place: str, /) -> bool: ...


class ServerChange(Protocol):
    """Set fields that only the server writes, through the one door."""

    async def __call__(
        self, type_: str, id_: str, values: Mapping[str, Any], /, *, now: int, quiet: bool
    ) -> object: ...


@dataclass(frozen=True)
class Records:
    """``photo_for``: the row (the record's fields, and ``branch``) of a photo the caller may see, else ``None``.

    ``photo_to_bring``: the row of one whose bytes the caller may bring, being its author or one who may edit its
    subject; its author may no longer be able to see it. ``hints_of``: why a reviewer should look twice at a photo, by
    its id, and the kind and hash of a picture of it that is here.
    """

    photo_for: Callable[[Caller, str], Awaitable[Mapping[str, Any] | None]]
    photo_to_bring: Callable[[Caller, str], Awaitable[Mapping[str, Any] | None]]
    over: Over
    server_change: ServerChange
    hints_of: Callable[[str, Kind, str], Awaitable[list[str]]]
