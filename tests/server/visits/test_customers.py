"""Customers of a branch: who keeps them, who sees them."""

import pytest

from server.database.query import fetch
from tests.server.protocol.seed import named
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.visits.rounds import customer


@pytest.mark.parametrize(
    ("login", "branch", "fate"),
    [
        ("kim", "north", "applied"),
        ("mara", "north", "applied"),
        ("sue", "north", "refused not_allowed"),
        ("ann", "north", "refused not_allowed"),
        ("kim", "south", "refused unknown_record"),
        ("zara", "north", "refused unknown_record"),
        ("root", "north", "refused not_allowed"),
    ],
)
async def test_carriers_and_managers_of_the_branch_make_them(world: World, login: str, branch: str, fate: str) -> None:
    hand = await world.phone(login)
    customer(hand, branch=branch)
    assert await hand.fate(hand.out.next - 1) == fate


async def test_who_sees_one(world: World) -> None:
    kim = await world.phone("kim")
    id_ = customer(kim, phone="0571 0000 1234", tier="A")
    await kim.sync()
    assert (kim.row("customer", id_)["status"], kim.row("customer", id_)["phone"]) == ("active", "0571 0000 1234")
    seen = {login: (await world.phone(login)).has("customer", id_) for login in ("mara", "sue", "ann", "zed", "root")}
    assert seen == {"mara": True, "sue": True, "ann": False, "zed": False, "root": False}


async def test_it_is_edited_by_those_who_keep_it_and_the_later_value_stands(world: World) -> None:
    kim, mara, sue = await world.team("kim", "mara", "sue")
    id_ = customer(kim)
    await kim.sync()
    for hand in (mara, sue):
        await hand.sync()
    assert await sue.fate(sue.edit("customer", id_, {"remark": "x"})) == "refused not_allowed"
    kim.edit("customer", id_, {"contact": "单晓明"})
    world.clock.advance(1000)
    mara.edit("customer", id_, {"contact": "单小明"})
    await mara.sync()
    await kim.sync()
    assert kim.row("customer", id_)["contact"] == "单小明"
    assert "open" not in kim.row("customer", id_)
    await tables_are_the_log()


@pytest.mark.parametrize(
    ("values", "fate"),
    [
        ({"name": "  "}, "refused bad_value"),
        ({"kind": "shop"}, "refused bad_value"),
        ({"status": "erased"}, "refused server_field"),
        ({"initials": "wj"}, "refused unknown_field"),
        ({"kind": None, "phone": None, "position": {"lat": 30, "lon": 120, "accuracy": 9, "at": 1}}, "applied"),
    ],
)
async def test_values(world: World, values: dict[str, object], fate: str) -> None:
    kim = await world.phone("kim")
    id_ = customer(kim)
    await kim.sync()
    assert await kim.fate(kim.edit("customer", id_, values)) == fate


async def test_without_a_name_it_is_incomplete(world: World) -> None:
    kim = await world.phone("kim")
    n = kim.edit("customer", kim.new_id(), {"branch": named("north")})
    assert await kim.fate(n) == "refused incomplete"


async def test_its_initials_are_made_here(world: World) -> None:
    kim = await world.phone("kim")
    customer(kim, "重庆路文具店", kind="organisation", contact="单晓明")
    customer(kim, "曾重庆", kind="person")
    await kim.sync()
    assert {row[0] for row in await fetch("SELECT initials FROM customer")} == {"cqlwjd sxm", "zcq"}


async def test_who_is_moved_away_loses_the_customers_and_their_late_work_is_set_aside(world: World) -> None:
    kim = await world.phone("kim")
    id_ = customer(kim)
    await kim.sync()
    await world.grant("kim", ("carrier", "south"))
    n = kim.edit("customer", id_, {"remark": "x"})
    assert await kim.fate(n) == "held out_of_scope"
    assert not kim.rows("customer")
