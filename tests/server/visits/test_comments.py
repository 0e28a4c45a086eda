"""Threads of remarks, seen as what they are about; photos that answer."""

import pytest

from tests.server.protocol.gestures import Hand, finding_id
from tests.server.protocol.stories import draft, submitted
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.visits.rounds import closed, comment, customer, visit


def picture(hand: Hand, type_: str, id_: str, **more: object) -> str:
    """A photo of a visit or a comment; returns its id."""
    new = hand.new_id()
    hand.edit("photo", new, {**hand.picture(id_, new), "of": {"type": type_, "id": id_}, **more})
    return new


async def said_by(world: World, hand: Hand, type_: str, id_: str) -> tuple[str, str]:
    new = comment(hand, type_, id_)
    return new, await hand.fate(hand.out.next - 1)


async def test_a_thread_on_a_submitted_inspection(world: World) -> None:
    inspection, ann, sue = await submitted(world)
    mara, dora = await world.team("mara", "dora")
    one, fate = await said_by(world, mara, "inspection", inspection)
    assert fate == "applied"
    two, fate = await said_by(world, mara, "finding", finding_id(inspection, "A-1"))
    assert fate == "applied"
    three, fate = await said_by(world, dora, "inspection", inspection)
    assert fate == "applied"
    for hand in (ann, sue, dora):
        await hand.sync()
    seen = {hand.person: [hand.has("comment", id_) for id_ in (one, two, three)] for hand in (ann, sue, dora)}
    assert seen == {ann.person: [True] * 3, sue.person: [True] * 3, dora.person: [True, False, True]}
    assert ann.row("comment", one)["author"] == mara.person
    await tables_are_the_log()


async def test_nobody_remarks_on_what_they_do_not_see(world: World) -> None:
    inspection, (ann,) = await draft(world)
    mara, dora = await world.team("mara", "dora")
    assert (await said_by(world, mara, "inspection", inspection))[1] == "refused unknown_record"
    assert (await said_by(world, dora, "finding", finding_id(inspection, "A-1")))[1] == "refused unknown_record"
    new = comment(ann, "inspection", inspection)
    await ann.sync()
    await mara.sync()
    assert not mara.rows("comment")
    ann.do(inspection, "submit")
    await ann.sync()
    await mara.sync()
    assert mara.has("comment", new), "with the submission the branch sees the thread too"


async def test_members_of_later_see_what_was_said_before(world: World) -> None:
    inspection, (ann,) = await draft(world)
    dora = await world.phone("dora")
    new = comment(ann, "finding", finding_id(inspection, "A-1"))
    await ann.sync()
    await dora.sync()
    assert not dora.has("comment", new)
    dora.do(inspection, "join")
    await dora.sync()
    assert dora.has("comment", new)
    dora.edit("inspection", inspection, {f"members.{dora.person}": False})
    await dora.sync()
    assert not dora.has("comment", new)
    await world.agree(ann, dora)


@pytest.mark.parametrize(("login", "right"), [("bob", ("inspector", "city1")), ("kim", ("carrier", "north"))])
async def test_a_right_given_back_shows_what_was_said_meanwhile(
    world: World, login: str, right: tuple[str, str]
) -> None:
    """The thread of a finding, which is read by members, and that of a visit, which is read by who made it."""
    inspection, _ = await draft(world, "bob")
    kim, sue = await world.team("kim", "sue")
    about = {"bob": ("finding", finding_id(inspection, "A-1")), "kim": ("visit", await closed(kim, customer(kim)))}
    hand = await world.phone(login)
    await world.grant(login)
    await sue.sync()
    new = comment(sue, *about[login])
    photo = picture(sue, "comment", new)
    assert await sue.fate(sue.out.next - 1) == "applied"
    await hand.sync()
    assert not hand.has("comment", new)
    await world.grant(login, right)
    await hand.sync()
    assert hand.has("comment", new)
    assert hand.has("photo", photo)
    await world.agree(hand, sue)


async def test_what_was_said_stays(world: World) -> None:
    inspection, ann, sue = await submitted(world)
    new = comment(ann, "inspection", inspection)
    await ann.sync()
    await sue.sync()
    assert await ann.fate(ann.edit("comment", new, {"text": "改一下"})) == "refused write_once"
    assert await sue.fate(sue.edit("comment", new, {"text": "改一下"})) == "refused not_allowed"
    assert await ann.fate(ann.edit("comment", new, {"text": "请看一下"})) == "applied"
    comment(ann, "inspection", inspection, "  ")
    assert await ann.fate(ann.out.next - 1) == "refused bad_value"


async def test_a_photo_answers_in_the_thread_and_is_no_evidence(world: World) -> None:
    inspection, ann, sue = await submitted(world)
    mara = await world.phone("mara")
    said = comment(mara, "inspection", inspection)
    photo = picture(mara, "comment", said)
    assert await mara.fate(mara.out.next - 1) == "applied"
    await sue.sync()
    await ann.sync()
    assert ann.has("photo", photo)
    mine = comment(sue, "inspection", inspection)
    picture(sue, "comment", mine)
    await sue.sync()
    assert await sue.fate(sue.do(inspection, "approve")) == "applied", "neither missing evidence nor an own upload"
    picture(ann, "comment", said)
    assert await ann.fate(ann.out.next - 1) == "refused not_allowed"
    await tables_are_the_log()


async def test_photos_of_a_visit(world: World) -> None:
    kim, mara, sue = await world.team("kim", "mara", "sue")
    id_ = visit(kim, customer(kim), result="met")
    photo = picture(kim, "visit", id_)
    assert await kim.fate(kim.out.next - 1) == "applied"
    await mara.sync()
    assert mara.has("photo", photo)
    picture(mara, "visit", id_)
    assert await mara.fate(mara.out.next - 1) == "refused not_allowed"
    picture(kim, "visit", id_, check="A-1.a")
    assert await kim.fate(kim.out.next - 1) == "refused unknown_check"
    kim.act("visit", id_, "close")
    await kim.sync()
    picture(kim, "visit", id_)
    assert await kim.fate(kim.out.next - 1) == "refused wrong_state"
    assert await kim.fate(kim.act("photo", photo, "retract")) == "refused needs_reason"
    assert await kim.fate(kim.act("photo", photo, "retract", {"reason": "拍到了信封"})) == "applied"
    await world.store(photo)
    await world.agree(kim, mara, sue)
    await tables_are_the_log()


@pytest.mark.parametrize(("login", "sees"), [("mara", True), ("sue", True), ("kit", False), ("ann", False)])
async def test_a_visits_thread_is_seen_as_the_visit(world: World, login: str, sees: bool) -> None:
    await world.add_person("kit", ("carrier", "north"))
    kim = await world.phone("kim")
    id_ = await closed(kim, customer(kim))
    new = comment(kim, "visit", id_)
    await kim.sync()
    assert (await world.phone(login)).has("comment", new) == sees
