"""Whose devices one sees and may lock out."""

from collections.abc import Awaitable, Callable

from httpx import AsyncClient

from server.database import transaction
from server.database.query import execute
from server.identity.acts import end_sessions

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
            "UPDATE device SET pending = ?, app = '1.0.0', settled = 7, clock_offset = -60000",
            '{"changes":12,"oldest":1795300000000}',
        )
    room = {"used": 5_000_000, "quota": 80_000_000, "persistent": True}
    assert (await browser.put("/api/devices/1/storage", json=room)).status_code == 204
    (device,) = (await browser.get("/api/devices")).json()["rows"]
    assert device == {
        "id": 1,
        "person": {"id": person, "name": "lin"},
        "name": "",
        "created_at": clock.now,
        "seen_at": clock.now,
        "revoked_at": None,
        "revoked_by": None,
        "app": "1.0.0",
        "settled": 7,
        "pending": {"changes": 12, "oldest": 1795300000000},
        "oldest": 1795300000000,
        "late": False,
        "clock_offset": -60_000,
        "storage": {"used": 5_000_000, "quota": 80_000_000, "persistent": True, "at": clock.now},
        "wipe": None,
        "given_up_by": None,
        "wiped_at": None,
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


HOUR = 3_600_000


async def test_work_is_late_from_a_day_on_by_the_servers_clock(seed, sign_in: SignIn, clock) -> None:
    """A clock that is a day ahead makes nothing early, one that is behind makes nothing late."""
    await seed.add_person("lin")
    browsers = [await sign_in("lin") for _ in range(6)]
    day = 24 * HOUR
    told = {
        1: (f'{{"changes":3,"photos":0,"oldest":{clock.now - day}}}', 0),
        2: (f'{{"changes":3,"photos":0,"oldest":{clock.now - day + 1}}}', 0),
        3: (f'{{"changes":0,"photos":1,"oldest":{clock.now - day + HOUR}}}', -HOUR),
        4: (f'{{"changes":0,"photos":1,"oldest":{clock.now - 2 * day}}}', 2 * day),
        5: (f'{{"changes":0,"photos":0,"oldest":{clock.now - 9 * day}}}', 0),
        6: ('{"changes":99999999999999999999999,"photos":1,"oldest":null}', 0),
    }
    async with transaction():
        for device, (pending, offset) in told.items():
            await execute("UPDATE device SET pending = ?, clock_offset = ? WHERE id = ?", pending, offset, device)

    async def late(value: bool) -> list[int]:
        page = (await browsers[0].get("/api/devices", params={"late": value, "sort": "created_at"})).json()
        assert all(row["late"] is value for row in page["rows"])
        return [row["id"] for row in page["rows"]]

    assert await late(True) == [1, 3]
    assert await late(False) == [2, 4, 5, 6]
    clock.now += day  # what is not heard of for a day, and said nothing of since when, is late as well
    assert await late(True) == [1, 2, 3, 4, 6]
    found = await browsers[0].get("/api/devices", params={"sort": "-waiting"})
    assert [row["id"] for row in found.json()["rows"] if row["id"] != 6] == [2, 1, 4, 3, 5]


async def test_devices_are_found_by_place_and_ordered_by_their_room_and_their_clock(seed, sign_in: SignIn) -> None:
    await seed.add_person("near")
    await seed.add_person("far", home=seed.other_city)
    await seed.add_person("admin", home=seed.province, grants=(("admin", seed.province),))
    near, far, admin = [await sign_in(login) for login in ("near", "far", "admin")]
    room = {"used": 1, "quota": 3_000_000, "persistent": False}
    assert (await near.put("/api/devices/1/storage", json=room)).status_code == 204
    assert (await far.put("/api/devices/2/storage", json={**room, "quota": 2_000_000})).status_code == 204
    assert (await far.put("/api/devices/1/storage", json=room)).json()["code"] == "wrong_device"
    assert (await far.put("/api/devices/2/storage", json={**room, "used": -1})).status_code == 400
    async with transaction():
        await execute("UPDATE device SET clock_offset = id * 60000 - 120000")

    async def numbers(**query: object) -> list[int]:
        return [row["id"] for row in (await admin.get("/api/devices", params=query)).json()["rows"]]

    assert await numbers(sort="left") == [2, 1, 3]
    assert await numbers(sort="clock_offset") == [2, 1, 3]
    assert await numbers(place=seed.other_city) == [2]
    assert await numbers(place=seed.province, sort="created_at") == [1, 2, 3]
    sheet = await admin.get("/api/devices", params={"format": "xlsx"})
    assert sheet.status_code == 200


async def test_a_lost_phone_is_told_to_empty_itself_until_it_has(seed, sign_in: SignIn, clock) -> None:
    await seed.add_person("inspector")
    await seed.add_person("supervisor", grants=(("supervisor", seed.city),))
    phone, desk = [await sign_in(login) for login in ("inspector", "supervisor")]
    async with transaction():
        await execute("UPDATE device SET pending = ? WHERE id = 1", '{"changes":3,"photos":0,"oldest":1}')

    async def shown() -> dict[str, object]:
        row = (await desk.get("/api/devices/1")).json()
        return {key: row[key] for key in ("wipe", "late", "state")} | {
            "by": [row[key] and row[key]["name"] for key in ("revoked_by", "given_up_by")]
        }

    async def told() -> dict[str, object]:
        problem = (await phone.get("/api/session")).json()
        return {key: problem.get(key) for key in ("code", "wipe", "given_up")}

    assert (await phone.put("/api/devices/1/wiped")).json()["code"] == "not_found"
    assert (await desk.delete("/api/devices/1", params={"give_up": True})).status_code == 400
    await desk.delete("/api/devices/1")
    assert await shown() == {"wipe": None, "late": True, "state": "revoked", "by": ["supervisor", None]}
    assert await told() == {"code": "device_revoked", "wipe": None, "given_up": None}
    assert (await phone.put("/api/devices/1/wiped")).json()["code"] == "device_revoked"
    await desk.delete("/api/devices/1", params={"wipe": True})
    assert await shown() == {"wipe": "asked", "late": True, "state": "revoked", "by": ["supervisor", None]}
    assert await told() == {"code": "device_revoked", "wipe": True, "given_up": False}
    await desk.delete("/api/devices/1", params={"wipe": True, "give_up": True})
    assert await shown() == {"wipe": "given_up", "late": False, "state": "revoked", "by": ["supervisor", "supervisor"]}
    await end_sessions((await desk.get("/api/devices/1")).json()["person"]["id"])  # a new password, or they left
    clock.now += 300 * 24 * HOUR  # a phone that lay in a drawer
    await sign_in("inspector")  # ends what has run out
    assert await told() == {"code": "device_revoked", "wipe": True, "given_up": True}
    assert (await phone.put("/api/devices/2/wiped")).json()["code"] == "wrong_device"
    gone = await phone.put("/api/devices/1/wiped")
    assert (gone.status_code, gone.headers["clear-site-data"]) == (204, '"cache"')  # pictures lie there for a year
    assert (await phone.get("/api/session")).json()["code"] == "unauthenticated"


async def test_what_waited_under_a_number_that_was_locked_out_waits_under_the_next(seed, sign_in: SignIn) -> None:
    await seed.add_person("lin")
    first = await sign_in("lin")
    async with transaction():
        await execute("UPDATE device SET pending = ?", '{"changes":3,"photos":0,"oldest":1}')
    await first.delete("/api/devices/1")
    again = await sign_in("lin")
    assert (await again.get("/api/devices", params={"late": True})).json()["total"] == 1


async def test_a_browser_is_told_to_forget_pictures_by_its_own_device_only(seed, sign_in: SignIn) -> None:
    await seed.add_person("one")
    browser = await sign_in("one")
    answer = await browser.delete("/api/devices/1/shown")
    assert (answer.status_code, answer.headers["clear-site-data"]) == (204, '"cache"')
    assert (await browser.delete("/api/devices/2/shown")).json()["code"] == "wrong_device"
