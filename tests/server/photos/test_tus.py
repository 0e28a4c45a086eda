"""Every rule of tus 1.0 and of our own, one by one, over raw HTTP."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from uuid import uuid4

import httpx
import pytest

from server.photos.store import Stored
from tests.server.photos.conftest import BYTES, TUS, House, Tus, in_the_folder
from tests.server.photos.pictures import picture, sha256


def code(reply: httpx.Response) -> str:
    """The code of a problem document that follows all the rules such a document has."""
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["tus-resumable"] == "1.0.0"
    body = reply.json()
    assert body["status"] == reply.status_code
    return str(body["code"])


@pytest.fixture
def photo(house: House) -> str:
    return house.shelf.add(sha256(picture()), sha256(picture(seed=2)))


async def test_options_tell_what_the_server_can_without_a_session(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.base) as client:
        for path in ("/api/uploads", "/api/uploads/anything"):
            reply = await client.options(path)
            assert reply.status_code == 204
            assert reply.headers["tus-version"] == "1.0.0"
            assert set(reply.headers["tus-extension"].split(",")) >= {
                "creation",
                "creation-with-upload",
                "checksum",
                "expiration",
                "termination",
            }
            assert set(reply.headers["tus-checksum-algorithm"].split(",")) == {"sha1", "sha256"}
            assert int(reply.headers["tus-max-size"]) == 50_000_000


async def test_an_upload_from_creation_to_a_stored_photo(house: House, tus: Tus, photo: str) -> None:
    data = picture()
    created = await tus.create(photo, sha256(data), len(data))
    assert created.status_code == 201
    assert created.headers["tus-resumable"] == "1.0.0"
    assert created.headers["upload-offset"] == "0"
    assert created.content == b""
    url = created.headers["location"]
    first = await tus.patch(url, 0, data[:500])
    assert (first.status_code, first.headers["upload-offset"]) == (204, "500")
    assert house.shelf.said == []
    last = await tus.patch(url, 500, data[500:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(data)))
    assert house.shelf.said == [(photo, {"stored_at": house.now})]
    assert list((house.data / "uploads").iterdir()) == []
    assert (await tus.client.get(f"/api/photos/{photo}?size=original")).content == data


async def test_a_preview_sets_its_own_time(house: House, tus: Tus, photo: str) -> None:
    data = picture(seed=2)
    assert (await tus.send(photo, data, sha256(data), "preview")).status_code == 204
    assert house.shelf.said == [(photo, {"preview_at": house.now})]


async def test_head_tells_all_and_is_never_cached(tus: Tus, photo: str) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))
    await tus.patch(url, 0, data[:7])
    reply = await tus.client.head(url)
    assert reply.status_code == 200
    assert reply.headers["upload-offset"] == "7"
    assert reply.headers["upload-length"] == str(len(data))
    assert reply.headers["upload-metadata"] == tus.promise(photo, sha256(data))
    assert reply.headers["cache-control"] == "no-store"
    assert reply.content == b""


async def test_a_wrong_version_is_412_before_anything_else(tus: Tus, photo: str) -> None:
    url = await tus.location(photo, sha256(picture()), len(picture()))
    for version in ("0.2.2", ""):
        headers = {"Tus-Resumable": version}
        for method, path in (("POST", "/api/uploads"), ("PATCH", url), ("HEAD", url), ("DELETE", url)):
            reply = await tus.client.request(method, path, headers=headers)
            assert reply.status_code == 412
            assert reply.headers["tus-version"] == "1.0.0"
    assert await tus.offset(url) == 0


async def test_an_unknown_photo_and_one_out_of_sight_are_the_same_404(house: House, tus: Tus) -> None:
    data = picture()
    hidden = house.shelf.add(sha256(data), author="bob")
    readable = house.shelf.add(sha256(data), author="bob", readers="ann")
    bodies = []
    for photo in (str(uuid4()), hidden, readable, "no-uuid", "../../etc/passwd"):
        reply = await tus.create(photo, sha256(data), len(data))
        assert reply.status_code == 404
        assert code(reply) == "not_found"
        bodies.append(reply.content)
    assert len(set(bodies)) == 1


async def test_a_promise_of_another_picture_is_422(tus: Tus, photo: str) -> None:
    data = picture()
    for promised, kind in ((sha256(b"other"), "full"), (sha256(data), "preview"), (sha256(picture(seed=2)), "full")):
        reply = await tus.create(photo, promised, len(data), kind)
        assert reply.status_code == 422
        assert code(reply) == "hash_mismatch"


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "photo",
        "photo !!!,sha256 x,kind y",
        "photo cGhvdG8=",
        f"photo cGhvdG8=,sha256 {b64encode(b'a' * 64).decode()},kind {b64encode(b'huge').decode()}",
        f"photo cGhvdG8=,sha256 {b64encode(b'zz').decode()},kind {b64encode(b'full').decode()}",
        f"photo cGhvdG8=,photo cGhvdG8=,sha256 {b64encode(b'a' * 64).decode()},kind {b64encode(b'full').decode()}",
        "photo /////w==",
        f"photo {'A' * 9000}",
    ],
)
async def test_metadata_that_says_nothing_is_400(tus: Tus, metadata: str) -> None:
    reply = await tus.client.post("/api/uploads", headers={"Upload-Length": "10", "Upload-Metadata": metadata})
    assert reply.status_code == 400
    assert code(reply) == "bad_request"


@pytest.mark.parametrize("length", ["", "-1", "1.5", "ten", "0", "٣", "9" * 40])
async def test_a_length_that_is_none_is_400(tus: Tus, photo: str, length: str) -> None:
    headers = {"Upload-Metadata": tus.promise(photo, sha256(picture()))}
    reply = await tus.client.post("/api/uploads", headers={**headers, "Upload-Length": length.encode()})
    assert reply.status_code == 400
    assert (await tus.client.post("/api/uploads", headers=headers)).status_code == 400


async def test_more_than_a_photo_can_have_is_413(tus: Tus, photo: str) -> None:
    for length, kind, promised in ((50_000_001, "full", picture()), (65_537, "preview", picture(seed=2))):
        reply = await tus.create(photo, sha256(promised), length, kind)
        assert reply.status_code == 413
        assert code(reply) == "too_large"


async def test_a_wrong_offset_is_409_with_the_right_one(tus: Tus, photo: str) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))
    await tus.patch(url, 0, data[:100])
    for offset in (0, 99, 101, len(data)):
        reply = await tus.patch(url, offset, data[100:200])
        assert reply.status_code == 409
        assert reply.headers["upload-offset"] == "100"
        assert code(reply) == "offset_conflict"
    assert await tus.offset(url) == 100


@pytest.mark.parametrize("offset", [None, "-5", "x", "1e3"])
async def test_an_offset_that_is_none_is_400(tus: Tus, photo: str, offset: str | None) -> None:
    url = await tus.location(photo, sha256(picture()), len(picture()))
    headers = {**BYTES} if offset is None else {**BYTES, "Upload-Offset": offset}
    assert (await tus.client.patch(url, content=b"x", headers=headers)).status_code == 400


async def test_a_wrong_content_type_is_415(tus: Tus, photo: str) -> None:
    url = await tus.location(photo, sha256(picture()), len(picture()))
    for headers in ({"Content-Type": "image/jpeg"}, {}, {**BYTES, "Content-Encoding": "gzip"}):
        reply = await tus.client.patch(url, content=b"x", headers={"Upload-Offset": "0", **headers})
        assert reply.status_code == 415
        assert code(reply) == "unsupported_media"
    assert await tus.offset(url) == 0


async def test_more_bytes_than_promised_are_413_and_do_not_count(tus: Tus, photo: str) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))
    await tus.patch(url, 0, data[:10])
    assert code(await tus.patch(url, 10, data)) == "too_large"

    async def unannounced() -> AsyncIterator[bytes]:
        yield data[10:]
        yield b"one too many"

    headers = {"Upload-Offset": "10", **BYTES}
    reply = await tus.client.patch(url, content=unannounced(), headers=headers)
    assert code(reply) == "too_large"
    assert await tus.offset(url) == 10


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_checksum_decides_whether_a_part_counts(tus: Tus, photo: str, algorithm: str) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))

    def checksum(part: bytes) -> str:
        return f"{algorithm} {b64encode(hashlib.new(algorithm, part).digest()).decode()}"

    good = await tus.patch(url, 0, data[:100], **{"Upload-Checksum": checksum(data[:100])})
    assert (good.status_code, good.headers["upload-offset"]) == (204, "100")
    bad = await tus.patch(url, 100, data[100:200], **{"Upload-Checksum": checksum(b"other")})
    assert bad.status_code == 460
    assert code(bad) == "checksum_mismatch"
    assert await tus.offset(url) == 100
    rest = await tus.patch(url, 100, data[100:], **{"Upload-Checksum": checksum(data[100:])})
    assert rest.status_code == 204


@pytest.mark.parametrize("value", ["md5 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha1", "sha1 ???", "sha256 AAAA", ""])
async def test_a_checksum_we_cannot_check_is_400(tus: Tus, photo: str, value: str) -> None:
    url = await tus.location(photo, sha256(picture()), len(picture()))
    assert code(await tus.patch(url, 0, b"x", **{"Upload-Checksum": value})) == "bad_request"
    assert await tus.offset(url) == 0


async def test_wrong_bytes_are_460_at_the_end_and_the_upload_starts_over(house: House, tus: Tus, photo: str) -> None:
    data = picture()
    wrong = bytes(reversed(data))
    url = await tus.location(photo, sha256(data), len(data))
    assert (await tus.patch(url, 0, wrong[:500])).status_code == 204
    reply = await tus.patch(url, 500, wrong[500:])
    assert reply.status_code == 460
    assert code(reply) == "hash_mismatch"
    assert await tus.offset(url) == 0
    assert house.shelf.said == []
    assert (await tus.client.get(f"/api/photos/{photo}")).json()["code"] == "photo_expected"
    assert (await tus.patch(url, 0, data)).status_code == 204
    assert len(house.shelf.said) == 1


async def test_creation_may_bring_bytes(house: House, tus: Tus, photo: str) -> None:
    data = picture()
    headers = {"Upload-Length": str(len(data)), "Upload-Metadata": tus.promise(photo, sha256(data)), **BYTES}
    part = await tus.client.post("/api/uploads", headers=headers, content=data[:100])
    assert (part.status_code, part.headers["upload-offset"]) == (201, "100")
    assert await tus.offset(part.headers["location"]) == 100
    whole = await tus.client.post("/api/uploads", headers=headers, content=data)
    assert (whole.status_code, whole.headers["upload-offset"]) == (201, str(len(data)))
    assert len(house.shelf.said) == 1
    wrong = await tus.client.post("/api/uploads", headers={**headers, "Content-Type": "image/png"}, content=data)
    assert code(wrong) == "unsupported_media"


async def test_what_is_stored_does_not_travel_again(house: House, tus: Tus, photo: str) -> None:
    data = picture()
    await tus.send(photo, data, sha256(data))
    again = await tus.create(photo, sha256(data), len(data))
    assert again.status_code == 201
    assert again.headers["upload-offset"] == again.headers["upload-length"] == str(len(data))
    url = again.headers["location"]
    assert await tus.offset(url) == len(data)
    assert (await tus.patch(url, len(data), b"")).status_code == 204
    assert (await tus.patch(url, 0, data)).headers["upload-offset"] == str(len(data))
    assert len(house.shelf.said) == 1


@in_the_folder
async def test_a_store_that_lost_a_picture_takes_it_again(house: House, tus: Tus, photo: str) -> None:
    data = picture()
    await tus.send(photo, data, sha256(data))
    for path in (house.data / "photos").rglob("*"):
        if path.is_file():
            path.unlink()
    assert (await tus.client.get(f"/api/photos/{photo}")).json()["code"] == "photos_unavailable"
    assert (await tus.send(photo, data, sha256(data))).status_code == 204
    assert (await tus.client.get(f"/api/photos/{photo}?size=original")).content == data


async def test_a_hash_known_by_hearsay_does_not_open_the_picture(house: House, tus: Tus) -> None:
    data = picture()
    shared = house.shelf.add(sha256(data), author="bob", readers="ann")
    async with house.client("bob") as bobs:
        await Tus(bobs).send(shared, data, sha256(data))
    mine = house.shelf.add(sha256(data))
    reply = await tus.create(mine, sha256(data), len(data))
    assert reply.headers["upload-offset"] == str(len(data))  # ann sees it at bob's photo anyway
    async with house.client("eve") as eves:
        claimed = house.shelf.add(sha256(data), author="eve")
        assert (await Tus(eves).create(claimed, sha256(data), len(data))).headers["upload-offset"] == "0"
        assert (await eves.get(f"/api/photos/{claimed}")).json()["code"] == "photo_expected"
        assert (await Tus(eves).send(claimed, data, sha256(data))).status_code == 204
    assert [one async for one in house.workshop.store.everything()] == [Stored("original", sha256(data), len(data))]


async def test_termination(house: House, tus: Tus, photo: str) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))
    await tus.patch(url, 0, data[:100])
    reply = await tus.client.delete(url)
    assert reply.status_code == 204
    assert reply.headers["tus-resumable"] == "1.0.0"
    assert list((house.data / "uploads").iterdir()) == []
    assert (await tus.client.head(url)).status_code == 410
    assert code(await tus.patch(url, 100, data[100:])) == "upload_gone"
    assert (await tus.client.delete(url)).status_code == 410


async def test_terminating_a_finished_upload_leaves_the_photo(tus: Tus, photo: str) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))
    await tus.patch(url, 0, data)
    assert (await tus.client.delete(url)).status_code == 204
    assert (await tus.client.get(f"/api/photos/{photo}?size=original")).content == data


async def test_an_upload_expires_as_announced(house: House, tus: Tus, photo: str) -> None:
    data = picture()
    created = await tus.create(photo, sha256(data), len(data))
    url = created.headers["location"]
    expires = parsedate_to_datetime(created.headers["upload-expires"]).timestamp() * 1000
    assert (await tus.patch(url, 0, data[:10])).headers["upload-expires"] == created.headers["upload-expires"]
    house.now = int(expires) - 1000
    assert await tus.offset(url) == 10
    house.now = int(expires) + 1000
    assert (await tus.client.head(url)).status_code == 410
    assert (await tus.patch(url, 10, data[10:])).status_code == 410


async def test_an_unknown_upload_and_another_persons_are_the_same_404(house: House, tus: Tus, photo: str) -> None:
    url = await tus.location(photo, sha256(picture()), len(picture()))
    house.shelf.readers[photo].add("bob")
    async with house.client("bob") as bobs:
        for path in (url, f"/api/uploads/{uuid4()}", "/api/uploads/..%2f..%2fetc"):
            assert (await bobs.head(path)).status_code == 404
            assert (await Tus(bobs).patch(path, 0, b"x")).status_code == 404
            assert (await bobs.delete(path)).status_code == 404
    assert await tus.offset(url) == 0


async def test_methods_may_hide_behind_post(tus: Tus, photo: str) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))
    headers = {"Upload-Offset": "0", **BYTES, "X-HTTP-Method-Override": "PATCH"}
    assert (await tus.client.post(url, content=data[:5], headers=headers)).headers["upload-offset"] == "5"
    assert (await tus.client.post(url, headers={"X-HTTP-Method-Override": "DELETE"})).status_code == 204
    assert code(await tus.client.post(url)) == "method_not_allowed"


async def test_creation_with_wrong_bytes_is_460_and_with_a_checksum_that_does_not_match_nothing_counts(
    house: House, tus: Tus, photo: str
) -> None:
    data = picture()
    headers = {"Upload-Length": str(len(data)), "Upload-Metadata": tus.promise(photo, sha256(data)), **BYTES}
    wrong = await tus.client.post("/api/uploads", headers=headers, content=bytes(reversed(data)))
    assert (wrong.status_code, code(wrong)) == (460, "hash_mismatch")
    digest = b64encode(hashlib.sha256(b"other").digest()).decode()
    headers["Upload-Checksum"] = f"sha256 {digest}"
    reply = await tus.client.post("/api/uploads", headers=headers, content=data)
    assert (reply.status_code, code(reply)) == (460, "checksum_mismatch")
    assert house.shelf.said == []


async def test_no_body_at_all_moves_no_offset(tus: Tus, photo: str) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))
    empty = await tus.patch(url, 0, b"")
    assert (empty.status_code, empty.headers["upload-offset"]) == (204, "0")


async def test_an_ended_upload_is_410_before_its_offset_is_looked_at(tus: Tus, photo: str) -> None:
    url = await tus.location(photo, sha256(picture()), len(picture()))
    await tus.client.delete(url)
    assert code(await tus.patch(url, 999, b"x")) == "upload_gone"


async def test_a_length_to_be_told_later_is_not_taken(tus: Tus, photo: str) -> None:
    """An extension we do not name: a phone knows how large its picture is."""
    headers = {"Upload-Defer-Length": "1", "Upload-Metadata": tus.promise(photo, sha256(picture()))}
    assert code(await tus.client.post("/api/uploads", headers=headers)) == "bad_request"


async def test_an_override_keeps_every_other_rule(tus: Tus, photo: str) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))
    over = {"X-HTTP-Method-Override": "PATCH", **BYTES}
    assert code(await tus.client.post(url, content=b"x", headers={**over, "Upload-Offset": "7"})) == "offset_conflict"
    without = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", "Content-Type": "image/jpeg"}
    assert code(await tus.client.post(url, content=b"x", headers=without)) == "unsupported_media"
    other = {**over, "Upload-Offset": "0", "Tus-Resumable": "0.2"}
    assert code(await tus.client.post(url, content=b"x", headers=other)) == "unsupported_version"
    assert await tus.offset(url) == 0


async def test_uploads_of_one_picture_do_not_pile_up(house: House, tus: Tus, photo: str) -> None:
    urls = []
    for _ in range(5):
        house.now += 1
        urls.append(await tus.location(photo, sha256(picture()), len(picture())))
    assert [(await tus.client.head(url)).status_code for url in urls] == [410, 410, 200, 200, 200]
    assert len(list((house.data / "uploads").iterdir())) == 3


async def test_no_room_is_507(house: House, tus: Tus, photo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(house.workshop.spool), "has_room", lambda *_: False)
    assert code(await tus.create(photo, sha256(picture()), len(picture()))) == "storage_full"


async def test_every_answer_speaks_tus(tus: Tus) -> None:
    assert (await tus.client.post("/api/uploads")).headers["tus-resumable"] == TUS["Tus-Resumable"]
