"""Whose value stands, and what became of the others: the history of a record, for whoever sees it."""

from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, PASS, Hand, finding_id
from tests.server.protocol.seed import HOUR, named
from tests.server.protocol.stories import all_sync, correct, draft, shared, submitted
from tests.server.protocol.test_late import overtaken, settle_late
from tests.server.protocol.world import World
from tests.server.visits.rounds import customer
from tests.server.visits.test_desk import get, post

A1A = "checks.A-1.a"
Steps = list[dict[str, Any]]


async def steps(hand: Hand, type_: str, id_: str) -> Steps:
    """The steps of a record, the first one first."""
    told: Steps = (await get(hand, f"/api/history/{type_}/{id_}"))["steps"]
    return told[::-1]


async def words(hand: Hand, type_: str, id_: str, path: str) -> list[tuple[str, Any, str, list[int] | None]]:
    """Who wrote what into a field, what became of it, and by which change."""
    return [
        (step["person"], word["value"], word["fate"], word["over"])
        for step in await steps(hand, type_, id_)
        for word in step["words"]
        if word["path"] == path
    ]


async def parted(world: World) -> tuple[str, Hand, Hand, Hand]:
    """An inspection of two, who judged one check differently; the supervisor has seen it."""
    inspection, (ann, bob) = await shared(world, "bob")
    sue = await world.phone("sue")
    ann.check(inspection, "A-1.a", PASS)
    world.clock.advance(1000)
    bob.check(inspection, "A-1.a", FAIL)
    await all_sync(ann, bob, sue)
    return inspection, ann, bob, sue


def settle(hand: Hand, inspection: str, value: dict[str, Any], reason: str) -> int:
    """Choose between what stands open, and say why in the same step."""
    finding = finding_id(inspection, "A-1")
    bases = [side["by"] for side in hand.visible("finding", finding)["open"][A1A]]
    group = hand.out.next
    n = hand.put({"type": "finding", "id": finding, "set": {A1A: [value, *bases]}, "group": group})
    said = {"of": [{"type": "finding", "id": finding}], "text": [reason], "at": [hand.now()]}
    hand.put({"type": "comment", "id": hand.new_id(), "set": said, "group": group})
    return n


async def test_an_open_conflict_is_told_with_both_its_sides(world: World) -> None:
    inspection, ann, bob, sue = await parted(world)
    told = await words(sue, "finding", finding_id(inspection, "A-1"), A1A)
    assert told == [(ann.person, PASS, "open", None), (bob.person, FAIL, "open", None)]


async def test_who_chose_and_why_and_what_was_not_chosen(world: World) -> None:
    inspection, ann, bob, sue = await parted(world)
    finding = finding_id(inspection, "A-1")
    n = settle(sue, inspection, PASS, "到场时已经改好")
    await all_sync(sue, ann)
    assert await words(ann, "finding", finding, A1A) == [
        (ann.person, PASS, "picked", [sue.device, n]),
        (bob.person, FAIL, "unpicked", [sue.device, n]),
        (sue.person, PASS, "stands", None),
    ]
    chosen = (await steps(ann, "finding", finding))[-1]
    assert chosen["reason"] == "到场时已经改好"
    assert [word["picks"] for word in chosen["words"]] == [True]
    assert (chosen["person_name"], chosen["verb"]) == ("人员sue", "edit")


async def test_what_was_not_chosen_is_brought_back_by_a_change_that_saw_what_stands(world: World) -> None:
    inspection, ann, _, sue = await parted(world)
    finding = finding_id(inspection, "A-1")
    settle(sue, inspection, PASS, "x")
    await all_sync(sue, ann)
    (lost,) = [word for word in await words(ann, "finding", finding, A1A) if word[2] == "unpicked"]
    back = ann.check(inspection, "A-1.a", lost[1])
    assert await ann.fate(back) == "applied"
    assert ann.answer(inspection, "A-1.a") == FAIL
    told = await words(sue, "finding", finding, A1A)
    assert [fate for _, _, fate, _ in told] == ["picked", "unpicked", "replaced", "stands"]
    assert told[2][3] == [ann.device, back]


async def test_two_who_did_not_see_each_other_and_the_later_one_stands(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.edit("inspection", inspection, {"remark": "ann"})
    world.clock.advance(1000)
    n = bob.edit("inspection", inspection, {"remark": "bob"})
    await bob.sync()
    await all_sync(ann, bob)
    told = await words(ann, "inspection", inspection, "remark")
    assert sorted(told) == sorted(
        [(ann.person, "ann", "passed", [bob.device, n]), (bob.person, "bob", "stands", None)]
    ), "whatever the order in which they came"
    bob.edit("inspection", inspection, {"remark": "both"})
    await bob.sync()
    fates = {value: fate for _, value, fate, _ in await words(ann, "inspection", inspection, "remark")}
    assert fates == {"ann": "passed", "bob": "replaced", "both": "stands"}


async def test_two_who_judged_alike(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.check(inspection, "A-1.a", PASS)
    world.clock.advance(1000)
    n = bob.check(inspection, "A-1.a", {**PASS, "bulk": True})
    await all_sync(ann, bob)
    told = await words(ann, "finding", finding_id(inspection, "A-1"), A1A)
    assert told[0] == (ann.person, PASS, "agrees", [bob.device, n])
    assert told[1][2] == "stands"


async def test_a_correction_saw_everything_and_says_why(world: World) -> None:
    inspection, _, sue = await submitted(world)
    n = correct(sue, inspection, {"A-1.a": FAIL}, reason="照片上看得见")
    await sue.sync()
    finding = finding_id(inspection, "A-1")
    told = await words(sue, "finding", finding, A1A)
    assert [fate for _, _, fate, _ in told] == ["replaced", "stands"]
    assert told[0][3] == [sue.device, n]
    last = (await steps(sue, "finding", finding))[-1]
    assert (last["verb"], last["reason"]) == ("correct", "照片上看得见")


async def test_an_inspection_is_told_with_its_findings(world: World) -> None:
    inspection, _, sue = await submitted(world)
    sue.do(inspection, "return_items", items={"A-1": "再看看"})
    await sue.sync()
    told = await steps(sue, "inspection", inspection)
    assert {step["type"] for step in told} == {"inspection", "finding"}
    assert [(step["verb"], step["reason"]) for step in told[-2:]] == [("submit", None), ("return_items", "再看看")]
    assert (told[0]["verb"], told[0]["type"]) == ("create", "inspection")
    assert told == sorted(told, key=lambda step: step["received"])


async def test_the_clock_of_a_phone_that_was_wrong_is_told(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob", skews=(0, 3 * HOUR))
    bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    (step,) = [one for one in await steps(ann, "finding", finding_id(inspection, "A-1")) if one["person"] == bob.person]
    assert step["clock"] == -3 * HOUR
    assert step["done_at"] == step["at"] - 3 * HOUR


async def test_a_branch_reads_what_was_done_since_the_submission(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    mara = await world.phone("mara")
    refused = await mara.http.get(f"/api/history/inspection/{inspection}")
    assert refused.status_code == 404
    ann.check(inspection, "A-1.a", FAIL)
    await all_sync(ann, bob)
    ann.do(inspection, "submit")
    await ann.sync()
    answer = await get(mara, f"/api/history/inspection/{inspection}")
    assert [step["verb"] for step in answer["steps"]] == ["submit"]
    assert answer["older"]
    assert await words(mara, "finding", finding_id(inspection, "A-1"), A1A) == []
    assert len(await words(bob, "finding", finding_id(inspection, "A-1"), A1A)) == 2


async def in_one_push(world: World) -> tuple[str, Hand]:
    """An inspection that was made and submitted by ann while she was offline, all in one push; and mara's phone."""
    ann, mara = await world.team("ann", "mara")
    inspection = ann.start()
    ann.answer_all(inspection)
    ann.check(inspection, "A-1.a", FAIL)
    ann.check(inspection, "A-1.a", PASS)
    ann.do(inspection, "submit")
    await all_sync(ann, mara)
    return inspection, mara


async def test_a_branch_reads_nothing_of_a_draft_that_came_with_its_submission(world: World) -> None:
    inspection, mara = await in_one_push(world)
    answer = await get(mara, f"/api/history/inspection/{inspection}")
    assert [step["verb"] for step in answer["steps"]] == ["submit"]
    assert answer["older"]
    assert await steps(mara, "finding", finding_id(inspection, "A-1")) == []


async def test_a_branch_reads_the_submission_also_of_a_push_of_many_revs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.door.flush.RECORDS_PER_REV", 1)
    inspection, mara = await in_one_push(world)
    assert [step["verb"] for step in await steps(mara, "inspection", inspection)] == ["submit"]


async def test_who_sees_a_record_sees_its_history_and_nobody_else(world: World) -> None:
    inspection, *_ = await parted(world)
    finding = finding_id(inspection, "A-1")
    for login in ("zed", "kim", "root"):
        hand = await world.phone(login)
        for type_, id_ in (("inspection", inspection), ("finding", finding), ("branch", named("north"))):
            assert (await hand.http.get(f"/api/history/{type_}/{id_}")).status_code == 404, (login, type_)
    ivy = await world.add_person("ivy", ("inspector", "county1"))
    other = await world.phone("ivy")
    assert ivy == other.person
    told = await steps(other, "inspection", inspection)
    assert {step["type"] for step in told} == {"inspection"}, "findings are for those who took part"


async def test_why_items_were_returned_or_taken_in_late_is_for_who_reads_findings(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    await world.add_person("ivy", ("inspector", "county1"))
    first, second = bob.check(inspection, "A-1.a", FAIL), bob.check(inspection, "A-2.a", FAIL)
    await bob.sync()
    await sue.fate(settle_late(sue, inspection, [bob.device, first], take=True))
    settled = {"changes": [[bob.device, second]], "how": "take", "reason": "看过了"}
    assert (await post(sue, "/api/held/settle", **settled)).status_code == 200
    await sue.sync()
    assert await sue.fate(sue.do(inspection, "return_items", items={"A-1": "look again"})) == "applied"
    verbs = {"settle_late": "looked at it", "settle_held": "看过了", "return_items": "look again"}
    for hand, reads in ((ann, True), (await world.phone("mara"), True), (await world.phone("ivy"), False)):
        told = [(step["verb"], step["reason"]) for step in await steps(hand, "inspection", inspection)]
        assert sorted(one for one in told if one[0] in verbs) == sorted(
            (verb, reason if reads else None) for verb, reason in verbs.items()
        ), "each once"


async def test_late_work_that_was_taken_in_is_told_as_such(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    finding = finding_id(inspection, "A-1")
    assert bob.person not in {step["person"] for step in (await steps(sue, "finding", finding))}
    await sue.fate(settle_late(sue, inspection, [bob.device, n], take=True))
    (late,) = [step for step in await steps(sue, "finding", finding) if step["person"] == bob.person]
    assert late["late"]
    assert [word["path"] for word in late["words"]] == [A1A]


async def test_fields_of_a_customer_that_two_wrote_at_once(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    id_ = customer(kim, remark="周一来")
    await all_sync(kim, mara)
    kim.edit("customer", id_, {"remark": "周二来"})
    world.clock.advance(1000)
    mara.edit("customer", id_, {"remark": "周三来"})
    await all_sync(mara, kim)
    told = [(value, fate) for _, value, fate, _ in await words(kim, "customer", id_, "remark")]
    assert sorted(told) == sorted([("周一来", "replaced"), ("周二来", "passed"), ("周三来", "stands")])


async def test_why_a_customer_was_erased_is_in_no_history(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    id_ = customer(kim)
    await all_sync(kim, mara)
    answer = await post(mara, f"/api/customers/{id_}/erase", reason="本人要求")
    assert answer.status_code == 200, answer.text
    last = (await steps(mara, "customer", id_))[-1]
    assert (last["verb"], last["reason"]) == ("erase_customer", None)
