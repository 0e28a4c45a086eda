"""Photos that were set aside: once a supervisor kept them, their author brings the picture, right or no right."""

from typing import Any

import pytest

from tests.server.photos.conftest import TUS, Tus
from tests.server.photos.pictures import picture, sha256
from tests.server.photos.test_doubts import BROKEN
from tests.server.protocol.gestures import FAIL, PASS, Hand
from tests.server.protocol.seed import DAY
from tests.server.protocol.world import World
from tests.server.rescue.making import keys_of, made_on
from tests.server.rescue.test_rescue import report
from tests.server.settling.desk import decide, waiting, withdrawn

FULL, PREVIEW = picture(seed=4), picture("WEBP", seed=5)
HASHES: dict[str, Any] = {"sha256": sha256(FULL), "preview_sha256": sha256(PREVIEW), "bytes": len(FULL)}


def tus_of(phone: Hand) -> Tus:
    phone.http.headers.update(TUS)
    return Tus(phone.http)


async def late_photo(world: World, **told: Any) -> tuple[Hand, Hand, str]:
    """Ann's right went while she took it; the supervisor Sue finds it at her desk."""
    ann, sue = await world.team("ann", "sue")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    await ann.sync()
    ann.check(inspection, "A-1.a", FAIL)
    photo = ann.photo(inspection, check="A-1.a", **HASHES, **told)
    await withdrawn(world, "ann", "inspector")
    return ann, sue, photo


@pytest.mark.parametrize("how", ["take", "add"])
async def test_its_author_brings_the_picture_without_seeing_the_record(world: World, how: str) -> None:
    ann, sue, photo = await late_photo(world)
    await ann.sync()
    tus = tus_of(ann)
    assert (await tus.create(photo, sha256(FULL), len(FULL))).status_code == 404, "nothing expects it yet"
    await decide(sue, await waiting(sue), how)
    stranger = await world.phone("zoe")
    assert (await tus_of(stranger).create(photo, sha256(FULL), len(FULL))).status_code == 404
    assert (await tus.send(photo, PREVIEW, sha256(PREVIEW), "preview")).status_code == 204
    assert (await tus.send(photo, FULL, sha256(FULL))).status_code == 204
    await sue.sync()
    assert sue.row("photo", photo)["stored_at"] == world.clock()
    assert (await sue.http.get(f"/api/photos/{photo}?size=original")).content == FULL
    assert (await ann.http.get(f"/api/photos/{photo}")).json()["code"] == "not_found", "brought, and not to be read"


async def test_kept_beside_the_record_it_is_not_said_to_be_signed_falsely(world: World) -> None:
    """Its proof speaks of the finding it was taken for, not of the comment it stands at."""
    ann, sue, photo = await late_photo(world, proof=BROKEN)
    await ann.sync()
    await decide(sue, await waiting(sue), "add")
    assert (await tus_of(ann).send(photo, FULL, sha256(FULL))).status_code == 204
    await sue.sync()
    assert sue.row("photo", photo)["hints"] == ["unsigned"]


async def test_or_it_comes_with_a_rescue_file(world: World) -> None:
    ann, sue, photo = await late_photo(world)
    promised = {"id": photo, "size": "full", "sha256": sha256(FULL), "bytes": len(FULL)}
    file = made_on(ann, await keys_of(ann.http), [(promised, FULL)]).for_office()
    first = await report(sue, file)
    assert first["photos"] == {"stored": 0, "already": 0, "missing": 1}
    await decide(sue, await waiting(sue))
    world.clock.advance(DAY)
    again = await report(sue, file)
    assert again["photos"] == {"stored": 1, "already": 0, "missing": 0}
    await sue.sync()
    assert sue.row("photo", photo)["stored_at"] == world.clock()
