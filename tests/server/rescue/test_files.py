"""The list of the files that were taken in, for those who answer for the phones."""

from typing import Any

from tests.server.photos.pictures import sha256
from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.seed import HOUR
from tests.server.protocol.world import World
from tests.server.rescue.making import keys_of, made_on
from tests.server.rescue.test_rescue import FULL, bring, report, work


async def listed(phone: Hand, **query: Any) -> list[dict[str, Any]]:
    reply = await phone.http.get("/api/rescue", params=query)
    assert reply.status_code == 200, reply.text
    page = reply.json()
    assert page["total"] == len(page["rows"])
    rows: list[dict[str, Any]] = page["rows"]
    return rows


async def test_those_who_answer_for_a_phone_find_what_its_files_brought(world: World) -> None:
    ann, inspection, made = await work(world)
    sue, root, zed, bob = await world.team("sue", "root", "zed", "bob")
    await report(sue, made.for_office())
    world.clock.advance(HOUR)
    ann.check(inspection, "A-1.b", FAIL)
    later = made_on(ann, await keys_of(ann.http), [])
    await root.http.delete(f"/api/devices/{ann.device}")
    world.clock.advance(HOUR)
    reply = await bring(root, later.for_office(), vouch=True)
    rows = await listed(sue)
    assert [(row["brought_by"]["name"], row["vouched"], row["new"], row["already"]) for row in rows] == [
        ("人员root", True, 1, 3),
        ("人员sue", False, 3, 0),
    ]
    assert rows[0]["person"]["name"] == "人员ann"
    assert rows[0]["brought_at"] - rows[0]["made_at"] == HOUR
    assert rows[1]["photos"] == {"stored": 1, "already": 0, "missing": 0}
    assert await listed(root) == rows
    assert await listed(sue, device=ann.device, q="人员ann", sort="brought_at") == rows[::-1]
    for nothing in ({"device": sue.device}, {"person": sue.person}, {"q": "zed"}):
        assert await listed(sue, **nothing) == []
    for stranger in (zed, bob):
        assert await listed(stranger) == []
        assert (await stranger.http.get(f"/api/rescue/{rows[0]['id']}")).status_code == 404
    # its own people read the report too, whoever brought it
    whole = (await sue.http.get(f"/api/rescue/{rows[0]['id']}")).json()
    assert whole == reply.json()
    assert whole["report"]["vouched"]
    sheet = await sue.http.get("/api/rescue", params={"format": "xlsx"})
    assert sheet.headers["content-type"].startswith("application/vnd.openxmlformats")


async def test_what_a_file_brought_no_longer_waits_on_the_phone(world: World) -> None:
    """Nor does it stay an alarm; unless the phone was heard of since, and told more."""
    ann, _, made = await work(world)
    sue = await world.phone("sue")
    pending = {"changes": 3, "photos": 1, "bytes": 9, "oldest": ann.now()}

    async def waits() -> Any:
        return (await sue.http.get(f"/api/devices/{ann.device}")).json()["pending"]

    await ann.send(ann.request(pending=pending, changes=[]))
    first = made.for_office()
    world.clock.advance(HOUR)
    late = made_on(ann, made.keys, [({"id": ann.new_id(), "size": "full", "sha256": sha256(FULL), "bytes": 3}, b"abc")])
    assert await waits() == pending
    await report(sue, late.for_office())
    assert await waits() == {"changes": 0, "photos": 1, "bytes": 0}
    await ann.send(ann.request(pending=pending, changes=[]))
    await report(sue, first)
    assert await waits() == pending
