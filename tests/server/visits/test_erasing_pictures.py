"""A picture goes with who is forgotten while another photo is to show it too, or while a backup is taken."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from server import operating
from server.customers.erasing import erase as erase_directly
from server.customers.erasing import outside_of
from server.customers.retention import forget_late
from server.database.query import fetch
from server.keeping.backup import BackupError
from server.photos import ledger
from server.photos.acts import keep
from server.photos.ledger import LEASE_MS
from server.photos.store import Copy, Store
from tests.server.photos.conftest import TUS, Tus
from tests.server.photos.pictures import sha256, with_position
from tests.server.protocol.gestures import Hand
from tests.server.protocol.world import World, opened, settings_for
from tests.server.visits.rounds import customer, visit
from tests.server.visits.test_erasing import DOOR, SHOP, SMALL, erase, kept, photographed, taken

WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def same_picture(world: World) -> tuple[Hand, Hand, str, str]:
    """A customer whose visit shows a stored picture, and a photo of another visit that is to show it too."""
    kim, mara = await world.team("kim", "mara")
    of, other = customer(kim), customer(kim, "另一家")
    await photographed(world, kim, of, SHOP)
    seen = visit(kim, other, result="met")
    again = taken(kim, "visit", seen, SHOP)
    await kim.sync()
    await mara.sync()
    kim.http.headers.update(TUS)
    return kim, mara, of, again


async def brought(world: World, hand: Hand, photo: str, reply: httpx.Response) -> None:
    """The bytes travel after all, and what is promised then is there."""
    assert (reply.status_code, reply.headers["upload-offset"]) == (201, "0")
    await hand.sync()
    assert hand.row("photo", photo)["stored_at"] is None
    assert (await Tus(hand.http).patch(reply.headers["location"], 0, SHOP)).status_code == 204
    await hand.sync()
    assert hand.row("photo", photo)["stored_at"] == world.clock()
    assert (await hand.http.get(f"/api/photos/{photo}")).content == SHOP
    assert kept(world.folder) == {sha256(SHOP)}


async def test_a_picture_that_goes_is_promised_to_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody finds it in the store for a photo of theirs at the very moment before it is taken away."""
    kim, mara, of, again = await same_picture(world)
    look = Store.size

    async def then_it_goes(store: Store, copy: Copy, sha: str) -> int | None:
        found = await look(store, copy, sha)
        monkeypatch.setattr(Store, "size", look)
        await erase(mara, of)
        return found

    monkeypatch.setattr(Store, "size", then_it_goes)
    reply = await Tus(kim.http).create(again, sha256(SHOP), len(SHOP))
    assert kept(world.folder) == set()
    await brought(world, kim, again, reply)


@pytest.mark.parametrize("database", ["postgresql"])
async def test_who_waits_for_a_picture_lets_others_work(world: World, world_url: str | None) -> None:
    """Somebody has its row while a photo is to be linked to it."""
    kim, _, _, again = await same_picture(world)
    ann = await world.phone("ann")
    ann.start()
    stranger, watcher = await asyncpg.connect(world_url), await asyncpg.connect(world_url)
    async with stranger.transaction():
        await stranger.execute("SELECT 1 FROM blob WHERE sha256 = $1 FOR UPDATE", sha256(SHOP))
        linking = asyncio.create_task(Tus(kim.http).create(again, sha256(SHOP), len(SHOP)))
        while not (linking.done() or await watcher.fetch(WAITING)):
            pass
        await ann.sync()
        assert not linking.done()
    assert (await linking).headers["upload-offset"] == str(len(SHOP))
    await stranger.close()
    await watcher.close()


@pytest.mark.parametrize("others", [0, LEASE_MS + 1])
async def test_a_picture_that_comes_while_it_goes_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    """Its bytes arrive between the first and the last step of taking it away; so long others were taken before it."""
    kim, mara, of, again = await same_picture(world)
    remove, unlinked = Store.remove, ledger.unlinked
    replies: list[httpx.Response] = []

    async def meanwhile(store: Store, copy: Copy, sha: str) -> None:
        if not replies and sha == sha256(SHOP):
            replies.append(await Tus(kim.http).create(again, sha, len(SHOP)))
            replies.append(await Tus(kim.http).patch(replies[0].headers["location"], 0, SHOP))
        await remove(store, copy, sha)

    async def later(hashes: list[str] | None) -> list[str]:
        found = await unlinked(hashes)
        world.clock.advance(others)
        return found

    monkeypatch.setattr(Store, "remove", meanwhile)
    monkeypatch.setattr(ledger, "unlinked", later)
    await erase(mara, of)
    assert (replies[1].status_code, replies[1].json()["code"]) == (503, "unavailable")
    assert kept(world.folder) == set()
    await kim.sync()
    assert kim.row("photo", again)["stored_at"] is None
    assert await Tus(kim.http).offset(replies[0].headers["location"]) == len(SHOP), "all there, and stored now"
    await kim.sync()
    assert kim.row("photo", again)["stored_at"] == world.clock()
    assert (await kim.http.get(f"/api/photos/{again}")).content == SHOP


async def test_who_was_killed_while_taking_a_picture_away_is_followed_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim, mara, of, again = await same_picture(world)

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(Store, "remove", killed)
        with pytest.raises(asyncio.CancelledError):
            await erase_directly(of, outside_of(world.app), reason="x", by=mara.person, now=world.clock())
    outside = outside_of(world.app)
    await forget_late(outside, world.clock())
    assert kept(world.folder) == {sha256(SHOP)}, "whoever doomed it may still be at it"
    world.clock.advance(LEASE_MS + 1)
    url = await Tus(kim.http).location(again, sha256(SHOP), len(SHOP))
    assert (await Tus(kim.http).patch(url, 0, SHOP)).status_code == 204, "who brings it does not wait for the night"
    await forget_late(outside, world.clock())
    assert kept(world.folder) == {sha256(SHOP)}


async def test_who_takes_it_away_too_slowly_takes_nothing_that_came_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of two copies is gone when the lease ends, and somebody brings the picture."""
    kim, mara = await world.team("kim", "mara")
    of, other = customer(kim), customer(kim, "另一家")
    data = with_position()  # stored twice: as it came, and for display
    about = {"sha256": sha256(data), "bytes": len(data)}
    photo = taken(kim, "visit", visit(kim, of, result="met"), SHOP, **about)
    again = taken(kim, "visit", visit(kim, other, result="met"), SHOP, **about)
    await kim.sync()
    await keep(world.app.state.photos, photo, "full", data)
    await mara.sync()
    kim.http.headers.update(TUS)
    remove = Store.remove
    replies: list[httpx.Response] = []

    async def then_it_comes(store: Store, copy: Copy, sha: str) -> None:
        await remove(store, copy, sha)
        if not replies and sha == sha256(data):
            world.clock.advance(LEASE_MS + 1)
            replies.append(await Tus(kim.http).create(again, sha, len(data)))
            replies.append(await Tus(kim.http).patch(replies[0].headers["location"], 0, data))

    monkeypatch.setattr(Store, "remove", then_it_comes)
    await erase(mara, of)
    assert replies[1].status_code == 204
    store = world.app.state.photos.store
    assert None not in [await store.size("original", sha256(data)), await store.size("display", sha256(data))]
    await forget_late(outside_of(world.app), world.clock())
    assert (await kim.http.get(f"/api/photos/{again}")).status_code == 200


@pytest.mark.parametrize("nth", [1, 2])
async def test_a_backup_leaves_out_a_picture_that_goes_while_it_is_taken(
    world: World, world_url: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, nth: int
) -> None:
    """Before its first copy is read, and between the first and the second."""
    kim, mara = await world.team("kim", "mara")
    of, stays = customer(kim), customer(kim, "另一家")
    data = with_position()  # stored twice: as it came, and for display
    seen = visit(kim, of, result="met")
    photo = taken(kim, "visit", seen, SHOP, sha256=sha256(data))
    await kim.sync()
    await keep(world.app.state.photos, photo, "full", data)
    await photographed(world, kim, stays, DOOR)
    await mara.sync()
    read, turns = Store.read, iter(range(1, 100))

    async def meanwhile(store: Store, copy: Copy, sha: str) -> Any:
        if sha == sha256(data) and next(turns) == nth:
            await erase(mara, of)
        return await read(store, copy, sha)

    monkeypatch.setattr(Store, "read", meanwhile)
    sheet = await operating.back_up(settings_for(world.folder, world_url), tmp_path / "backup")
    assert sheet.gone == (sha256(data),)
    assert kept(tmp_path / "backup") == {sha256(DOOR), sha256(SMALL[DOOR])}
    target = settings_for(tmp_path / "target", None)
    await operating.restore(target, tmp_path / "backup")
    async with opened(target.data, None):
        assert {row[0] for row in await fetch("SELECT sha256 FROM blob")} == {sha256(DOOR), sha256(SMALL[DOOR])}


async def test_a_backup_says_when_a_picture_is_lost(world: World, world_url: str | None, tmp_path: Path) -> None:
    kim = await world.phone("kim")
    await photographed(world, kim, customer(kim), DOOR)
    for path in (world.folder / "photos").rglob(sha256(DOOR)):
        path.unlink()
    with pytest.raises(BackupError, match=sha256(DOOR)):
        await operating.back_up(settings_for(world.folder, world_url), tmp_path / "backup")
