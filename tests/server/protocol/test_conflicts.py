"""Protocol §6: judgements that differ stay side by side until a person settles them."""

from itertools import permutations
from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, NA, PASS, finding_id
from tests.server.protocol.seed import DAY
from tests.server.protocol.stories import all_sync, shared
from tests.server.protocol.world import World

A1A = "checks.A-1.a"


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
