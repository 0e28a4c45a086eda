"""Rights that move while a phone is offline with work in hand (protocol §3, §5): nothing of it is lost, and nothing of
what was lost stays."""

import pytest

from tests.server.protocol.gestures import FAIL, PASS, Hand
from tests.server.protocol.seed import HOUR, named
from tests.server.protocol.stories import draft
from tests.server.protocol.world import World


async def in_hand(phone: Hand, inspection: str) -> tuple[str, list[int]]:
    """Work of every kind in an inspection that is there, and one begun now; the new one's id and the changes."""
    first = phone.out.next
    phone.check(inspection, "A-1.a", FAIL)
    phone.photo(inspection)
    phone.note(inspection, "A-1", "on the way")
    new = phone.start()
    phone.check(new, "A-1.a", PASS)
    return new, list(range(first, phone.out.next))


async def test_a_branch_that_moves_away_with_work_in_hand(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    begun, work = await in_hand(bob, inspection)
    world.clock.advance(HOUR)
    await world.move("north", "county2")
    await bob.sync()
    assert {bob.said(n) for n in work} == {"held out_of_scope"}
    assert not bob.has("inspection", inspection)
    assert not bob.has("branch", named("north"))
    assert not bob.rows("finding")
    zed = await world.phone("zed")
    assert zed.answer(inspection, "A-1.a")["result"] == "pass"
    assert not zed.has("inspection", begun)
    await ann.sync()
    await world.agree(ann, bob, zed)


async def test_a_right_that_follows_the_branch_takes_the_work_along(world: World) -> None:
    inspection, (bob,) = await draft(world)
    begun, work = await in_hand(bob, inspection)
    world.clock.advance(HOUR)
    await world.move("north", "county2")
    await world.grant(world.logins[bob.person], ("inspector", "city1"), ("inspector", "county2"))
    await bob.sync()
    assert {bob.said(n) for n in work} == {"applied"}
    assert bob.has("inspection", begun)
    assert bob.has("branch", named("far")), "what else the new right shows is filled"
    zed = await world.phone("zed")
    assert zed.answer(inspection, "A-1.a")["result"] == "fail"
    await world.agree(bob, zed)


async def test_a_right_withdrawn_and_given_back_before_the_phone_was_heard(world: World) -> None:
    inspection, (_, bob) = await draft(world, "bob")
    _, work = await in_hand(bob, inspection)
    await world.grant("bob", ("inspector", "city2"))
    world.clock.advance(HOUR)
    await world.grant("bob", ("inspector", "city1"))
    await bob.sync()
    assert {bob.said(n) for n in work} == {"applied"}
    await world.agree(bob)


async def test_who_reads_by_the_branch_itself_moves_along(world: World) -> None:
    _, (ann,) = await draft(world)
    mara, kim = await world.team("mara", "kim")
    before = {row["id"] for row in kim.rows("branch")}
    await world.move("north", "county2")
    for phone in (mara, kim):
        await phone.sync()
    assert {row["id"] for row in kim.rows("branch")} == before == {named("north")}
    assert mara.row("branch", named("north"))["unit"] == named("county2")
    await world.agree(mara, kim, ann)


@pytest.mark.parametrize("back", [True, False])
async def test_held_work_of_a_branch_that_moved_waits_at_its_new_desk(world: World, back: bool) -> None:
    """Who answers for the branch now decides; moved back, the old desk does."""
    inspection, (_, bob) = await draft(world, "bob")
    bob.check(inspection, "A-1.a", FAIL)
    world.clock.advance(HOUR)
    await world.move("north", "county2")
    await bob.sync()
    if back:
        await world.move("north", "county1")
    desks = {}
    for login in ("sue", "zed"):
        phone = await world.phone(login)
        answer = await phone.http.get("/api/held")
        assert answer.status_code == 200, answer.text
        desks[login] = inspection in answer.text
    assert desks == {"sue": back, "zed": not back}
