"""Whose devices one sees and may lock out."""

from collections.abc import Awaitable, Callable

from httpx import AsyncClient

from server.database import transaction
from server.database.query import execute

SignIn = Callable[[str], Awaitable[AsyncClient]]


async def logins_seen(browser: AsyncClient) -> list[str]:
    reply = await browser.get("/api/devices", params={"sort": "-created_at"})
    assert reply.status_code == 200
    return [device["person"]["name"] for device in reply.json()["rows"]]


async def test_one_sees_ones_own_and_a_supervisor_those_below(seed, sign_in: SignIn) -> None:
    await seed.add_person("inspector", grants=(("inspector", seed.city),))
    await seed.add_person("manager", home=seed.branch, grants=(("manager", seed.branch),))
    await seed.add_person("elsewhere", home=seed.other_city)
    await seed.add_person("supervisor", grants=(("supervisor", seed.city),))
    await seed.add_person("admin", home=seed.province, grants=(("admin", seed.province),))
    browsers = {login: await sign_in(login) for login in ("inspector", "manager", "elsewhere", "supervisor", "admin")}
    assert await logins_seen(browsers["inspector"]) == ["inspector"]
    assert await logins_seen(browsers["manager"]) == ["manager"]
    assert await logins_seen(browsers["supervisor"]) == ["supervisor", "manager", "inspector"]
    assert await logins_seen(browsers["admin"]) == ["admin", "supervisor", "elsewhere", "manager", "inspector"]


async def test_a_device_tells_what_waits_on_it(seed, sign_in: SignIn, clock) -> None:
    person = await seed.add_person("lin")
    browser = await sign_in("lin")
    async with transaction():
        await execute(
            "UPDATE device SET pending = ?, app = '1.0.0', settled = 7", '{"changes":12,"oldest":1795300000000}'
        )
    (device,) = (await browser.get("/api/devices")).json()["rows"]
    assert device == {
        "id": 1,
        "person": {"id": person, "name": "lin"},
        "name": "",
        "created_at": clock.now,
        "seen_at": clock.now,
        "revoked_at": None,
        "app": "1.0.0",
        "settled": 7,
        "pending": {"changes": 12, "oldest": 1795300000000},
        "oldest": 1795300000000,
        "state": "signed_in",
        "current": True,
    }


async def test_one_device_is_told_to_those_in_whose_list_it_is(seed, sign_in: SignIn) -> None:
    await seed.add_person("inspector")
    await seed.add_person("elsewhere", home=seed.other_city)
    await seed.add_person("supervisor", grants=(("supervisor", seed.city),))
    inspector, elsewhere, supervisor = [await sign_in(login) for login in ("inspector", "elsewhere", "supervisor")]
    for browser in (inspector, supervisor):
        listed = {device["id"]: device for device in (await browser.get("/api/devices")).json()["rows"]}
        told = await browser.get("/api/devices/1")
        assert (told.status_code, told.json()) == (200, listed[1])
    for browser, device in ((elsewhere, 1), (inspector, 2), (inspector, 99), (inspector, 2**63)):
        refused = await browser.get(f"/api/devices/{device}")
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


async def test_a_supervisor_locks_out_a_device_below_and_no_other(seed, sign_in: SignIn) -> None:
    await seed.add_person("inspector")
    await seed.add_person("elsewhere", home=seed.other_city)
    await seed.add_person("supervisor", grants=(("supervisor", seed.city),))
    inspector, elsewhere, supervisor = [await sign_in(login) for login in ("inspector", "elsewhere", "supervisor")]
    for device in (2, 999, 2**70):
        reply = await supervisor.delete(f"/api/devices/{device}")
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert (await inspector.delete("/api/devices/3")).status_code == 404
    assert (await elsewhere.get("/api/session")).status_code == 200
    assert (await supervisor.delete("/api/devices/1")).status_code == 204
    assert (await supervisor.delete("/api/devices/1")).status_code == 204
    assert (await inspector.get("/api/devices")).json()["code"] == "device_revoked"


async def test_devices_are_narrowed_to_what_they_are(seed, sign_in: SignIn, clock) -> None:
    await seed.add_person("lin")
    browsers = [await sign_in("lin") for _ in range(4)]
    await browsers[0].delete("/api/session")
    await browsers[3].delete("/api/devices/2")
    async with transaction():
        await execute("UPDATE device SET pending = ? WHERE id = 3", '{"changes":0,"photos":2,"oldest":1795300000000}')
        await execute("UPDATE device SET pending = ? WHERE id = 4", '{"changes":0,"photos":0,"bytes":0}')

    async def numbers(**query: object) -> list[int]:
        return [row["id"] for row in (await browsers[3].get("/api/devices", params=query)).json()["rows"]]

    assert await numbers(sort="created_at") == [1, 2, 3, 4]
    assert await numbers(state="signed_out") == [1]
    assert await numbers(state=["revoked", "signed_in"], sort="created_at") == [2, 3, 4]
    assert await numbers(waiting=True) == [3]
    assert await numbers(waiting=False, sort="created_at") == [1, 2, 4]
    assert (await numbers(sort="oldest"))[0] == 3
    assert await numbers(q="lin", size=2, page=2, sort="created_at") == [3, 4]
    assert await numbers(q="nobody") == []
