"""Protocol §5: what a phone does not hold it reads by queries, under the same rules of sight."""

from typing import Any

import httpx
import pytest

from tests.server.protocol.gestures import Hand
from tests.server.protocol.stories import draft, submitted
from tests.server.protocol.world import World
from tests.server.reply import check_problem, check_row, whole


def rows_of(response: httpx.Response) -> dict[str, list[dict[str, Any]]]:
    """The rows of an answer, each in the shape of a sync reply."""
    assert response.status_code == 200, response.text
    answer = response.json()
    assert whole(answer["cursor"])
    rows: dict[str, list[dict[str, Any]]] = answer["rows"]
    for type_, some in rows.items():
        for row in some:
            check_row(type_, row)
    return rows


async def listed(phone: Hand, **query: Any) -> set[str]:
    """The ids of all pages of a list."""
    found: list[str] = []
    while True:
        response = await phone.http.get("/api/inspections", params=query)
        found += [row["id"] for row in rows_of(response).get("inspection", [])]
        if not response.json().get("next"):
            break
        query["next"] = response.json()["next"]
    assert len(set(found)) == len(found), "nothing stands twice"
    return set(found)


async def test_one_inspection_with_its_children(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    await ann.sync()
    sue = await world.phone("sue")
    rows = rows_of(await sue.http.get(f"/api/inspections/{inspection}"))
    assert [row["id"] for row in rows["inspection"]] == [inspection]
    assert [row["id"] for row in rows["photo"]] == [photo]
    for type_ in ("inspection", "finding", "photo"):
        for row in rows[type_]:
            assert row == sue.row(type_, row["id"]), "the same shapes"
    assert len(rows["finding"]) == len(sue.rows("finding"))


async def test_its_cursor_serves_as_seen(world: World) -> None:
    inspection, _, sue = await submitted(world)
    sam = await world.phone("sam")
    answer = await sue.http.get(f"/api/inspections/{inspection}")
    sam.do(inspection, "return_items", items={"A-1": "x"})
    await sam.sync()
    n = sue.act("inspection", inspection, "void", {"reason": "x"}, seen=answer.json()["cursor"])
    assert await sue.fate(n) == "refused stale_view"
    answer = await sue.http.get(f"/api/inspections/{inspection}")
    n = sue.act("inspection", inspection, "void", {"reason": "x"}, seen=answer.json()["cursor"])
    assert await sue.fate(n) == "applied"


@pytest.mark.parametrize("login", ["mara", "kim", "zoe", "zed", "root"])
async def test_draft_is_nobody_elses(world: World, login: str) -> None:
    inspection, _ = await draft(world)
    other = await world.phone(login)
    check_problem(await other.http.get(f"/api/inspections/{inspection}"), 404, "not_found")
    assert inspection not in await listed(other)


async def test_manager_reads_it_from_submission_on(world: World) -> None:
    inspection, _, _ = await submitted(world)
    mara, zara = await world.team("mara", "zara")
    assert rows_of(await mara.http.get(f"/api/inspections/{inspection}"))["finding"]
    assert await listed(mara) == {inspection}
    assert await listed(zara) == set()
    check_problem(await zara.http.get(f"/api/inspections/{inspection}"), 404, "not_found")


async def test_children_follow_their_own_sight(world: World) -> None:
    """An inspector who is no member sees the inspection, not its findings."""
    inspection, (ann,) = await draft(world)
    ann.photo(inspection)
    await ann.sync()
    bob = await world.phone("bob")
    rows = rows_of(await bob.http.get(f"/api/inspections/{inspection}"))
    assert [row["id"] for row in rows["inspection"]] == [inspection]
    assert not rows.get("finding")
    assert not rows.get("photo")


async def test_list_shows_what_one_may_see(world: World) -> None:
    inspection, _ = await draft(world)
    zoe = await world.phone("zoe")
    there = zoe.start("far")
    await zoe.sync()
    for login, sees in (
        ("sue", {inspection}),
        ("bob", {inspection}),
        ("zed", {there}),
        ("root", set()),
        ("kim", set()),
    ):
        assert await listed(await world.phone(login)) == sees, login


async def test_list_is_filtered_by_status(world: World) -> None:
    inspection, _, sue = await submitted(world)
    other, _ = await draft(world)
    assert await listed(sue, status="submitted") == {inspection}
    assert await listed(sue, status="draft") == {other}
    assert await listed(sue) == {inspection, other}


async def test_list_comes_in_pages(world: World) -> None:
    ann = await world.phone("ann")
    mine = {ann.start() for _ in range(250)}
    await ann.sync()
    sue = await world.phone("sue")
    assert await listed(sue) == mine
    first = await sue.http.get("/api/inspections")
    assert first.json()["next"]


@pytest.mark.parametrize("next_", ["nonsense", "", "0", "{}", "-1", "é", "a" * 5000])
async def test_page_that_is_none(world: World, next_: str) -> None:
    sue = await world.phone("sue")
    response = await sue.http.get("/api/inspections", params={"next": next_})
    if response.status_code != 200:
        check_problem(response, 400, "bad_request")


@pytest.mark.parametrize("query", [{"status": "nonsense"}, {"sort": "nonsense"}, {"branch": "17"}, {"limit": "-5"}])
async def test_query_that_is_none(world: World, query: dict[str, str]) -> None:
    sue = await world.phone("sue")
    response = await sue.http.get("/api/inspections", params=query)
    if response.status_code != 200:
        check_problem(response, 400, "bad_request")


@pytest.mark.parametrize("id_", ["17", "0197a000-0000-7000-8000-000000000001", "%00", "a" * 3000])
async def test_inspection_that_is_not_there(world: World, id_: str) -> None:
    sue = await world.phone("sue")
    check_problem(await sue.http.get(f"/api/inspections/{id_}"), 404, "not_found")


async def test_reading_takes_a_session(world: World) -> None:
    inspection, _ = await draft(world)
    for path in ("/api/inspections", f"/api/inspections/{inspection}", "/api/devices", "/api/session"):
        check_problem(await world.client().get(path), 401, "unauthenticated")
