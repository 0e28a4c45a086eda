"""Signing in, asking who one is, signing out: every rule of the session over HTTP."""

from collections.abc import Callable

import pytest
from httpx import AsyncClient
from litestar import Litestar

from server.database import transaction
from server.database.query import execute, fetch
from server.identity.passwords import Passwords
from server.identity.rules import DAY_MS, RENEW_AFTER_MS, TRIES, TRIES_WINDOW_MS, hash_of

PASSWORD = "a good password"


def body(login: str = "lin", password: str = PASSWORD, **more: object) -> dict[str, object]:
    return {"login": login, "password": password, "device": None, "device_name": "phone", **more}


@pytest.fixture
async def lin(seed) -> str:
    return await seed.add_person("lin", name="林小雨", grants=(("inspector", seed.city), ("manager", seed.branch)))


async def test_the_reply_says_who_where_and_what(client: AsyncClient, seed, lin: str) -> None:
    reply = await client.post("/api/session", json=body())
    assert reply.status_code == 201
    assert reply.json() == {
        "person": {"id": lin, "name": "林小雨", "roles": ["inspector", "manager"], "home": seed.city},
        "device": 1,
        "epoch": 1,
        "audiences": sorted(
            [
                "everyone",
                f"person:{lin}",
                f"unit:{seed.city}:inspector",
                f"unit:{seed.branch}:manager",
                f"unit:{seed.branch}:staff",
                f"unit:{seed.city}:staff",
                f"unit:{seed.province}:staff",
            ]
        ),
    }
    again = await client.get("/api/session")
    assert (again.status_code, again.json()) == (200, reply.json())


async def test_the_cookie_is_out_of_reach_of_scripts_and_sites(client: AsyncClient, lin: str) -> None:
    plain = (await client.post("/api/session", json=body())).headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=strict" in plain
    assert "Path=/" in plain
    assert "Secure" not in plain
    over_tls = await client.post("https://xunfang.test/api/session", json=body())
    assert "Secure" in over_tls.headers["set-cookie"]


async def test_only_the_hash_of_the_token_is_stored(client: AsyncClient, lin: str) -> None:
    await client.post("/api/session", json=body())
    token = client.cookies["xunfang_session"]
    assert len(token) >= 43  # 256 bits in base64
    assert await fetch("SELECT token_hash FROM session") == [(hash_of(token),)]


async def test_a_login_is_found_whatever_its_width_and_case(client: AsyncClient, lin: str) -> None:
    assert (await client.post("/api/session", json=body(" ＬＩＮ "))).status_code == 201


@pytest.mark.parametrize("wrong", [body(password="no"), body("nobody")])
async def test_a_wrong_password_and_an_unknown_login_sound_the_same(client: AsyncClient, lin: str, wrong: dict) -> None:
    reply = await client.post("/api/session", json=wrong)
    assert (reply.status_code, reply.json()["code"]) == (401, "bad_credentials")
    assert "set-cookie" not in reply.headers


async def test_an_unknown_login_costs_a_password_check_too(
    client: AsyncClient, lin: str, running: Litestar, monkeypatch
) -> None:
    checked: list[str | None] = []
    matches = Passwords.matches

    async def counting(self: Passwords, password: str, stored: str | None) -> bool:
        checked.append(stored)
        return await matches(self, password, stored)

    monkeypatch.setattr(Passwords, "matches", counting)
    await client.post("/api/session", json=body("nobody"))
    await client.post("/api/session", json=body())
    assert checked[0] is None
    assert len(checked) == 2


async def test_a_person_without_a_password_cannot_sign_in(client: AsyncClient, lin: str) -> None:
    async with transaction():
        await execute("UPDATE account SET password_hash = NULL")
    reply = await client.post("/api/session", json=body())
    assert (reply.status_code, reply.json()["code"]) == (401, "bad_credentials")


async def test_a_device_keeps_its_number_and_its_former_session_ends(
    another: Callable[[], AsyncClient], lin: str
) -> None:
    first, second = another(), another()
    number = (await first.post("/api/session", json=body())).json()["device"]
    assert (await second.post("/api/session", json=body(device=number))).json()["device"] == number
    assert (await first.get("/api/session")).json()["code"] == "unauthenticated"
    assert (await second.get("/api/session")).status_code == 200


async def test_a_device_of_somebody_else_or_of_nobody_is_ignored(
    another: Callable[[], AsyncClient], seed, lin: str
) -> None:
    await seed.add_person("wang")
    mine = (await another().post("/api/session", json=body())).json()["device"]
    theirs = (await another().post("/api/session", json=body("wang", device=mine))).json()["device"]
    assert theirs != mine
    unheard_of = (await another().post("/api/session", json=body(device=9999))).json()["device"]
    assert unheard_of not in (mine, theirs, 9999)


async def test_two_devices_live_side_by_side(another: Callable[[], AsyncClient], lin: str) -> None:
    phone, desk = another(), another()
    numbers = {(await browser.post("/api/session", json=body())).json()["device"] for browser in (phone, desk)}
    assert len(numbers) == 2
    assert [(await browser.get("/api/session")).status_code for browser in (phone, desk)] == [200, 200]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"login":"lin"}',
        b'{"login":"lin","password":""}',
        b'{"login":"lin","password":"x","device":"17"}',
        b'{"login":"lin","password":"x","device":1.5}',
        b'{"login":"lin","password":"x","device":0}',
        b'{"login":"lin","password":"x","device":99999999999999999999}',
        b'{"login":"lin","password":"x","admin":true}',
        b'{"login":"\\ud800","password":"x"}',
        b'{"login":"lin","password":"x","device_name":' + b"[" * 8000,
        b'{"login":"' + b"x" * 201 + b'","password":"x"}',
    ],
)
async def test_a_body_that_is_not_as_agreed_is_a_bad_request(client: AsyncClient, lin: str, raw: bytes) -> None:
    reply = await client.post("/api/session", content=raw, headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (400, "bad_request")
    assert reply.headers["content-type"] == "application/problem+json"


async def test_too_many_failed_tries_wait(client: AsyncClient, clock, lin: str) -> None:
    for _ in range(TRIES):
        assert (await client.post("/api/session", json=body(password="no"))).status_code == 401
        clock.advance(1000)
    right = await client.post("/api/session", json=body())
    assert (right.status_code, right.json()["code"]) == (429, "too_many_tries")
    wait = int(right.headers["retry-after"])
    assert 0 < wait <= TRIES_WINDOW_MS // 1000
    clock.advance(wait * 1000)
    assert (await client.post("/api/session", json=body())).status_code == 201


async def test_a_whole_office_behind_one_address_is_not_locked_out(client: AsyncClient, seed, lin: str) -> None:
    await seed.add_person("wang")
    for _ in range(TRIES + 1):
        await client.post("/api/session", json=body(password="no"))
    assert (await client.post("/api/session", json=body("wang"))).status_code == 201


async def test_good_sign_ins_are_never_counted(client: AsyncClient, lin: str) -> None:
    for _ in range(TRIES * 2):
        assert (await client.post("/api/session", json=body())).status_code == 201


async def test_without_a_session_nobody_is_known(client: AsyncClient, lin: str) -> None:
    for method in ("GET", "DELETE"):
        reply = await client.request(method, "/api/session")
        assert (reply.status_code, reply.json()["code"]) == (401, "unauthenticated")
    client.cookies.set("xunfang_session", "made-up")
    assert (await client.get("/api/session")).json()["code"] == "unauthenticated"


async def test_signing_out_ends_this_device_only(another: Callable[[], AsyncClient], lin: str) -> None:
    phone, desk = another(), another()
    for browser in (phone, desk):
        await browser.post("/api/session", json=body())
    token = phone.cookies["xunfang_session"]
    assert (await phone.delete("/api/session")).status_code == 204
    assert "xunfang_session" not in phone.cookies
    phone.cookies.set("xunfang_session", token)
    assert (await phone.get("/api/session")).json()["code"] == "unauthenticated"
    assert (await desk.get("/api/session")).status_code == 200


async def test_a_session_slides_for_thirty_days(client: AsyncClient, clock, lin: str) -> None:
    await client.post("/api/session", json=body())
    for _ in range(4):
        clock.advance(29 * DAY_MS)
        assert (await client.get("/api/session")).status_code == 200
    clock.advance(30 * DAY_MS)
    assert (await client.get("/api/session")).json()["code"] == "unauthenticated"


async def test_asking_often_writes_seldom(client: AsyncClient, clock, lin: str) -> None:
    await client.post("/api/session", json=body())
    started = clock.now
    clock.advance(RENEW_AFTER_MS - 1)
    await client.get("/api/session")
    assert await fetch("SELECT seen_at FROM session") == [(started,)]
    clock.advance(1)
    await client.get("/api/session")
    assert await fetch("SELECT s.seen_at, d.seen_at FROM session s CROSS JOIN device d") == [(clock.now, clock.now)]


async def test_a_disabled_account_is_told_so_and_only_with_the_right_password(client: AsyncClient, lin: str) -> None:
    await client.post("/api/session", json=body())
    async with transaction():
        await execute("UPDATE person SET active = 0, change = change + 1 WHERE id = ?", lin)
    assert (await client.get("/api/session")).json()["code"] == "account_disabled"
    assert (await client.post("/api/session", json=body(password="no"))).json()["code"] == "bad_credentials"
    reply = await client.post("/api/session", json=body())
    assert (reply.status_code, reply.json()["code"]) == (403, "account_disabled")


async def test_a_revoked_device_is_told_so_and_signs_in_under_a_new_number(client: AsyncClient, lin: str) -> None:
    number = (await client.post("/api/session", json=body())).json()["device"]
    assert (await client.delete(f"/api/devices/{number}")).status_code == 204
    reply = await client.get("/api/session")
    assert (reply.status_code, reply.json()["code"]) == (401, "device_revoked")
    assert (await client.post("/api/session", json=body(device=number))).json()["device"] != number


@pytest.mark.parametrize(
    "origin",
    ["https://evil.test", "http://xunfang.test:81", "http://xunfang.test.evil.test", "null", "file://", "http://["],
)
async def test_a_foreign_page_cannot_write(client: AsyncClient, lin: str, origin: str) -> None:
    reply = await client.post("/api/session", json=body(), headers={"origin": origin})
    assert (reply.status_code, reply.json()["code"]) == (403, "foreign_origin")
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("origin", ["http://xunfang.test", "http://xunfang.test:80", "https://XUNFANG.test"])
async def test_our_own_page_can(client: AsyncClient, lin: str, origin: str) -> None:
    assert (await client.post("/api/session", json=body(), headers={"origin": origin})).status_code == 201


async def test_a_plain_page_cannot_write_to_a_secure_site(client: AsyncClient, lin: str) -> None:
    reply = await client.post(
        "https://xunfang.test/api/session", json=body(), headers={"origin": "http://xunfang.test"}
    )
    assert reply.json()["code"] == "foreign_origin"


async def test_a_foreign_page_may_ask_and_gets_nothing_without_the_cookie(client: AsyncClient, lin: str) -> None:
    reply = await client.get("/api/session", headers={"origin": "https://evil.test"})
    assert reply.json()["code"] == "unauthenticated"
    assert "access-control-allow-origin" not in reply.headers
