"""Protocol §6: of plain values one stands: heads, effective time, and what was seen."""

import pytest

from tests.server.protocol.gestures import FAIL, PASS, finding_id
from tests.server.protocol.seed import DAY
from tests.server.protocol.stories import all_sync, shared
from tests.server.protocol.world import World

A1A = "checks.A-1.a"


async def test_later_edit_stands(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.edit("inspection", inspection, {"remark": "earlier"})
    world.clock.advance(1000)
    n = bob.edit("inspection", inspection, {"remark": "later"})
    await all_sync(ann, bob)
    assert bob.said(n) == "applied"
    assert ann.row("inspection", inspection)["remark"] == "later"
    assert "open" not in ann.row("inspection", inspection)


async def test_earlier_edit_that_arrives_later_is_superseded(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    n = ann.edit("inspection", inspection, {"remark": "earlier"})
    world.clock.advance(1000)
    bob.edit("inspection", inspection, {"remark": "later"})
    await all_sync(bob, ann)
    assert ann.outcome(n) == "superseded"
    assert ann.row("inspection", inspection)["remark"] == "later"
    await world.agree(ann, bob)


@pytest.mark.parametrize("skews", [(400 * DAY, -400 * DAY), (-400 * DAY, 400 * DAY), (0, 400 * DAY)])
@pytest.mark.parametrize("later_first", [True, False])
async def test_constant_skew_cancels(world: World, skews: tuple[int, int], later_first: bool) -> None:
    inspection, (ann, bob) = await shared(world, "bob", skews=(skews[0], skews[1]))
    ann.edit("inspection", inspection, {"remark": "earlier"})
    world.clock.advance(60_000)
    bob.edit("inspection", inspection, {"remark": "later"})
    world.clock.advance(60_000)
    await all_sync(*((bob, ann) if later_first else (ann, bob)))
    assert ann.row("inspection", inspection)["remark"] == "later"


async def test_delayed_retry_keeps_the_time_of_the_gesture(world: World) -> None:
    """`sent` is stamped anew on every try: a request that was lost for a day must not look a day younger."""
    inspection, (ann, bob) = await shared(world, "bob", skews=(-400 * DAY, 0))
    ann.edit("inspection", inspection, {"remark": "earlier"})
    ann.request()  # never arrives
    world.clock.advance(DAY)
    bob.edit("inspection", inspection, {"remark": "later"})
    await all_sync(bob, ann)
    assert ann.row("inspection", inspection)["remark"] == "later"


async def test_nothing_is_later_than_its_receipt(world: World) -> None:
    """A clock that was set back between gesture and sending."""
    inspection, (ann, bob) = await shared(world, "bob")
    ann.edit("inspection", inspection, {"remark": "from the future"}, at=ann.now() + 100 * DAY)
    await ann.sync()
    world.clock.advance(1000)
    n = bob.edit("inspection", inspection, {"remark": "after that"})
    await all_sync(bob, ann)
    assert bob.said(n) == "applied"
    assert ann.row("inspection", inspection)["remark"] == "after that"


async def test_effective_time_is_after_what_was_seen(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.edit("inspection", inspection, {"remark": "seen"})
    await all_sync(ann, bob)
    n = bob.edit("inspection", inspection, {"remark": "answer"}, at=bob.now() - 300 * DAY)
    await all_sync(bob, ann)
    assert bob.said(n) == "applied"
    assert ann.row("inspection", inspection)["remark"] == "answer"


async def test_unknown_base_has_no_effect_on_the_time(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.edit("inspection", inspection, {"remark": "earlier"}, bases={"remark": [[900_000, 5]]})
    world.clock.advance(1000)
    bob.edit("inspection", inspection, {"remark": "later"})
    await all_sync(bob, ann)
    assert ann.row("inspection", inspection)["remark"] == "later"


async def test_own_edits_in_a_row(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    for number in range(5):
        n = ann.edit("inspection", inspection, {"remark": str(number)})
    await ann.sync()
    assert not ann.out.results
    assert ann.row("inspection", inspection)["remark"] == "4"
    assert ann.row("inspection", inspection)["by"]["remark"] == [[ann.device, n]]


async def test_own_edits_in_a_row_with_a_clock_going_backwards(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.edit("inspection", inspection, {"remark": "one"})
    ann.skew = -30 * DAY
    ann.edit("inspection", inspection, {"remark": "two"})
    await ann.sync()
    assert ann.row("inspection", inspection)["remark"] == "two"


async def test_an_edit_over_a_refused_one_beats_what_that_had_seen(world: World) -> None:
    """The clock jumps before it is sent, so that it counts as made a day ago; and yet its author saw the other."""
    inspection, (ann, bob) = await shared(world, "bob")
    ann.check(inspection, "A-1.a", PASS)
    await all_sync(ann, bob)
    finding = finding_id(inspection, "A-1")
    refused = ann.edit("finding", finding, {A1A: {"result": "perhaps"}})
    n = ann.check(inspection, "A-1.a", FAIL)
    ann.skew += DAY
    await all_sync(ann, bob)
    assert ann.said(refused) == "refused bad_value"
    assert ann.said(n) == "applied"
    for phone in (ann, bob):
        assert phone.answer(inspection, "A-1.a") == FAIL
        assert phone.finding(inspection)["by"][A1A] == [[ann.device, n]]
        assert "open" not in phone.finding(inspection)


async def test_a_beaten_word_stands_again_when_what_beat_it_turns_out_to_have_been_seen(world: World) -> None:
    """Ann wrote over bob's last word; a restored server hears of that first, then of his two by a clock gone wrong."""
    inspection, (ann, bob) = await shared(world, "bob")
    first = bob.edit("inspection", inspection, {"remark": "first"})
    second = bob.edit("inspection", inspection, {"remark": "second"})
    n = ann.edit("inspection", inspection, {"remark": "last"}, bases={"remark": [[bob.device, second]]})
    world.clock.advance(60_000)
    bob.skew -= DAY
    await all_sync(ann, bob, ann)
    assert (bob.said(first), bob.outcome(second)) == ("applied", "superseded")
    assert ann.row("inspection", inspection)["by"]["remark"] == [[ann.device, n]]
    await world.agree(ann, bob)


async def test_who_named_each_other_leave_nothing_standing_and_the_work_goes_on(world: World) -> None:
    """No phone of ours does that: two who claim to have seen each other. It is answered, and the next word stands."""
    inspection, (ann, bob) = await shared(world, "bob")
    one, other = {"remark": [[bob.device, bob.out.next]]}, {"remark": [[ann.device, ann.out.next]]}
    ann.edit("inspection", inspection, {"remark": "a"}, bases=one)
    n = bob.edit("inspection", inspection, {"remark": "b"}, bases=other)
    await all_sync(ann, bob)
    assert bob.outcome(n) == "superseded"
    bob.edit("inspection", inspection, {"remark": "c"}, bases={"remark": []})
    await all_sync(bob, ann)
    assert ann.row("inspection", inspection)["remark"] == "c"
    await world.agree(ann, bob)
