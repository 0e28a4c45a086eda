"""records.md: notes, reasons and members, and who may edit or begin."""

from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, NA, PASS, finding_id
from tests.server.protocol.stories import all_sync, shared
from tests.server.protocol.world import World

A1A = "checks.A-1.a"


A1A = "checks.A-1.a"


async def test_notes_are_per_author(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.note(inspection, "A-1", "ann saw")
    bob.note(inspection, "A-1", "bob saw")
    await all_sync(ann, bob)
    assert ann.finding(inspection)["notes"] == {ann.person: "ann saw", bob.person: "bob saw"}
    foreign = ann.write(inspection, "A-1", {f"notes.{bob.person}": "not mine"})
    await ann.sync()
    assert ann.said(foreign) == "refused not_allowed"


async def test_note_of_nobody(world: World) -> None:
    inspection, (ann,) = await shared(world)
    n = ann.write(inspection, "A-1", {f"notes.{ann.new_id()}": "whose"})
    assert await ann.fate(n) in ("refused unknown_record", "refused not_allowed")


async def test_reasons_are_edited(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.write(inspection, "A-1", {"checks.A-1.a": NA, "reasons.A-1.a": "no counter"})
    world.clock.advance(1000)
    bob.write(inspection, "A-1", {"reasons.A-1.a": "counter closed"})
    await all_sync(bob, ann)
    assert ann.finding(inspection)["reasons"] == {"A-1.a": "counter closed"}
    assert "open" not in ann.finding(inspection)


async def test_members_are_set_by_the_lead(world: World) -> None:
    ann, bob, carl = await world.team("ann", "bob", "carl")
    inspection = ann.start()
    n = ann.edit("inspection", inspection, {f"members.{bob.person}": True})
    await all_sync(ann, bob, carl)
    assert ann.said(n) == "applied"
    assert bob.row("inspection", inspection)["members"] == {bob.person: True}
    foreign = bob.edit("inspection", inspection, {f"members.{carl.person}": True})
    selfmade = carl.edit("inspection", inspection, {f"members.{carl.person}": True})
    leaving = bob.edit("inspection", inspection, {f"members.{bob.person}": False})
    await all_sync(bob, carl)
    assert bob.said(foreign) == "refused not_allowed"
    assert carl.said(selfmade) == "refused not_allowed"
    assert bob.said(leaving) == "applied"
    assert bob.check(inspection, "A-1.a", PASS)
    await bob.sync()
    assert bob.outcome(bob.out.next - 1) == "refused"


async def test_member_who_is_nobody(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    n = ann.edit("inspection", inspection, {f"members.{ann.new_id()}": True})
    assert await ann.fate(n) == "refused unknown_record"


@pytest.mark.parametrize("value", [None, 1, "true", {}])
async def test_membership_is_true_or_false(world: World, value: Any) -> None:
    ann, bob = await world.team("ann", "bob")
    inspection = ann.start()
    n = ann.edit("inspection", inspection, {f"members.{bob.person}": value})
    assert await ann.fate(n) == "refused bad_value"


# -- who may edit


@pytest.mark.parametrize("login", ["bob", "sue", "zoe", "mara", "kim", "root"])
async def test_strangers_do_not_edit(world: World, login: str) -> None:
    inspection, (_ann,) = await shared(world)
    other = await world.phone(login)
    finding = other.edit("finding", finding_id(inspection, "A-1"), {A1A: PASS})
    remark = other.edit("inspection", inspection, {"remark": "mine"})
    fresh = other.put({
        "type": "finding", "id": finding_id(inspection, "A-2"),
        "set": {"inspection": [inspection], "item": ["A-2"], "checks.A-2.a": [FAIL]},
    })  # fmt: skip
    await other.sync()
    for n in (finding, remark, fresh):
        assert other.outcome(n) == "refused", other.said(n)
        assert other.code(n) in ("not_allowed", "unknown_record", "incomplete")
    if login in ("bob", "sue"):
        assert other.said(remark) == "refused not_allowed"


@pytest.mark.parametrize(
    ("login", "fate"),
    [("ann", "applied"), ("mara", "applied"), ("dora", "applied"), ("sue", "not_allowed"), ("kim", "not_allowed")],
)
async def test_who_may_begin(world: World, login: str, fate: str) -> None:
    phone = await world.phone(login)
    inspection = phone.start()
    await phone.sync()
    assert fate in phone.said(phone.out.next - 1)
    if fate == "applied":
        assert phone.row("inspection", inspection)["lead"] == phone.person
        assert phone.row("inspection", inspection)["status"] == "draft"
