"""A lost phone that is to empty itself asks first what is here of it, and tells what it has no other way to tell."""

from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.world import World
from tests.server.rescue.making import keys_of, made_on
from tests.server.rescue.test_locked_out import again, here
from tests.server.rescue.test_rescue import report, taken
from tests.server.settling.desk import decide, waiting, withdrawn
from tests.server.visits.rounds import customer, visit
from tests.server.visits.test_erasing import erase


async def test_a_phone_that_is_to_be_emptied_asks_what_a_file_has_brought(world: World) -> None:
    ann, root, zed = await world.team("ann", "root", "zed")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", FAIL)
    pictures = taken(ann, inspection)
    ann.do(inspection, "approve")
    photo = pictures[1][0]["id"]
    nothing = {"epoch": 1, "settled": 0, "results": [], "photos": [], "file": None}
    assert await here(ann, ann.device, photos=[photo]) == nothing
    file = made_on(ann, await keys_of(ann.http), pictures).for_office()
    made_at = ann.now()
    await root.http.delete(f"/api/devices/{ann.device}")
    assert await here(ann, ann.device) == "device_revoked"
    await root.http.delete(f"/api/devices/{ann.device}", params={"wipe": True})
    await report(root, file, vouch=True)
    all_ = {"epoch": 1, "settled": 4, "photos": [photo], "file": made_at}
    refused = [{"n": 4, "outcome": "refused", "code": "not_allowed"}]
    assert await here(ann, ann.device, photos=[photo, ann.person]) == {**all_, "results": refused}
    assert await here(ann, ann.device, first=5, photos=[]) == {**all_, "photos": [], "results": []}
    for other in (zed, root):
        assert await here(other, ann.device, photos=[photo]) == "not_found"
    assert (await here(zed, zed.device, photos=[photo]))["photos"] == []
    assert await here(ann, ann.device, photos=["x"]) == "bad_request"
    assert await here(await again(world, ann, only=0), ann.device, photos=[photo]) == {**all_, "results": refused}


async def test_a_phone_that_is_to_be_emptied_asks_only_of_numbers_it_had(world: World) -> None:
    """Whoever has found it learns nothing of the other phones of its person."""
    ann, other, root = await world.team("ann", "ann", "root")
    await root.http.delete(f"/api/devices/{ann.device}")
    later = await again(world, ann)
    last = await world.phone("ann")
    await root.http.delete(f"/api/devices/{later.device}", params={"wipe": True})
    for mine in (ann, later):
        assert (await here(later, mine.device))["settled"] == 0
    for foreign in (other, last, root):
        assert await here(later, foreign.device) == "not_found"
    for any_ in (ann, later, other, last):
        assert (await here(last, any_.device))["settled"] == 0


async def test_looks_at_hidden_numbers_are_told_before_a_phone_is_emptied(world: World) -> None:
    """Nothing else brings them: a file does not, and the phone has no session any more that could."""
    kim, mara, root = await world.team("kim", "mara", "root")
    id_ = customer(kim)
    await kim.sync()
    await root.http.delete(f"/api/devices/{kim.device}", params={"wipe": True})
    looks = [{"id": kim.new_id(), "customer": which, "at": 5} for which in (id_, kim.new_id())]
    for _ in range(2):
        assert (await here(kim, kim.device, looks=looks))["settled"] == 1
    noted = (await mara.http.get(f"/api/customers/{id_}/reveals")).json()["reveals"]
    assert [(look["person"], look["at"]) for look in noted] == [(kim.person, 5)]


async def test_a_phone_that_is_to_be_emptied_keeps_no_picture_that_nobody_waits_for(world: World) -> None:
    """Of a photo that was taken back, erased with its customer, or left out at the desk while the phone was away."""
    kim, mara, sue = await world.team("kim", "mara", "sue")
    shop, gone = customer(kim), customer(kim, "柳记")
    mine, theirs = (visit(kim, of, result="met") for of in (shop, gone))
    waits, back, erased = (photo_of(kim, of) for of in (mine, mine, theirs))
    await kim.sync()
    left, held = (photo_of(kim, mine) for _ in range(2))
    await withdrawn(world, "kim", "carrier")
    await kim.sync()
    all_ = [waits, back, erased, left, held]
    assert (await here(kim, kim.device, photos=all_))["photos"] == []
    await world.grant("kim", ("carrier", "north"))
    await kim.sync()
    assert await kim.fate(kim.act("photo", back, "retract", {"reason": "拍错了"})) == "applied"
    await erase(mara, gone)
    await decide(sue, [one for one in await waiting(sue) if one["record"] == left], "dismiss", "不收")
    assert (await here(kim, kim.device, photos=all_))["photos"] == sorted([back, erased, left])
    assert (await here(sue, sue.device, photos=all_))["photos"] == []


def photo_of(kim: Hand, of: str) -> str:
    id_ = kim.new_id()
    kim.edit("photo", id_, {**kim.picture(id_, id_), "of": {"type": "visit", "id": of}})
    return id_
