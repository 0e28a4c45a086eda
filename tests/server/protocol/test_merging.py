"""Protocol §6: heads, effective time, policies, and conflicts that people settle."""

from itertools import permutations
from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, NA, PASS, finding_id
from tests.server.protocol.seed import DAY
from tests.server.protocol.stories import all_sync, shared
from tests.server.protocol.world import World

A1A = "checks.A-1.a"


# -- judged


async def test_different_judgements_open_a_conflict(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    first = ann.check(inspection, "A-1.a", PASS)
    at_first = ann.now()
    world.clock.advance(1000)
    second = bob.check(inspection, "A-1.a", {"result": "fail", "count": 2})
    at_second = bob.now()
    await all_sync(ann, bob)
    assert ann.said(first) == "applied"
    assert bob.out.results[second] == {
        "n": second, "outcome": "conflict", "code": "concurrent_edit", "field": A1A,
    }  # fmt: skip
    row = ann.finding(inspection)
    assert row["checks"]["A-1.a"] == {"result": "fail", "count": 2}, "the plain field holds the provisional winner"
    assert row["by"][A1A] == [[bob.device, second]]
    assert sorted(row["open"][A1A], key=lambda side: side["at"]) == [
        {"value": PASS, "by": [ann.device, first], "person": ann.person, "at": at_first},
        {"value": {"result": "fail", "count": 2}, "by": [bob.device, second], "person": bob.person, "at": at_second},
    ]
    await world.agree(ann, bob)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (PASS, FAIL), (PASS, NA), (FAIL, {"result": "fail", "count": 2}), (PASS, {"result": "todo"}),
        ({"result": "fail", "count": 2}, {"result": "fail", "count": 3}),
    ],
)  # fmt: skip
async def test_what_is_different(world: World, one: dict[str, Any], two: dict[str, Any]) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.check(inspection, "A-1.a", one)
    n = bob.check(inspection, "A-1.a", two)
    await all_sync(ann, bob)
    assert bob.said(n) == "conflict concurrent_edit"
    assert len(ann.finding(inspection)["open"][A1A]) == 2


@pytest.mark.parametrize(
    ("one", "two"),
    [(PASS, PASS), (FAIL, FAIL), (PASS, {**PASS, "bulk": True}), ({**PASS, "bulk": True}, {**PASS, "bulk": False})],
)
async def test_equal_judgements_are_no_conflict(world: World, one: dict[str, Any], two: dict[str, Any]) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    first = ann.check(inspection, "A-1.a", one)
    second = bob.check(inspection, "A-1.a", two)
    await all_sync(ann, bob)
    assert bob.said(second) == "applied"
    row = ann.finding(inspection)
    assert "open" not in row
    assert sorted(row["by"][A1A]) == sorted([[ann.device, first], [bob.device, second]]), "heads equal to the winner"
    await world.agree(ann, bob)


async def test_different_checks_of_one_item_merge(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.check(inspection, "A-1.a", PASS)
    bob.check(inspection, "A-1.b", FAIL)
    await all_sync(ann, bob)
    assert ann.finding(inspection)["checks"] == bob.finding(inspection)["checks"] == {"A-1.a": PASS, "A-1.b": FAIL}


async def test_edit_that_saw_the_value_beats_it(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.check(inspection, "A-1.a", PASS)
    await all_sync(ann, bob)
    n = bob.check(inspection, "A-1.a", FAIL)
    await all_sync(bob, ann)
    assert bob.said(n) == "applied"
    assert ann.answer(inspection, "A-1.a") == FAIL
    assert ann.finding(inspection)["by"][A1A] == [[bob.device, n]]


async def test_equal_heads_are_both_seen_by_the_next_edit(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.check(inspection, "A-1.a", PASS)
    bob.check(inspection, "A-1.a", PASS)
    await all_sync(ann, bob)
    n = ann.check(inspection, "A-1.a", FAIL)
    await all_sync(ann, bob)
    assert ann.said(n) == "applied"
    assert "open" not in bob.finding(inspection)
    assert bob.answer(inspection, "A-1.a") == FAIL


async def test_conflict_closes_by_itself_when_values_become_equal(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    mine = ann.check(inspection, "A-1.a", PASS)
    bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    # ann corrects herself before she has seen bob's.
    n = ann.edit("finding", finding_id(inspection, "A-1"), {A1A: FAIL}, bases={A1A: [[ann.device, mine]]})
    await all_sync(ann, bob)
    assert ann.said(n) == "applied"
    assert "open" not in bob.finding(inspection)
    assert "open" not in ann.finding(inspection)
    await world.agree(ann, bob)


async def test_third_person_settles_with_several_bases(world: World) -> None:
    inspection, (ann, bob, carl) = await shared(world, "bob", "carl")
    ann.check(inspection, "A-1.a", PASS)
    bob.check(inspection, "A-1.a", FAIL)
    await all_sync(ann, bob, carl)
    n = carl.settle("finding", finding_id(inspection, "A-1"), A1A, FAIL)
    await all_sync(carl, ann, bob)
    assert carl.said(n) == "applied"
    for phone in (ann, bob, carl):
        assert "open" not in phone.finding(inspection)
        assert phone.finding(inspection)["by"][A1A] == [[carl.device, n]]
    await world.agree(ann, bob, carl)


async def test_naming_only_the_winner_leaves_it_open(world: World) -> None:
    inspection, (ann, bob, carl) = await shared(world, "bob", "carl")
    ann.check(inspection, "A-1.a", PASS)
    bob.check(inspection, "A-1.a", FAIL)
    await all_sync(ann, bob, carl)
    n = carl.check(inspection, "A-1.a", NA)
    await all_sync(carl, ann, bob)
    assert carl.said(n) == "conflict concurrent_edit"
    values = [side["value"] for side in ann.finding(inspection)["open"][A1A]]
    assert len(values) == 2
    assert NA in values
    await world.agree(ann, bob, carl)


async def test_three_sides(world: World) -> None:
    inspection, (ann, bob, carl) = await shared(world, "bob", "carl")
    for phone, answer in ((ann, PASS), (bob, FAIL), (carl, NA)):
        phone.check(inspection, "A-1.a", answer)
    await all_sync(ann, bob, carl)
    assert len(ann.finding(inspection)["open"][A1A]) == 3


async def test_author_of_a_side_cannot_pick_it(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.check(inspection, "A-1.a", PASS)
    bob.check(inspection, "A-1.a", FAIL)
    await all_sync(ann, bob)
    finding = finding_id(inspection, "A-1")
    own = ann.settle("finding", finding, A1A, PASS)
    third = ann.settle("finding", finding, A1A, NA)
    await ann.sync()
    assert ann.said(own) == "refused own_judgement"
    assert ann.said(third) == "refused own_judgement"
    assert "open" in ann.finding(inspection)


async def test_author_of_a_side_may_yield(world: World) -> None:
    inspection, (ann, bob) = await shared(world, "bob")
    ann.check(inspection, "A-1.a", PASS)
    bob.check(inspection, "A-1.a", FAIL)
    await all_sync(ann, bob)
    n = ann.settle("finding", finding_id(inspection, "A-1"), A1A, FAIL)
    await all_sync(ann, bob)
    assert ann.said(n) == "applied"
    assert "open" not in bob.finding(inspection)


async def test_author_of_all_sides_may_pick(world: World) -> None:
    inspection, (ann, tablet) = await shared(world, "ann")
    ann.check(inspection, "A-1.a", PASS)
    tablet.check(inspection, "A-1.a", FAIL)
    await all_sync(ann, tablet)
    assert "open" in ann.finding(inspection)
    n = ann.settle("finding", finding_id(inspection, "A-1"), A1A, PASS)
    await all_sync(ann, tablet)
    assert ann.said(n) == "applied"
    assert "open" not in tablet.finding(inspection)


async def test_two_people_settle_at_once(world: World) -> None:
    inspection, (ann, bob, carl, both) = await shared(world, "bob", "carl", "both")
    ann.check(inspection, "A-1.a", PASS)
    bob.check(inspection, "A-1.a", FAIL)
    await all_sync(ann, bob, carl, both)
    carl.settle("finding", finding_id(inspection, "A-1"), A1A, PASS)
    n = both.settle("finding", finding_id(inspection, "A-1"), A1A, FAIL)
    await all_sync(carl, both)
    assert both.said(n) == "conflict concurrent_edit"
    sides = carl.finding(inspection)["open"][A1A]
    assert {side["person"] for side in sides} == {carl.person, both.person}, "what both had seen is gone"


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_heads_do_not_depend_on_the_order_of_arrival(world: World, order: tuple[int, ...]) -> None:
    inspection, phones = await shared(world, "bob", "carl", skews=(0, 300 * DAY, -300 * DAY))
    for phone, answer in zip(phones, (PASS, FAIL, PASS), strict=True):
        world.clock.advance(1000)
        phone.check(inspection, "A-1.a", answer)
    world.clock.advance(5000)
    for place in order:
        await phones[place].turn()
    await all_sync(*phones)
    row = phones[0].finding(inspection)
    assert row["checks"]["A-1.a"] == PASS
    assert {side["person"] for side in row["open"][A1A]} == {phone.person for phone in phones}
    assert sorted(row["by"][A1A]) == sorted(
        [[phones[0].device, phones[0].out.next - 1], [phones[2].device, phones[2].out.next - 1]]
    )


async def test_named_before_it_arrives(world: World) -> None:
    """A change is remembered as naming those not yet here; one that is already named is superseded."""
    inspection, (ann, bob) = await shared(world, "bob")
    unsent = ann.check(inspection, "A-1.a", PASS)
    n = bob.check(inspection, "A-1.a", FAIL, bases={A1A: [[ann.device, unsent]]})
    await bob.sync()
    world.clock.advance(1000)
    await all_sync(ann, bob)
    assert bob.said(n) == "applied"
    assert ann.outcome(unsent) == "superseded"
    assert bob.answer(inspection, "A-1.a") == ann.answer(inspection, "A-1.a") == FAIL
    assert "open" not in bob.finding(inspection)


# -- edit


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
