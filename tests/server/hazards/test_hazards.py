"""What failed in other systems and is not the subject of any other test of ours. Numbers as in tests/HAZARDS.md."""

import asyncio
import sqlite3
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import asyncpg
import pytest

from server.database import current_engine, transaction
from server.database.query import execute, fetch
from tests.server.phone import Cache, Outbox
from tests.server.photos.pictures import picture
from tests.server.protocol.gestures import FAIL, PASS, finding_id
from tests.server.protocol.seed import named
from tests.server.protocol.stories import draft
from tests.server.protocol.world import World
from tests.server.reply import check_problem

TUS = {"Tus-Resumable": "1.0.0"}


@asynccontextmanager
async def idle_transaction(world: World, url: str | None) -> AsyncIterator[None]:
    """Somebody else's transaction that began, saw or wrote something, and then does nothing for ever."""
    if url is None:
        stranger = sqlite3.connect(world.folder / "xunfang.sqlite3", isolation_level=None)
        stranger.execute("BEGIN")
        stranger.execute("SELECT COUNT(*) FROM feed").fetchone()
        yield
        stranger.close()
        return
    connection = await asyncpg.connect(url)
    await connection.execute("BEGIN")
    await connection.execute("SELECT pg_current_xact_id()")
    yield
    await connection.close()


async def test_an_idle_transaction_of_somebody_else_hides_no_row(world: World, world_url: str | None) -> None:
    """Hazard 2: the sequence hangs on no horizon of other transactions."""
    async with idle_transaction(world, world_url):
        inspection, (ann,) = await draft(world)
        sue = await world.phone("sue")
        assert sue.has("inspection", inspection)
        ann.check(inspection, "A-1.a", FAIL)
        await ann.sync()
        await sue.sync()
        assert sue.answer(inspection, "A-1.a") == FAIL
        await world.agree(ann, sue)


async def test_a_device_revoked_with_work_on_it_wedges_nobody(world: World) -> None:
    """Hazard 19: the others go on, and what was on it comes under the number of its next sign-in."""
    inspection, (ann, bob) = await draft(world, "bob")
    ann.check(inspection, "A-1.a", FAIL)
    root = await world.phone("root")
    assert (await root.http.delete(f"/api/devices/{ann.device}")).status_code == 204
    check_problem(await ann.send(ann.request()), 401, "device_revoked")
    bob.check(inspection, "A-1.b", FAIL)
    await bob.sync()
    unsent = ann.unsent
    again = (await world.sign_in(ann.http, "ann", device=ann.device)).json()
    assert again["device"] != ann.device
    ann.out, ann.cache = Outbox(device=again["device"]), Cache()
    for change in unsent:
        ann.put({name: value for name, value in change.items() if name != "n"})
    await ann.sync()
    await bob.sync()
    assert bob.answer(inspection, "A-1.a") == ann.answer(inspection, "A-1.a") == FAIL
    assert ann.answer(inspection, "A-1.b") == FAIL
    await world.agree(ann, bob)


async def test_what_came_and_went_while_a_phone_was_away(world: World) -> None:
    """Hazard 24: what is no longer there is gone on the phone, whether it ever saw it or not."""
    inspection, _ = await draft(world)
    dora = await world.phone("dora")
    await world.move("east", "county1")
    ann = await world.phone("ann")
    passing = ann.start("east")
    ann.check(passing, "A-1.a", PASS)
    await ann.sync()
    await world.move("east", "county1b")
    await world.move("north", "county1b")
    await dora.sync()
    assert not dora.has("inspection", passing)
    assert not dora.has("finding", finding_id(passing, "A-1"))
    assert not dora.has("inspection", inspection)
    await world.move("north", "county1")
    await world.agree(dora)
    assert dora.has("inspection", inspection)


async def test_two_photos_taken_one_right_after_the_other(world: World) -> None:
    """Hazard 30: both records in one moment, both pictures on their way at once, both stored."""
    inspection, (ann,) = await draft(world)
    pictures = {seed: picture(seed=seed) for seed in (1, 2)}
    photos = {}
    for seed, data in pictures.items():
        photos[seed] = ann.photo(inspection, sha256=sha256(data).hexdigest(), bytes=len(data))
    await ann.sync()

    async def upload(photo: str, data: bytes) -> None:
        pairs = {"photo": photo, "sha256": sha256(data).hexdigest(), "kind": "full"}
        metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in pairs.items())
        about = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
        begun = await ann.http.post("/api/uploads", headers=about)
        bring = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        assert (await ann.http.patch(begun.headers["location"], headers=bring, content=data)).status_code == 204

    await asyncio.gather(*(upload(photos[seed], data) for seed, data in pictures.items()))
    await ann.sync()
    for seed, photo in photos.items():
        assert ann.row("photo", photo)["stored_at"] == world.clock()
        assert (await ann.http.get(f"/api/photos/{photo}?size=original")).content == pictures[seed]


async def test_a_pull_reads_the_feed_by_its_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hazard 43: what is asked of the feed names audience and rev, and the index answers both."""
    asked: list[tuple[str, tuple[Any, ...]]] = []
    kind = type(current_engine())

    def listening(read: Any) -> Any:
        async def heard(self: Any, sql: str, args: tuple[Any, ...]) -> Any:
            asked.append((sql, args))
            return await read(self, sql, args)

        return heard

    inspection, (ann,) = await draft(world)
    ann.check(inspection, "A-1.a", FAIL)
    for name in ("fetch", "look_up"):
        monkeypatch.setattr(kind, name, listening(getattr(kind, name)))
    await ann.sync()
    (sql, args), *_ = [question for question in asked if "FROM feed WHERE audience IN" in question[0]]
    if current_engine().name == "sqlite":
        plan = [row[3] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}", *args)]
        assert any(line.startswith("SEARCH feed USING") and "audience=? AND rev>?" in line for line in plan), plan
        assert not any(line.startswith("SCAN feed") for line in plan), plan
        return
    async with transaction():  # a small table is read whole, and rightly
        await execute(
            "INSERT INTO feed SELECT 'unit:' || (g % 500) || ':inspector', 'inspection', g::text, g % 20 + 1, 0, 1, 1 "
            "FROM generate_series(1, 150000) AS g"
        )
        await execute("ANALYZE feed")
        lines = [row[0] for row in await fetch(f"EXPLAIN {sql}", *args)]
    assert not any("Seq Scan on feed" in line for line in lines), lines
    assert any("Index Cond" in line and "audience" in line and "rev" in line for line in lines), lines


async def test_a_device_number_is_never_given_twice(world: World) -> None:
    """Hazard 46: not after the last one was deleted, not in a database that went through its migrations."""
    last = (await world.phone("ann")).device
    async with transaction():
        await execute("DELETE FROM session WHERE device = ?", last)
        await execute("DELETE FROM device WHERE id = ?", last)
    response = await world.sign_in(world.client(), "bob")
    assert response.json()["device"] > last
    assert named("bob") == response.json()["person"]["id"]
