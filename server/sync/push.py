"""Taking what a phone sends: replay, fork, gap; then the door, once and in order."""

from collections.abc import Sequence
from contextlib import nullcontext

import msgspec

from server.database import current_engine, transaction
from server.database.query import execute, fetch, look_up
from server.door import Actor, Numbered, Sending, apply
from server.identity import Caller
from server.identity.queries import locked_out
from server.problems import Refusal, unless_unwritable
from server.sync.envelope import Envelope, same_content
from server.sync.moment import Moment
from sync.change import Result

_decode_result = msgspec.json.Decoder(Result).decode
SEEN_EVERY = 60_000
"""Milliseconds after which a device that sends nothing new is noted as seen again."""


class Pushed(msgspec.Struct, frozen=True):
    """The watermark after a push, and the outcomes of its changes that were not plainly applied."""

    ack: int
    results: list[Result]


async def push(caller: Caller, envelope: Envelope, before: Moment, now: int) -> Pushed:
    """Settle the changes of a request. ``device_fork`` and ``gap`` are judged before anything is applied."""
    head = envelope.head
    if head.device != caller.device:
        raise Refusal("wrong_device")
    if not envelope.changes:
        return Pushed(ack=before.settled, results=[])
    async with transaction():
        # 1. Lock the device; what it settled before decides what is a replay.
        settled, is_simple = await _settled(caller.device)
        replayed = [change for change in envelope.changes if change.n <= settled]
        fresh = envelope.changes[len(replayed) :]
        results = await _replay(caller.device, replayed)
        if fresh and fresh[0].n != settled + 1:
            raise Refusal("gap", expected=settled + 1)
        # 2. Judge, merge and write the new ones through the door.
        if fresh:
            out = () if is_simple else await locked_out(caller.device)
            sending = Sending(sent=head.sent, received=now, cursor=head.cursor or 0, locked_out=out)
            results += await apply(Actor(person=caller.person, device=caller.device), fresh, sending)
            settled = fresh[-1].n
            await execute("UPDATE device SET settled = ? WHERE id = ?", settled, caller.device)
    return Pushed(ack=settled, results=[result for result in results if result.outcome != "applied"])


async def _settled(device: int) -> tuple[int, bool]:
    """The last settled number, and whether the phone was never locked out."""
    rows = await look_up(
        f"SELECT settled, former, revoked_at FROM device WHERE id = ?{current_engine().row_lock}", device
    )
    settled, former, revoked_at = rows[0]
    return int(settled), former is None and revoked_at is None


async def _replay(device: int, changes: Sequence[Numbered]) -> list[Result]:
    """The stored outcomes of changes that came here before; other content under a used number is a fork."""
    if not changes:
        return []
    rows = await fetch(
        "SELECT n, content, result FROM log WHERE device = ? AND device > 0 AND n BETWEEN ? AND ?",
        device,
        changes[0].n,
        changes[-1].n,
    )
    known = {row[0]: row for row in rows}
    for change in changes:
        if change.n not in known or not same_content(known[change.n][1], change.content):
            raise Refusal("device_fork", n=change.n)
    return [_decode_result(known[change.n][2]) for change in changes]


async def note_device(caller: Caller, envelope: Envelope, moment: Moment, now: int) -> None:
    """Keep what the office wants to know of a phone: what waits on it, its version, its clock, what it was served.

    An audience once served counts as served for good: that a request does not name it says nothing, for a reply
    may be lost, and a request of long ago may come after a newer one.
    """
    head = envelope.head
    served = moment.granted | moment.served
    pending = msgspec.json.encode(head.pending).decode() if head.pending is not None else None
    known = (moment.pending, moment.app, moment.served)
    if known == (pending, head.app, served) and now - moment.seen_at < SEEN_EVERY:
        return
    # What a phone was served must be known before it has it; the rest need not stand in the way of reading.
    with nullcontext() if moment.served != served else unless_unwritable():
        async with transaction():
            served |= await _served(caller.device)  # another request of it may have been served meanwhile
            await execute(
                "UPDATE device SET pending = ?, app = ?, audiences = ?, seen_at = ?, clock_offset = ? WHERE id = ?",
                pending,
                head.app,
                msgspec.json.encode(sorted(served)).decode(),
                now,
                now - head.sent,
                caller.device,
            )


async def _served(device: int) -> frozenset[str]:
    rows = await look_up(f"SELECT audiences FROM device WHERE id = ?{current_engine().row_lock}", device)
    return frozenset(msgspec.json.decode(rows[0][0] or "[]", type=list[str]))
