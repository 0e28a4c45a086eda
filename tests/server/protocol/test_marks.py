"""records.md: what is drawn over a photo, by whom and how long, and a picture that is asked for."""

from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.seed import named
from tests.server.protocol.stories import all_sync, draft, submitted
from tests.server.protocol.test_late import settle_late
from tests.server.protocol.world import World

Marks = list[dict[str, Any]]
CIRCLE: Marks = [{"shape": "circle", "box": [100, 100, 3000, 2000]}]
ARROW: Marks = [{"shape": "arrow", "box": [9000, 9000, 10, 0]}]
FACE: Marks = [{"shape": "blur", "box": [4000, 1000, 6000, 3000]}]
WORD: Marks = [{"shape": "text", "box": [1, 1, 1, 1], "text": "这里"}]


def draw(hand: Hand, photo: str, marks: Marks | None, **extra: Any) -> int:
    return hand.edit("photo", photo, {"markup": marks}, **extra)


async def with_photo(world: World, *members: str) -> tuple[str, str, list[Hand]]:
    """ann's draft, complete, with a photo of hers that everybody has seen."""
    inspection, phones = await draft(world, *members)
    photo = phones[0].photo(inspection)
    await all_sync(*phones)
    return inspection, photo, phones


# -- marks


async def test_marks_reach_everybody_as_they_were_drawn(world: World) -> None:
    _, photo, (ann, bob) = await with_photo(world, "bob")
    assert ann.row("photo", photo)["markup"] is None
    assert await ann.fate(draw(ann, photo, [*CIRCLE, *ARROW, *WORD, *FACE])) == "applied"
    sue = await world.phone("sue")
    await bob.sync()
    for hand in (ann, bob, sue):
        assert hand.row("photo", photo)["markup"] == [*CIRCLE, *ARROW, *WORD, *FACE]
    assert await ann.fate(draw(ann, photo, None)) == "applied"
    await world.agree(ann, bob, sue)


async def test_a_photo_may_come_with_marks(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection, markup=FACE)
    await ann.sync()
    assert ann.row("photo", photo)["markup"] == FACE


async def test_members_and_the_lead_draw_over_each_others_photos(world: World) -> None:
    inspection, photo, (ann, bob) = await with_photo(world, "bob")
    assert await bob.fate(draw(bob, photo, CIRCLE)) == "applied"
    theirs = bob.photo(inspection)
    await bob.sync()
    await ann.sync()
    assert await ann.fate(draw(ann, theirs, ARROW)) == "applied"


async def test_who_is_shown_it_covered_uncovers_nothing(world: World) -> None:
    _, photo, (ann, bob) = await with_photo(world, "bob")
    await ann.fate(draw(ann, photo, FACE))
    await bob.sync()
    larger = [{"shape": "blur", "box": [3900, 900, 6100, 3000]}]
    assert await bob.fate(draw(bob, photo, [*CIRCLE, *FACE])) == "applied"
    assert await bob.fate(draw(bob, photo, larger)) == "applied"
    for fewer in (FACE, CIRCLE, [], None):
        assert await bob.fate(draw(bob, photo, fewer)) == "refused not_allowed"
    sue = await world.phone("sue")
    assert await sue.fate(draw(sue, photo, CIRCLE)) == "applied"
    await ann.sync()
    assert await ann.fate(draw(ann, photo, None)) == "applied"


@pytest.mark.parametrize(
    ("login", "fate"), [("carl", "unknown_record"), ("mara", "unknown_record"), ("zed", "unknown_record")]
)
async def test_marks_by_who_may_not(world: World, login: str, fate: str) -> None:
    _, photo, _ = await with_photo(world)
    other = await world.phone(login)
    assert await other.fate(draw(other, photo, CIRCLE)) == f"refused {fate}"


async def test_the_branch_draws_over_nothing_it_is_shown(world: World) -> None:
    inspection, photo, (ann,) = await with_photo(world)
    ann.do(inspection, "submit")
    await ann.sync()
    mara = await world.phone("mara")
    assert await mara.fate(draw(mara, photo, CIRCLE)) == "refused not_allowed"


async def test_only_marks_are_anybodys_but_the_authors(world: World) -> None:
    _, photo, (_, bob) = await with_photo(world, "bob")
    n = bob.edit("photo", photo, {"markup": CIRCLE, "check": "A-1.a"})
    assert await bob.fate(n) == "refused not_allowed"


async def test_after_submission_a_supervisor_draws_and_after_the_decision_nobody(world: World) -> None:
    inspection, photo, (ann,) = await with_photo(world)
    ann.do(inspection, "submit")
    await ann.sync()
    assert await ann.fate(draw(ann, photo, CIRCLE)) == "refused locked"
    sue = await world.phone("sue")
    assert await sue.fate(draw(sue, photo, CIRCLE)) == "applied"
    await world.store(photo)
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"
    await ann.sync()
    for hand in (ann, sue):
        assert await hand.fate(draw(hand, photo, FACE)) == "refused locked"
    await world.agree(ann, sue)


async def test_on_a_returned_item_its_author_draws_again(world: World) -> None:
    inspection, photo, (ann,) = await with_photo(world)
    ann.do(inspection, "submit")
    await ann.sync()
    sue = await world.phone("sue")
    sue.do(inspection, "return_items", items={"A-1": "mark where it is"})
    await sue.sync()
    await ann.sync()
    assert await ann.fate(draw(ann, photo, CIRCLE)) == "applied"


async def test_two_who_draw_offline_do_not_clash_and_the_later_stands(world: World) -> None:
    _, photo, (ann, bob) = await with_photo(world, "bob")
    draw(ann, photo, CIRCLE)
    world.clock.advance(60_000)
    draw(bob, photo, ARROW)
    await bob.sync()
    n = ann.out.next - 1
    await ann.sync()
    assert ann.outcome(n) == "superseded"
    await bob.sync()
    for hand in (ann, bob):
        assert hand.row("photo", photo)["markup"] == ARROW
        assert "open" not in hand.row("photo", photo)
    await world.agree(ann, bob)


@pytest.mark.parametrize("stale", ["ann", "bob"])
async def test_a_cover_outlasts_what_is_drawn_by_who_had_not_seen_it(world: World, stale: str) -> None:
    _, photo, (ann, bob) = await with_photo(world, "bob")
    sue = await world.phone("sue")
    assert await sue.fate(draw(sue, photo, FACE)) == "applied"
    world.clock.advance(60_000)
    hand = {"ann": ann, "bob": bob}[stale]
    assert await hand.fate(draw(hand, photo, CIRCLE)) == "applied"
    assert hand.row("photo", photo)["markup"] == [*FACE, *CIRCLE], "its phone is told of more than it sent"
    assert await hand.fate(draw(hand, photo, [*FACE, *ARROW])) == "applied"
    await all_sync(ann, bob, sue)
    assert bob.row("photo", photo)["markup"] == [*FACE, *ARROW]
    assert await bob.fate(draw(bob, photo, ARROW)) == "refused not_allowed"
    assert await ann.fate(draw(ann, photo, ARROW)) == "applied"
    await all_sync(bob, sue)
    assert sue.row("photo", photo)["markup"] == ARROW, "who has seen it takes it away"
    await world.agree(ann, bob, sue)


async def test_a_cover_over_marks_both_had_seen_outlasts_a_later_word_about_these(world: World) -> None:
    _, photo, (ann, bob) = await with_photo(world, "bob")
    await ann.fate(draw(ann, photo, CIRCLE))
    sue = await world.phone("sue")
    await bob.sync()
    await sue.fate(draw(sue, photo, [*CIRCLE, *FACE]))
    world.clock.advance(60_000)
    assert await bob.fate(draw(bob, photo, None)) == "applied"
    await all_sync(ann, sue)
    assert ann.row("photo", photo)["markup"] == FACE
    await world.agree(ann, bob, sue)


async def test_a_cover_that_comes_too_late_to_stand_covers_all_the_same(world: World) -> None:
    _, photo, (ann, bob) = await with_photo(world, "bob")
    n = draw(ann, photo, FACE)
    world.clock.advance(60_000)
    draw(bob, photo, CIRCLE)
    await bob.sync()
    assert await ann.fate(n) == "superseded"
    await bob.sync()
    for hand in (ann, bob):
        assert hand.row("photo", photo)["markup"] == [*FACE, *CIRCLE]
    assert await bob.fate(draw(bob, photo, CIRCLE)) == "refused not_allowed"
    assert await bob.fate(draw(bob, photo, [*FACE, *ARROW])) == "applied"
    await ann.sync()
    assert await ann.fate(draw(ann, photo, None)) == "applied"
    await bob.sync()
    assert bob.row("photo", photo)["markup"] is None
    await world.agree(ann, bob)


async def test_who_only_covers_takes_no_drawing_away_it_had_not_seen(world: World) -> None:
    _, photo, (ann, bob) = await with_photo(world, "bob")
    draw(bob, photo, CIRCLE)
    world.clock.advance(60_000)
    assert await ann.fate(draw(ann, photo, FACE)) == "applied"
    await all_sync(bob, ann)
    for hand in (ann, bob):
        assert hand.row("photo", photo)["markup"] == [*FACE, *CIRCLE]
    assert await bob.fate(draw(bob, photo, FACE)) == "applied"
    await ann.sync()
    assert ann.row("photo", photo)["markup"] == FACE
    await world.agree(ann, bob)


async def test_where_there_is_no_room_covers_go_before_what_is_drawn(world: World) -> None:
    _, photo, (ann,) = await with_photo(world)
    sue = await world.phone("sue")
    await sue.fate(draw(sue, photo, FACE))
    world.clock.advance(60_000)
    assert await ann.fate(draw(ann, photo, CIRCLE * 40)) == "applied"
    assert ann.row("photo", photo)["markup"] == [*FACE, *CIRCLE * 39]
    await sue.sync()
    await world.agree(ann, sue)


async def test_late_marks_are_taken_in_beside_a_cover_their_author_had_not_seen(world: World) -> None:
    inspection, photo, (ann, bob) = await with_photo(world, "bob")
    ann.do(inspection, "submit")
    await ann.sync()
    n = draw(bob, photo, CIRCLE)
    assert await bob.fate(n) == "held late_evidence"
    sue = await world.phone("sue")
    world.clock.advance(60_000)
    assert await sue.fate(draw(sue, photo, FACE)) == "applied"
    assert await sue.fate(settle_late(sue, inspection, [bob.device, n], take=True)) == "applied"
    await bob.sync()
    for hand in (bob, sue):
        assert hand.row("photo", photo)["markup"] == [*FACE, *CIRCLE]
    await world.agree(bob, sue)


async def test_late_marks_uncover_nothing_their_author_had_seen_covered(world: World) -> None:
    inspection, photo, (ann, bob) = await with_photo(world, "bob")
    await ann.fate(draw(ann, photo, FACE))
    await bob.sync()
    ann.do(inspection, "submit")
    await ann.sync()
    n = draw(bob, photo, CIRCLE)
    assert await bob.fate(n) == "held late_evidence"
    sue = await world.phone("sue")
    assert await sue.fate(settle_late(sue, inspection, [bob.device, n], take=True)) == "refused not_allowed"
    assert sue.row("photo", photo)["markup"] == FACE


async def test_marks_of_before_a_submission_was_seen_are_held_and_may_be_taken_in(world: World) -> None:
    inspection, photo, (ann, bob) = await with_photo(world, "bob")
    ann.do(inspection, "submit")
    await ann.sync()
    n = draw(bob, photo, CIRCLE)
    assert await bob.fate(n) == "held late_evidence"
    sue = await world.phone("sue")
    assert sue.row("photo", photo)["markup"] is None
    assert await sue.fate(settle_late(sue, inspection, [bob.device, n], take=True)) == "applied"
    assert sue.row("photo", photo)["markup"] == CIRCLE


async def test_marks_of_another_make_a_reviewers_view_stale_and_an_arrival_does_not(world: World) -> None:
    inspection, photo, (ann,) = await with_photo(world)
    ann.do(inspection, "submit")
    await ann.sync()
    sue, sam = await world.team("sue", "sam")
    await sam.fate(draw(sam, photo, CIRCLE))
    await world.store(photo)
    n = sue.do(inspection, "approve")
    await sue.turn()
    assert sue.said(n) == "refused stale_view"
    assert [pointer[:2] for pointer in sue.out.results[n]["changed"]] == [["photo", photo]]
    await sue.sync()
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"


async def test_photos_of_a_comment_are_drawn_over_by_its_author_and_supervisors(world: World) -> None:
    inspection, ann, sue = await submitted(world)
    comment, photo = ann.new_id(), ann.new_id()
    about = {"of": {"type": "inspection", "id": inspection}, "text": "see", "at": 1}
    ann.edit("comment", comment, about)
    ann.edit("photo", photo, ann.picture(inspection, photo) | {"of": {"type": "comment", "id": comment}})
    await all_sync(ann, sue)
    bob = await world.phone("bob")
    assert await ann.fate(draw(ann, photo, FACE)) == "applied"
    await sue.sync()
    assert await sue.fate(draw(sue, photo, CIRCLE)) == "applied"
    await bob.sync()
    assert await bob.fate(draw(bob, photo, FACE)) == "refused not_allowed"


@pytest.mark.parametrize(
    "marks",
    [
        [{"shape": "blur", "box": [10, 0, 5, 9]}],
        [{"shape": "circle", "box": [0, 9, 9, 5]}],
        [{"shape": "text", "box": [9, 0, 5, 9], "text": "x"}],
        [{"shape": "text", "box": [0, 0, 5, 9]}],
        [{"shape": "text", "box": [0, 0, 5, 9], "text": " "}],
        [{"shape": "blur", "box": [0, 0, 5, 9], "text": "x"}],
        [{"shape": "blur", "box": [0, 0, 5, 10_001]}],
        [{"shape": "blur", "box": [0, 0, 5]}],
        [{"shape": "star", "box": [0, 0, 5, 9]}],
        [{"shape": "blur", "box": [0, 0, 5, 9], "why": "x"}],
        FACE * 41,
        {},
    ],
)
async def test_what_is_no_mark(world: World, marks: Any) -> None:
    _, photo, (ann,) = await with_photo(world)
    n = draw(ann, photo, marks)
    assert await ann.fate(n) == "refused bad_value"
    assert ann.out.results[n]["field"] == "markup"
    assert await ann.fate(draw(ann, photo, [{"shape": "blur", "box": [5, 5, 5, 5]}] * 40)) == "applied"


# -- a picture that is asked for


async def test_ask(world: World) -> None:
    inspection, photo, (ann,) = await with_photo(world)
    sue, sam = await world.team("sue", "sam")
    assert await sue.fate(sue.act("photo", photo, "ask")) == "applied"
    first = sue.row("photo", photo)["asked"]
    assert first == {"by": sue.person, "at": world.clock()}
    world.clock.advance(60_000)
    assert await sam.fate(sam.act("photo", photo, "ask")) == "applied"
    await ann.sync()
    assert ann.row("photo", photo)["asked"] == first, "who asked first is told"
    assert await ann.fate(ann.act("photo", photo, "ask")) == "refused not_allowed"
    assert ann.row("inspection", inspection)["status"] == "draft"
    await sue.sync()
    await world.agree(ann, sue, sam)


async def test_ask_for_what_is_here_or_awaited_no_more(world: World) -> None:
    inspection, photo, (ann,) = await with_photo(world)
    gone, waived = ann.photo(inspection), ann.photo(inspection)
    await ann.sync()
    ann.act("photo", gone, "retract")
    sue = await world.phone("sue", synced=False)
    await all_sync(ann, sue)
    sue.act("photo", waived, "waive", {"reason": "lost"})
    await world.store(photo)
    for id_ in (photo, gone, waived):
        assert await sue.fate(sue.act("photo", id_, "ask")) == "refused wrong_state"


async def test_asking_makes_nobodys_view_stale(world: World) -> None:
    inspection, photo, (ann,) = await with_photo(world)
    sue, sam = await world.team("sue", "sam")
    await sue.fate(sue.act("photo", photo, "ask"))
    assert await ann.fate(ann.act("photo", photo, "retract")) == "applied"
    ann.photo(inspection)
    ann.do(inspection, "submit")
    await all_sync(ann, sue, sam)
    (waiting,) = [row["id"] for row in sue.rows("photo") if row["retracted"] is None]
    await sam.fate(sam.act("photo", waiting, "ask"))
    await world.store(waiting)
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"


async def test_asking_judges_nothing_so_one_may_ask_for_pictures_of_own_work(world: World) -> None:
    both = await world.phone("both")
    inspection = both.start()
    both.check(inspection, "A-1.a", FAIL)
    photo = both.photo(inspection)
    await both.sync()
    assert await both.fate(both.act("photo", photo, "waive", {"reason": "x"})) == "refused self_review"
    assert await both.fate(both.act("photo", photo, "ask")) == "applied"


async def test_an_ask_is_not_made_stale_by_what_is_drawn_meanwhile(world: World) -> None:
    _, photo, (ann,) = await with_photo(world)
    sue = await world.phone("sue")
    await ann.fate(draw(ann, photo, CIRCLE))
    n = sue.act("photo", photo, "ask")
    await sue.turn()
    assert sue.said(n) == "applied"


async def test_ask_for_a_photo_of_a_visit(world: World) -> None:
    kim = await world.phone("kim")
    visit, photo = kim.new_id(), kim.new_id()
    kim.edit("visit", visit, {"branch": named("north"), "kind": "visit", "started_at": kim.now()})
    kim.edit("photo", photo, kim.picture(visit, photo) | {"of": {"type": "visit", "id": visit}})
    await kim.sync()
    mara, sue = await world.team("mara", "sue")
    assert await mara.fate(mara.act("photo", photo, "ask")) == "refused not_allowed"
    assert await sue.fate(sue.act("photo", photo, "ask")) == "applied"
    assert await kim.fate(draw(kim, photo, FACE)) == "applied"
    assert await mara.fate(draw(mara, photo, FACE)) == "refused not_allowed"
    await sue.sync()
    assert await sue.fate(draw(sue, photo, CIRCLE)) == "applied"
