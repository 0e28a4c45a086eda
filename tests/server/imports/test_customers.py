"""Customers brought in by sheet: checked by cell, seen by their branch alone, taken back without a trace of them."""

from typing import Any

import pytest

from server.customers.sheets import masked
from server.database.query import fetch
from tests.server.imports.test_imports import apply, cells_of, checked, counts, desk, xlsx
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import named
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.reply import check_problem
from tests.server.visits.rounds import closed, customer

HEADINGS = ["所属网点", "客户名称", "客户类别", "联系人", "联系电话", "纬度", "经度", "等级", "备注"]
GOOD = [
    ["B-north", "重庆路文具店", "单位", "单晓明", "0571-0000 1234", 30.1, 120.2, "A", "周二\n来"],
    ["B-north", "望江茶馆", None, None, 57100009999, None, None, None, None],
    ["B-far", "张三", "个人", None, None, None, None, None, None],
]


async def held(phone: Hand) -> dict[str, dict[str, Any]]:
    await phone.sync()
    return {row["name"]: row for row in phone.rows("customer")}


async def test_customers_are_checked_brought_in_and_taken_back(world: World) -> None:
    root, (kim, sue, zara) = await desk(world), await world.team("kim", "sue", "zara")
    found = await checked(root, xlsx(HEADINGS, *GOOD), "customers")
    assert (counts(found), found["errors"]) == ((3, 0, 0, 0), [])
    assert await held(kim) == {}, "a dry run changes nothing"
    assert (await apply(root, found)).status_code == 200
    assert (await held(kim)).keys() == (await held(sue)).keys() == {"重庆路文具店", "望江茶馆"}
    assert (await held(zara)).keys() == {"张三"}
    shop = (await held(kim))["重庆路文具店"]
    assert (shop["kind"], shop["contact"], shop["phone"]) == ("organisation", "单晓明", "0571-0000 1234")
    assert (shop["position"]["lat"], shop["tier"], shop["remark"]) == (30.1, "A", "周二\n来")
    assert [row["id"] for row in (await kim.http.get("/api/customers?q=cqlwjd")).json()["rows"]["customer"]] == [
        shop["id"]
    ]
    assert counts(await checked(root, xlsx(HEADINGS, *GOOD), "customers")) == (0, 0, 3, 0)
    undone = await root.post(f"/api/imports/{found['id']}/undo")
    assert (undone.status_code, undone.json()["state"]) == (200, "undone")
    assert await held(kim) == await held(zara) == {}
    for table, column in (("customer", "body"), ("log", "content")):
        left = await fetch(f"SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%单晓明%' OR {column} LIKE '%张三%'")
        assert left[0][0] == 0, "whom it named by mistake is forgotten"
    assert counts(await checked(root, xlsx(HEADINGS, *GOOD), "customers")) == (3, 0, 0, 0)
    await world.agree(kim, sue)
    await tables_are_the_log()


async def test_errors_are_told_by_cell(world: World) -> None:
    root, kim = await desk(world), await world.phone("kim")
    customer(kim, "老王", phone="0571-0000 1111")
    customer(kim, "老王", phone="0571-0000 2222")
    await kim.sync()
    rows = [
        ["网点编码", "客户名称", "类别", "电话", "纬度", "客户编号"],
        ["B-north", "好的", "单位", "13900000042", None, None],
        ["nowhere", "甲", "神仙", "一二三四五六", 99, None],
        [None, "乙", None, None, 30, None],
        ["B-north", "好的", None, "139 0000 0042", None, None],
        ["B-north", "老王", None, None, None, None],
        ["B-north", "丙", None, None, None, named("nobody")],
        ["B-north", "丁", None, None, None, "17"],
    ]
    found = await checked(root, xlsx(*rows), "customers")
    assert counts(found) == (1, 0, 0, 6)
    assert [(one["row"], one["column"], one["code"]) for one in found["errors"]] == [
        (3, "C", "bad_choice"), (3, "D", "bad_phone"), (3, "E", "bad_number"), (3, "A", "unknown_place"),
        (4, "A", "missing"), (5, "A", "twice"), (6, "B", "ambiguous_customer"), (7, "F", "unknown_customer"),
        (8, "F", "unknown_customer"),
    ]  # fmt: skip
    assert found["errors"][0]["en"] == "One of: organisation, person, key account"
    check_problem(await apply(root, found), 409, "import_errors")
    sheet = cells_of(await root.get(f"/api/imports/{found['id']}/sheet", params={"lang": "zh"}))
    assert [bool(row[-1]) for row in sheet[1:]] == [False, True, True, True, True, True, True]


async def test_what_is_exported_comes_back_with_hidden_numbers(world: World) -> None:
    root, (kim, sue, ann) = await desk(world), await world.team("kim", "sue", "ann")
    one = customer(kim, "重庆路文具店", phone="139 0000 0042", tier="A")
    await kim.sync()
    sheet = await sue.http.get("/api/customers", params={"format": "xlsx", "lang": "zh"})
    rows = cells_of(sheet)
    assert rows[0][:5] == ["网点编码", "客户名称", "类别", "联系人", "电话"]
    assert (rows[1][4], rows[1][-1]) == ("139****0042", one)
    assert "0000 0042" not in str(rows)
    assert counts(await checked(root, sheet.content, "customers")) == (0, 0, 1, 0)
    rows[1][1], rows[1][9] = "重庆路书店", "B"
    found = await checked(root, xlsx(*rows), "customers")
    assert counts(found) == (0, 1, 0, 0)
    assert (await apply(root, found)).status_code == 200
    changed = (await held(kim))["重庆路书店"]
    assert (changed["id"], changed["phone"], changed["tier"]) == (one, "139 0000 0042", "B")
    for nobody in (ann.http, root):
        assert len(cells_of(await nobody.get("/api/customers", params={"format": "xlsx"}))) == 1
    template = cells_of(await root.get("/api/imports/template/customers", params={"lang": "zh"}))
    assert template[0] == rows[0]


async def test_a_sheet_is_an_edit_like_any_other(world: World) -> None:
    """What a carrier wrote before it is superseded, what they write after it stands; nothing of that is taken back."""
    root, kim = await desk(world), await world.phone("kim")
    one = customer(kim, "望江茶馆", tier="A")
    await kim.sync()
    kim.edit("customer", one, {"tier": "C"})
    world.clock.advance(60_000)
    found = await checked(root, xlsx(["网点编码", "客户名称", "等级"], ["B-north", "望江茶馆", "B"]), "customers")
    await apply(root, found)
    await kim.sync()
    assert kim.row("customer", one)["tier"] == "B"
    assert (await root.post(f"/api/imports/{found['id']}/undo")).status_code == 409
    kim.edit("customer", one, {"tier": "D"})
    await kim.sync()
    assert kim.row("customer", one)["tier"] == "D"
    await world.agree(kim)
    await tables_are_the_log()


async def test_who_was_visited_or_erased_is_not_taken_back(world: World) -> None:
    root, (kim, mara) = await desk(world), await world.team("kim", "mara")
    found = await checked(root, xlsx(HEADINGS, *GOOD), "customers")
    await apply(root, found)
    people = await held(kim)
    await closed(kim, people["望江茶馆"]["id"])
    edited = await checked(
        root, xlsx(["网点编码", "客户名称", "联系人"], ["B-north", "重庆路文具店", "贾"]), "customers"
    )
    await apply(root, edited)
    erased = people["重庆路文具店"]["id"]
    assert (await mara.http.post(f"/api/customers/{erased}/erase", json={"reason": "x"})).status_code == 200
    for one in (found, edited):
        check_problem(await root.post(f"/api/imports/{one['id']}/undo"), 409, "import_changed")
    assert await fetch("SELECT 1 FROM import_row WHERE before LIKE '%单晓明%'") == []
    await tables_are_the_log()


@pytest.mark.parametrize("branch", ["B-far", "B-north"])
async def test_only_their_administrator_brings_them_in(world: World, branch: str) -> None:
    await world.add_person("local", ("admin", "city1"))
    local = await desk(world, "local")
    found = await checked(local, xlsx(["网点编码", "客户名称"], [branch, "甲"]), "customers")
    assert [one["code"] for one in found["errors"]] == (["unknown_place"] if branch == "B-far" else [])
    check_problem(await (await desk(world, "mara")).get("/api/imports/template/customers"), 403, "not_allowed")


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("139 0000 0042", "139****0042"), ("0571-0042", "0****42"), ("571000042", "5****0042"), ("1234", "****")],
)
def test_a_number_is_hidden_as_on_the_screens(phone: str, shown: str) -> None:
    assert masked(phone) == shown


async def test_who_sees_a_branch_twice_sees_its_customers_once(world: World) -> None:
    root, kim = await desk(world), await world.phone("kim")
    for name in ("甲", "乙"):
        customer(kim, name)
    await kim.sync()
    await world.grant("sue", ("supervisor", "city1"), ("manager", "north"))
    sue = await world.phone("sue")
    for query, found in (({}, 2), ({"unit": named("county1")}, 2), ({"unit": named("county2")}, 0), ({"limit": 1}, 1)):
        reply = await sue.http.get("/api/customers", params=query)
        assert len(reply.json()["rows"]["customer"]) == found, query
    await world.grant("root", ("admin", "province"), ("supervisor", "province"))
    for query, found in (({}, 2), ({"unit": named("county2")}, 0), ({"branch": named("north")}, 2)):
        assert len((await root.get("/api/customers", params=query)).json()["rows"]["customer"]) == found, query
