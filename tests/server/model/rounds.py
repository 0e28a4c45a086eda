"""What people do on their rounds: customers, visits and what is said of them. Their dice choose as in `hands`."""

import json
from random import Random
from typing import Any

from tests.server.model.faults import FaultyPhone
from tests.server.model.plan import CREW
from tests.server.model.stage import Stage
from tests.server.protocol.seed import named
from tests.server.reply import Row, check_problem, demand

BRANCHES = ("north", "north", "east")
GHOST = "00000000-0000-7000-8000-000000000000"
MOST_CUSTOMERS, MOST_VISITS = 8, 14
SPOILT: list[tuple[str, dict[str, Any]]] = [
    ("server_field", {"type": "visit", "set": {"status": ["closed"]}}),
    ("server_field", {"type": "quota", "set": {"visits": [9]}}),
    ("unknown_field", {"type": "comment", "set": {"colour": ["red"]}}),
    ("bad_value", {"type": "visit", "set": {"satisfaction": [200]}}),
    ("bad_value", {"type": "visit", "set": {"follow_up_on": ["soon"]}}),
    ("bad_value", {"type": "customer", "set": {"kind": ["friend"]}}),
    ("unknown_act", {"type": "customer", "act": "merge"}),
    ("unknown_record", {"type": "visit", "act": "close"}),
    ("incomplete", {"type": "visit", "set": {"remark": ["x"]}}),
]
"""What the door refuses always, said of a record that is not there, and why."""
FROZEN = (
    "branch", "kind", "started_at", "corrects", "result", "satisfaction", "topics", "needs", "complaint",
    "market_info", "follow_up_on", "route", "remark", "person", "closed_at",
)  # fmt: skip
"""What of a closed visit nobody changes any more; its customer may be merged into another."""
RANK = {"draft": 0, "closed": 1, "void": 2, "active": 0, "merged": 1}


class Rounds:
    """The gestures of who keeps customers, and what is remembered of visits."""

    world: Stage
    phones: list[FaultyPhone]
    dice: Random
    poison: dict[tuple[int, int], str]
    settled: set[tuple[str, str, str]]

    def __init__(self) -> None:
        self.decided: set[tuple[int, int]] = set()
        self.done: dict[tuple[Any, ...], Row] = {}
        self.ranks: dict[tuple[int, int | None, str], int] = {}

    def walk(self, phone: FaultyPhone, name: str) -> str | None:
        """One thing a person does on a round; returns its name, or None when there is nothing to do it to."""
        n = phone.out.next
        getattr(self, f"do_{name}")(phone)
        return name if phone.out.next > n else None

    # -- what is on the screen

    def on_screen(self, phone: FaultyPhone, type_: str, *states: str) -> list[Row]:
        """The records this person sees, own unsent ones too."""
        own = {change["id"] for change in phone.unsent if change["type"] == type_ and "branch" in change.get("set", ())}
        ids = sorted(own | {id_ for kind, id_ in phone.cache.rows if kind == type_})
        rows = [{"status": "draft" if type_ == "visit" else "active", **phone.visible(type_, id_)} for id_ in ids]
        return [row for row in rows if "branch" in row and (not states or row["status"] in states)]

    def _one(self, rows: list[Row]) -> Row | None:
        """Mostly the first: what is done at once happens there."""
        return (rows[0] if self.dice.random() < 0.4 else self.dice.choice(rows)) if rows else None

    def _text(self) -> str:
        return str(self.dice.random())

    # -- customers

    def do_customer(self, phone: FaultyPhone) -> None:
        if len(self.on_screen(phone, "customer")) < MOST_CUSTOMERS:
            values = {"branch": named(self.dice.choice(BRANCHES)), "name": self._text(), "kind": "organisation"}
            phone.edit("customer", phone.new_id(), values)

    def do_rename(self, phone: FaultyPhone) -> None:
        if (row := self._one(self.on_screen(phone, "customer"))) is not None:
            phone.edit("customer", row["id"], {self.dice.choice(("name", "phone", "remark")): self._text()})

    # -- visits

    def do_visit(self, phone: FaultyPhone) -> None:
        """A new draft; sometimes all of a visit in one minute, with the card that was handed over."""
        if len(self.on_screen(phone, "visit")) >= MOST_VISITS:
            return
        customer = self._one(self.on_screen(phone, "customer", "active"))
        of = {"customer": customer["id"]} if customer and self.dice.random() < 0.8 else {}
        branch = customer["branch"] if customer else named(self.dice.choice(BRANCHES))
        kind = self.dice.choice(("visit", "visit", "visit", "ride_along", "card"))
        values = {"branch": branch, "kind": kind, "started_at": max(0, phone.now()), **of}
        if self.dice.random() < 0.6:
            phone.edit("visit", phone.new_id(), values)
            return
        group = phone.out.next
        for made in (values, {**values, "kind": "card"}):
            id_ = phone.new_id()
            phone.edit("visit", id_, {**made, "result": self.dice.choice(("met", "left_word"))}, group=group)
            phone.act("visit", id_, "close", group=group)

    def do_fill(self, phone: FaultyPhone) -> None:
        heard = {
            "result": self.dice.choice(("met", "met", "left_word", "not_met")),
            "satisfaction": self.dice.choice((100, 40, None)),
            "topics": [["timeliness", "attitude"], []][self.dice.randrange(2)],
            "needs": self._text(),
            "complaint": self._text(),
            "follow_up_on": "2026-12-01",
        }
        if (row := self._one(self.on_screen(phone, "visit", "draft"))) is not None:
            phone.edit("visit", row["id"], {name: heard[name] for name in self.dice.sample(sorted(heard), 2)})

    def do_close(self, phone: FaultyPhone) -> None:
        if (row := self._one(self.on_screen(phone, "visit", "draft"))) is not None:
            if row.get("result") is None and self.dice.random() < 0.7:
                phone.edit("visit", row["id"], {"result": "met"})
            phone.act("visit", row["id"], "close")

    def do_cancel(self, phone: FaultyPhone) -> None:
        if (row := self._one(self.on_screen(phone, "visit"))) is not None:
            phone.act("visit", row["id"], "void", {"reason": "doubled"})

    def do_amend(self, phone: FaultyPhone) -> None:
        """Correct a closed visit by another one."""
        if (row := self._one(self.on_screen(phone, "visit", "closed"))) is not None:
            id_, group = phone.new_id(), phone.out.next
            kept = {name: row[name] for name in ("branch", "kind", "started_at")}
            of = {"customer": row["customer"]} if row.get("customer") else {}
            phone.edit("visit", id_, {**kept, **of, "corrects": row["id"], "result": "met"}, group=group)
            phone.act("visit", id_, "close", group=group)

    def do_tamper(self, phone: FaultyPhone) -> None:
        """Write on what is done."""
        if (row := self._one(self.on_screen(phone, "visit", "closed", "void"))) is not None:
            phone.edit("visit", row["id"], {"result": "not_met", "remark": self._text()})

    def do_shoot(self, phone: FaultyPhone) -> None:
        if (row := self._one(self.on_screen(phone, "visit", "draft"))) is not None:
            photo = phone.new_id()
            phone.edit("photo", photo, phone.picture("", photo) | {"of": {"type": "visit", "id": row["id"]}})

    def do_say(self, phone: FaultyPhone) -> None:
        rows = [("visit", row) for row in self.on_screen(phone, "visit")]
        rows += [(type_, row) for type_ in ("inspection", "finding") for row in phone.rows(type_)]
        if rows:
            type_, row = self.dice.choice(sorted(rows, key=lambda one: str(one[1]["id"])))
            of = {"type": type_, "id": row["id"]}
            phone.edit("comment", phone.new_id(), {"of": of, "text": self._text(), "at": max(0, phone.now())})

    def do_spoil(self, phone: FaultyPhone) -> None:
        code, change = self.dice.choice(SPOILT)
        self.poison[phone.device, phone.put({"id": GHOST, **change})] = code

    # -- at the desk

    async def merge_customers(self, _: FaultyPhone) -> bool:
        """A manager lets one customer stand for another; told why not when that cannot be."""
        mara = self.phones[CREW.index("mara")]
        known = sorted(row["id"] for row in mara.rows("customer"))
        if len(known) < 2:
            return False
        one, other = self.dice.sample(known, 2)
        return await self._ask(mara, f"/api/customers/{one}/merge", {"into": other})

    async def settle_rounds(self) -> bool:
        """A supervisor decides about late work of a round: one change, or all that waits of a phone."""
        held = [
            (phone, n)
            for phone in self.phones[CREW.index("mara") :]
            for n, result in sorted(phone.out.results.items())
            if result["outcome"] == "held" and (phone.device, n) not in self.decided
        ]
        if not held:
            return False
        phone, n = self.dice.choice(held)
        some = [one for other, one in held if other is phone] if self.dice.random() < 0.5 else [n]
        self.decided |= {(phone.device, one) for one in some}
        for change in (phone.out.changes[one] for one in some):
            self.settled |= {(change["type"], change["id"], path) for path in change.get("set", {})}
        how = self.dice.choice(("take", "take", "add", "dismiss"))
        body = {"changes": [[phone.device, one] for one in some], "how": how, "reason": "looked"}
        return await self._ask(self.phones[CREW.index("sue")], "/api/held/settle", body)

    async def _ask(self, phone: FaultyPhone, path: str, body: dict[str, Any]) -> bool:
        response = await self.world.request("POST", path, json.dumps(body).encode(), phone.cookie)
        if response.status_code < 300:
            return True
        check_problem(response)
        demand(response.status_code < 500, f"{path}: {response.status_code} {response.text[:300]}")
        return False

    # -- what must hold at every moment

    def remember_rounds(self, phone: FaultyPhone) -> None:
        """Invariant 14: what is closed or merged is never edited, and nothing goes back to an earlier state."""
        for row in phone.rows("visit"):
            self._goes_on(phone, row)
            if row["closed_at"] is not None:
                self._stays((row["id"], row["closed_at"]), {name: row.get(name) for name in FROZEN})
        for row in phone.rows("customer"):
            self._goes_on(phone, row)
            if row["status"] == "merged":
                said = {name: row.get(name) for name in ("name", "phone", "remark")}
                self._stays((row["id"], phone.cache.epoch), said)

    def _goes_on(self, phone: FaultyPhone, row: Row) -> None:
        where = (phone.device, phone.cache.epoch, row["id"])
        rank, before = RANK[row["status"]], self.ranks.get(where, 0)
        demand(rank >= before, f"14: {row['id']} went back to {row['status']}")
        self.ranks[where] = rank

    def _stays(self, what: tuple[Any, ...], content: Row) -> None:
        known = self.done.setdefault(what, content)
        demand(known == content, f"14: {what} was done, and changed from {known} to {content}")
