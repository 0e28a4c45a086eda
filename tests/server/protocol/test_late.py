"""Protocol §3, §6 and records.md: work that comes after a submission, or after a right was withdrawn."""

from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, NA, PASS, Hand, finding_id
from tests.server.protocol.seed import HOUR
from tests.server.protocol.stories import draft, shared
from tests.server.protocol.world import World


async def overtaken(world: World, **failed: dict[str, Any]) -> tuple[str, Hand, Hand, Hand]:
    """ann has submitted, bob has not heard of it, sue has seen it."""
    inspection, (ann, bob) = await draft(world, "bob", **failed)
    ann.do(inspection, "submit")
    await ann.sync()
    sue = await world.phone("sue")
    return inspection, ann, bob, sue


def settle_late(phone: Hand, inspection: str, change: list[int], take: bool, **extra: Any) -> int:
    arguments = {"change": change, "take": take, "reason": "looked at it", **extra}
    return phone.act("inspection", inspection, "settle_late", arguments)


async def test_edit_made_before_the_submission_was_seen_is_held(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    assert await bob.fate(n) == "held late_evidence"
    await ann.sync()
    assert ann.answer(inspection, "A-1.a")["result"] == "pass"
    assert "open" not in ann.finding(inspection)
    await world.agree(ann, bob, sue)


async def test_edit_made_after_the_submission_was_seen_is_refused(world: World) -> None:
    inspection, ann, bob, _ = await overtaken(world)
    await bob.sync()
    assert await bob.fate(bob.check(inspection, "A-1.a", FAIL)) == "refused locked"
    assert await ann.fate(ann.check(inspection, "A-1.a", FAIL)) == "refused locked"


async def test_edit_after_the_own_submission_is_refused(world: World) -> None:
    inspection, (ann,) = await draft(world)
    ann.do(inspection, "submit")
    n = ann.check(inspection, "A-1.a", FAIL)
    assert await ann.fate(n) == "refused locked"


async def test_late_work_may_be_taken_in_any_order(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.do(inspection, "submit")
    await ann.sync()
    sue = await world.phone("sue")
    first, second = bob.check(inspection, "A-1.a", FAIL), bob.check(inspection, "A-1.a", NA)
    assert [await bob.fate(first), bob.said(second)] == ["held late_evidence"] * 2
    for n in (second, first):
        assert await sue.fate(settle_late(sue, inspection, [bob.device, n], take=True)) == "applied"
    assert sue.answer(inspection, "A-1.a") == NA
    assert "open" not in sue.finding(inspection), "the second was made having seen the first"


async def test_seen_of_the_edit_counts_before_the_cursor(world: World) -> None:
    inspection, _, bob, _ = await overtaken(world)
    seen = bob.cache.cursor
    await bob.sync()
    assert await bob.fate(bob.check(inspection, "A-1.a", FAIL, seen=seen)) == "held late_evidence"


async def test_every_kind_of_late_work_is_held(world: World) -> None:
    inspection, _, bob, _ = await overtaken(world)
    note = bob.note(inspection, "A-1", "late note")
    fresh = bob.check(inspection, "D-1.a", {"result": "pass", "value": 9700})
    bob.photo(inspection, "A-1")
    photo = bob.out.next - 1
    await bob.sync()
    assert [bob.said(n) for n in (note, fresh, photo)] == ["held late_evidence"] * 3
    assert not bob.has("finding", finding_id(inspection, "D-1"))


async def test_child_of_a_held_parent_is_held(world: World) -> None:
    inspection, _, bob, _ = await overtaken(world)
    bob.check(inspection, "D-1.a", {"result": "pass", "value": 9700})
    bob.photo(inspection, "D-1")
    await bob.sync()
    assert bob.outcome(bob.out.next - 1) == "held"


async def test_late_work_reaches_an_approved_inspection_no_more(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world)
    sue.do(inspection, "approve")
    await sue.sync()
    pinned = sue.row("inspection", inspection)["approved_sha256"]
    assert await bob.fate(bob.check(inspection, "A-1.a", FAIL)) == "held late_evidence"
    await sue.sync()
    assert sue.row("inspection", inspection)["approved_sha256"] == pinned


async def test_late_work_on_an_item_that_was_returned(world: World) -> None:
    """The item is open again when the late edit arrives: it is nothing special then."""
    inspection, ann, bob, sue = await overtaken(world)
    sue.do(inspection, "return_items", items={"A-1": "x"})
    await sue.sync()
    n = bob.check(inspection, "A-1.b", FAIL)
    assert await bob.fate(n) in ("applied", "held late_evidence")
    await world.agree(ann, bob, sue)


async def test_replay_of_a_held_change(world: World) -> None:
    inspection, _, bob, _ = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    request = bob.request(changes=[bob.out.changes[n]])
    assert (await bob.send(request)).json()["results"] == [bob.out.results[n]]


async def test_settle_late_takes_it(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    await sue.sync()
    act = settle_late(sue, inspection, [bob.device, n], True)
    assert await sue.fate(act) == "applied"
    await bob.sync()
    await ann.sync()
    row = bob.finding(inspection)
    values = [side["value"] for side in row["open"]["checks.A-1.a"]] if "open" in row else [row["checks"]["A-1.a"]]
    assert FAIL in values, "the author sees what became of it"
    await world.agree(ann, bob, sue)


async def test_settle_late_takes_an_answer_to_an_open_check(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world, A_1_a={"result": "todo"})
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    await sue.sync()
    settle_late(sue, inspection, [bob.device, n], True)
    await sue.sync()
    await ann.sync()
    assert ann.answer(inspection, "A-1.a") == FAIL
    assert "open" not in ann.finding(inspection)
    assert ann.row("inspection", inspection)["score"]["total"] == 240, "the score is what its findings say"


async def test_settle_late_takes_a_photo(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    photo = bob.photo(inspection, "A-1")
    n = bob.out.next - 1
    await bob.sync()
    await sue.sync()
    assert await sue.fate(settle_late(sue, inspection, [bob.device, n], True)) == "applied"
    await bob.sync()
    await ann.sync()
    for phone in (ann, bob, sue):
        assert phone.row("photo", photo)["author"] == bob.person
    await world.agree(ann, bob, sue)


async def test_settle_late_leaves_it(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    await sue.sync()
    assert await sue.fate(settle_late(sue, inspection, [bob.device, n], False)) == "applied"
    await ann.sync()
    assert ann.answer(inspection, "A-1.a")["result"] == "pass"
    assert "open" not in ann.finding(inspection)


async def test_settle_late_once(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    await sue.sync()
    settle_late(sue, inspection, [bob.device, n], True)
    again = settle_late(sue, inspection, [bob.device, n], False)
    await sue.sync()
    assert sue.outcome(again) == "refused"


async def test_settle_late_of_nothing(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    for change in ([bob.device, 77], [999_999, 1], [ann.device, 1]):
        assert (await sue.fate(settle_late(sue, inspection, change, True))).startswith("refused"), change


@pytest.mark.parametrize(
    "arguments",
    [
        {"change": [1]},
        {"change": "1"},
        {"take": "yes"},
        {"take": None},
        {"colour": 1},
        {"reason": ""},
        {"reason": None},
    ],
)
async def test_settle_late_that_cannot_be_read(world: World, arguments: dict[str, Any]) -> None:
    inspection, _, bob, sue = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    await sue.sync()
    act = sue.act(
        "inspection",
        inspection,
        "settle_late",
        {"change": [bob.device, n], "take": True, "reason": "x", **arguments},
    )
    assert await sue.fate(act) == ("refused needs_reason" if "reason" in arguments else "refused bad_value")


async def test_settle_late_by_who_may_not(world: World) -> None:
    inspection, ann, bob, _ = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    await ann.sync()
    assert await ann.fate(settle_late(ann, inspection, [bob.device, n], True)) == "refused not_allowed"


# -- rights that were withdrawn


async def test_work_done_before_a_right_was_withdrawn_is_held(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    edit = bob.check(inspection, "A-1.a", FAIL)
    world.clock.advance(HOUR)
    await world.grant("bob", ("inspector", "city2"))
    await bob.sync()
    assert bob.said(edit) == "held out_of_scope"
    await ann.sync()
    assert ann.answer(inspection, "A-1.a")["result"] == "pass"
    sue = await world.phone("sue")
    assert await sue.fate(settle_late(sue, inspection, [bob.device, edit], False)) == "applied"


async def test_begun_before_a_right_was_withdrawn(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    world.clock.advance(HOUR)
    await world.grant("ann", ("inspector", "city2"))
    await ann.sync()
    assert [ann.outcome(n) for n in ann.out.changes] == ["held", "held"], ann.out.results
    assert ann.code(1) == "out_of_scope"
    assert not ann.has("inspection", inspection)


async def test_work_done_after_a_right_was_withdrawn_is_not_applied(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    await world.grant("bob", ("inspector", "city2"))
    await bob.sync()
    world.clock.advance(HOUR)
    n = bob.put({"type": "finding", "id": finding_id(inspection, "A-1"), "set": {"checks.A-1.a": [FAIL]}})
    await bob.sync()
    assert bob.outcome(n) == "refused"
    await ann.sync()
    assert ann.answer(inspection, "A-1.a")["result"] == "pass"
