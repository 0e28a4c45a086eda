"""A file the database knows nothing of may be somebody's only copy: when it stays, and what becomes of it."""

import contextlib
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.datastructures import State

from server.database import transaction
from server.database.query import execute
from server.photos import ledger, running
from server.photos.checking import ORPHAN_MS, clean, note_strays, verify
from server.photos.imaging import Picture
from server.photos.store import Copy, Store, Stored
from server.settings import Settings
from tests.server.photos.conftest import House, Tus, at, in_the_folder
from tests.server.photos.pictures import picture, position_in, sha256, with_position

DATA = with_position()
SHA = sha256(DATA)


async def promise(sha256: str, preview: str, **more: str) -> str:
    """The record of a photo, as a phone sent it."""
    id_, body = str(uuid4()), {"sha256": sha256, "preview_sha256": preview, "erased_at": None, **more}
    async with transaction():
        await execute(
            "INSERT INTO photo (id, rev, change, body, heads, branch, author, sha256, preview_sha256)"
            " VALUES (?, 1, 1, ?, '{}', 'b1', 'ann', ?, ?)",
            *(id_, json.dumps(body), sha256, preview),
        )
    return id_


def lay(house: House, *hashes: str) -> list[str]:
    """Files of these hashes in the folder of photos; their paths."""
    paths = [house.data / "photos" / "original" / sha[:2] / sha for sha in hashes]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"the only one")
    return [path.name for path in paths]


def lying(house: House) -> set[str]:
    return {path.name for path in (house.data / "photos").rglob("*") if path.is_file()}


@in_the_folder
async def test_what_a_photo_waits_for_stays(house: House) -> None:
    """After a restore its record came again, and the phone that sent it has the picture no longer."""
    full, preview, forgotten, stray = lay(house, *(two * 32 for two in ("ab", "cd", "ef", "12")))
    await promise(full, preview)
    await promise(forgotten, "0" * 64, erased_at="5")
    store = house.workshop.store
    assert (await clean(store, at(house.now), dry_run=False)).waiting == 2
    assert (await clean(store, at(house.now + ORPHAN_MS), dry_run=False)).files == 2
    assert lying(house) == {full, preview}
    assert not await ledger.doom_unknown(full, house.now)
    assert await ledger.doom_unknown(stray, house.now)


@in_the_folder
async def test_what_goes_after_a_long_listing_is_not_brought_between(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or what was just stored would be taken away."""
    lay(house, "ab" * 32, "cd" * 32)
    everything, remove, stored = Store.everything, Store.remove, list[bool]()

    async def slowly(store: Store) -> AsyncIterator[Stored]:
        async for one in everything(store):
            house.now += ledger.LEASE_MS
            yield one

    async def raced(store: Store, copy: Copy, sha256: str) -> None:
        stored.append(await ledger.save_blob(sha256, Picture("image/jpeg", None, None), 12, house.now))
        await remove(store, copy, sha256)

    store = house.workshop.store
    await note_strays(store, house.now)
    house.now += ORPHAN_MS
    monkeypatch.setattr(Store, "everything", slowly)
    monkeypatch.setattr(Store, "remove", raced)
    assert (await clean(store, lambda: house.now, dry_run=False)).files == 2
    assert stored == [False, False]


async def test_two_servers_note_the_same_files(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """On one database neither sees what the other notes until it is there."""

    async def sees_nothing(sql: str) -> int:
        assert sql == "DELETE FROM orphan"
        return 0

    await ledger.keep_orphans({"a": 1, "b": 2})
    monkeypatch.setattr(ledger, "execute", sees_nothing)
    await ledger.keep_orphans({"b": 3, "c": 4})
    assert await ledger.orphans() == {"a": 1, "b": 2, "c": 4}


async def test_a_copy_to_look_at_is_shown_when_it_is_first_made(house: House, tus: Tus) -> None:
    photo = house.shelf.add(SHA)
    await tus.send(photo, DATA, SHA)
    replies = [await tus.client.get(f"/api/photos/{photo}?size=thumb") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].content == replies[1].content


@in_the_folder
async def test_what_is_erased_while_all_is_read_is_not_said_to_be_missing(
    house: House, tus: Tus, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [picture(seed=seed) for seed in (3, 4)]
    for data in others:
        await tus.send(house.shelf.add(sha256(data)), data, sha256(data))
    read, erased, lost = Store.read, *map(sha256, others)

    async def forgotten(store: Store, copy: Copy, sha: str) -> Any:
        (house.data / "photos" / copy / sha[:2] / sha).unlink()
        if sha == erased:
            async with transaction():
                await execute("UPDATE blob SET stored_at = -1 WHERE sha256 = ?", sha)
        return await read(store, copy, sha)

    monkeypatch.setattr(Store, "read", forgotten)
    found = await verify(house.workshop.store)
    assert (found.missing, found.changed, found.unshown) == ([lost], [], [])


@in_the_folder
async def test_a_folder_that_hangs_holds_up_no_other_request(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one of a network does when its server is gone: whoever looks whether it is there, waits."""
    asked, is_dir = list[int](), Path.is_dir

    def noted(path: Path) -> bool:
        if path == house.data / "photos":
            asked.append(threading.get_ident())
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", noted)
    assert await house.workshop.store.size("original", SHA) is None
    assert asked
    assert threading.get_ident() not in asked


@in_the_folder
async def test_by_itself_the_server_takes_nothing_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another server may use the same store; an operator who clears it knows of both."""
    works: dict[str, Callable[[], Awaitable[None]]] = {}

    @contextlib.asynccontextmanager
    async def noted(name: str, work: Any, _: float) -> AsyncIterator[None]:
        works[name] = work
        yield

    monkeypatch.setattr(running, "recurring", noted)
    settings = Settings(data=house.data, database_url=house.database_url)
    app = Litestar(state=State({"settings": settings, "clock": lambda: house.now}), openapi_config=None)
    lay(house, "ab" * 32)
    async with running.photos_running(app):
        for _ in range(2):
            await works["looking for orphaned photos"]()
            house.now += ORPHAN_MS
    assert lying(house) == {"ab" * 32}
    assert set((await ledger.orphans()).values()) == {house.now - 2 * ORPHAN_MS}
    await note_strays(house.workshop.store, house.now)
    assert (await clean(house.workshop.store, at(house.now), dry_run=False)).files == 1


async def test_what_was_about_to_go_and_is_brought_again_shows_no_position(house: House, tus: Tus) -> None:
    assert await ledger.doom_unknown(SHA, house.now)
    await ledger.leave_blob(SHA, house.now)
    photo = house.shelf.add(SHA)
    assert (await tus.send(photo, DATA, SHA)).status_code == 204
    shown = await tus.client.get(f"/api/photos/{photo}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert position_in(DATA)
    assert position_in(shown.content) == {}
    assert await ledger.blob_of(SHA) == ledger.Blob(SHA, "image/jpeg", len(DATA), stripped=True)
