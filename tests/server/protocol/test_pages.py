"""Protocol §3 and §5: fills and feeds in pages, what a phone holds, the window, and `same`."""

from typing import Any

import pytest

from server.branches.acts import NewBranch, create_branches
from tests.server.protocol.gestures import FAIL, PASS, Hand, finding_id
from tests.server.protocol.seed import DAY, named
from tests.server.protocol.stories import approved, draft, submitted
from tests.server.protocol.world import World


async def many_branches(world: World, number: int) -> None:
    await create_branches(
        [
            NewBranch(id=named(f"more {n}"), code=f"M{n}", name=f"多{n}", kind="agency", unit=named("county1"))
            for n in range(number)
        ],
        now=world.clock(),
    )
    for n in range(number):
        world.reach.above[named(f"more {n}")] = named("county1")


async def test_first_contact_comes_in_pages(world: World) -> None:
    await many_branches(world, 2300)
    ann = await world.phone("ann", synced=False)
    pages = []
    while not pages or not ann.quiet:
        reply = await ann.turn()
        pages.append(sum(map(len, reply.get("rows", {}).values())))
    assert len(pages) >= 3
    assert max(pages) <= 1000
    assert len(ann.rows("branch")) == 2303
    await world.agree(ann)


async def test_feed_comes_in_pages(world: World) -> None:
    ann = await world.phone("ann")
    await many_branches(world, 1700)
    first = await ann.turn()
    assert first["more"] is True
    assert "fill" not in first
    await ann.sync()
    assert len(ann.rows("branch")) == 1703
    await world.agree(ann)


async def test_work_goes_on_between_pages(world: World) -> None:
    """Records that change while an audience fills are neither lost nor stale at the end."""
    await many_branches(world, 1500)
    bob = await world.phone("bob")
    mine = bob.start()
    await bob.sync()
    ann = await world.phone("ann", synced=False)
    await ann.turn()
    assert not ann.quiet
    bob.edit("inspection", mine, {"remark": "changed meanwhile"})
    other = bob.start("south")
    await bob.sync()
    own = ann.start("east")
    await world.move("more 3", "county2")
    await ann.sync()
    assert ann.row("inspection", mine)["remark"] == "changed meanwhile"
    assert ann.has("inspection", other)
    assert ann.has("inspection", own)
    assert not ann.has("branch", named("more 3"))
    await world.agree(ann)


async def test_revoke_in_the_middle_of_a_fill(world: World) -> None:
    await many_branches(world, 1500)
    ann = await world.phone("ann", synced=False)
    await ann.turn()
    await world.grant("ann", ("inspector", "east"))
    await ann.sync()
    assert {row["id"] for row in ann.rows("branch")} == {named("east")}
    await world.agree(ann)


async def test_revoke_of_many_comes_in_pages(world: World) -> None:
    await many_branches(world, 1500)
    ann = await world.phone("ann")
    await world.grant("ann", ("inspector", "east"))
    await ann.sync()
    assert {row["id"] for row in ann.rows("branch")} == {named("east")}
    await world.agree(ann)


async def test_doubled_fill_page_does_no_harm(world: World) -> None:
    await many_branches(world, 1500)
    ann = await world.phone("ann", synced=False)
    request = ann.request()
    one = await ann.send(request)
    two = await ann.send(request)
    ann.take(request, one)
    await ann.turn()
    ann.take(request, two)
    await ann.sync()
    await world.agree(ann)


async def test_lost_fill_page_is_asked_again(world: World) -> None:
    await many_branches(world, 1500)
    ann = await world.phone("ann", synced=False)
    while not ann.quiet:
        await ann.send(ann.request())  # lost
        await ann.turn()
    await world.agree(ann)


@pytest.mark.parametrize("mark", ["", "nonsense", "999999", "null", "{}", "é" * 300])
async def test_fill_mark_that_is_none(world: World, mark: str) -> None:
    """Opaque to the phone, and no way to a failure: refused as a whole, or filled from the start."""
    ann = await world.phone("ann")
    audience = f"unit:{named('city1')}:inspector"
    response = await ann.send(ann.request(fill={audience: mark}))
    assert response.status_code in (200, 400)


async def test_audiences_that_are_not_granted(world: World) -> None:
    inspection, _ = await draft(world)
    zoe = await world.phone("zoe")
    stranger = f"unit:{named('city1')}:supervisor"
    for extra in (
        {"audiences": [*zoe.cache.audiences, stranger]},
        {"hold": [stranger, "everyone"]},
        {"audiences": [stranger], "cursor": 0},
        {"fill": {stranger: ""}},
        {"audiences": ["nonsense"]},
    ):
        request = zoe.request(**extra)
        response = await zoe.send(request)
        assert inspection not in response.text, extra
        assert response.status_code in (200, 400)


# -- hold


async def test_hold_a_part(world: World) -> None:
    inspection, _, _ = await submitted(world)
    desk = await world.phone("sam", synced=False)
    desk.hold = ["everyone", f"person:{desk.person}"]
    await desk.sync()
    assert set(desk.cache.audiences) == set(desk.hold)
    assert desk.rows("standard")
    assert not desk.rows("inspection")
    assert not desk.rows("branch")
    desk.hold = None
    await desk.sync()
    assert desk.has("inspection", inspection)
    await world.agree(desk)
    desk.hold = ["everyone"]
    await desk.sync()
    assert not desk.rows("inspection")
    assert desk.rows("standard")


async def test_acts_on_what_is_not_held(world: World) -> None:
    inspection, _, _ = await submitted(world)
    desk = await world.phone("sam", synced=False)
    desk.hold = ["everyone", f"person:{desk.person}"]
    await desk.sync()
    answer = await desk.http.get(f"/api/inspections/{inspection}")
    n = desk.act("inspection", inspection, "approve", seen=answer.json()["cursor"])
    assert await desk.fate(n) == "applied"


# -- the window


async def test_fill_sends_open_records_and_recent_ones(world: World) -> None:
    old, _, _ = await approved(world)
    ann = await world.phone("ann")
    open_ = ann.start("south")
    ann.check(open_, "A-1.a", PASS)
    await ann.sync()
    world.clock.advance(100 * DAY)
    fresh = await world.phone("ann")
    assert fresh.has("inspection", open_)
    assert fresh.has("finding", finding_id(open_, "A-1"))
    assert fresh.has("branch", named("north"))
    assert fresh.has("standard", named("standard"))
    assert not fresh.has("inspection", old)
    assert not [row for row in fresh.rows("finding") if row["inspection"] == old]


async def test_fill_sends_what_was_decided_within_ninety_days(world: World) -> None:
    old, _, _ = await approved(world)
    world.clock.advance(80 * DAY)
    fresh = await world.phone("ann")
    assert fresh.has("inspection", old)


# -- same


async def test_own_edits_come_back_as_same(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    n = ann.check(inspection, "A-1.a", FAIL)
    reply = await ann.turn()
    finding = finding_id(inspection, "A-1")
    assert [pointer[:2] for pointer in reply["same"]] == [["finding", finding]]
    assert "rows" not in reply
    assert ann.finding(inspection)["by"]["checks.A-1.a"] == [[ann.device, n]]
    await world.agree(ann, bob)


async def test_a_creation_is_never_same(world: World) -> None:
    ann = await world.phone("ann")
    ann.start()
    reply = await ann.turn()
    assert "same" not in reply
    assert reply["rows"]["inspection"]


async def test_not_same_when_somebody_else_changed_it_too(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    bob.check(inspection, "A-1.b", FAIL)
    await bob.sync()
    ann.check(inspection, "A-1.a", FAIL)
    reply = await ann.turn()
    assert "same" not in reply
    assert reply["rows"]["finding"]
    await world.agree(ann, bob)


async def test_not_same_after_an_own_act(world: World) -> None:
    inspection, (ann,) = await draft(world)
    ann.edit("inspection", inspection, {"remark": "x"})
    ann.do(inspection, "submit")
    reply = await ann.turn()
    assert "same" not in reply
    await world.agree(ann)


async def test_same_after_a_lost_reply(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    ann.check(inspection, "A-1.a", FAIL)
    await ann.send(ann.request())
    ann.check(inspection, "A-1.b", FAIL)
    await ann.sync()
    await bob.sync()
    assert ann.finding(inspection)["checks"] == bob.finding(inspection)["checks"]
    await world.agree(ann, bob)


async def test_quiet_when_there_is_nothing_to_say(world: World) -> None:
    ann = await world.phone("ann")
    reply: dict[str, Any] = await ann.turn()
    assert set(reply) - {"more"} == {"v", "epoch", "ack", "cursor", "time"}


async def test_what_nobody_of_mine_did_does_not_reach_me(world: World) -> None:
    zoe: Hand = await world.phone("zoe")
    await draft(world)
    reply = await zoe.turn()
    assert "rows" not in reply
