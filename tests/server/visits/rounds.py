"""What people write down on their rounds."""

from typing import Any

from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import named


def customer(hand: Hand, name: str = "望江文具店", branch: str = "north", **more: Any) -> str:
    """A new customer; returns the id."""
    id_ = hand.new_id()
    hand.edit("customer", id_, {"branch": named(branch), "name": name, **more})
    return id_


def visit(hand: Hand, of: str | None = None, kind: str = "visit", branch: str = "north", **more: Any) -> str:
    """A new draft; returns the id."""
    id_ = hand.new_id()
    values = {"branch": named(branch), "kind": kind, "started_at": hand.now(), **more}
    hand.edit("visit", id_, values if of is None else {**values, "customer": of})
    return id_


def close(hand: Hand, id_: str) -> int:
    return hand.act("visit", id_, "close")


async def closed(hand: Hand, of: str | None = None, kind: str = "visit", **more: Any) -> str:
    """A visit that was closed and has arrived."""
    id_ = visit(hand, of, kind, **{"result": "met", **more})
    assert await hand.fate(close(hand, id_)) == "applied", hand.out.results
    return id_


def comment(hand: Hand, type_: str, id_: str, text: str = "请看一下") -> str:
    """A new remark; returns its id."""
    new = hand.new_id()
    hand.edit("comment", new, {"of": {"type": type_, "id": id_}, "text": text, "at": hand.now()})
    return new


def counts(hand: Hand, month: str | None = None, branch: str = "north") -> tuple[int, int, int]:
    """Visits, ride-alongs and cards of a month as this phone knows them; of the only month if none is named."""
    rows = [row for row in hand.rows("quota") if row["branch"] == named(branch) and month in (None, row["month"])]
    assert len(rows) <= 1
    return (rows[0]["visits"], rows[0]["ride_alongs"], rows[0]["cards"]) if rows else (0, 0, 0)
