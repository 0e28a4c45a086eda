"""Visits: who makes, closes, voids and corrects them, and who sees them."""

import pytest

from tests.server.protocol.seed import named
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.visits.rounds import close, closed, customer, visit


async def test_a_visit_from_its_beginning_to_its_end(world: World) -> None:
    kim = await world.phone("kim")
    of = customer(kim)
    id_ = visit(kim, of, position={"lat": 30.0, "lon": 120.0, "accuracy": 12.5, "at": kim.now()})
    heard = {"result": "met", "satisfaction": 90, "topics": ["timeliness", "other"], "follow_up_on": "2026-12-01"}
    kim.edit("visit", id_, {**heard, "needs": "每月寄样品", "market_info": "对面开了快递站"})
    assert await kim.fate(close(kim, id_)) == "applied"
    row = kim.row("visit", id_)
    assert (row["person"], row["status"], row["closed_at"]) == (kim.person, "closed", world.clock())
    assert {name: row[name] for name in heard} == heard
    await tables_are_the_log()


async def test_it_is_one_group_when_it_was_made_in_a_minute(world: World) -> None:
    kim = await world.phone("kim", synced=False)
    of, id_ = kim.new_id(), kim.new_id()
    kim.edit("customer", of, {"branch": named("north"), "name": "新客户"}, group=1)
    values = {"branch": named("north"), "kind": "visit", "started_at": kim.now(), "customer": of, "result": "met"}
    kim.edit("visit", id_, values, group=1)
    kim.put({"type": "visit", "id": id_, "act": "close", "seen": 0, "group": 1})
    await kim.sync()
    assert not kim.out.results
    assert kim.row("visit", id_)["status"] == "closed"


@pytest.mark.parametrize(
    ("login", "branch", "fate"),
    [
        ("kim", "north", "applied"),
        ("mara", "north", "applied"),
        ("sue", "north", "refused not_allowed"),
        ("ann", "north", "refused not_allowed"),
        ("kim", "south", "refused unknown_record"),
        ("root", "north", "refused not_allowed"),
    ],
)
async def test_carriers_and_managers_make_them(world: World, login: str, branch: str, fate: str) -> None:
    hand = await world.phone(login)
    visit(hand, kind="card", branch=branch)
    assert await hand.fate(hand.out.next - 1) == fate


async def test_who_sees_one(world: World) -> None:
    await world.add_person("kit", ("carrier", "north"))
    kim = await world.phone("kim")
    id_ = await closed(kim, customer(kim))
    logins = ("kim", "mara", "sue", "kit", "ann", "zed", "zara", "root")
    seen = [login for login in logins if (await world.phone(login)).has("visit", id_)]
    assert seen == ["kim", "mara", "sue"]


@pytest.mark.parametrize(
    ("kind", "has_customer", "result", "said"),
    [
        ("visit", True, "met", "applied"),
        ("visit", True, None, "refused incomplete"),
        ("visit", False, "met", "refused incomplete"),
        ("ride_along", False, "met", "applied"),
        ("card", False, "left_word", "applied"),
        ("card", False, None, "refused incomplete"),
    ],
)
async def test_what_closing_needs(world: World, kind: str, has_customer: bool, result: str | None, said: str) -> None:
    kim = await world.phone("kim")
    id_ = visit(kim, customer(kim) if has_customer else None, kind, result=result)
    assert await kim.fate(close(kim, id_)) == said
    if said != "applied":
        field = "customer" if result else "result"
        assert kim.out.results[kim.out.next - 1]["field"] == field
        assert kim.row("visit", id_)["status"] == "draft"


async def test_only_its_person_edits_and_closes_a_draft(world: World) -> None:
    kim, mara, sue = await world.team("kim", "mara", "sue")
    id_ = visit(kim, customer(kim), result="met")
    await kim.sync()
    for hand in (mara, sue):
        await hand.sync()
        assert await hand.fate(hand.edit("visit", id_, {"remark": "x"})) == "refused not_allowed"
        assert await hand.fate(close(hand, id_)) == "refused not_allowed"


async def test_a_closed_visit_is_never_edited(world: World) -> None:
    kim = await world.phone("kim")
    id_ = await closed(kim, customer(kim))
    assert await kim.fate(kim.edit("visit", id_, {"remark": "x"})) == "refused wrong_state"
    assert await kim.fate(close(kim, id_)) == "refused wrong_state"
    assert await kim.fate(kim.edit("visit", id_, {"closed_at": 1})) == "refused server_field"
    assert await kim.fate(kim.edit("visit", id_, {"kind": "card"})) == "refused wrong_state"


async def test_a_draft_cannot_change_what_is_written_once(world: World) -> None:
    kim = await world.phone("kim")
    id_ = visit(kim, customer(kim))
    await kim.sync()
    assert await kim.fate(kim.edit("visit", id_, {"kind": "card"})) == "refused write_once"
    assert await kim.fate(kim.edit("visit", id_, {"customer": customer(kim, "另一家")})) == "refused write_once"


async def test_the_customer_is_one_of_the_branch(world: World) -> None:
    await world.add_person("kay", ("carrier", "county1"))
    kay = await world.phone("kay")
    other = customer(kay, branch="south")
    visit(kay, other)
    assert await kay.fate(kay.out.next - 1) == "refused bad_value"
    kim = await world.phone("kim")
    visit(kim, other)
    assert await kim.fate(kim.out.next - 1) == "refused unknown_record"


async def test_a_visit_of_a_refused_customer_is_refused_with_it(world: World) -> None:
    kim = await world.phone("kim")
    of = customer(kim, "  ")
    visit(kim, of)
    assert await kim.fate(kim.out.next - 1) == "refused parent_refused"


async def test_void_by_its_person_and_by_the_manager_with_a_reason(world: World) -> None:
    kim, mara, sue = await world.team("kim", "mara", "sue")
    mine, other = await closed(kim, customer(kim)), await closed(kim, kind="ride_along")
    for hand in (mara, sue):
        await hand.sync()
    assert await kim.fate(kim.act("visit", mine, "void")) == "refused needs_reason"
    assert await kim.fate(kim.act("visit", mine, "void", {"reason": "记错了"})) == "applied"
    assert await sue.fate(sue.act("visit", other, "void", {"reason": "x"})) == "refused not_allowed"
    assert await mara.fate(mara.act("visit", other, "void", {"reason": "重复"})) == "applied"
    assert await mara.fate(mara.act("visit", other, "void", {"reason": "重复"})) == "refused wrong_state"
    await kim.sync()
    assert [row["status"] for row in kim.rows("visit")] == ["void", "void"]
    assert await kim.fate(kim.edit("visit", mine, {"remark": "x"})) == "refused wrong_state"


async def test_an_act_on_what_another_device_changed_is_stale(world: World) -> None:
    kim, again, mara = await world.team("kim", "kim", "mara")
    id_ = visit(kim, customer(kim), result="met")
    await kim.sync()
    await again.sync()
    await mara.sync()
    kim.edit("visit", id_, {"remark": "x"})
    await kim.sync()
    assert await again.fate(close(again, id_)) == "refused stale_view"
    assert await again.fate(close(again, id_)) == "applied"


@pytest.mark.parametrize(("corrects", "said"), [("draft", "wrong_state"), ("other", "unknown_record"), ("ghost", "")])
async def test_what_can_be_corrected(world: World, corrects: str, said: str) -> None:
    kim, mara = await world.team("kim", "mara")
    wrong = {
        "draft": visit(kim, customer(kim)),
        "other": await closed(mara, kind="card"),
        "ghost": "0197a000-0000-7000-8000-00000000dead",
    }[corrects]
    await kim.sync()
    visit(kim, kind="card", corrects=wrong)
    assert await kim.fate(kim.out.next - 1) == f"refused {said or 'unknown_record'}"


async def test_the_manager_corrects_a_carriers_visit(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    of = customer(kim)
    wrong = await closed(kim, of)
    await mara.sync()
    right = await closed(mara, of, corrects=wrong, result="left_word")
    assert mara.row("visit", right)["corrects"] == wrong
    assert mara.row("visit", wrong)["status"] == "closed"


async def test_who_leaves_the_branch_reads_no_visits_and_reads_them_again_when_back(world: World) -> None:
    kim = await world.phone("kim")
    id_ = await closed(kim, customer(kim))
    await world.grant("kim", ("carrier", "south"))
    await kim.sync()
    assert not kim.rows("visit")
    assert not kim.rows("customer")
    await world.grant("kim", ("carrier", "north"))
    await kim.sync()
    assert kim.has("visit", id_)
    await world.agree(kim)


async def test_a_branch_that_moves_takes_its_visits_along(world: World) -> None:
    kim, sue, zed = await world.team("kim", "sue", "zed")
    id_ = await closed(kim, customer(kim))
    await world.move("north", "county2")
    await sue.sync()
    await zed.sync()
    assert (sue.has("visit", id_), zed.has("visit", id_)) == (False, True)
    assert (sue.rows("customer"), sue.rows("quota")) == ([], [])
    await world.agree(kim, sue, zed)
