"""What happens around the phones of a history: clocks, networks, rights, desks, backups and seasons."""

from collections.abc import Callable
from typing import Any

from tests.model.events import Dice, Event
from tests.model.phone import Phone
from tests.model.server import Server
from tests.model.state import Held, State
from tests.model.watch import Watch
from tests.model.world import CARLS_LOTS, COUNTY1, COUNTY2, DAY, EAST, ROUND_LOTS

SKEWS = (400 * DAY, -400 * DAY, 7_000, 0)
JUMPS = (400 * DAY, -400 * DAY, -DAY, 3_600_000, 90)
Note = tuple[Any, ...]


class Around:
    """Each is one step; it returns what the trace says of it."""

    now: int
    server: Server
    watch: Watch
    backups: list[State]
    requests: list[tuple[Phone, Any]]
    parked: list[tuple[Phone, Any, Callable[[], Any]]]
    trace: list[Note]

    def _cut(self, phone: Phone, dice: Dice, event: Event) -> Note:
        phone.link = dice.pick(("up", "down", "both"))
        return (phone.link,)

    def _mend(self, phone: Phone, dice: Dice, event: Event) -> Note:
        phone.link = ""
        return ()

    def _clock(self, phone: Phone, dice: Dice, event: Event) -> Note:
        phone.skew = phone.skew + dice.pick(JUMPS) if self.trace and dice.below(2) else dice.pick(SKEWS)
        return (phone.skew,)

    def _by_itself(self, *content: Any) -> Note:
        self.server.by_itself(content, self.now)
        self.watch.committed(self.now)
        return content[:2]

    def _store(self, phone: Phone, dice: Dice, event: Event) -> Note:
        """A picture of this phone's person arrives."""
        records = self.server.state.records.values()
        photos = sorted(one.id for one in records if one.type == "photo" and one.row["stored_at"] is None)
        return self._by_itself("store", dice.pick(photos), None) if photos else ()

    def _grant(self, phone: Phone, dice: Dice, event: Event) -> Note:
        return self._by_itself("grant", "carl", dice.pick(CARLS_LOTS))[:2]

    def _move(self, phone: Phone, dice: Dice, event: Event) -> Note:
        return self._by_itself("move", EAST, dice.pick((COUNTY1, COUNTY2)))

    def _lot(self, phone: Phone, dice: Dice, event: Event) -> Note:
        """Rights over the round come and go."""
        return self._by_itself("grant", *dice.pick(ROUND_LOTS))[:2]

    def _merge(self, phone: Phone, dice: Dice, event: Event) -> Note:
        """A manager at the desk lets one customer of a branch stand for another."""
        records = self.server.state.records.values()
        active = sorted(one.id for one in records if one.type == "customer" and one.row["status"] == "active")
        if not active:
            return ()
        one, into = dice.pick(active), dice.pick(active)
        branches = {self.server.state.records["customer", id_].row["branch"] for id_ in (one, into)}
        return self._by_itself("merge", one, into)[:1] if one != into and len(branches) == 1 else ()

    def _desk(self, phone: Phone, dice: Dice, event: Event) -> Note:
        """Late work of a round is decided."""
        held = sorted(
            name for name, one in self.server.state.held.items() if one.status == "open" and self._is_round(one)
        )
        return self._by_itself("desk", dice.pick(held), bool(dice.below(3)))[:1] if held else ()

    def _is_round(self, held: Held) -> bool:
        return ("inspection", held.subject) not in self.server.state.records

    def _strange(self, phone: Phone, dice: Dice, event: Event) -> Note:
        return self._by_itself("strange", f"notice {self.server.state.rev}", None)

    def _backup(self, phone: Phone, dice: Dice, event: Event) -> Note:
        self.backups.append(self.server.state)
        return ()

    def _restore(self, phone: Phone, dice: Dice, event: Event) -> Note:
        self.parked.clear()  # who was asking hangs on a connection that is no more
        self.requests.clear()
        chosen = dice.below(len(self.backups))
        self.server.restore(self.backups[chosen], self.now)
        del self.backups[chosen + 1 :]  # of a time that has not been: what a phone was told then, nobody can know now
        self.watch.restored()
        return (self.server.state.rev,)

    def _season(self, phone: Phone, dice: Dice, event: Event) -> Note:
        """Longer than the window of a fill."""
        self.now += 100 * DAY
        return ()
