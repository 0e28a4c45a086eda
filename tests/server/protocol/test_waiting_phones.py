"""The office is told of a phone whose work has waited for a day, and no longer once it has come."""

from typing import Any

from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.seed import DAY, HOUR
from tests.server.protocol.world import World


async def late(hand: Hand) -> list[int]:
    """The phones that the badge of this person's desk counts."""
    return [row["id"] for row in await listed(hand)]


async def listed(hand: Hand) -> list[dict[str, Any]]:
    page = (await hand.http.get("/api/devices", params={"late": True})).json()
    rows: list[dict[str, Any]] = page["rows"]
    assert page["total"] == len(rows)
    assert all(row["late"] for row in rows)
    return rows


async def told(hand: Hand, **pending: int) -> None:
    """The phone is heard, and what waits on it stays there: its photos do not get through."""
    request = hand.request(pending={"changes": 0, "photos": 0, "bytes": 0, **pending})
    hand.take(request, await hand.send(request))


async def test_the_office_is_told_of_a_phone_whose_work_waits_for_a_day(world: World) -> None:
    ann, sue, zed, root = await world.team("ann", "sue", "zed", "root")
    ann.skew = -2 * DAY
    inspection = ann.start()
    ann.check(inspection, "A-1.a", FAIL)
    ann.photo(inspection)
    await told(ann, photos=1, bytes=1000, oldest=ann.now())
    world.clock.advance(DAY - 1)
    assert await late(sue) == []
    world.clock.advance(1)
    assert [await late(hand) for hand in (sue, root, ann, zed)] == [[ann.device]] * 3 + [[]]
    (row,) = await listed(sue)
    assert (row["pending"]["photos"], row["person"]["name"], row["clock_offset"]) == (1, "人员ann", 2 * DAY)
    await told(ann, photos=1, bytes=1000, oldest=ann.now() - DAY - HOUR)
    assert await late(sue) == [ann.device], "to be heard of is not to have sent it"
    await told(ann)
    assert [await late(hand) for hand in (sue, root, ann)] == [[], [], []]
    await told(ann, changes=3)
    world.clock.advance(DAY)
    assert await late(sue) == [ann.device], "without a word since when: as long as it was not heard"


async def test_a_phone_that_was_given_up_or_has_emptied_itself_alarms_nobody(world: World) -> None:
    ann, bob, root = await world.team("ann", "bob", "root")
    for hand in (ann, bob):
        await told(hand, changes=2, oldest=hand.now())
    world.clock.advance(2 * DAY)
    assert sorted(await late(root)) == sorted([ann.device, bob.device])
    assert (await root.http.delete(f"/api/devices/{ann.device}", params={"wipe": True})).status_code == 204
    assert sorted(await late(root)) == sorted([ann.device, bob.device]), "its work waits all the same"
    given_up = await root.http.delete(f"/api/devices/{ann.device}", params={"wipe": True, "give_up": True})
    assert given_up.status_code == 204, given_up.text
    assert await late(root) == [bob.device]
