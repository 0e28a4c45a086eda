"""The few things this slice asks of the synced records, gathered so that its rules can be tried without them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from server.identity import Caller


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

    ``may_upload``: whether the caller may bring its bytes, being its author or one who may edit its subject.
    """

    photo_for: Callable[[Caller, str], Awaitable[Mapping[str, Any] | None]]
    may_upload: Callable[[Caller, str], Awaitable[bool]]
    over: Over
    server_change: ServerChange
