"""One history as it was planned: people at work on shared inspections while everything around them fails."""

import hashlib
from collections.abc import Callable
from random import Random
from typing import Any

from server.database.query import fetch
from tests.server.model.faults import OLD_APP, Crash, FaultyPhone
from tests.server.model.hands import Hands
from tests.server.model.plan import CREW, INSPECTORS, ROUND, SUPERVISORS, Event, Plan
from tests.server.model.rounds import Rounds
from tests.server.model.stage import NoServer, Stage
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import DAY
from tests.server.reply import demand

PLACES = ("city1", "county1", "north", "city2")
ROLES = {"carl": "inspector", "bob": "inspector", "sam": "supervisor", "mara": "manager"}
"""Whose rights come and go; somebody must be left to review at the end."""


class History(Hands, Rounds):
    """What happened, and who holds what. `trace` is the same for the same plan."""

    def __init__(self, stage: Stage, plan: Plan) -> None:
        Hands.__init__(self, stage.cast.shared)
        Rounds.__init__(self)
        self.world, self.plan = stage, plan
        self.dice = Random(plan.seed)
        actors, clocks = [*stage.cast.crew, *stage.cast.walkers], [*plan.skews, *plan.strides]
        self.phones = [stage.enter(actor, skew, plan.seed + 1) for actor, skew in zip(actors, clocks, strict=True)]
        if plan.old is not None:
            self.phones[plan.old].unread = frozenset({"photo"})
        if plan.ancient is not None:
            self.phones[plan.ancient].app = OLD_APP
        self.eye = stage.enter(stage.cast.eye, 0, plan.seed + 1)
        self.hashes: dict[tuple[str, int], str] = {}
        self.trace: list[str] = []
        self._kept: list[dict[int, tuple[int, int]]] = []

    async def run(self) -> None:
        """Work under faults."""
        for event in self.plan.events:
            self.world.clock.advance(event.wait)
            self.dice = Random(event.dice)
            phone = self.phones[event.who]
            phone.beware(event.dies, event.fuse)
            try:
                what = await self._step(phone, event)
            except Crash:
                phone.wake()
                what = "crash"
            except NoServer:
                what = "server died"
            phone.beware(0, 0)
            self.note(phone, what)
            await self.watch(phone)

    async def calm(self) -> None:
        """The faults stop; everybody sends and fetches until nothing moves any more."""
        for phone in self.phones:
            phone.cut = ""
            phone.update_app()
        for _ in range(2):
            for phone in self.phones:
                self.world.clock.advance(1000)
                await phone.sync()
                await self.watch(phone)
                self.note(phone, str(sorted(phone.out.results.items())))

    def note(self, phone: FaultyPhone, what: str) -> None:
        shown = hashlib.sha256(repr(sorted(phone.cache.rows)).encode()).hexdigest()[:8]
        state = f"{phone.out.next} {phone.out.ack} {phone.cache.cursor} {shown}"
        self.trace.append(f"{self.phones.index(phone)} {what} {state}")

    async def _step(self, phone: FaultyPhone, event: Event) -> str:
        said = []
        if event.around:
            said.append(await self._around(phone, event.around))
        if event.net:
            said.append(event.net if not phone.cut else f"{event.net} cut")
            await phone.exchange(event.net, self.dice)
        said += [
            (self.walk(phone, name) if name in ROUND else self.gesture(phone, name)) or "idle" for name in event.do
        ]
        return "+".join(said)

    # -- what must hold at every moment

    async def watch(self, phone: FaultyPhone) -> None:
        """Invariants 2, 5, 6, 7, 8, 10 and 14, for the phone something just happened to."""
        demand(not (back := phone.going_back()), f"10: {back}")
        self.remember_hashes(phone)
        self.remember_rounds(phone)
        if phone.heard and phone.cache.epoch == await self._epoch():
            phone.heard = False
            await self._all_settled_is_logged(phone)
            await self._nothing_unseen(phone)

    def remember_hashes(self, phone: Hand) -> None:
        """Invariant 7: an approved hash never changes."""
        for row in phone.rows("inspection"):
            if row["status"] == "approved":
                known = self.hashes.setdefault((row["id"], row["decided_at"]), row["approved_sha256"])
                demand(known == row["approved_sha256"], f"7: the hash of {row['id']} changed")

    async def _epoch(self) -> int:
        return int((await fetch("SELECT epoch FROM clock WHERE id = 1"))[0][0])

    async def _all_settled_is_logged(self, phone: FaultyPhone) -> None:
        """Invariant 2: what left the outbox is in the log."""
        rows = await fetch("SELECT COUNT(*) FROM log WHERE device = ? AND n <= ?", phone.device, phone.out.ack)
        demand(rows[0][0] == phone.out.ack, f"2: {phone.out.ack} changes are settled, {rows[0][0]} are in the log")

    async def _nothing_unseen(self, phone: FaultyPhone) -> None:
        """Invariant 8: of every audience it holds whole, the phone has each row at or below its cursor."""
        cache = phone.cache
        whole = [name for name in cache.audiences if name not in cache.fill]
        if cache.cursor is None or not whole:
            return
        marks = ", ".join("?" * len(whole))
        rows = await fetch(
            f"SELECT type, record, rev FROM feed WHERE audience IN ({marks}) AND gone = 0 AND rev <= ?",
            *whole,
            cache.cursor,
        )
        for type_, id_, rev in rows:
            held = cache.rows.get((type_, id_), {"rev": 0})["rev"]
            demand(held >= rev or type_ in phone.unread, f"8: {type_} {id_} at {rev} <= {cache.cursor}, held at {held}")

    # -- around the phones

    async def _around(self, phone: FaultyPhone, what: str) -> str:
        happens: dict[str, Callable[[FaultyPhone], Any]] = {
            "store": self._store,
            "clock": self._clock,
            "grant": self._grant,
            "revoke": self._revoke,
            "move": lambda _: self.world.move("east", self.dice.choice(("county1b", "county2"))),
            "wake": FaultyPhone.wake,
            "hear": lambda phone: phone.hear(self.dice),
            "arrive": lambda phone: phone.arrive(self.dice),
            "cut": lambda phone: setattr(phone, "cut", "both"),
            "silence": lambda phone: setattr(phone, "cut", "replies"),
            "heal": self._heal,
            "restart": lambda _: self.world.reopen(),
            "backup": self._back_up,
            "restore": self._restore,
            "merge": self.merge_customers,
            "hire": lambda _: self.world.grant(self.dice.choice(("kim", "lee")), ("carrier", self.dice.choice(PLACES))),
            "fire": lambda _: self.world.grant(self.dice.choice(("kim", "lee"))),
        }
        done = happens[what](phone)
        if hasattr(done, "__await__"):
            done = await done
        return f"not {what}" if done is False else what

    async def _store(self, phone: FaultyPhone) -> None:
        photos = sorted(row["id"] for row in phone.rows("photo") if row["stored_at"] is None and row["waived"] is None)
        if photos and await fetch("SELECT 1 FROM photo WHERE id = ?", photo := self.dice.choice(photos)):
            await self.world.store(photo)

    def _clock(self, phone: FaultyPhone) -> None:
        phone.skew += self.dice.choice((400 * DAY, -400 * DAY, DAY, -DAY, 3_600_000, 90, -90))

    async def _grant(self, _: FaultyPhone) -> None:
        login = self.dice.choice(list(ROLES))
        await self.world.grant(login, (ROLES[login], self.dice.choice(PLACES)))

    async def _revoke(self, _: FaultyPhone) -> None:
        await self.world.grant(self.dice.choice(list(ROLES)))

    def _heal(self, _: FaultyPhone) -> None:
        for phone in self.phones:
            phone.cut = ""

    async def _back_up(self, _: FaultyPhone) -> None:
        await self.world.back_up()
        self._kept = [dict(phone.arrived) for phone in self.phones]

    async def _restore(self, _: FaultyPhone) -> bool:
        """What came since the backup has not come; phones will bring it again."""
        if not await self.world.restore():
            return False
        for phone, arrived in zip(self.phones, self._kept, strict=True):
            phone.arrived = dict(arrived)
        return True


__all__ = ["CREW", "INSPECTORS", "SUPERVISORS", "History"]
