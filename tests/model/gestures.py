"""What people of the model do on their phones. Each gesture gives the drafts of one transaction, perhaps none."""

import hashlib
from collections.abc import Callable
from typing import Any

from tests.model.events import Dice
from tests.model.phone import Phone
from tests.model.world import CHECKS, EAST, ITEM_OF, ITEMS, NORTH, OWNERS, STANDARD, SUE, finding_id

Draft = dict[str, Any]
PASS, FAIL, TODO = {"result": "pass"}, {"result": "fail"}, {"result": "todo"}
ANSWERS = (PASS, FAIL, {"result": "pass", "bulk": True}, {"result": "fail", "count": 2}, {"result": "na"}, TODO)
INSPECTORS = ("ann", "bob", "carl")


class Hand:
    """A phone in somebody's hand, at one moment."""

    def __init__(self, phone: Phone, dice: Dice, at: int) -> None:
        self.phone, self.dice, self.at = phone, dice, at
        self.seen = phone.cache.seen

    def gesture(self) -> tuple[str, list[Draft]]:
        """Some gesture of this person: its name and drafts."""
        known = self.inspections()
        me = self.phone.person
        if me in INSPECTORS and (not known or self.dice.below(14) == 0):
            return "start", self.start()
        if not known:
            return "idle", []
        mine = ("submitted", "approved") if me == "sue" else ("draft", "returned")
        fitting = [id_ for id_ in known if self.phone.visible("inspection", id_)["status"] in mine]
        chosen = self.dice.pick(fitting if fitting and self.dice.below(5) else known)
        name = self.dice.weighted(REVIEWING if me == "sue" else WORKING)
        return name, getattr(self, name)(chosen)

    # -- what is on the screen

    def inspections(self) -> list[str]:
        """The inspections this person sees, own unsent ones too."""
        own = {
            change["id"]
            for change in self.phone.unsent
            if change["type"] == "inspection" and "branch" in change.get("set", ())
        }
        known = own | {id_ for type_, id_ in self.phone.cache.rows if type_ == "inspection"}
        return sorted(id_ for id_ in known if self.phone.visible("inspection", id_))

    def findings(self, inspection: str) -> list[Draft]:
        rows = [self.phone.visible("finding", finding_id(inspection, item)) for item in ITEMS]
        return [row for row in rows if row]

    def photos(self, inspection: str) -> list[Draft]:
        """The confirmed photos of an inspection."""
        own = {finding_id(inspection, item) for item in ITEMS}
        rows = [row for (type_, _), row in self.phone.cache.rows.items() if type_ == "photo"]
        return sorted((row for row in rows if row["of"]["id"] in own), key=lambda row: str(row["id"]))

    def edit(self, type_: str, id_: str, values: Draft, **more: Any) -> Draft:
        """Set fields, naming what the screen shows as seen."""
        sets = {path: [value, *self.phone.bases(type_, id_, path)] for path, value in values.items()}
        return {"type": type_, "id": id_, "set": sets, "seen": self.seen, **more}

    def write(self, inspection: str, item: str, values: Draft, **more: Any) -> Draft:
        """Edit the finding of an item; it is made when it is not there."""
        id_ = finding_id(inspection, item)
        if not self.phone.visible("finding", id_):
            values = {"inspection": inspection, "item": item, **values}
        return self.edit("finding", id_, values, **more)

    def act(self, type_: str, id_: str, verb: str, **arguments: Any) -> list[Draft]:
        return [{"type": type_, "id": id_, "act": verb, "seen": self.seen, "with": arguments}]

    def new_id(self) -> str:
        return f"{self.phone.out.device:08x}-0000-7000-8000-{self.phone.out.next:012x}"

    # -- work

    def start(self) -> list[Draft]:
        values = {"branch": self.dice.pick((NORTH, EAST)), "standard": STANDARD, "started_at": max(0, self.at)}
        return [self.edit("inspection", self.new_id(), values)]

    def check(self, inspection: str) -> list[Draft]:
        # Most eyes are on one check: what is done at once happens there.
        check = CHECKS[0] if self.dice.below(2) else self.dice.pick(CHECKS)
        answer = self.dice.pick(ANSWERS[:2] if self.dice.below(3) else ANSWERS)
        return [self.write(inspection, ITEM_OF[check], {f"checks.{check}": answer})]

    def remark(self, inspection: str) -> list[Draft]:
        return [self.edit("inspection", inspection, {"remark": f"r{self.phone.out.device}.{self.phone.out.next}"})]

    def note(self, inspection: str) -> list[Draft]:
        path = f"notes.{self.phone.person}"
        return [self.write(inspection, self.dice.pick(tuple(ITEMS)), {path: f"n{self.phone.out.next}"})]

    def reason(self, inspection: str) -> list[Draft]:
        return [self.write(inspection, "A-1", {"reasons.A-1.b": f"w{self.phone.out.device}.{self.phone.out.next}"})]

    def photo(self, inspection: str) -> list[Draft]:
        """A picture and the answer it proves, in one group."""
        item = self.dice.pick(tuple(ITEMS))
        photo = self.new_id()
        sha256 = hashlib.sha256(photo.encode()).hexdigest()
        shot: Draft = {
            "of": {"type": "finding", "id": finding_id(inspection, item)}, "sha256": sha256, "preview_sha256": sha256,
            "bytes": 1000, "width": 40, "height": 30, "taken_at": max(0, self.at), "source": "camera",
        }  # fmt: skip
        failed = self.write(inspection, item, {f"checks.{ITEMS[item][0]}": FAIL}, group=0)
        return [failed, self.edit("photo", photo, shot, group=0)]

    def retract(self, inspection: str) -> list[Draft]:
        photos = self.photos(inspection)
        return self.act("photo", self.dice.pick(photos)["id"], "retract", reason="blurred") if photos else []

    def join(self, inspection: str) -> list[Draft]:
        return self.act("inspection", inspection, "join")

    def take_over(self, inspection: str) -> list[Draft]:
        return self.act("inspection", inspection, "take_over", reason="ill")

    def members(self, inspection: str) -> list[Draft]:
        """Take somebody in or off."""
        person, value = self.dice.pick(INSPECTORS), bool(self.dice.below(2))
        return [self.edit("inspection", inspection, {f"members.{person}": value})]

    def submit(self, inspection: str) -> list[Draft]:
        return self.act("inspection", inspection, "submit")

    def void(self, inspection: str) -> list[Draft]:
        return self.act("inspection", inspection, "void", reason="doubled")

    def finish(self, inspection: str) -> list[Draft]:
        """Answer what is open, and hand it in."""
        answers = {check: one for row in self.findings(inspection) for check, one in row["checks"].items()}
        drafts = []
        for item, checks in ITEMS.items():
            rest = {f"checks.{check}": PASS for check in checks if answers.get(check, TODO)["result"] == "todo"}
            drafts += [self.write(inspection, item, rest)] if rest else []
        return [*drafts, *self.submit(inspection)]

    def settle(self, inspection: str) -> list[Draft]:
        """Pick a value having seen every side of a conflict."""
        disputed = [row for row in self.findings(inspection) if row.get("open")]
        if not disputed:
            return []
        row = self.dice.pick(disputed)
        path = self.dice.pick(sorted(row["open"]))
        value = self.dice.pick(sorted(row["open"][path], key=lambda side: side["by"]))["value"]
        return [self.choice(row, path, value)]

    def choice(self, finding: Draft, path: str, value: Any) -> Draft:
        """An edit that saw every side of a conflict."""
        sides = [side["by"] for side in finding["open"][path]]
        bases = dict.fromkeys([*self.phone.bases("finding", finding["id"], path), *sides])
        return {"type": "finding", "id": finding["id"], "set": {path: [value, *bases]}, "seen": self.seen}

    def poison(self, inspection: str) -> list[Draft]:
        """A change no server takes, amidst those that it does."""
        bad: tuple[Draft, ...] = (
            {"type": "seal", "id": inspection, "set": {"x": [1]}},
            {"type": "inspection", "id": inspection, "set": {"colour": ["red"]}},
            {"type": "inspection", "id": inspection, "set": {"status": ["approved"]}},
            {"type": "inspection", "id": inspection, "set": {"remark": [5]}},
            {"type": "inspection", "id": inspection, "set": {"started_at": [1]}},
            {"type": "inspection", "id": inspection, "act": "sell"},
            {"type": "inspection", "id": "nobody", "set": {"remark": ["x"]}},
            {"type": "inspection", "id": inspection, "set": {}},
            {"type": "branch", "id": EAST, "set": {"name": ["mine"]}},
            {"type": "finding", "id": self.new_id(), "set": {"checks.A-1.a": [PASS]}},
        )
        return [{**self.dice.pick(bad), "seen": self.seen}]

    # -- review

    def approve(self, inspection: str) -> list[Draft]:
        return self.act("inspection", inspection, "approve")

    def review(self, inspection: str) -> list[Draft]:
        """Settle what is open, waive what has not come (or forget to), and approve: all or nothing."""
        drafts = []
        for row in self.findings(inspection):
            for path, sides in row.get("open", {}).items():
                drafts.append(self.choice(row, path, self.dice.pick(sides)["value"]))
        if self.dice.below(5):
            missing = [row for row in self.photos(inspection) if row["stored_at"] is None]
            drafts += [draft for row in missing for draft in self.act("photo", row["id"], "waive", reason="lost")]
        return [{**draft, "group": 0} for draft in (*drafts, *self.approve(inspection))]

    def return_items(self, inspection: str) -> list[Draft]:
        return self.act("inspection", inspection, "return_items", items={self.dice.pick(tuple(ITEMS)): "again"})

    def correct(self, inspection: str) -> list[Draft]:
        check = self.dice.pick(CHECKS)
        answer = self.dice.pick(ANSWERS[:4])
        return self.act("finding", finding_id(inspection, ITEM_OF[check]), "correct", set={check: answer}, reason="x")

    def reopen(self, inspection: str) -> list[Draft]:
        return self.act("inspection", inspection, "reopen", reason="x")

    def waive(self, inspection: str) -> list[Draft]:
        photos = self.photos(inspection)
        return self.act("photo", self.dice.pick(photos)["id"], "waive", reason="lost") if photos else []

    def settle_late(self, inspection: str) -> list[Draft]:
        """Decide about what is held here, as the list of the desk says: one change, or two in some order."""
        held = [name for name, subject in self.late if subject == inspection]
        drafts = []
        for _ in range(min(len(held), 1 + self.dice.below(2))):
            change = held.pop(self.dice.below(len(held)))
            take = bool(self.dice.below(4))
            drafts += self.act("inspection", inspection, "settle_late", change=change, take=take, reason="x")
        return drafts

    late: tuple[tuple[tuple[int, int], str], ...] = ()


WORKING = (
    ("check", 40), ("remark", 14), ("note", 4), ("reason", 12), ("photo", 8), ("retract", 2), ("join", 3),
    ("take_over", 1), ("members", 3), ("submit", 3), ("void", 1), ("finish", 4), ("settle", 6), ("poison", 3),
)  # fmt: skip
REVIEWING = (
    ("approve", 4), ("review", 12), ("return_items", 8), ("correct", 5), ("reopen", 3), ("settle", 6), ("waive", 6),
    ("settle_late", 9), ("void", 1), ("poison", 1),
)  # fmt: skip
assert OWNERS[SUE] == "sue"
Gesture = Callable[[Hand, str], list[Draft]]
