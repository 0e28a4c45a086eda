"""Who may do what with customers, visits, quotas and threads: the whole table, tried out cell by cell.

`rights.md` holds it for people to read; XUNFANG_TABLES=1 writes it anew.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import named
from tests.server.protocol.world import World
from tests.server.visits.rounds import closed, comment, customer, visit

TABLE = Path(__file__).parent / "rights.md"
WHO = {
    "kim": "carrier, their own",
    "kit": "carrier, a colleague's",
    "mara": "manager",
    "sue": "supervisor",
    "ann": "inspector",
    "root": "admin",
    "zara": "manager elsewhere",
    "zed": "supervisor elsewhere",
}


class Subjects:
    """What the carrier kim has written down: two customers, a draft and a closed visit with a complaint."""

    customer: str
    other: str
    draft: str
    closed: str

    @classmethod
    async def of(cls, kim: Hand) -> "Subjects":
        made = cls()
        made.customer, made.other = customer(kim), customer(kim)
        made.draft = visit(kim, made.customer, result="met")
        made.closed = await closed(kim, made.customer, complaint="误投")
        return made


Cell = Callable[[Hand, Subjects], Awaitable[str]]


def sees(type_: str, subject: str) -> Cell:
    async def cell(hand: Hand, on: Subjects) -> str:
        return "yes" if hand.has(type_, getattr(on, subject)) else "no"

    return cell


def pushes(do: Callable[[Hand, Subjects], object]) -> Cell:
    """The outcome of the last change that is made."""

    async def cell(hand: Hand, on: Subjects) -> str:
        do(hand, on)
        fate = await hand.fate(hand.out.next - 1)
        return fate.removeprefix("refused ").replace("applied", "yes")

    return cell


def asks(method: str, url: str, **body: str) -> Cell:
    """The answer to a request; words like ``{customer}`` are the subjects."""

    async def cell(hand: Hand, on: Subjects) -> str:
        told = {name: value.format(**vars(on)) for name, value in body.items()}
        content: dict[str, Any] = {**told, **({"at": 1, "id": hand.new_id()} if url.endswith("reveal") else {})}
        response = await hand.http.request(method, url.format(**vars(on)), json=content if method == "POST" else None)
        if response.is_success:
            rows = response.json() if response.content else {}
            listed = rows.get("suggestions", next(iter(rows.get("rows", {}).values()), None))
            return "yes" if listed is None or len(listed) > 0 else "nothing"
        return str(response.json()["code"])

    return cell


async def sees_quota(hand: Hand, on: Subjects) -> str:
    return "yes" if hand.rows("quota") else "no"


CELLS: dict[str, Cell] = {
    "customer: read": sees("customer", "customer"),
    "customer: make": pushes(lambda hand, on: customer(hand)),
    "customer: edit": pushes(lambda hand, on: hand.edit("customer", on.customer, {"remark": "x"})),
    "customer: set status": pushes(lambda hand, on: hand.edit("customer", on.customer, {"status": "erased"})),
    "customer: list": asks("GET", "/api/customers?branch=" + named("north")),
    "customer: merge": asks("POST", "/api/customers/{other}/merge", into="{customer}"),
    "customer: near matches": asks("GET", "/api/customers/{customer}/near"),
    "customer: note a look at the number": asks("POST", "/api/customers/{customer}/reveal"),
    "customer: who looked": asks("GET", "/api/customers/{customer}/reveals"),
    "customer: forget": asks("POST", "/api/customers/{customer}/erase", reason="x"),
    "visit: read": sees("visit", "closed"),
    "visit: make": pushes(lambda hand, on: visit(hand, kind="card")),
    "visit: edit a draft": pushes(lambda hand, on: hand.edit("visit", on.draft, {"remark": "x"})),
    "visit: edit a closed one": pushes(lambda hand, on: hand.edit("visit", on.closed, {"remark": "x"})),
    "visit: correct": pushes(lambda hand, on: visit(hand, kind="card", corrects=on.closed)),
    "visit: close": pushes(lambda hand, on: hand.act("visit", on.draft, "close")),
    "visit: void": pushes(lambda hand, on: hand.act("visit", on.closed, "void", {"reason": "x"})),
    "visit: list": asks("GET", "/api/visits?customer={customer}"),
    "visit: read one": asks("GET", "/api/visits/{closed}"),
    "visit: photo": pushes(lambda hand, on: hand.edit("photo", hand.new_id(), _photo(hand, on.draft))),
    "visit: remark": pushes(lambda hand, on: comment(hand, "visit", on.closed)),
    "suggestion: list": asks("GET", "/api/suggestions"),
    "suggestion: deal with": asks("POST", "/api/suggestions/{closed}/deal", text="x"),
    "quota: read": sees_quota,
    "quota: write": pushes(lambda hand, on: hand.edit("quota", named("north"), {"visits": 10})),
}


def _photo(hand: Hand, id_: str) -> dict[str, Any]:
    return {**hand.picture(id_, hand.new_id()), "of": {"type": "visit", "id": id_}}


async def test_the_table_is_what_the_server_does(world: World) -> None:
    await world.add_person("kit", ("carrier", "north"))
    hands = {login: await world.phone(login) for login in WHO}
    lines = ["# Who may do what", "", "Seen from a branch: what one of its carriers wrote down.", ""]
    lines += [f"| | {' | '.join(WHO.values())} |", f"|---|{'---|' * len(WHO)}"]
    for name, cell in CELLS.items():
        told: list[str] = []
        on = await Subjects.of(hands["kim"])
        for hand in hands.values():
            if told[-1:] == ["yes"]:  # what was done to these cannot be done again
                on = await Subjects.of(hands["kim"])
            await hand.sync()
            told.append(await cell(hand, on))
        lines.append(f"| {name} | {' | '.join(told)} |")
    table = "\n".join(lines) + "\n"
    if os.environ.get("XUNFANG_TABLES"):
        TABLE.write_text(table, "utf-8")
    assert table == TABLE.read_text("utf-8")
