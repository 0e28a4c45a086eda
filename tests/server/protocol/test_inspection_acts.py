"""records.md, Acts: submit, join, take_over, void, and the order of judgement."""

import pytest

from tests.server.protocol.gestures import FAIL, NA, PASS, finding_id
from tests.server.protocol.stories import approved, draft, returned, submitted
from tests.server.protocol.world import World
from tests.server.reply import whole

# -- submit


async def test_submit_by_the_lead(world: World) -> None:
    inspection, (ann,) = await draft(world)
    n = ann.do(inspection, "submit")
    assert await ann.fate(n) == "applied"
    row = ann.row("inspection", inspection)
    assert row["status"] == "submitted"
    assert whole(row["submitted_at"])
    assert {finding["status"] for finding in ann.rows("finding")} == {"locked"}
    await world.agree(ann)


async def test_submit_by_a_member(world: World) -> None:
    inspection, (_, bob) = await draft(world, "bob")
    assert await bob.fate(bob.do(inspection, "submit")) == "applied"


async def test_submit_by_a_manager_of_their_own_check(world: World) -> None:
    mara = await world.phone("mara")
    inspection = mara.start()
    mara.check(inspection, "A-1.a", PASS)
    assert await mara.fate(mara.do(inspection, "submit")) == "applied"


@pytest.mark.parametrize("login", ["bob", "sue"])
async def test_submit_by_others(world: World, login: str) -> None:
    inspection, _ = await draft(world)
    other = await world.phone(login)
    assert await other.fate(other.do(inspection, "submit")) == "refused not_allowed"


@pytest.mark.parametrize("login", ["mara", "zoe", "root", "kim"])
async def test_submit_by_who_does_not_see_it(world: World, login: str) -> None:
    inspection, _ = await draft(world)
    other = await world.phone(login)
    assert await other.fate(other.do(inspection, "submit")) == "refused unknown_record"


async def test_submit_with_open_checks_and_without_any(world: World) -> None:
    ann = await world.phone("ann")
    some, none = ann.start(), ann.start("south")
    ann.check(some, "A-1.a", FAIL)
    one, two = ann.do(some, "submit"), ann.do(none, "submit")
    await ann.sync()
    assert (ann.said(one), ann.said(two)) == ("applied", "applied")
    score = ann.row("inspection", none)["score"]
    assert (score["total"], score["onsite"]["complete"]) == (250, False)


async def test_submit_in_the_same_push_as_all_the_work(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.answer_all(inspection)
    n = ann.do(inspection, "submit")
    assert await ann.fate(n) == "applied"
    assert ann.row("inspection", inspection)["score"]["onsite"]["complete"] is True


async def test_submit_on_the_very_first_contact(world: World) -> None:
    """`seen` is null then: nothing of another device was seen, and nothing was changed by one."""
    ann = await world.phone("ann", synced=False)
    inspection = ann.start()
    n = ann.do(inspection, "submit")
    assert await ann.fate(n) == "applied"


async def test_score_is_computed_at_submission(world: World) -> None:
    inspection, (ann,) = await draft(
        world, A_1_a=FAIL, A_1_c=NA, A_2_a={"result": "fail", "count": 3}, A_3_a=FAIL, B_1_a=FAIL
    )
    assert ann.row("inspection", inspection)["score"] is None
    ann.do(inspection, "submit")
    await ann.sync()
    score = ann.row("inspection", inspection)["score"]
    assert score["total"] == 250 - 10 - 60 - 30
    assert score["items"]["A-2"] == {"lost": 60, "of": 90, "capped": 0}
    assert score["vetoes"] == ["A-3.a"]
    assert score["onsite"] == {"score": 100, "of": 200, "complete": True}
    assert score["desk"]["complete"] is False


async def test_shown_is_kept_and_a_difference_is_no_error(world: World) -> None:
    inspection, (ann,) = await draft(world, A_1_a=FAIL)
    n = ann.do(inspection, "submit", shown={"total": 777, "vetoes": ["A-3.a"]})
    assert await ann.fate(n) == "applied"
    row = ann.row("inspection", inspection)
    assert row["shown"] == {"total": 777, "vetoes": ["A-3.a"]}
    assert row["score"]["total"] == 240, "scores are never an input"


@pytest.mark.parametrize("shown", [{"total": "1", "vetoes": []}, {"total": 1}, 5, {"total": 1, "vetoes": [], "x": 1}])
async def test_shown_that_cannot_be_read(world: World, shown: object) -> None:
    inspection, (ann,) = await draft(world)
    assert await ann.fate(ann.do(inspection, "submit", shown=shown)) == "refused bad_value"
    assert ann.row("inspection", inspection)["status"] == "draft"


async def test_arguments_nobody_asked_for(world: World) -> None:
    inspection, (ann,) = await draft(world)
    assert await ann.fate(ann.do(inspection, "submit", colour="green")) == "refused bad_value"


async def test_submit_twice(world: World) -> None:
    inspection, ann, _ = await submitted(world)
    assert await ann.fate(ann.do(inspection, "submit")) == "refused wrong_state"


async def test_submit_judges_the_status(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    bob.do(inspection, "submit")
    await bob.sync()
    sue = await world.phone("sue")
    sue.do(inspection, "return_items", items={"A-1": "again"})
    await sue.sync()
    n = ann.do(inspection, "submit")
    await ann.sync()
    assert ann.said(n) == "refused stale_view"
    changed = ann.out.results[n]["changed"]
    assert ["inspection", inspection] in [pointer[:2] for pointer in changed]
    assert ann.row("inspection", inspection)["status"] == "returned"
    assert await ann.fate(ann.do(inspection, "submit")) == "applied", "after looking again"


async def test_submit_does_not_judge_the_rest(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    bob.check(inspection, "A-1.a", FAIL)
    bob.edit("inspection", inspection, {"remark": "bob was here"})
    await bob.sync()
    assert await ann.fate(ann.do(inspection, "submit")) == "applied"
    assert ann.row("inspection", inspection)["score"]["total"] == 240


# -- join and take_over


async def test_join_gives_findings_and_photos(world: World) -> None:
    inspection, (ann,) = await draft(world)
    ann.photo(inspection)
    await ann.sync()
    bob = await world.phone("bob")
    assert not bob.rows("finding")
    n = bob.do(inspection, "join")
    assert await bob.fate(n) == "applied"
    assert bob.row("inspection", inspection)["members"] == {bob.person: True}
    assert len(bob.rows("finding")) == len(ann.rows("finding"))
    assert len(bob.rows("photo")) == 1
    await world.agree(ann, bob)


async def test_join_judges_nothing(world: World) -> None:
    inspection, (ann,) = await draft(world)
    bob = await world.phone("bob")
    ann.edit("inspection", inspection, {"remark": "changed meanwhile"})
    ann.do(inspection, "submit")
    sue = await world.phone("sue", synced=False)
    await ann.sync()
    await sue.sync()
    sue.do(inspection, "return_items", items={"A-1": "again"})
    await sue.sync()
    assert await bob.fate(bob.do(inspection, "join")) == "applied"


@pytest.mark.parametrize(
    ("login", "code"), [("sue", "not_allowed"), ("mara", "unknown_record"), ("zoe", "unknown_record")]
)
async def test_join_by_who_may_not(world: World, login: str, code: str) -> None:
    inspection, _ = await draft(world)
    other = await world.phone(login)
    assert await other.fate(other.do(inspection, "join")) == f"refused {code}"


async def test_join_too_late(world: World) -> None:
    inspection, _, _ = await submitted(world)
    bob = await world.phone("bob")
    assert await bob.fate(bob.do(inspection, "join")) == "refused wrong_state"


async def test_take_over(world: World) -> None:
    inspection, (ann,) = await draft(world)
    bob = await world.phone("bob")
    n = bob.do(inspection, "take_over", reason="ann is ill")
    assert await bob.fate(n) == "applied"
    assert bob.row("inspection", inspection)["lead"] == bob.person
    assert bob.rows("finding")
    assert await bob.fate(bob.do(inspection, "submit")) == "applied"
    await world.agree(ann, bob)


@pytest.mark.parametrize("arguments", [{}, {"reason": ""}, {"reason": None}, {"reason": "  "}])
async def test_take_over_needs_a_reason(world: World, arguments: dict[str, object]) -> None:
    inspection, _ = await draft(world)
    bob = await world.phone("bob")
    assert await bob.fate(bob.do(inspection, "take_over", **arguments)) == "refused needs_reason"


async def test_take_over_judges_status_and_lead(world: World) -> None:
    inspection, _ = await draft(world)
    bob, carl = await world.team("bob", "carl")
    bob.do(inspection, "take_over", reason="first")
    await bob.sync()
    n = carl.do(inspection, "take_over", reason="second")
    assert await carl.fate(n) == "refused stale_view"
    assert await carl.fate(carl.do(inspection, "take_over", reason="still")) == "applied"


@pytest.mark.parametrize(("login", "code"), [("sue", "not_allowed"), ("zoe", "unknown_record")])
async def test_take_over_by_who_may_not(world: World, login: str, code: str) -> None:
    inspection, _ = await draft(world)
    other = await world.phone(login)
    assert await other.fate(other.do(inspection, "take_over", reason="mine")) == f"refused {code}"


async def test_take_over_too_late(world: World) -> None:
    inspection, _, _ = await submitted(world)
    bob = await world.phone("bob")
    assert await bob.fate(bob.do(inspection, "take_over", reason="x")) == "refused wrong_state"


# -- void


async def test_void_of_a_draft_by_its_lead(world: World) -> None:
    inspection, (ann,) = await draft(world)
    assert await ann.fate(ann.do(inspection, "void", reason="wrong branch")) == "applied"
    assert ann.row("inspection", inspection)["status"] == "void"
    n = ann.check(inspection, "A-1.a", FAIL)
    assert (await ann.fate(n)).startswith("refused")
    await world.agree(ann)


@pytest.mark.parametrize("story", [draft, submitted, returned])
async def test_void_by_a_supervisor(world: World, story: object) -> None:
    inspection, *_ = await story(world)  # type: ignore[operator]
    sam = await world.phone("sam")
    assert await sam.fate(sam.do(inspection, "void", reason="doubled")) == "applied"
    assert sam.row("inspection", inspection)["status"] == "void"


async def test_void_by_a_member_is_not_allowed(world: World) -> None:
    inspection, (_, bob) = await draft(world, "bob")
    assert await bob.fate(bob.do(inspection, "void", reason="x")) == "refused not_allowed"


async def test_void_by_the_lead_after_submission(world: World) -> None:
    inspection, ann, _ = await submitted(world)
    assert await ann.fate(ann.do(inspection, "void", reason="x")) in ("refused not_allowed", "refused wrong_state")


async def test_void_of_what_is_approved(world: World) -> None:
    inspection, _, sue = await approved(world)
    assert await sue.fate(sue.do(inspection, "void", reason="x")) == "refused wrong_state"


async def test_void_needs_a_reason(world: World) -> None:
    inspection, (ann,) = await draft(world)
    assert await ann.fate(ann.do(inspection, "void")) == "refused needs_reason"


async def test_void_judges_the_status(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    sue = await world.phone("sue")
    bob.do(inspection, "submit")
    await bob.sync()
    assert await sue.fate(sue.do(inspection, "void", reason="x")) == "refused stale_view"
    await ann.sync()


async def test_nothing_leads_out_of_void(world: World) -> None:
    inspection, (ann,) = await draft(world)
    ann.do(inspection, "void", reason="x")
    await ann.sync()
    sue = await world.phone("sue")
    for phone, verb in ((ann, "submit"), (sue, "approve"), (sue, "reopen"), (sue, "void")):
        arguments = {"reason": "x"} if verb in ("reopen", "void") else {}
        assert await phone.fate(phone.do(inspection, verb, **arguments)) == "refused wrong_state", verb


# -- the order of judgement: unknown → not allowed → state → seen → own rules


async def test_unknown_before_not_allowed(world: World) -> None:
    inspection, (_, bob) = await draft(world, "bob")
    zoe = await world.phone("zoe")
    bob.do(inspection, "submit")
    await bob.sync()
    assert await zoe.fate(zoe.do(inspection, "submit")) == "refused unknown_record"


async def test_not_allowed_before_state(world: World) -> None:
    inspection, ann, _ = await submitted(world)
    bob = await world.phone("bob")
    assert await bob.fate(bob.do(inspection, "submit")) == "refused not_allowed"
    assert await ann.fate(ann.do(inspection, "approve")) == "refused not_allowed"


async def test_state_before_seen(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    bob.do(inspection, "submit")
    await bob.sync()
    assert await ann.fate(ann.do(inspection, "submit")) == "refused wrong_state"


async def test_seen_before_own_rules(world: World) -> None:
    inspection, _ann, sue = await submitted(world, A_1_a={"result": "todo"})
    sam = await world.phone("sam")
    sam.act("finding", finding_id(inspection, "A-2"), "correct", {"set": {"A-2.a": FAIL}, "reason": "saw it"})
    await sam.sync()
    assert await sue.fate(sue.do(inspection, "approve")) == "refused stale_view"
    assert await sue.fate(sue.do(inspection, "approve")) == "refused todo_checks"
