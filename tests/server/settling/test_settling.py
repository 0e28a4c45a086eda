"""Work that was set aside comes to the supervisor's desk, whatever it is about; its author learns what became of it."""

from typing import Any

from server.database.query import fetch
from tests.server.protocol.gestures import FAIL, PASS, finding_id
from tests.server.protocol.seed import HOUR, named
from tests.server.protocol.test_late import overtaken, settle_late
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.reply import check_problem
from tests.server.settling.desk import decide, fates, waiting, withdrawn
from tests.server.visits.rounds import close, comment, customer, visit
from tests.server.visits.test_desk import get, post


async def test_late_evidence_waits_at_the_desk_of_its_supervisors_alone(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    bob.skew = 7 * HOUR
    bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    (held,) = await waiting(sue)
    about = (held["person"], held["branch"], held["type"], held["code"], held["root"], held["root_status"])
    assert about == (bob.person, named("north"), "finding", "late_evidence", ["inspection", inspection], "submitted")
    assert held["content"]["set"]["checks.A-1.a"][0] == FAIL
    assert held["clock"] == -7 * HOUR, "the clock of the phone went wrong, and the desk is told"
    assert held["done_at"] == held["at"] - 7 * HOUR
    assert not held["own"]
    rows = (await get(sue, "/api/held"))["rows"]
    assert {row["id"] for row in rows["finding"]} == {finding_id(inspection, "A-1")}
    zed, mara = await world.team("zed", "mara")
    for hand in (ann, bob, zed, mara):
        assert await waiting(hand) == []
        answer = await post(hand, "/api/held/settle", changes=[held["change"]], how="take", reason="x")
        check_problem(answer, 404, "not_found")


async def test_taken_it_stands_and_its_author_knows(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world, A_1_a={"result": "todo"})
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    assert await fates(bob) == {(bob.device, n): "open"}
    assert await decide(sue, await waiting(sue)) == {"done": 1, "missed": []}
    await bob.sync()
    assert bob.answer(inspection, "A-1.a") == FAIL
    assert await fates(bob) == {(bob.device, n): "taken"}
    assert await waiting(sue) == []
    (done,) = await waiting(sue, "settled")
    assert (done["decided_by"], done["reason"], done["status"]) == (sue.person, "看过了", "taken")
    assert bob.row("inspection", inspection)["score"]["total"] == 240
    await world.agree(*list(world.phones))
    await tables_are_the_log()


async def test_dismissed_nothing_changes_and_its_author_is_told_why(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    await bob.sync()
    held = await waiting(sue)
    check_problem(
        await post(sue, "/api/held/settle", changes=[held[0]["change"]], how="dismiss", reason=" "), 400, "bad_request"
    )
    await decide(sue, held, "dismiss", "现场已复核")
    (told,) = (await get(bob, "/api/held/own"))["held"]
    assert (told["change"], told["status"], told["reason"]) == ([bob.device, n], "dismissed", "现场已复核")
    assert told["decided_by_name"] == "人员sue"
    await ann.sync()
    assert ann.answer(inspection, "A-1.a")["result"] == "pass"
    again = await post(sue, "/api/held/settle", changes=[held[0]["change"]], how="take", reason="x")
    check_problem(again, 409, "already_settled")
    assert await sue.fate(settle_late(sue, inspection, held[0]["change"], True)) == "refused wrong_state"
    await tables_are_the_log()


async def test_what_came_after_the_approval_opens_it_again(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world, A_1_a={"result": "todo"})
    n = bob.check(inspection, "A-1.a", PASS)
    late = bob.check(inspection, "A-2.a", FAIL)
    assert await sue.fate(sue.act("finding", finding_id(inspection, "A-1"), "correct",
                                  {"set": {"A-1.a": PASS}, "reason": "x"})) == "applied"  # fmt: skip
    assert await sue.fate(sue.do(inspection, "approve")) == "applied"
    await bob.sync()
    held = await waiting(sue)
    assert [one["root_status"] for one in held] == ["approved", "approved"]
    refused = await post(sue, "/api/held/settle", changes=[held[1]["change"]], how="take", reason="x")
    check_problem(refused, 422, "wrong_state")
    assert [one["change"][1] for one in await waiting(sue)] == [n, late]
    await decide(sue, held[1:], "reopen", "照片能说明问题")
    await sue.sync()
    assert sue.row("inspection", inspection)["status"] == "submitted"
    assert sue.row("inspection", inspection)["approved_sha256"] is None
    assert sue.answer(inspection, "A-2.a") == FAIL
    await world.agree(*list(world.phones))
    await tables_are_the_log()


async def test_kept_beside_the_record_with_its_photos(world: World) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    bob.check(inspection, "A-1.a", FAIL)
    photo = bob.photo(inspection, "A-1")
    sue.do(inspection, "approve")
    await sue.sync()
    await bob.sync()
    pinned = sue.row("inspection", inspection)["approved_sha256"]
    held = await waiting(sue)
    await decide(sue, held, "add", "提交之后送到：A-1 不合格，照片一张。")
    await bob.sync()
    await ann.sync()
    (said,) = ann.rows("comment")
    assert said["of"] == {"type": "finding", "id": finding_id(inspection, "A-1")}
    assert (said["author"], said["text"]) == (sue.person, "提交之后送到：A-1 不合格，照片一张。")
    kept = bob.row("photo", photo)
    assert (kept["of"], kept["author"]) == ({"type": "comment", "id": said["id"]}, bob.person)
    assert ann.answer(inspection, "A-1.a")["result"] == "pass"
    assert ann.row("inspection", inspection)["approved_sha256"] == pinned
    assert set((await fates(bob)).values()) == {"added"}
    await world.agree(*list(world.phones))
    await tables_are_the_log()


FLAWS: list[dict[str, Any]] = [
    {"stored_at": [1]},
    {"waived": [{"by": "x", "at": 1, "reason": "x"}]},
    {"sha256": []},
    {"sha256": [5]},
    {"quiet": [True]},
    {"verb": ["create"]},
    {"source": ["drawn"]},
    {"bytes": None},
]


async def test_a_photo_that_is_none_is_not_kept_beside_the_record(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world)
    steps = []
    for group, flaw in enumerate(FLAWS, 1):
        photo = bob.new_id()
        facts = {path: [value] for path, value in bob.picture(finding_id(inspection, "A-1"), photo).items()} | flaw
        about = {path: said for path, said in facts.items() if said is not None}
        late = bob.write(inspection, "A-1", {"checks.A-1.a": FAIL}, group=group)
        steps.append((late, bob.put({"type": "photo", "id": photo, "set": about, "group": group})))
    await bob.sync()
    held = {one["change"][1]: one for one in await waiting(sue)}
    for late, photo_change in steps:
        settled = await decide(sue, [held[late], held[photo_change]], "add", "A-1 不合格")
        assert settled["done"] == 1
        assert [one["change"] for one in settled["missed"]] == [[bob.device, photo_change]]
        alone = await post(sue, "/api/held/settle", changes=[[bob.device, photo_change]], how="add", reason="x")
        check_problem(alone, alone.status_code, settled["missed"][0]["code"])
    await sue.sync()
    assert sue.rows("photo") == []
    assert [row["text"] for row in sue.rows("comment")] == ["A-1 不合格"] * len(FLAWS)
    await decide(sue, await waiting(sue), "dismiss", "没有照片")
    await tables_are_the_log()


async def test_one_remark_stands_beside_one_record(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    visits = [visit(kim, customer(kim), result="met") for _ in range(2)]
    await kim.sync()
    for id_ in visits:
        kim.edit("visit", id_, {"remark": "补一句"})
    await withdrawn(world, "kim", "carrier")
    await kim.sync()
    held = await waiting(sue)
    both = [one["change"] for one in held]
    answer = await post(sue, "/api/held/settle", changes=both, how="add", reason="x")
    check_problem(answer, 400, "bad_request")
    for one in held:
        await decide(sue, [one], "add", "补一句")
    await sue.sync()
    assert {row["of"]["id"] for row in sue.rows("comment")} == set(visits)


async def test_a_whole_inspection_begun_before_the_right_went(world: World) -> None:
    ann, sue = await world.team("ann", "sue")
    inspection = ann.start()
    ann.answer_all(inspection)
    photo = ann.photo(inspection, "A-1")
    ann.do(inspection, "submit")
    await withdrawn(world, "ann", "inspector")
    await ann.sync()
    assert {ann.outcome(n) for n in ann.out.changes} == {"held"}
    held = await waiting(sue)
    assert len(held) == len(ann.out.changes)
    assert {one["branch"] for one in held} == {named("north")}
    lone = await post(sue, "/api/held/settle", changes=[held[-1]["change"]], how="take", reason="x")
    check_problem(lone, 422, "wrong_state")
    assert await decide(sue, held) == {"done": len(held), "missed": []}
    await sue.sync()
    row = sue.row("inspection", inspection)
    assert (row["status"], row["lead"]) == ("submitted", ann.person)
    assert row["score"]["total"] == 250
    assert sue.row("photo", photo)["author"] == ann.person
    assert set((await fates(ann)).values()) == {"taken"}
    await world.agree(*list(world.phones))
    await tables_are_the_log()


async def test_visits_customers_and_what_is_said_of_them(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    old = customer(kim, "老客户")
    await kim.sync()
    shop = customer(kim)
    kim.edit("customer", old, {"tier": "甲"})
    seen = visit(kim, shop, result="met", complaint="误投")
    close(kim, seen)
    comment(kim, "visit", seen, "请尽快")
    await withdrawn(world, "kim", "carrier")
    await kim.sync()
    held = await waiting(sue)
    assert [one["type"] for one in held] == ["customer", "customer", "visit", "visit", "comment"]
    assert {one["code"] for one in held} == {"out_of_scope"}
    assert await decide(sue, held) == {"done": 5, "missed": []}
    await sue.sync()
    taken = sue.row("visit", seen)
    assert (taken["status"], taken["person"], taken["customer"]) == ("closed", kim.person, shop)
    assert sue.row("customer", old)["tier"] == "甲"
    assert [row["text"] for row in sue.rows("comment")] == ["请尽快"]
    assert [one["visit"] for one in (await get(sue, "/api/suggestions"))["suggestions"]] == [seen]
    await world.agree(*list(world.phones))
    await tables_are_the_log()


async def test_an_answer_to_a_task_one_was_taken_off(world: World) -> None:
    ann, sue = await world.team("ann", "sue")
    task = await world.task("ann")
    await ann.sync()
    ann.act("task", task, "decline", {"reason": "休假"})
    await ann.sync()
    assert ann.outcome(ann.out.next - 1) == "applied", "an assignee keeps what was given to them"
    assert await waiting(sue) == []


async def test_what_cannot_be_taken_waits_on_and_the_rest_is_taken(world: World) -> None:
    kim, sue, mara = await world.team("kim", "sue", "mara")
    shop = customer(kim)
    first = visit(kim, shop, result="met")
    await kim.sync()
    note = kim.edit("visit", first, {"remark": "补一句"})
    tier = kim.edit("customer", shop, {"tier": "甲"})
    await mara.sync()
    mara.act("visit", first, "void", {"reason": "记错了"})
    await mara.sync()
    await withdrawn(world, "kim", "carrier")
    await kim.sync()
    assert [kim.said(n) for n in (note, tier)] == ["held out_of_scope"] * 2
    settled = await decide(sue, await waiting(sue))
    assert settled == {"done": 1, "missed": [{"change": [kim.device, note], "code": "wrong_state"}]}
    assert [one["change"] for one in await waiting(sue)] == [[kim.device, note]]
    await decide(sue, await waiting(sue), "dismiss", "走访已作废")
    assert await fates(kim) == {(kim.device, note): "dismissed", (kim.device, tier): "taken"}


async def test_one_step_is_taken_as_one(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    shop = customer(kim)
    done = visit(kim, shop, result="met")
    close(kim, done)
    await kim.sync()
    kim.edit("customer", shop, {"tier": "乙"}, group=9)
    kim.edit("visit", done, {"remark": "太晚"}, group=9)
    await withdrawn(world, "kim", "carrier")
    await kim.sync()
    held = await waiting(sue)
    assert len({one["group"] for one in held}) == 1
    refused = await post(sue, "/api/held/settle", changes=[one["change"] for one in held], how="take", reason="x")
    check_problem(refused, 422, "wrong_state")
    await sue.sync()
    assert sue.row("customer", shop)["tier"] is None


async def test_what_hangs_on_dismissed_work_is_refused(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    shop = customer(kim)
    await withdrawn(world, "kim", "carrier")
    await kim.sync()
    await decide(sue, await waiting(sue), "dismiss", "不属于本网点")
    seen = kim.new_id()
    values = {"branch": named("north"), "kind": "visit", "started_at": kim.now(), "customer": shop}
    assert await kim.fate(kim.edit("visit", seen, values, seen=1)) in ("held out_of_scope", "refused parent_refused")


async def test_one_step_changes_nothing_beyond_the_branches_of_who_takes_it_in(world: World) -> None:
    inspection, _, bob, sue = await overtaken(world)
    bob.write(inspection, "A-1", {"checks.A-1.a": FAIL}, group=9)
    elsewhere = bob.new_id()
    bob.edit("customer", elsewhere, {"branch": named("far"), "name": "柳记"}, group=9)
    await bob.sync()
    held = await waiting(sue)
    answer = await post(sue, "/api/held/settle", changes=[one["change"] for one in held], how="take", reason="x")
    check_problem(answer, 403, "not_allowed")
    assert await fetch("SELECT 1 FROM customer WHERE id = ?", elsewhere) == []
    await tables_are_the_log()


async def test_a_number_no_database_holds_is_a_bad_request(world: World) -> None:
    sue = await world.phone("sue")
    for change in ([1, 2**63], [2**63, 1], [0, 1]):
        answer = await post(sue, "/api/held/settle", changes=[change], how="dismiss", reason="x")
        check_problem(answer, 400, "bad_request")
