"""records.md: photos (taken, retracted, waived) and tasks (claimed, declined)."""

import pytest

from tests.server.protocol.gestures import FAIL, PASS, finding_id
from tests.server.protocol.seed import named
from tests.server.protocol.stories import draft, returned, submitted
from tests.server.protocol.world import World

# -- photos


async def test_photo_hangs_on_a_finding(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection, "A-1", check="A-1.a", clock_offset=-400)
    await ann.sync()
    row = ann.row("photo", photo)
    assert row["author"] == ann.person
    assert row["of"] == {"type": "finding", "id": finding_id(inspection, "A-1")}
    assert (row["stored_at"], row["retracted"], row["waived"]) == (None, None, None)
    assert (row["check"], row["clock_offset"], row["source"]) == ("A-1.a", -400, "camera")
    await world.store(photo)
    await ann.sync()
    assert ann.row("photo", photo)["stored_at"] == world.clock()


async def test_photo_by_a_member(world: World) -> None:
    inspection, (_, bob) = await draft(world, "bob")
    photo = bob.photo(inspection)
    await bob.sync()
    assert bob.row("photo", photo)["author"] == bob.person


@pytest.mark.parametrize("login", ["bob", "sue", "mara"])
async def test_photo_by_who_may_not(world: World, login: str) -> None:
    inspection, _ = await draft(world)
    other = await world.phone(login)
    other.photo(inspection)
    fate = await other.fate(other.out.next - 1)
    assert fate in ("refused not_allowed", "refused unknown_record")
    if login == "sue":
        assert fate == "refused not_allowed"


async def test_author_retracts_freely_before_submission(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    n = ann.act("photo", photo, "retract")
    assert await ann.fate(n) == "applied"
    retracted = ann.row("photo", photo)["retracted"]
    assert retracted["by"] == ann.person
    assert retracted.get("reason") is None


async def test_before_submission_only_the_author_retracts(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    photo = bob.photo(inspection)
    await bob.sync()
    await ann.sync()
    assert await ann.fate(ann.act("photo", photo, "retract", {"reason": "x"})) == "refused not_allowed"


@pytest.mark.parametrize("story", [submitted, returned])
async def test_after_submission_lead_or_member_retracts_with_a_reason(world: World, story: object) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.answer_all(inspection)
    photo = ann.photo(inspection)
    bob = await world.phone("bob", synced=False)
    await ann.sync()
    await bob.sync()
    bob.do(inspection, "join")
    await bob.sync()
    await ann.sync()
    ann.do(inspection, "submit")
    await ann.sync()
    if story is returned:
        sue = await world.phone("sue")
        sue.do(inspection, "return_items", items={"A-1": "x"})
        await sue.sync()
    await bob.sync()
    assert await bob.fate(bob.act("photo", photo, "retract")) == "refused needs_reason"
    assert await bob.fate(bob.act("photo", photo, "retract", {"reason": "shows a customer"})) == "applied"
    row = bob.row("photo", photo)
    assert (row["retracted"]["by"], row["retracted"]["reason"]) == (bob.person, "shows a customer")
    assert row["sha256"], "the row stays: evidence never disappears"


async def test_supervisor_does_not_retract(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    await ann.sync()
    sue = await world.phone("sue")
    assert await sue.fate(sue.act("photo", photo, "retract", {"reason": "x"})) == "refused not_allowed"


async def test_retract_judges_the_photo(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    await ann.sync()
    sue = await world.phone("sue")
    sue.act("photo", photo, "waive", {"reason": "lost"})
    await sue.sync()
    n = ann.act("photo", photo, "retract")
    await ann.turn()
    assert ann.said(n) == "refused stale_view"
    assert [pointer[:2] for pointer in ann.out.results[n]["changed"]] == [["photo", photo]]


async def test_arrival_of_the_picture_makes_no_view_stale(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    await ann.sync()
    await world.store(photo)
    assert await ann.fate(ann.act("photo", photo, "retract")) == "applied"


async def test_waive(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    await ann.sync()
    sue = await world.phone("sue")
    assert await sue.fate(sue.act("photo", photo, "waive")) == "refused needs_reason"
    assert await sue.fate(sue.act("photo", photo, "waive", {"reason": "lost"})) == "applied"
    row = sue.row("photo", photo)
    assert (row["waived"]["by"], row["waived"]["reason"]) == (sue.person, "lost")


async def test_waive_of_a_stored_photo(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    await ann.sync()
    await world.store(photo)
    sue = await world.phone("sue")
    assert await sue.fate(sue.act("photo", photo, "waive", {"reason": "x"})) == "refused wrong_state"


async def test_waive_by_who_may_not(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    await ann.sync()
    bob, zed = await world.team("bob", "zed")
    assert await ann.fate(ann.act("photo", photo, "waive", {"reason": "x"})) == "refused not_allowed"
    assert await bob.fate(bob.act("photo", photo, "waive", {"reason": "x"})) == "refused unknown_record"
    assert await zed.fate(zed.act("photo", photo, "waive", {"reason": "x"})) == "refused unknown_record"


async def test_picture_of_another_photo_comes_in_quietly(world: World) -> None:
    """`stored_at` of a photo does not disturb whoever edits the finding."""
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    ann.do(inspection, "submit")
    await ann.sync()
    sue = await world.phone("sue")
    await world.store(photo)
    assert await sue.fate(sue.do(inspection, "return_items", items={"A-1": "x"})) == "applied"


# -- tasks


async def test_tasks_reach_assignees_and_supervisors(world: World) -> None:
    task = await world.task("ann", "carl")
    for login, sees in (("ann", 1), ("carl", 1), ("sue", 1), ("bob", 0), ("mara", 0), ("zed", 0), ("root", 0)):
        phone = await world.phone(login)
        assert phone.has("task", task) == bool(sees), login


async def test_claim(world: World) -> None:
    task = await world.task("ann", "bob")
    ann, bob = await world.team("ann", "bob")
    assert await ann.fate(ann.act("task", task, "claim")) == "applied"
    assert ann.row("task", task)["status"] == "claimed"
    await bob.sync()
    assert bob.row("task", task)["status"] == "claimed"
    assert await bob.fate(bob.act("task", task, "claim")) == "refused wrong_state"
    await world.agree(ann, bob)


async def test_decline(world: World) -> None:
    task = await world.task("ann")
    ann = await world.phone("ann")
    assert await ann.fate(ann.act("task", task, "decline")) == "refused needs_reason"
    assert await ann.fate(ann.act("task", task, "decline", {"reason": "on leave"})) == "applied"
    row = ann.row("task", task)
    assert (row["status"], row["reason"]) == ("declined", "on leave")
    assert await ann.fate(ann.act("task", task, "claim")) == "refused wrong_state"


async def test_tasks_are_for_their_assignees(world: World) -> None:
    task = await world.task("ann")
    bob, sue = await world.team("bob", "sue")
    assert await bob.fate(bob.act("task", task, "claim")) == "refused unknown_record"
    assert await sue.fate(sue.act("task", task, "claim")) == "refused not_allowed"


async def test_task_of_an_inspection(world: World) -> None:
    task = await world.task("ann")
    ann = await world.phone("ann")
    inspection = ann.start(task=task)
    ann.check(inspection, "A-1.a", PASS)
    await ann.sync()
    assert not ann.out.results
    assert ann.row("inspection", inspection)["task"] == task
    await world.agree(ann)


async def test_task_for_another_branch(world: World) -> None:
    """A task is for its branch; whatever the server makes of it, both stay consistent for everyone."""
    task = await world.task("ann", branch="south")
    ann, sue = await world.team("ann", "sue")
    ann.start("north", task=task)
    await ann.sync()
    await world.agree(ann, sue)


async def test_photo_check_belongs_to_its_item(world: World) -> None:
    inspection, (ann,) = await draft(world, A_1_a=FAIL)
    ann.photo(inspection, "A-1", check="B-1.a")
    assert await ann.fate(ann.out.next - 1) == "refused unknown_check"


async def test_photo_of_a_photo(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    other = ann.photo(inspection, of={"type": "photo", "id": photo})
    await ann.sync()
    assert ann.said(ann.out.next - 1) == "refused bad_value"
    assert not ann.has("photo", other)
    assert named("north") == ann.row("inspection", inspection)["branch"]
