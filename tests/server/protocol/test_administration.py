"""Protocol §11: administration goes through the one door, and only for administrators."""

import json
from typing import Any

import pytest

from tests.server.protocol.seed import named
from tests.server.protocol.world import World
from tests.server.reply import check_problem

NOBODY = "0197a000-0000-7000-8000-000000000001"


@pytest.mark.parametrize("login", ["ann", "sue", "mara", "kim", "zed"])
async def test_only_administrators(world: World, login: str) -> None:
    phone = await world.phone(login)
    body = {"grants": [{"role": "admin", "unit": named("province")}]}
    check_problem(await phone.http.put(f"/api/people/{phone.person}/grants", json=body), 403, "not_allowed")
    moved = await phone.http.put(f"/api/branches/{named('north')}", json={"unit": named("county2")})
    assert check_problem(moved)["code"] in ("not_allowed", "not_found")
    revoked = await phone.http.delete(f"/api/devices/{(await world.phone('root')).device}")
    assert check_problem(revoked)["code"] in ("not_allowed", "not_found")
    await world.agree(phone)


async def test_without_a_session(world: World) -> None:
    client = world.client()
    check_problem(await client.put(f"/api/people/{named('ann')}/grants", json={"grants": []}), 401, "unauthenticated")
    check_problem(await client.put(f"/api/branches/{named('north')}", json={}), 401, "unauthenticated")


async def test_grants_reach_the_person_row(world: World) -> None:
    root = await world.phone("root")
    await world.grant("bob", ("supervisor", "county1"), ("manager", "east"))
    await root.sync()
    assert sorted(root.row("person", named("bob"))["roles"]) == ["manager", "supervisor"]
    await world.agree(root)


@pytest.mark.parametrize(
    "grants",
    [
        None, {}, [{}], [{"role": "king", "unit": named("city1")}], [{"role": "inspector"}],
        [{"role": "inspector", "unit": NOBODY}], [{"role": "inspector", "branch": NOBODY}],
        [{"role": "inspector", "unit": named("city1"), "branch": named("north")}],
        [{"role": "inspector", "unit": 5}], [{"role": "inspector", "unit": "\ud800"}],
        [{"role": "inspector", "unit": named("city1"), "colour": "green"}],
    ],
)  # fmt: skip
async def test_grants_that_are_none(world: World, grants: Any) -> None:
    root, bob = await world.team("root", "bob")
    content, headers = json.dumps({"grants": grants}), {"content-type": "application/json"}
    check_problem(await root.http.put(f"/api/people/{bob.person}/grants", content=content, headers=headers))
    await bob.sync()
    assert bob.rows("branch")


@pytest.mark.parametrize("person", [NOBODY, "17", "%00"])
async def test_grants_of_nobody(world: World, person: str) -> None:
    root = await world.phone("root")
    response = await root.http.put(f"/api/people/{person}/grants", json={"grants": []})
    assert check_problem(response)["status"] in (400, 404)


async def test_same_grants_again_change_nothing_for_the_phone(world: World) -> None:
    bob = await world.phone("bob")
    await world.grant("bob", ("inspector", "city1"))
    reply = await bob.turn()
    assert "drop" not in reply
    assert "gone" not in reply
    await world.agree(bob)


@pytest.mark.parametrize(
    "body",
    [None, [], {"unit": NOBODY}, {"unit": "17"}, {"unit": None}, {"colour": "green"}, {"id": NOBODY}, {"rev": 1},
     {"unit": named("north")}, {"name": 5}, {"name": "\ud800"}],
)  # fmt: skip
async def test_branch_edits_that_are_none(world: World, body: Any) -> None:
    root = await world.phone("root")
    content, headers = json.dumps(body), {"content-type": "application/json"}
    check_problem(await root.http.put(f"/api/branches/{named('north')}", content=content, headers=headers))
    await root.sync()
    assert root.row("branch", named("north"))["unit"] == named("county1")


async def test_branch_of_nobody(world: World) -> None:
    root = await world.phone("root")
    check_problem(await root.http.put(f"/api/branches/{NOBODY}", json={"unit": named("county1")}), 404, "not_found")


async def test_branch_edit_reaches_phones(world: World) -> None:
    root, ann = await world.team("root", "ann")
    response = await root.http.put(f"/api/branches/{named('north')}", json={"name": "重庆路支局"})
    assert response.status_code < 300, response.text
    await ann.sync()
    row = ann.row("branch", named("north"))
    assert (row["name"], row["initials"]) == ("重庆路支局", "cqlzj")
    await world.agree(ann)


async def test_administrator_of_a_part(world: World) -> None:
    await world.add_person("local", ("admin", "city1"))
    local = await world.phone("local")
    body = {"grants": [{"role": "inspector", "unit": named("county2")}]}
    for person in ("zoe", "bob"):
        response = await local.http.put(f"/api/people/{named(person)}/grants", json=body)
        assert check_problem(response)["code"] in ("not_allowed", "not_found"), "no right over the second city"
    moved = await local.http.put(f"/api/branches/{named('north')}", json={"unit": named("county2")})
    assert check_problem(moved)["code"] in ("not_allowed", "not_found")
    foreign = await local.http.put(f"/api/branches/{named('far')}", json={"unit": named("county1")})
    assert check_problem(foreign)["code"] in ("not_allowed", "not_found")


async def test_qr_codes(world: World) -> None:
    root = await world.phone("root")
    png = await root.http.get(f"/api/branches/{named('north')}/qr.png")
    assert (png.status_code, png.headers["content-type"]) == (200, "image/png")
    assert png.content.startswith(b"\x89PNG")
    svg = await root.http.get(f"/api/branches/{named('north')}/qr.svg")
    assert svg.status_code == 200
    assert svg.headers["content-type"].startswith("image/svg+xml")
    sheet = await root.http.get(f"/api/units/{named('county1')}/qr-sheet")
    assert sheet.status_code == 200
    check_problem(await root.http.get(f"/api/branches/{NOBODY}/qr.png"), 404, "not_found")
    check_problem(await world.client().get(f"/api/branches/{named('north')}/qr.png"), 401, "unauthenticated")
