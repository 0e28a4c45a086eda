"""What people of the model do on their rounds. Each gesture gives the drafts of one transaction, perhaps none."""

from typing import Any

from tests.model.gestures import Draft, Hand
from tests.model.world import EAST, NORTH

GHOST = "00000000-0000-7000-8000-0000000000ff"
WALKING = (
    ("customer", 8), ("rename", 12), ("visit", 12), ("minute", 6), ("fill", 12), ("close", 12), ("cancel", 4),
    ("amend", 8), ("tamper", 5), ("say", 6), ("spoil", 3),
)  # fmt: skip
ASIDE = (("say", 5), ("cancel", 2), ("tamper", 1), ("rename", 1))
"""What they do who only look on."""


class Walk:
    """A phone in the hand of somebody who keeps customers."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.phone, self.dice = hand, hand.phone, hand.dice

    def gesture(self) -> tuple[str, list[Draft]]:
        """Some gesture of this person: its name and drafts."""
        walks = self.phone.person in ("kim", "lee", "mara")
        name = self.dice.weighted(WALKING if walks else ASIDE)
        return name, getattr(self, name)()

    def opening(self) -> tuple[str, list[Draft]]:
        """The round begins with two customers and a visit to one of them."""
        first = self.customer()[0]
        id_ = self.new_id(2)
        values = {"branch": EAST, "kind": "visit", "started_at": max(0, self.hand.at), "customer": first["id"]}
        second = {**first, "id": self.new_id(1)}
        return "open", [first, second, self.hand.edit("visit", id_, values)]

    # -- what is on the screen

    def new_id(self, place: int = 0) -> str:
        return f"{self.phone.out.device:08x}-0000-7000-8000-{self.phone.out.next + place:012x}"

    def shown(self, type_: str, *states: str) -> list[Draft]:
        """The records this person sees, own unsent ones too."""
        own = {one["id"] for one in self.phone.unsent if one["type"] == type_ and "branch" in (one.get("set") or ())}
        known = own | {id_ for kind, id_ in self.phone.cache.rows if kind == type_}
        rows = [self.phone.visible(type_, id_) for id_ in sorted(known)]
        return [row for row in rows if row and row["branch"] and (not states or row["status"] in states)]

    def one(self, rows: list[Draft]) -> Draft | None:
        """Mostly the first: what is done at once happens there."""
        return (rows[0] if self.dice.below(2) else self.dice.pick(rows)) if rows else None

    def text(self) -> str:
        return f"w{self.phone.out.device}.{self.phone.out.next}"

    # -- customers and visits

    def customer(self) -> list[Draft]:
        values = {"branch": (EAST, EAST, NORTH)[self.dice.below(3)], "name": self.text()}
        return [self.hand.edit("customer", self.new_id(), values)]

    def rename(self) -> list[Draft]:
        row = self.one(self.shown("customer"))
        path = self.dice.pick(("name", "phone", "remark"))
        return [self.hand.edit("customer", row["id"], {path: self.text()})] if row else []

    def _begun(self) -> Draft:
        of = self.one(self.shown("customer", "active")) if self.dice.below(5) else None
        kind = self.dice.pick(("visit", "visit", "ride_along", "card"))
        values = {"branch": of["branch"] if of else EAST, "kind": kind, "started_at": max(0, self.hand.at)}
        return values | ({"customer": of["id"]} if of else {})

    def visit(self) -> list[Draft]:
        return [self.hand.edit("visit", self.new_id(), self._begun())]

    def minute(self) -> list[Draft]:
        """All of a visit in one minute, with the card that was handed over."""
        drafts: list[Draft] = []
        values: dict[str, Any] = {**self._begun(), "result": self.dice.pick(("met", "left_word"))}
        for made in (values, {**values, "kind": "card"}):
            id_ = self.new_id(len(drafts))
            drafts += [self.hand.edit("visit", id_, made), *self.hand.act("visit", id_, "close")]
        return [{**draft, "group": 0} for draft in drafts]

    def fill(self) -> list[Draft]:
        heard = (("result", "met"), ("result", "left_word"), ("remark", self.text()), ("needs", self.text()))
        row = self.one(self.shown("visit", "draft"))
        return [self.hand.edit("visit", row["id"], dict([self.dice.pick(heard)]))] if row else []

    def close(self) -> list[Draft]:
        row = self.one(self.shown("visit", "draft"))
        if row is None:
            return []
        fills = row["result"] is None and self.dice.below(4)
        said = [self.hand.edit("visit", row["id"], {"result": "met"})] if fills else []
        return [*said, *self.hand.act("visit", row["id"], "close")]

    def cancel(self) -> list[Draft]:
        row = self.one(self.shown("visit"))
        return self.hand.act("visit", row["id"], "void", reason="doubled") if row else []

    def amend(self) -> list[Draft]:
        """Correct a closed visit by another one."""
        row = self.one(self.shown("visit", "closed"))
        if row is None:
            return []
        kept = {name: row[name] for name in ("branch", "kind", "started_at", "customer") if row[name] is not None}
        new = self.hand.edit("visit", self.new_id(), {**kept, "corrects": row["id"], "result": "met"}, group=0)
        return [new, *({**draft, "group": 0} for draft in self.hand.act("visit", new["id"], "close"))]

    def tamper(self) -> list[Draft]:
        """Write on what is done."""
        row = self.one(self.shown("visit", "closed", "void"))
        return [self.hand.edit("visit", row["id"], {"result": "not_met", "remark": self.text()})] if row else []

    def say(self) -> list[Draft]:
        rows = [("visit", row["id"]) for row in self.shown("visit")]
        rows += sorted(key for key in self.phone.cache.rows if key[0] in ("inspection", "finding"))
        if not rows:
            return []
        type_, id_ = self.dice.pick(rows)
        said = {"of": {"type": type_, "id": id_}, "text": self.text(), "at": max(0, self.hand.at)}
        return [self.hand.edit("comment", self.new_id(), said)]

    def spoil(self) -> list[Draft]:
        """A change no server takes."""
        bad: tuple[Draft, ...] = (
            {"type": "visit", "id": GHOST, "set": {"status": ["closed"]}},
            {"type": "quota", "id": GHOST, "set": {"visits": [9]}},
            {"type": "comment", "id": GHOST, "set": {"colour": ["red"]}},
            {"type": "visit", "id": GHOST, "set": {"satisfaction": [200]}},
            {"type": "customer", "id": GHOST, "act": "merge"},
            {"type": "visit", "id": GHOST, "act": "close"},
            {"type": "visit", "id": GHOST, "set": {"remark": ["x"]}},
        )
        return [{**self.dice.pick(bad), "seen": self.hand.seen}]
