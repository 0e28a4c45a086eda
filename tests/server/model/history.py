"""One seeded history: people at work on shared inspections while everything around them fails."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.server.model.faults import Crash, FaultyPhone
from tests.server.protocol.gestures import FAIL, NA, PASS, TODO, Hand, finding_id
from tests.server.protocol.seed import DAY, ONSITE
from tests.server.protocol.world import World
from tests.server.reply import Row

INSPECTORS = ("ann", "bob", "carl")
SUPERVISORS = ("sue", "sam")
CREW = (*INSPECTORS, "ann", *SUPERVISORS, "mara", "zoe")
CHECKS = [check for checks in ONSITE.values() for check in checks]
ANSWERS: list[dict[str, Any]] = [PASS, PASS, {**PASS, "bulk": True}, FAIL, {"result": "fail", "count": 2}, NA, TODO]
MOST_INSPECTIONS = 6


class History:
    """What happened, and who holds what. `trace` is the same for the same seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.dice = Random(seed)
        self.phones: list[FaultyPhone] = []
        self.inspections: list[str] = []
        self.settled: set[tuple[str, str, str]] = set()
        """Fields written by acts: (type, id, path)."""
        self.hashes: dict[tuple[str, int], str] = {}
        self.trace: list[str] = []

    async def begin(self) -> None:
        for login in CREW:
            phone = await self.world.phone(
                login, skew=self.dice.choice((0, 0, 400 * DAY, -400 * DAY, 7_000)), kind=FaultyPhone
            )
            assert isinstance(phone, FaultyPhone)
            phone.prepare(Random(self.dice.random()))
            self.phones.append(phone)
        await self.world.add_person("eye", ("supervisor", "province"))
        self.eye = await self.world.phone("eye")
        await self._share_one()
        for phone in self.phones:
            phone.mortal = True

    async def _share_one(self) -> None:
        """An inspection that all inspectors are members of: what happens at once happens there."""
        ann, *others = self.phones[: len(INSPECTORS)]
        inspection = ann.start()
        ann.edit("inspection", inspection, {f"members.{other.person}": True for other in others})
        ann.check(inspection, "A-1.a", PASS)
        for phone in (ann, *self.phones):
            await phone.sync()
        self.inspections.append(inspection)
        for phone in (ann, *others):  # who sends first is left to the faults
            self.world.clock.advance(60_000)
            phone.edit("inspection", inspection, {"remark": phone.person})
            phone.check(inspection, "A-1.a", self.dice.choice(ANSWERS))

    async def run(self, steps: int) -> None:
        """Work under faults."""
        for _ in range(steps):
            self.world.clock.advance(self.dice.randrange(600_000))
            phone = self.dice.choice(self.phones)
            try:
                what = await self._step(phone)
            except Crash:
                phone.wake()
                what = "crash"
            self.trace.append(
                f"{self.phones.index(phone)} {what} {phone.out.next} {phone.out.ack} {phone.cache.cursor}"
            )
            self.remember_hashes(phone)

    async def calm(self) -> None:
        """The faults stop; everybody sends and fetches until nothing moves any more."""
        for phone in self.phones:
            phone.mortal = False
        for _ in range(3):
            for phone in self.phones:
                self.world.clock.advance(1000)
                await phone.sync()
                self.remember_hashes(phone)
                self.trace.append(f"{self.phones.index(phone)} {phone.out.ack} {sorted(phone.out.results.items())}")

    async def _step(self, phone: FaultyPhone) -> str:
        kind = self.dice.choices(("gesture", "exchange", "late", "around"), (50, 40, 5, 5))[0]
        if kind == "gesture":
            looked = await phone.exchange() if self._is(phone, SUPERVISORS) else ""
            done = [self._gesture(phone) or "idle" for _ in range(self.dice.randrange(1, 4))]
            return "+".join([looked, *done])
        if kind == "exchange":
            return await phone.exchange()
        if kind == "late":
            return f"late {phone.hear_late()}"
        return await self._around(phone)

    def remember_hashes(self, phone: Hand) -> None:
        """Invariant 7: an approved hash never changes."""
        for row in phone.rows("inspection"):
            if row["status"] == "approved":
                known = self.hashes.setdefault((row["id"], row["decided_at"]), row["approved_sha256"])
                assert known == row["approved_sha256"], f"the hash of {row['id']} changed"

    # -- around the phones

    async def _around(self, phone: FaultyPhone) -> str:
        what = self.dice.choice(("store", "store", "clock", "grant", "move", "wake"))
        if what == "store":
            photos = sorted(
                row["id"] for row in phone.rows("photo") if row["stored_at"] is None and row["waived"] is None
            )
            if photos:
                await self.world.store(self.dice.choice(photos))
        elif what == "clock":
            phone.skew += self.dice.choice((-DAY, 3_600_000, 90))
        elif what == "grant":
            place = self.dice.choice(("city1", "county1", "north", "city2"))
            await self.world.grant("carl", ("inspector", place))
        elif what == "move":
            await self.world.move("east", self.dice.choice(("county1b", "county2")))
        else:
            phone.wake()
        return what

    # -- gestures

    def _gesture(self, phone: FaultyPhone) -> str | None:
        if self.dice.random() < 0.1 and len(self.inspections) < MOST_INSPECTIONS:
            return self._start(phone)
        known = [id_ for id_ in self.inspections if "branch" in phone.visible("inspection", id_)]
        if not known:
            return self._start(phone) if len(self.inspections) < MOST_INSPECTIONS else None
        if self.dice.random() < 0.8:  # mostly people work on what is theirs to do
            mine = ("submitted",) if self._is(phone, SUPERVISORS) else ("draft", "returned")
            known = [id_ for id_ in known if phone.visible("inspection", id_).get("status", "draft") in mine] or known
        inspection = self.dice.choice(known)
        acts = self._review_gestures() if self._is(phone, SUPERVISORS) else self._work_gestures()
        name = self.dice.choices([name for name, _, _ in acts], [weight for _, weight, _ in acts])[0]
        gesture: Callable[[FaultyPhone, str], object] = next(act for other, _, act in acts if other == name)
        gesture(phone, inspection)
        return name

    def _is(self, phone: FaultyPhone, logins: tuple[str, ...]) -> bool:
        return self.world.logins[phone.person] in logins

    def _start(self, phone: FaultyPhone) -> str | None:
        login = self.world.logins[phone.person]
        if login not in (*INSPECTORS, "zoe"):
            return None
        branch = "far" if login == "zoe" else self.dice.choice(("north", "east"))
        self.inspections.append(phone.start(branch))
        return "start"

    def _work_gestures(self) -> list[tuple[str, int, Callable[[FaultyPhone, str], object]]]:
        return [
            ("check", 40, self._check),
            ("rest", 6, self._rest),
            ("remark", 8, lambda phone, id_: phone.edit("inspection", id_, {"remark": str(self.dice.random())})),
            ("note", 5, lambda phone, id_: phone.note(id_, self._item(), str(self.dice.random()))),
            ("reason", 6, lambda phone, id_: phone.write(id_, "A-1", {"reasons.A-1.b": str(self.dice.random())})),
            ("photo", 6, self.photo),
            ("retract", 3, self._retract),
            ("join", 12, lambda phone, id_: phone.do(id_, "join")),
            ("take_over", 2, lambda phone, id_: phone.do(id_, "take_over", reason="ill")),
            ("leave", 1, lambda phone, id_: phone.edit("inspection", id_, {f"members.{phone.person}": False})),
            ("submit", 4, lambda phone, id_: phone.do(id_, "submit")),
            ("void", 1, self._void),
            ("settle", 6, self._settle),
            ("finish", 5, self.finish),
        ]

    def _review_gestures(self) -> list[tuple[str, int, Callable[[FaultyPhone, str], object]]]:
        return [
            ("approve", 3, lambda phone, id_: phone.do(id_, "approve")),
            ("review", 10, self.review),
            ("return", 5, lambda phone, id_: phone.do(id_, "return_items", items={self._item(): "again"})),
            ("correct", 4, self._correct),
            ("reopen", 2, lambda phone, id_: phone.do(id_, "reopen", reason="x")),
            ("settle", 8, self._settle),
            ("waive", 6, self._waive),
            ("late", 6, self._settle_late),
        ]

    def _item(self) -> str:
        return self.dice.choice(list(ONSITE))

    def _check(self, phone: FaultyPhone, inspection: str) -> None:
        phone.check(inspection, self.dice.choice(CHECKS), self.dice.choice(ANSWERS))

    def _rest(self, phone: FaultyPhone, inspection: str) -> None:
        item = self._item()
        answered = phone.visible("finding", finding_id(inspection, item)).get("checks", {})
        rest = {f"checks.{check}": {**PASS, "bulk": True} for check in ONSITE[item] if check not in answered}
        if rest:
            phone.write(inspection, item, rest)

    def review(self, phone: FaultyPhone, inspection: str, *, thorough: bool = False) -> None:
        """Settle what is open, waive what has not come (or forget to), and approve."""
        findings = [finding_id(inspection, item) for item in (*ONSITE, "D-1")]
        for row in [phone.row("finding", id_) for id_ in findings if phone.has("finding", id_)]:
            for path, sides in sorted(row.get("open", {}).items()):
                phone.settle("finding", row["id"], path, min(sides, key=lambda side: tuple(side["by"]))["value"])
        coming = [row for row in phone.rows("photo") if row["of"]["id"] in findings and row["stored_at"] is None]
        if thorough or self.dice.random() < 0.6:
            for photo in sorted(coming, key=lambda row: str(row["id"])):
                phone.act("photo", photo["id"], "waive", {"reason": "lost"})
        phone.do(inspection, "approve")

    def finish(self, phone: FaultyPhone, inspection: str) -> None:
        """Answer what is open, and hand it in."""
        for item, checks in ONSITE.items():
            answers = phone.visible("finding", finding_id(inspection, item)).get("checks", {})
            rest = [check for check in checks if answers.get(check, TODO)["result"] == "todo"]
            if rest:
                phone.write(inspection, item, dict.fromkeys((f"checks.{check}" for check in rest), PASS))
        phone.do(inspection, "submit")

    def photo(self, phone: FaultyPhone, inspection: str) -> None:
        group = phone.out.next
        item = self._item()
        phone.write(inspection, item, {f"checks.{ONSITE[item][0]}": FAIL}, group=group)
        photo = phone.new_id()
        phone.edit("photo", photo, phone.picture(finding_id(inspection, item), photo), group=group)

    def _any(self, phone: FaultyPhone, type_: str) -> Row | None:
        rows = sorted(phone.rows(type_), key=lambda row: str(row["id"]))
        return self.dice.choice(rows) if rows else None

    def _retract(self, phone: FaultyPhone, _: str) -> None:
        if (photo := self._any(phone, "photo")) is not None:
            phone.act("photo", photo["id"], "retract", {"reason": "blurred"})

    def _waive(self, phone: FaultyPhone, _: str) -> None:
        if (photo := self._any(phone, "photo")) is not None:
            phone.act("photo", photo["id"], "waive", {"reason": "lost"})

    def _void(self, phone: FaultyPhone, inspection: str) -> None:
        if self.dice.random() < 0.2:
            phone.do(inspection, "void", reason="doubled")

    def _settle(self, phone: FaultyPhone, _: str) -> None:
        disputed = [row for row in phone.rows("finding") if row.get("open")]
        if not disputed:
            return
        row = self.dice.choice(sorted(disputed, key=lambda row: str(row["id"])))
        path = self.dice.choice(sorted(row["open"]))
        sides = sorted(row["open"][path], key=lambda side: tuple(side["by"]))
        phone.settle("finding", row["id"], path, self.dice.choice(sides)["value"])

    def _correct(self, phone: FaultyPhone, inspection: str) -> None:
        check = self.dice.choice(CHECKS)
        id_ = finding_id(inspection, check.split(".")[0])
        if phone.has("finding", id_):
            self.settled.add(("finding", id_, f"checks.{check}"))
            phone.act("finding", id_, "correct", {"set": {check: self.dice.choice(ANSWERS)}, "reason": "x"})

    def _settle_late(self, phone: FaultyPhone, _: str) -> None:
        """Settle what some phone was told is held."""
        told = [(other, n, result) for other in self.phones for n, result in sorted(other.out.results.items())]
        held = [(other, n) for other, n, result in told if result["outcome"] == "held"]
        if not held:
            return
        other, n = self.dice.choice(held)
        change = other.out.changes[n]
        inspection = self._inspection_of(other, change)
        if inspection is None:
            return
        self.settled |= {(change["type"], change["id"], path) for path in change.get("set", {})}
        take = self.dice.random() < 0.6
        phone.do(inspection, "settle_late", change=[other.device, n], take=take, reason="looked")

    def _inspection_of(self, phone: FaultyPhone, change: dict[str, Any]) -> str | None:
        for inspection in self.inspections:
            findings = {finding_id(inspection, item) for item in (*ONSITE, "D-1")}
            if change["id"] == inspection or change["id"] in findings:
                return inspection
            if change["type"] == "photo" and phone.visible("photo", change["id"]).get("of", {}).get("id") in findings:
                return inspection
        return None
