"""What desks ask of customers and visits over HTTP: lists, merging, numbers shown, forgetting."""

import asyncio
import json
from typing import Any

import httpx
import msgspec
import pytest

from server.customers.erasing import outside_of
from server.customers.retention import forget_old
from server.database.query import fetch
from server.door.erasing import MARK
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import DAY, named
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.reply import check_problem, check_row
from tests.server.visits.rounds import closed, comment, counts, customer

GHOST = "0197a000-0000-7000-8000-00000000dead"


async def get(hand: Hand, url: str, **query: Any) -> dict[str, Any]:
    response = await hand.http.get(url, params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    for type_, rows in found.get("rows", {}).items():
        for row in rows:
            check_row(type_, row)
    return found


async def post(hand: Hand, url: str, **body: Any) -> httpx.Response:
    return await hand.http.post(url, json=body)


# -- lists


async def test_customers_are_found_by_name_initials_and_the_end_of_the_number(world: World) -> None:
    kim, sue, zed, root = await world.team("kim", "sue", "zed", "root")
    one = customer(kim, "重庆路文具店", kind="organisation", phone="0571-0000 1234", tier="A", route="3")
    customer(kim, "望江茶馆", contact="单晓明", phone="0571-0000 9999")
    await kim.sync()
    for query in ({"q": "文具"}, {"q": "cqlwjd"}, {"q": "CQL"}, {"q": "1234"}, {"tier": "A"}, {"route": "3"}):
        found = await get(sue, "/api/customers", **query)
        assert [row["id"] for row in found["rows"]["customer"]] == [one], query
    assert len((await get(kim, "/api/customers", q="sxm"))["rows"]["customer"]) == 1
    assert len((await get(sue, "/api/customers", unit=named("city1")))["rows"]["customer"]) == 2
    lettered = customer(kim, "Lane 便利店 ＡＢ")
    await kim.sync()
    for word in ("lane", "LANE", "Lane 便"):
        assert [row["id"] for row in (await get(sue, "/api/customers", q=word))["rows"]["customer"]] == [lettered]
    for stranger in (zed, root):
        assert (await get(stranger, "/api/customers"))["rows"]["customer"] == []


async def test_a_list_goes_on_where_it_ended(world: World) -> None:
    kim = await world.phone("kim")
    ids = {customer(kim, f"客户{n % 3}") for n in range(7)}
    await kim.sync()
    found, mark = [], None
    while True:
        page = await get(kim, "/api/customers", limit=3, **({"next": mark} if mark else {}))
        found += [row["id"] for row in page["rows"]["customer"]]
        mark = page.get("next")
        if mark is None:
            break
    assert sorted(found) == sorted(ids)
    for wrong in ({"next": "x"}, {"limit": 0}, {"status": "gone"}):
        check_problem(await kim.http.get("/api/customers", params=wrong), 400, "bad_request")


async def test_visits_are_listed_and_read_with_what_hangs_on_them(world: World) -> None:
    kim, mara, ann = await world.team("kim", "mara", "ann")
    of = customer(kim)
    one = await closed(kim, of)
    card = await closed(mara, kind="card")
    said = comment(mara, "visit", card)
    await mara.sync()
    assert {row["id"] for row in (await get(mara, "/api/visits"))["rows"]["visit"]} == {one, card}
    assert [row["id"] for row in (await get(kim, "/api/visits"))["rows"]["visit"]] == [one]
    assert [row["id"] for row in (await get(mara, "/api/visits", kind="card"))["rows"]["visit"]] == [card]
    assert [row["id"] for row in (await get(mara, "/api/visits", customer=of))["rows"]["visit"]] == [one]
    assert (await get(ann, "/api/visits"))["rows"]["visit"] == []
    found = await get(mara, f"/api/visits/{card}")
    assert [row["id"] for row in found["rows"]["comment"]] == [said]
    assert found["cursor"] == mara.cache.cursor
    for hand in (kim, ann):
        check_problem(await hand.http.get(f"/api/visits/{card}"), 404, "not_found")


# -- one customer twice


async def test_merging_brings_the_visits_of_both_under_one(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    one, other, third = customer(kim, "望江文具店"), customer(kim, "望江文具"), customer(kim, "望江文具行")
    mine = [await closed(kim, of) for of in (one, other, third)]
    again = await world.phone("kim")
    await mara.sync()
    assert (await post(mara, f"/api/customers/{third}/merge", into=other)).status_code == 200
    response = await post(mara, f"/api/customers/{other}/merge", into=one)
    assert response.status_code == 200
    check_row("customer", response.json())
    assert response.json()["id"] == one
    late = await closed(again, third)
    await kim.sync()
    assert {kim.row("visit", id_)["customer"] for id_ in (*mine, late)} == {one}
    assert [kim.row("customer", id_)["status"] for id_ in (one, other, third)] == ["active", "merged", "merged"]
    assert counts(kim) == (4, 0, 0)
    assert await kim.fate(kim.edit("customer", other, {"remark": "x"})) == "refused wrong_state"
    check_problem(await post(mara, f"/api/customers/{other}/merge", into=one), 409, "cannot_merge")
    assert len((await get(mara, "/api/visits", customer=one))["rows"]["visit"]) == 4
    await world.agree(kim, mara, again)
    await tables_are_the_log()


async def test_two_managers_who_merge_the_other_way_round_leave_one_of_both(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    again = await world.phone("mara")
    one, other = customer(kim), customer(kim)
    await closed(kim, one)
    answers = await asyncio.gather(
        post(mara, f"/api/customers/{one}/merge", into=other), post(again, f"/api/customers/{other}/merge", into=one)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    await kim.sync()
    states = {kim.row("customer", id_)["status"]: id_ for id_ in (one, other)}
    assert sorted(states) == ["active", "merged"]
    assert [row["customer"] for row in kim.rows("visit")] == [states["active"]]
    await tables_are_the_log()


async def test_who_may_merge(world: World) -> None:
    kim, mara, sue, zara = await world.team("kim", "mara", "sue", "zara")
    one, other = customer(kim), customer(kim)
    far = customer(zara, branch="far")
    await kim.sync()
    await zara.sync()
    for hand, status, code in ((kim, 403, "not_allowed"), (sue, 403, "not_allowed"), (zara, 404, "not_found")):
        check_problem(await post(hand, f"/api/customers/{one}/merge", into=other), status, code)
    for into in (far, one, GHOST):
        check_problem(await post(mara, f"/api/customers/{one}/merge", into=into), 409, "cannot_merge")


async def test_who_is_perhaps_the_same(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    here = {"lat": 30.0, "lon": 120.0, "accuracy": 9, "at": 1}
    there = {"lat": 30.001, "lon": 120.001, "accuracy": 9, "at": 1}
    one = customer(kim, "望江文具店", phone="0571 0000 1234", position=here)
    same = customer(kim, "望江 文具店有限公司", position=there)
    number = customer(kim, "李氏茶馆", phone="057100001234")
    customer(kim, "望江茶馆", phone="0571 0000 5678")
    await kim.sync()
    found = await get(mara, f"/api/customers/{one}/near")
    assert {row["id"] for row in found["rows"]["customer"]} == {same, number}
    check_problem(await kim.http.get(f"/api/customers/{one}/near"), 403, "not_allowed")


# -- numbers shown


async def test_looking_at_a_number_is_noted_once(world: World) -> None:
    kim, mara, ann = await world.team("kim", "mara", "ann")
    id_ = customer(kim, phone="0571 0000 1234")
    await kim.sync()
    look = {"id": kim.new_id(), "at": kim.now() - 5000}
    for _ in range(2):
        assert (await post(kim, f"/api/customers/{id_}/reveal", **look)).status_code == 204
    check_problem(await post(ann, f"/api/customers/{id_}/reveal", **look), 404, "not_found")
    found = await get(mara, f"/api/customers/{id_}/reveals")
    assert found["reveals"] == [{"person": kim.person, "at": look["at"], "received": world.clock()}]
    check_problem(await kim.http.get(f"/api/customers/{id_}/reveals"), 403, "not_allowed")


# -- forgetting

SECRETS = (
    *("望江文具店", "单晓明", "057100005678", "0571 0000 1234", "人民路一号", "老板脾气急", "解放路二号"),
    *("投诉误投", "要寄样品", "对面开店", "30.5", "已回电", "客户本人"),
)


async def told_secrets() -> list[str]:
    """Which of them stand anywhere; a phone may have spelled its letters in ASCII."""
    tables = ("log", "customer", "visit", "comment")
    told = [str(row) for table in tables for row in await fetch(f"SELECT * FROM {table}")]
    text = "\n".join(told).replace("\\\\", "\\")
    return [secret for secret in SECRETS if secret in text or json.dumps(secret)[1:-1] in text]


async def test_a_forgotten_customer_is_nowhere_and_the_log_still_proves_itself(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    of = customer(kim, "望江文具店", contact="单晓明", phone="0571 0000 1234", kind="organisation")
    await kim.sync()
    kim.edit("customer", of, {"address": "人民路一号", "phone": "057100005678", "remark": "老板脾气急"})
    beaten = kim.edit("customer", of, {"address": "解放路二号"}, at=kim.now() - 60_000, bases={"address": []})
    at = {"lat": 30.5, "lon": 120.5, "accuracy": 9, "at": 1}
    seen = await closed(
        kim, of, complaint="投诉误投", needs="要寄样品", market_info="对面开店", position=at, satisfaction=40
    )
    comment(kim, "visit", seen, "已回电")
    void = await closed(kim, of, kind="card")
    kim.act("visit", void, "void", {"reason": "客户本人要求"})
    keeps = await closed(kim, customer(kim, "另一家"), remark="不相干")
    other = customer(kim, "望江文具店")
    await kim.sync()
    await mara.sync()
    await post(mara, f"/api/customers/{other}/merge", into=of)
    assert kim.outcome(beaten) == "superseded"
    outbox = kim.request(changes=[change for _, change in sorted(kim.out.changes.items())])
    assert await told_secrets() == list(SECRETS)

    check_problem(await post(kim, f"/api/customers/{of}/erase", reason="x"), 403, "not_allowed")
    response = await post(mara, f"/api/customers/{of}/erase", reason="本人要求")
    assert response.status_code == 200, response.text
    check_row("customer", response.json())
    assert (response.json()["status"], response.json()["name"], response.json()["phone"]) == ("erased", "", None)

    assert await told_secrets() == []
    await kim.sync()
    assert (kim.row("visit", seen)["satisfaction"], kim.row("visit", seen)["complaint"]) == (40, None)
    assert kim.row("visit", keeps)["remark"] == "不相干"
    assert counts(kim) == (2, 0, 0)
    assert await kim.fate(kim.edit("customer", of, {"phone": "1"})) == "refused wrong_state"
    await tables_are_the_log()
    await world.agree(kim, mara)
    # What the phone sends again is known by its proof; another content under its number is a fork.
    assert (await kim.send(outbox)).status_code == 200
    forged = next(change for change in outbox["changes"] if change.get("set", {}).get("contact"))
    forged["set"]["contact"] = ["单小明"]
    check_problem(await kim.send(outbox), 409, "device_fork")
    kept = [json.loads(row[0]) for row in await fetch("SELECT content FROM log WHERE device > 0")]
    assert sum(MARK in content for content in kept) >= 6


async def test_what_tells_of_people_is_kept_as_long_as_the_operator_says(world: World) -> None:
    kim = await world.phone("kim")
    of, idle = customer(kim), customer(kim, "没人去")
    old = await closed(kim, of, remark="很久以前")
    world.clock.advance(300 * DAY)
    kim = await world.phone("kim")
    new = await closed(kim, of, remark="最近")
    settings = msgspec.structs.replace(world.app.state.settings, keep_visits_days=200, keep_customers_days=250)
    outside = outside_of(world.app)
    assert await forget_old(world.app.state.settings, outside, world.clock()) == (0, 0), (
        "for ever, unless somebody says so"
    )
    assert await forget_old(settings, outside, world.clock()) == (1, 1)
    assert await forget_old(settings, outside, world.clock()) == (0, 0)
    await kim.sync()
    assert [kim.row("visit", id_)["remark"] for id_ in (old, new)] == [None, "最近"]
    assert [kim.row("customer", id_)["status"] for id_ in (of, idle)] == ["active", "erased"]
    counted = [json.loads(row[0])["visits"] for row in await fetch("SELECT body FROM quota")]
    assert counted == [1, 1], "what counted counts"
    await tables_are_the_log()


@pytest.mark.parametrize(("login", "status"), [("kim", 403), ("sue", 403), ("ann", 404), ("zara", 404), ("root", 404)])
async def test_only_a_manager_of_the_branch_forgets(world: World, login: str, status: int) -> None:
    kim, hand = await world.team("kim", login)
    of = customer(kim)
    await kim.sync()
    check_problem(await post(hand, f"/api/customers/{of}/erase", reason="x"), status)
