"""records.md, Acts: approve, what blocks it, and who may not."""

import re
from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, NA, PASS, TODO, Hand, finding_id
from tests.server.protocol.stories import approved, correct, draft, returned, submitted
from tests.server.protocol.world import World
from tests.server.reply import whole


async def test_approval(world: World) -> None:
    inspection, ann, sue = await approved(world)
    row = ann.row("inspection", inspection)
    assert re.fullmatch("[0-9a-f]{64}", row["approved_sha256"])
    assert row["decided_by"] == sue.person
    assert whole(row["decided_at"])
    assert {finding["status"] for finding in ann.rows("finding")} == {"accepted"}
    n = ann.check(inspection, "A-1.a", FAIL)
    assert (await ann.fate(n)).startswith("refused")
    await world.agree(ann, sue)


async def test_different_findings_have_different_hashes(world: World) -> None:
    hashes = set()
    for failed in ({}, {"A_1_a": FAIL}):
        inspection, _, sue = await submitted(world, **failed)
        sue.do(inspection, "approve")
        await sue.sync()
        hashes.add(sue.row("inspection", inspection)["approved_sha256"])
    assert len(hashes) == 2


async def test_approved_hash_never_changes(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    photo = ann.photo(inspection)
    ann.do(inspection, "submit")
    sue = await world.phone("sue", synced=False)
    await ann.sync()
    await sue.sync()
    sue.act("photo", photo, "waive", {"reason": "lost"})
    sue.do(inspection, "approve")
    await sue.sync()
    pinned = sue.row("inspection", inspection)["approved_sha256"]
    assert pinned
    bob.check(inspection, "A-1.a", FAIL)
    bob.note(inspection, "A-2", "late")
    await bob.sync()
    await world.store(photo)
    await sue.sync()
    assert sue.row("inspection", inspection)["approved_sha256"] == pinned
    assert sue.answer(inspection, "A-1.a") == {"result": "pass", "bulk": True}


@pytest.mark.parametrize("login", ["ann", "bob"])
async def test_approval_by_who_may_not(world: World, login: str) -> None:
    inspection, _, _ = await submitted(world)
    other = await world.phone(login)
    assert await other.fate(other.do(inspection, "approve")) == "refused not_allowed"


async def test_approval_by_a_manager_and_from_afar(world: World) -> None:
    inspection, _, _ = await submitted(world)
    mara, zed = await world.team("mara", "zed")
    assert await mara.fate(mara.do(inspection, "approve")) == "refused not_allowed"
    assert await zed.fate(zed.do(inspection, "approve")) == "refused unknown_record"


@pytest.mark.parametrize("story", [draft, returned, approved])
async def test_approval_of_another_state(world: World, story: Any) -> None:
    inspection, *_ = await story(world)
    sam = await world.phone("sam")
    assert await sam.fate(sam.do(inspection, "approve")) == "refused wrong_state"


@pytest.mark.parametrize("check", ["A_1_a", "B_1_b", "A_3_a"])
async def test_todo_checks_block(world: World, check: str) -> None:
    inspection, _, sue = await submitted(world, **{check: TODO})
    assert await sue.fate(sue.do(inspection, "approve")) == "refused todo_checks"


async def test_unanswered_items_block(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    ann.do(inspection, "submit")
    await ann.sync()
    sue = await world.phone("sue")
    assert await sue.fate(sue.do(inspection, "approve")) == "refused todo_checks"


async def test_the_desk_part_does_not_block(world: World) -> None:
    inspection, _, sue = await submitted(world, A_1_a=NA)
    assert ("finding", finding_id(inspection, "D-1")) not in sue.cache.rows
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"


async def test_missing_photos_block_until_stored(world: World) -> None:
    inspection, (ann,) = await draft(world)
    one, two = ann.photo(inspection, "A-1"), ann.photo(inspection, "A-2")
    ann.do(inspection, "submit")
    await ann.sync()
    sue = await world.phone("sue")
    assert await sue.fate(sue.do(inspection, "approve")) == "refused photos_missing"
    await world.store(one)
    assert await sue.fate(sue.do(inspection, "approve")) == "refused photos_missing"
    await world.store(two)
    n = sue.do(inspection, "approve")
    assert await sue.fate(n) == "applied", "stored_at never makes a view stale"


async def test_retracted_and_waived_photos_do_not_block(world: World) -> None:
    inspection, (ann,) = await draft(world)
    taken_back, lost = ann.photo(inspection, "A-1"), ann.photo(inspection, "A-2")
    ann.act("photo", taken_back, "retract")
    ann.do(inspection, "submit")
    await ann.sync()
    sue = await world.phone("sue")
    assert await sue.fate(sue.do(inspection, "approve")) == "refused photos_missing"
    sue.act("photo", lost, "waive", {"reason": "the phone fell into the river"})
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"


async def conflicted(world: World) -> tuple[str, Hand, Hand, Hand]:
    """A submitted inspection with A-1.a judged differently by ann and bob; both and sue have seen it."""
    inspection, (ann, bob) = await draft(world, "bob")
    ann.check(inspection, "A-1.a", FAIL)
    bob.check(inspection, "A-1.a", NA)
    await ann.sync()
    await bob.sync()
    await ann.sync()
    ann.do(inspection, "submit")
    await ann.sync()
    await bob.sync()
    sue = await world.phone("sue")
    assert "open" in sue.finding(inspection)
    return inspection, ann, bob, sue


async def test_open_conflict_blocks_until_a_person_picks(world: World) -> None:
    inspection, _ann, bob, sue = await conflicted(world)
    assert await sue.fate(sue.do(inspection, "approve")) == "refused open_conflict"
    path = "checks.A-1.a"
    n = sue.settle("finding", finding_id(inspection, "A-1"), path, NA)
    assert await sue.fate(n) == "applied", "who may review a finding may settle its conflict"
    assert "open" not in sue.finding(inspection)
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"
    await world.agree(bob, sue)


async def test_reviewer_edits_nothing_but_conflicts(world: World) -> None:
    inspection, _ann, _bob, sue = await conflicted(world)
    other_check = sue.check(inspection, "A-1.b", FAIL)
    reason = sue.write(inspection, "A-1", {"reasons.A-1.a": "x"})
    await sue.sync()
    assert sue.said(other_check) in ("refused not_allowed", "refused locked")
    assert sue.said(reason) in ("refused not_allowed", "refused locked")


async def test_correct_closes_a_conflict(world: World) -> None:
    """It counts as an edit that saw all heads."""
    inspection, _ann, _bob, sue = await conflicted(world)
    n = correct(sue, inspection, {"A-1.a": PASS})
    assert await sue.fate(n) == "applied"
    row = sue.finding(inspection)
    assert "open" not in row
    assert row["checks"]["A-1.a"] == PASS
    assert row["by"]["checks.A-1.a"] == [[sue.device, n]]
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"


async def test_approval_judges_all_findings_and_photos(world: World) -> None:
    inspection, _, sue = await submitted(world)
    sam = await world.phone("sam")
    correct(sam, inspection, {"B-1.a": FAIL})
    await sam.sync()
    n = sue.do(inspection, "approve")
    await sue.turn()
    assert sue.said(n) == "refused stale_view"
    changed = sue.out.results[n]["changed"]
    assert [pointer[:2] for pointer in changed] == [["finding", finding_id(inspection, "B-1")]]
    assert changed[0][2] == sam.finding(inspection, "B-1")["rev"]
    await sue.sync()
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"


async def test_own_changes_never_make_a_view_stale(world: World) -> None:
    inspection, _, sue = await submitted(world)
    correct(sue, inspection, {"B-1.a": FAIL})
    n = sue.do(inspection, "approve")
    assert await sue.fate(n) == "applied"


async def test_second_approval_at_once(world: World) -> None:
    inspection, _, sue = await submitted(world)
    sam = await world.phone("sam")
    sam.do(inspection, "approve")
    await sam.sync()
    assert await sue.fate(sue.do(inspection, "approve")) == "refused wrong_state"


# -- self_review


@pytest.mark.parametrize("verb", ["approve", "return_items"])
async def test_lead_does_not_review(world: World, verb: str) -> None:
    both = await world.phone("both")
    inspection = both.start()
    both.answer_all(inspection)
    both.do(inspection, "submit")
    await both.sync()
    arguments: dict[str, Any] = {} if verb == "approve" else {"items": {"A-1": "x"}}
    assert await both.fate(both.do(inspection, verb, **arguments)) == "refused self_review"


async def test_member_does_not_review(world: World) -> None:
    inspection, (ann, both) = await draft(world, "both")
    ann.do(inspection, "submit")
    await ann.sync()
    await both.sync()
    assert await both.fate(both.do(inspection, "approve")) == "refused self_review"
    assert await both.fate(correct(both, inspection, {"A-1.a": FAIL})) == "refused self_review"


async def test_photographer_does_not_review(world: World) -> None:
    """Also when they have left since."""
    inspection, (ann, both) = await draft(world, "both")
    photo = both.photo(inspection)
    await both.sync()
    both.edit("inspection", inspection, {f"members.{both.person}": False})
    await both.sync()
    await world.store(photo)
    await ann.sync()
    ann.do(inspection, "submit")
    await ann.sync()
    await both.sync()
    assert await both.fate(both.do(inspection, "approve")) == "refused self_review"


async def test_reviewer_who_took_no_part(world: World) -> None:
    inspection, _, _ = await submitted(world)
    both = await world.phone("both")
    assert await both.fate(both.do(inspection, "approve")) == "applied"
