"""Protocol §2 and §11: signing in, devices, sessions, and the small things around them."""

import asyncio
import json
import re

import pytest

from tests.server.protocol.seed import DAY, PASSWORD, named
from tests.server.protocol.stories import draft
from tests.server.protocol.world import ADDRESS, World
from tests.server.reply import check_problem, whole


async def test_sign_in(world: World) -> None:
    client = world.client()
    response = await world.sign_in(client, "both")
    assert response.status_code == 201
    body = response.json()
    assert body.keys() == {"person", "device", "epoch", "audiences"}
    assert body["person"].keys() == {"id", "name", "roles", "home"}
    assert body["person"]["id"] == named("both")
    assert set(body["person"]["roles"]) == {"inspector", "supervisor"}
    assert body["person"]["home"] == named("city1")
    assert whole(body["device"])
    assert body["device"] > 0
    assert whole(body["epoch"])
    city = named("city1")
    assert {"everyone", f"person:{named('both')}", f"unit:{city}:inspector", f"unit:{city}:supervisor"} <= set(
        body["audiences"]
    )
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie, "only over TLS"
    again = await client.get("/api/session")
    assert (again.status_code, again.json()) == (200, body)


async def test_cookie_is_secure_over_tls(world: World) -> None:
    client = world.client()
    client.base_url = "https://testserver"  # type: ignore[assignment]
    response = await world.sign_in(client, "ann")
    assert "secure" in response.headers["set-cookie"].lower()


async def test_reply_to_sync_agrees_with_the_session(world: World) -> None:
    client = world.client()
    body = (await world.sign_in(client, "ann")).json()
    ann = await world.phone("ann")
    assert set(ann.cache.audiences) == set(body["audiences"])
    assert ann.cache.epoch == body["epoch"]


async def test_device_numbers(world: World) -> None:
    client = world.client()
    first = (await world.sign_in(client, "ann")).json()["device"]
    assert (await world.sign_in(client, "ann", device=first)).json()["device"] == first
    second = (await world.sign_in(client, "ann")).json()["device"]
    assert second != first
    other = (await world.sign_in(world.client(), "bob", device=first)).json()["device"]
    assert other not in (first, second), "a device number of another person is ignored"
    assert (await world.sign_in(client, "ann", device=999_999)).json()["device"] != 999_999


@pytest.mark.parametrize(("login", "password"), [("ann", "wrong"), ("nobody", PASSWORD), ("", "")])
async def test_wrong_password(world: World, login: str, password: str) -> None:
    client = world.client()
    response = await world.sign_in(client, login, password)
    if login:
        check_problem(response, 401, "bad_credentials")
    else:
        check_problem(response)
    check_problem(await client.get("/api/session"), 401, "unauthenticated")


async def test_too_many_failed_tries(world: World) -> None:
    client = world.client()
    for _ in range(200):
        response = await world.sign_in(client, "ann", "wrong")
        if response.status_code == 429:
            break
    check_problem(response, 429, "too_many_tries")
    assert int(response.headers["retry-after"]) > 0
    assert (await world.sign_in(client, "bob")).status_code == 201, "a whole office may share one address"
    world.clock.advance(DAY)
    assert (await world.sign_in(client, "ann")).status_code == 201


async def test_successful_tries_do_not_count(world: World) -> None:
    for _ in range(30):
        assert (await world.sign_in(world.client(), "ann")).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, {"login": "ann"}, {"login": 1, "password": 2, "device": None, "device_name": ""},
        {"login": "ann", "password": PASSWORD, "device": "1", "device_name": "x"},
        {"login": "\ud800", "password": "x", "device": None, "device_name": "x"},
        {"login": "a\0b", "password": "x\0", "device": None, "device_name": "x"},
        {"login": "a" * 100_000, "password": "x" * 100_000, "device": None, "device_name": "x"},
    ],
)  # fmt: skip
async def test_sign_in_that_cannot_be_read(world: World, body: object) -> None:
    content, headers = json.dumps(body), {"content-type": "application/json"}
    check_problem(await world.client().post("/api/session", content=content, headers=headers))


async def test_sign_out(world: World) -> None:
    client = world.client()
    device = (await world.sign_in(client, "ann")).json()["device"]
    assert (await client.delete("/api/session")).status_code in (200, 204)
    check_problem(await client.get("/api/session"), 401, "unauthenticated")
    assert (await world.sign_in(client, "ann", device=device)).json()["device"] == device


async def test_sessions_slide(world: World) -> None:
    inspection, (ann,) = await draft(world)
    for _ in range(4):
        world.clock.advance(29 * DAY)
        await ann.sync()
    n = ann.edit("inspection", inspection, {"remark": "not sent in time"})
    world.clock.advance(31 * DAY)
    check_problem(await ann.send(ann.request()), 401, "unauthenticated")
    assert len(ann.unsent) == 1
    assert (await world.sign_in(ann.http, "ann", device=ann.device)).json()["device"] == ann.device
    assert await ann.fate(n) == "applied"


async def test_a_session_that_is_none(world: World) -> None:
    client = world.client()
    await world.sign_in(client, "ann")
    name = next(iter(client.cookies))
    for value in ("", "x", "0" * 64, "%C3%A9", '"', "a" * 5000):
        other = world.client(cookie=f"{name}={value}")
        check_problem(await other.get("/api/session"), 401, "unauthenticated")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example", ADDRESS + ":81"])
async def test_foreign_origin(world: World, origin: str) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    headers = {"origin": origin, "content-type": "application/json"}
    response = await ann.http.post("/api/sync", json=ann.request(), headers=headers)
    check_problem(response, 403, "foreign_origin")
    body = {"login": "ann", "password": PASSWORD, "device": None, "device_name": ""}
    check_problem(await world.client().post("/api/session", json=body, headers=headers), 403, "foreign_origin")
    response = await ann.http.post("/api/sync", json=ann.request(), headers={"origin": ADDRESS})
    assert response.status_code == 200
    await ann.sync()
    assert ann.has("inspection", inspection)


async def test_revoked_device(world: World) -> None:
    inspection, (ann, tablet) = await draft(world, "ann")
    n = tablet.edit("inspection", inspection, {"remark": "from the tablet"})
    root = await world.phone("root")
    assert (await root.http.delete(f"/api/devices/{tablet.device}")).status_code in (200, 204)
    check_problem(await tablet.send(tablet.request()), 401, "device_revoked")
    check_problem(await tablet.http.get("/api/session"), 401, "device_revoked")
    assert tablet.outcome(n) is None, "what it has not sent stays on it"
    await ann.sync()
    again = await world.sign_in(tablet.http, "ann", device=tablet.device)
    assert again.status_code != 201 or again.json()["device"] != tablet.device


async def test_devices_show_what_waits(world: World) -> None:
    ann = await world.phone("ann")
    pending = {"changes": 12, "photos": 3, "bytes": 3_481_212, "oldest": world.clock() - 1000}
    ann.take(request := ann.request(pending=pending, app="9.9.9"), await ann.send(request))
    root = await world.phone("root")
    response = await root.http.get("/api/devices")
    assert response.status_code == 200
    text = response.text
    assert re.search(r'"app":\s*"9\.9\.9"', text)
    assert "3481212" in text
    check_problem(await ann.http.delete(f"/api/devices/{root.device}"))
    await root.sync()


async def test_health(world: World, database: str) -> None:
    response = await world.client().get("/api/health")
    assert response.status_code == 200
    body = response.json()
    assert body.keys() == {"status", "version", "database"}
    assert (body["status"], body["database"]) == ("ok", database)


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/sync/more", "/api/inspections/a/b/c", "/api/%00"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_unknown_paths(world: World, path: str, method: str) -> None:
    problem = check_problem(await world.client().request(method, path))
    assert problem["status"] in (401, 404, 405)


@pytest.mark.parametrize(("method", "path"), [("PUT", "/api/session"), ("DELETE", "/api/sync")])
async def test_wrong_methods(world: World, method: str, path: str) -> None:
    check_problem(await world.client().request(method, path), 405, "method_not_allowed")


async def test_openapi(world: World) -> None:
    response = await world.client().get("/api/schema/openapi.json")
    assert response.status_code == 200
    document = response.json()
    assert "/api/sync" in document["paths"]
    assert {"post"} <= document["paths"]["/api/sync"].keys()
    components = " ".join(document["components"]["schemas"])
    for name in ("Inspection", "Finding", "Photo", "Change", "SyncRequest"):
        assert name in components, f"sync types included: {name}"
    reader = await world.client().get("/api/schema")
    if reader.status_code in (301, 302, 307, 308):
        reader = await world.client().get(reader.headers["location"])
    assert reader.status_code == 200
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", reader.text), "without any outside network"


async def test_problems_speak_the_persons_language(world: World) -> None:
    chinese = await world.client().get("/api/session", headers={"accept-language": "zh-CN"})
    english = await world.client().get("/api/session", headers={"accept-language": "en"})
    assert check_problem(chinese)["title"] != check_problem(english)["title"]


async def test_many_at_once(world: World) -> None:
    """One request in flight a device is the phone's manner; the server stays right when it is not."""
    ann = await world.phone("ann")
    inspection = ann.start()
    request = ann.request()
    responses = await asyncio.gather(*(ann.send(request) for _ in range(8)))
    assert [response.json()["ack"] for response in responses] == [1] * 8
    await ann.sync()
    assert ann.has("inspection", inspection)
    await world.agree(ann)
