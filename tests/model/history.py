"""One history: people at work on shared inspections while everything around them fails, and the judge at every step."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.model.around import Around, Note
from tests.model.events import Dice, Event, Script
from tests.model.gestures import Hand
from tests.model.phone import Crash, Phone
from tests.model.problems import Turned
from tests.model.server import Server, founded
from tests.model.shelf import Shelf
from tests.model.state import State
from tests.model.walks import Walk
from tests.model.watch import Watch
from tests.model.world import EAST, MINUTE, OWNERS, SHARED, STANDARD, START, SUE

SYNC = (
    ("ok", 56), ("lost request", 6), ("lost reply", 9), ("doubled", 6), ("late reply", 7), ("late request", 4),
    ("dies before commit", 4), ("dies after commit", 4), ("parked", 5),
)  # fmt: skip


class ServerDied(Exception):
    """The server went dead before it committed."""


class History(Around):
    """What happened, and who holds what. ``trace`` is the same for the same script."""

    def __init__(self, script: Script) -> None:
        self.script, self.now = script, START
        self.server: Server = founded(script.page, script.per_rev, Shelf() if script.kept else None)
        self.phones = [Phone(index + 1, person, script.batch) for index, person in enumerate(OWNERS)]
        self.watch = Watch(self.server, self.phones)
        self.backups: list[State] = []
        self.requests: list[tuple[Phone, Any]] = []
        self.replies: list[tuple[Phone, Any, Any]] = []
        self.parked: list[tuple[Phone, Any, Callable[[], Any]]] = []
        self.trace: list[Note] = []
        self._share_one()
        self.backups.append(self.server.state)

    def _share_one(self) -> None:
        """An inspection that all inspectors are members of: what happens at once happens there."""
        ann = self.phones[0]
        values = {"branch": EAST, "standard": STANDARD, "started_at": START, "members.bob": True, "members.carl": True}
        draft = {"type": "inspection", "id": SHARED, "set": {path: [value] for path, value in values.items()}}
        self.watch.saved(ann, ann.save([draft], self.now))
        self._exchange(ann, "ok", Dice(0))

    # -- running

    def run(self) -> "History":
        """Every event, then peace, then judgement. Raises ``Violation``."""
        for event in self.script.events:
            dice = Dice(event.dice)
            self.now += dice.below(10 * MINUTE)
            phone = self.phones[event.who]
            phone.doom = event.doom
            what: Note | str
            try:
                what = STEPS[event.kind](self, phone, dice, event)
            except Crash:
                what = "crash"
                self._give_up(phone)
            phone.doom = 0
            self.trace.append((event.kind, event.who, what, phone.out.next, phone.out.ack, self.server.state.rev))
            self.watch.looked_at(phone)
        self._calm()
        self.watch.judge(self.now)
        return self

    def counts(self) -> Counter[str]:
        """What happened, by name: faults, gestures, outcomes."""
        seen: Counter[str] = Counter()
        for kind, _, what, *_ in self.trace:
            seen[kind] += 1
            if what and isinstance(what, tuple) and isinstance(what[0], str):
                seen[f"{kind} {what[0]}"] += 1
            elif what == "crash":
                seen["crash"] += 1
        for logged in self.server.state.log.values():
            seen[" ".join(str(logged.result[part]) for part in ("outcome", "code") if part in logged.result)] += 1
        records = self.server.state.records.values()
        seen.update(record.row["status"] for record in records if record.type == "inspection")
        if self.server.shelf is not None:
            seen.update({"page kept": self.server.shelf.served, "page stale": self.server.shelf.stale})
        seen.update(f"{one.type} {one.row['status']}" for one in records if one.type in ("visit", "customer"))
        return seen

    def _calm(self) -> None:
        """The faults stop: what is under way arrives, then everybody sends and fetches until nothing moves."""
        for phone in self.phones:
            phone.link = ""
        while self.requests or self.parked or self.replies:
            for step in (self._arrive, self._read, self._hear):
                step(self.phones[0], Dice(0))
        for is_done in (lambda phone: not phone.unsent, lambda phone: phone.is_quiet):
            for phone in self.phones:
                self.now += 1000
                self._drain(phone, is_done)

    def _drain(self, phone: Phone, is_done: Callable[[Phone], bool]) -> None:
        for _ in range(200):
            self._exchange(phone, "ok", Dice(0))
            if is_done(phone):
                return
        self.watch.fail(12, f"phone {phone.out.device} does not come to rest")

    def at(self, phone: Phone) -> int:
        """What the phone's clock shows."""
        return self.now + phone.skew

    # -- gestures

    def _gesture(self, phone: Phone, dice: Dice, event: Event) -> Note:
        if event.who == SUE and not phone.link and dice.below(4):  # who reviews looks first
            self._exchange(phone, "ok", dice)
        hand = self._hand(phone, dice)
        name, drafts = hand.gesture()
        return (name, self._save(phone, name, drafts))

    def _named(self, phone: Phone, dice: Dice, event: Event) -> Note:
        """A gesture by name, at the shared inspection."""
        hand = self._hand(phone, dice)
        drafts = getattr(hand, event.kind)(SHARED) if SHARED in hand.inspections() else []
        return (event.kind, self._save(phone, event.kind, drafts))

    def _walk(self, phone: Phone, dice: Dice, event: Event) -> Note:
        """What is done on the round."""
        walk = Walk(Hand(phone, dice, self.at(phone)))
        name, drafts = walk.opening() if event.kind == "open" else walk.gesture()
        return (name, self._save(phone, name, drafts))

    def _hand(self, phone: Phone, dice: Dice) -> Hand:
        hand = Hand(phone, dice, self.at(phone))
        held = self.server.state.held.items()
        hand.late = tuple((name, one.subject) for name, one in held if one.status == "open")
        return hand

    def _save(self, phone: Phone, name: str, drafts: list[Any]) -> int:
        if drafts:
            saved = phone.save(drafts, max(0, self.at(phone)))
            self.watch.saved(phone, saved)
            phone.point()
        return len(drafts)

    # -- the network

    def _sync(self, phone: Phone, dice: Dice, event: Event) -> Note:
        fault = dice.weighted(SYNC) if event.dice else "ok"
        if phone.link in ("up", "both"):
            fault = "lost request"
        elif phone.link == "down" and fault in ("ok", "doubled"):
            fault = "lost reply"
        return (fault, self._exchange(phone, fault, dice))

    def _exchange(self, phone: Phone, fault: str, dice: Dice) -> Note:
        request = phone.request(max(0, self.at(phone)))
        if fault == "late request":
            self.requests.append((phone, request))
            self._give_up(phone)
        if fault in ("lost request", "late request", "dies before commit"):
            return self._die_before_commit(phone, request) if fault == "dies before commit" else ()
        finish = self._push(phone, request)
        if fault != "ok":
            self._give_up(phone)
        if finish is None or fault == "dies after commit":
            return ("turned",) if finish is None else ()
        if fault == "parked":
            self.parked.append((phone, request, finish))
            return ()
        reply = finish()
        self.watch.replied(phone, reply, self.now)
        if fault == "doubled":
            self._doubled(phone, request, reply, dice)
        elif fault == "ok":
            self._take(phone, request, reply)
        elif fault == "late reply":
            self.replies.append((phone, request, reply))
        return (len(request["changes"]), reply["ack"], reply["cursor"], len(reply["rows"]), len(reply["results"]))

    def _give_up(self, phone: Phone) -> None:
        """Who asked a restored server does not wait for the old one any more: a phone has one request in flight.

        Else it might be told of a refusal while the same change is under way to who may take it. Nor does it wait
        who died before it noted anything the restored server said.
        """
        epoch = self.server.state.epoch
        if epoch not in (phone.out.epoch, phone.cache.epoch):
            self.replies = [one for one in self.replies if one[0] is not phone or one[2]["epoch"] == epoch]

    def _push(self, phone: Phone, request: Any) -> Callable[[], Any] | None:
        try:
            finish = self.server.push(phone.out.device, phone.person, request, self.now)
        except Turned as problem:
            self.watch.turned(phone, problem)
            phone.turned(problem)
            return None
        self.watch.committed(self.now)
        return finish

    def _die_before_commit(self, phone: Phone, request: Any) -> Note:
        """All of a transaction is done but its commit."""
        commit = self.server.commit

        def die(state: State) -> None:
            raise ServerDied

        self.server.commit = die  # type: ignore[method-assign]
        try:
            self.server.push(phone.out.device, phone.person, request, self.now)
        except (ServerDied, Turned):
            pass
        finally:
            self.server.commit = commit  # type: ignore[method-assign]
        return ("died",)

    def _doubled(self, phone: Phone, request: Any, reply: Any, dice: Dice) -> None:
        finish = self._push(phone, request)
        second = finish() if finish else reply
        self.watch.replied(phone, second, self.now)
        for one in (reply, second) if dice.below(2) else (second, reply):
            self._take(phone, request, one)

    def _take(self, phone: Phone, request: Any, reply: Any) -> None:
        if phone.take(request, reply):
            self.watch.turned_page(phone, reply, self.now)

    def _arrive(self, phone: Phone, dice: Dice, event: Event | None = None) -> Note:
        """A request of long ago reaches the server after all; its reply is on its way."""
        if not self.requests:
            return ()
        phone, request = self.requests.pop(dice.below(len(self.requests)))
        finish = self._push(phone, request)
        self._give_up(phone)
        if finish is not None:
            reply = finish()
            self.watch.replied(phone, reply, self.now)
            self.replies.append((phone, request, reply))
        return (phone.out.device, finish is not None)

    def _read(self, phone: Phone, dice: Dice, event: Event | None = None) -> Note:
        """A request whose push was done long ago is answered."""
        if not self.parked:
            return ()
        phone, request, finish = self.parked.pop(dice.below(len(self.parked)))
        reply = finish()
        self.watch.replied(phone, reply, self.now)
        self._take(phone, request, reply)
        return (phone.out.device,)

    def _hear(self, phone: Phone, dice: Dice, event: Event | None = None) -> Note:
        """A reply of long ago comes in after all."""
        if not self.replies:
            return ()
        phone, request, reply = self.replies.pop(dice.below(len(self.replies)))
        self._take(phone, request, reply)
        return (phone.out.device,)


STEPS: dict[str, Callable[..., Note]] = {
    "gesture": History._gesture, "finish": History._named, "approve": History._named, "review": History._named,
    "sync": History._sync, "arrive": History._arrive, "read": History._read, "hear": History._hear,
    "cut": History._cut, "mend": History._mend, "clock": History._clock, "store": History._store,
    "grant": History._grant, "move": History._move, "strange": History._strange, "backup": History._backup,
    "restore": History._restore, "season": History._season, "walk": History._walk, "open": History._walk,
    "lot": History._lot, "merge": History._merge, "desk": History._desk,
}  # fmt: skip


def play(script: Script) -> History:
    """Run a script from a new world to its judged end."""
    return History(script).run()
