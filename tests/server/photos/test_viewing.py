"""Who sees which bytes of a photo, and how they are served."""

import asyncio
from functools import partial

import pytest

from server.photos.workshop import STORING, Workshop
from tests.server.photos.conftest import House, Tus
from tests.server.photos.pictures import picture, position_in, sha256, with_position

DATA = with_position()
PREVIEW = picture("WEBP", seed=2)


@pytest.fixture
async def photo(house: House, tus: Tus) -> str:
    """Ann's photo with a position in it, stored with its preview; bob sees it too."""
    photo = house.shelf.add(sha256(DATA), sha256(PREVIEW), readers="bob sue")
    house.shelf.supervisors.add("sue")
    await tus.send(photo, DATA, sha256(DATA))
    await tus.send(photo, PREVIEW, sha256(PREVIEW), "preview")
    return photo


async def test_what_is_served_tells_no_position(tus: Tus, photo: str) -> None:
    assert position_in(DATA)
    full = await tus.client.get(f"/api/photos/{photo}")
    assert full.status_code == 200
    assert full.headers["content-type"] == "image/jpeg"
    assert full.headers["content-length"] == str(len(full.content))
    assert position_in(full.content) == {}
    assert b"Camera Maker" not in full.content
    assert (await tus.client.get(f"/api/photos/{photo}?size=full")).content == full.content
    preview = await tus.client.get(f"/api/photos/{photo}?size=preview")
    assert preview.headers["content-type"] == "image/webp"
    assert preview.content == PREVIEW


async def test_the_original_is_for_its_author_and_supervisors(house: House, photo: str) -> None:
    for person, status in (("ann", 200), ("sue", 200), ("bob", 404)):
        async with house.client(person) as client:
            reply = await client.get(f"/api/photos/{photo}?size=original")
            assert reply.status_code == status
            if status == 200:
                assert reply.content == DATA
            else:
                assert reply.json()["code"] == "not_found"
            assert (await client.get(f"/api/photos/{photo}")).status_code == 200


async def test_out_of_sight_looks_like_unknown(house: House, photo: str) -> None:
    expected = house.shelf.add("1" * 64, author="bob")
    async with house.client("eve") as client:
        replies = [
            await client.get(f"/api/photos/{id_}?size={size}", headers={"If-None-Match": "*"})
            for id_ in (photo, expected, "00000000-0000-4000-8000-000000000000", "x", "..%2f..%2fx")
            for size in ("preview", "full", "original")
        ]
    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.content for reply in replies}) == 1
    assert {reply.headers["cache-control"] for reply in replies} == {"no-store"}
    assert "etag" not in replies[0].headers


async def test_not_there_yet_is_said_to_those_who_may_see_it(house: House, tus: Tus) -> None:
    photo = house.shelf.add(sha256(DATA), sha256(PREVIEW))
    for size in ("preview", "full", "original"):
        reply = await tus.client.get(f"/api/photos/{photo}?size={size}")
        assert (reply.status_code, reply.json()["code"]) == (404, "photo_expected")
        assert reply.headers["cache-control"] == "no-store"
    await tus.send(photo, PREVIEW, sha256(PREVIEW), "preview")
    assert (await tus.client.get(f"/api/photos/{photo}?size=preview")).status_code == 200
    assert (await tus.client.get(f"/api/photos/{photo}?size=full")).json()["code"] == "photo_expected"


async def test_a_known_picture_is_304_for_those_who_still_see_it(house: House, tus: Tus, photo: str) -> None:
    tags = set()
    for size in ("preview", "full", "original"):
        url = f"/api/photos/{photo}?size={size}"
        first = await tus.client.get(url)
        tag = first.headers["etag"]
        tags.add(tag)
        assert first.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert first.headers["x-content-type-options"] == "nosniff"
        for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            again = await tus.client.get(url, headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
        assert (await tus.client.get(url, headers={"If-None-Match": '"x"'})).status_code == 200
        house.shelf.readers[photo].discard("ann")
        assert (await tus.client.get(url, headers={"If-None-Match": tag})).status_code == 404
        house.shelf.readers[photo].add("ann")
    assert len(tags) == 3


async def test_many_who_look_at_once_wait_for_one_copy_and_keep_no_picture_from_coming(
    house: House, tus: Tus, photo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, on_picture = [], Workshop.on_picture

    async def counted(workshop: Workshop, work: partial[bytes], *arguments: object) -> bytes:
        made.append(work.keywords["copy"])
        return await on_picture(workshop, work, *arguments)

    monkeypatch.setattr(Workshop, "on_picture", counted)
    for _ in range(STORING):
        await house.workshop.storing.acquire()
    sizes = ("thumb", "screen")
    asked = [tus.client.get(f"/api/photos/{photo}?size={size}") for size in sizes for _ in range(8)]
    replies = await asyncio.gather(*asked)
    assert {reply.status_code for reply in replies} == {200}
    assert sorted(made) == sorted(sizes)


@pytest.mark.parametrize("size", ["huge", "", "FULL", "full%00"])
async def test_a_size_there_is_not_is_400(tus: Tus, photo: str, size: str) -> None:
    reply = await tus.client.get(f"/api/photos/{photo}?size={size}")
    assert (reply.status_code, reply.json()["code"]) == (400, "bad_request")
