"""Who decides about work that was set aside: nobody with a part in it; and a review is decided anew, never taken in."""

import json

import pytest

from server.door import Actor, Workspace
from server.settling import roots
from tests.server.protocol.gestures import FAIL
from tests.server.protocol.stories import draft, submitted
from tests.server.protocol.test_late import overtaken, settle_late
from tests.server.protocol.world import World
from tests.server.reply import check_problem
from tests.server.rescue.test_locked_out import again, lock_out
from tests.server.settling.desk import decide, waiting, withdrawn
from tests.server.visits.test_desk import post


async def test_nobody_settles_their_own_work_nor_what_they_took_part_in(world: World) -> None:
    inspection, (_, bob, both) = await draft(world, "bob", "both")
    bob.do(inspection, "submit")
    await bob.sync()
    both.check(inspection, "A-1.a", FAIL)
    await both.sync()
    (own,) = await waiting(both)
    assert own["own"]
    check_problem(await post(both, "/api/held/settle", changes=[own["change"]], how="dismiss", reason="x"), 422,
                  "self_review")  # fmt: skip


async def test_nobody_settles_their_own_late_work_by_the_sync_either(world: World) -> None:
    inspection, (ann, both) = await draft(world, "both")
    ann.edit("inspection", inspection, {f"members.{both.person}": False})
    await ann.sync()
    n = both.note(inspection, "A-1", "太晚了")
    assert await both.fate(n) == "held out_of_scope"
    for take in (True, False):
        assert await both.fate(settle_late(both, inspection, [both.device, n], take)) == "refused self_review"
    sue = await world.phone("sue")
    assert [one["change"] for one in await waiting(sue)] == [[both.device, n]]
    await decide(sue, await waiting(sue))


async def test_a_review_is_nobodys_late_work(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world)
    bob.write(inspection, "A-1", {"checks.A-1.a": FAIL}, group=9)
    bob.act("inspection", inspection, "approve", group=9)
    await bob.sync()
    held = await waiting(sue)
    assert len(held) == 2, "what comes behind late work in one step waits with it"
    answer = await post(sue, "/api/held/settle", changes=[one["change"] for one in held], how="take", reason="x")
    check_problem(answer, 422, "review_anew")
    await sue.sync()
    assert sue.row("inspection", inspection)["status"] == "submitted"
    assert len(await waiting(sue)) == 2


async def test_nobody_settles_what_names_them_as_one_who_worked_on_it(world: World) -> None:
    ann, both, sue = await world.team("ann", "both", "sue")
    with_both = ann.start(**{f"members.{both.person}": True})
    ann.check(with_both, "A-1.a", FAIL)
    ann.photo(with_both)
    alone = ann.start()
    ann.check(alone, "A-1.a", FAIL)
    await withdrawn(world, "ann", "inspector")
    await ann.sync()
    held = await waiting(both)
    assert [one["own"] for one in held] == [True, True, True, False, False]
    assert not any(one["own"] for one in await waiting(sue))
    for one in held[:3]:
        for how in ("take", "dismiss"):
            answer = await post(both, "/api/held/settle", changes=[one["change"]], how=how, reason="x")
            check_problem(answer, 422, "self_review")
    assert await decide(both, held[3:]) == {"done": 2, "missed": []}
    assert await decide(sue, await waiting(sue)) == {"done": 3, "missed": []}


async def test_nobody_makes_themselves_a_part_of_what_they_review(world: World) -> None:
    inspection, (ann,) = await draft(world)
    both = await world.phone("both")
    n = ann.edit("inspection", inspection, {f"members.{both.person}": True})
    await withdrawn(world, "ann", "inspector")
    await ann.sync()
    (held,) = await waiting(both)
    assert (held["change"], held["own"]) == ([ann.device, n], True)
    answer = await post(both, "/api/held/settle", changes=[held["change"]], how="take", reason="x")
    check_problem(answer, 422, "self_review")


async def test_reviews_of_a_lost_phone_are_decided_anew(world: World) -> None:
    """Of a supervisor whose phone was locked out: nothing is approved that nobody looked at."""
    inspection, ann, sue = await submitted(world)
    both = await world.phone("both")
    await lock_out(world, sue)
    sue.do(inspection, "return_items", items={"A-1": "照片看不清"})
    new = await again(world, sue)
    await new.sync()
    (held,) = await waiting(both)
    assert (held["code"], held["content"]["act"], held["own"]) == ("revoked", "return_items", False)
    answer = await post(both, "/api/held/settle", changes=[held["change"]], how="take", reason="x")
    check_problem(answer, 422, "review_anew")
    await both.sync()
    assert await both.fate(both.do(inspection, "return_items", items={"A-1": "照片看不清"})) == "applied"
    await decide(both, [held], "dismiss", "已另行退回")
    await ann.sync()
    assert ann.row("inspection", inspection)["status"] == "returned"


async def test_a_finding_that_says_it_is_of_itself_is_nobodys_part(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a client that is not ours, and judged by nobody: who looks for what it belongs to comes to an end."""
    ann = await world.phone("ann")
    itself = ann.new_id()
    said = json.dumps({"set": {"of": [{"type": "finding", "id": itself}]}})

    async def waits(type_: str, record: str) -> list[str]:
        return [said] if (type_, record) == ("finding", itself) else []

    monkeypatch.setattr(roots, "_waiting", waits)
    workspace = Workspace(Actor(person=ann.person, device=ann.device), 0, 0)
    assert not await roots.has_part(workspace, ann.person, None, ("finding", itself), said)
