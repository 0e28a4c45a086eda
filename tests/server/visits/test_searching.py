"""What a search finds is the same on both databases, whether few rows are found or most, whole or in pages."""

import itertools
import random
from typing import Any

import msgspec
import pytest

from server.customers.synced import digits
from server.identity import Caller
from server.identity.caller import Grant
from server.inspections.lists import Inspections, inspections_for
from server.lists import finding, initials
from server.lists.names import fold
from server.visits.lists import Visits, visits_for
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import named
from tests.server.protocol.world import World
from tests.server.visits.rounds import closed, customer

CUSTOMERS = {
    "重庆路文具店": "0571-0000 1234",
    "望江ABC茶馆": "0571-0000 9999",
    "B2邮局 No.3": "19900001",
    "柳塘１２号": None,
    "Ａ营业部1234": "0571-0000 4321",
}
WORDS = (
    "文具", "重庆路", "cql", "CQL", "abc", "ABC茶", "abc茶", "bc茶馆", "b2", "B2邮", "no.3", "No.3", ".3", "1234",
    "234", "3", "00001234", "12号", "１２", "12", "a", "ayyb1234", "不存在", "zzz", "%", "_", "\\", "'", "?", " ",
    "0571-00001234",
)  # fmt: skip
MIXED = "重庆路曾单文具店ABCabc0129 -.é①ＡＢﬁ㎡（）·İß"


def small(text: str) -> str:
    """Letters of ASCII alone, as both databases have it."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def is_found(name: str, phone: str | None, text: str) -> bool:
    tail, found = digits(text), small(text) in small(name) or fold(text) in initials(name)
    return found or (tail != "" and digits(phone).endswith(tail))


async def test_customers_are_found_by_name_initials_and_the_end_of_a_number(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    for name, phone in CUSTOMERS.items():
        customer(kim, name, phone=phone)
    await kim.sync()
    for word in WORDS:
        wanted = {name for name, phone in CUSTOMERS.items() if is_found(name, phone, word)}
        for hand in (kim, sue):
            reply = await hand.http.get("/api/customers", params={"q": word})
            assert {row["name"] for row in reply.json()["rows"]["customer"]} == wanted, word
        split = {name for name, phone in CUSTOMERS.items() if all(is_found(name, phone, part) for part in word.split())}
        reply = await sue.http.get("/api/lists/customers", params={"q": word})
        assert {row["name"] for row in reply.json()["rows"]} == split, word
        assert reply.json()["total"] == len(split)
    zed = await world.phone("zed")
    for path in ("/api/customers", "/api/lists/customers"):
        assert "文具" not in (await zed.http.get(path, params={"q": "文具"})).text


def test_letters_and_figures_of_a_name_are_among_its_initials() -> None:
    """So a search for them need not look into names."""
    dice = random.Random(5)
    for _ in range(3_000):
        name = "".join(dice.choices(MIXED, k=dice.randint(1, 9)))
        for is_plain, run in itertools.groupby(small(name), lambda one: one.isascii() and one.isalnum()):
            if is_plain:
                assert "".join(run) in initials(name, of_person=dice.random() < 0.5), name


async def rounds(world: World) -> None:
    kim, mara, ann, zoe, zara = await world.team("kim", "mara", "ann", "zoe", "zara")
    for hand in (kim, mara, kim, mara, kim):
        await closed(hand, kind="card")
    await closed(zara, kind="card", branch="far")
    for hand, branch in ((ann, "north"), (ann, "south"), (ann, "east"), (zoe, "far")):
        hand.start(branch=branch)
    await ann.sync()
    await zoe.sync()


async def visits(caller: Caller, **asked: Any) -> tuple[list[tuple[str, str]], int]:
    rows, total = await visits_for(caller, msgspec.convert(asked, Visits))
    return [(row.id, row.branch) for row in rows], total


async def inspections(caller: Caller, **asked: Any) -> tuple[list[tuple[str, str]], int]:
    rows, total = await inspections_for(caller, msgspec.convert(asked, Inspections))
    return [(row.id, row.branch) for row in rows], total


def asker(hand: Hand, place: str) -> Caller:
    return Caller(hand.person, 0, (Grant("supervisor", named(place)),), "")


async def test_few_and_many_are_the_same_rows_in_the_same_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await rounds(world)
    sue = await world.phone("sue")
    narrowed: list[dict[str, Any]] = [
        {"q": word, **({"unit": named(unit)} if unit else {})}
        for word in ("", "人员", "kim", "kim mara", "n", "不存在")
        for unit in (None, "county1", "city1", "province")
    ]
    found = 0
    for place in ("city1", "province"):
        caller = asker(sue, place)
        for query in narrowed:
            for of, sorts in (
                (visits, ("-started_at", "person", "-branch", "kind")),
                (inspections, ("-submitted_at", "lead", "-branch", "status")),
            ):
                for sort in sorts:
                    whole, total = await of(caller, sort=sort, **query)
                    assert total == len(whole)
                    with monkeypatch.context() as patch:
                        patch.setattr(finding, "FEW", 0)
                        pieces = [await of(caller, sort=sort, size=3, page=page, **query) for page in (1, 2, 3)]
                    assert [row for rows, _ in pieces for row in rows] == whole, (sort, query)
                    assert {many for _, many in pieces} == {total}
                    assert place == "province" or all(branch != named("far") for _, branch in whole)
                    found += total
    assert found > 300
