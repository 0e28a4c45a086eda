"""How things stand for one device at one moment, in one query: the clock, the device, and what its person may read."""

from typing import Any

import msgspec

from server.database.query import look_up
from server.identity import Caller, with_grants
from sync.change import SyncRequest


class Moment(msgspec.Struct, frozen=True):
    """``settled``, ``pending`` (JSON), ``app``, ``served`` and ``seen_at`` are as the device was noted last.

    ``granted``: the audiences the phone is to have, which are those it may read unless it holds fewer.
    """

    rev: int
    epoch: int
    horizon: int
    settled: int
    pending: str | None
    app: str | None
    served: frozenset[str]
    seen_at: int
    granted: frozenset[str]

    def has_nothing_for(self, head: SyncRequest) -> bool:
        """Whether the phone holds everything: a request without changes then has its answer."""
        asked = (head.epoch, head.cursor, frozenset(head.audiences))
        return asked == (self.epoch, self.rev, self.granted) and not head.fill


async def moment_of(caller: Caller, head: SyncRequest) -> Moment:
    """The moment of the snapshot or transaction at hand."""
    rows = await look_up(
        "SELECT c.rev, c.epoch, c.horizon, d.settled, d.pending, d.app, d.audiences, d.seen_at, "
        "g.role, g.place, a.ancestor FROM clock AS c JOIN device AS d ON d.id = ? "
        "LEFT JOIN grant_ AS g ON g.person = d.person LEFT JOIN ancestry AS a ON a.place = g.place WHERE c.id = 1",
        caller.device,
    )
    granted = frozenset(with_grants(caller, (row[-3:] for row in rows)).audiences())
    if isinstance(head.hold, list):
        granted &= frozenset(head.hold)
    return _read(rows[0][:8], granted)


def _read(row: tuple[Any, ...], granted: frozenset[str]) -> Moment:
    rev, epoch, horizon, settled, pending, app, audiences, seen_at = row
    served = frozenset(msgspec.json.decode(audiences or "[]", type=list[str]))
    return Moment(rev, epoch, horizon, settled, pending, app, served, seen_at, granted)
