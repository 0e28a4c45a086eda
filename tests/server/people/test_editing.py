"""Units, branches and people made and changed at a desk: who may, what is refused, and what phones hear of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient, Response

from server.database.query import fetch
from tests.server.protocol.seed import PASSWORD, named
from tests.server.protocol.world import World
from tests.server.reply import check_problem

NOBODY = "0197a000-0000-7000-8000-000000000001"
Ask = Callable[[AsyncClient], Awaitable[Response]]


async def desk(world: World, login: str) -> AsyncClient:
    """A browser of this person."""
    client = world.client()
    assert (await world.sign_in(client, login)).status_code == 201
    return client


def made(name: str, unit: str = "county1", **more: Any) -> dict[str, Any]:
    return {"code": f"N-{name}", "name": name, "kind": "agency", "unit": named(unit), **more}


ASKING: dict[str, Ask] = {
    "add a unit": lambda c: c.post("/api/units", json={"name": "新县", "level": "county", "parent": named("city1")}),
    "change a unit": lambda c: c.put(f"/api/units/{named('county1')}", json={"name": "新县"}),
    "add a branch": lambda c: c.post("/api/branches", json=made("新支局")),
    "change a branch": lambda c: c.put(f"/api/branches/{named('north')}", json={"name": "新支局"}),
    "add a person": lambda c: c.post("/api/people", json={"name": "新人", "home": named("county1")}),
    "change a person": lambda c: c.put(f"/api/people/{named('dora')}", json={"name": "新名"}),
    "reset a password": lambda c: c.post(f"/api/people/{named('dora')}/password"),
    "grant": lambda c: c.put(f"/api/people/{named('dora')}/grants", json={"grants": []}),
}
KNOWING = {"ann", "bob", "sue", "mara", "kim", "dora"}
"""Staff of the first city's line: they know of these places and people, and hear that they may not."""


@pytest.mark.parametrize("what", ASKING)
async def test_only_an_administrator_over_the_place_may(world: World, what: str) -> None:
    await world.add_person("local", ("admin", "city1"))
    await world.add_person("other", ("admin", "city2"))
    for login in ("ann", "sue", "mara", "kim", "zed", "zara", "other"):
        seen = login in KNOWING
        response = await ASKING[what](await desk(world, login))
        code = check_problem(response)["code"]
        assert code == ("not_allowed" if seen else "not_found"), (login, what)
    check_problem(await ASKING[what](world.client()), 401, "unauthenticated")
    response = await ASKING[what](await desk(world, "local"))
    assert response.status_code in (200, 201), response.text


async def test_a_new_unit_and_branch_reach_the_phones_below(world: World) -> None:
    root, ann = await desk(world, "root"), await world.phone("ann")
    unit = await root.post("/api/units", json={"name": "新县", "level": "county", "parent": named("city1")})
    assert (unit.status_code, unit.json()["path"]) == (201, ["province", "city1", "新县"])
    wanted = made("重庆路支局", opens="08:30", staff_count=3) | {"unit": unit.json()["id"]}
    branch = await root.post("/api/branches", json=wanted)
    assert branch.status_code == 201
    world.reach.above |= {unit.json()["id"]: named("city1"), branch.json()["id"]: unit.json()["id"]}
    assert (branch.json()["initials"], branch.json()["unit_name"]) == ("cqlzj", "新县")
    await ann.sync()
    assert ann.row("branch", branch.json()["id"])["opens"] == "08:30"
    assert ann.has("unit", unit.json()["id"])
    await world.agree(ann)


async def test_a_code_and_a_login_belong_to_one(world: World) -> None:
    root = await desk(world, "root")
    check_problem(await root.post("/api/branches", json=made("x", code="B-far")), 409, "code_taken")
    check_problem(await root.put(f"/api/branches/{named('north')}", json={"code": "B-far"}), 409, "code_taken")
    person = {"name": "新人", "home": named("county1"), "login": "ＡＮＮ"}
    check_problem(await root.post("/api/people", json=person), 409, "login_taken")
    assert (await root.get("/api/people", params={"q": "新人"})).json()["total"] == 0, "all or nothing"
    check_problem(await root.put(f"/api/people/{named('bob')}", json={"login": "ann", "name": "x"}), 409, "login_taken")
    assert (await root.get(f"/api/people/{named('bob')}")).json()["name"] == "人员bob"
    assert (await root.put(f"/api/branches/{named('north')}", json={"code": "B-north2"})).json()["code"] == "B-north2"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/units", {"name": "x", "level": "city", "parent": named("city1")}),
        ("/api/units", {"name": "x", "level": "province", "parent": named("province")}),
    ],
)
async def test_a_unit_stands_below_a_higher_one(world: World, path: str, body: dict[str, Any]) -> None:
    root = await desk(world, "root")
    check_problem(await root.post(path, json=body), 422, "wrong_level")
    for edit in ({"level": "county"}, {"parent": named("county1")}, {"parent": named("city1")}):
        check_problem(await root.put(f"/api/units/{named('city1')}", json=edit), 422, "wrong_level")


@pytest.mark.parametrize("place", [NOBODY, "17"])
async def test_places_nobody_knows(world: World, place: str) -> None:
    root = await desk(world, "root")
    for response in (
        await root.post("/api/units", json={"name": "x", "level": "county", "parent": place}),
        await root.post("/api/branches", json=made("x") | {"unit": place}),
        await root.post("/api/people", json={"name": "x", "home": place}),
        await root.put(f"/api/units/{place}", json={"name": "x"}),
        await root.put(f"/api/people/{place}", json={"name": "x"}),
        await root.post(f"/api/people/{place}/password"),
    ):
        assert check_problem(response)["status"] in (400, 404)


async def test_a_county_moves_with_everything_in_it(world: World) -> None:
    """Who stood over it through the old city loses it, work and all; who stands over the new one gets it."""
    root = await desk(world, "root")
    ann, dora, sue, zed, mara = await world.team("ann", "dora", "sue", "zed", "mara")
    inspection = ann.start("north", remark="before the move")
    await ann.sync()
    await sue.sync()
    moved = await root.put(f"/api/units/{named('county1')}", json={"parent": named("city2")})
    assert (moved.status_code, moved.json()["path"]) == (200, ["province", "city2", "county1"])
    world.reach.above[named("county1")] = named("city2")
    for phone in (ann, dora, sue, zed, mara):
        await phone.sync()
    assert zed.has("branch", named("north"))
    assert zed.has("inspection", inspection)
    assert dora.has("branch", named("north"))
    assert not sue.has("branch", named("north"))
    assert not sue.has("inspection", inspection)
    assert sue.has("branch", named("east"))
    await world.agree(dora, sue, zed, mara)


async def test_who_is_deactivated_is_out_and_their_work_can_be_taken_over(world: World) -> None:
    root, bob = await desk(world, "root"), await world.phone("bob")
    ann = await world.phone("ann")
    inspection = ann.start("north", remark="half done")
    await ann.sync()
    assert (await root.put(f"/api/people/{named('ann')}", json={"active": False})).json()["active"] is False
    check_problem(await ann.send(ann.request()), 401, "unauthenticated")
    check_problem(await world.sign_in(world.client(), "ann"), 403, "account_disabled")
    await bob.sync()
    n = bob.do(inspection, "take_over", reason="她离职了")
    await bob.sync()
    assert bob.outcome(n) == "applied"
    assert (await root.put(f"/api/people/{named('ann')}", json={"active": True})).json()["active"] is True
    assert (await world.sign_in(world.client(), "ann")).status_code == 201


async def test_the_last_administrator_stays(world: World) -> None:
    root = await desk(world, "root")
    me = f"/api/people/{named('root')}"
    grants = {"grants": [{"role": "admin", "unit": named("city1")}]}
    check_problem(await root.put(me, json={"active": False}), 409, "last_admin")
    check_problem(await root.put(f"{me}/grants", json=grants), 409, "last_admin")
    await world.add_person("local", ("admin", "city1"))
    check_problem(await root.put(me, json={"active": False}), 409, "last_admin")
    await world.add_person("second", ("admin", "province"))
    assert (await root.put(me, json={"active": False})).status_code == 200
    second = await desk(world, "second")
    check_problem(await second.put(f"/api/people/{named('second')}", json={"active": False}), 409, "last_admin")


async def test_a_first_password_opens_nothing_but_the_way_to_ones_own(world: World) -> None:
    root = await desk(world, "root")
    grants = [{"role": "inspector", "unit": named("city1")}]
    person = {"name": "曾一", "home": named("city1"), "login": "zeng", "grants": grants}
    new = (await root.post("/api/people", json=person)).json()
    assert (new["login"], new["person"]["account"], new["person"]["initials"]) == ("zeng", "first", "zy")
    client = world.client()
    session = await client.post("/api/session", json={"login": "zeng", "password": new["password"]})
    assert (session.status_code, session.json()["must_change_password"]) == (201, True)
    assert (await client.get("/api/session")).json()["must_change_password"] is True
    for response in (
        await client.post("/api/sync", json={"v": 1}),
        await client.get("/api/devices"),
        await client.get("/api/inspections"),
        await client.get("/api/people"),
        await client.delete(f"/api/devices/{session.json()['device']}"),
    ):
        check_problem(response, 403, "password_change_required")

    async def change(old: str, wanted: str) -> Response:
        return await client.put("/api/session/password", json={"password": old, "new_password": wanted})

    check_problem(await change("not it", "long enough"), 422, "wrong_password")
    for weak in ("short", new["password"], "zeng    "):
        check_problem(await change(new["password"], weak), 422, "weak_password")
    changed = await change(new["password"], "long enough")
    assert (changed.status_code, "must_change_password" in changed.json()) == (200, False)
    assert (await client.get("/api/devices")).status_code == 200
    assert (await root.get(f"/api/people/{new['person']['id']}")).json()["account"] == "own"


async def test_a_new_password_ends_every_other_session(world: World) -> None:
    here, there = await desk(world, "ann"), await desk(world, "ann")
    body = {"password": PASSWORD, "new_password": "another one"}
    assert (await here.put("/api/session/password", json=body)).status_code == 200
    assert (await here.get("/api/session")).status_code == 200
    check_problem(await there.get("/api/session"), 401, "unauthenticated")
    check_problem(await world.sign_in(world.client(), "ann"), 401, "bad_credentials")


async def test_a_reset_gives_a_first_password_once(world: World) -> None:
    root, ann = await desk(world, "root"), await world.phone("ann")
    first = (await root.post(f"/api/people/{named('ann')}/password")).json()
    second = (await root.post(f"/api/people/{named('ann')}/password")).json()
    assert first["password"] != second["password"]
    check_problem(await ann.send(ann.request()), 401, "unauthenticated")
    bad = await world.client().post("/api/session", json={"login": "ann", "password": first["password"]})
    check_problem(bad, 401, "bad_credentials")
    good = await world.client().post("/api/session", json={"login": "ann", "password": second["password"]})
    assert good.json()["must_change_password"] is True
    nobody = (await root.post("/api/people", json={"name": "无账号", "home": named("county1")})).json()
    assert nobody["password"] is None
    check_problem(await root.post(f"/api/people/{nobody['person']['id']}/password"), 409, "no_login")
    given = await root.put(f"/api/people/{nobody['person']['id']}", json={"login": "later"})
    assert (given.json()["login"], given.json()["account"]) == ("later", "first")
    assert await fetch("SELECT first_password FROM account WHERE login = 'later'") == [(1,)]
    check_problem(await world.sign_in(world.client(), "later"), 401, "bad_credentials")


async def test_wrong_tries_at_ones_own_password_are_counted(world: World) -> None:
    client = await desk(world, "ann")
    body = {"password": "wrong", "new_password": "long enough"}
    codes = [check_problem(await client.put("/api/session/password", json=body))["code"] for _ in range(11)]
    assert codes == ["wrong_password"] * 10 + ["too_many_tries"]


async def test_a_device_is_signed_out_and_may_come_again(world: World) -> None:
    root, ann = await desk(world, "root"), await world.phone("ann")
    check_problem(await (await desk(world, "zed")).delete(f"/api/devices/{ann.device}/session"), 404, "not_found")
    assert (await root.delete(f"/api/devices/{ann.device}/session")).status_code == 204
    check_problem(await ann.send(ann.request()), 401, "unauthenticated")
    again = await world.sign_in(ann.http, "ann", device=ann.device)
    assert again.json()["device"] == ann.device
    await ann.sync()
