"""Uploads against the whole server: real records, real sessions, real rights."""

from uuid import uuid4

from tests.server.photos.conftest import TUS, tus_of
from tests.server.photos.pictures import picture, position_in, sha256, with_position
from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.world import World

DATA, PREVIEW = with_position(), picture("WEBP", seed=2)


async def taken(phone: Hand, branch: str = "north") -> tuple[str, str]:
    """An inspection of this phone with one photo on a failed check; its id and the photo's."""
    inspection = phone.start(branch)
    phone.check(inspection, "A-1.a", FAIL)
    hashes = {"sha256": sha256(DATA), "preview_sha256": sha256(PREVIEW), "bytes": len(DATA)}
    photo = phone.photo(inspection, check="A-1.a", **hashes)
    await phone.sync()
    return inspection, photo


async def test_a_photo_arrives_and_everybody_concerned_hears_of_it(world: World) -> None:
    ann, sue = await world.team("ann", "sue")
    _, photo = await taken(ann)
    await sue.sync()
    assert sue.row("photo", photo)["stored_at"] is None
    assert (await sue.http.get(f"/api/photos/{photo}")).json()["code"] == "photo_expected"
    world.clock.advance(5000)
    tus = tus_of(ann)
    assert (await tus.send(photo, PREVIEW, sha256(PREVIEW), "preview")).status_code == 204
    await sue.sync()
    assert sue.row("photo", photo)["preview_at"] == world.clock()
    assert sue.row("photo", photo)["stored_at"] is None
    world.clock.advance(5000)
    assert (await tus.send(photo, DATA, sha256(DATA))).status_code == 204
    for phone in (ann, sue):
        await phone.sync()
        assert phone.row("photo", photo)["stored_at"] == world.clock()
    await world.agree(ann, sue)
    assert (await tus.create(photo, sha256(DATA), len(DATA))).headers["upload-offset"] == str(len(DATA))


async def test_who_sees_what(world: World) -> None:
    ann, bob, sue, zoe, zed, mara, root = await world.team("ann", "bob", "sue", "zoe", "zed", "mara", "root")
    inspection, photo = await taken(ann)
    tus = tus_of(ann)
    await tus.send(photo, DATA, sha256(DATA))

    async def statuses(phone: Hand) -> tuple[int, int]:
        full = await phone.http.get(f"/api/photos/{photo}")
        if full.status_code == 200:
            assert position_in(full.content) == {}
        original = await phone.http.get(f"/api/photos/{photo}?size=original")
        if original.status_code == 200:
            assert original.content == DATA
        return full.status_code, original.status_code

    assert [await statuses(one) for one in (ann, sue)] == [(200, 200)] * 2
    assert [await statuses(one) for one in (zoe, zed, mara, root)] == [(404, 404)] * 4
    unknown = await zoe.http.get(f"/api/photos/{uuid4()}")
    assert (await zoe.http.get(f"/api/photos/{photo}")).content == unknown.content
    await bob.sync()
    bob.do(inspection, "join")
    await bob.sync()
    assert await statuses(bob) == (200, 404)
    await ann.sync()
    ann.answer_all(inspection, A_1_a=FAIL)
    ann.do(inspection, "submit")
    await ann.sync()
    assert await statuses(mara) == (200, 404)
    assert (await world.client().get(f"/api/photos/{photo}")).status_code == 401


async def test_who_may_bring_a_picture(world: World) -> None:
    ann, bob, zoe = await world.team("ann", "bob", "zoe")
    inspection, photo = await taken(ann)
    for stranger in (bob, zoe):
        reply = await tus_of(stranger).create(photo, sha256(DATA), len(DATA))
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    await bob.sync()
    bob.do(inspection, "join")
    await bob.sync()
    assert (await tus_of(bob).send(photo, DATA, sha256(DATA))).status_code == 204
    nobody = await world.client(**TUS).post("/api/uploads")
    assert (nobody.status_code, nobody.headers["tus-resumable"]) == (401, "1.0.0")


async def test_a_picture_that_comes_after_the_submission_lets_approval_pass(world: World) -> None:
    ann, sue = await world.team("ann", "sue")
    inspection, photo = await taken(ann)
    ann.answer_all(inspection, A_1_a=FAIL)
    ann.do(inspection, "submit")
    await ann.sync()
    await sue.sync()
    assert await sue.fate(sue.do(inspection, "approve")) == "refused photos_missing"
    approval = sue.do(inspection, "approve")  # decided on the screen of before the picture came
    assert (await tus_of(ann).send(photo, DATA, sha256(DATA))).status_code == 204
    assert await sue.fate(approval) == "applied"


async def test_an_unknown_record_and_one_not_yet_sent_are_404(world: World) -> None:
    (ann,) = await world.team("ann")
    tus = tus_of(ann)
    assert (await tus.create(str(uuid4()), sha256(DATA), len(DATA))).status_code == 404
    inspection = ann.start()
    assert (await tus.create(inspection, sha256(DATA), len(DATA))).status_code == 404


async def test_the_same_picture_twice_travels_once(world: World) -> None:
    ann, zoe = await world.team("ann", "zoe")
    _, first = await taken(ann)
    await tus_of(ann).send(first, DATA, sha256(DATA))
    _, second = await taken(ann)
    reply = await tus_of(ann).create(second, sha256(DATA), len(DATA))
    assert reply.headers["upload-offset"] == str(len(DATA))
    await ann.sync()
    assert ann.row("photo", second)["stored_at"] is not None
    _, elsewhere = await taken(zoe, "far")
    assert (await tus_of(zoe).create(elsewhere, sha256(DATA), len(DATA))).headers["upload-offset"] == "0"
