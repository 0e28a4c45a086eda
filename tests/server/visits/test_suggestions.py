"""What is heard on a visit: to the supervisor as a suggested check, and back to the visitor."""

from server.tasks.acts import task_of
from server.visits.suggestions import CHECKED, step_id
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import DAY, named
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.reply import check_problem, check_row
from tests.server.visits.rounds import closed, customer, visit
from tests.server.visits.test_desk import get, post


async def test_a_complaint_comes_to_the_supervisor_and_its_answer_back(world: World) -> None:
    kim, sue, zed = await world.team("kim", "sue", "zed")
    heard = await closed(kim, customer(kim), complaint="邮件误投两次", topics=["misdelivery"])
    await closed(kim, kind="card")
    (found,) = (await get(sue, "/api/suggestions"))["suggestions"]
    assert (found["visit"], found["branch"], found["status"]) == (heard, named("north"), "open")
    assert found["row"]["complaint"] == "邮件误投两次"
    for hand in (kim, zed):
        assert (await get(hand, "/api/suggestions"))["suggestions"] == []
    url = f"/api/suggestions/{heard}/deal"
    check_problem(await post(kim, url, text="x"), 403, "not_allowed")
    check_problem(await post(zed, url, text="x"), 404, "not_found")
    check_problem(await post(sue, url, text="  "), 400, "bad_request")
    dealt = await post(sue, url, text="已安排检查，段道已调整。")
    assert dealt.status_code == 200
    check_row("comment", dealt.json())
    await kim.sync()
    (back,) = kim.rows("comment")
    assert (back["of"], back["author"]) == ({"type": "visit", "id": heard}, sue.person)
    assert back["text"] == "已安排检查，段道已调整。"
    check_problem(await post(sue, url, text="again"), 409, "already_dealt")
    (done,) = (await get(sue, "/api/suggestions", status="dealt"))["suggestions"]
    assert (done["dealt_by"], done["comment"]) == (sue.person, back["id"])
    await tables_are_the_log()


async def test_what_does_not_count_suggests_nothing(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    of = customer(kim)
    void = await closed(kim, of, needs="大宗寄递")
    kim.act("visit", void, "void", {"reason": "记错了"})
    wrong = await closed(kim, of, complaint="误投")
    right = await closed(kim, of, complaint="晚到", corrects=wrong)
    visit(kim, of, complaint="草稿")
    await kim.sync()
    assert [one["visit"] for one in (await get(sue, "/api/suggestions"))["suggestions"]] == [right]


def check_of(hand: Hand, *who: str, **more: object) -> dict[str, object]:
    """What is asked for when a check is given out."""
    until = hand.now() + 3 * DAY
    asked = {"standard": named("standard"), "assignees": [named(name) for name in who], "due_at": until}
    return {**asked, "text": "请看误投", **more}


async def test_a_check_is_given_out_made_and_told_to_the_visitor(world: World) -> None:
    kim, sue, ann = await world.team("kim", "sue", "ann")
    heard = await closed(kim, customer(kim), complaint="邮件误投两次")
    url = f"/api/suggestions/{heard}"
    names = [one["name"] for one in (await get(sue, f"{url}/inspectors"))["people"]]
    assert names == [f"人员{name}" for name in ("ann", "bob", "both", "carl", "dora")]
    zed = await world.phone("zed")
    for hand, code in ((kim, 403), (ann, 404), (zed, 404)):
        refused = {403: "not_allowed", 404: "not_found"}[code]
        check_problem(await hand.http.get(f"{url}/inspectors"), code, refused)
        check_problem(await post(hand, f"{url}/check", **check_of(hand, "ann")), code, refused)
    given = await post(sue, f"{url}/check", **check_of(sue, "ann"))
    assert given.status_code == 200, given.text
    check_row("task", given.json())
    check_problem(await post(sue, f"{url}/check", **check_of(sue, "bob")), 409, "already_dealt")

    await ann.sync()
    task = ann.row("task", task_of(heard))
    assert (task["branch"], task["kind"], task["reason"]) == (named("north"), "spot_check", "请看误投")
    assert not ann.has("visit", heard), "an inspector reads why, not what the customer said"
    inspection = ann.start(task=task["id"])
    assert await ann.fate(ann.act("inspection", inspection, "submit")) == "applied"
    assert ann.row("task", task["id"])["status"] == "done"

    assert (await post(sue, f"{url}/deal", text="段道已调整。")).status_code == 200
    await kim.sync()
    said = {step: kim.row("comment", step_id(heard, step)) for step in ("ordered", "checked", "dealt")}
    assert [said[step]["text"] for step in said] == ["请看误投", CHECKED, "段道已调整。"]
    assert [said[step]["author"] for step in said] == [sue.person, None, sue.person]
    check_problem(await post(sue, f"{url}/check", **check_of(sue, "ann")), 409, "already_dealt")
    await world.agree(kim, sue, ann)


async def test_a_check_that_was_declined_is_given_out_again(world: World) -> None:
    kim, sue, ann, bob = await world.team("kim", "sue", "ann", "bob")
    heard = await closed(kim, customer(kim), needs="大宗寄递")
    url = f"/api/suggestions/{heard}/check"
    for wrong, code in (
        ({"standard": named("north")}, "unknown_standard"),
        ({"assignees": [named("zoe")]}, "bad_value"),
    ):
        check_problem(await post(sue, url, **check_of(sue, "ann", **wrong)), 422, code)
    assert (await post(sue, url, **check_of(sue, "ann"))).status_code == 200
    await ann.sync()
    assert await ann.fate(ann.act("task", task_of(heard), "decline", {"reason": "病了"})) == "applied"
    assert (await post(sue, url, **check_of(sue, "bob", text="请再看看"))).status_code == 200
    await bob.sync()
    await ann.sync()
    assert (bob.row("task", task_of(heard))["status"], ann.has("task", task_of(heard))) == ("open", False)
    await kim.sync()
    assert kim.row("comment", step_id(heard, "ordered", 2))["text"] == "请再看看"


async def test_only_the_server_tells_how_a_visit_stands(world: World) -> None:
    (kim,) = await world.team("kim")
    heard = await closed(kim, customer(kim), complaint="误投")
    told = {"of": {"type": "visit", "id": heard}, "text": "办好了", "at": kim.now()}
    assert await kim.fate(kim.edit("comment", step_id(heard, "dealt"), told)) == "refused bad_value"


async def test_what_nobody_has_answered_is_in_a_first_fill_whatever_its_age(world: World) -> None:
    kim, sue = await world.team("kim", "sue")
    of = customer(kim)
    answered, waiting = [await closed(kim, of, complaint="误投") for _ in range(2)]
    silent = await closed(kim, of)
    await post(sue, f"/api/suggestions/{answered}/deal", text="好了")
    world.clock.advance(100 * DAY)
    fresh = await world.phone("sam")
    await fresh.sync()
    assert [fresh.has("visit", id_) for id_ in (answered, waiting, silent)] == [False, True, False]
