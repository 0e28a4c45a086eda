"""A folder and an S3 keep pictures alike: stored, served, lost and found, verified, cleared."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from server.database import transaction
from server.database.query import execute
from server.photos import store as store_module
from server.photos.acts import tidy
from server.photos.checking import ORPHAN_MS, Checked, Cleaned, clean, note_strays, verify
from server.photos.erasing import clear_unlinked
from server.photos.store import Store
from server.problems import Refusal
from tests.server.photos.conftest import House, Tus, at
from tests.server.photos.objects import Bucket, Folder, Place
from tests.server.photos.pictures import picture, position_in, sha256, with_position
from tests.server.photos.test_store import keeps

DATA = with_position(size=(400, 300))
SHA = sha256(DATA)
SIZES = ("full", "screen", "thumb", "original")


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(store_module, "PATIENCE_S", 1)
    place: Place = Bucket(monkeypatch) if request.param == "s3" else Folder(tmp_path / "照片 of all")
    yield place
    place.leave()


@pytest.fixture
def photos_url(place: Place) -> str:
    return place.url


@pytest.fixture
def database_url() -> None:
    """The embedded one: where pictures lie is nothing to the database."""


def key(copy: str, sha: str = SHA) -> str:
    return f"{copy}/{sha[:2]}/{sha}"


async def served(tus: Tus, photo: str) -> dict[str, httpx.Response]:
    return {size: await tus.client.get(f"/api/photos/{photo}?size={size}") for size in SIZES}


async def test_the_store_alone(place: Place, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as disk:
        await keeps(Store.at(place.url, tmp_path, disk))


async def test_a_picture_is_kept_and_shown_in_every_size(house: House, tus: Tus, place: Place) -> None:
    photo = house.shelf.add(SHA)
    assert (await tus.send(photo, DATA, SHA)).status_code == 204
    assert place.files() == sorted([key("display"), key("original")])
    replies = await served(tus, photo)
    assert {reply.status_code for reply in replies.values()} == {200}
    assert replies["original"].content == DATA
    assert [position_in(replies[size].content) for size in SIZES[:3]] == [{}] * 3
    assert place.files() == sorted(key(copy) for copy in ("display", "original", "screen", "thumb"))
    assert (await served(tus, photo))["thumb"].content == replies["thumb"].content
    again = house.shelf.add(SHA)
    assert (await tus.create(again, SHA, len(DATA))).headers["upload-offset"] == str(len(DATA))


async def test_a_lost_store_says_so_and_loses_nothing(house: House, tus: Tus, place: Place) -> None:
    seen, coming = house.shelf.add(SHA), picture(seed=9)
    await tus.send(seen, DATA, SHA)
    photo = house.shelf.add(sha256(coming))
    url = await tus.location(photo, sha256(coming), len(coming))
    place.lose()
    replies = [*(await served(tus, seen)).values(), await tus.patch(url, 0, coming), await tus.client.head(url)]
    assert {reply.status_code for reply in replies} == {503}
    assert {reply.json()["code"] for reply in replies[:-1]} == {"photos_unavailable"}
    assert all("retry-after" in reply.headers for reply in replies)
    assert "stored_at" not in house.shelf.rows[photo]
    place.find()
    assert await tus.offset(url) == len(coming)
    assert house.shelf.rows[photo]["stored_at"] == house.now
    assert {reply.status_code for reply in (await served(tus, seen)).values()} == {200}


async def test_what_came_while_it_was_lost_is_stored_by_itself(house: House, tus: Tus, place: Place) -> None:
    photo = house.shelf.add(SHA)
    url = await tus.location(photo, SHA, len(DATA))
    place.lose()
    assert (await tus.patch(url, 0, DATA)).status_code == 503
    place.find()
    await tidy(house.workshop)
    assert house.shelf.rows[photo]["stored_at"] == house.now


async def test_verify_reads_every_picture_again(house: House, tus: Tus, place: Place) -> None:
    pictures = [with_position(seed=seed) for seed in range(4)]
    hashes = [sha256(data) for data in pictures]
    for data in pictures:
        await tus.send(house.shelf.add(sha256(data)), data, sha256(data))
    store = house.workshop.store
    assert await verify(store) == Checked(pictures=4, bytes=sum(map(len, pictures)))
    place.spoil(key("original", hashes[0]), None)
    place.spoil(key("original", hashes[1]), pictures[1][:-1] + b"x")
    place.spoil(key("display", hashes[2]), None)
    found = await verify(store)
    assert not found.sound
    assert (found.missing, found.changed, found.unshown) == ([hashes[0]], [hashes[1]], [hashes[2]])


async def test_who_looks_after_a_lost_store_is_told_so_and_takes_nothing_for_gone(
    house: House, tus: Tus, place: Place
) -> None:
    await tus.send(house.shelf.add(SHA), DATA, SHA)
    store, now = house.workshop.store, house.now
    place.lose()
    for looking in (verify(store), note_strays(store, now), clean(store, at(now), dry_run=False)):
        with pytest.raises(Refusal) as refused:
            await looking
        assert (refused.value.code, refused.value.status) == ("photos_unavailable", 503)
    place.find()
    assert await verify(store) == Checked(pictures=1, bytes=len(DATA))
    assert await clean(store, at(now), dry_run=False) == Cleaned()


async def test_a_picture_that_went_missing_is_not_said_to_be_on_its_way(house: House, tus: Tus, place: Place) -> None:
    photo = house.shelf.add(SHA)
    await tus.send(photo, DATA, SHA)
    for copy in ("original", "display"):
        place.spoil(key(copy), None)
    assert {reply.json()["code"] for reply in (await served(tus, photo)).values()} == {"photos_unavailable"}


async def test_what_belongs_to_nothing_goes_after_thirty_days(house: House, tus: Tus, place: Place) -> None:
    await tus.send(house.shelf.add(SHA), DATA, SHA)
    mine = place.files()
    stray, coming = key("original", "ab" * 32), picture(seed=8)
    url = await tus.location(house.shelf.add(sha256(coming)), sha256(coming), len(coming))
    for one in (stray, key("thumb", "cd" * 32), key("original", sha256(coming)), "of somebody else.txt"):
        place.spoil(one, b"stray")
    store, now = house.workshop.store, house.now
    for then in (now, now + ORPHAN_MS - 1):
        assert (await clean(store, at(then), dry_run=False)).waiting == 2
    told = await clean(store, at(now + ORPHAN_MS), dry_run=True)
    assert (told.files, told.bytes, told.waiting) == (2, 10, 0)
    assert stray in place.files()
    assert await clean(store, at(now + ORPHAN_MS), dry_run=False) == told
    assert place.files() == sorted([*mine, key("original", sha256(coming)), "of somebody else.txt"])
    assert (await tus.patch(url, 0, coming)).status_code == 204
    assert (await clean(store, at(now + 2 * ORPHAN_MS), dry_run=False)).files == 0


async def test_what_is_known_again_meanwhile_stays(house: House, tus: Tus, place: Place) -> None:
    """As after a restore: the file is there, and its record comes back with the phone."""
    store, now = house.workshop.store, house.now
    place.spoil(key("original"), DATA)
    assert (await clean(store, at(now), dry_run=False)).waiting == 1
    await tus.send(house.shelf.add(SHA), DATA, SHA)
    assert (await clean(store, at(now + ORPHAN_MS), dry_run=False)).files == 0
    assert await verify(store) == Checked(pictures=1, bytes=len(DATA))


async def test_copies_go_with_an_erased_picture(house: House, tus: Tus, place: Place) -> None:
    photo = house.shelf.add(SHA)
    await tus.send(photo, DATA, SHA)
    await served(tus, photo)
    async with transaction():
        await execute("DELETE FROM blob_photo WHERE photo = ?", photo)
    assert await clear_unlinked(house.workshop.store, lambda: house.now, [SHA]) == 1
    assert place.files() == []
