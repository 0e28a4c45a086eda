"""What is here of what a phone held: one that is to be emptied, or counts anew, learns what a file has brought."""

from typing import Annotated

import msgspec

from server.customers.acts import Reveal, note_reveal
from server.customers.queries import seen
from server.database.query import fetch
from server.database.snapshot import snapshot
from server.identity import Caller
from server.identity.queries import may_ask_of
from server.photos.queries import unmissed_of
from sync.change import Result
from sync.records.values import Id, Millis

_decode_result = msgspec.json.Decoder(Result).decode
Number = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That somebody looked at the hidden number of a customer, and when by their phone's clock."""

    id: Id
    customer: Id
    at: Millis


class Holding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is on a phone that does not know what is here: its changes from ``first`` on, and photos.

    ``looks`` are noted: a phone that is to be emptied has no other way to tell of them.
    """

    device: Number
    first: Number = 1
    photos: Annotated[list[Id], msgspec.Meta(max_length=1000)] = []
    looks: Annotated[list[Look], msgspec.Meta(max_length=200)] = []


class Here(msgspec.Struct, frozen=True):
    """What is here of it: the changes up to ``settled``, with ``results`` for those not plainly applied, and the photos
    whose picture has come in full, or that were taken back, erased or left out. ``file``: when the last file that was
    taken in was made, by the phone's clock.
    """

    epoch: int
    settled: int
    results: list[Result]
    photos: list[str]
    file: int | None


async def note_looks(caller: Caller, holding: Holding, now: int) -> None:
    """Note them; one at a customer out of reach by now can be noted by nobody."""
    for look in holding.looks:
        if await seen(caller, look.customer) is not None:
            noted = Reveal(id=look.id, at=look.at)
            await note_reveal(look.customer, noted, by=caller.person, device=caller.device, now=now)


async def here_of(caller: Caller, holding: Holding) -> Here | None:
    """What is here of a device of the caller's own, locked out or not; None where it is not theirs to ask about."""
    async with snapshot():
        if not await may_ask_of(caller, holding.device):
            return None
        rows = await fetch(
            "SELECT c.epoch, d.settled FROM device AS d CROSS JOIN clock AS c WHERE d.id = ?", holding.device
        )
        epoch, settled = rows[0]
        results = await fetch(
            "SELECT result FROM log WHERE device = ? AND device > 0 AND n >= ? AND n <= ? "
            "AND outcome <> 'applied' ORDER BY n",
            *(holding.device, holding.first, settled),
        )
        reports = await fetch(
            "SELECT report FROM rescue WHERE device = ? AND report IS NOT NULL ORDER BY brought_at DESC LIMIT 20",
            holding.device,
        )
        made = [_decode_made(row[0]).made_at for row in reports]
        photos = await unmissed_of(caller.person, holding.photos)
    return Here(epoch, settled, [_decode_result(row[0]) for row in results], photos, max(made, default=None))


class _Made(msgspec.Struct, frozen=True):
    made_at: int


_decode_made = msgspec.json.Decoder(_Made).decode
