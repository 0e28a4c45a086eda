"""The demo in a real server: who sees what of it, and that it is laid out once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient
from litestar import Litestar

from server.database.query import fetch
from server.demo.people import PASSWORD
from server.demo.seed import seed
from server.settings import Settings
from tests.server.conftest import NOW
from tests.server.databases import BOTH, PostgreSQL

STATES = {"draft", "submitted", "returned", "approved", "void"}


@pytest.fixture(scope="module", params=BOTH)
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def settings(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """One folder and one database for all tests here."""
    settings = Settings(data=tmp_path_factory.mktemp("data"), password_memory=8, password_rounds=1)
    if database == "sqlite":
        yield settings
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with server.migrated() as url:
        yield msgspec.structs.replace(settings, database_url=url)


@pytest.fixture(autouse=True)
async def demo(running: Litestar) -> None:
    """Laid out before the first test; the others find it, as a second start of the server does."""
    await seed(running.state.photos, running.state.passwords, NOW)


async def rows_of(client: AsyncClient, login: str) -> dict[str, list[dict[str, Any]]]:
    """Everything a first contact of this person's phone brings."""
    signed = await client.post("/api/session", json={"login": login, "password": PASSWORD, "device": None})
    assert signed.status_code == 201, signed.text
    request: dict[str, Any] = {"v": 1, "device": signed.json()["device"], "epoch": None, "sent": NOW}
    request |= {"cursor": None, "audiences": [], "fill": {}, "changes": []}
    rows: dict[str, list[dict[str, Any]]] = {}
    while True:
        reply = (await client.post("/api/sync", json=request)).json()
        for type_, some in reply.get("rows", {}).items():
            rows.setdefault(type_, []).extend(some)
        if not reply.get("fill") and not reply.get("more"):
            return rows
        request |= {name: reply[name] for name in ("epoch", "cursor", "audiences") if name in reply}
        request["fill"] = reply.get("fill", {})


async def test_the_database_holds_both_cities_in_every_state(running: Litestar) -> None:
    assert (await fetch("SELECT COUNT(*) FROM branch"))[0][0] == 120
    found = Counter(await fetch("SELECT b.unit, i.status FROM inspection AS i JOIN branch AS b ON b.id = i.branch"))
    assert {status for _, status in found} == STATES
    assert (await fetch("SELECT COUNT(*) FROM held"))[0][0] == 0
    totals = [total for (total,) in await fetch("SELECT total FROM inspection WHERE total IS NOT NULL")]
    assert min(totals) < 850 <= 900 < max(totals)


async def test_a_second_start_changes_nothing(running: Litestar) -> None:
    before = await fetch("SELECT rev FROM clock")
    assert not await seed(running.state.photos, running.state.passwords, NOW + 86_400_000)
    assert await fetch("SELECT rev FROM clock") == before


@pytest.mark.parametrize("login", ["inspector", "inspector2", "supervisor"])
async def test_the_first_citys_people_see_its_work_and_nothing_of_the_second(client: AsyncClient, login: str) -> None:
    rows = await rows_of(client, login)
    assert len(rows["branch"]) == 60
    assert {branch["code"][:3] for branch in rows["branch"]} == {"901"}
    assert {inspection["status"] for inspection in rows["inspection"]} == STATES
    places = {branch["id"] for branch in rows["branch"]}
    assert {inspection["branch"] for inspection in rows["inspection"]} <= places
    assert any(finding.get("open") for finding in rows["finding"])
    if login == "supervisor":  # an inspector reads findings and photos only of what they work on
        assert any(photo["stored_at"] is None for photo in rows["photo"])


@pytest.mark.parametrize("login", ["inspector", "inspector2"])
async def test_each_inspector_has_tasks_of_their_own(client: AsyncClient, login: str) -> None:
    tasks = (await rows_of(client, login))["task"]
    assert Counter(task["status"] for task in tasks) == {"open": 4, "claimed": 1}
    assert any(task["due_at"] < NOW for task in tasks)


@pytest.mark.parametrize("login", ["manager", "carrier"])
async def test_manager_and_carrier_see_their_one_branch(client: AsyncClient, login: str) -> None:
    rows = await rows_of(client, login)
    assert [branch["name"] for branch in rows["branch"]] == ["青石桥支局"]


async def test_the_month_of_the_carriers_branch_is_partly_done(client: AsyncClient) -> None:
    rows = await rows_of(client, "carrier")
    (month,) = [row for row in rows["quota"] if row["month"] == "2026-11"]
    assert (month["visits"], month["ride_alongs"], month["cards"]) == (6, 0, 37)
    assert len(rows["customer"]) == 42
    assert {visit["status"] for visit in rows["visit"]} == {"closed"}
    own = {branch["id"] for branch in rows["branch"]}
    assert {row["branch"] for type_ in ("customer", "visit", "quota") for row in rows[type_]} == own
    assert {comment["of"]["type"] for comment in rows["comment"]} == {"visit"}


async def test_what_visits_suggest_waits_in_both_cities(running: Litestar) -> None:
    found = await fetch(
        "SELECT c.parent, s.status FROM suggestion AS s "
        "JOIN branch AS b ON b.id = s.branch JOIN unit AS c ON c.id = b.unit"
    )
    assert len({city for city, status in found if status == "open"}) == 2
    assert {status for _, status in found} == {"open", "dealt"}


async def test_the_admin_sees_both_cities_places_and_people_but_no_inspection(client: AsyncClient) -> None:
    rows = await rows_of(client, "admin")
    assert (len(rows["unit"]), len(rows["branch"]), len(rows["person"])) == (9, 120, 13)
    assert not rows.keys() & {"inspection", "visit", "customer", "quota", "comment"}


async def test_no_picture_is_promised_that_the_store_does_not_have(running: Litestar, settings: Settings) -> None:
    stored = {path.name for path in Path(settings.data, "photos", "original").rglob("*") if path.is_file()}
    promised = await fetch("SELECT sha256 FROM photo WHERE stored_at IS NOT NULL")
    assert promised
    assert {sha256 for (sha256,) in promised} <= stored
