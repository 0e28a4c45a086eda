"""records.md: the list of deductions as one hash, and the branch's word on it."""

from typing import Any

import pytest

from sync.deductions import list_sha256
from tests.server.protocol.gestures import FAIL, PASS, Hand
from tests.server.protocol.seed import HOUR, named
from tests.server.protocol.stories import all_sync, correct, draft, returned, submitted
from tests.server.protocol.test_late import overtaken, settle_late
from tests.server.protocol.world import World

LINE = [100, 200, 300, 400, 500, 600]


def signed(**more: Any) -> dict[str, Any]:
    return {"list_sha256": "a" * 64, "total": 990, "at": 5, "name": "李四", "strokes": [LINE], **more}


def sign(hand: Hand, inspection: str, **more: Any) -> int:
    return hand.edit("inspection", inspection, {"signed": signed(**more)})


def is_of_the_score(row: dict[str, Any]) -> bool:
    return bool(row["list_sha256"] == list_sha256(row["standard"], row["score"]))


# -- the hash of the list


async def test_a_draft_has_no_list_yet_and_a_submission_has_one(world: World) -> None:
    inspection, (ann,) = await draft(world, A_1_a=FAIL)
    assert ann.row("inspection", inspection)["list_sha256"] is None
    ann.do(inspection, "submit")
    sue = await world.phone("sue", synced=False)
    await all_sync(ann, sue)
    for hand in (ann, sue):
        row = hand.row("inspection", inspection)
        assert is_of_the_score(row)
        assert row["list_sha256"] != list_sha256(row["standard"], {**row["score"], "ledger": []})


async def test_whatever_changes_the_score_changes_the_list(world: World) -> None:
    inspection, ann, sue = await submitted(world)
    first = sue.row("inspection", inspection)["list_sha256"]
    assert await sue.fate(correct(sue, inspection, {"A-1.a": FAIL})) == "applied"
    second = sue.row("inspection", inspection)
    assert is_of_the_score(second)
    assert second["list_sha256"] != first
    assert await sue.fate(correct(sue, inspection, {"A-1.a": PASS, "A-1.b": FAIL})) == "applied"
    third = sue.row("inspection", inspection)
    assert is_of_the_score(third)
    assert third["score"]["total"] == second["score"]["total"]
    assert third["list_sha256"] not in (first, second["list_sha256"]), "as much is lost, for something else"
    await ann.sync()
    await world.agree(ann, sue)


async def test_a_returned_inspection_keeps_its_list_until_it_is_submitted_again(world: World) -> None:
    inspection, ann, sue = await returned(world, "A-1")
    before = ann.row("inspection", inspection)["list_sha256"]
    ann.check(inspection, "A-1.a", FAIL)
    await ann.sync()
    assert ann.row("inspection", inspection)["list_sha256"] == before
    ann.do(inspection, "submit")
    await all_sync(ann, sue)
    row = sue.row("inspection", inspection)
    assert is_of_the_score(row)
    assert row["list_sha256"] != before


async def test_late_work_that_is_taken_in_is_in_the_list(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world)
    before = sue.row("inspection", inspection)["list_sha256"]
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    assert await sue.fate(settle_late(sue, inspection, [bob.device, n], take=True)) == "applied"
    row = sue.row("inspection", inspection)
    assert is_of_the_score(row)
    assert row["list_sha256"] != before


async def test_the_hash_is_the_servers_alone(world: World) -> None:
    inspection, (ann,) = await draft(world)
    assert await ann.fate(ann.edit("inspection", inspection, {"list_sha256": "a" * 64})) == "refused server_field"


# -- who signs for it


async def test_a_signature_reaches_everybody_who_sees_the_inspection(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    assert ann.row("inspection", inspection)["signed"] is None
    assert await ann.fate(sign(ann, inspection)) == "applied"
    ann.do(inspection, "submit")
    sue, mara = [await world.phone(login, synced=False) for login in ("sue", "mara")]
    await all_sync(ann, bob, sue, mara)
    for hand in (ann, bob, sue, mara):
        assert hand.row("inspection", inspection)["signed"] == {**signed(), "refused": None}


async def test_a_refusal_with_its_reason_stands_for_a_signature(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    n = ann.edit("inspection", inspection, {"signed": signed(strokes=[], refused="店长不在")})
    assert await ann.fate(n) == "applied"
    await bob.sync()
    assert await bob.fate(sign(bob, inspection)) == "applied"
    await ann.sync()
    assert ann.row("inspection", inspection)["signed"]["refused"] is None


async def test_two_signatures_taken_offline_do_not_clash_and_the_later_stands(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    sign(ann, inspection, name="first")
    world.clock.advance(HOUR)
    sign(bob, inspection, name="second")
    await bob.sync()
    n = ann.out.next - 1
    await ann.sync()
    assert ann.outcome(n) == "superseded"
    assert ann.row("inspection", inspection)["signed"]["name"] == "second"
    await bob.sync()
    await world.agree(ann, bob)


@pytest.mark.parametrize("login", ["bob", "sue", "zoe"])
async def test_a_signature_by_who_may_not(world: World, login: str) -> None:
    inspection, _ = await draft(world)
    other = await world.phone(login)
    refused = "unknown_record" if login == "zoe" else "not_allowed"
    assert await other.fate(sign(other, inspection)) == f"refused {refused}"


async def test_once_submitted_nobody_signs_and_once_returned_again(world: World) -> None:
    inspection, ann, sue = await submitted(world)
    assert await ann.fate(sign(ann, inspection)) == "refused locked"
    assert await sue.fate(sign(sue, inspection)) == "refused not_allowed"
    sue.do(inspection, "return_items", items={"A-1": "x"})
    await all_sync(sue, ann)
    assert await ann.fate(sign(ann, inspection)) == "applied"
    ann.do(inspection, "submit")
    await all_sync(ann, sue)
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"
    await ann.sync()
    assert await ann.fate(sign(ann, inspection)) == "refused locked"


async def test_a_signature_of_before_the_submission_was_seen_is_held_and_may_be_taken_in(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world)
    n = sign(bob, inspection)
    assert await bob.fate(n) == "held late_evidence"
    assert await sue.fate(settle_late(sue, inspection, [bob.device, n], take=True)) == "applied"
    assert sue.row("inspection", inspection)["signed"]["name"] == "李四"


@pytest.mark.parametrize(
    "wrong",
    [
        {"strokes": []},
        {"strokes": [], "refused": "  "},
        {"refused": "why"},
        {"strokes": [[1, 2, 3]]},
        {"strokes": [[]]},
        {"strokes": [[1, 2], [1]]},
        {"strokes": [[0, 10_001]]},
        {"strokes": [[1] * 2000] * 3 + [[1, 2]]},
        {"strokes": [[1] * 2002]},
        {"list_sha256": "A" * 64},
        {"total": -1},
        {"by": named("ann")},
    ],
)
async def test_what_is_no_signature(world: World, wrong: dict[str, Any]) -> None:
    inspection, (ann,) = await draft(world)
    n = sign(ann, inspection, **wrong)
    assert await ann.fate(n) == "refused bad_value"
    assert ann.out.results[n]["field"] == "signed"
    assert await ann.fate(sign(ann, inspection, strokes=[[1] * 2000] * 3)) == "applied"


async def test_the_history_tells_that_somebody_signed(world: World) -> None:
    inspection, (ann,) = await draft(world)
    await ann.fate(sign(ann, inspection))
    reply = await ann.http.get(f"/api/history/inspection/{inspection}")
    words = [word for step in reply.json()["steps"] for word in step["words"] if word["path"] == "signed"]
    assert [(word["value"]["name"], word["fate"]) for word in words] == [("李四", "stands")]
