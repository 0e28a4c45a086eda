"""Protocol §3: the watermark, stored outcomes, groups, replies that come late."""

import copy
import json
from typing import Any

import pytest

from tests.server.phone import Phone
from tests.server.protocol.gestures import FAIL, PASS, Hand, finding_id
from tests.server.protocol.seed import named
from tests.server.protocol.world import World
from tests.server.reply import check_reply


async def post(phone: Phone, **overrides: Any) -> dict[str, Any]:
    """Send without taking: as if the reply were lost."""
    request = phone.request(**overrides)
    response = await phone.send(request)
    assert response.status_code == 200, response.text
    return check_reply(request, response.content)


async def test_ack_is_the_watermark_after_an_empty_push_too(world: World) -> None:
    ann = await world.phone("ann")
    assert (await post(ann))["ack"] == 0
    ann.start()
    ann.start()
    await ann.sync()
    assert (await post(ann, changes=[]))["ack"] == 2


async def test_ack_after_a_replay_of_old_changes(world: World) -> None:
    ann = await world.phone("ann")
    for _ in range(3):
        ann.start()
    await ann.sync()
    reply = await post(ann, changes=[ann.out.changes[1]])
    assert reply["ack"] == 3
    assert "results" not in reply


async def test_applied_changes_are_not_reported(world: World) -> None:
    ann = await world.phone("ann")
    ann.start()
    assert "results" not in await post(ann)


async def test_replay_of_a_whole_outbox_changes_nothing(world: World) -> None:
    ann, bob = await world.team("ann", "bob")
    inspection = ann.start()
    ann.answer_all(inspection, A_1_a=FAIL)
    ann.do(inspection, "submit")
    ann.edit("inspection", inspection, {"status": "approved"})
    first = await post(ann)
    await bob.sync()
    before = copy.deepcopy(bob.cache)
    second = await post(ann)
    assert second["results"] == first["results"]
    assert second["ack"] == first["ack"]
    await bob.sync()
    assert bob.cache.rows == before.rows, "nothing moved, not even a rev"
    assert bob.cache.cursor == before.cursor
    await world.agree(ann, bob)


async def test_stored_outcome_survives_what_came_after(world: World) -> None:
    """A refusal stays a refusal when the same change would be fine by now."""
    ann, bob = await world.team("ann", "bob")
    inspection = ann.start()
    await ann.sync()
    await bob.sync()
    late = bob.check(inspection, "A-1.a", PASS)
    assert await bob.fate(late) in ("refused not_allowed", "refused unknown_record")
    bob.do(inspection, "join")
    await bob.sync()
    reply = await post(bob, changes=[bob.out.changes[late]])
    assert [result["outcome"] for result in reply["results"]] == ["refused"]


async def test_key_order_does_not_make_a_fork(world: World) -> None:
    ann = await world.phone("ann")
    ann.start()
    request = ann.request()
    await ann.send(request)
    turned = [dict(reversed(change.items())) for change in request["changes"]]
    for change in turned:
        change["set"] = dict(reversed(change["set"].items()))
    assert (await post(ann, changes=turned))["ack"] == 1


async def test_spelling_of_text_and_space_does_not_make_a_fork(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.edit("inspection", inspection, {"remark": "柜台"})
    request = ann.request()
    await ann.send(request)
    content = json.dumps(request, ensure_ascii=False, indent=3).encode()
    response = await ann.http.post("/api/sync", content=content, headers={"content-type": "application/json"})
    ann.take(request, response)
    assert ann.out.ack == 2


async def test_replay_and_new_changes_in_one_request(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    await post(ann)
    n = ann.edit("inspection", inspection, {"remark": "new"})
    assert len(ann.request()["changes"]) == 2
    assert await ann.fate(n) == "applied"
    assert ann.row("inspection", inspection)["remark"] == "new"


async def test_what_comes_beside_a_replay_is_told_by_whole_rows(world: World) -> None:
    """A phone that died before its receipts has the row of what it sends again, perhaps with others' work on top."""
    ann = await world.phone("ann")
    inspection = ann.start()
    await ann.sync()
    ann.edit("inspection", inspection, {"remark": "new"})
    reply = await post(ann)
    assert [mark[1] for mark in reply["same"]] == [inspection]
    ann.edit("inspection", inspection, {"representative": "somebody"})
    reply = await post(ann, cursor=reply["cursor"])
    assert "same" not in reply
    assert [row["remark"] for row in reply["rows"]["inspection"]] == ["new"]


async def test_refusal_does_not_block_the_queue(world: World) -> None:
    ann = await world.phone("ann")
    bad = ann.edit("inspection", ann.new_id(), {"remark": "no such thing"})
    good = ann.start()
    await ann.sync()
    assert ann.outcome(bad) == "refused"
    assert ann.has("inspection", good)
    assert ann.out.ack == 2


async def test_group_is_all_or_none(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    await ann.sync()
    good = ann.edit("inspection", inspection, {"remark": "no"}, group=7)
    bad = ann.edit("inspection", inspection, {"status": "approved"}, group=7)
    tail = ann.edit("inspection", inspection, {"representative": "no"}, group=7)
    free = ann.edit("inspection", inspection, {"representative": "yes"})
    await ann.sync()
    assert ann.said(good) == "refused group_refused"
    assert ann.said(bad) == "refused server_field"
    assert ann.said(tail) == "refused group_refused"
    assert ann.said(free) == "applied"
    row = ann.row("inspection", inspection)
    assert (row["remark"], row["representative"]) == (None, "yes")
    again = await post(ann, changes=[ann.out.changes[n] for n in (good, bad, tail)])
    assert [result["code"] for result in again["results"]] == ["group_refused", "server_field", "group_refused"]


@pytest.mark.parametrize("flaw", [{"at": "noon"}, {"colour": 1}, {"type": "\ud800"}, {"act": "submit"}])
async def test_group_with_a_part_nobody_can_read_is_none(world: World, flaw: dict[str, Any]) -> None:
    """Also where the rest of it would wait for a supervisor: nothing is held that nobody could take in."""
    ann, sue = await world.team("ann", "sue")
    inspection = ann.start()
    await ann.sync()
    about = {"type": "inspection", "id": inspection, "set": {"remark": ["no"]}, "group": 7}
    for _ in range(2):
        parts = [ann.put({**about, **more}) for more in ({}, flaw, {})]
        await ann.sync()
        codes = ["refused group_refused", "refused bad_value", "refused group_refused"]
        assert [ann.said(n) for n in parts] == codes
        await world.grant("ann", ("inspector", "city2"))
    held = (await sue.http.get("/api/held")).json()["held"]
    assert held == []
    await sue.sync()
    assert sue.row("inspection", inspection)["remark"] is None


@pytest.mark.parametrize("group", [2**63, -(2**63) - 1, 10**30, True, 1.5])
async def test_group_that_is_no_number_is_a_bad_value(world: World, group: Any) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    n = ann.edit("inspection", inspection, {"remark": "no"}, group=group)
    await ann.sync()
    assert ann.said(n) == "refused bad_value"


async def test_group_that_is_fine(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", FAIL, group=3)
    photo = ann.new_id()
    n = ann.edit("photo", photo, ann.picture(finding_id(inspection, "A-1"), photo), group=3)
    assert await ann.fate(n) == "applied"
    assert ann.finding(inspection)["rev"] == ann.row("photo", photo)["rev"], "one transaction, one rev"


async def test_group_refused_creates_nothing(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    await ann.sync()
    ann.check(inspection, "A-1.a", FAIL, group=1)
    ann.edit("photo", ann.new_id(), {"check": "A-1.a"}, group=1)
    await ann.sync()
    assert not ann.has("finding", finding_id(inspection, "A-1"))
    assert await ann.fate(ann.check(inspection, "A-1.a", FAIL)) == "applied", "the same work may be done again"


async def test_same_group_number_later_is_another_group(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start(branch="north")
    await ann.sync()
    ann.edit("inspection", inspection, {"status": "void"}, group=5)
    await ann.sync()
    n = ann.edit("inspection", inspection, {"remark": "fine"}, group=5)
    assert await ann.fate(n) == "applied"


async def test_act_in_a_group_with_what_it_needs(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    await ann.sync()
    ann.check(inspection, "A-1.a", FAIL, group=2)
    n = ann.act("inspection", inspection, "submit", group=2)
    assert await ann.fate(n) == "applied"
    assert ann.finding(inspection)["status"] == "locked"


async def test_late_reply_is_ignored_but_its_ack_is_true(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    request = ann.request()
    early = await ann.send(request)
    n = ann.edit("inspection", inspection, {"remark": "second"})
    await ann.sync()
    ann.take(request, early)
    assert ann.out.ack == n
    assert ann.row("inspection", inspection)["remark"] == "second"
    await world.agree(ann)


async def test_unknown_epoch_is_pushed_first_then_answered_like_null(world: World) -> None:
    ann = await world.phone("ann")
    epoch = ann.cache.epoch
    inspection = ann.start()
    ann.cache.epoch = 77
    reply = await post(ann)
    assert reply["epoch"] == epoch
    assert reply["ack"] == 1
    assert set(reply.get("audiences", ann.cache.audiences)) == set(ann.cache.audiences)
    again = Hand(ann.http, {"person": {"id": ann.person}, "device": ann.device}, world.clock)
    again.reach, again.out = ann.reach, ann.out
    await again.sync()
    assert again.has("inspection", inspection)


async def test_cursor_above_the_clock_is_answered_like_null(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.cache.cursor = (ann.cache.cursor or 0) + 1_000_000
    await ann.sync()
    assert ann.has("inspection", inspection)
    assert ann.has("standard", named("standard")), "everything filled again"
    await world.agree(ann)
