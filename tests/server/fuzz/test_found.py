"""What the fuzzing found once, said plainly."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.protocol.seed import PASSWORD, named
from tests.server.protocol.world import World, opened
from tests.server.reply import check_problem, check_reply

JSON = {"content-type": "application/json"}


@pytest.fixture
async def world(world_url: str | None, tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path / "data", world_url) as world:
        yield world


@pytest.mark.parametrize("letter", ["%00", "%ED%A0%80", "%FF", "%EF%BF%BF", "a" * 4000])
async def test_letters_no_database_holds_in_an_address(world: World, letter: str) -> None:
    """A NUL, a lone surrogate, what is not UTF-8: nothing has such a name."""
    root = await world.phone("root")
    for path in (
        f"/api/branches/{letter}",
        f"/api/people/{letter}",
        f"/api/units/{letter}",
        f"/api/branches/{letter}/qr.png",
        f"/api/units/{letter}/qr-sheet",
        f"/api/inspections/{letter}",
        f"/api/inspections/{letter}/held",
        f"/api/photos/{letter}",
    ):
        check_problem(await root.http.get(path))
    for name in ("q", "branch", "unit", "standard", "lead", "status", "next", "sort", "limit"):
        response = await root.http.get(f"/api/inspections?{name}={letter}")
        assert response.status_code == 200 or check_problem(response)["status"] == 400, name
    for path in ("devices", "people", "branches", "units"):
        for name in ("q", "sort", "page", "unit", "place", "under", "person", "next"):
            response = await root.http.get(f"/api/{path}?{name}={letter}")
            assert response.status_code == 200 or check_problem(response)["status"] == 400, (path, name)
    check_problem(await root.http.delete(f"/api/devices/{letter}"), None)
    head = {"tus-resumable": "1.0.0"}
    check_problem(await root.http.delete(f"/api/uploads/{letter}", headers=head))
    for path in (f"/api/branches/{letter}", f"/api/people/{letter}/grants"):
        check_problem(await root.http.put(path, content=b"{}", headers=JSON))


async def test_a_nul_in_a_body(world: World) -> None:
    """Text no database holds is refused before anything is asked of the database."""
    root = await world.phone("root")
    for odd in ({"login": "\0"}, {"login": "root\0"}, {"device_name": "\0"}, {"password": "a\0b"}):
        body = {"login": "root", "password": PASSWORD, "device_name": "phone", **odd}
        check_problem(await world.client().post("/api/session", json=body), 400, "bad_request")
    slash = {"login": "root", "password": PASSWORD, "device_name": "\\u0000"}
    assert (await world.client().post("/api/session", json=slash)).status_code == 201
    for field in ("name", "address", "opens"):
        check_problem(await root.http.put(f"/api/branches/{named('north')}", json={field: "a\0b"}), 400)


@pytest.mark.parametrize("value", [2**63, 2**64, -(2**63) - 1, 2**200])
async def test_a_page_mark_beyond_the_database(world: World, value: int) -> None:
    """A ``next`` nobody gave, with a number no column holds."""
    sue = await world.phone("sue")
    mark = base64.urlsafe_b64encode(json.dumps([value, named("north")]).encode()).decode()
    check_problem(await sue.http.get("/api/inspections", params={"next": mark}), 400)
    mark = base64.urlsafe_b64encode(json.dumps([0, "\0"]).encode()).decode()
    check_problem(await sue.http.get("/api/inspections", params={"next": mark}), 400)


@pytest.mark.parametrize("text", ["\0", "a\0b"])
async def test_a_nul_in_the_head_of_a_sync(world: World, text: str) -> None:
    ann = await world.phone("ann")
    for odd in (
        {"app": text},
        {"audiences": [text]},
        {"audiences": [*ann.cache.audiences, text]},
        {"fill": {text: "x"}},
        {"fill": {ann.cache.audiences[0]: text}},
        {"hold": [text]},
    ):
        request = ann.request(**odd)
        response = await ann.send(request)
        if response.status_code == 200:
            check_reply(request, response.content)
        else:
            check_problem(response, 400, "bad_request")


@pytest.mark.parametrize(
    "mark", ["² 0  ", "5 ²  ", "lost ² 0", "٣ ٣  ", "\ud800", "5 0 \ud800 x", "5 0 \0 x", "lost 0 x \ud800"]
)
async def test_a_mark_of_a_fill_nobody_gave(world: World, mark: str) -> None:
    """Digits that are no numbers, and letters no database holds."""
    ann = await world.phone("ann")
    await ann.sync()
    for name in ann.cache.audiences:
        for odd in ({"fill": {name: mark}}, {"fill": {name: mark}, "audiences": []}, {"audiences": [mark]}):
            request = ann.request(**odd)
            response = await ann.http.post("/api/sync", content=json.dumps(request), headers=JSON)
            if response.status_code == 200:
                check_reply(request, response.content)
            else:
                check_problem(response, 400, "bad_request")


async def test_a_number_of_staff_beyond_any_phone(world: World) -> None:
    """What an administrator sets travels to phones, whose numbers end at 2**53."""
    root = await world.phone("root")
    for odd in (
        {"staff_count": 2**70},
        {"staff_count": -1},
        {"name": "x" * 5000},
        {"opens": "never" * 100},
        {"name": ""},
    ):
        check_problem(await root.http.put(f"/api/branches/{named('north')}", json=odd), 400, "bad_request")
