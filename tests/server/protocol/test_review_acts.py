"""records.md, Acts: return_items, approve, correct, reopen; resubmission."""

from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, finding_id
from tests.server.protocol.stories import approved, correct, draft, returned, submitted
from tests.server.protocol.world import World
from tests.server.reply import whole

# -- return_items


async def test_only_the_named_items_open(world: World) -> None:
    inspection, ann, sue = await submitted(world)
    n = sue.do(inspection, "return_items", items={"A-1": "too dark", "B-1": "count again"})
    assert await sue.fate(n) == "applied"
    await ann.sync()
    assert ann.row("inspection", inspection)["status"] == "returned"
    given_back = ann.finding(inspection, "A-1")
    assert given_back["status"] == "returned"
    assert (given_back["returned"]["reason"], given_back["returned"]["by"]) == ("too dark", sue.person)
    assert whole(given_back["returned"]["at"])
    assert {item: ann.finding(inspection, item)["status"] for item in ("A-2", "A-3", "B-1")} == {
        "A-2": "locked", "A-3": "locked", "B-1": "returned",
    }  # fmt: skip
    opened = ann.check(inspection, "A-1.a", FAIL)
    locked = ann.check(inspection, "A-2.a", FAIL)
    await ann.sync()
    assert (ann.said(opened), ann.said(locked)) == ("applied", "refused locked")
    await world.agree(ann, sue)


async def test_new_finding_of_an_item_that_was_not_returned(world: World) -> None:
    inspection, ann, _ = await returned(world, "A-1")
    assert (await ann.fate(ann.check(inspection, "D-1.a", {"result": "na"}))).startswith("refused")


async def test_photo_of_a_returned_item(world: World) -> None:
    inspection, ann, _ = await returned(world, "A-1")
    ann.photo(inspection, "A-1")
    ann.photo(inspection, "A-2")
    await ann.sync()
    assert ann.said(ann.out.next - 2) == "applied"
    assert ann.said(ann.out.next - 1) == "refused locked"


@pytest.mark.parametrize("items", [{}, None, [], {"A-1": 5}, {"A-1": None}])
async def test_return_nothing(world: World, items: Any) -> None:
    inspection, _, sue = await submitted(world)
    n = sue.act("inspection", inspection, "return_items", {"items": items})
    assert await sue.fate(n) in ("refused bad_value", "refused needs_reason")


async def test_return_without_a_reason(world: World) -> None:
    inspection, _, sue = await submitted(world)
    assert await sue.fate(sue.do(inspection, "return_items", items={"A-1": ""})) in (
        "refused needs_reason", "refused bad_value",
    )  # fmt: skip


async def test_return_an_item_the_standard_does_not_have(world: World) -> None:
    inspection, _, sue = await submitted(world)
    fate = await sue.fate(sue.do(inspection, "return_items", items={"A-1": "x", "Z-9": "y"}))
    assert fate.startswith("refused")
    assert sue.row("inspection", inspection)["status"] == "submitted"


@pytest.mark.parametrize("login", ["ann", "bob"])
async def test_return_by_who_may_not(world: World, login: str) -> None:
    inspection, _, _ = await submitted(world)
    other = await world.phone(login)
    assert await other.fate(other.do(inspection, "return_items", items={"A-1": "x"})) == "refused not_allowed"


async def test_return_of_a_draft(world: World) -> None:
    inspection, _ = await draft(world)
    sue = await world.phone("sue")
    assert await sue.fate(sue.do(inspection, "return_items", items={"A-1": "x"})) == "refused wrong_state"


async def test_return_judges_only_the_named_findings(world: World) -> None:
    inspection, _, sue = await submitted(world)
    sam = await world.phone("sam")
    correct(sam, inspection, {"A-2.a": FAIL})
    await sam.sync()
    stale = sue.do(inspection, "return_items", items={"A-1": "x", "A-2": "y"})
    await sue.turn()
    assert sue.said(stale) == "refused stale_view"
    assert [pointer[:2] for pointer in sue.out.results[stale]["changed"]] == [
        ["finding", finding_id(inspection, "A-2")]
    ]


async def test_return_does_not_judge_the_others(world: World) -> None:
    inspection, _, sue = await submitted(world)
    sam = await world.phone("sam")
    correct(sam, inspection, {"A-2.a": FAIL})
    await sam.sync()
    assert await sue.fate(sue.do(inspection, "return_items", items={"A-1": "x"})) == "applied"


async def test_return_judges_the_photos_of_the_named_findings(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection, "A-1")
    ann.do(inspection, "submit")
    sue = await world.phone("sue", synced=False)
    await ann.sync()
    await sue.sync()
    sam = await world.phone("sam")
    sam.act("photo", photo, "waive", {"reason": "lost"})
    await sam.sync()
    n = sue.do(inspection, "return_items", items={"A-1": "x"})
    await sue.turn()
    assert sue.said(n) == "refused stale_view"
    assert ["photo", photo] in [pointer[:2] for pointer in sue.out.results[n]["changed"]]


async def test_resubmission(world: World) -> None:
    inspection, ann, sue = await returned(world, "A-1")
    ann.check(inspection, "A-1.b", FAIL)
    n = ann.do(inspection, "submit", shown={"total": 240, "vetoes": []})
    assert await ann.fate(n) == "applied"
    assert ann.row("inspection", inspection)["status"] == "submitted"
    assert ann.row("inspection", inspection)["score"]["total"] == 240
    assert {finding["status"] for finding in ann.rows("finding")} == {"locked"}
    await sue.sync()
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"
    await world.agree(ann, sue)


# -- correct


async def test_correct(world: World) -> None:
    inspection, ann, sue = await submitted(world)
    n = correct(sue, inspection, {"A-1.a": FAIL, "A-1.b": {"result": "fail", "count": 2}})
    assert await sue.fate(n) == "applied"
    await ann.sync()
    assert ann.answer(inspection, "A-1.a") == FAIL
    assert ann.answer(inspection, "A-1.b") == {"result": "fail", "count": 2}
    assert ann.finding(inspection)["by"]["checks.A-1.a"] == [[sue.device, n]]
    assert ann.row("inspection", inspection)["score"]["total"] == 230, "the score is what its findings say"
    await world.agree(ann, sue)


@pytest.mark.parametrize("reason", [None, ""])
async def test_correct_needs_a_reason(world: World, reason: str | None) -> None:
    inspection, _, sue = await submitted(world)
    assert await sue.fate(correct(sue, inspection, {"A-1.a": FAIL}, reason)) == "refused needs_reason"


@pytest.mark.parametrize(
    ("answers", "code"),
    [({"A-1.z": FAIL}, "unknown_check"), ({"A-1.a": {"result": "?"}}, "bad_value"), ({"A-1.a": None}, "bad_value")],
)
async def test_correct_with_what_is_none(world: World, answers: dict[str, Any], code: str) -> None:
    inspection, _, sue = await submitted(world)
    assert await sue.fate(correct(sue, inspection, answers)) == f"refused {code}"


async def test_correct_by_who_may_not(world: World) -> None:
    inspection, ann, _ = await submitted(world)
    mara, zed = await world.team("mara", "zed")
    assert await ann.fate(correct(ann, inspection, {"A-1.a": FAIL})) == "refused not_allowed"
    assert await mara.fate(correct(mara, inspection, {"A-1.a": FAIL})) == "refused not_allowed"
    assert await zed.fate(correct(zed, inspection, {"A-1.a": FAIL})) == "refused unknown_record"


@pytest.mark.parametrize("story", [draft, returned, approved])
async def test_correct_in_another_state(world: World, story: Any) -> None:
    inspection, *_ = await story(world)
    sam = await world.phone("sam")
    assert await sam.fate(correct(sam, inspection, {"A-1.a": FAIL})) == "refused wrong_state"


async def test_correct_judges_the_finding(world: World) -> None:
    inspection, _, sue = await submitted(world)
    sam = await world.phone("sam")
    correct(sam, inspection, {"A-1.a": FAIL})
    await sam.sync()
    other = correct(sue, inspection, {"A-2.a": FAIL}, seen=sue.cache.cursor)
    same = correct(sue, inspection, {"A-1.b": FAIL}, seen=sue.cache.cursor)
    await sue.sync()
    assert (sue.said(other), sue.said(same)) == ("applied", "refused stale_view")


# -- reopen


async def test_reopen(world: World) -> None:
    inspection, ann, sue = await approved(world)
    assert await sue.fate(sue.do(inspection, "reopen", reason="a complaint")) == "applied"
    await ann.sync()
    assert ann.row("inspection", inspection)["status"] == "submitted"
    assert "accepted" not in {finding["status"] for finding in ann.rows("finding")}
    assert await sue.fate(sue.do(inspection, "return_items", items={"A-1": "x"})) == "applied"
    await world.agree(ann, sue)


async def test_reopen_needs_a_reason(world: World) -> None:
    inspection, _, sue = await approved(world)
    assert await sue.fate(sue.do(inspection, "reopen")) == "refused needs_reason"


async def test_reopen_by_who_may_not_and_of_another_state(world: World) -> None:
    inspection, ann, sue = await submitted(world)
    assert await sue.fate(sue.do(inspection, "reopen", reason="x")) == "refused wrong_state"
    assert await ann.fate(ann.do(inspection, "reopen", reason="x")) == "refused not_allowed"


async def test_reopen_judges_the_status(world: World) -> None:
    inspection, _, sue = await approved(world)
    sam = await world.phone("sam")
    for verb in ("reopen", "approve"):
        sam.do(inspection, verb, **({"reason": "x"} if verb == "reopen" else {}))
        await sam.sync()
    assert await sue.fate(sue.do(inspection, "reopen", reason="y")) == "refused stale_view"
