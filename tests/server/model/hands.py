"""What people do in a history. On what they do it their dice choose from what their phone shows."""

from random import Random
from typing import Any

from sync.scoring import compile_standard, score
from sync.standards import read
from tests.server.model.faults import FaultyPhone
from tests.server.model.plan import SUPERVISORS
from tests.server.model.stage import Stage
from tests.server.protocol.gestures import FAIL, NA, PASS, TODO, finding_id
from tests.server.protocol.seed import ONSITE
from tests.server.rebuild import hash_of
from tests.server.reply import Row

CHECKS = [check for checks in ONSITE.values() for check in checks]
ANSWERS: list[dict[str, Any]] = [PASS, PASS, {**PASS, "bulk": True}, FAIL, {"result": "fail", "count": 2}, NA, TODO]
MOST_INSPECTIONS = 5
POISON: list[tuple[str, dict[str, Any]]] = [
    ("unknown_type", {"type": "parcel", "set": {"weight": [3]}}),
    ("unknown_field", {"type": "inspection", "set": {"weather": ["rain"]}}),
    ("server_field", {"type": "inspection", "set": {"status": ["approved"]}}),
    ("bad_value", {"type": "inspection", "set": {"remark": ["\0"]}}),
    ("bad_value", {"type": "inspection", "set": {"remark": ["\ud800"]}}),
    ("bad_value", {"type": "inspection", "set": {"remark": [{"deep": [1]}]}}),
    ("bad_value", {"type": "inspection", "set": {}}),
    ("bad_value", {"type": "inspection", "set": {"remark": ["x"]}, "act": "submit"}),
    ("unknown_act", {"type": "inspection", "act": "burn"}),
    ("unknown_record", {"type": "inspection", "id": "00000000-0000-7000-8000-000000000000", "act": "submit"}),
]
"""What the door refuses always, and why."""


class Hands:
    """The gestures of everybody, and what is remembered of them."""

    world: Stage
    phones: list[FaultyPhone]
    dice: Random

    def __init__(self, shared: str) -> None:
        self.inspections = [shared]
        self.settled: set[tuple[str, str, str]] = set()
        """Fields written by acts: (type, id, path)."""
        self.poison: dict[tuple[int, int], str] = {}
        """Changes that must be refused, and the code."""
        self.shown: dict[tuple[int, int], tuple[str, list[int]]] = {}
        """What the author of an approval saw, as the hash that it ought to pin if these own changes are applied."""

    def gesture(self, phone: FaultyPhone, name: str) -> str | None:
        """One thing a person does; returns its name, or None when there is nothing to do it to."""
        if name == "start":
            return self._start(phone)
        known = [id_ for id_ in self.inspections if "branch" in phone.visible("inspection", id_)]
        if not known:
            return self._start(phone)
        if self.dice.random() < 0.8 and name not in ("clash", "late"):  # mostly people work on what is theirs to do
            mine = ("submitted",) if self.world.logins[phone.person] in SUPERVISORS else ("draft", "returned")
            known = [id_ for id_ in known if phone.visible("inspection", id_).get("status", "draft") in mine] or known
        inspection = known[0] if name == "clash" else self.dice.choice(known)
        getattr(self, f"do_{name}")(phone, inspection)
        return name

    def _start(self, phone: FaultyPhone) -> str | None:
        login = self.world.logins[phone.person]
        if login not in ("ann", "bob", "carl", "zoe") or len(self.inspections) >= MOST_INSPECTIONS:
            return None
        branch = "far" if login == "zoe" else self.dice.choice(("north", "east"))
        self.inspections.append(phone.start(branch))
        return "start"

    def _item(self) -> str:
        return self.dice.choice(list(ONSITE))

    def _text(self) -> str:
        return str(self.dice.random())

    # -- at the branch

    def do_clash(self, phone: FaultyPhone, inspection: str) -> None:
        """What everybody answers at once."""
        phone.check(inspection, "A-1.a", self.dice.choice(ANSWERS))

    def do_check(self, phone: FaultyPhone, inspection: str) -> None:
        phone.check(inspection, self.dice.choice(CHECKS), self.dice.choice(ANSWERS))

    def do_rest(self, phone: FaultyPhone, inspection: str) -> None:
        item = self._item()
        answered = phone.visible("finding", finding_id(inspection, item)).get("checks", {})
        rest = {f"checks.{check}": {**PASS, "bulk": True} for check in ONSITE[item] if check not in answered}
        if rest:
            phone.write(inspection, item, rest)

    def do_remark(self, phone: FaultyPhone, inspection: str) -> None:
        phone.edit("inspection", inspection, {"remark": self._text()})

    def do_note(self, phone: FaultyPhone, inspection: str) -> None:
        phone.note(inspection, self._item(), self._text())

    def do_reason(self, phone: FaultyPhone, inspection: str) -> None:
        phone.write(inspection, "A-1", {"reasons.A-1.b": self._text()})

    def do_photo(self, phone: FaultyPhone, inspection: str) -> None:
        group, item = phone.out.next, self._item()
        phone.write(inspection, item, {f"checks.{ONSITE[item][0]}": FAIL}, group=group)
        photo = phone.new_id()
        phone.edit("photo", photo, phone.picture(finding_id(inspection, item), photo), group=group)

    def do_retract(self, phone: FaultyPhone, _: str) -> None:
        if (photo := self._any_photo(phone)) is not None:
            phone.act("photo", photo["id"], "retract", {"reason": "blurred"})

    def do_join(self, phone: FaultyPhone, inspection: str) -> None:
        phone.do(inspection, "join")

    def do_take_over(self, phone: FaultyPhone, inspection: str) -> None:
        phone.do(inspection, "take_over", reason="ill")

    def do_leave(self, phone: FaultyPhone, inspection: str) -> None:
        phone.edit("inspection", inspection, {f"members.{phone.person}": False})

    def do_submit(self, phone: FaultyPhone, inspection: str) -> None:
        phone.do(inspection, "submit")

    def do_void(self, phone: FaultyPhone, inspection: str) -> None:
        if self.dice.random() < 0.2:
            phone.do(inspection, "void", reason="doubled")

    def do_settle(self, phone: FaultyPhone, _: str) -> None:
        disputed = [row for row in phone.rows("finding") if row.get("open")]
        if not disputed:
            return
        row = self.dice.choice(sorted(disputed, key=lambda row: str(row["id"])))
        path = self.dice.choice(sorted(row["open"]))
        sides = sorted(row["open"][path], key=lambda side: tuple(side["by"]))
        phone.settle("finding", row["id"], path, self.dice.choice(sides)["value"])

    def do_finish(self, phone: FaultyPhone, inspection: str) -> None:
        """Answer what is open, and hand it in."""
        for item, checks in ONSITE.items():
            answers = phone.visible("finding", finding_id(inspection, item)).get("checks", {})
            rest = [check for check in checks if answers.get(check, TODO)["result"] == "todo"]
            if rest:
                phone.write(inspection, item, dict.fromkeys((f"checks.{check}" for check in rest), PASS))
        phone.do(inspection, "submit")

    def do_poison(self, phone: FaultyPhone, inspection: str) -> None:
        code, change = self.dice.choice(POISON)
        self.poison[phone.device, phone.put({"id": inspection, **change})] = code

    # -- at the desk

    def do_approve(self, phone: FaultyPhone, inspection: str) -> None:
        own = [change for change in phone.out.changes.values() if change["n"] > phone.cache.confirmed]
        shown = self._as_shown(phone, inspection, own)
        n = phone.do(inspection, "approve")
        if shown is not None:
            self.shown[phone.device, n] = shown, [change["n"] for change in own]

    @staticmethod
    def _as_shown(phone: FaultyPhone, inspection: str, own: list[dict[str, Any]]) -> str | None:
        """The hash of what the screen shows, with own edits and waivers laid over it; None when that cannot be told."""
        row = phone.visible("inspection", inspection)
        filling = phone.cache.more or phone.cache.fill or phone.unread
        if not row.get("score") or filling or any(change.get("act", "waive") != "waive" for change in own):
            return None
        findings = [
            phone.visible("finding", one["id"]) for one in phone.rows("finding") if one["inspection"] == inspection
        ]
        ids = {one["id"] for one in findings}
        photos = [dict(one) for one in phone.rows("photo") if one["of"]["id"] in ids]
        waived = {change["id"] for change in own if "act" in change}
        for photo in photos:
            photo["waived"] = photo["waived"] or (True if photo["id"] in waived else None)
        answers = {check: answer for finding in findings for check, answer in finding["checks"].items()}
        standard = compile_standard(read(phone.row("standard", row["standard"])["document"]))
        return hash_of({**row, "score": score(standard, answers)}, findings, photos)

    def do_review(self, phone: FaultyPhone, inspection: str, *, thorough: bool = False) -> None:
        """Settle what is open, waive what has not come (or forget to), and approve."""
        findings = [finding_id(inspection, item) for item in (*ONSITE, "D-1")]
        for row in [phone.row("finding", id_) for id_ in findings if phone.has("finding", id_)]:
            for path, sides in sorted(row.get("open", {}).items()):
                phone.settle("finding", row["id"], path, min(sides, key=lambda side: tuple(side["by"]))["value"])
        coming = [row for row in phone.rows("photo") if row["of"]["id"] in findings and row["stored_at"] is None]
        if thorough or self.dice.random() < 0.6:
            for photo in sorted(coming, key=lambda row: str(row["id"])):
                phone.act("photo", photo["id"], "waive", {"reason": "lost"})
        self.do_approve(phone, inspection)

    def do_return(self, phone: FaultyPhone, inspection: str) -> None:
        phone.do(inspection, "return_items", items={self._item(): "again"})

    def do_correct(self, phone: FaultyPhone, inspection: str) -> None:
        check = self.dice.choice(CHECKS)
        id_ = finding_id(inspection, check.split(".")[0])
        if phone.has("finding", id_):
            self.settled.add(("finding", id_, f"checks.{check}"))
            phone.act("finding", id_, "correct", {"set": {check: self.dice.choice(ANSWERS)}, "reason": "x"})

    def do_reopen(self, phone: FaultyPhone, inspection: str) -> None:
        phone.do(inspection, "reopen", reason="x")

    def do_waive(self, phone: FaultyPhone, _: str) -> None:
        if (photo := self._any_photo(phone)) is not None:
            phone.act("photo", photo["id"], "waive", {"reason": "lost"})

    def do_late(self, phone: FaultyPhone, _: str) -> None:
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

    def _any_photo(self, phone: FaultyPhone) -> Row | None:
        rows = sorted(phone.rows("photo"), key=lambda row: str(row["id"]))
        return self.dice.choice(rows) if rows else None

    def _inspection_of(self, phone: FaultyPhone, change: dict[str, Any]) -> str | None:
        for inspection in self.inspections:
            findings = {finding_id(inspection, item) for item in (*ONSITE, "D-1")}
            if change["id"] == inspection or change["id"] in findings:
                return inspection
            if change["type"] == "photo" and phone.visible("photo", change["id"]).get("of", {}).get("id") in findings:
                return inspection
        return None
